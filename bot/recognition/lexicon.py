"""The ordinary words of Chinese by their rarity: how likely a stretch of text is what somebody meant to write.

Rarity is the negative natural logarithm of a word's share of all words; that of a stretch is the least that words
which make it up add up to.
"""

from collections.abc import Iterable

from content.schema_writing import Writing

_UNHEARD = 18
"""The rarity of a character that no word has."""
_KNOWN = 10
"""The rarity of what only the rules know as a word."""
_LONGEST = 4
_ACROSS = 5
"""What it costs that a disguise would cut an ordinary word that reaches beyond it."""
_NAME = 16
"""A name in brackets has at most so many characters."""
_REACH = 3
"""Words reach at most so far beyond a stretch."""


class Lexicon:
    """Built once; asking is pure."""

    def __init__(self, writing: Writing, known: Iterable[str] = ()) -> None:
        """`known` are ordinary words of these texts that no dictionary has."""
        self.words = {
            listed[place : place + length]: rarity
            for length, by_rarity in writing.words.items()
            for rarity, listed in by_rarity.items()
            for place in range(0, len(listed), length)
        }
        for word in known:
            self.words.setdefault(word, _KNOWN)

    def likeliest(self, text: str, start: int, end: int, options: tuple[str, ...]) -> str:
        """What `text[start:end]` most likely stands for, in what stands around it."""
        left, right = self._around(text, start, end)
        return min(options, key=lambda option: self.rarity(text[left:start] + option + text[end:right]))

    def gain(self, text: str, start: int, end: int, price: float) -> float:
        """How much likelier `text[start:end]` is a disguise of that price than what it says, in what stands around it.

        Names are said as they are: nothing is gained in 【】.
        """
        if text.rfind("【", max(start - _NAME, 0), start) > text.rfind("】", max(start - _NAME, 0), start):
            return 0
        left, right = self._around(text, start, end)
        before, after = self.rarity(text[left:start]), self.rarity(text[end:right])
        said = self.rarity(text[left:right])
        if said < before + self.rarity(text[start:end]) + after:
            price += _ACROSS
        return said - (before + price + after)

    def _around(self, text: str, start: int, end: int) -> tuple[int, int]:
        """The stretch with what words that reach beyond it may hold."""
        left, right = start, end
        while left > max(start - _REACH, 0) and _is_word(text[left - 1]):
            left -= 1
        while right < min(end + _REACH, len(text)) and _is_word(text[right]):
            right += 1
        return left, right

    def rarity(self, stretch: str) -> int:
        """That of the likeliest words which make up a stretch; what is no Han character counts nothing."""
        least = [0]
        for end in range(1, len(stretch) + 1):
            char = stretch[end - 1]
            best = least[end - 1] + (self.words.get(char, _UNHEARD) if _is_word(char) else 0)
            for start in range(max(end - _LONGEST, 0), end - 1):
                rarity = self.words.get(stretch[start:end])
                if rarity is not None and least[start] + rarity < best:
                    best = least[start] + rarity
            least.append(best)
        return least[-1]


def _is_word(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"
