"""The shape of `fields.yaml`: the words by which sums, days, limits, numbers and links of a message are told."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from content.schema import Entry, Text
from content.templates import check_template

DaysTemplate = Annotated[Text, AfterValidator(lambda template: check_template(template, "days"))]
SumRole = Literal["total", "due", "pay", "loan", "principal", "aside"]


class SumWords(Entry):
    """Words that stand before or after a sum and say which sum it is."""

    role: SumRole
    before: tuple[Text, ...] = Field(min_length=1)
    after: tuple[Text, ...] = ()


class LimitWords(Entry):
    """What makes a time the limit for payment, and what makes it something else."""

    pay: tuple[Text, ...] = Field(min_length=1)
    other: tuple[Text, ...] = Field(min_length=1)
    events: tuple[Text, ...] = Field(min_length=1)
    standing: tuple[Text, ...] = Field(min_length=1)
    fixed: tuple[Text, ...] = Field(min_length=1)
    urges: tuple[Text, ...] = Field(min_length=1)
    asks: tuple[Text, ...] = Field(min_length=1)
    """Right before a day: payment is asked for that day."""
    own: tuple[Text, ...] = Field(min_length=1)
    """Right before a time: it is when the sender acts, or something else ends."""


class FieldWords(Entry):
    """Everything by which the fields of a message are read, but the names."""

    sums: tuple[SumWords, ...] = Field(min_length=1)
    fillers: tuple[str, ...] = Field(min_length=1)
    """What may stand between such a word and its sum."""
    instalments: tuple[Text, ...] = Field(min_length=1)
    """Beside the sum asked, unless the words after it say that it is due."""
    fee_paid: tuple[Text, ...] = Field(min_length=1)
    """Before the word for a fee: then the fee itself is asked."""
    split: tuple[Text, ...] = Field(min_length=1)
    """After a principal: then it is to be paid in parts, or less of it."""
    counters: tuple[Text, ...] = Field(min_length=1)
    overdue: tuple[DaysTemplate, ...] = Field(min_length=1)
    conditions: tuple[Text, ...]
    supposed: tuple[Text, ...]
    """Right after the days: they are a condition too."""
    limits: LimitWords
    call_words: tuple[Text, ...] = Field(min_length=1)
    no_phone: tuple[Text, ...]
    domains: tuple[Text, ...] = Field(min_length=1)
    card_words: tuple[Text, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_word_means_one_role(self) -> Self:
        for place in ("before", "after"):
            seen: dict[str, str] = {}
            for group in self.sums:
                for word in getattr(group, place):
                    if word in seen:
                        raise ValueError(
                            f"sums: {word} stands under '{place}' of {seen[word]} and {group.role}; keep one"
                        )
                    seen[word] = group.role
        return self
