"""The shape of a signal (`signals/*.yaml`, one file a signal), of the words its rules share, and of what is harmless.

A pattern is written as it is said: `{group}` is any word of that group of `vocabulary.yaml`, `[甲|乙|]` a choice (an
empty one makes it optional; a choice may hold groups), `…` up to eight characters of the same sentence, `……` up to
twenty, `………` up to forty. Everything else stands for itself. `{days}` is a span of hours or days in figures or words,
`{limit}` one of at most a week, `{clock}` an hour, `{late}` an hour from ten to midnight, `{night}` a time from 22:00
to 08:00, `{night_stamp}` a time from 22:00 to 08:00 at the beginning of a line, as a pasted list of messages has it;
`{sum}` is a sum, `{percent}` a rate, `{number}` a count, `{account}` the number of an account.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from content.patterns import WAYS_MOST, parse_pattern, ways
from content.schema import Entry, LabelId, LawId, Text


def _readable(written: str) -> str:
    if ways(parse_pattern(written)) > WAYS_MOST:
        raise ValueError(f"the pattern {written} has too many or too wide gaps; write it as several")
    return written


Pattern = Annotated[Text, AfterValidator(_readable)]


class Rule(Entry):
    """Patterns that mean the same. It holds unless its sentence denies it or has one of the `unless` patterns."""

    id: LabelId
    find: tuple[Pattern, ...] = Field(min_length=1)
    unless: tuple[Pattern, ...] = ()
    not_in: tuple[Pattern, ...] = ()
    """Longer expressions that mean something else; words inside one of them don't count."""
    deniable: bool = True
    """Whether 不会, 并非 and the like before the words take it back."""
    yields_to: tuple[LabelId, ...] = ()
    """Its words don't count where one of these signals has found some of the same words."""


class Signal(Entry):
    """One thing that can be found in a message: what it is, what is lawful and improper about it, and the law."""

    id: LabelId
    name: Text
    description: Text
    provisions: tuple[LawId, ...] = Field(min_length=1)
    """The law on it, that which reaches most lenders first."""
    lawful: Text
    improper: Text
    rules: tuple[Rule, ...] = ()
    examples: tuple[Text, ...] = ()
    """Messages in which it must be found."""
    near_misses: tuple[Text, ...] = ()
    """Texts in which it must not be found."""


class WordGroup(Entry):
    """Words that patterns use by the name of the group."""

    id: LabelId
    words: tuple[Text, ...] = Field(min_length=1)


class Disguise(Entry):
    """How a word is disguised, and what it means: pinyin, homophones, what a scanner misread."""

    means: Text
    written: tuple[Text, ...] = Field(min_length=1)


class Deciding(Entry):
    """One step of deciding what a message is: the first whose conditions hold gives the kind.

    Conditions are ids of signals, of their rules, of marks, and of facts that the program adds (see `kinds.yaml`).
    """

    id: LabelId
    kind: LabelId
    all: tuple[LabelId, ...] = ()
    any: tuple[LabelId, ...] = ()
    none: tuple[LabelId, ...] = ()
    unsure: bool = False
    """Whether it is the likeliest kind rather than a plain one; the reader is told so."""


class Kinds(Entry):
    """What decides about a whole message: the marks, and the steps in their order."""

    marks: tuple[Rule, ...]
    steps: tuple[Deciding, ...] = Field(min_length=1)
    nameless_unless: tuple[LabelId, ...]
    """Beside one of these a message needn't name lender or collector."""
    own_domains: tuple[Text, ...]
    """Ends of web addresses that belong to lenders, courts and the like; a link elsewhere is suspicious."""
    examples: dict[LabelId, tuple[Text, ...]] = {}
    """Messages of each kind."""


class Cue(Entry):
    """A sign of who is speaking, with its weight: above zero somebody else's message, below zero the user himself."""

    id: LabelId
    weight: int
    find: tuple[Pattern, ...] = Field(min_length=1)
    unless: tuple[Pattern, ...] = ()


class Routes(Entry):
    """How a typed or pasted text is told to be a message, the user's own words, or neither."""

    cues: tuple[Cue, ...]
    examples: dict[Literal["message", "question", "other"], tuple[Text, ...]] = {}
