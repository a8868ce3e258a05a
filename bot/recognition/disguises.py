"""Words that are disguised by pinyin, homophones or a scanner's mistakes, put back to what they mean."""

import re
from collections.abc import Iterable, Iterator
from itertools import product

import ahocorasick_rs

from bot.recognition.normalise import Normalised, normalise
from content.schema_signal import Disguise

_HAN = "[\u4e00-\u9fff]"
_SEAM = re.compile(r"(?<=[a-z])(?=[^a-z ])|(?<=[^a-z ])(?=[a-z])")


class Disguises:
    """The table of disguises, built once; the longest goes first."""

    def __init__(self, table: Iterable[Disguise]) -> None:
        means = {normalise(word).text: entry.means for entry in table for word in entry.written}
        longest_first = sorted(means, key=len, reverse=True)
        self._means = [means[word] for word in longest_first]
        self._whole = [re.compile(_whole(word)) for word in longest_first]
        forms = [(form, rank) for rank, word in enumerate(longest_first) for form in _forms(word)]
        self._ranks = [rank for _, rank in forms]
        self._automaton = ahocorasick_rs.AhoCorasick([form for form, _ in forms])

    def undo(self, text: Normalised) -> Normalised:
        """The text with every disguise replaced; each new character stands for the whole disguise."""
        chars: list[str] = []
        origin: list[tuple[int, int]] = []
        end = 0
        for match, means in self._found(text.text):
            chars.append(text.text[end : match.start()])
            origin.extend(text.origin[end : match.start()])
            written = match.group()
            start = match.start() + len(written) - len(written.lstrip())
            span = text.span(start, start + len(written.strip()))
            chars.append(means)
            origin.extend([span] * len(means))
            end = match.end()
        if not chars:
            return text
        chars.append(text.text[end:])
        origin.extend(text.origin[end:])
        return Normalised(text.raw, "".join(chars), tuple(origin), text.cut)

    def _found(self, text: str) -> Iterator[tuple[re.Match[str], str]]:
        """The disguises from left to right with what they mean; they don't overlap."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        end = 0
        for start, rank in sorted({(start, self._ranks[form]) for form, start, _ in hits}):
            if start < end:
                continue
            whole = self._whole[rank]
            match = (whole.match(text, start - 1) if start > end else None) or whole.match(text, start)
            if match:
                yield match, self._means[rank]
                end = match.end()


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
