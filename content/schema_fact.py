"""The shape of dated figures: `facts/*.yaml`. A value counts from its day on, and the next one ends it.

A rule that ended has a dated `null`. Every value names the provision or the source that it rests on; money and rates
are exact decimals in the unit of the value.
"""

import itertools
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, StrictBool, StringConstraints, Tag, model_validator

from content.schema import Entry, LabelId, LawId, LenderKind, Text

Unit = Literal[
    "percent_per_year", "lpr_1y_multiple", "cny", "days", "working_days", "months", "years", "times", "times_per_year",
    "times_per_day", "people", "local_time", "article_number", "day", "required",
]  # fmt: skip
Force = Literal[
    "hard_rule", "court_practice", "regulatory_guidance", "recommended_standard", "self_discipline", "local_notice",
    "market_quote",
]  # fmt: skip
"""How hard a figure binds; none but `hard_rule` may be called law to a borrower."""
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Hours(Entry):
    """A daily stretch of time, in local time, both ends included."""

    earliest: Clock
    latest: Clock

    @model_validator(mode="after")
    def _has_an_order(self) -> Self:
        if self.earliest >= self.latest:
            raise ValueError("'earliest' has to come before 'latest'")
        return self

    def hold(self, at: time) -> bool:
        """Whether `at` lies inside."""
        return (
            time.fromisoformat(self.earliest) <= at.replace(second=0, microsecond=0) <= time.fromisoformat(self.latest)
        )


def _sort(value: Any) -> str:
    """Which sort of value is meant, so that a misfit is told once and not for each sort."""
    if value is None or isinstance(value, bool):
        return "none" if value is None else "yes_no"
    if isinstance(value, date):
        return "day"
    if isinstance(value, dict | Hours):
        return "hours"
    return "reach" if value in ("inside", "outside") else "number"


Plain = (
    Annotated[StrictBool, Tag("yes_no")]
    | Annotated[Decimal, Tag("number")]
    | Annotated[date, Tag("day")]
    | Annotated[Hours, Tag("hours")]
    | Annotated[None, Tag("none")]
)
Value = Annotated[Plain, Discriminator(_sort)]
Expected = Annotated[Plain | Annotated[Literal["inside", "outside"], Tag("reach")], Discriminator(_sort)]


class FactValue(Entry):
    """What a figure is from one day on."""

    from_: date = Field(alias="from")
    value: Value
    unit: Unit | None = None
    """Where it differs from the unit of the figure."""
    provision: LawId | None = None
    source: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if self.provision is None and self.source is None:
            raise ValueError("a figure needs its 'provision' or its 'source'; without one it may not be told")
        return self


class FactExample(Entry):
    """What the figure is on a day; `at` asks whether a time lies inside or outside."""

    on: date
    expect: Expected
    at: Clock | None = None

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        if (self.at is None) != (self.expect not in ("inside", "outside")):
            raise ValueError("'at' goes with 'expect: inside' or 'expect: outside', and they with 'at'")
        return self


class Fact(Entry):
    """One dated figure: a rate, a cap, a period, a number of times."""

    id: LabelId
    description: Text
    unit: Unit
    force: Force
    lender: LenderKind | None = None
    """The kind of lender that it holds for; None is any, or said in the description."""
    region: Text | None = None
    """The only place where it holds; None is the whole country."""
    counted_from: Text | None = None
    exception: Text | None = None
    verified: Literal["verbatim", "two_sources", "one_source"]
    last_confirmed: date
    note: Text | None = None
    values: tuple[FactValue, ...] = Field(min_length=1)
    examples: tuple[FactExample, ...] = Field(min_length=2)

    def on(self, day: date) -> FactValue | None:
        """The value in force on `day`; None before the first and after a dated null."""
        begun = [value for value in self.values if value.from_ <= day]
        return begun[-1] if begun and begun[-1].value is not None else None

    def unit_of(self, value: FactValue) -> Unit:
        return value.unit or self.unit

    def miss(self, example: FactExample) -> str | None:
        """What the figure really is where an example expects something else; None where it holds."""
        found = self.on(example.on)
        value = found.value if found else None
        if example.at is None:
            return None if type(value) is type(example.expect) and value == example.expect else str(value)
        if not isinstance(value, Hours):
            return str(value)
        inside = "inside" if value.hold(time.fromisoformat(example.at)) else "outside"
        return None if inside == example.expect else inside

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        days = [value.from_ for value in self.values]
        if any(later <= earlier for earlier, later in itertools.pairwise(days)):
            raise ValueError("the days after 'from' have to rise from entry to entry, each day once")
        for value in self.values:
            if value.value is not None and not _suits(value.value, self.unit_of(value)):
                raise ValueError(f"the value from {value.from_} doesn't suit the unit '{self.unit_of(value)}'")
        for day in days:
            if not any(example.on == day for example in self.examples):
                raise ValueError(f"add an example for {day}, the day of a change, and one for the day before")
        return self


def _suits(value: object, unit: Unit) -> bool:
    if unit == "local_time":
        return isinstance(value, Hours)
    if unit == "required":
        return isinstance(value, bool)
    if unit == "day":
        return isinstance(value, date)
    return isinstance(value, Decimal) and value >= 0
