"""Text as the rules see it: one script, one width, no disguises; each character remembers where it came from.

In this order: characters that don't show are dropped; compatibility forms, width and case are folded; traditional
characters become simplified; marks and spaces put between Han characters are dropped. Line ends, stops and whatever
stands next to a digit or a Latin letter stay, so that sums, times and links can be read.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

import opencc

MOST = 12_000
"""Characters that are read; a longer text is cut there."""
_SIMPLIFY = opencc.OpenCC("t2s")
_STOPS = frozenset("\n。,!?;:、()[]【】<>《》“”\"'‘’「」『』%￥¥$+=#&")
"""Marks that part words or numbers, and so stay wherever they stand."""
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"))
_SHORT_WORD = 2
"""A space is a disguise beside a piece of at most so many characters, and a pause between longer ones."""

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


def normalise(raw: str) -> Normalised:
    """Fold a text. Never fails, whatever the text holds; takes time in proportion to its length."""
    folded = list(_folded(raw))
    cut = len(folded) > MOST
    chars = [char for char, _ in folded[:MOST]]
    kept = _without_marks(chars)
    return Normalised(raw, "".join(chars[i] for i in kept), tuple(folded[i][1] for i in kept), cut)


def without_pauses(text: Normalised) -> Normalised:
    """The text without the spaces between Han characters and Latin letters or figures: 48h 内, app 还款."""
    chars = text.text
    last = len(chars) - 1
    kept = [
        place
        for place, char in enumerate(chars)
        if char != " "
        or not 0 < place < last
        or not (is_han(chars[place - 1]) or is_han(chars[place + 1]))
        or (is_han(chars[place - 1]) and is_han(chars[place + 1]))
    ]
    origin = tuple(text.origin[place] for place in kept)
    return Normalised(text.raw, "".join(chars[place] for place in kept), origin, text.cut)


def is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or char == "〇" or "\u3400" <= char <= "\u4dbf"


def _folded(raw: str) -> Iterator[tuple[str, Span]]:
    """Every visible character, folded, with its place; stops one past what will be read."""
    count = 0
    for place, char in enumerate(raw):
        for folded in _fold(char):
            yield folded, (place, place + 1)
            count += 1
        if count > MOST:
            return


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


def _without_marks(chars: Sequence[str]) -> list[int]:
    """The places that stay: marks between two Han characters go, and so do spaces that cut a word up."""
    kept: list[int] = []
    place = 0
    while place < len(chars):
        if not _is_mark(chars[place]):
            kept.append(place)
            place += 1
            continue
        end = place
        while end < len(chars) and _is_mark(chars[end]):
            end += 1
        before = chars[kept[-1]] if kept else ""
        after = chars[end] if end < len(chars) else ""
        if before and after and is_han(before) and is_han(after):
            if set(chars[place:end]) == {" "} and not _cuts_a_word(chars, kept, end):
                kept.append(place)
        else:
            kept.extend(range(place, end))
        place = end
    return kept


def _cuts_a_word(chars: Sequence[str], kept: Sequence[int], after: int) -> bool:
    """Whether the piece on either side of a space is so short that the space is no pause."""
    left = 0
    for place in reversed(kept[-_SHORT_WORD - 1 :]):
        if not is_han(chars[place]) or (left and place + 1 != kept[len(kept) - left]):
            break
        left += 1
    right = 0
    while right <= _SHORT_WORD and after + right < len(chars) and is_han(chars[after + right]):
        right += 1
    return left <= _SHORT_WORD or right <= _SHORT_WORD


def _is_mark(char: str) -> bool:
    """Whether a character parts nothing by itself: a space, a dot, a star, a heart."""
    return char == " " or not (char.isalnum() or char in _STOPS)
