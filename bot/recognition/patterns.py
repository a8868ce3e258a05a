"""Patterns as content writes them, found in a text: one pass for all phrases, then only the patterns that can match.

One Aho–Corasick pass over the words of every pattern tells which of them the text holds, and where. A pattern is tried
only if its rarest parts have a word there, and only where one stands that it can begin with; trying it checks order and
gaps.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain, product
from operator import and_, or_
from typing import Generic, NamedTuple, TypeVar

import ahocorasick_rs

from bot.recognition.chains import Link, leading
from bot.recognition.normalise import normalise
from content.patterns import REACH, SPANS, Choice, Gap, Part, Token, parse_pattern

T = TypeVar("T")
MOST_MATCHES = 60
"""So many matches of one pattern are told; no message needs more, and a flood of them takes no longer."""
_LAYERS = 3
"""So many parts of a pattern are looked for before it is tried."""
_TOGETHER_MOST = 200
"""Choices that stand together are looked for as whole expressions, if there are no more of them."""
_GUARDED_FROM = 10
_MANY = 100
"""A pattern that can begin at so many places is tried only where its other words follow."""
_STOP = re.compile(r"[。!?\n【】]")
_CHARACTERS = 50.0
_COUNT = r"(?:[0-9]{1,12}|[〇零一二两三四五六七八九十百半几]{1,12})"
_SOURCES = {
    "limit": (
        r"(?<![0-9月.十百])(?:[0-9]{1,3}(?:个?小时|个?钟头|h|分钟)|[一二两三四五六七八九十百]{1,4}(?:个?小时|个?钟头|分钟)"
        r"|[1-7一二两三四五六七](?:[-~至到][1-7一二两三四五六七])?(?:天|日|个?工作日|个?自然日)|半小时|半天|一周|1周)"
    ),
    "account": r"[0-9]{4}(?:[ -]?[0-9*x]{4}){2,4}[0-9]{0,3}|1[3-9][0-9]{9}",
    "days": rf"(?<![月.])(?:{_COUNT}(?:[-~至到]{_COUNT})?个?(?:小时|钟头|工作日|自然日|分钟|天|日|h)|半小时|半天)",
    "sum": r"(?:[¥$]? ?[0-9][0-9,.]{0,19}[wk万千百]?|[一二两三四五六七八九十百千万零几]{1,16})多?[元块万千]?",
    "number": _COUNT,
    "percent": (
        r"(?:[0-9.]{1,12} ?[%‰]|百分之[0-9.一二三四五六七八九十点]{1,12}|[0-9一二三四五六七八九十]{1,12}(?:分|厘|个点))"
    ),
    "clock": rf"(?:[0-9]{{1,2}}:[0-9o]{{2}}|{_COUNT}(?:点|时)(?:半|钟|整|一刻|{_COUNT}分?)?)",
    "late": rf"(?:(?:10|11|12|22|23|十[一二]?)(?:点|时)(?:半|{_COUNT}分?)?|(?:10|11|22|23):[0-5][0-9])",
    "night": (
        r"(?<![0-9.])(?<![0-9]:)(?:2[23]|0?[0-7]):[0-5][0-9](?![0-9]| ?(?:前|之前|以前|截止|起|开庭|到期|关闭|失效))"
    ),
    "night_stamp": (
        r"(?m:^)[ \[【(]{0,8}(?:(?:20[0-9]{2}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日? ?)?"
        r"(?:2[23]|0?[0-7]):[0-5][0-9](?::[0-5][0-9])?(?![0-9]| ?(?:前|之前|以前|截止|起))"
    ),
}
"""The spans of `content.patterns.SPANS` as regular expressions. Each has an end: a flood of digits would be a trap."""
_LONGEST = 48
"""No span is longer."""
_FIRST = {
    "limit": re.compile(r"[0-9一二两三四五六七八九十百半]"),
    "account": re.compile(r"[0-9]"),
    "days": re.compile(r"[0-9〇零一二两三四五六七八九十百半几]"),
    "sum": re.compile(r"[ ¥$0-9一二两三四五六七八九十百千万零几]"),
    "number": re.compile(r"[0-9〇零一二两三四五六七八九十百半几]"),
    "percent": re.compile(r"[0-9.百一二三四五六七八九十]"),
    "clock": re.compile(r"[0-9〇零一二两三四五六七八九十百半几]"),
    "late": re.compile(r"[12十]"),
    "night": re.compile(r"[0-9]"),
    "night_stamp": re.compile(r"[ \[【(0-9]"),
}
"""What each span can begin with, which is quicker to find."""


class Match(NamedTuple, Generic[T]):
    """Where a pattern was found in the normalised text, and what it belongs to."""

    start: int
    end: int
    owner: T
    gaps: tuple[tuple[int, int], ...] = ()
    """Where the words stand that the pattern leaves open."""


class Patterns(Generic[T]):
    """Many patterns with their owners, built once. Sets of patterns are whole numbers, a bit for each at its place."""

    def __init__(self, groups: Mapping[str, Iterable[str]], patterns: Iterable[tuple[str, T]]) -> None:
        self._groups = {name: tuple(dict.fromkeys(map(_fold, words))) for name, words in groups.items()}
        self._patterns = [(parse_pattern(written), owner) for written, owner in patterns]
        self._always = self._anywhere = 0
        """The patterns that want no word, in each layer; those that can begin with any character."""
        self._allows: dict[str, int] = {}
        """For each word the patterns that have it in a part, in the layer of that part."""
        self._opens: dict[str, int] = {}
        """For each word the patterns that can begin with it."""
        self._span_opens: dict[str, int] = {}
        for place, (parts, _) in enumerate(self._patterns):
            self._file_needed(place, parts)
            self._file_openings(place, parts)
        words = list(self._allows | self._opens)
        self._automaton = ahocorasick_rs.AhoCorasick(words)
        self._numbers = {word: number for number, word in enumerate(words)}
        self._allowing = [self._allows.get(word, 0) for word in words]
        self._opening = [self._opens.get(word, 0) for word in words]
        self._compiled: dict[int, re.Pattern[str]] = {}
        """Compiled when first tried: that takes longer than all else at the start, and most are tried seldom."""

    def find(self, text: str) -> Iterator[Match[T]]:
        """Every match of every pattern, patterns in their order."""
        return self.search(text).matches()

    def search(self, text: str) -> "Search[T]":
        """The patterns that a text can match, and the words in it that they can begin with."""
        words: dict[int, list[int]] = {}
        for word, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            words.setdefault(word, []).append(start)
        wide = len(self._patterns)
        layers = reduce(or_, map(self._allowing.__getitem__, words), self._always)
        possible = reduce(and_, (layers >> wide * layer for layer in range(_LAYERS)), (1 << wide) - 1)
        openings = [(opened, words[word]) for word in words if (opened := self._opening[word] & possible)]
        return Search(self, text, possible, words, openings)

    def starts(self, search: "Search[T]", among: int) -> dict[int, set[int]]:
        """Where each of these patterns can begin."""
        text = search.text
        starts: dict[int, set[int]] = {}
        for opens, found in search.openings:
            if opened := opens & among:
                for place in _places(opened):
                    starts.setdefault(place, set()).update(found)
        for span, opens in self._span_opens.items():
            if opened := opens & among:
                first = [match.start() for match in _FIRST[span].finditer(text)]
                for place in _places(opened):
                    starts.setdefault(place, set()).update(first)
        for place in _places(self._anywhere & among):
            starts[place] = set(range(len(text)))
        return starts

    def leading(self, place: int, search: "Search[T]", starts: Iterable[int]) -> Iterable[int]:
        """Those starts of one pattern from which its other words follow."""
        followed = [(link, self._standing(link, search)) for link in self._chain(self._patterns[place][0])]
        return leading(starts, followed, [match.start() for match in _STOP.finditer(search.text)])

    def _standing(self, link: Link, search: "Search[T]") -> list[tuple[int, int]]:
        """Where a link stands, or only begins if that is all that is told of it."""
        text = search.text
        found = [(start, word) for word in link.words for start in search.words.get(self._numbers[word], ())]
        places = [(start, start if link.open else start + len(word)) for start, word in found]
        for span in link.spans:
            begins = (match.start() for match in _FIRST[span].finditer(text))
            regex = _regex(_SOURCES[span])
            places += [(start, start) for start in begins if regex.match(text, start)]
        return places

    def matches(self, place: int, text: str, starts: Iterable[int]) -> Iterator[Match[T]]:
        """The matches of one pattern that begin at these places, from left to right; they may overlap."""
        owner, regex = self._patterns[place][1], self._regex(place)
        told = 0
        for start in sorted(starts):
            match = regex.match(text, start)
            if match and match.end() > start:
                yield Match(start, match.end(), owner, match.regs[1:])
                told += 1
                if told == MOST_MATCHES:
                    return

    def owner(self, place: int) -> T:
        """Whom a pattern belongs to."""
        return self._patterns[place][1]

    def _file_needed(self, place: int, parts: tuple[Part, ...]) -> None:
        needed = sorted(self._needed(parts), key=_commonness)
        rarest = needed[:_LAYERS]
        begun = [
            openings[0] for part in _flat(parts) if not self._words(part) and (openings := self._openings((part,)))
        ]
        for word in chain.from_iterable((*needed, *begun)):
            self._allows.setdefault(word, 0)
        for layer in range(_LAYERS):
            bit = 1 << (place + layer * len(self._patterns))
            if layer < len(rarest):
                for word in rarest[layer]:
                    self._allows[word] = self._allows.get(word, 0) | bit
            else:
                self._always |= bit

    def _file_openings(self, place: int, parts: tuple[Part, ...]) -> None:
        openings = self._openings(parts)
        if openings is None:
            self._anywhere |= 1 << place
            return
        for table, names in zip((self._opens, self._span_opens), openings, strict=True):
            for name in names:
                table[name] = table.get(name, 0) | 1 << place

    def _needed(self, parts: Iterable[Part | Token]) -> Iterator[frozenset[str]]:
        """Sets of words: in every text that the parts match stands one of each."""
        together = [""]
        for part in _flat(parts):
            words = self._words(part)
            joined = [before + word for before in together for word in words]
            if not words or len(joined) > _TOGETHER_MOST:
                if "" not in together:
                    yield frozenset(together)
                joined = words or [""]
            if not words and isinstance(part, Choice):
                options = [min(self._needed(option), key=_commonness, default=None) for option in part.options]
                if all(options):
                    yield frozenset().union(*filter(None, options))
            together = joined
        if "" not in together:
            yield frozenset(together)

    def _chain(self, parts: Iterable[Part | Token]) -> Iterator[Link]:
        """The words of a pattern that are looked for, with how far apart they may stand."""
        together, reach, over = [""], 0, False
        for part in (*_flat(parts), Gap(0)):
            words = self._words(part)
            joined = [before + word for before in together for word in words]
            if words and len(joined) <= _TOGETHER_MOST:
                together = joined
                continue
            if "" not in together and self._numbers.keys() >= set(together):
                yield Link(frozenset(together), reach, over)
                reach, over = 0, False
            elif together != [""]:
                reach, over = reach + max(map(len, together)), True
            together = words or [""]
            if words:
                continue
            openings = self._openings((part,))
            if openings and self._numbers.keys() >= openings[0]:
                yield Link(frozenset(openings[0]), reach, over, frozenset(openings[1]), open=True)
                reach, over = self._longest(part), True
            else:
                reach, over = reach + self._longest(part), over or not isinstance(part, Gap)

    def _longest(self, part: Part | Token) -> int:
        """At most so many characters stand for a part."""
        if isinstance(part, Gap):
            return REACH.get(part.reach, 0)
        if isinstance(part, Choice):
            return max(sum(map(self._longest, option)) for option in part.options)
        return max(map(len, self._words(part)), default=_LONGEST)

    def _openings(self, parts: Iterable[Part | Token]) -> tuple[set[str], set[str]] | None:
        """The words and the spans that a match of the parts can begin with; None where it can begin with anything."""
        words, spans = {""}, set[str]()
        for part in _flat(parts):
            listed = self._words(part)
            if listed and len(words) * len(listed) <= _TOGETHER_MOST:
                words = {before + word for before in words for word in listed}
                continue
            if "" not in words:
                break
            words.remove("")
            if listed:
                words.update(listed)
                continue
            if isinstance(part, Gap):
                return None
            if isinstance(part, Token):
                spans.add(part.text)
                break
            for option in part.options:
                openings = self._openings(option)
                if openings is None:
                    return None
                words |= openings[0]
                spans |= openings[1]
            break
        return None if "" in words else (words, spans)

    def _words(self, part: Part | Token) -> list[str]:
        """All that a part can stand for; nothing where that can't be listed."""
        if isinstance(part, Token):
            if part.named:
                return [] if part.text in SPANS else list(self._groups[part.text])
            return [_fold(part.text)]
        if isinstance(part, Gap):
            return []
        words: list[str] = []
        for option in part.options:
            written = [self._words(token) for token in option]
            if not all(written):
                return []
            words += map("".join, product(*written))
        return words

    def _regex(self, place: int) -> re.Pattern[str]:
        if place not in self._compiled:
            self._compiled[place] = _regex("".join(map(self._source, self._patterns[place][0])))
        return self._compiled[place]

    def _source(self, part: Part | Token) -> str:
        if isinstance(part, Choice):
            return self._guard(part) + _any_of("".join(map(self._source, option)) for option in part.options)
        if isinstance(part, Gap):
            return rf"([^。!?\n【】]{{0,{REACH[part.reach]}}}?)"
        if not part.named:
            return re.escape(_fold(part.text))
        if part.text in SPANS:
            return _SOURCES[part.text]
        return self._guard(part) + _any_of(map(re.escape, self._groups[part.text]))

    def _guard(self, part: Choice | Token) -> str:
        """What is quick to see before many words are tried: whether any of them begins here."""
        words, spans = self._openings((part,)) or ((), ())
        first = {word[0] for word in words}
        if len(first) < _GUARDED_FROM or spans:
            return ""
        return f"(?=[{re.escape(''.join(sorted(first)))}])"


@dataclass(frozen=True, slots=True)
class Search(Generic[T]):
    """The patterns that a text can match, and where in it the words stand that they can begin with."""

    patterns: Patterns[T]
    text: str
    possible: int
    words: Mapping[int, Iterable[int]]
    openings: Sequence[tuple[int, Iterable[int]]]
    """The words again, each with the patterns that it can open."""

    def matches(self, among: int = -1) -> Iterator[Match[T]]:
        """Every match of these patterns, patterns in their order."""
        starts = self._starts(among)
        for place in sorted(starts):
            yield from self._matches_of(place, starts[place])

    def owners(self, among: int) -> set[T]:
        """Whom those of these patterns belong to that match."""
        owners: set[T] = set()
        for place, starts in self._starts(among).items():
            owner = self.patterns.owner(place)
            if owner not in owners and next(self._matches_of(place, starts), None):
                owners.add(owner)
        return owners

    def _starts(self, among: int) -> dict[int, set[int]]:
        tried = self.possible & among
        return self.patterns.starts(self, tried) if tried else {}

    def _matches_of(self, place: int, starts: set[int]) -> Iterator[Match[T]]:
        likely = starts if len(starts) < _MANY else self.patterns.leading(place, self, starts)
        return self.patterns.matches(place, self.text, likely)


def _places(patterns: int) -> Iterator[int]:
    """The places of a set of patterns, in their order."""
    while patterns:
        lowest = patterns & -patterns
        yield lowest.bit_length() - 1
        patterns ^= lowest


def _flat(parts: Iterable[Part | Token]) -> Iterator[Part | Token]:
    """The parts, and instead of a choice with one option only what that holds."""
    for part in parts:
        if isinstance(part, Choice) and len(part.options) == 1:
            yield from part.options[0]
        else:
            yield part


def _commonness(words: Iterable[str]) -> float:
    """How often any of these words may stand in a text, roughly: the shorter and the more, the oftener."""
    return sum(_CHARACTERS ** -len(word) for word in words)


def _any_of(sources: Iterable[str]) -> str:
    # Of two equally long the first written, in every process: a set has its own order each time.
    longest_first = sorted(dict.fromkeys(sources), key=len, reverse=True)
    return f"(?:{'|'.join(longest_first)})"


@lru_cache(maxsize=4096)
def _regex(source: str) -> re.Pattern[str]:
    return re.compile(source)


@lru_cache(maxsize=8192)
def _fold(word: str) -> str:
    return normalise(word).text
