"""Each script is taken where its examples say."""

from datetime import date

import pytest

from bot.recognition import Recognition
from bot.recognition.scripts import choose_script, script_of
from bot.recognition.wording import Case
from content.load import load
from content.schema_reply import Script, ScriptExample

CONTENT = load()
EXAMPLES = [(script, example) for script in CONTENT.scripts.values() for example in script.examples]


@pytest.mark.parametrize(("script", "example"), EXAMPLES, ids=lambda value: getattr(value, "id", ""))
def test_example_leads_to_its_script(script: Script, example: ScriptExample) -> None:
    assert script_of(CONTENT, example) == script.id


@pytest.mark.parametrize("text", ["已申请 支 付 令", "已申請支付令", "已申请支★付★令"])
def test_words_are_found_in_disguise(text: str) -> None:
    reading = Recognition("legal_notice", ("litigation",))

    script = choose_script(CONTENT, Case(text, reading, date(2026, 11, 23)))

    assert script.id == "payment_order"
