"""Words that are disguised by pinyin, homophones or a scanner's mistakes, put back to what they mean."""

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

import ahocorasick_rs

from bot.recognition.lexicon import Lexicon
from bot.recognition.normalise import Normalised, normalise
from content.schema_signal import Disguise

_HAN = "[\u4e00-\u9fff]"
_SEAM = re.compile(r"(?<=[a-z])(?=[^a-z ])|(?<=[^a-z ])(?=[a-z])")
_LETTER = re.compile("[a-z]")
_LEAST = 3
"""What may be an ordinary stretch of text has to be likelier a disguise by so much."""
Found = tuple[int, int, str]
"""A stretch of the text, and what it means."""


class Spelling(NamedTuple):
    """How a word may be written; `price` tells how unlikely that is where it may be an ordinary stretch of text."""

    written: str
    means: str
    price: int | None = None
    otherwise: str | None = None
    """What it means where that makes likelier words: 亻尔 is 你, but 亻本周 no more than 本周."""


class Disguises:
    """The table of disguises, built once; the longest goes first."""

    def __init__(
        self, table: Iterable[Disguise], spellings: Iterable[Spelling] = (), lexicon: Lexicon | None = None
    ) -> None:
        """`spellings` are further ones, in which no spaces are looked for; `lexicon` judges those that have a price."""
        listed = {
            normalise(word).text: Spelling(normalise(word).text, entry.means)
            for entry in table
            for word in entry.written
        }
        further: dict[str, Spelling] = {}
        for each in sorted(spellings, key=lambda each: each.price or 0):
            if each.price is None or (lexicon and lexicon.rarity(each.written) - each.price >= _LEAST):
                further.setdefault(each.written, each)  # others would gain nothing anywhere
        self._spellings = sorted({**further, **listed}.values(), key=lambda each: len(each.written), reverse=True)
        self._whole: dict[int, re.Pattern[str]] = {}
        """Compiled when first tried: most are tried seldom."""
        forms = [(form, rank) for rank, each in enumerate(self._spellings) for form in _forms(each.written)]
        self._ranks = [rank for _, rank in forms]
        self._automaton = ahocorasick_rs.AhoCorasick([form for form, _ in forms])
        self._lexicon = lexicon

    def undo(self, text: Normalised) -> Normalised:
        """The text with every disguise replaced."""
        return replaced(text, self._found(text.text))

    def _found(self, text: str) -> Iterator[Found]:
        """The disguises from left to right; they don't overlap."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        end = 0
        for start, rank in sorted({(start, self._ranks[form]) for form, start, _ in hits}):
            if start < end:
                continue
            span = self._span(text, start, rank, end)
            if span:
                yield *span, self._means(text, *span, self._spellings[rank])
                end = span[1]

    def _means(self, text: str, start: int, end: int, spelling: Spelling) -> str:
        if spelling.otherwise is None or not self._lexicon:
            return spelling.means
        return self._lexicon.likeliest(text, start, end, (spelling.means, spelling.otherwise))

    def _span(self, text: str, start: int, rank: int, since: int) -> tuple[int, int] | None:
        """Where a disguise stands with the spaces around it, if it is one there."""
        spelling = self._spellings[rank]
        if _mixed(spelling.written):
            whole = self._whole.get(rank) or self._whole.setdefault(rank, re.compile(_whole(spelling.written)))
            match = (whole.match(text, start - 1) if start > since else None) or whole.match(text, start)
            return match.span() if match else None
        end = start + len(spelling.written)
        if spelling.price is not None and self._lexicon:
            return (start, end) if self._lexicon.gain(text, start, end, spelling.price) >= _LEAST else None
        return start, end


def replaced(text: Normalised, found: Iterable[Found]) -> Normalised:
    """The text with these stretches replaced; each new character stands for all that is not written as it is meant."""
    chars: list[str] = []
    origin: list[tuple[int, int]] = []
    end = 0
    for start, stop, means in (_narrowed(text.text, *each) for each in found):
        chars.append(text.text[end:start])
        origin.extend(text.origin[end:start])
        written = text.text[start:stop]
        first = start + len(written) - len(written.lstrip())
        chars.append(means)
        origin.extend([text.span(first, first + len(written.strip()))] * len(means))
        end = stop
    if not chars:
        return text
    chars.append(text.text[end:])
    origin.extend(text.origin[end:])
    return Normalised(text.raw, "".join(chars), tuple(origin), text.cut)


def _narrowed(text: str, start: int, stop: int, means: str) -> Found:
    """The stretch without the characters at its ends that are what they mean."""
    while means and stop - start > 1 and text[start] == means[0]:
        start, means = start + 1, means[1:]
    while means and stop - start > 1 and text[stop - 1] == means[-1]:
        stop, means = stop - 1, means[:-1]
    return start, stop, means


def _mixed(word: str) -> bool:
    return bool(_LETTER.search(word)) or " " in word


def _forms(word: str) -> Iterator[str]:
    """A word with and without each space that may be there."""
    pieces = _spaced(word)
    for joints in product(("", " "), repeat=len(pieces) - 1):
        yield "".join(piece + joint for piece, joint in zip(pieces, (*joints, ""), strict=True))


def _spaced(word: str) -> list[str]:
    """The pieces that a space may part: where the table has one, and where Latin letters meet others."""
    return _SEAM.sub(" ", word).split(" ")


def _whole(word: str) -> str:
    """The expression of a word that doesn't begin or end inside a Latin one (sb, but not usb) or inside a link.

    A space that parts the word from the Han characters around it goes with it.
    """
    link = word.isascii()
    before = r"(?<![a-z0-9_.\-/@])" if link else "(?<![a-z])" if word[0].isascii() else ""
    after = r"(?![a-z0-9_\-/@]|\.[a-z0-9])" if link else "(?![a-z])" if word[-1].isascii() else ""
    if word[0].isascii():
        before = f"(?:(?<={_HAN}) )?{before}"
    if word[-1].isascii():
        after = f"{after}(?: (?={_HAN}))?"
    return before + " ?".join(map(re.escape, _spaced(word))) + after
