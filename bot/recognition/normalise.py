"""Text as the rules see it: one script, one width, no disguises; each character remembers where it came from.

In this order: characters that don't show are dropped; compatibility forms, width and case are folded; traditional
characters become simplified; marks and spaces put between Han characters are dropped. Line ends, stops and whatever
stands next to a digit or a Latin letter stay, so that sums, times and links can be read.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat, takewhile

import opencc

MOST = 12_000
"""Characters that are read; a longer text is cut there."""
_SIMPLIFY = opencc.OpenCC("t2s")
_STOPS = "\n。,!?;:、()[]【】<>《》“”\"'‘’「」『』%￥¥$+=#&"
"""Marks that part words or numbers, and so stay wherever they stand."""
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"))
_SHORT_WORD = 2
"""A space is a disguise beside a piece of at most so many characters, and a pause between longer ones."""
_AT_ONCE = 4_096
_HAN = "\u4e00-\u9fff〇\u3400-\u4dbf"
_MARKS = re.compile(rf"(?<=[{_HAN}])(?:[^\w{re.escape(_STOPS)}]|[_ ])++(?=[{_HAN}])")
"""Between two Han characters, what parts nothing by itself: a space, a dot, a star, a heart."""
_LONGER = re.compile(rf"[{_HAN}]{{{_SHORT_WORD + 1}}}")
_PAUSE = re.compile(rf"(?<=[{_HAN}]) (?=[^{_HAN}])|(?<=[^{_HAN}]) (?=[{_HAN}])")
"""A space between a Han character and another one."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text[i]` came from `raw[origin[i][0]:origin[i][1]]`. `cut` says that the rest of `raw` was not read."""

    raw: str
    text: str
    origin: tuple[Span, ...]
    cut: bool = False

    def span(self, start: int, end: int) -> Span:
        """Where `text[start:end]` stands in the raw text; where it is put together of pieces, the first of them."""
        begin, finish = self.origin[start][0], self.origin[end - 1][1]
        if finish <= begin:
            ordered = takewhile(lambda place: self.origin[place][0] >= begin, range(start, end))
            finish = max(self.origin[place][1] for place in ordered)
        return begin, finish

    def keeping(self, places: Sequence[int]) -> "Normalised":
        """The characters at these places, in this order."""
        text = "".join(self.text[place] for place in places)
        return Normalised(self.raw, text, tuple(self.origin[place] for place in places), self.cut)

    def part(self, start: int, end: int) -> "Normalised":
        """`text[start:end]` by itself."""
        return Normalised(self.raw, self.text[start:end], self.origin[start:end], self.cut)

    def without(self, spans: Iterable[Span]) -> "Normalised":
        """The text with these stretches left out; they come in order and don't overlap."""
        text, origin = [], []
        end = 0
        for start, stop in spans:
            text.append(self.text[end:start])
            origin.append(self.origin[end:start])
            end = stop
        if not text:
            return self
        text.append(self.text[end:])
        origin.append(self.origin[end:])
        return Normalised(self.raw, "".join(text), tuple(chain.from_iterable(origin)), self.cut)


def normalise(raw: str) -> Normalised:
    """Fold a text. Never fails, whatever the text holds; takes time in proportion to its length."""
    pieces = _folded(raw)
    text = "".join(pieces)
    lengths = list(map(len, pieces))
    if len(text) == len(pieces) and max(lengths, default=1) == 1:
        origin = _PLACES[: len(text)]  # as nearly always, each character became one
    else:
        places = zip(range(len(pieces)), range(1, len(pieces) + 1), strict=True)
        origin = tuple(chain.from_iterable(map(repeat, places, lengths)))[:MOST]
    folded = Normalised(raw, text[:MOST], origin, cut=len(text) > MOST)
    return folded.without(_marks(folded.text))


def without_pauses(text: Normalised) -> Normalised:
    """The text without the spaces between Han characters and Latin letters or figures: 48h 内, app 还款."""
    return text.without(match.span() for match in _PAUSE.finditer(text.text))


def is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or char == "〇" or "\u3400" <= char <= "\u4dbf"


def _folded(raw: str) -> list[str]:
    """What each character becomes, up to one that will not be read."""
    pieces: list[str] = []
    count = 0
    for start in range(0, len(raw), _AT_ONCE):
        read = list(map(_fold, raw[start : start + _AT_ONCE]))
        pieces += read
        count += sum(map(len, read))
        if count > MOST:
            break
    return pieces


@lru_cache(maxsize=20_000)
def _fold(char: str) -> str:
    """What one character becomes; empty for one that doesn't show."""
    if char in "\n\t\u2028\u2029":
        return " " if char == "\t" else "\n"
    if unicodedata.category(char) in _UNSEEN:
        return ""
    if char == "…":
        return "。"
    folded = unicodedata.normalize("NFKC", char).casefold()
    if folded.isalpha() and not folded.isascii() and not is_han(folded[0]):
        folded = unicodedata.normalize("NFKD", folded)  # zhēng is typed with tones
    simple = "".join(_SIMPLIFY.convert(each) if is_han(each) else each for each in folded)
    return "".join(" " if each.isspace() else each for each in simple if unicodedata.category(each) not in _UNSEEN)


def _marks(text: str) -> Iterator[Span]:
    """What is left out: marks between two Han characters, and spaces there that cut a word up."""
    for match in _MARKS.finditer(text):
        start, end = match.span()
        pause = match.group().isspace() and not _cuts_a_word(text, start, end)
        if not pause:
            yield start, end
        elif end - start > 1:
            yield start + 1, end


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether the piece on either side of a space is so short that the space is no pause."""
    before = start > _SHORT_WORD and _LONGER.match(text, start - _SHORT_WORD - 1)
    return not (before and _LONGER.match(text, end))


_PLACES = tuple((place, place + 1) for place in range(MOST))
