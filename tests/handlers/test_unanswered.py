"""A question without a good answer is counted without its words; with consent alone its words stay for an editor."""

from datetime import date

import pytest

from bot.answers import Answers, Ranked
from bot.gaps import CountGap, Gap, LeaveQuestion
from bot.session import ASKED_MOST
from content.load import load
from tests.conversing import Play, services

UNKNOWN = "公司不给我交社保 能仲裁吗"
KNOWN = "网贷逾期会不会坐牢啊"
DAY = date(2026, 11, 23)


@pytest.fixture
def play() -> Play:
    play = Play()
    play.says("你好")
    return play


def labels(play: Play) -> list[str]:
    return [button.label for button in play.buttons]


def counted(play: Play) -> list[tuple[str, Gap]]:
    return [(gap.topic, gap.gap) for gap in play.gaps]


def pressed(play: Play, label: str) -> Play:
    """The button in view that is called so."""
    return play.presses(next(button.id for button in play.buttons if button.label == label))


# --- counting


def test_question_that_nothing_fits_is_counted_for_the_nearest_topic(play: Play) -> None:
    play.says(UNKNOWN)

    nearest = play.buttons[0].id.removeprefix("question:topic:")
    assert play.gaps == [CountGap(DAY, nearest, Gap.NOT_FOUND)]
    assert labels(play)[-1] == "留给编辑看"


def test_guess_is_counted_for_the_topic_that_was_guessed(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = [Ranked("credit_impact", 0.2), Ranked("jail", 0.05), Ranked("sued", 0.04), Ranked("scam", 0.03)]
    monkeypatch.setattr(Answers, "rank", lambda answers, question: ranked)
    play.says("我的征信会怎么样呢？")

    assert counted(play) == [("credit_impact", Gap.NOT_FOUND)]


def test_topic_that_has_no_answer_yet_is_counted_as_such(play: Play) -> None:
    play.says("每个月12号提醒我还借呗")

    assert counted(play) == [("reminders", Gap.NOT_WRITTEN)]
    assert labels(play)[-1] == "留给编辑看"


@pytest.mark.parametrize("asked", [KNOWN, "谢谢", "？？？", "哪个平台好下款 推荐一下", "我好慌，怎么办", "要不要还"])
def test_what_was_answered_or_rightly_refused_is_no_gap(play: Play, asked: str) -> None:
    play.says(asked)

    assert play.gaps == []
    assert "留给编辑看" not in labels(play)


@pytest.mark.parametrize("page", ["相关问题", "更多"])
def test_answer_that_did_not_help_is_counted_once(play: Play, page: str) -> None:
    play.says(KNOWN)
    pressed(play, page)
    button = next(button.id for button in play.buttons if button.label == "没答到")
    play.presses(button)
    assert "对不起，没答到点上" in play.said
    play.presses(button)

    assert counted(play) == [("jail", Gap.NOT_HELPED)]


@pytest.mark.parametrize("words", ["没帮上", "答非所问。", "不是这个"])
def test_complaint_in_words_right_after_an_answer_is_heard(play: Play, words: str) -> None:
    play.says(KNOWN).says(words)

    assert play.handler == "unanswered"
    assert counted(play) == [("jail", Gap.NOT_HELPED)]
    assert labels(play) == ["留给编辑看"]


def test_same_words_with_no_answer_before_them_are_no_complaint(play: Play) -> None:
    play.says("没用")

    assert play.handler != "unanswered"
    assert Gap.NOT_HELPED not in [gap for _, gap in counted(play)]


def test_button_of_a_topic_that_is_gone_counts_nothing(play: Play) -> None:
    play.says(KNOWN).presses("unanswered:unhelpful:gone")

    assert play.said
    assert counted(play) == []


# --- leaving the words


def test_question_is_left_only_after_it_was_shown_and_agreed_to(play: Play) -> None:
    play.says(UNKNOWN)
    pressed(play, "留给编辑看")
    assert UNKNOWN in play.said
    assert "90 天" in play.said
    assert play.questions == []

    pressed(play, "同意留下")

    assert [(question.text, question.topic) for question in play.questions] == [(UNKNOWN, play.gaps[0].topic)]
    assert play.session.asked is None
    assert play.session.frames == ()


@pytest.mark.parametrize(
    ("words", "kept"), [("可以", True), ("好的", True), ("不用了", False), ("不同意", False), ("取消", False)]
)
def test_consent_is_understood_in_words(play: Play, words: str, kept: bool) -> None:
    play.says(UNKNOWN)
    pressed(play, "留给编辑看")
    play.says(words)

    assert bool(play.questions) is kept


@pytest.mark.parametrize("words", ["什么意思", KNOWN, "【招商银行】您的信用卡已逾期12天，应还3200元，请尽快还款。"])
def test_anything_else_is_no_consent(play: Play, words: str) -> None:
    play.says(UNKNOWN)
    pressed(play, "留给编辑看")
    play.says(words).says("好的")

    assert play.questions == []


def test_refused_question_is_forgotten_at_once(play: Play) -> None:
    play.says(UNKNOWN)
    pressed(play, "留给编辑看")
    pressed(play, "不留")

    assert play.session.asked is None
    assert UNKNOWN not in play.session.model_dump_json()


@pytest.mark.parametrize("button", ["留给编辑看", "同意留下"])
def test_old_button_leaves_no_newer_question(play: Play, button: str) -> None:
    play.says(UNKNOWN)
    if button != "留给编辑看":
        pressed(play, "留给编辑看")
    old = next(each.id for each in play.buttons if each.label == button)
    play.says("房东不退押金怎么告他")
    play.presses(old)

    assert "不留着了" in play.said
    assert play.questions == []


def test_long_numbers_are_masked_before_they_are_shown(play: Play) -> None:
    play.says("公司不给我交社保 我电话13800001111 能仲裁吗")
    pressed(play, "留给编辑看")
    assert "13800001111" not in play.said
    pressed(play, "同意留下")

    assert play.questions[0].text == "公司不给我交社保 我电话××××××××××× 能仲裁吗"


def test_question_in_traditional_characters_stays_as_it_was_written() -> None:
    asked = "請問公司不給我交社保，能仲裁吗"
    play = Play().says("請問欠網貸會坐牢嗎").says(asked)
    pressed(play, "留給編輯看")

    assert asked in play.said
    assert "改內容的人" in play.said
    pressed(play, "同意留下")
    assert play.questions[0].text == asked


def test_only_the_end_of_a_long_story_is_held(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answers, "rank", lambda answers, question: [Ranked("jail", 0.2), Ranked("sued", 0.1)])
    play.says("公司的社保是这样的，" * 100 + "会怎么样呢")

    assert play.session.asked is not None
    assert len(play.session.asked.text) == ASKED_MOST
    assert play.session.asked.text.endswith("会怎么样呢")


def test_words_of_distress_are_never_held_as_a_question(play: Play) -> None:
    play.says("我不想活了")

    assert play.session.asked is None
    assert play.gaps == []


def test_what_was_left_can_be_taken_back_at_once(play: Play) -> None:
    play.says(UNKNOWN)
    pressed(play, "留给编辑看")
    pressed(play, "同意留下")
    pressed(play, "删掉留给编辑的")

    assert play.questions == []
    assert "都不在了" in play.said


@pytest.mark.parametrize("label", load().conversations["unanswered"].buttons.values())
def test_no_label_that_is_typed_sounds_like_distress(label: str) -> None:
    assert not services().distress.speaks_of(label)


# --- in the user's own hands


def left() -> Play:
    play = Play()
    play.says("你好").says(UNKNOWN)
    pressed(play, "留给编辑看")
    return pressed(play, "同意留下")


def test_what_is_kept_is_shown_with_how_long_and_how_to_delete_it() -> None:
    play = left().says("隐私")
    assert "留给编辑看的问题：1 条" in play.said

    pressed(play, "删掉留给编辑的")

    assert play.questions == []
    assert "留给编辑" not in play.says("隐私").said


def test_question_that_is_held_is_shown_too(play: Play) -> None:
    assert "最近问的一句话" in play.says(UNKNOWN).says("隐私").said


def test_withdrawing_consent_takes_the_questions_with_it() -> None:
    play = left().says("撤回同意")
    assert len(play.questions) == 1
    play.presses("privacy:withdraw_yes")

    assert play.questions == []


def test_erasing_everything_takes_the_questions_with_it() -> None:
    play = left().says("删除我的数据").presses("privacy:erase_yes")

    assert play.erased
    assert play.questions == []


def test_write_carries_the_words_and_the_topic_alone() -> None:
    assert set(LeaveQuestion.__dataclass_fields__) == {"text", "topic"}
    assert set(CountGap.__dataclass_fields__) == {"day", "topic", "gap"}


def test_noise_is_neither_counted_nor_left() -> None:
    play = Play().says("asdfjkl；；；啊啊啊")

    assert not play.gaps
    assert not any(id_.startswith("unanswered:") for id_, _ in play.session.choices)
