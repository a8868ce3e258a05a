"""The scorer against cases that are computed by hand."""

import pytest

from benchmarks.scoring import (
    Abstaining,
    Answer,
    Counts,
    Label,
    Pair,
    abstention,
    collection_called_harmless,
    confusion,
    exact_signals,
    false_alarms,
    fields,
    harmless_called_collection,
    kinds,
    macro_f1,
    micro_f1,
    right_kind,
    same,
    share,
    signals,
)


def pair(kind: str, read: str, there: str = "", found: str = "", confidence: float | None = None) -> Pair:
    label = Label("x", "", kind, frozenset(there.split()))
    return label, Answer(read, frozenset(found.split()), {}, confidence)


PAIRS = [
    pair("threat", "threat", "insult visit", "insult visit", 0.9),
    pair("threat", "threat", "insult", "insult visit", 0.8),
    pair("threat", "reminder", "visit", "", 0.4),
    pair("reminder", "reminder", "", "", 0.7),
    pair("reminder", "other", "", "", 0.5),
    pair("other", "other", "", "", None),
    pair("other", "threat", "", "visit", 0.6),
    pair("other", "reminder", "", "", 0.3),
]


def test_kinds_are_counted_by_class() -> None:
    table = kinds(PAIRS)

    assert table == {"threat": Counts(2, 1, 1), "reminder": Counts(1, 2, 1), "other": Counts(1, 1, 2)}
    assert (table["threat"].precision, table["threat"].recall, table["threat"].f1) == (2 / 3, 2 / 3, 2 / 3)
    assert table["reminder"].f1 == pytest.approx(2 / 5)
    assert table["other"].f1 == pytest.approx(2 / 5)
    assert macro_f1(table) == pytest.approx((2 / 3 + 2 / 5 + 2 / 5) / 3)
    assert share(PAIRS, right_kind) == 4 / 8


def test_confusion_tells_what_was_read_as_what() -> None:
    assert confusion(PAIRS)["threat", "threat"] == 2
    assert confusion(PAIRS)["threat", "reminder"] == 1
    assert confusion(PAIRS)["other", "reminder"] == 1
    assert confusion(PAIRS).total() == len(PAIRS)


def test_signals_are_counted_one_by_one_and_as_a_set() -> None:
    table = signals(PAIRS)

    assert table == {"insult": Counts(2, 0, 0), "visit": Counts(1, 2, 1)}
    assert macro_f1(table) == pytest.approx((1 + 2 / 5) / 2)
    assert micro_f1(table) == pytest.approx(6 / 9)
    assert share(PAIRS, exact_signals) == 5 / 8


def test_a_class_that_nobody_labelled_is_in_no_macro_average() -> None:
    table = signals([pair("other", "other", "visit", "visit insult")])

    assert table["insult"] == Counts(0, 1, 0)
    assert macro_f1(table) == 1.0


def test_harm_done_to_the_harmless_and_harm_overlooked() -> None:
    assert harmless_called_collection(PAIRS) == pytest.approx(2 / 3)
    assert false_alarms(PAIRS) == pytest.approx(1 / 3)
    assert collection_called_harmless(PAIRS) == pytest.approx(1 / 5)


def test_abstaining_trades_answers_for_mistakes() -> None:
    none, half, most = abstention(PAIRS, (0.0, 0.5, 0.85))

    assert none == Abstaining(0.0, 1.0, 0.5, 1.0)
    assert half == Abstaining(0.5, 5 / 8, 3 / 5, 2 / 4)
    assert most == Abstaining(0.85, 1 / 8, 1.0, 0.0)


def test_fields_are_right_missing_extra_or_wrong() -> None:
    labels: list[dict[str, object]] = [
        {"lender": "招联", "amount_cny": 8888.5},
        {"amount_cny": 300, "phones": ["12345", "67890"]},
        {"deadline": 3},
        {},
    ]
    read: list[dict[str, object]] = [
        {"lender": "招联消费金融", "amount_cny": 8888.50},
        {"amount_cny": 200, "phones": ["67890", "12345"]},
        {},
        {"lender": "某贷"},
    ]
    pairs = [
        (Label(str(at), "", "reminder", fields=there), Answer("reminder", fields=found))
        for at, (there, found) in enumerate(zip(labels, read, strict=True))
    ]

    assert fields(pairs) == {
        "lender": Counts(1, 1, 0),
        "amount_cny": Counts(1, 1, 1),
        "phones": Counts(1, 0, 0),
        "deadline": Counts(0, 0, 1),
    }


@pytest.mark.parametrize(
    ("name", "value", "read", "right"),
    [
        ("lender", "招联消费金融", "招联", True),
        ("lender", "招联", "招", False),
        ("lender", "招联", "马上", False),
        ("amount_cny", 1200, 1200.004, True),
        ("amount_cny", 1200, 1200.01, False),
        ("phones", ["1", "2"], ["1"], False),
        ("deadline", "2026-11-27", "2026-11-27", True),
        ("deadline", 3, "2026-11-27", False),
        ("case_number", "（2026）京 01 号", "（2026）京01号", True),
    ],
)
def test_a_field_is_right_in_any_of_its_forms(name: str, value: object, read: object, right: bool) -> None:
    assert same(name, value, read) is right


def test_nothing_is_scored_as_nothing() -> None:
    assert (macro_f1({}), micro_f1({}), share([], right_kind), false_alarms([])) == (0.0, 0.0, 0.0, 0.0)
    assert abstention([], [0.5]) == [Abstaining(0.5, 0.0, 0.0, 0.0)]
