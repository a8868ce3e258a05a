"""Patterns as content writes them, found in a text: one pass for all phrases, then only the patterns that can match.

One Aho–Corasick pass over every literal word of every pattern tells which words the text holds. A pattern is tried only
if each of its parts has a word there; trying it checks order and gaps.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import ahocorasick_rs

from bot.recognition.normalise import normalise

T = TypeVar("T")
_PART = re.compile(r"\[([^\[\]]*)\]|\{([a-z_]+)\}|(…+)|([^\[\]{}…]+)")
_NEAR, _FAR = 8, 20
_NUMBER = r"[0-9〇零一二两三四五六七八九十百半]"
_SPANS = {
    "days": rf"(?:{_NUMBER}{{1,3}}(?:-{_NUMBER}{{1,2}})?个?(?:小时|钟头|工作日|自然日|分钟|天|日|h)|半小时|半天)",
    "sum": r"(?:[¥$]? ?[0-9][0-9,.]*[wk万千百]?|[一二两三四五六七八九十百千万零]+)多?[元块万千]?",
    "percent": r"(?:[0-9.]+ ?%|百分之[一二三四五六七八九十点]+|[0-9一二三四五六七八九]分)",
}


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """Where a pattern was found in the normalised text, and what it belongs to."""

    start: int
    end: int
    owner: T


@dataclass(frozen=True, slots=True)
class _Pattern(Generic[T]):
    owner: T
    regex: re.Pattern[str]
    parts: tuple[frozenset[int], ...]
    """For each part that has to be there, the numbers of the words that may stand for it."""


class Patterns(Generic[T]):
    """Many patterns with their owners, built once."""

    def __init__(self, groups: Mapping[str, Iterable[str]], patterns: Iterable[tuple[str, T]]) -> None:
        self._groups = {name: tuple(dict.fromkeys(map(_fold, words))) for name, words in groups.items()}
        self._words: dict[str, int] = {}
        self._patterns = [self._compile(written, owner) for written, owner in patterns]
        self._automaton = ahocorasick_rs.AhoCorasick(list(self._words))

    def find(self, text: str) -> Iterator[Match[T]]:
        """Every match of every pattern, patterns in their order."""
        hits = {number for number, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        for pattern in self._patterns:
            if all(not part.isdisjoint(hits) for part in pattern.parts):
                for match in pattern.regex.finditer(text):
                    if match.end() > match.start():
                        yield Match(match.start(), match.end(), pattern.owner)

    def _compile(self, written: str, owner: T) -> _Pattern[T]:
        sources: list[str] = []
        parts: list[frozenset[int]] = []
        end = 0
        for piece in _PART.finditer(written):
            if piece.start() != end:
                break
            end = piece.end()
            choice, group, gap, literal = piece.groups()
            if gap:
                sources.append(rf"[^。!?\n]{{0,{_NEAR if len(gap) == 1 else _FAR}}}?")
            elif group in _SPANS:
                sources.append(_SPANS[group])
            else:
                words = self._groups[group] if group else tuple(map(_fold, (choice or literal or "").split("|")))
                sources.append(_any_of(words))
                if all(words):
                    parts.append(frozenset(self._words.setdefault(word, len(self._words)) for word in words))
        if end != len(written):
            raise ValueError(f"the pattern {written} has a bracket that isn't closed")
        return _Pattern(owner, re.compile("".join(sources)), tuple(parts))


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted({re.escape(word) for word in words}, key=len, reverse=True)
    return f"(?:{'|'.join(longest_first)})"


def _fold(word: str) -> str:
    return normalise(word).text
