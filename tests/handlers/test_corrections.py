"""What the reader says is wrong is taken, held with the message, and followed everywhere."""

import pytest

from bot.messages import Style
from tests.conversing import Play

MESSAGE = "【小米金融】您的借款已逾期7天，应还12860元，请尽快还款，否则将上报央行征信系统。"
VISIT = "【拍拍贷】您的借款5200元已逾期30天，我司已安排外访人员近日上门核实。"


def script_of(play: Play) -> str:
    return next(block.text for reply in play.replies for block in reply.blocks if block.style is Style.SCRIPT)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("应还1286元，不是12860", ["1286 元"]),
        ("不是12860是1286", ["1286 元"]),
        ("金额应该是1286", ["1286 元"]),
        ("1286", ["1286 元"]),
        ("不是12,860元，是1,286元", ["1286 元"]),
        ("是招联金融，5200元", ["招联金融", "5200 元"]),
        ("不是小米金融，是招联金融", ["招联金融"]),
        ("机构是小象钱包", ["小象钱包"]),
        ("逾期12天", ["逾期 12 天"]),
        ("是12天，不是7天", ["逾期 12 天"]),
    ],
)
def test_corrected_fields_are_told_and_stand_in_the_script(words: str, told: list[str]) -> None:
    play = Play().says(MESSAGE).presses("forwarded:wrong:1").presses("forwarded:wrong_fields:1")

    play.says(words)

    card = play.replies[0].text
    assert "按您说的改成" in card
    assert all(each in card for each in told)
    assert all(each in script_of(play) for each in told)
    assert "12860" not in script_of(play) or not any("元" in each for each in told)
    assert not play.session.frames
    assert len(play.session.held) == 1


def test_what_is_no_correction_is_asked_again_and_a_new_message_is_read_anew() -> None:
    play = Play().says(MESSAGE).presses("forwarded:wrong_fields:1").says("嗯嗯哦")
    assert "没看懂" in play.said

    play.says(VISIT)

    assert len(play.session.held) == 2
    assert not play.session.frames


@pytest.mark.parametrize("words", ["逾期12天会上征信吗", "你欠招联金融5200元已逾期12天，尽快还"])
def test_question_or_message_in_between_is_no_correction(words: str) -> None:
    play = Play().says(MESSAGE).presses("forwarded:wrong_fields:1")

    play.says(words)

    assert play.session.held[0].corrected.days is None


def test_day_typed_while_the_choice_is_shown_counts() -> None:
    play = Play().says(VISIT).presses("forwarded:when:1")

    play.says("去年11月5号")

    assert "2025 年 11 月 5 日" in play.said
    assert not play.session.frames


def test_choice_of_the_day_lapses_when_the_talk_goes_on() -> None:
    play = Play().says(VISIT).presses("forwarded:when:1").says("他们能去我单位吗")

    assert play.handler == "question"
    assert not play.session.frames


def test_later_corrections_keep_the_earlier_and_reach_every_conversation() -> None:
    play = Play().says(MESSAGE)
    for words in ("应还1286元", "是招联金融"):
        play.presses("forwarded:wrong_fields:1").says(words)
    assert "1286 元" in play.said

    play.presses("forwarded:why:1")
    assert "招联" in play.said
    play.presses("settled:paid:1").says("昨天").says("1286")
    assert "招联金融" in script_of(play)
    play.presses("negotiate:open:1").says("300").says("失业")
    assert "招联金融" in script_of(play)


@pytest.mark.parametrize(
    ("kind", "law", "script"),
    [("legal_notice", "", "起诉"), ("credit_notice", "征信业管理条例", "征信"), ("scam", "反电信网络诈骗法", "")],
)
def test_chosen_kind_brings_its_own_provision_and_script(kind: str, law: str, script: str) -> None:
    play = Play().says(VISIT)
    before = [reply.text for reply in play.replies]

    play.presses(f"forwarded:as:1.{kind}")

    assert law in play.replies[0].text
    assert script in "".join(reply.text for reply in play.replies[1:])
    assert [reply.text for reply in play.replies[1:]] != before[1:]
    play.presses("forwarded:card:1")
    assert law in play.said


def test_chosen_kind_is_saved_with_the_evidence() -> None:
    play = (
        Play().says(VISIT).presses("forwarded:as:1.legal_notice").presses("evidence:save:1").presses("evidence:agree")
    )

    assert play.evidence[0].kind == "legal_notice"


def test_harm_is_not_chosen_away() -> None:
    play = Play().says("你等着，今晚带人去砍死你全家，欠小米金融的五千元赶紧还").presses("forwarded:as:1.reminder")

    assert "110" in play.said


def test_finding_that_is_wrong_can_be_dropped() -> None:
    play = Play().says(VISIT).presses("forwarded:wrong:1").presses("forwarded:wrong_words:1")
    assert "forwarded:drop:1.visit" in {button.id for button in play.buttons}

    play.presses("forwarded:drop:1.visit")
    assert "去掉了" in play.said
    assert "visit" in play.session.held[0].corrected.dropped
    play.presses("forwarded:why:1")

    assert "外访人员" not in play.said
