"""The vocabulary of recognition: findings, fields, and the whole reading of one message."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

CHOSEN = "chosen"
"""The rule of a kind that the reader chose."""


class Route(StrEnum):
    """What a typed or pasted text is meant as."""

    MESSAGE = "message"
    """A message that somebody else wrote: collection or not (an advertisement, a parcel notice)."""
    QUESTION = "question"
    """The user's own question or story."""
    OTHER = "other"
    """Neither: a short answer, a greeting, noise."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One signal with the exact words that fired it: `quote == text[start:end]` of the text as it was given."""

    signal: str
    start: int
    end: int
    quote: str
    rule: str


@dataclass(frozen=True, slots=True)
class LenderMatch:
    """A lender of the list: `kinds` are the kinds of institution that may stand behind the name.

    `certain` only where a source says that exactly one kind does; otherwise the contract's 贷款人 decides.
    """

    id: str
    name: str
    kinds: tuple[str, ...]
    certain: bool
    note: str
    credit_card: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """What can be read from a message; None or empty where nothing can. Sums in CNY."""

    lender: str | None = None
    collector: str | None = None
    amount_cny: Decimal | None = None
    principal_cny: Decimal | None = None
    overdue_days: int | None = None
    deadline: date | int | None = None
    """The limit for payment: a date, or a number of days (0: today)."""
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    case_number: str | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """Another message of the same paste that collects for somebody else."""

    kind: str
    lender: str | None
    amount_cny: Decimal | None


@dataclass(frozen=True, slots=True)
class Recognition:
    """The whole reading of one message. `signals` in the order of the label list; `findings` in order of place."""

    kind: str
    signals: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    fields: Fields = field(default_factory=Fields)
    lender: LenderMatch | None = None
    kind_rule: str = ""
    unsure: tuple[str, ...] = ()
    """What could not be decided, as ids of content/replies.yaml's `unsure` sentences."""
    parts: int = 1
    """How many messages were pasted at once."""
    beside: tuple[Beside, ...] = ()
    place: tuple[int, int] | None = None
    """Where in the raw text the message stands that gave kind and fields; None where that is all of it."""
    confidence: float | None = None
    """How probable the learnt model finds the kind; None where it had no say."""

    def alone(self) -> "Recognition":
        """The reading of the gravest message only, where others of the paste collect for somebody else."""
        if not self.beside or not self.place:
            return self
        start, end = self.place
        findings = tuple(each for each in self.findings if start <= each.start < end)
        found = {each.signal for each in findings}
        signals = tuple(signal for signal in self.signals if signal in found)
        unsure = tuple(doubt for doubt in self.unsure if doubt in found or doubt not in self.signals)
        return replace(self, findings=findings, signals=signals, unsure=unsure)
