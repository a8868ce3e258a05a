"""Reads one message: kind, signals, fields, findings.

In this order: the text is folded and its disguises undone; the rules of the signals are applied; each message of the
paste is judged by the steps of the kinds and weighed by the learnt model, and the gravest of them gives the kind of
all. What is no collection message has no signals.
"""

from datetime import date

from bot.recognition.fields import FieldReader, Read
from bot.recognition.kinds import OTHER, Judge, Verdict
from bot.recognition.links import Links
from bot.recognition.names import UNLISTED
from bot.recognition.normalise import Normalised, normalise, without_pauses
from bot.recognition.orders import Orders
from bot.recognition.parts import joined, pauses, split, without_own_lines
from bot.recognition.routes import Routed, Routes
from bot.recognition.rules import Held, Hit, Rules
from bot.recognition.spans import Span
from bot.recognition.squeezed import squeeze
from bot.recognition.trace import Judged, Trace
from bot.recognition.types import Beside, Fields, Finding, LenderMatch, Recognition, Route
from bot.recognition.unmasking import Unmasking
from bot.recognition.weighing import Weighing
from content.load import Content

_LINK, _NAMELESS = "suspicious_link", "no_identity"
_GRAVEST_FIRST = (
    "scam", "third_party_contact", "threat", "legal_notice", "visit_notice", "transfer_notice", "settlement_offer",
    "credit_notice", "reminder", OTHER,
)  # fmt: skip
"""On a tie the earlier kind is taken."""
_QUOTE_MOST = 200
Message = tuple[Span, Read]
"""Where a message of the paste stands, and its fields."""


class Recogniser:
    """Built once from the content; reading a message is pure."""

    def __init__(self, content: Content) -> None:
        groups = {group.id: group.words for group in content.vocabulary.values()}
        self._unmasking = Unmasking(content)
        self._rules = Rules(groups, content.signals.values())
        self._links = Links(content)
        self._fields = FieldReader(content)
        self._judge = Judge(groups, content)
        self._routes = Routes(groups, content)
        self._orders = Orders(content)
        self._weighing = Weighing(content)
        self._signals = tuple(content.signals)

    def recognise(self, text: str, day: date | None = None) -> Recognition:
        """Read a text as a message that somebody sent; `day` is when it came, as far as known."""
        return self.trace(text, day).recognition

    def trace(self, text: str, day: date | None = None) -> Trace:
        """Read a text, and keep all that led to the reading."""
        spoken = self._spoken(text)
        heard = self._without_orders(without_own_lines(spoken))
        hits, held = self._find(heard.text)
        messages = self._messages(heard, day)
        judged, decisive, told = self._judge_all(heard, messages, hits, held, day)
        read = self._read_of(decisive, messages, heard, day)
        recognition = self._reading(heard, judged, decisive, told, read)
        return Trace(spoken, heard, tuple(hits), tuple(held), judged, decisive, read, recognition)

    def route(self, text: str) -> Route:
        """What a typed or pasted text is meant as."""
        return self.trace_route(text).route

    def trace_route(self, text: str) -> Routed:
        """The same, with what led to it."""
        spoken = self._orders.without(self._spoken(text))
        return self._routes.route(spoken.text, collects=lambda: self.recognise(text).kind != OTHER)

    def read_fields(self, text: str) -> Fields:
        """The fields of a text of which nothing else is asked."""
        return self._fields.read(self._fold(text)).fields

    def describe_lender(self, name: str, text: str, day: date) -> LenderMatch:
        """What is known of the lender that a name means, for a message `text` of that day."""
        return self._fields.describe(name, self._fold(text), day)

    def route_facts(self, text: str) -> tuple[str, set[str]]:
        """A text as the model of who is speaking sees it."""
        return self._routes.facts(self._spoken(text).text)

    def _fold(self, text: str) -> Normalised:
        return squeeze(self._unmasking.undo(normalise(text)))

    def _spoken(self, text: str) -> Normalised:
        return joined(without_pauses(self._fold(text)))

    def _without_orders(self, heard: Normalised) -> Normalised:
        """What is meant for a machine is not read, unless it also says something to the reader."""
        return self._orders.without(heard, lambda: [(hit.start, hit.end) for hit in self._find(heard.text)[0]])

    def _messages(self, heard: Normalised, day: date | None) -> list[Message]:
        """The messages of a paste with the fields of each; what one sender wrote with pauses is one."""
        parts = split(heard.text)
        if len(parts) == 1:
            parts = self._by_lender(heard, pauses(heard.text))
        return [(part, self._fields.read(heard.part(*part), day)) for part in parts]

    def _by_lender(self, heard: Normalised, stretches: list[Span]) -> list[Span]:
        """Stretches between pauses, those put together in which no other lender is named."""
        if len(stretches) < 2:
            return [(0, len(heard.text))]
        messages: list[Span] = []
        lender: str | None = None
        for start, end in stretches:
            named = _lender(self._fields.read(heard.part(start, end)))
            if messages and (named is None or lender is None or named == lender):
                messages[-1] = (messages[-1][0], end)
            else:
                messages.append((start, end))
            lender = named or lender
        return messages

    def _read_of(self, decisive: Judged, messages: list[Message], heard: Normalised, day: date | None) -> Read:
        """The fields of the message that gave the kind; where all are of one lender, the rest fill its gaps."""
        if len(messages) == 1 or len({_lender(read) for _, read in messages} - {None}) > 1:
            return decisive.read
        return decisive.read.completed(self._fields.read(heard, day))

    def _reading(
        self, heard: Normalised, judged: tuple[Judged, ...], decisive: Judged, told: list[Hit], read: Read
    ) -> Recognition:
        weighed, parts, text = decisive.weighed, len(judged), heard.raw
        verdict = weighed.verdict
        confidence = weighed.opinion.kinds.get(verdict.kind) if weighed.opinion else None
        if verdict.kind == OTHER:
            return Recognition(OTHER, kind_rule=verdict.rule, parts=parts, confidence=confidence)
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
            parts=parts,
            beside=_beside(judged, decisive),
            place=heard.span(decisive.start, decisive.end) if parts > 1 else None,
            confidence=confidence,
        )

    def _find(self, text: str) -> tuple[list[Hit], list[Held]]:
        """What fires, and what is held back."""
        hits, held = self._rules.find(text)
        hits += [Hit(_LINK, "strange_link", start, end) for start, end in self._links.strange(text)]
        return sorted(hits, key=lambda hit: (hit.start, hit.end)), held

    def facts(self, text: str) -> tuple[str, frozenset[str]]:
        """A message as the learnt model sees it: the folded text, and what the rules know of it."""
        heard = without_own_lines(self._spoken(text))
        words, own = heard.text, self._routes.is_own(heard.text)
        marks, _ = self._judge.marks(words)
        return words, self._facts(words, self._find(words)[0], marks, self._fields.read(heard), own=own)

    def _judge_all(
        self, heard: Normalised, messages: list[Message], hits: list[Hit], held: list[Held], day: date | None
    ) -> tuple[tuple[Judged, ...], Judged, list[Hit]]:
        """The messages of a paste, the one that gives the kind, and the hits of those that collect."""
        text, own = heard.text, self._routes.is_own(heard.text)
        if len(messages) > 1 and not own:
            judged = tuple(self._judge_one(text, part, hits, held, read, own=False) for part, read in messages)
            collecting = [each for each in judged if each.weighed.verdict.kind != OTHER]
            if collecting:
                gravest = min(collecting, key=_gravity)
                heeded = (each.weighed for each in judged if not _is_harmless(each.weighed.verdict))
                return judged, gravest, [hit for weighed in heeded for hit in weighed.told]
        read = messages[0][1] if len(messages) == 1 else self._fields.read(heard, day)
        whole = self._judge_one(text, (0, len(text)), hits, held, read, own=own)
        return (whole,), whole, list(whole.weighed.told)

    def _judge_one(
        self, text: str, part: tuple[int, int], hits: list[Hit], held: list[Held], read: Read, *, own: bool
    ) -> Judged:
        """The judgement on one message; the places in it are counted from its beginning, those told from the text's."""
        start, end = part
        words = text[start:end]
        inside = [hit.moved(-start) for hit in hits if start <= hit.start < end]
        # What yields is another signal's finding; what is denied or excused may not come back by the model.
        taken_back = {each.hit.signal for each in held if start <= each.hit.start < end and each.reason != "yields"}
        marks, marks_held = self._judge.marks(words)
        facts = self._facts(words, inside, marks, read, own=own)
        verdict = self._judge.decide(facts)
        weighed = self._weighing.weigh(words, facts, verdict, inside, taken_back)
        return Judged(start, end, read, tuple(marks), tuple(marks_held), facts, verdict, weighed).moved(start)

    def _facts(self, text: str, hits: list[Hit], marks: list[Hit], read: Read, *, own: bool) -> frozenset[str]:
        fields = read.fields
        given = {
            "states_amount": fields.amount_cny is not None,
            "states_days": fields.overdue_days is not None,
            "states_lender": fields.lender is not None,
        }
        known = self._judge.facts(hits, marks, named=read.named, own=own)
        return (
            known | {fact for fact, holds in given.items() if holds} | {f"cue_{cue}" for cue in self._routes.cues(text)}
        )


def _gravity(judged: Judged) -> tuple[int, int]:
    """The smaller, the graver; of two of a kind the one that says more."""
    return _GRAVEST_FIRST.index(judged.weighed.verdict.kind), -len({hit.signal for hit in judged.weighed.told})


def _lender(read: Read) -> str | None:
    """Who lent, whichever of his names is written."""
    return read.lender.id if read.lender and read.lender.id != UNLISTED else read.fields.lender


def _beside(judged: tuple[Judged, ...], decisive: Judged) -> tuple[Beside, ...]:
    """The other messages that collect for somebody else."""
    others = (each for each in judged if each is not decisive and each.weighed.verdict.kind != OTHER)
    found = (
        Beside(each.weighed.verdict.kind, each.read.fields.lender, each.read.fields.amount_cny)
        for each in others
        if _lender(each.read) not in (None, _lender(decisive.read))
    )
    return tuple(dict.fromkeys(found))


def _is_harmless(verdict: Verdict) -> bool:
    return verdict.kind == OTHER and verdict.harmless


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
