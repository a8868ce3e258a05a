"""Where the words of a pattern stand in order and near enough: quick to see, before the pattern is tried there.

Trying it at each of very many places would cross the same gaps again and again.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.recognition.spans import Span


@dataclass(frozen=True, slots=True)
class Link:
    """Words and spans of which one stands at most `reach` characters behind the link before; beyond a stop only if
    `over`. `open`: it only begins so, and how long it is isn't told."""

    words: frozenset[str]
    reach: int
    over: bool
    spans: frozenset[str] = frozenset()
    open: bool = False


def leading(starts: Iterable[int], chain: Sequence[tuple[Link, Sequence[Span]]], stops: Sequence[int]) -> Iterable[int]:
    """Those starts from which every link of a chain follows; each link comes with the places of its words."""
    followed: list[int] | None = None
    reach, over = 0, False
    for link, places in reversed(chain):
        if followed is None:
            kept = {start for start, _ in places}
        else:
            kept = {start for start, end in places if _follows(followed, end, reach, () if over else stops)}
        followed, reach, over = sorted(kept), link.reach, link.over
    if followed is None:
        return starts
    return [start for start in starts if _follows(followed, start, reach, () if over else stops)]


def _follows(places: Sequence[int], end: int, reach: int, stops: Sequence[int]) -> bool:
    """Whether one of the places lies within reach behind an end, with no stop between."""
    nearest = bisect_left(places, end)
    if nearest == len(places) or places[nearest] - end > reach:
        return False
    stop = bisect_left(stops, end)
    return stop == len(stops) or stops[stop] >= places[nearest]
