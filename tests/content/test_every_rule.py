"""No rule stands idle: without it at least one example of the content is read otherwise.

What the rules say alone is tried here, without the learnt model. A rule whose examples all come out right without it
either needs an example of its own or serves nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from bot.recognition import Recogniser
from bot.recognition.distress import Distress
from bot.recognition.kinds import Judge, Verdict
from bot.recognition.trace import Trace
from content.load import load
from content.schema_distress import Sign
from content.schema_signal import Deciding, Kinds, Signal

CONTENT = load()
RECOGNISER = Recogniser(replace(CONTENT, learnt={}))
_NOBODY = "no_identity"


def kinds() -> Kinds:
    assert CONTENT.kinds is not None
    return CONTENT.kinds


@cache
def trace(text: str) -> Trace:
    return RECOGNISER.trace(text)


def examples_of_kinds() -> Iterator[str]:
    """Those of the kinds, and those of the signal that says that nobody is named, which hangs on marks."""
    for texts in kinds().examples.values():
        yield from texts
    yield from CONTENT.signals[_NOBODY].near_misses


# --- the rules of the signals


RULES = [(signal, rule.id) for signal in CONTENT.signals.values() for rule in signal.rules]


@pytest.mark.parametrize(("signal", "rule"), RULES, ids=[f"{signal.id}.{rule}" for signal, rule in RULES])
def test_without_a_rule_its_signal_is_missed(signal: Signal, rule: str) -> None:
    """Each rule finds by itself, so that without it the findings of the others are left."""
    readings = [trace(text).recognition for text in signal.examples]
    finding = [{found.rule for found in reading.findings if found.signal == signal.id} for reading in readings]

    assert {rule} in finding


@pytest.mark.parametrize("signal", CONTENT.signals.values(), ids=CONTENT.signals)
def test_every_signal_has_examples_and_near_misses(signal: Signal) -> None:
    assert len(signal.examples) >= 5
    assert len(signal.near_misses) >= 5


# --- what decides about whole messages


def judged(judge: Judge, forgotten: str = "") -> list[tuple[str, bool]]:
    """What the steps make of each example: its kind, and whether the sender would have to name himself."""
    readings = (trace(text).decisive.facts for text in examples_of_kinds())
    return [_told(judge.decide(facts - {forgotten})) for facts in readings]


def _told(verdict: Verdict) -> tuple[str, bool]:
    return verdict.kind, verdict.nameless


def judge_without(step: Deciding) -> Judge:
    steps = tuple(other for other in kinds().steps if other is not step)
    return Judge({}, replace(CONTENT, kinds=kinds().model_copy(update={"marks": (), "steps": steps})))


@pytest.mark.parametrize("mark", [mark.id for mark in kinds().marks])
def test_without_a_mark_a_message_is_taken_for_something_else(mark: str) -> None:
    judge = Judge({}, replace(CONTENT, kinds=kinds().model_copy(update={"marks": ()})))

    assert judged(judge, forgotten=mark) != judged(judge)


@pytest.mark.parametrize("step", kinds().steps[:-1], ids=[step.id for step in kinds().steps[:-1]])
def test_without_a_step_a_message_is_taken_for_something_else(step: Deciding) -> None:
    right = [_told(trace(text).decisive.steps) for text in examples_of_kinds()]

    assert judged(judge_without(step)) != right


# --- distress


class Forgetful(Distress):
    """Hears all signs but one."""

    forgotten = ""

    def _signs(self, text: str) -> Iterator[Sign]:
        return (sign for sign in super()._signs(text) if sign.id != self.forgotten)


@cache
def heard() -> list[tuple[str, str, set[str]]]:
    """Each example with what it stands for and the signs that it shows."""
    distress = Distress(replace(CONTENT, learnt={}))
    texts = [(text, expected) for expected, texts in CONTENT.distress.examples.items() for text in texts]
    return [(text, expected, distress.facts(text)[1]) for text, expected in texts]


@cache
def forgetful() -> Forgetful:
    return Forgetful(replace(CONTENT, learnt={}))


@pytest.mark.parametrize("sign", [sign.id for sign in CONTENT.distress.signs])
def test_without_a_sign_distress_is_misheard(sign: str) -> None:
    forgetful().forgotten = sign

    misheard = [text for text, expected, shown in heard() if sign in shown and forgetful().verdict(text) != expected]

    assert misheard
