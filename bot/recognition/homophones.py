"""Words of the rules that are written by their sound alone, in Latin letters or in other characters: zheng信, 怔信.

Each character becomes the sign of its sound, near sounds (zh and z, ing and in) the same; the words are looked for in
that. What sounds like a word is taken for it only where it makes no ordinary words with what stands around it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import ahocorasick_rs

from bot.recognition.disguises import replaced
from bot.recognition.lexicon import Lexicon
from bot.recognition.normalise import Normalised, is_han
from bot.recognition.spans import Span
from content.schema_writing import Writing

_EACH, _SAME_SOUND, _NEAR_SOUND, _LETTERS, _NOTHING_KEPT = 4, 3, 5, 2, 4
"""What a disguise costs: each character of the word, each character of it that is changed, and that all of them are."""
_LEAST, _LEAST_SPELT = 3, 8
"""A disguise has to be likelier by so much than what the text says as it stands; the second with Latin letters."""
_LETTERS_LEAST = 6
"""Letters alone are taken for another word of the rules only if there are so many; English has short words too."""
_NUMERALS = frozenset("一二三四五六七八九十百千万两半零")
_SYLLABLE = 14
"""How unlikely a syllable in Latin letters is to be anything else."""
_SIGNS = 0xE000
_LATIN = re.compile(r"[a-z]{2,}")
_ALONE = re.compile(r"(?<![0-9_.\-/@])[a-z]++(?![_\-/@]|\.[a-z0-9]|[0-9]++(?:[a-z_\-/@]|\.[a-z]))")
"""Latin letters that are no part of a link."""
_LONGEST_RUN, _LONGEST_SYLLABLE = 40, 6
_AROUND = 8
"""A word with letters reaches at most so far beyond them."""
_NEAR = re.compile(r"^([zcs])h|(?<=[ei])ng$|(?<=[ln])v")


Run = tuple[Span, tuple[str, ...]]
"""Where letters stand, and their syllables."""


class Undone(NamedTuple):
    """A stretch of the text, what it means, and how much likelier that is than what it says."""

    start: int
    end: int
    means: str
    gain: float


class Homophones:
    """Built once; finding is pure, and takes time in proportion to the text."""

    def __init__(self, writing: Writing, lexicon: Lexicon, guarded: Iterable[str], others: Iterable[str]) -> None:
        """`guarded` words are found by any writing of their sound, `others` by one with Latin letters alone."""
        self._lexicon = lexicon
        self._readings: dict[str, set[str]] = {}
        for table in (writing.sounds, writing.other_sounds):
            for sound, chars in table.items():
                for char in chars:
                    self._readings.setdefault(char, set()).add(sound)
        sounds = {*writing.sounds, *writing.other_sounds}
        sign = {near: chr(_SIGNS + place) for place, near in enumerate(sorted(set(map(_near, sounds))))}
        self._syllables = {sound: sign[_near(sound)] for sound in sounds}
        self._signs = {ord(char): self._syllables[sound] for sound, chars in writing.sounds.items() for char in chars}
        first = list(guarded)
        self._first = frozenset(first)
        self._guarded, self._words = self._sounds_of(first), self._sounds_of([*first, *others])
        self._by_sound = ahocorasick_rs.AhoCorasick(list(self._guarded))
        self._by_letters = ahocorasick_rs.AhoCorasick(list(self._words))
        self._guarded_words, self._all_words = list(self._guarded.values()), list(self._words.values())
        self._split = lru_cache(maxsize=4096)(self._into_syllables)
        self._best = lru_cache(maxsize=16_384)(self._cheapest)

    def undo(self, text: Normalised) -> Normalised:
        """The text with the words that are meant."""
        found = self.find(text.text)
        return replaced(text, (each[:3] for each in found)) if found else text

    def find(self, text: str) -> list[Undone]:
        """What is disguised, from left to right; the likeliest of what overlaps."""
        found = list(self._written(text))
        for runs in _near_by(self._runs(text)):
            found += self._spelt(text, runs)
        return _apart(found) if found else []

    def _runs(self, text: str) -> Iterator[Run]:
        """The letters that may be read aloud, with their syllables."""
        for match in _LATIN.finditer(text):
            if (syllables := self._split(match[0])) and _ALONE.match(text, match.start()):
                yield match.span(), syllables

    def _written(self, text: str) -> Iterator[Undone]:
        hits = self._by_sound.find_matches_as_indexes(text.translate(self._signs), overlapping=True)
        ordinary = self._lexicon.words
        for place, start, end in [hit for hit in hits if text[hit[1] : hit[2]] not in ordinary]:
            if best := self._best(text[start:end], place):
                means, price = best
                gain = self._lexicon.gain(text, start, end, price)
                if gain >= _LEAST:
                    yield Undone(start, end, means, gain)

    def _spelt(self, text: str, runs: list[Run]) -> Iterator[Undone]:
        """What is written with the syllables of these letters, and the characters around them."""
        signs: list[str] = []
        places: list[Span] = []
        inside: set[int] = set()
        """Where a syllable begins inside a run of letters."""
        done, last = max(runs[0][0][0] - _AROUND, 0), min(runs[-1][0][1] + _AROUND, len(text))
        for (start, end), syllables in [*runs, ((last, last), ())]:
            for place in range(done, start):
                if not _is_gap(text[place]):
                    signs.append(text[place].translate(self._signs))
                    places.append((place, place + 1))
            for syllable in syllables:
                signs.append(self._syllables[syllable])
                places.append((start, start + len(syllable)))
                start += len(syllable)
                inside.add(start)
            inside.discard(end)
            done = end
        for word, first, last in self._by_letters.find_matches_as_indexes("".join(signs), overlapping=True):
            pieces = tuple(text[start:end] for start, end in places[first:last])
            if not any(map(str.isascii, pieces)):
                continue
            start, end = places[first][0], places[last - 1][1]
            whole = inside.isdisjoint((start, end))
            if best := self._meant_by(pieces, word, whole=whole):
                price, means = best
                said = sum(_SYLLABLE if piece.isascii() else self._lexicon.rarity(piece) for piece in pieces)
                if said - price >= _LEAST_SPELT:
                    yield Undone(*_with_spaces(text, start, end), means, said - price)

    def _meant_by(self, pieces: tuple[str, ...], place: int, *, whole: bool) -> tuple[float, str] | None:
        """The cheapest word of that sound, and of those a guarded one, or the commonest."""
        letters = all(map(str.isascii, pieces))
        words = (
            word
            for word in self._all_words[place]
            if (word in self._first and (letters or whole)) or (whole and self._is_plainly(pieces, word))
        )
        ranked = [
            (self._price(pieces, word), word not in self._first, self._lexicon.rarity(word), word)
            for word in words
            if not letters or self._sounds_as(pieces, word)
        ]
        return min(ranked)[::3] if ranked else None

    def _is_plainly(self, pieces: tuple[str, ...], word: str) -> bool:
        """Whether nothing but letters of the very sounds stands for what is changed, and enough of them."""
        if all(map(str.isascii, pieces)):
            return sum(map(len, pieces)) >= _LETTERS_LEAST
        return all(piece == char or piece in self._readings[char] for piece, char in zip(pieces, word, strict=True))

    def _sounds_as(self, syllables: tuple[str, ...], word: str) -> bool:
        return all(syllable in self._readings[char] for syllable, char in zip(syllables, word, strict=True))

    def _sounds_of(self, words: Iterable[str]) -> dict[str, list[str]]:
        """The words of each row of signs; every reading of their characters counts."""
        found: dict[str, list[str]] = {}
        for word in words:
            ways = ({self._syllables[sound] for sound in self._readings.get(char, ())} for char in word)
            for signs in product(*ways):
                found.setdefault("".join(signs), []).append(word)
        return found

    def _cheapest(self, written: str, place: int) -> tuple[str, float] | None:
        """The word that a stretch most likely means and what that costs; None where it likelier means itself."""
        price, means = min((self._price(written, means), means) for means in self._guarded_words[place])
        if any(piece in _NUMERALS for piece, char in zip(written, means, strict=True) if piece != char):
            return None
        return (means, price) if self._lexicon.rarity(written) - price >= _LEAST else None

    def _price(self, pieces: Sequence[str], means: str) -> float:
        kept = any(piece == char or piece.isascii() for piece, char in zip(pieces, means, strict=True))
        return _EACH * len(means) + sum(map(self._change, pieces, means)) + (0 if kept else _NOTHING_KEPT)

    def _change(self, piece: str, char: str) -> float:
        """What it costs that `piece` stands for a character."""
        if piece == char:
            return 0
        readings = self._readings[char]
        if piece.isascii():
            return _LETTERS if piece in readings else _NEAR_SOUND
        return _NEAR_SOUND if readings.isdisjoint(self._readings[piece]) else _SAME_SOUND

    def _into_syllables(self, run: str) -> tuple[str, ...]:
        """The syllables that Latin letters are made up of, each as long as may be; empty where there is a rest."""
        if len(run) > _LONGEST_RUN:
            return ()
        rest: list[tuple[str, ...] | None] = [None] * len(run) + [()]
        for start in range(len(run) - 1, -1, -1):
            for end in range(min(start + _LONGEST_SYLLABLE, len(run)), start, -1):
                tail = rest[end]
                if tail is not None and run[start:end] in self._syllables:
                    rest[start] = (run[start:end], *tail)
                    break
        return rest[0] or ()


def _near_by(runs: Iterable[Run]) -> list[list[Run]]:
    """The runs that one word may reach over, together."""
    groups: list[list[Run]] = []
    for run in runs:
        if groups and run[0][0] - groups[-1][-1][0][1] <= _AROUND:
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def _with_spaces(text: str, start: int, end: int) -> Span:
    """The stretch with the spaces that part its letters from the Han characters around it."""
    if text[start].isascii() and text[start - 1 : start] == " " and start > 1 and is_han(text[start - 2]):
        start -= 1
    if text[end - 1].isascii() and text[end : end + 1] == " " and end + 1 < len(text) and is_han(text[end + 1]):
        end += 1
    return start, end


def _is_gap(char: str) -> bool:
    """Whether a sign parts nothing from a syllable."""
    return char in " *~|" or unicodedata.category(char) == "So"


def _near(sound: str) -> str:
    """One name for the sounds that are easily taken for each other."""
    return _NEAR.sub(lambda match: match[1] or {"ng": "n", "v": "u"}[match[0]], sound)


def _apart(found: Iterable[Undone]) -> list[Undone]:
    """What doesn't overlap anything likelier."""
    kept: list[Undone] = []
    taken: set[int] = set()
    for each in sorted(found, key=lambda each: (-each.gain, each.start)):
        places = range(each.start, each.end)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(each)
    return sorted(kept)
