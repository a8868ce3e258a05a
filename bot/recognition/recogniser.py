"""Reads one message: kind, signals, fields, findings.

In this order: the text is folded and its disguises undone; the rules of the signals are applied; each message of the
paste is judged by the steps of the kinds and weighed by the learnt model, and the gravest of them gives the kind of
all. What is no collection message has no signals.
"""

from dataclasses import replace
from datetime import date

from bot.recognition.disguises import Disguises
from bot.recognition.fields import FieldReader, Read
from bot.recognition.kinds import OTHER, Judge, Verdict
from bot.recognition.links import Links
from bot.recognition.normalise import Normalised, normalise, without_pauses
from bot.recognition.parts import split, without_own_lines
from bot.recognition.routes import Routes
from bot.recognition.rules import Hit, Rules
from bot.recognition.squeezed import squeeze
from bot.recognition.types import Fields, Finding, LenderMatch, Recognition, Route
from bot.recognition.weighing import Weighing
from content.load import Content

_LINK, _NAMELESS = "suspicious_link", "no_identity"
_GRAVEST_FIRST = (
    "scam", "third_party_contact", "threat", "legal_notice", "visit_notice", "transfer_notice", "settlement_offer",
    "credit_notice", "reminder", OTHER,
)  # fmt: skip
"""On a tie the earlier kind is taken."""
_QUOTE_MOST = 200


class Recogniser:
    """Built once from the content; reading a message is pure."""

    def __init__(self, content: Content) -> None:
        groups = {group.id: group.words for group in content.vocabulary.values()}
        self._disguises = Disguises(content.disguises.values())
        self._rules = Rules(groups, content.signals.values())
        self._links = Links(content)
        self._fields = FieldReader(content)
        self._judge = Judge(groups, content)
        self._routes = Routes(groups, content)
        self._weighing = Weighing(content)
        self._signals = tuple(content.signals)

    def recognise(self, text: str, day: date | None = None) -> Recognition:
        """Read a text as a message that somebody sent; `day` is when it came, as far as known."""
        folded = self._fold(text)
        heard = without_own_lines(without_pauses(folded))
        hits, held = self._find(heard.text)
        read = self._fields.read(folded, day)
        parts = split(heard.text)
        verdict, told = self._judge_all(heard.text, parts, hits, held, read)
        if verdict.kind == OTHER:
            return Recognition(OTHER, kind_rule=verdict.rule, parts=len(parts))
        findings = [_finding(heard, hit) for hit in told]
        if not read.named and verdict.nameless:
            findings.insert(0, Finding(_NAMELESS, 0, len(text[:_QUOTE_MOST]), text[:_QUOTE_MOST], "names_nobody"))
        found = {finding.signal for finding in findings}
        return Recognition(
            kind=verdict.kind,
            signals=tuple(signal for signal in self._signals if signal in found),
            findings=tuple(findings),
            fields=read.fields,
            lender=read.lender,
            kind_rule=verdict.rule,
            unsure=_unsure(verdict, found, read),
            parts=len(parts),
        )

    def route(self, text: str) -> Route:
        """What a typed or pasted text is meant as."""
        words = without_pauses(self._fold(text)).text
        return self._routes.route(words, collects=lambda: self.recognise(text).kind != OTHER)

    def read_fields(self, text: str) -> Fields:
        """The fields of a text of which nothing else is asked."""
        return self._fields.read(self._fold(text)).fields

    def describe_lender(self, name: str, text: str, day: date) -> LenderMatch:
        """What is known of the lender that a name means, for a message `text` of that day."""
        return self._fields.describe(name, self._fold(text), day)

    def route_facts(self, text: str) -> tuple[str, set[str]]:
        """A text as the model of who is speaking sees it."""
        return self._routes.facts(without_pauses(self._fold(text)).text)

    def _fold(self, text: str) -> Normalised:
        return squeeze(self._disguises.undo(normalise(text)))

    def _find(self, text: str) -> tuple[list[Hit], list[Hit]]:
        """What fires, and what is held back."""
        hits, held = self._rules.find(text)
        hits += [Hit(_LINK, "strange_link", start, end) for start, end in self._links.strange(text)]
        return sorted(hits, key=lambda hit: (hit.start, hit.end)), [each.hit for each in held]

    def facts(self, text: str) -> tuple[str, frozenset[str]]:
        """A message as the learnt model sees it: the folded text, and what the rules know of it."""
        folded = self._fold(text)
        heard = without_own_lines(without_pauses(folded)).text
        own = self._routes.is_own(heard)
        return heard, self._facts(heard, self._find(heard)[0], self._fields.read(folded), own=own)

    def _judge_all(
        self, text: str, parts: list[tuple[int, int]], hits: list[Hit], held: list[Hit], read: Read
    ) -> tuple[Verdict, list[Hit]]:
        """The verdict on a paste, and the hits of those messages in it that collect."""
        own = self._routes.is_own(text)
        whole = self._judge_one(text, hits, held, read, own=own)
        if len(parts) < 2 or own:
            return whole
        judged = []
        for start, end in parts:
            inside, held_inside = (
                [_moved(hit, -start) for hit in each if start <= hit.start < end] for each in (hits, held)
            )
            verdict, told = self._judge_one(text[start:end], inside, held_inside, read, own=False)
            judged.append((verdict, [_moved(hit, start) for hit in told]))
        collecting = [verdict for verdict, _ in judged if verdict.kind != OTHER]
        if not collecting:
            return whole
        gravest = min(collecting, key=lambda verdict: _GRAVEST_FIRST.index(verdict.kind))
        told = [hit for verdict, inside in judged if verdict.kind != OTHER or not verdict.harmless for hit in inside]
        return gravest, told

    def _judge_one(
        self, text: str, hits: list[Hit], held: list[Hit], read: Read, *, own: bool
    ) -> tuple[Verdict, list[Hit]]:
        facts = self._facts(text, hits, read, own=own)
        return self._weighing.weigh(text, facts, self._judge.decide(facts), hits, {hit.signal for hit in held})

    def _facts(self, text: str, hits: list[Hit], read: Read, *, own: bool) -> frozenset[str]:
        fields = read.fields
        given = {
            "states_amount": fields.amount_cny is not None,
            "states_days": fields.overdue_days is not None,
            "states_lender": fields.lender is not None,
        }
        known = self._judge.facts(text, hits, named=read.named, own=own)
        return (
            known | {fact for fact, holds in given.items() if holds} | {f"cue_{cue}" for cue in self._routes.cues(text)}
        )


def _moved(hit: Hit, by: int) -> Hit:
    return replace(hit, start=hit.start + by, end=hit.end + by)


def _finding(folded: Normalised, hit: Hit) -> Finding:
    start, end = folded.span(hit.start, hit.end)
    return Finding(hit.signal, start, end, folded.raw[start:end], hit.rule)


def _unsure(verdict: Verdict, found: set[str], read: Read) -> tuple[str, ...]:
    """What could not be decided, as ids of the `unsure` sentences."""
    scam = verdict.kind == "scam"
    doubts = {
        "kind": verdict.unsure,
        "scam": not scam and not found.isdisjoint(("private_account", _LINK)),
        "impersonation": "impersonation" in found,
        "lender": not scam and (read.lender is None or "lender" in read.unsure),
        "amount": "amount" in read.unsure,
    }
    return tuple(doubt for doubt, holds in doubts.items() if holds)
