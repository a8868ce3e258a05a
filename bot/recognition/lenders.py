"""Who speaks in a message: the lender, and who collects for it.

What the text says of mandates and transfers comes first, then the sender's tag, opening or signature, then any name of
the list, then an unlisted brand as it is written. A court, a police or a collector never counts as a lender.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.recognition.backers import Backers
from bot.recognition.mandates import CHAR, Sentences
from bot.recognition.names import Name, Names
from bot.recognition.normalise import Normalised
from bot.recognition.shapes import Shapes
from bot.recognition.spans import Span
from bot.recognition.templates import one_of
from bot.recognition.types import LenderMatch
from content.schema_lender import Lenders

_TAG = re.compile(r"【([^【】\n]{1,24})】|(?:^|(?<=\n))[\[「『<]([^\[\]「」『』<>\n]{2,16})[\]」』>]")
_BEFORE_CLOCK = r"(?:[01]?\d|2[0-3])(?=:\d\d)"
_OPENING = r"(?:(?:凌晨|深夜|半夜|晚上|早上)?\d{1,2}:\d{2}\s*)?(?:[您你]好[,!。 ]?)?"
_HEAD = re.compile(
    rf"(?:^|(?<=\n)) {{0,4}}{_OPENING}({CHAR}{{2,18}}?)"
    rf"(?:[-—·]{CHAR}{{1,6}}|\([^()\n]{{1,8}}\)|{_BEFORE_CLOCK})?:"
)
_FIRST = re.compile(rf"^{_OPENING}\(?({CHAR}{{2,12}}?)\)?(?:{_BEFORE_CLOCK})?:")
_TAIL = re.compile(rf"[。.!?\-—–\s”」)]({CHAR}{{2,20}})[。.!\s]*$")
_NAMING = re.compile(rf"{CHAR}|[()]")
_LONGEST_FIRM = 18
_DIGIT = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class Parties:
    """Lender and collector, each with its place in the text."""

    lender: Name | None = None
    collector: Name | None = None
    numbered: tuple[Span, ...] = ()
    """Where names stand that hold a number (360借条), which is no sum."""


class PartyFinder:
    """Finds the parties of a message; built once from the list."""

    def __init__(self, lenders: Lenders) -> None:
        self._names = Names(lenders)
        self._backers = Backers(lenders, self._names)
        self._agencies = range(len(lenders.relations), len(lenders.relations) + len(lenders.agencies))
        self._relations = Sentences((*lenders.relations, *lenders.agencies, *lenders.introductions))
        self._branded = len(lenders.debts)
        self._debts = Sentences((*lenders.debts, *lenders.owed))
        self._firm = re.compile(one_of(lenders.firm_endings))
        self._shapes = Shapes(lenders)
        self._handover = re.compile(one_of(lenders.handover_words))

    def find(self, text: Normalised) -> Parties:
        """The parties of one normalised message."""
        words = text.text
        senders = list(self._senders(words))
        listed = list(self._names.listed(words))
        related = self._related(words)
        collector = related.collector
        named = related.lender or next(iter(listed), None)
        sender = next((name for name in senders if name.role == "lender"), None)
        if sender and named and self._is_agent(sender, named, words):
            sender, collector = None, collector or sender
        if sender and sender.umbrella and named:
            sender = None
        lender = related.lender or sender or named or self._shaped(words) or self._debt(words)
        lender = lender or next(self._names.ruled(words), None) or self._opening(words)
        if collector is None:
            collector = (
                next((name for name in senders if name.role == "collector"), None)
                or self._signed(words)
                or self._firm_shaped(words)
            )
        if lender and collector and lender.start < collector.end and collector.start < lender.end:
            lender = next((name for name in listed if name.start >= collector.end), None)
        spoken_of = [*listed, *senders, *(name for name in (lender, collector) if name)]
        numbered = {(name.start, name.end) for name in spoken_of if _DIGIT.search(words, name.start, name.end)}
        return Parties(lender, collector, tuple(sorted(numbered)))

    def describe(self, name: Name, text: Normalised, *, card: bool, overdue_since: date | None) -> LenderMatch:
        """What is known of the lender behind a name of this text."""
        return self._backers.describe(name, text, card=card, overdue_since=overdue_since)

    def _is_agent(self, sender: Name, named: Name, words: str) -> bool:
        """Whether an unlisted sender acts for the lender that the text names."""
        return not sender.ids and not sender.rule and named.start >= sender.end and bool(self._handover.search(words))

    def _senders(self, words: str) -> Iterator[Name]:
        """Who signs: tags, the opening before a colon, the end; in this order."""
        for match in _TAG.finditer(words):
            group = 1 if match[1] is not None else 2
            name = self._names.sender(words, match.start(group), match.end(group), tag=True)
            if name:
                yield name
        for match in _HEAD.finditer(words):
            name = self._names.sender(words, match.start(1), match.end(1), tag=False)
            if name:
                yield name
        tail = _TAIL.search(words[-40:])
        if tail:
            offset = max(len(words) - 40, 0)
            name = self._names.sender(words, tail.start(1) + offset, tail.end(1) + offset, tag=False)
            if name:
                yield name

    def _related(self, words: str) -> Parties:
        """What the text says of mandates and transfers."""
        lender: Name | None = None
        collector: Name | None = None
        for which, said in self._relations.find(words):
            principal = None
            if said.lender:
                principal = self._names.principal(words, *said.lender, brand=which in self._agencies)
            lender = lender or principal
            if collector is None and said.collector:
                introduced = which >= self._agencies.start and (principal is not None or said.lender is None)
                collector = self._names.agent(words, *said.collector, known=said.quoted or introduced)
        return Parties(lender, collector)

    def _debt(self, words: str) -> Name | None:
        """An unlisted brand that the text says is owed."""
        for which, said in self._debts.find(words):
            name = self._names.principal(words, *said.lender, brand=which < self._branded) if said.lender else None
            if name:
                return name
        return None

    def _opening(self, words: str) -> Name | None:
        match = _FIRST.match(words)
        return self._names.opening(words, *match.span(1)) if match else None

    def _shaped(self, words: str) -> Name | None:
        """An unlisted brand that looks like one and opens a clause."""
        for start, end in self._shapes.brands(words):
            name = self._names.principal(words, start, end, brand=True)
            if name and name.start == start:
                return name
        return None

    def _firm_shaped(self, words: str) -> Name | None:
        """A firm that looks like a collector and opens a clause."""
        for start, end in self._shapes.firms(words):
            name = self._names.agent(words, start, end, known=True)
            if name and name.start == start:
                return name
        return None

    def _signed(self, words: str) -> Name | None:
        """A law firm or a company that the text names in full."""
        for match in self._firm.finditer(words):
            end = match.end()
            start = match.start()
            while start > max(match.start() - _LONGEST_FIRM, 0) and _NAMING.match(words, start - 1):
                start -= 1
            for handed in self._handover.finditer(words, start, end):
                start = handed.end()
            name = self._names.agent(words, start, end, known=True)
            if name:
                return name
        return None
