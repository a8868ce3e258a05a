"""Each dated figure, on the day before and the day of every change."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from content.load import load
from content.schema_fact import Fact, FactExample, Hours

FACTS = load().facts
EXAMPLES = [
    pytest.param(fact, example, id=f"{fact.id}-{example.on}-{example.at or 'day'}")
    for fact in FACTS.values()
    for example in fact.examples
]


def value(id_: str, day: date) -> object:
    found = FACTS[id_].on(day)
    return found.value if found else None


def figure(**changes: Any) -> dict[str, Any]:
    return {
        "id": "x",
        "description": "x",
        "unit": "days",
        "force": "hard_rule",
        "verified": "verbatim",
        "last_confirmed": date(2026, 1, 1),
        "values": [{"from": date(2025, 1, 1), "value": 15, "source": "x"}],
        "examples": [{"on": date(2024, 12, 31), "expect": None}, {"on": date(2025, 1, 1), "expect": 15}],
        **changes,
    }


@pytest.mark.parametrize(("fact", "example"), EXAMPLES)
def test_an_example_comes_out_as_written(fact: Fact, example: FactExample) -> None:
    assert fact.miss(example) is None


@pytest.mark.parametrize(
    ("id_", "day", "expected"),
    [
        ("lpr_1y", date(2019, 8, 19), None),
        ("lpr_1y", date(2022, 8, 21), Decimal("3.70")),
        ("lpr_1y", date(2022, 8, 22), Decimal("3.65")),
        ("lpr_1y", date(2026, 11, 23), Decimal("3.00")),
        ("rate_cap_micro_loan_company", date(2025, 12, 23), None),
        ("rate_cap_micro_loan_company", date(2027, 12, 31), Decimal(24)),
        ("rate_cap_micro_loan_company", date(2028, 1, 1), Decimal(4)),
        ("arbitration_set_aside", date(2026, 2, 28), Decimal(6)),
        ("arbitration_set_aside", date(2026, 3, 1), Decimal(3)),
        ("one_off_repair_amount", date(2026, 3, 31), Decimal(10000)),
        ("one_off_repair_amount", date(2026, 4, 1), None),
        ("public_security_article_harassment", date(2025, 12, 31), Decimal(42)),
        ("public_security_article_harassment", date(2026, 1, 1), Decimal(50)),
        ("cost_disclosure", date(2026, 7, 31), None),
        ("cost_disclosure", date(2026, 8, 1), True),
    ],
)
def test_a_figure_changes_on_its_day(id_: str, day: date, expected: object) -> None:
    assert value(id_, day) == expected


def test_a_unit_belongs_to_its_value() -> None:
    cap = FACTS["rate_cap_micro_loan_company"]
    before, after = cap.on(date(2027, 12, 31)), cap.on(date(2028, 1, 1))

    assert before and after
    assert (cap.unit_of(before), cap.unit_of(after)) == ("percent_per_year", "lpr_1y_multiple")


def test_no_licensed_lender_has_a_cap_in_multiples_of_the_prime_rate_today() -> None:
    for fact in FACTS.values():
        found = fact.on(date(2026, 11, 23))
        if found and fact.unit_of(found) == "lpr_1y_multiple":
            assert fact.lender == "private"


@pytest.mark.parametrize(("at", "inside"), [("07:59", False), ("08:00", True), ("22:00", True), ("22:01", False)])
def test_hours_hold_both_ends(at: str, inside: bool) -> None:
    assert Hours(earliest="08:00", latest="22:00").hold(time.fromisoformat(at)) is inside


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"values": [{"from": date(2025, 1, 1), "value": 15}]}, "needs its 'provision' or its 'source'"),
        ({"unit": "local_time"}, "doesn't suit the unit"),
        ({"examples": [{"on": date(2024, 12, 31), "expect": None}] * 2}, "add an example for 2025-01-01"),
        ({"values": [{"from": date(2025, 1, 1), "value": 1, "source": "x"}] * 2}, "have to rise"),
        ({"examples": [{"on": date(2025, 1, 1), "at": "09:00", "expect": 3}] * 2}, "'at' goes with"),
        ({"unit": "day_or_so"}, "Input should be"),
        ({"force": "law"}, "Input should be"),
    ],
    ids=["no-source", "wrong-unit", "no-example", "same-day", "time-of-a-number", "unknown-unit", "unknown-force"],
)
def test_a_figure_that_is_not_sound_is_refused(changes: dict[str, Any], advice: str) -> None:
    with pytest.raises(ValidationError, match=advice):
        Fact.model_validate(figure(**changes))


def test_an_example_that_is_wrong_says_what_the_figure_is() -> None:
    fact = Fact.model_validate(figure())

    assert fact.miss(FactExample(on=date(2025, 1, 1), expect=Decimal(16))) == "15"
    assert fact.miss(FactExample(on=date(2024, 1, 1), expect=Decimal(15))) == "None"
