"""Words of distress are heard however they are put; whoever isn't in distress is seldom asked."""

from dataclasses import replace

import pytest

from bot.recognition.distress import Concern, Distress, Who
from content.load import load

DISTRESS = Distress(replace(load(), learnt={}))
EXAMPLES = load().distress.examples


@pytest.mark.parametrize("text", EXAMPLES["self"])
def test_words_about_oneself_are_heard(text: str) -> None:
    assert DISTRESS.concern(text) == Concern(Who.SELF, danger=False)


@pytest.mark.parametrize("text", EXAMPLES["danger"])
def test_what_is_done_or_about_to_be_done_is_danger(text: str) -> None:
    assert DISTRESS.concern(text) == Concern(Who.SELF, danger=True)


@pytest.mark.parametrize("text", EXAMPLES["near"])
def test_worry_about_somebody_else_is_told_apart(text: str) -> None:
    concern = DISTRESS.concern(text)

    assert concern is not None
    assert concern.who is Who.NEAR


@pytest.mark.parametrize("text", EXAMPLES["none"])
def test_near_misses_are_left_alone(text: str) -> None:
    assert not DISTRESS.speaks_of(text)


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: " ".join(text),
        lambda text: "\u200b".join(text),
        lambda text: ".".join(text),
        lambda text: "💔".join(text),
        lambda text: f"【江畔银行】您已逾期90天，欠款23000元，请尽快还款，否则将依法起诉。\n{text}",
    ],
    ids=["spaced", "zero width", "dotted", "hearts", "under a pasted message"],
)
def test_heavy_words_are_heard_in_any_disguise(disguise) -> None:  # type: ignore[no-untyped-def]  # a lambda
    texts = ["我不想活了", "死了算了", "真想一了百了", "站在天台上", "我想自殺"]

    assert [text for text in texts if not DISTRESS.speaks_of(disguise(text))] == []


def test_stops_between_the_words_do_not_hide_them() -> None:
    assert DISTRESS.speaks_of("我真的不想……活了")


def test_heavy_words_are_heard_far_down_a_long_text() -> None:
    assert DISTRESS.speaks_of("催收每天打电话，我已经把能借的都借了。" * 200 + "我不想活了")


def test_light_words_about_the_debt_stay_with_the_debt() -> None:
    assert not DISTRESS.speaks_of("这个月实在撑不住了，想跟银行协商分期，每月能还八百")


def test_light_words_alone_are_asked_about() -> None:
    assert DISTRESS.speaks_of("我真的撑不住了")


def test_heavy_words_are_heard_at_either_end_of_a_text_too_long_to_be_read() -> None:
    pasted = "【江畔银行】您已逾期90天，请尽快还款，否则将依法起诉。\n" * 2000

    assert DISTRESS.speaks_of("我不想活了\n" + pasted)
    assert DISTRESS.speaks_of(pasted + "我不……想活了")
    assert not DISTRESS.speaks_of(pasted)


@pytest.mark.parametrize("text", ["，", "，，，", ",", "在", "了", "吧吧", "。。。", "？", "1", "…"])
def test_a_tap_on_the_keyboard_is_not_taken_for_more_than_it_says(text: str) -> None:
    assert not Distress(load()).speaks_of(text)
