"""Undoes every kind of disguise in a folded text, so that the rules see the words that are meant.

In this order: brackets and lists that take a word apart; pictures; the table, split characters and lookalikes; what is
written by its sound. Each step leaves every character its place in the raw text.
"""

import re
from collections.abc import Iterator

from bot.recognition.disguises import Disguises
from bot.recognition.guarded import Guarded
from bot.recognition.homophones import Homophones
from bot.recognition.lexicon import Lexicon
from bot.recognition.normalise import Normalised
from bot.recognition.pictures import Pictures
from bot.recognition.spans import Span
from bot.recognition.spellings import bare_halves, spellings
from content.load import Content
from content.schema_writing import Writing

_HAN = "[\u4e00-\u9fff]"
_BRACKET = re.compile(rf"[(\[]{_HAN}{{1,3}}[)\]]")
_BRACKETED = re.compile(rf"(?:[(\[]{_HAN}[)\]]){{2,}}")
_SPELT_OUT = re.compile(rf"(?<!{_HAN}){_HAN}(?:[、/.]{_HAN}){{2,}}(?!{_HAN})")
"""A list of single characters."""
_SINGLE = re.compile(rf"[、/.]{_HAN}[、/.]")


class Unmasking:
    """Built once from the content; undoing is pure, and takes time in proportion to the text."""

    def __init__(self, content: Content) -> None:
        guarded = Guarded(content)
        self._words = guarded.first
        self._pictures = Pictures(content.pictures.values(), guarded.first)
        writing = content.writing or Writing(made_from="")
        lexicon = Lexicon(writing, guarded.known)
        lookalikes = {char: entry.written for char, entry in content.lookalikes.items()}
        further = [*spellings(sorted(guarded.first), writing, lookalikes), *bare_halves(writing)]
        self._disguises = Disguises(content.disguises.values(), further, lexicon)
        self._homophones = Homophones(writing, lexicon, sorted(guarded.first), sorted(guarded.others))

    def undo(self, text: Normalised) -> Normalised:
        """The text without its disguises."""
        text = self._disguises.undo(self._pictures.read(text.without(self._marks(text.text))))
        return self._homophones.undo(text)

    def _marks(self, text: str) -> Iterator[Span]:
        """The marks that take a word apart: 征(信), [征][信], 欠、钱、不、还."""
        if "(" in text or "[" in text:
            spans = [match.span() for match in _BRACKETED.finditer(text)]
            spans += [span for span in (match.span() for match in _BRACKET.finditer(text)) if self._ends(text, span)]
            places = {place for span in spans for place in range(*span) if text[place] in "()[]"}
            yield from ((place, place + 1) for place in sorted(places))
        elif _SINGLE.search(text) and (match := _SPELT_OUT.search(text)) and self._says_words(match.group()[::2]):
            yield from ((place, place + 1) for place in range(match.start() + 1, match.end(), 2))

    def _ends(self, text: str, bracket: Span) -> bool:
        """Whether what stands in a bracket is the end of a word that began before it."""
        start, end = bracket
        return any(text[max(start - back, 0) : start] + text[start + 1 : end - 1] in self._words for back in (1, 2))

    def _says_words(self, chars: str) -> bool:
        return any(chars[place : place + 2] in self._words for place in range(len(chars) - 1))
