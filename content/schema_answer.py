"""The shape of an answer (`answers/*.yaml`, one file a topic) and of `questions.yaml`, by which questions are heard."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from content.schema import Entry, LabelId, LawId, Text
from content.schema_signal import Disguise, Pattern

FIRST_SCREEN = 200
"""Characters that answer, limits and next step take together at most; the quoted clause comes on top of them."""
MORE = 900
CALM = 80

Action = Literal["negotiate", "evidence"]
"""What the bot can do about it right away."""


class Refusal(Entry):
    """Questions that are not answered whatever they mention: patterns as in `schema_signal.py`.

    What is said to them stands in `conversations/question.yaml` as `refuse_<id>`.
    """

    id: LabelId
    find: tuple[Text, ...] = Field(min_length=1)
    unless: tuple[Text, ...] = ()


class Particular(Entry):
    """What is said instead where a question of the topic names something that the general answer leaves open.

    The ranking learns from its examples too; each has to rank the topic first and to be answered by this.
    """

    id: LabelId
    find: tuple[Text, ...] = Field(min_length=1)
    """Patterns as the topic's cues; the first particular that is found answers."""
    answer: Text
    limits: Text | None = None
    next: Text
    provisions: tuple[LawId, ...] = ()
    """What this rests on, quoted before what the topic rests on."""
    examples: tuple[Text, ...] = Field(min_length=3)

    @model_validator(mode="after")
    def _is_short(self) -> Self:
        _fits_the_screen(self.answer, self.limits, self.next)
        return self


class Answer(Entry):
    """One topic that people ask about. Without `answer` it is known but not answered yet."""

    id: LabelId
    title: Annotated[Text, StringConstraints(max_length=16)]
    """Also the words of the button that leads here."""
    answer: Text | None = None
    """The main point first."""
    limits: Text | None = None
    """What must not be overclaimed; said right after the answer."""
    next: Text | None = None
    """The one next step."""
    action: Action | None = None
    more: Annotated[Text, StringConstraints(max_length=MORE)] | None = None
    provisions: tuple[LawId, ...] = ()
    """What it rests on; the first that binds is quoted."""
    particulars: tuple[Particular, ...] = ()
    calm: Annotated[Text, StringConstraints(max_length=CALM)] | None = None
    """The main point in a true sentence or two that takes fear away; said to somebody in distress, by itself."""
    related: tuple[LabelId, ...] = ()
    hotlines: tuple[str, ...] = ()
    """Who can be asked; numbers of hotlines.yaml."""
    refusals: tuple[Refusal, ...] = ()
    cues: tuple[Text, ...] = ()
    """Patterns as in `schema_signal.py`, with the concepts of questions.yaml as groups: what hints at this topic. They
    are read after colloquial words have been replaced. How much a hint counts is learned from the examples."""
    examples: tuple[Text, ...] = Field(min_length=10)
    """Questions in people's own words. The ranking learns from them, and each has to rank this topic first."""
    counter_examples: tuple[Text, ...] = ()
    """Questions that sound alike and must not rank this topic first."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.answer is None:
            if self.limits or self.next or self.more or self.action or self.particulars:
                named = "'limits', 'next', 'more', 'action' and 'particulars'"
                raise ValueError(f"{named} belong to an 'answer'; write it or remove them")
            return self
        if self.next is None:
            raise ValueError("'next' is missing; every answer ends with one step")
        _fits_the_screen(self.answer, self.limits, self.next)
        return self

    @property
    def questions(self) -> tuple[str, ...]:
        """Every question that is known to be about this topic."""
        return (*self.examples, *(example for each in self.particulars for example in each.examples))

    def told(self, particular: Particular | None) -> "Answer":
        """The answer as it is told to a question that names this particular."""
        if particular is None:
            return self
        provisions = tuple(dict.fromkeys((*particular.provisions, *self.provisions)))
        said = {"answer": particular.answer, "limits": particular.limits, "next": particular.next}
        return self.model_copy(update={**said, "provisions": provisions})


def _fits_the_screen(answer: str, limits: str | None, next_: str) -> None:
    shown = len(answer) + len(limits or "") + len(next_)
    if shown > FIRST_SCREEN:
        raise ValueError(f"answer, limits and next have {shown} characters, {FIRST_SCREEN} at most; move to 'more'")


class Concept(Entry):
    """Words that mean the same in a question."""

    id: LabelId
    words: tuple[Text, ...] = Field(min_length=1)
    general: bool = False
    """Also said in questions about anything else: by itself it doesn't show that a debt is meant."""


class Orders(Entry):
    """How orders to a machine are worded inside a text; they are left out when it is asked what the text is about."""

    find: tuple[Pattern, ...] = ()
    beside: tuple[Pattern, ...] = ()
    """Counts only in a text where one of `find` is."""


class Questions(Entry):
    """How questions are heard: what colloquial words stand for, what means the same, and what asks."""

    colloquial: tuple[Disguise, ...] = ()
    asking: tuple[Text, ...] = ()
    """Words that make a stretch of a story its question."""
    concepts: tuple[Concept, ...] = ()
    orders: Orders = Orders()
