"""Looking up: the version of the day, what is nearest, neighbours, words, and nothing that was not verified."""

from dataclasses import replace
from datetime import date

import pytest

from bot.lawbook import Lawbook, Numbered, Reference, Span
from content.load import load
from content.schema import Provision

CONTENT = load()
BOOK = Lawbook(CONTENT)
TODAY = date(2026, 11, 23)
NOW = Span.of(TODAY)


def law(short: str) -> tuple[str, ...]:
    return next((norm.law,) for norm in CONTENT.lawbook.norms if norm.short == short)


def article(short: str, number: int, sub: int = 0) -> Reference:
    return Reference(Numbered(number, sub), law(short))


def ids(provisions: tuple[Provision, ...]) -> list[str]:
    return [each.id for each in provisions]


@pytest.mark.parametrize(
    ("day", "number", "found"),
    [
        (date(2025, 12, 31), 42, ["psapl-2012-42"]),
        (date(2026, 1, 1), 42, []),
        (date(2026, 1, 1), 50, ["psapl-2025-50"]),
        (date(2025, 12, 31), 50, []),
    ],
)
def test_version_of_the_day_is_found(day: date, number: int, found: list[str]) -> None:
    assert ids(BOOK.find(article("治安法", number), Span.of(day)).current) == found


def test_number_that_went_out_of_use_is_told_with_what_it_was() -> None:
    found = BOOK.find(article("治安法", 42), NOW)

    assert found.current == ()
    assert ids(found.ended) == ["psapl-2012-42"]
    assert ids(BOOK.find(article("治安法", 42), NOW, old=True).current) == ["psapl-2012-42"]


def test_article_before_its_first_day_is_only_coming() -> None:
    found = BOOK.find(article("民法典", 676), Span.of(date(2020, 12, 31)))

    assert (found.current, ids(found.coming)) == ((), ["civil-code-676"])


def test_article_that_is_not_held_has_its_nearest_in_the_same_norm() -> None:
    found = BOOK.find(article("民法典", 673), NOW)

    assert found.current == ()
    assert ids(found.nearest) == ["civil-code-670", "civil-code-674", "civil-code-675"]


def test_number_alone_finds_every_norm_that_has_it() -> None:
    found = BOOK.find(Reference(Numbered(25)), NOW).current

    assert {"credit-reg-25", "pipl-25", "private-lending-25"} <= set(ids(found))
    assert all(each.in_force_on(TODAY) for each in found)


def test_article_with_a_letter_of_its_own_is_not_the_one_before_it() -> None:
    assert ids(BOOK.find(article("刑法", 175, 1), NOW).current) == ["criminal-175-1"]
    assert BOOK.find(article("刑法", 175), NOW).current == ()


def test_changed_interpretation_is_found_by_its_own_numbers() -> None:
    assert ids(BOOK.find(article("信用卡解释", 8), NOW).current) == ["card-crime-interp-8"]


def test_article_whose_number_is_uncertain_is_not_found_by_it() -> None:
    uncertain = [each for each in CONTENT.provisions.values() if each.shown_article is None]

    assert uncertain
    assert all(BOOK.numbers(each) == () for each in uncertain)


def test_every_certain_article_is_found_by_its_number() -> None:
    for each in CONTENT.provisions.values():
        for numbered in BOOK.numbers(each):
            assert each in BOOK.find(Reference(numbered, (each.law,)), Span.of(each.effective_from)).current
        if each.shown_article and "." not in each.shown_article:
            assert BOOK.numbers(each), each.id


def test_neighbours_are_of_the_same_norm_and_version() -> None:
    now = BOOK.neighbours(CONTENT.provisions["psapl-2025-50"], TODAY)
    before = BOOK.neighbours(CONTENT.provisions["psapl-2012-42"], date(2025, 12, 31))

    assert ids(now)[:2] == ["psapl-2025-30", "psapl-2025-47"]
    assert all(id_.startswith("psapl-2012-") for id_ in ids(before))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("利息预先扣除", "civil-code-670"),
        ("砍头息", "civil-code-670"),
        ("父债子还", "civil-code-1161"),
        ("提前还款", "civil-code-677"),
        ("冒充警察", "criminal-279"),
        ("债权转让要通知", "civil-code-546"),
        ("征信异议", "credit-reg-25"),
        ("信用卡个性化分期", "credit-card-measures-70"),
        ("夫妻共同债务", "civil-code-1064"),
    ],
)
def test_words_find_what_they_mean(words: str, found: str) -> None:
    assert found in ids(BOOK.search(words, TODAY, 6))


@pytest.mark.parametrize("words", ["量子力学", "猫粮好吃吗", "24%", "", "明天天气"])
def test_words_that_no_provision_has_find_nothing(words: str) -> None:
    assert BOOK.search(words, TODAY, 6) == ()


def test_search_keeps_to_what_is_in_force() -> None:
    assert all(each.in_force_on(TODAY) for each in BOOK.search("散布隐私 骚扰信息", TODAY, 6))


def test_unverified_provision_is_nowhere() -> None:
    hidden = CONTENT.provisions["civil-code-676"].model_copy(update={"verified": "unverified"})
    book = Lawbook(replace(CONTENT, provisions={**CONTENT.provisions, hidden.id: hidden}))

    assert book.get(hidden.id) is None
    assert book.find(article("民法典", 676), NOW).current == ()
    assert hidden not in book.neighbours(CONTENT.provisions["civil-code-675"], TODAY)
    assert hidden not in book.search(hidden.text, TODAY, 6)
