"""The whole matrix: whoever lends, whatever is found, on the days around every change of law.

What may be cited is judged here from the YAML files themselves, and not by the code that cites.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from bot.messages import Block
from bot.recognition import Finding, Recogniser, Recognition
from bot.recognition.card import answer
from bot.recognition.provisions import Citations, cite, cite_message, cite_signal
from bot.recognition.reasons import CONDITIONAL_MOST, laws
from bot.recognition.types import LenderMatch
from bot.recognition.wording import Case
from content.load import ROOT, load

Yaml = dict[str, Any]
Reach = Literal["binds", "depends", "misses"]


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


CONTENT = load()
LAW: dict[str, Yaml] = {law["id"]: law for path in (ROOT / "provisions").glob("*.yaml") for law in _read(path)}
CITING: Yaml = _read(ROOT / "citations.yaml")
ORDER: dict[str, Yaml] = {signal["id"]: signal for signal in CITING["signals"]}
LENDERS: Yaml = _read(ROOT / "lenders.yaml")
SIGNALS = sorted(path.stem for path in (ROOT / "signals").glob("*.yaml"))
TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
CHANGES = {law[end] for law in LAW.values() for end in ("effective_from", "effective_to")} - {None}
DAYS = sorted({change + step for change in CHANGES for step in (-DAY, timedelta(), DAY)} | {TODAY})
KINDS = ("bank", "consumer_finance_company", "micro_loan_company", "guarantee_company", "platform", "private_lender")
SOFT = ("recommended_standard", "self_discipline")
ILLEGAL = "(?<!不)(违法|犯法|非法)"
OURS = ("answers", "scripts", "conversations", "content")
"""The folders whose words are ours."""
whatever = pytest.mark.parametrize("signal", SIGNALS)


@dataclass(frozen=True)
class Who:
    """Who may lend: `kinds` as provisions call them, empty where that is open; and whether a credit card is known."""

    kinds: frozenset[str]
    match: LenderMatch | None

    def __str__(self) -> str:
        return "-".join(self.match.kinds if self.match else ["unknown"]) + ("-card" if self.card else "")

    @property
    def card(self) -> bool:
        return bool(self.match and self.match.credit_card)


def someone(*kinds: str, sourced: bool = True, card: bool = False) -> Who:
    called = frozenset("private_lender" if kind == "private" else kind for kind in kinds)
    known = called <= set(KINDS) and (len(called) > 1 or sourced)
    return Who(called if known else frozenset(), LenderMatch("x", "x", kinds, sourced and len(kinds) == 1, "", card))


ONE_KIND = [
    Who(frozenset(), None),
    *(someone(kind if kind != "private_lender" else "private") for kind in KINDS),
    someone("bank", card=True),
    someone("bank", sourced=False),
    someone("asset_manager"),
]
BRANDS = sorted(
    {
        someone(*sorted((*entry["kinds"], *entry.get("other_kinds", ()))), sourced=entry["certainty"] == "sourced")
        for entry in LENDERS["lenders"]
    }
    - set(ONE_KIND),
    key=lambda who: sorted(who.match.kinds if who.match else ()),
)
BANK, CARD, MICRO_LOAN = someone("bank"), someone("bank", card=True), someone("micro_loan_company")


def in_force(law: Yaml, day: date) -> bool:
    end = law["effective_to"]
    return bool(law["effective_from"] <= day and (end is None or day <= end))


@cache
def version(id_: str, day: date) -> str | None:
    """Of an article and what went before and after it, the one that was in force."""
    each: str | None = id_
    while each and LAW[each].get("supersedes"):
        each = LAW[each]["supersedes"]
    while each and not in_force(LAW[each], day):
        each = LAW[each].get("superseded_by")
    return each


def addressed(id_: str) -> frozenset[str]:
    """The kinds of lender that a provision names; who reports to the credit system may be any but a private one."""
    binds = set(LAW[id_]["binds"])
    return frozenset(KINDS) - {"private_lender"} if binds == {"data_provider"} else frozenset(KINDS) & binds


@cache
def reach(id_: str, kinds: frozenset[str], card: bool) -> Reach:
    """Whether a provision speaks to this lender for certain, only if he is one of those it names, or not at all."""
    law = LAW[id_]
    binds = set(law["binds"])
    if law.get("product") == "credit_card" and not card:
        return "misses"
    named = addressed(id_)
    if "anyone" in binds or not named or (not kinds and binds == {"data_provider"}):
        return "binds"
    if not kinds:
        return "depends"
    return "binds" if kinds <= named else "depends" if kinds & named else "misses"


def wrongs(citations: Citations, who: Who, day: date) -> Iterator[str]:
    """What is wrong with what is cited: out of its time, not checked, not for this lender, its condition unsaid."""
    if citations.first is None and in_force(LAW[CITING["always"]], day):
        yield "nothing is cited"
    for cited in (*citations.binding, *citations.conditional):
        law = LAW[cited.provision.id]
        sure = reach(law["id"], who.kinds, who.card)
        new = law["id"] in CITING["new_contracts"]
        named = {kind.removesuffix("_lender") for kind in addressed(law["id"])}
        if not in_force(law, day):
            yield f"{law['id']} is not in force"
        if law["verified"] == "unverified" or cited.clause not in law["text"]:
            yield f"{law['id']} is not checked, or is misquoted"
        if sure == "misses":
            yield f"{law['id']} is for others"
        if cited in citations.binding and (sure != "binds" or new):
            yield f"{law['id']} is cited without its condition"
        if cited in citations.conditional and (set(cited.lenders), cited.new_contracts) != (
            named if sure == "depends" else set(),
            new,
        ):
            yield f"{law['id']} has another condition: {cited.lenders}"


def missed(signal: str, citations: Citations, who: Who, day: date) -> Iterator[str]:
    """What the signal names, is in force and speaks to this lender, and isn't cited after all."""
    order = ORDER.get(signal, {})
    leads = [lead["provision"] for lead in order.get("lead", ()) if "words" not in lead]
    named = [*_read_signal(signal)["provisions"], *leads]
    cited = {each.provision.id for each in (*citations.binding, *citations.conditional)}
    for id_ in filter(None, (version(id_, day) for id_ in named)):
        shown = LAW[id_]["decisive"] or id_ in order.get("clauses", {})
        if shown and id_ not in cited and reach(id_, who.kinds, who.card) == "binds":
            yield f"{id_} is missed"


@cache
def _read_signal(signal: str) -> Yaml:
    found: Yaml = _read(ROOT / "signals" / f"{signal}.yaml")
    return found


def wordings(signal: str) -> list[str]:
    """Nothing found, and words for each provision that goes first or shows another clause."""
    order = ORDER.get(signal, {})
    lists = (each["words"] for key in ("lead", "clauses_for") for each in order.get(key, ()) if "words" in each)
    return ["", *map(" ".join, lists)]


def faults(signal: str, whos: list[Who], days: list[date], words: list[str]) -> list[str]:
    found = []
    for who, day, said in product(whos, days, words):
        citations = cite_signal(CONTENT, signal, lender=who.match, day=day, words=said)
        wrong = [*wrongs(citations, who, day), *missed(signal, citations, who, day)]
        found += [f"{who} on {day}, {said}: {each}" for each in wrong]
    return found


@cache
def ids(signal: str, who: Who, day: date) -> frozenset[str]:
    """All that is cited, whatever its words are."""
    cited = (cite_signal(CONTENT, signal, lender=who.match, day=day, words=said) for said in wordings(signal))
    return frozenset(each.provision.id for found in cited for each in (*found.binding, *found.conditional))


# --- the walk


@whatever
def test_whatever_is_found_is_met_with_law_of_that_day_that_binds_that_lender(signal: str) -> None:
    assert faults(signal, ONE_KIND, DAYS, wordings(signal)) == []


@pytest.mark.parametrize("who", [*ONE_KIND[:-2], BRANDS[0], BRANDS[-1]], ids=str)
def test_every_provision_is_cited_as_long_as_it_is_in_force_to_whom_it_binds(who: Who) -> None:
    for day in DAYS:
        expected = {version(id_, day) for id_ in LAW} - {None}
        expected = {id_ for id_ in expected if id_ and LAW[id_]["decisive"]}
        expected = {id_ for id_ in expected if reach(id_, who.kinds, who.card) == "binds"}

        cited = {each.provision.id for each in cite(CONTENT, LAW, lender=who.match, day=day)}

        assert cited == expected - set(CITING["new_contracts"]), day


@whatever
def test_a_brand_is_held_to_what_binds_whoever_stands_behind_it(signal: str) -> None:
    turns = sorted({day for law in LAW.values() if law.get("supersedes") for day in _around(law["effective_from"])})

    assert faults(signal, BRANDS, [*turns, TODAY], wordings(signal)) == []


def _around(day: date) -> tuple[date, date]:
    return day - DAY, day


def test_scripts_and_kinds_cite_law_of_that_day_that_binds_that_lender() -> None:
    scripts, kinds = CONTENT.scripts.values(), CONTENT.replies.kinds
    lists = {*(script.provisions for script in scripts), *(kind.provisions for kind in kinds)}

    found = []
    for before, who, day in product(lists, ONE_KIND, DAYS):
        citations = cite_message(CONTENT, [], lender=who.match, day=day, before=before)
        found += [f"{before} {who} on {day}: {wrong}" for wrong in wrongs(citations, who, day)]

    assert found == []


def test_answers_cite_law_of_today_that_binds_that_lender() -> None:
    found = []
    for each, who in product(CONTENT.answers.values(), (*ONE_KIND, *BRANDS)):
        lists = {each.provisions, *(particular.provisions for particular in each.particulars)}
        for before in lists:
            citations = cite_message(CONTENT, [], lender=who.match, day=TODAY, before=before)
            found += [f"{each.id} {who}: {wrong}" for wrong in wrongs(citations, who, TODAY)]

    assert found == []


def test_every_lender_of_the_list_is_met_only_with_what_binds_it() -> None:
    recogniser, found = Recogniser(CONTENT), []
    for entry in (*LENDERS["banks"], *LENDERS["lenders"]):
        match = recogniser.recognise(f"【{entry['names'][0]}】您的借款已逾期12天，请尽快还款。", TODAY).lender
        who = replace(_listed(entry), match=match)
        for signal in SIGNALS if match else ():
            citations = cite_signal(CONTENT, signal, lender=match, day=TODAY)
            sure = [each.provision.id for each in citations.binding]
            found += [f"{entry['id']}: {id_}" for id_ in sure if reach(id_, who.kinds, card=False) != "binds"]

    assert found == []


def _listed(entry: Yaml) -> Who:
    kinds = (*entry.get("kinds", ("bank",)), *entry.get("other_kinds", ()))
    return someone(*kinds, sourced=entry.get("certainty", "sourced") == "sourced")


# --- what the card and the buttons behind it make of it


def case_of(signal: str, who: Who, day: date) -> Case:
    text = CONTENT.signals[signal].name
    finding = Finding(signal, 0, len(text), text, "x")
    return Case(text, Recognition("threat", (signal,), (finding,), lender=who.match), day)


@whatever
def test_card_shows_a_provision_that_binds_with_its_rank(signal: str) -> None:
    for who, day in product((*ONE_KIND, *BRANDS), (date(2025, 12, 31), date(2026, 1, 1), TODAY)):
        card = answer(CONTENT, case_of(signal, who, day))

        assert card.citation
        law = LAW[card.citation.provision.id]
        assert in_force(law, day) and reach(law["id"], who.kinds, who.card) == "binds"
        assert f"（{CONTENT.ranks[law['kind']].name}）" in card.citation.source
        assert card.citation.source in said(card.blocks)


@whatever
def test_what_depends_on_the_lender_or_the_contract_is_said_with_its_condition(signal: str) -> None:
    for who in (*ONE_KIND, *BRANDS):
        citations = cite_signal(CONTENT, signal, lender=who.match, day=TODAY, words=CONTENT.signals[signal].name)
        told = said(laws(CONTENT, case_of(signal, who, TODAY)))

        for each in citations.conditional[:CONDITIONAL_MOST]:
            line = next(line for line in told.splitlines() if each.source in line)
            named = [name for kind, name in CONTENT.replies.lender_kinds.items() if kind in each.lenders]
            assert line.startswith("如果") and all(name in line for name in named)
        for each in citations.binding:
            assert f"还有{each.source}" not in told


def said(blocks: Iterable[Block]) -> str:
    return "\n".join(block.text for block in blocks)


@pytest.mark.parametrize("id_", sorted(id_ for id_, law in LAW.items() if law["kind"] in SOFT and in_force(law, TODAY)))
def test_a_standard_or_a_guideline_is_told_as_a_norm_of_the_trade_and_not_as_law(id_: str) -> None:
    law = LAW[id_]
    for who in ONE_KIND:
        for cited in cite(CONTENT, (id_,), lender=who.match, day=TODAY):
            assert cited.source.endswith(
                "（推荐性国家标准）" if law["kind"] == "recommended_standard" else "（行业自律）"
            )
            assert cited.rank.prose == "行业规范" and cited.rank.force.startswith("不是法律")
            assert cited.verbatim is (law["text_is"] == "verbatim")
    assert not re.search(ILLEGAL, law["plain"]), law["plain"]


def test_our_own_words_never_call_it_illegal_to_leave_a_norm_of_the_trade() -> None:
    told = [line for path in ROOT.glob("**/*.yaml") if path.parent.name in OURS for line in _lines(path)]

    norms = [line for line in told if re.search("行业规范|国家标准|国标|自律|银行业协会", line)]

    assert norms and not [line for line in norms if re.search(ILLEGAL, line)]


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


# --- the bans by name


@whatever
def test_a_micro_loan_company_is_never_met_with_the_banking_associations_guideline(signal: str) -> None:
    assert not [id_ for day in DAYS for id_ in ids(signal, MICRO_LOAN, day) if id_.startswith("cba-")]


@whatever
def test_a_bank_is_never_met_with_a_rule_for_consumer_finance(signal: str) -> None:
    for who in (BANK, CARD):
        assert not [id_ for day in DAYS for id_ in ids(signal, who, day) if id_.startswith("consumer-finance-")]


@whatever
@pytest.mark.parametrize("kind", ["bank", "consumer_finance_company", "micro_loan_company"])
def test_four_times_the_prime_rate_is_never_held_against_a_licensed_lender(signal: str, kind: str) -> None:
    assert not [id_ for day in DAYS for id_ in ids(signal, someone(kind), day) if id_.startswith("private-lending")]


@whatever
def test_the_public_security_law_has_its_old_number_until_2025_and_its_new_one_from_2026(signal: str) -> None:
    for who, day in product(ONE_KIND, DAYS):
        early = day < date(2026, 1, 1)
        assert not [id_ for id_ in ids(signal, who, day) if id_.startswith("psapl-2025" if early else "psapl-2012")]
