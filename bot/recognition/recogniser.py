"""Reads one message: kind, signals, fields, findings.

In this order: the text is folded and its disguises undone; the rules of the signals are applied; what is said of nobody
else than the writer himself, or is harmless, is no collection message; else the first step that holds gives the kind.
"""

from datetime import date

from bot.recognition.disguises import Disguises
from bot.recognition.fields import FieldReader, Read
from bot.recognition.kinds import Judge
from bot.recognition.normalise import Normalised, normalise
from bot.recognition.routes import Routes
from bot.recognition.rules import Hit, Rules
from bot.recognition.types import Finding, Recognition, Route
from content.load import Content


class Recogniser:
    """Built once from the content; reading a message is pure."""

    def __init__(self, content: Content) -> None:
        groups = {group.id: group.words for group in content.vocabulary.values()}
        self._disguises = Disguises(content.disguises.values())
        self._rules = Rules(groups, content.signals.values())
        self._judge = Judge(groups, content)
        self._routes = Routes(groups, content)
        self._fields = FieldReader(content)
        self._order = tuple(content.signals)

    def recognise(self, text: str, day: date | None = None) -> Recognition:
        """Read a text as a message that somebody sent; `day` is when it came, as far as known."""
        folded = self._disguises.undo(normalise(text))
        hits, _ = self._rules.find(folded.text)
        return self._verdict(folded, hits, self._fields.read(folded, day))

    def route(self, text: str) -> Route:
        """What a typed or pasted text is meant as."""
        return self._routes.route(self._disguises.undo(normalise(text)).text)

    def _verdict(self, folded: Normalised, hits: list[Hit], read: Read) -> Recognition:
        verdict = self._judge.decide(folded.text, {hit.signal for hit in hits}, named=read.named)
        if verdict.kind == "other":
            return Recognition(verdict.kind, kind_rule=verdict.rule)
        signals = tuple(signal for signal in self._order if any(hit.signal == signal for hit in hits))
        findings = tuple(_finding(folded, hit) for hit in hits)
        return Recognition(
            verdict.kind, signals, findings, read.fields, read.lender, kind_rule=verdict.rule, unsure=read.unsure
        )


def _finding(folded: Normalised, hit: Hit) -> Finding:
    start, end = folded.span(hit.start, hit.end)
    return Finding(hit.signal, start, end, folded.raw[start:end], hit.rule)
