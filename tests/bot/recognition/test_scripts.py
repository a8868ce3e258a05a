"""Each script is taken where its examples say, and every script can be reached."""

from datetime import date
from itertools import pairwise

import pytest

from bot.recognition import Fields, Recognition
from bot.recognition.scripts import choose_script
from bot.recognition.wording import Case
from content.load import load
from content.schema_reply import Script, ScriptExample

CONTENT = load()
EXAMPLES = [(script, example) for script in CONTENT.scripts.values() for example in script.examples]


@pytest.mark.parametrize(("script", "example"), EXAMPLES, ids=lambda value: getattr(value, "id", ""))
def test_example_leads_to_its_script(script: Script, example: ScriptExample) -> None:
    reading = Recognition(example.kind, example.signals, fields=Fields(overdue_days=example.days))

    assert choose_script(CONTENT, Case(example.text, reading, date(2026, 11, 23))).id == script.id


def test_orders_are_unique_and_the_last_script_fits_everything() -> None:
    ordered = sorted(CONTENT.scripts.values(), key=lambda script: script.order)

    assert all(one.order < other.order for one, other in pairwise(ordered))
    assert ordered[-1].when == type(ordered[-1].when)()


def test_words_are_found_across_spaces() -> None:
    reading = Recognition("legal_notice", ("litigation",))

    script = choose_script(CONTENT, Case("已申请 支 付 令", reading, date(2026, 11, 23)))

    assert script.id == "payment_order"
