"""How it does on texts that nobody wrote a rule from and nothing was trained from, beside this file.

The bounds stand below what was measured when they were set, by what chance may do to so few texts; they keep a change
from making it worse unnoticed, and are raised when it gets better.
"""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.recognition import Recogniser
from bot.recognition.distress import Distress
from content.load import load, load_messages, load_voices

HERE = Path(__file__).parent
SETS = ("messages_unseen", "messages_fresh", "voices_unseen")


@cache
def unseen(name: str) -> tuple[dict[str, Any], ...]:
    return tuple(yaml.load((HERE / f"{name}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader))  # our own file


@cache
def readings() -> list[tuple[dict[str, Any], str, set[str]]]:
    recogniser = Recogniser(load())
    read = [(each, recogniser.recognise(each["text"])) for each in unseen("messages_unseen")]
    return [(each, reading.kind, set(reading.signals)) for each, reading in read]


def test_unseen_texts_are_not_among_those_learnt_from() -> None:
    learnt = {message.text for message in load_messages().values()} | {voice.text for voice in load_voices().values()}

    assert learnt.isdisjoint(each["text"] for name in SETS for each in unseen(name))


def test_kind_of_unseen_messages() -> None:
    right = sum(kind == each["kind"] for each, kind, _ in readings())

    assert right / len(readings()) >= 0.89


def test_signals_of_unseen_messages() -> None:
    true, extra, missed = Counter[str](), Counter[str](), Counter[str]()
    for each, _, signals in readings():
        expected = set(each.get("signals", ()))
        true.update(expected & signals)
        extra.update(signals - expected)
        missed.update(expected - signals)
    scores = [2 * true[signal] / (2 * true[signal] + extra[signal] + missed[signal]) for signal in true | missed]

    assert len(scores) == 21
    assert sum(scores) / len(scores) >= 0.87


def test_unseen_collection_is_not_called_harmless() -> None:
    collecting = [kind for each, kind, _ in readings() if each["kind"] != "other"]

    assert collecting.count("other") / len(collecting) <= 0.035


def test_unseen_harmless_texts_are_mostly_left_alone() -> None:
    harmless = [kind for each, kind, _ in readings() if each["kind"] == "other"]

    assert harmless.count("other") / len(harmless) >= 0.86


def test_unseen_words_of_distress_are_heard() -> None:
    distress = Distress(load())
    heard = [(each["distress"], distress.speaks_of(each["text"])) for each in unseen("voices_unseen")]

    assert sum(is_heard for is_distress, is_heard in heard if is_distress) >= 0.78 * 60
    assert sum(is_heard for is_distress, is_heard in heard if not is_distress) <= 0.2 * 60
