"""The shape of what a borrower is told about a message: `replies.yaml` and `scripts/*.yaml`.

Blanks are names in braces. A script says when it fits; of those that fit the one with the smallest `order` is taken.
"""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from content.schema import Entry, LabelId, LawId, LenderKind, Text
from content.templates import check_template

SCRIPT_BLANKS = frozenset(
    ("lender", "debt", "channel", "ask_identity", "only_me", "quote", "sender", "when", "case", "amount", "clause")
)
"""What a script and its next step may leave open; `quote` are the words that made it fit."""
FOUND_BLANKS = frozenset(("quote",))
PHRASES = frozenset((
    "also", "also_joint", "amount", "ask_identity", "asks", "beside", "beside_amount", "blank",
    "channel", "channel_nobody", "clause", "days",
    "deadline_date", "deadline_days", "deadline_today", "debt", "debt_nobody", "debt_said", "demands", "joint",
    "lender_open", "limit_date", "limit_days", "limit_today",
    "named_both", "named_collector", "named_lender", "newer_law", "next", "only_me", "plain", "pretends",
    "pretends_and_asks", "said_by_both", "said_by_collector", "said_by_lender", "said_by_nobody", "sent_at_night",
    "several", "several_apart", "source", "today_assumed",
))  # fmt: skip
"""The pieces of sentences that the program puts together; `replies.yaml` has to give each of them."""
Next = Annotated[str, StringConstraints(min_length=1, max_length=110, strip_whitespace=True)]
AgeWords = Annotated[Text, AfterValidator(lambda template: check_template(template, "years", "year"))]
Script_ = Annotated[str, StringConstraints(min_length=1, max_length=256, strip_whitespace=True)]
"""One tap copies at most 256 characters on some channels; filled in it may grow a little, so stay well below."""


def blanks(text: str) -> frozenset[str]:
    """The names in braces of a sentence."""
    return frozenset(re.findall(r"\{([^}]*)\}", text))


class KindReply(Entry):
    """What a message of this kind is, in one exact sentence, and what is said when nothing in it needs a word."""

    id: LabelId
    name: Annotated[str, StringConstraints(min_length=1, max_length=20, strip_whitespace=True)]
    """What it is called in a list and on a button."""
    what: Text
    who: Text | None = None
    """The person the message says it of; without one no claim is repeated."""
    pretended: bool = False
    """Whether the sender only claims to be the lender it names."""
    amount: Text | None = None
    """How the sum is named for this kind, when it isn't simply what is asked of the reader."""
    amount_apart: bool = False
    """Whether the sum has a sentence of its own, because it may be more or less than what is owed."""
    fine: Text | None = None
    plain: tuple[LabelId, ...] = ()
    """The signals that a message of this kind is about; one of them is always spoken of."""
    plain_first: bool = False
    """Whether that one comes before graver findings."""
    untold: tuple[LabelId, ...] = ()
    """Signals of which the card says nothing here, because it would sound as if all were well."""
    provisions: tuple[LawId, ...] = ()
    """Cited when no finding has one that fits the day and the lender."""


class Norm(Entry):
    """A sentence that is added only where its industry norm applies to this lender on this day."""

    provision: LawId
    text: Text


class FoundFor(Entry):
    """The sentence of a finding whose words name one thing in particular."""

    words: tuple[Text, ...] = Field(min_length=1)
    found: Text


class SignalReply(Entry):
    """The sentence of a finding. The order of the entries is the order of weight, the gravest first."""

    id: LabelId
    found: Text
    found_card: Text | None = None
    """Said instead of a credit card, where other law applies."""
    found_for: tuple[FoundFor, ...] = ()
    """Said instead, the first of which one word stands in what is quoted."""
    also: Text | None = None
    """Its short name where it is lawful and only mentioned beside graver findings."""
    yields: bool = False
    """Whether it comes after what a message of its kind is about."""
    unless: tuple[LabelId, ...] = ()
    """Left untold beside one of these, where it would sound as if all were well."""
    silent: tuple[LabelId, ...] = ()
    """Not mentioned in passing beside one of these."""
    norm: Norm | None = None

    def sentence(self, quote: str, *, credit_card: bool) -> str:
        """The sentence that fits best, its blank not yet filled."""
        special = next((each.found for each in self.found_for if any(word in quote for word in each.words)), None)
        return special or (self.found_card if credit_card and self.found_card else self.found)

    @model_validator(mode="after")
    def _blanks_are_known(self) -> Self:
        for text in filter(None, (self.found, self.found_card, *(each.found for each in self.found_for))):
            if unknown := blanks(text) - FOUND_BLANKS:
                raise ValueError(f"unknown blank '{{{min(unknown)}}}'; only {{quote}} can be filled here")
        return self


class OtherReply(Entry):
    """The short true answer to something that is no collection message, by words in it; the last has no words."""

    id: LabelId
    words: tuple[Text, ...] = ()
    text: Text


class Replies(Entry):
    """`replies.yaml`: what is said about kinds, signals, lenders and doubts."""

    kinds: tuple[KindReply, ...] = ()
    signals: tuple[SignalReply, ...] = ()
    others: tuple[OtherReply, ...] = ()
    lender_kinds: dict[LenderKind, Text] = Field(default_factory=dict)
    """The name of each kind of lender, in plain words."""
    phrases: dict[LabelId, Text] = Field(default_factory=dict)
    """Pieces from which claims and scripts are put together."""
    unsure: dict[LabelId, Text] = Field(default_factory=dict)
    """What could not be decided, said to the reader; the keys are those of `Recognition.unsure`."""

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        for group in (self.kinds, self.signals, self.others):
            ids = [entry.id for entry in group]
            if twice := {id_ for id_ in ids if ids.count(id_) > 1}:
                raise ValueError(f"'{min(twice)}' stands here twice; keep one")
        if self.others and self.others[-1].words:
            raise ValueError("the last of 'others' must have no words: it answers what nothing else does")
        return self

    def kind(self, id_: str) -> KindReply:
        return next(kind for kind in self.kinds if kind.id == id_)

    def signal(self, id_: str) -> SignalReply:
        return next(signal for signal in self.signals if signal.id == id_)


class When(Entry):
    """When a script fits. Every line given has to hold; a list holds if one of it does."""

    kinds: tuple[LabelId, ...] = ()
    signals: tuple[LabelId, ...] = ()
    without: tuple[LabelId, ...] = ()
    words: tuple[Text, ...] = ()
    """One of these stands in the message."""
    without_words: tuple[Text, ...] = ()
    days_from: int | None = None
    """Overdue at least so many days, as read."""
    days_words: tuple[AgeWords, ...] = ()
    """Or one of these says that the debt is as old: {years} a count of years, {year} a year."""


class ScriptExample(Entry):
    """A reading for which this script must be the one that is taken."""

    text: Text
    kind: LabelId
    signals: tuple[LabelId, ...] = ()
    days: int | None = None


class Script(Entry):
    """Words that a borrower may say or send, or steps to take where nothing should be sent."""

    id: LabelId
    title: Text
    order: int
    when: When
    what: Text | None = None
    """Says what the message is, more exactly than its kind."""
    what_for: tuple[LabelId, ...] = ()
    """The kinds for which `what` is said; all where none is named."""
    about: Text | None = None
    """Said instead of the sentence of the signals that the kind is about."""
    next: Next
    text: Script_ | None = None
    other_text: Script_ | None = None
    """A second text, for the other person concerned (the borrower, where a relative was written to)."""
    steps: tuple[Text, ...] = ()
    """What to do where nothing should be sent."""
    provisions: tuple[LawId, ...] = ()
    """Cited before those of the findings."""
    negotiable: bool = True
    """Whether going on to negotiate is offered."""
    clause_words: tuple[Text, ...] = ()
    """Words whose clause of the message is repeated (the hearing's date)."""
    examples: tuple[ScriptExample, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if (self.text is None) == (not self.steps):
            raise ValueError("a script has either 'text' to say or send, or 'steps' to take")
        if self.other_text and not self.text:
            raise ValueError("'other_text' is a second text; write 'text' first")
        for text in filter(None, (self.next, self.text, self.other_text, *self.steps)):
            if unknown := blanks(text) - SCRIPT_BLANKS:
                known = ", ".join(sorted(SCRIPT_BLANKS))
                raise ValueError(f"unknown blank '{{{min(unknown)}}}'; known are {known}")
        if self.about and blanks(self.about) - FOUND_BLANKS:
            raise ValueError("in 'about' only {quote} can be filled")
        return self
