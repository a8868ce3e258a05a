"""The card in conversation: bubbles, buttons, views in place, corrections, and the day of the message."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.messages import Style, UpdateKind
from bot.turn import HELD_MOST
from handlers.forwarded import JOINED_MOST, LULL, TOGETHER
from tests.carding import play, text_of
from tests.conversing import NIGHT, Play
from tests.readings import COLLECTING, SAMPLES, Sample

__all__ = ["play"]
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("sample", COLLECTING, ids=lambda sample: sample.name)
def test_each_text_to_copy_has_a_bubble_of_its_own(play: Play, sample: Sample) -> None:
    play.says(sample.text)

    first, *rest = play.replies
    assert all(block.style is not Style.SCRIPT for block in first.blocks)
    assert rest
    for reply in rest:
        styles = {block.style for block in reply.blocks}
        assert styles == {Style.SCRIPT} or Style.SCRIPT not in styles
        assert not reply.buttons


@pytest.mark.parametrize("sample", COLLECTING, ids=lambda sample: sample.name)
def test_three_buttons_are_in_view_and_one_leads_to_the_rest(play: Play, sample: Sample) -> None:
    play.says(sample.text)

    rows = play.replies[0].buttons
    assert [len(row) for row in rows] == [3, 1]
    assert rows[0][0].id == "evidence:save:1"
    assert rows[1][0].label == "更多"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_button_of_every_card_answers(play: Play, sample: Sample) -> None:
    play.says(sample.text)
    seen: set[str] = set()
    waiting = [button.id for button in play.buttons]

    while waiting:
        id_ = waiting.pop()
        if id_ in seen:
            continue
        seen.add(id_)
        play.presses(id_)
        assert play.replies, id_
        assert "过期" not in play.said, id_
        assert all(len(button.id.encode()) <= 48 for button in play.buttons)
        waiting += [button.id for button in play.buttons if not button.id.startswith("common:")]

    if sample.reading.kind != "other":
        assert {"forwarded:why:1", "forwarded:laws:1", "forwarded:more:1", "settled:paid:1"} <= seen


@pytest.mark.parametrize("view", ["more", "why", "laws", "wrong"])
def test_views_replace_the_card_and_lead_back_to_it(play: Play, view: str) -> None:
    play.says(text_of("jail"))
    card = play.replies[0]

    play.presses(f"forwarded:{view}:1")
    assert [reply.replaces for reply in play.replies] == [True]
    play.presses("forwarded:card:1")

    assert play.replies[0].blocks == card.blocks
    assert play.replies[0].replaces


def test_more_holds_what_is_out_of_view(play: Play) -> None:
    play.says(text_of("harm")).presses("forwarded:more:1")

    labels = {button.label for button in play.buttons}
    assert labels == {
        "更多法条", "我已经还了", "还了一部分", "不是我借的", "消息是什么时候的", "这不对", "返回这条消息",
    }  # fmt: skip


def test_day_is_not_asked_where_it_changes_nothing(play: Play) -> None:
    play.says(text_of("plain reminder")).presses("forwarded:more:1")

    assert "消息是什么时候的" not in {button.label for button in play.buttons}


def test_why_names_words_and_what_they_show_but_no_ids(play: Play) -> None:
    play.says(text_of("seed notice")).presses("forwarded:why:1")

    assert "提及征信：“将上报央行征信系统”" in play.said
    assert not re.search(r"[a-z]{3,}", play.said)
    assert "《征信业管理条例》第十五条" in play.said
    assert "贷款人" in play.said


def test_more_law_says_on_which_lender_a_norm_depends(play: Play) -> None:
    play.says(text_of("credit and family")).presses("forwarded:laws:1")

    assert "如果放款人是" in play.said
    assert "看合同上的“贷款人”" in play.said


def test_each_button_answers_for_its_own_message(play: Play) -> None:
    play.says(text_of("jail")).says(text_of("visit"))

    play.presses("forwarded:why:1")
    assert "涉嫌贷款诈骗" in play.said
    play.presses("forwarded:why:2")
    assert "已分配外访专员" in play.said


def test_message_no_longer_held_is_kindly_asked_for_again(play: Play) -> None:
    play.says(text_of("jail"))
    for _ in range(HELD_MOST):
        play.says(text_of("visit"))

    for button in ("forwarded:why:1", "forwarded:laws:1", "evidence:save:1", "forwarded:as:1.scam", "forwarded:now:1"):
        play.presses(button)
        assert "再粘贴一次" in play.said


@pytest.mark.parametrize("argument", ["", "x", "１", "1.nonsense", "-1", "99999999999999999999", "1.", "1.scam.scam"])
def test_mangled_buttons_do_no_harm(play: Play, argument: str) -> None:
    play.says(text_of("jail"))

    play.presses(f"forwarded:why:{argument}")

    assert play.replies


def test_forwarded_chat_is_read_even_if_it_looks_like_a_question(play: Play) -> None:
    play.forwards("什么时候还钱？")

    assert play.handler == "forwarded"
    assert play.said.startswith("这不像催收消息")


def test_sender_and_time_of_a_forward_are_held_and_used(play: Play) -> None:
    play.forwards(text_of("harm"), sender="1069000", sent_at=datetime(2025, 10, 3, 15, 10, tzinfo=UTC))

    assert "第四十二条" in play.said
    assert "1069000" in play.replies[1].text
    assert "2025 年 10 月 3 日 23:10" in play.replies[1].text


# --- the day


def test_typed_day_brings_the_law_of_that_day(play: Play) -> None:
    play.says(text_of("harm")).presses("forwarded:when:1").presses("forwarded:fill:1")

    play.says("2025年10月3日")

    assert "第四十二条" in play.said
    assert "2025 年 10 月 3 日" in play.said
    assert not play.session.frames


def test_day_that_cannot_be_read_is_asked_again_and_one_to_come_too(play: Play) -> None:
    play.says(text_of("harm")).presses("forwarded:fill:1")

    play.says("忘了")
    assert "没看懂" in play.said
    play.says("2027年1月1日")
    assert "还没到" in play.said
    play.says("昨晚11点")
    assert "11 月 22 日 23:00" in play.said


@pytest.mark.parametrize(("button", "day"), [("now", 23), ("today", 23), ("yesterday", 22)])
def test_day_by_button_is_held(play: Play, button: str, day: int) -> None:
    play.says(text_of("harm")).presses(f"forwarded:{button}:1")

    held = play.session.held[0]
    assert held.sent_at is not None
    assert held.sent_at.astimezone(SHANGHAI).day == day
    assert "按今天有效" not in play.said


def test_question_of_the_day_can_be_left(play: Play) -> None:
    play.says(text_of("harm")).presses("forwarded:fill:1").says("取消")

    assert not play.session.frames


# --- corrections


def test_corrected_kind_is_answered_as_that_kind_also_behind_its_buttons(play: Play) -> None:
    play.says(text_of("credit and family")).presses("forwarded:wrong:1").presses("forwarded:wrong_kind:1")
    play.presses("forwarded:as:1.scam")

    assert "诈骗" in play.said
    play.presses("forwarded:why:1")
    assert "您选的" in play.said


def test_no_collection_can_be_corrected_to_one(play: Play) -> None:
    play.says(text_of("chat"))
    assert [button.label for button in play.buttons] == ["这不对"]

    play.presses("forwarded:as:1.reminder")

    assert "还款提醒" in play.said


def test_nothing_is_recorded_but_the_held_message(play: Play) -> None:
    play.says(text_of("jail"))

    assert play.outcome is not None
    assert play.outcome.writes == ()
    assert [held.number for held in play.session.held] == [1]


# --- several at once


def test_messages_that_arrive_together_get_one_answer_and_a_joint_one(play: Play) -> None:
    play.pause_s = 0
    first, second, third = (sample.text for sample in COLLECTING[:3])

    at_once = play.says(first).replies
    waiting = play.says(second).replies
    joint = play.says(third).replies

    assert {reply.due_at for reply in at_once} == {None}
    assert {reply.due_at for reply in (*waiting, *joint)} == {NIGHT + TOGETHER}
    assert len({reply.dedupe_key for reply in (*waiting, *joint)}) == 1
    assert play.session.held[-1].text == f"{second}\n\n{third}"
    assert [held.number for held in play.session.held] == [1, 2]


def test_flood_of_messages_is_parted_so_that_each_reading_stays_short() -> None:
    play = Play()
    play.pause_s = 0
    for number in range(60):
        play.says(
            f"【江畔银行】您尾号{number + 1000}的贷款已逾期7天，若3日内未还款，将上报央行征信系统并启动法律程序。"
        )
        assert (NIGHT + TOGETHER in {reply.due_at for reply in play.replies}) == bool(number)

    held = play.session.held
    assert all(f"尾号{number + 1000}" in "".join(each.text for each in held) for number in range(60))
    assert len(held) > 2
    assert max(len(each.text) for each in held) < JOINED_MOST + 10


def test_joint_answer_does_not_wait_for_a_clock_that_is_ahead_of_ours(play: Play) -> None:
    play.pause_s = 0
    for sample in COLLECTING[:2]:
        ahead = replace(play._update(UpdateKind.TEXT, text=sample.text), received_at=NIGHT + timedelta(hours=2))
        play._take(ahead)

    assert {reply.due_at for reply in play.replies} == {NIGHT + TOGETHER}


def test_joint_answer_waits_for_what_came_together_but_has_its_turn_late(play: Play) -> None:
    play.pause_s = 1
    for sample in COLLECTING[:5]:
        play._take(replace(play._update(UpdateKind.TEXT, text=sample.text), received_at=NIGHT))

    assert {reply.due_at for reply in play.replies} == {play.now + LULL}


def test_message_two_seconds_later_is_answered_at_once(play: Play) -> None:
    play.pause_s = 2
    play.says(COLLECTING[0].text)

    play.says(COLLECTING[1].text)

    assert {reply.due_at for reply in play.replies} == {None}
    assert play.session.held[-1].joined_since is None


def test_joined_message_saved_too_early_can_be_saved_whole(play: Play) -> None:
    play.pause_s = 0
    play.says(COLLECTING[0].text).says(COLLECTING[1].text).presses("evidence:save:2").presses("evidence:agree")
    assert play.evidence[-1].text == COLLECTING[1].text

    play.says(COLLECTING[2].text).presses("evidence:save:2")

    assert play.evidence[-1].text == f"{COLLECTING[1].text}\n\n{COLLECTING[2].text}"
