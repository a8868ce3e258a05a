"""Already paid, partly paid, not my loan: by button and by words, ending in a text that disputes."""

import pytest

from bot.messages import Style
from tests.carding import play, text_of
from tests.conversing import Play

__all__ = ["play"]


def script_of(play: Play) -> str:
    return next(block.text for reply in play.replies for block in reply.blocks if block.style is Style.SCRIPT)


def test_paid_asks_day_and_sum_and_ends_in_a_dispute(play: Play) -> None:
    play.says(text_of("plain reminder")).presses("settled:paid:1")
    assert "哪天还的" in play.said
    play.says("前天")
    assert "还了多少" in play.said
    play.says("4310.5")

    script = script_of(play)
    assert "青禾消费金融" in script
    assert "2026 年 11 月 21 日" in script
    assert "4310.50 元" in script
    assert "更正" in script
    assert "征信" in script
    assert "凭证" in script
    assert "《征信业管理条例》第二十五条" in play.said


@pytest.mark.parametrize("words", ["支付宝转的", "好"])
def test_word_added_at_the_end_is_heard_and_a_question_is_answered(play: Play, words: str) -> None:
    play.presses("settled:paid:").says("昨天").says("100").says(words)
    assert "付款记录" in play.said

    play.says("他们说要起诉我是真的还是假的吗")
    assert play.replies[0].text == "ELSE"
    assert not play.session.frames


def test_part_asks_how_it_was_set_off_and_does_not_forbid_collecting(play: Play) -> None:
    play.says(text_of("plain reminder")).presses("settled:part:1").says("11月20日").says("3000")

    assert "可以继续催" in play.said
    assert "抵了哪几项" in script_of(play)
    assert "停止催收" not in script_of(play)
    assert "第五百六十一条" in play.said


def test_what_is_not_remembered_stays_blank(play: Play) -> None:
    play.says(text_of("nameless")).presses("settled:paid:1").says("不记得").says("不记得了")

    assert script_of(play).count("____") == 3


@pytest.mark.parametrize("bad", ["不知道怎么说呢", "2027年1月1日"])
def test_day_that_does_not_fit_is_asked_again(play: Play, bad: str) -> None:
    play.presses("settled:paid:").says(bad)

    assert "不记得" in play.said
    assert play.session.active is not None
    assert play.session.active.state == "when"


@pytest.mark.parametrize("bad", ["很多", "0"])
def test_sum_that_does_not_fit_is_asked_again(play: Play, bad: str) -> None:
    play.presses("settled:paid:").says("昨天").says(bad)

    assert "没看懂" in play.said
    assert play.session.active is not None
    assert play.session.active.state == "amount"


def test_back_leads_to_the_day(play: Play) -> None:
    play.presses("settled:part:").says("昨天").says("返回")

    assert "哪天还的" in play.said
    assert "还了一部分" in play.said


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("我昨天已经还清了", "哪天还的"),
        ("已经还了", "哪天还的"),
        ("我早就还完了，他们搞错了", "哪天还的"),
        ("我先还了两千", "还了一部分"),
        ("上周还了一部分", "还了一部分"),
        ("我已经还了一部分了", "还了一部分"),
        ("这钱不是我借的", "签过字"),
        ("我根本没借过钱", "签过字"),
        ("我的身份被冒用了", "签过字"),
    ],
)
def test_words_begin_the_path(play: Play, words: str, asked: str) -> None:
    play.says(text_of("plain reminder")).says(words)

    assert play.handler == "settled"
    assert asked in play.said


@pytest.mark.parametrize(
    "words",
    [
        "还清了征信多久恢复", "等我还清了再说", "我还没还清", "如果已经还了还会上征信吗", "已经还清以后要结清证明吗",
        "我打算先还了再说", "不是我借的怎么办", "你好", "",
    ],
)  # fmt: skip
def test_questions_plans_and_denials_do_not_begin_it(play: Play, words: str) -> None:
    play.says(words)

    assert play.handler != "settled"


def test_words_speak_of_the_last_message(play: Play) -> None:
    play.says(text_of("plain reminder")).says("已经还了").says("昨天").says("100")

    assert "青禾消费金融" in script_of(play)


def test_not_mine_is_reported_denied_and_objected_to_never_ignored(play: Play) -> None:
    play.says(text_of("plain reminder")).presses("settled:not_mine:1").presses("settled:none:1")

    assert "不要只是不理它" in play.said
    assert "报警" in play.said
    assert "书面否认" in play.said
    assert "异议" in script_of(play)
    assert "我没有向青禾消费金融申请过" in script_of(play)


def test_signed_for_another_is_not_told_to_deny(play: Play) -> None:
    play.presses("settled:not_mine:").says("替别人借的")

    assert "一般就是您的" in play.said
    assert "我没有" not in script_of(play)


def test_unsure_neither_admits_nor_denies(play: Play) -> None:
    play.presses("settled:not_mine:").says("记不清")

    assert "不确认也不否认" in script_of(play)


def test_other_words_ask_the_one_question_again(play: Play) -> None:
    play.presses("settled:not_mine:").says("唉")

    assert "选一个" in play.said
    assert len(play.buttons) == 3


def test_held_message_can_be_saved_from_the_end(play: Play) -> None:
    play.says(text_of("plain reminder")).presses("settled:not_mine:1").presses("settled:none:1")

    assert "evidence:save:1" in {button.id for button in play.buttons}


def test_pasted_message_in_between_is_answered_and_the_path_waits(play: Play) -> None:
    play.presses("settled:paid:").says(text_of("visit"))

    assert play.handler == "forwarded"
    assert play.session.frames[0].handler == "settled"


def test_paying_less_than_is_claimed_is_told_as_a_part(play: Play) -> None:
    play.says(text_of("plain reminder")).presses("settled:paid:1").says("前天").says("2000")

    assert "比消息里要的少" in play.said
    assert "抵了哪几项" in script_of(play)
    assert "与事实不符" not in script_of(play)
