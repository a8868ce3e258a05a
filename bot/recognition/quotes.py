"""Which words of a message are quoted: whole clauses where they fit, so that no half of a sentence distorts it."""

import re

from bot.recognition.wording import shortened

_STOP = re.compile(
    r"(?:[，。；！？：!?;\n【】\[\]“”\"]|,(?!\d)|:(?![\d/])|(?<=[\u4e00-\u9fff]{3}[^一合])并(?![不非])(?=[\u4e00-\u9fff]{4}))+"
)
"""Between clauses; 并 parts two only where each is more than a word."""


def quoted(text: str, start: int, end: int, most: int) -> str:
    """The words around `start:end`: the clauses that they fill by more than half, on one line, at most `most` long."""
    kept = _filled(text, start, end)
    first, last = kept[0][0], kept[-1][1]
    if last - first > most:
        first, last = _part(kept, start, end, most)
    if first and text[first - 1] == "【" and "】" in text[first:last]:
        first -= 1
    return shortened(text[first:last], most)


def _clauses(text: str) -> list[tuple[int, int]]:
    """(start, end) of what stands between two stops, without the spaces around it."""
    spans, at = [], 0
    for stop in [*_STOP.finditer(text), None]:
        to = stop.start() if stop else len(text)
        words = text[at:to]
        if words.strip():
            spans.append((at + len(words) - len(words.lstrip()), at + len(words.rstrip())))
        at = stop.end() if stop else to
    return spans


def _filled(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The clauses that the words take up by more than half; of none such the one they take most of."""

    def shared(clause: tuple[int, int]) -> int:
        return min(end, clause[1]) - max(start, clause[0])

    touched = [clause for clause in _clauses(text) if shared(clause) > 0]
    if not touched:
        return [(start, end)]
    half = [clause for clause in touched if shared(clause) * 2 > clause[1] - clause[0]]
    return half or [max(touched, key=shared)]


def _part(kept: list[tuple[int, int]], start: int, end: int, most: int) -> tuple[int, int]:
    """As many of the clauses as fit, from the first or to the last; of one too long the part with the words."""
    first, last = kept[0], kept[-1]
    opening = first[0], max((to for _, to in kept if to - first[0] <= most), default=0)
    closing = min((at for at, _ in kept if last[1] - at <= most), default=last[1]), last[1]
    longest = max(closing, opening, key=lambda span: span[1] - span[0])
    if longest[0] < longest[1]:
        return longest
    widest = max(kept, key=lambda clause: min(end, clause[1]) - max(start, clause[0]))
    return widest if min(end, widest[1]) - widest[0] < most else (max(start, widest[0]), widest[1])
