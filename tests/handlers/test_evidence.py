"""Keeping evidence: only with consent, told with number and hash, listed, viewed, deleted after asking."""

from datetime import UTC, datetime

import pytest

from bot.session import CONSENT_VERSION, Consent, Profile
from bot.turn import SaveEvidence, SetProfile
from tests.carding import play, text_of
from tests.conversing import Play

__all__ = ["play"]
AGREED = Profile(consent=Consent(version=CONSENT_VERSION, given=True, at=datetime(2026, 11, 1, tzinfo=UTC)))


def agreed(play: Play) -> Play:
    play.profile = AGREED
    return play


def test_nothing_is_saved_before_consent(play: Play) -> None:
    play.says(text_of("jail")).presses("evidence:save:1")

    assert play.outcome is not None
    assert play.outcome.writes == ()
    assert "同意吗" in play.said
    assert [button.label for button in play.buttons] == ["同意保存", "不保存"]


def test_one_press_agrees_and_saves_what_was_meant(play: Play) -> None:
    play.says(text_of("jail")).says(text_of("visit")).presses("evidence:save:1").presses("evidence:agree:1")

    assert play.outcome is not None
    assert [type(write) for write in play.outcome.writes] == [SetProfile, SaveEvidence]
    assert play.profile.consent == Consent(version=CONSENT_VERSION, given=True, at=play.now)
    assert play.evidence[0].text == text_of("jail")


def test_declining_is_logged_and_saves_nothing(play: Play) -> None:
    play.says(text_of("jail")).presses("evidence:save:1").presses("evidence:decline")

    assert play.profile.consent is not None
    assert not play.profile.keeps
    assert play.evidence == []
    assert "24 小时" in play.said


def test_saved_line_tells_number_and_hash(play: Play) -> None:
    agreed(play).says(text_of("jail")).presses("evidence:save:1")

    entry = play.evidence[0]
    assert play.replies[0].blocks[0].text.startswith("已保存，第 1 条")
    assert entry.head in play.said
    assert (entry.kind, entry.signals) == ("threat", ("criminal_threat", "deadline_pressure", "no_identity"))


def test_saving_twice_keeps_one(play: Play) -> None:
    agreed(play).says(text_of("jail")).presses("evidence:save:1").presses("evidence:save:1")

    assert "已经保存过了，是第 1 条" in play.said
    assert len(play.evidence) == 1


@pytest.mark.parametrize("words", ["我的证据", "/evidence", "查看证据"])
def test_saved_entries_are_listed(play: Play, words: str) -> None:
    agreed(play).says(text_of("jail")).presses("evidence:save:1").says(text_of("visit")).presses("evidence:save:2")

    play.says(words)

    assert "您保存了 2 条" in play.said
    assert play.said.index("第 2 条") < play.said.index("第 1 条")
    assert all(entry.head in play.said for entry in play.evidence)


def test_empty_list_says_how_to_begin(play: Play) -> None:
    play.says("我的证据")

    assert "还没有保存证据" in play.said


@pytest.mark.parametrize("words", ["证据 1", "证据1", "/evidence 1"])
def test_one_entry_is_shown_word_for_word(play: Play, words: str) -> None:
    agreed(play).forwards(text_of("jail"), sender="1069", sent_at=datetime(2026, 11, 20, 4, 5, tzinfo=UTC))
    play.presses("evidence:save:1").says(words)

    assert text_of("jail") in play.said
    assert "1069" in play.said
    assert "2026 年 11 月 20 日 12:05" in play.said


def test_deleting_asks_before_it_erases(play: Play) -> None:
    agreed(play).says(text_of("jail")).presses("evidence:save:1").presses("evidence:view:1").presses(
        "evidence:delete:1"
    )
    assert len(play.evidence) == 1
    assert "找不回来" in play.said

    play.presses("evidence:delete_no:1")
    assert len(play.evidence) == 1
    play.presses("evidence:delete:1").presses("evidence:delete_yes:1")

    assert play.evidence == []
    assert "已删除" in play.said


def test_deleted_message_may_be_saved_again(play: Play) -> None:
    agreed(play).says(text_of("jail")).presses("evidence:save:1").presses("evidence:delete_yes:1")

    play.presses("evidence:save:1")

    assert "已保存" in play.said


@pytest.mark.parametrize("button", ["view:9", "delete:9", "delete_yes:9", "view:", "delete_yes:x"])
def test_missing_entry_is_said_to_be_missing(play: Play, button: str) -> None:
    agreed(play).presses(f"evidence:{button}")

    assert "没有第" in play.said


def test_agreeing_too_late_still_counts_and_asks_to_paste_again(play: Play) -> None:
    play.presses("evidence:agree:7")

    assert play.profile.keeps
    assert "再粘贴一次" in play.said


def test_long_list_shows_the_latest(play: Play) -> None:
    agreed(play)
    for number in range(1, 13):
        play.says(text_of("jail")).presses(f"evidence:save:{number}")

    play.says("我的证据")

    assert "您保存了 12 条" in play.said
    assert "第 12 条 ·" in play.said
    assert "第 1 条 ·" not in play.said
    assert "最近 10 条" in play.said


@pytest.mark.parametrize(("answer", "kept"), [("同意", 1), ("好的", 1), ("不同意", 0), ("算了", 0)])
def test_consent_is_answered_in_plain_words(play: Play, answer: str, kept: int) -> None:
    play.says(text_of("jail")).presses("evidence:save:1").says(answer)

    assert len(play.evidence) == kept


def test_declining_is_remembered_and_may_be_thought_over(play: Play) -> None:
    play.says(text_of("jail")).presses("evidence:save:1").says("不同意").presses("evidence:save:1")
    assert "上次选了不保存" in play.said

    play.says("同意")

    assert len(play.evidence) == 1


@pytest.mark.parametrize("words", ["保存证据", "帮我保存", "存一下"])
def test_message_that_came_last_is_saved_in_plain_words(play: Play, words: str) -> None:
    agreed(play).says(text_of("jail")).says(text_of("visit")).says(words)

    assert [entry.text for entry in play.evidence] == [text_of("visit")]


def test_nothing_to_save_says_how_to_begin(play: Play) -> None:
    assert "先把收到的消息粘贴" in play.says("保存证据").said


@pytest.mark.parametrize("words", ["删除证据 1", "删除第 1 条", "删掉第１条"])
def test_entry_is_deleted_in_plain_words_after_asking(play: Play, words: str) -> None:
    agreed(play).says(text_of("jail")).presses("evidence:save:1").says(words)
    assert "确定删除第 1 条吗" in play.said

    play.says("确定")

    assert play.evidence == []
