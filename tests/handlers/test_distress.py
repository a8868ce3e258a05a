"""Words of distress: heard first, answered by somebody who stays, with numbers that were checked."""

import re
from datetime import timedelta

import pytest

from bot.messages import Style
from content.load import load
from tests.conversing import Play

NOTICE = "【江畔银行】您的信用卡已逾期12天，欠款3200元，请尽快还款，客服95000。"
WORDS = load().conversations["distress"]


def test_reply_asks_for_safety_and_names_the_hotline_with_its_hours() -> None:
    play = Play().says("我不想活了")

    assert play.handler == "distress"
    assert "您现在安全吗" in play.said
    assert f"12356（心理援助热线，{load().hotlines['12356'].hours}）" in play.said
    assert "120" in play.said
    assert "110" in play.said


def test_every_number_that_is_told_is_a_checked_hotline() -> None:
    told = {number for text in WORDS.texts.values() for number in re.findall(r"[0-9]{3,}", text)}

    assert told == {"12356", "120", "110"} <= set(load().hotlines)


def test_no_sentence_speaks_of_law_methods_or_promises() -> None:
    said = " ".join(WORDS.texts.values())

    assert [
        word for word in ("法律", "起诉", "跳楼", "割", "上吊", "药瓶", "一定会好", "您很安全") if word in said
    ] == []


def test_what_is_said_first_is_short() -> None:
    assert len(Play().says("我不想活了").said) <= 260


def test_reminders_rest_from_then_on() -> None:
    play = Play()
    now = play.now

    play.says("我不想活了")

    assert play.profile.paused_since == now


@pytest.mark.parametrize(
    "before",
    [["继续协商"], ["继续协商", "800"], ["我已经还了"], ["不是我借的"], [NOTICE], ["隐私"], ["继续协商", NOTICE]],
    ids=["sum", "reason", "day of payment", "not mine", "card", "privacy", "two at once"],
)
def test_it_comes_first_in_every_state(before: list[str]) -> None:
    play = Play()
    for text in before:
        play.says(text)

    assert play.says("没意思，活着没意思").handlers == ["distress"]


def test_it_comes_first_under_a_pasted_message() -> None:
    assert Play().says(f"{NOTICE}\n我真的撑不下去了").handlers == ["distress"]


def test_it_comes_first_in_a_caption_and_in_a_forwarded_text() -> None:
    assert Play().forwards("我先走了，孩子拜托你们").handlers == ["distress"]


def test_what_was_under_way_is_kept_and_picked_up_again() -> None:
    play = Play().says("继续协商").says("800").says("我死了算了")

    assert "「继续」" in play.said
    assert "困难的主要原因" in play.says("继续").said


def test_danger_sends_for_help_at_once() -> None:
    play = Play().says("我站在天台上")

    assert play.said.startswith("我很担心您。请现在就做一件事：打 120")


def test_short_answer_after_danger_asks_who_is_there() -> None:
    assert "身边有人了吗" in Play().says("我站在天台上").says("嗯").said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("我没事了", "我放心一些了"),
        ("没事，放心", "我放心一些了"),
        ("不安全", "打 120"),
        ("没有", "那我先陪着您"),
        ("就我一个人在家", "那我先陪着您"),
        ("我妈在", "有人在就好"),
        ("12356 打不通", "打不通，真的让人泄气"),
        ("电话没人接", "打不通，真的让人泄气"),
        ("我不想打电话", "不想打就不打"),
        ("你只是个机器人", "我只是个程序"),
        ("嗯", "我在"),
        ("谢谢", "我在"),
        ("不聊了，去睡了", "您什么时候想说，我都在"),
        ("算了", "您什么时候想说，我都在"),
        ("他们从来没问过我累不累", "我在听"),
        ("为什么偏偏是我？", "我在听"),
        ("……", "我在听"),
    ],
)
def test_what_follows_is_answered_as_a_person_would(text: str, said: str) -> None:
    play = Play().says("我不想活了").says(text)

    assert play.handlers[0] == "distress"
    assert said in play.said


def test_heavy_words_again_are_never_answered_with_the_same_sentence() -> None:
    play = Play()
    said = [play.says("我真的不想活了").said for _ in range(4)]

    assert len(set(said)) == 4


@pytest.mark.parametrize(("answer", "said"), [("是", "打 120"), ("想", "打 120"), ("没有", "谢谢您老实告诉我")])
def test_direct_question_is_answered_to(answer: str, said: str) -> None:
    play = Play().says("我不想活了").says("死的心都有")
    assert "您现在想马上伤害自己吗" in play.said

    assert said in play.says(answer).said


def test_denial_after_the_question_is_taken_at_its_word() -> None:
    assert "我放心一些了" in Play().says("我不想活了").says("放心，我不会做傻事的").said


def test_whoever_is_alone_gets_words_to_send() -> None:
    play = Play().says("我不想活了").presses("distress:alone")

    assert [block.style for reply in play.replies for block in reply.blocks][-1] is Style.SCRIPT


def test_question_about_the_debt_is_answered_meanwhile() -> None:
    play = Play().says("我不想活了").says("逾期三个月会不会被起诉")

    assert play.handlers == ["question", "distress"]
    assert "我还在" in play.said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("会坐牢吗", "不会因此坐牢"),
        ("他们会去我家吗", "可以不开门"),
        ("会不会打给我爸妈", "不该说给家人、同事听"),
    ],
)
def test_fear_asked_about_is_taken_away_in_a_sentence(asked: str, said: str) -> None:
    play = Play().says("我不想活了").says(asked)

    assert play.handlers == ["distress"]
    assert said in play.said
    assert "我还在" in play.said
    assert "《" not in play.said


def test_fear_asked_about_in_danger_is_followed_by_who_to_call() -> None:
    play = Play().says("我已经吃了一瓶安眠药").says("会坐牢吗")

    assert "不会因此坐牢" in play.said
    assert "120" in play.said


@pytest.mark.parametrize("text", ["12356打不通怎么办", "12356 一直没人接", "心理援助热线占线"])
def test_whoever_got_no_answer_elsewhere_is_heard_here(text: str) -> None:
    play = Play().says(text)

    assert play.handler == "distress"
    assert "打不通，真的让人泄气" in play.said
    assert "我在" in play.says("嗯").said


def test_hotline_of_a_bank_that_nobody_answers_is_no_distress() -> None:
    assert Play().says("银行客服热线打不通怎么办").handler == "question"


def test_somebody_still_here_is_said_once_and_not_each_time() -> None:
    play = Play().says("我不想活了").says("逾期会不会坐牢").says("逾期多久会被起诉")

    assert "我还在" not in play.said


def test_next_day_it_is_asked_how_things_are() -> None:
    play = Play().says("我不想活了").waits(timedelta(days=1)).says(NOTICE)

    assert play.handlers[0] == "forwarded"
    assert "现在好些了吗" in play.said
    assert "好些" not in play.says(NOTICE).said


def test_first_words_are_not_followed_by_the_welcome() -> None:
    play = Play().says("我不想活了")

    assert not play.profile.welcomed


def test_worry_about_somebody_else_has_a_reply_of_its_own() -> None:
    play = Play().says("我老公说他不想活了")

    assert "您这么担心，是对的" in play.said
    assert [button.label for button in play.buttons] == ["联系上了", "联系不上"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("联系不上", "打 110"),
        ("他电话打不通", "打 110"),
        ("找到了，在家", "请陪着"),
        ("谢谢", "我在"),
        ("我好乱", "联系得上"),
    ],
)
def test_worry_about_somebody_else_is_followed_up(text: str, said: str) -> None:
    assert said in Play().says("我老公说他不想活了").says(text).said


def test_menu_leads_to_somebody_who_listens() -> None:
    play = Play().says("帮助").presses("distress:talk")

    assert "您现在安全吗" in play.said


def test_going_on_with_nothing_else_begun_is_always_answered() -> None:
    play = Play()
    play.says("不想活了")

    for _ in range(5):
        assert play.presses("common:resume").said
