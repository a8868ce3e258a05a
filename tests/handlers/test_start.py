"""First contact: the answer first, then three lines; a menu for whoever asks."""

import pytest

from bot.messages import UpdateKind
from bot.session import Profile
from tests.conversing import Play

NOTICE = "【江畔银行】您的信用卡已逾期12天，欠款3200元，请尽快还款，客服95000。"


def test_first_answer_comes_before_three_lines_on_who_speaks() -> None:
    play = Play().says(NOTICE)

    assert play.handlers[0] == "forwarded"
    assert play.handlers[-1] == "start"
    lines = play.replies[-1].text.split("\n")
    assert len(lines) == 3
    assert "不是律师" in lines[1]
    assert "24 小时" in lines[2]


def test_three_lines_are_said_once() -> None:
    assert "不是律师" not in Play().says(NOTICE).says(NOTICE).said


@pytest.mark.parametrize(
    "begin", [lambda play: play.joins(), lambda play: play.says("/start"), lambda play: play.says("你好")]
)
def test_whoever_comes_without_a_message_is_greeted_with_the_same_lines(begin) -> None:  # type: ignore[no-untyped-def]  # a lambda
    play = Play()
    begin(play)

    assert play.handlers == ["start"]
    assert "别慌" in play.said
    assert "不是律师" in play.said


@pytest.mark.parametrize("text", ["/help", "帮助", "菜单", "你是谁", "怎么用？", "/start", "在吗", "你好，请问有人吗"])
def test_menu_is_shown_in_any_of_these_words(text: str) -> None:
    play = Play(profile=Profile(welcomed=True)).says(text)

    assert play.handlers == ["start"]
    assert "您可以这样用我" in play.said


def test_every_button_of_the_menu_leads_somewhere() -> None:
    for button in Play().says("菜单").buttons:
        play = Play().says("菜单").presses(button.id)

        assert play.handler == button.id.split(":")[0]


def test_sticker_is_answered_and_then_introduced() -> None:
    assert Play().sends(UpdateKind.UNSUPPORTED).handlers == ["common", "start"]
