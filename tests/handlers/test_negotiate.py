"""Getting ready to negotiate: two questions, one at a time; the reader's own sum; nothing promised."""

import pytest

from bot.messages import Style
from tests.carding import play, text_of
from tests.conversing import Play

__all__ = ["play"]


def scripts_of(play: Play) -> list[str]:
    return [block.text for reply in play.replies for block in reply.blocks if block.style is Style.SCRIPT]


def test_two_questions_then_words_for_phone_and_text(play: Play) -> None:
    play.says(text_of("plain reminder")).presses("negotiate:open:1")
    assert "每月最多能拿出多少" in play.said
    play.says("800")
    assert "主要原因" in play.said
    play.presses("negotiate:job")

    (phone,) = scripts_of(play)
    first = play.said
    assert len(play.replies) == 2
    written = scripts_of(play.presses("negotiate:text"))[0]
    for text in (phone, written):
        assert "青禾消费金融" in text
        assert "800 元" in text
        assert "失业" in text
    assert "不用催收消息里的号码" in first
    assert "先拿到书面" in play.presses("negotiate:answers").said
    assert "不是必须同意" in play.said


def test_what_was_understood_is_said_back(play: Play) -> None:
    play.presses("negotiate:open:").says("1200").says("生意停了")

    assert "每月最多 1200 元，原因是生意停了" in play.said


@pytest.mark.parametrize("words", ["一分没有", "0", "拿不出来"])
def test_nothing_to_spare_asks_for_deferral_not_for_a_sum(play: Play, words: str) -> None:
    play.presses("negotiate:open:").says(words).says("生病")

    assert all("暂缓" in text for text in scripts_of(play))
    assert all("每月最多能还" not in text for text in scripts_of(play))


@pytest.mark.parametrize("bad", ["看情况", "99999999999"])
def test_sum_that_does_not_fit_is_asked_again(play: Play, bad: str) -> None:
    play.presses("negotiate:open:").says(bad)

    assert "没看懂" in play.said
    assert play.session.active is not None
    assert play.session.active.state == "monthly"


def test_back_leads_to_the_sum(play: Play) -> None:
    play.presses("negotiate:open:").says("800").says("返回")

    assert "每月最多" in play.said


def test_reason_kept_to_oneself_stays_blank(play: Play) -> None:
    play.presses("negotiate:open:").says("800").presses("negotiate:other")

    assert "因为____" in scripts_of(play)[0]


def test_long_reason_is_asked_shorter(play: Play) -> None:
    play.presses("negotiate:open:").says("800").says("说来话长" * 10)

    assert "几个字" in play.said


def test_stale_reason_button_begins_anew(play: Play) -> None:
    play.presses("negotiate:job")

    assert "每月最多能拿出多少" in play.said


@pytest.mark.parametrize("words", ["继续协商", "我想协商", "/negotiate"])
def test_words_begin_it(play: Play, words: str) -> None:
    play.says(words)

    assert play.handler == "negotiate"


def test_credit_card_gets_the_card_rule_and_other_loans_do_not(play: Play) -> None:
    play.says(text_of("credit done")).presses("negotiate:open:1").says("500").presses("negotiate:ill")
    assert "个性化分期" in play.said

    play.says(text_of("plain reminder")).presses("negotiate:open:2").says("500").presses("negotiate:ill")
    assert "个性化分期" not in play.said


def test_no_outcome_is_promised(play: Play) -> None:
    play.presses("negotiate:open:").says("800").presses("negotiate:income")

    for word in ("一定", "保证能", "成功率", "必须停", "不再上报", "！"):
        assert word not in play.said


def test_question_in_between_is_answered_and_the_talk_waits(play: Play) -> None:
    play.presses("negotiate:open:").says("他们说要起诉我是真的还是假的吗")

    assert play.replies[0].text == "ELSE"
    assert play.session.frames[0].handler == "negotiate"


def test_buttons_know_sum_and_reason_when_the_talk_has_gone_on(play: Play) -> None:
    play.says(text_of("plain reminder")).presses("negotiate:open:1").says("800").presses("negotiate:job")
    id_ = next(button.id for button in play.buttons if button.id.startswith("negotiate:text"))

    play.says(text_of("visit"))
    assert not play.session.frames
    play.presses(id_)

    assert all(each in scripts_of(play)[0] for each in ("青禾消费金融", "800 元", "失业"))


def test_trouble_told_afterwards_is_heard(play: Play) -> None:
    play.presses("negotiate:open:").says("800").presses("negotiate:job")

    play.says("尿毒症，没钱")
    assert "真不容易" in play.said
    play.says("好的")
    assert "我帮您看" in play.said


def test_reason_with_more_beside_it_is_the_answer() -> None:
    play = Play()
    play.says("我想协商").says("800").says("失业了，还有孩子上学")

    assert "原因是失业了，还有孩子上学" in play.said


def test_sum_missed_twice_is_asked_otherwise_with_a_way_out(play: Play) -> None:
    play.presses("negotiate:open:").says("失业了")
    first = play.said

    assert play.says("好的").said != first
    assert "取消" in play.said
