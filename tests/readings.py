"""Messages of our own with their readings made by hand, so that what is said can be tested apart from recognition."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from bot.recognition import Fields, Finding, LenderMatch, Recognition, Route

BANK_CARD = LenderMatch("bank-x", "江畔银行", ("bank",), True, "这是银行。", credit_card=True)
BANK = LenderMatch("bank-y", "江畔银行", ("bank",), True, "这是银行。")
CONSUMER = LenderMatch("cfc-x", "青禾消费金融", ("consumer_finance_company",), True, "这是持牌消费金融公司。")
MICRO = LenderMatch("micro-x", "远帆小贷", ("micro_loan_company",), True, "这是小额贷款公司。")
BRAND = LenderMatch(
    "brand-x",
    "小米金融",
    ("micro_loan_company", "bank", "consumer_finance_company"),
    False,
    "这个品牌背后可能是小额贷款公司，也可能是银行或消费金融公司，请看合同上的“贷款人/出借方”。",
)
LENDERS = {match.name: match for match in (BANK, CONSUMER, MICRO, BRAND)}


@dataclass(frozen=True)
class Sample:
    name: str
    text: str
    reading: Recognition


def _sample(entry: dict[str, Any]) -> Sample:
    """A message and its reading; every quote has to stand in the message."""
    text, quotes, fields = entry["text"], entry.get("quotes", {}), dict(entry.get("fields", {}))
    findings = []
    for signal, quote in quotes.items():
        start = text.index(quote) if quote else 0
        end = start + len(quote) if quote else len(text)
        findings.append(Finding(signal, start, end, text[start:end], f"{signal}-1"))
    if "amount_cny" in fields:
        fields["amount_cny"] = Decimal(fields["amount_cny"])
    for name in ("phones", "links"):
        fields[name] = tuple(fields.get(name, ()))
    reading = Recognition(
        kind=entry["kind"],
        signals=tuple(quotes),
        findings=tuple(findings),
        fields=Fields(**fields),
        lender=BANK_CARD if entry.get("card") else LENDERS.get(fields.get("lender", "")),
        kind_rule=f"{entry['kind']}-1",
        unsure=tuple(entry.get("unsure", ())),
        parts=entry.get("parts", 1),
    )
    return Sample(entry["name"], text, reading)


SAMPLES = tuple(map(_sample, yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))))
COLLECTING = tuple(each for each in SAMPLES if each.reading.kind != "other")
BY_NAME = {each.name: each for each in SAMPLES}


class ByHand:
    """A recogniser that knows these messages, and takes every other text for an answer or a question."""

    def __init__(self) -> None:
        self._known = {each.text: each.reading for each in SAMPLES}

    def recognise(self, text: str, day: date | None = None) -> Recognition:
        return self._known.get(text, Recognition("other"))

    def route(self, text: str) -> Route:
        if text in self._known:
            return Route.MESSAGE
        return Route.QUESTION if text.endswith(("？", "吗")) else Route.OTHER
