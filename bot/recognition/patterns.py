"""Patterns as content writes them, found in a text: one pass for all phrases, then only the patterns that can match.

One Aho–Corasick pass over every literal word of every pattern tells which words the text holds. A pattern is tried only
if each of its parts has a word there; trying it checks order and gaps.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Generic, TypeVar

import ahocorasick_rs

from bot.recognition.normalise import normalise
from content.patterns import SPANS, Choice, Gap, Part, Token, parse_pattern

T = TypeVar("T")
MOST_MATCHES = 60
"""So many matches of one pattern are told; no message needs more, and a flood of them takes no longer."""
_REACH = {1: 8, 2: 20, 3: 40}
_COUNT = r"(?:[0-9]+|[〇零一二两三四五六七八九十百半几]+)"
_SOURCES = {
    "limit": (
        r"(?<![0-9月.十百])(?:[0-9]{1,3}(?:个?小时|个?钟头|h|分钟)|[一二两三四五六七八九十百]{1,4}(?:个?小时|个?钟头|分钟)"
        r"|[1-7一二两三四五六七](?:[-~至到][1-7一二两三四五六七])?(?:天|日|个?工作日|个?自然日)|半小时|半天|一周|1周)"
    ),
    "account": r"[0-9]{4}(?:[ -]?[0-9*x]{4}){2,4}[0-9]{0,3}|1[3-9][0-9]{9}",
    "days": rf"(?<![月.])(?:{_COUNT}(?:[-~至到]{_COUNT})?个?(?:小时|钟头|工作日|自然日|分钟|天|日|h)|半小时|半天)",
    "sum": r"(?:[¥$]? ?[0-9][0-9,.]*[wk万千百]?|[一二两三四五六七八九十百千万零几]+)多?[元块万千]?",
    "number": _COUNT,
    "percent": r"(?:[0-9.]+ ?[%‰]|百分之[0-9.一二三四五六七八九十点]+|[0-9一二三四五六七八九十]+(?:分|厘|个点))",
    "clock": rf"(?:[0-9]{{1,2}}:[0-9o]{{2}}|{_COUNT}(?:点|时)(?:半|钟|整|一刻|{_COUNT}分?)?)",
    "late": rf"(?:(?:10|11|12|22|23|十[一二]?)(?:点|时)(?:半|{_COUNT}分?)?|(?:10|11|22|23):[0-5][0-9])",
    "night": r"(?<![0-9:.])(?:2[23]|0?[0-7]):[0-5][0-9](?![0-9]| ?(?:前|之前|以前|截止|起|开庭|到期|关闭|失效))",
    "night_stamp": (
        r"(?m:^)[ \[【(]*(?:(?:20[0-9]{2}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日? ?)?"
        r"(?:2[23]|0?[0-7]):[0-5][0-9](?::[0-5][0-9])?(?![0-9]| ?(?:前|之前|以前|截止|起))"
    ),
}
"""The spans of `content.patterns.SPANS` as regular expressions."""


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """Where a pattern was found in the normalised text, and what it belongs to."""

    start: int
    end: int
    owner: T
    gaps: tuple[tuple[int, int], ...] = ()
    """Where the words stand that the pattern leaves open."""


@dataclass(frozen=True, slots=True)
class _Pattern(Generic[T]):
    owner: T
    written: tuple[Part, ...]
    parts: tuple[frozenset[int], ...]
    """For each part that has to be there, the numbers of the words that may stand for it."""


class Patterns(Generic[T]):
    """Many patterns with their owners, built once."""

    def __init__(self, groups: Mapping[str, Iterable[str]], patterns: Iterable[tuple[str, T]]) -> None:
        self._groups = {name: tuple(dict.fromkeys(map(_fold, words))) for name, words in groups.items()}
        self._words: dict[str, int] = {}
        self._patterns = [self._parted(written, owner) for written, owner in patterns]
        self._automaton = ahocorasick_rs.AhoCorasick(list(self._words))
        self._possible: dict[int, list[int]] = {}
        """For each word, the patterns that only a text with this or a like word can match."""
        self._always: list[int] = []
        for place, pattern in enumerate(self._patterns):
            for number in min(pattern.parts, key=len, default=frozenset[int]()):
                self._possible.setdefault(number, []).append(place)
            if not pattern.parts:
                self._always.append(place)
        self._compiled: dict[int, re.Pattern[str]] = {}
        """Compiled when first tried: that takes longer than all else at the start, and most are tried seldom."""

    def find(self, text: str) -> Iterator[Match[T]]:
        """Every match of every pattern, patterns in their order."""
        hits = {number for number, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        for place in sorted({*self._always, *chain(*(self._possible.get(number, ()) for number in hits))}):
            pattern = self._patterns[place]
            if all(not part.isdisjoint(hits) for part in pattern.parts):
                regex = self._regex(place)
                match = regex.search(text)
                for _ in range(MOST_MATCHES):
                    if not match or match.end() == match.start():
                        break
                    gaps = tuple(match.span(group + 1) for group in range(regex.groups))
                    yield Match(match.start(), match.end(), pattern.owner, gaps)
                    match = regex.search(text, match.start() + 1)  # matches may overlap

    def _parted(self, written: str, owner: T) -> _Pattern[T]:
        parts: list[frozenset[int]] = []
        whole = parse_pattern(written)
        for part in whole:
            if isinstance(part, Choice):
                needed = [self._needed(option) for option in part.options]
                if all(needed):
                    parts.append(frozenset().union(*needed))
        return _Pattern(owner, whole, tuple(parts))

    def _regex(self, place: int) -> re.Pattern[str]:
        if place not in self._compiled:
            self._compiled[place] = _regex("".join(map(self._source, self._patterns[place].written)))
        return self._compiled[place]

    def _source(self, part: Part | Token) -> str:
        if isinstance(part, Choice):
            return _any_of("".join(map(self._source, option)) for option in part.options)
        if isinstance(part, Gap):
            return rf"([^。!?\n【】]{{0,{_REACH[part.reach]}}}?)"
        if not part.named:
            return re.escape(_fold(part.text))
        return _SOURCES[part.text] if part.text in SPANS else _any_of(map(re.escape, self._groups[part.text]))

    def _needed(self, option: tuple[Token | Gap, ...]) -> frozenset[int]:
        """Words of which one stands in every text that the option matches; empty where there is no such word."""
        tokens = [token for token in option if isinstance(token, Token)]
        for token in sorted(tokens, key=lambda token: (token.named, -len(token.text))):
            if token.text not in SPANS or not token.named:
                words = self._groups[token.text] if token.named else (_fold(token.text),)
                return frozenset(self._words.setdefault(word, len(self._words)) for word in words)
        return frozenset()


def _any_of(sources: Iterable[str]) -> str:
    longest_first = sorted(set(sources), key=len, reverse=True)
    return f"(?:{'|'.join(longest_first)})"


@lru_cache(maxsize=4096)
def _regex(source: str) -> re.Pattern[str]:
    return re.compile(source)


@lru_cache(maxsize=8192)
def _fold(word: str) -> str:
    return normalise(word).text
