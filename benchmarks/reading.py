"""How long reading takes, the worst text apart: recognising, hearing distress, ranking topics.

Run it by `.venv/bin/python -m benchmarks.reading`. Tests hold what is read from these texts, never how long it took.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import cycle

from benchmarks.slowest import slowest
from bot.answers import Answers
from bot.recognition import Recogniser
from bot.recognition.distress import Distress
from content.load import load, load_messages

ROUNDS = 3
LENGTH = 300
"""Characters of the messages that the cost of one reading is told for."""
SMALL, LARGE = 100_000, 1_000_000
HOSTILE = {
    "control": "\x00\x01\x02" * 300_000,
    "surrogates": "\ud800您已逾期\udfff" * 50_000,
    "unseen": "\u200b" * 1_000_000,
    "emoji": "😀" * 300_000,
    "flood": "找你家人借钱还款联系单位上门今天不还" * 60_000,
    "tags": "【" * 500_000,
    "denials": "不会" * 500_000,
    "digits": "1" * 1_000_000,
    "numerals": "三" * 1_000_000,
    "apart": "还 款 " * 250_000,
    "lines": "\n" * 1_000_000,
    "stamps": "22:30 a\n" * 120_000,
    "own lines": "我：a\n" * 200_000,
    "distress": "我爸妈老婆孩子他说我不想死药刀楼河桥活" * 1000,
    "question": "我去年借了钱现在还不上催收天天打电话" * 30,
}
PIECES = ("您已逾期，请尽快还款。", "不会", "【", "1", "还 ", "\n", "\u200b", "12:30 a\n")
"""Repeated to a text of any length, to see that twice the length takes twice the time at most."""


def measure(read: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    """Seconds for each text, the least of some rounds."""
    return [min(_seconds(read, text) for _ in range(ROUNDS)) for text in texts]


def _seconds(read: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    read(text)
    return time.perf_counter() - began


def main() -> None:
    content = load()
    recogniser = Recogniser(content)
    messages = [text for texts in (content.kinds.examples.values() if content.kinds else ()) for text in texts]
    questions = [text for answer in content.answers.values() for text in answer.examples]
    _report("recognise", recogniser.recognise, messages)
    _report(f"recognise {LENGTH} characters", recogniser.recognise, lengthened())
    _report("distress", Distress(content).concern, messages)
    _report("rank", Answers(content).rank, questions)
    _report_growth(recogniser.recognise)
    found = slowest(content)
    print(f"slowest pattern: {found.seconds * 1000:.1f} ms, {found.rule}: {found.pattern}")


def lengthened() -> list[str]:
    """Messages of `LENGTH` characters: labelled ones that are not short, followed by sentences of others."""
    labelled = [message.text for message in load_messages().values()]
    sentences = _sentences(labelled)
    made = []
    for text in [text.strip() for text in labelled if len(text) >= LENGTH // 3]:
        while len(text) < LENGTH:
            text += next(sentences)
        made.append(text[:LENGTH])
    return made


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    """Sentences that name no sender, without end."""
    pieces = [piece + "。" for text in texts for piece in text.split("。") if 12 < len(piece) < 60]
    plain = [piece for piece in pieces if "【" not in piece and "\n" not in piece]
    return cycle(plain)


def _report(name: str, read: Callable[[str], object], texts: Iterable[str]) -> None:
    took = sorted(measure(read, texts))
    print(
        f"{name}: {len(took)} texts, half within {took[len(took) // 2] * 1000:.2f} ms, 99 of 100 within "
        f"{took[len(took) * 99 // 100] * 1000:.2f} ms, all within {took[-1] * 1000:.1f} ms"
    )
    hostile = dict(zip(HOSTILE, measure(read, HOSTILE.values()), strict=True))
    slow = max(hostile, key=hostile.__getitem__)
    print(f"  slowest of {len(hostile)} hostile ones: {slow}, {hostile[slow] * 1000:.0f} ms")


def _report_growth(read: Callable[[str], object]) -> None:
    """How much longer ten times the text takes, for the piece where that is most."""
    ratios = {}
    for piece in PIECES:
        small, large = measure(read, (piece * (length // len(piece)) for length in (SMALL, LARGE)))
        ratios[piece] = large / small
    most = max(ratios, key=ratios.__getitem__)
    print(f"{LARGE:,} characters take at most {ratios[most]:.1f} times as long as {SMALL:,} (repeating {most!r})")


if __name__ == "__main__":
    main()
