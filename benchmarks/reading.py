"""How long reading takes, the worst text apart: recognising, hearing distress, ranking topics.

Run it by `.venv/bin/python -m benchmarks.reading`. Tests hold what is read from these texts, never how long it took.
"""

import time
from collections.abc import Callable, Iterable

from bot.answers import Answers
from bot.recognition import Recogniser
from bot.recognition.distress import Distress
from content.load import load

ROUNDS = 3
HOSTILE = {
    "control": "\x00\x01\x02" * 300_000,
    "surrogates": "\ud800您已逾期\udfff" * 50_000,
    "unseen": "\u200b" * 1_000_000,
    "emoji": "😀" * 300_000,
    "flood": "找你家人借钱还款联系单位上门今天不还" * 60_000,
    "tags": "【" * 500_000,
    "denials": "不会" * 500_000,
    "stamps": "22:30 a\n" * 120_000,
    "own lines": "我：a\n" * 200_000,
    "distress": "我爸妈老婆孩子他说我不想死药刀楼河桥活" * 1000,
    "question": "我去年借了钱现在还不上催收天天打电话" * 30,
}


def measure(read: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    """Seconds for each text, the least of some rounds."""
    return [min(_seconds(read, text) for _ in range(ROUNDS)) for text in texts]


def _seconds(read: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    read(text)
    return time.perf_counter() - began


def main() -> None:
    content = load()
    messages = [text for texts in (content.kinds.examples.values() if content.kinds else ()) for text in texts]
    questions = [text for answer in content.answers.values() for text in answer.examples]
    _report("recognise", Recogniser(content).recognise, messages)
    _report("distress", Distress(content).concern, messages)
    _report("rank", Answers(content).rank, questions)


def _report(name: str, read: Callable[[str], object], texts: Iterable[str]) -> None:
    took = sorted(measure(read, texts))
    hostile = dict(zip(HOSTILE, measure(read, HOSTILE.values()), strict=True))
    slowest = max(hostile, key=hostile.__getitem__)
    print(
        f"{name}: {len(took)} texts, half within {took[len(took) // 2] * 1000:.2f} ms, all within "
        f"{took[-1] * 1000:.1f} ms; slowest of {len(hostile)} hostile ones: {slowest}, {hostile[slowest] * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
