"""Who speaks in a message: the lender, and who collects for it.

What the text says of mandates and transfers comes first, then the sender's tag, opening or signature, then any name of
the list, then an unlisted brand as it is written. A court, a police or a collector never counts as a lender.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.recognition.names import Name, Names
from bot.recognition.normalise import Normalised
from bot.recognition.spans import Span
from bot.recognition.templates import one_of, source_of
from bot.recognition.types import LenderMatch
from content.schema_lender import Lenders

_CHAR = r"[\u4e00-\u9fffa-z0-9]"
_OPEN, _CLOSE = '[“"「《]', '[”"」》]'
_TAG = re.compile(r"【([^【】\n]{1,24})】|(?:^|(?<=\n))[\[「『<]([^\[\]「」『』<>\n]{2,16})[\]」』>]")
_HEAD = re.compile(rf"(?:^|(?<=\n)) {{0,4}}(?:\d{{1,2}}:\d{{2}}\s*)?({_CHAR}{{2,18}}):")
_TAIL = re.compile(rf"[。.!?\-—–\s”」)]({_CHAR}{{2,20}})[。.!\s]*$")
_BLANKS = {
    "lender": rf"{_OPEN}?(?P<lender>(?:{_CHAR}|[()]){{2,24}}?){_CLOSE}?",
    "sum": r"(?=[0-9一二两三四五六七八九])",
    "collector": rf"(?P<open>{_OPEN})?(?P<collector>(?:{_CHAR}|[()]){{2,24}}?){_CLOSE}?",
}
_DIGIT = re.compile(r"[0-9]")
_SAID = re.compile(r"\{(?:lender|collector|sum)\}")


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
        self._relations = [(*pair, False) for pair in _compile(lenders.relations)]
        self._relations += [(*pair, True) for pair in _compile(lenders.introductions)]
        self._debts = [(pattern, True) for _, pattern in _compile(lenders.debts)]
        self._debts += [(pattern, False) for _, pattern in _compile(lenders.owed)]
        self._firm = re.compile(rf"((?:{_CHAR}|[()]){{2,18}}?{one_of(lenders.firm_endings)})")
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
        lender = related.lender or sender or named or self._debt(words) or next(self._names.ruled(words), None)
        if collector is None:
            collector = next((name for name in senders if name.role == "collector"), None) or self._signed(words)
        if lender and collector and lender.start < collector.end and collector.start < lender.end:
            lender = next((name for name in listed if name.start >= collector.end), None)
        spoken_of = [*listed, *senders, *(name for name in (lender, collector) if name)]
        numbered = {(name.start, name.end) for name in spoken_of if _DIGIT.search(words, name.start, name.end)}
        return Parties(lender, collector, tuple(sorted(numbered)))

    def describe(self, name: Name, text: Normalised, *, card: bool, overdue_since: date | None) -> LenderMatch:
        """What is known of the lender behind a name of this text."""
        return self._names.describe(name, text, card=card, overdue_since=overdue_since)

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
        for hint, pattern, introduced in self._relations:
            if not hint.search(words):
                continue
            for match in pattern.finditer(words):
                found = match.groupdict()
                if lender is None and found.get("lender"):
                    lender = self._names.principal(words, *match.span("lender"))
                if collector is None and found.get("collector"):
                    known = introduced or bool(found.get("open"))
                    collector = self._names.agent(words, *match.span("collector"), known=known)
        return Parties(lender, collector)

    def _debt(self, words: str) -> Name | None:
        """An unlisted brand that the text says is owed."""
        for pattern, brand in self._debts:
            for match in pattern.finditer(words):
                name = self._names.principal(words, *match.span("lender"), brand=brand)
                if name:
                    return name
        return None

    def _signed(self, words: str) -> Name | None:
        """A law firm or a company that the text names in full."""
        for match in self._firm.finditer(words):
            start, end = match.span(1)
            for handed in self._handover.finditer(words, start, end):
                start = handed.end()
            name = self._names.agent(words, start, end, known=True)
            if name:
                return name
        return None


def _compile(templates: tuple[str, ...]) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """Patterns with what has to be there for them to match, which is quick to look for."""
    compiled = []
    for template in templates:
        literal = max((part for part in _SAID.split(template) if part), key=len)
        compiled.append((re.compile(source_of(literal, {})), re.compile(source_of(template, _BLANKS))))
    return compiled
