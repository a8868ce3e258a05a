"""What is kept is shown, handed over and erased by button, command and plain words; never without asking."""

from datetime import UTC, datetime

import pytest

from bot.messages import WorkOutcome
from bot.session import CONSENT_VERSION, Consent, Profile, Session
from bot.turn import EraseEvidence, EraseUser, Work
from tests.conversing import Play

NOTICE = "【江畔银行】您的信用卡已逾期12天，欠款3200元，请尽快还款，客服95000。"


def saved(messages: int = 1) -> Play:
    """A user who agreed and saved."""
    consent = Consent(version=CONSENT_VERSION, given=True, at=datetime(2026, 11, 1, tzinfo=UTC))
    play = Play(profile=Profile(welcomed=True, consent=consent))
    for number in range(1, messages + 1):
        play.says(NOTICE).presses(f"evidence:save:{number}")
    return play


def writes(play: Play) -> list[object]:
    return list(play.outcome.writes) if play.outcome else []


@pytest.mark.parametrize("text", ["/privacy", "隐私", "我的数据", "你存了什么"])
def test_what_is_kept_is_counted(text: str) -> None:
    play = saved(2).says(text)

    assert play.handlers == ["privacy"]
    assert "证据：2 条" in play.said
    assert "您在 2026 年 11 月 1 日 同意了" in play.said


def test_whoever_agreed_to_nothing_is_told_so() -> None:
    play = Play(profile=Profile(welcomed=True)).says("隐私")

    assert "还没问过您" in play.said
    assert "撤回同意" not in [button.label for button in play.buttons]


@pytest.mark.parametrize(
    "text", ["删除我的数据", "注销账号", "帮我把聊天记录都删掉", "把我发的都删了", "全部删除", "请清空我的记录"]
)
def test_erasing_is_asked_first(text: str) -> None:
    play = saved().says(text)

    assert "确定全部删除吗" in play.said
    assert writes(play) == []
    assert play.buttons[0].label == "不删了"


@pytest.mark.parametrize("text", ["怎么删除征信上的逾期记录", "删除我的信息能不能从银行那边删", "逾期记录能删除吗"])
def test_erasing_something_elsewhere_is_no_wish_to_erase_here(text: str) -> None:
    assert saved().says(text).handler != "privacy"


def test_confirmed_erasure_erases_everything_and_starts_afresh() -> None:
    play = saved().says("继续协商").says("删除我的数据").presses("privacy:erase_yes")

    assert [type(write) for write in writes(play)] == [EraseUser]
    assert play.outcome is not None
    assert play.outcome.session == Session()
    assert play.handlers == ["privacy"]
    assert play.erased


@pytest.mark.parametrize(("answer", "erased"), [("确定", True), ("是的", True), ("不要", False), ("先留着", False)])
def test_question_is_answered_in_plain_words(answer: str, erased: bool) -> None:
    play = saved().says("删除我的数据").says(answer)

    assert play.erased is erased


@pytest.mark.parametrize("answer", ["什么意思", "会不会影响征信", "取消", "hm"])
def test_anything_else_erases_nothing(answer: str) -> None:
    play = saved().says("删除我的数据").says(answer)

    assert not play.erased
    assert writes(play) == []


def test_number_typed_after_the_question_erases_nothing() -> None:
    play = saved().says("删除我的数据").says("1")

    assert "什么也没删" in play.said
    assert writes(play) == []


@pytest.mark.parametrize("text", ["导出", "导出我的数据", "下载我的数据"])
def test_export_is_made_beside_the_turns(text: str) -> None:
    play = saved().says(text)

    assert writes(play) == [Work("export", {})]
    assert "一会儿发给您" in play.said


def test_finished_export_is_handed_over() -> None:
    result = {"name": "buhuang-export.json", "mime": "application/json", "path": "files/u1-export.json"}
    play = saved().works(WorkOutcome("export", {}, result))

    assert [file.path for reply in play.replies for file in reply.attachments] == ["files/u1-export.json"]


def test_failed_export_is_told_with_what_to_do() -> None:
    play = saved().works(WorkOutcome("export", {}, None, "OSError"))

    assert "再发「导出」" in play.said


def test_withdrawing_is_asked_and_takes_the_evidence_with_it() -> None:
    play = saved(2).says("撤回同意")
    assert writes(play) == []
    assert "2 条证据" in play.said

    play.presses("privacy:withdraw_yes")

    assert play.profile.consent is not None
    assert not play.profile.keeps
    assert [write for write in writes(play) if isinstance(write, EraseEvidence)] == [EraseEvidence(1), EraseEvidence(2)]
    assert all(held.evidence is None for held in play.session.held)


def test_withdrawing_nothing_says_so() -> None:
    assert "不用撤回" in Play(profile=Profile(welcomed=True)).says("撤回同意").said


def test_wish_is_heard_in_the_middle_of_something_else() -> None:
    play = saved().says("继续协商").says("800").says("删除我的数据")

    assert play.handlers[0] == "privacy"
    assert play.says("继续").handler == "negotiate"
