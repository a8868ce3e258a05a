"""The learnt model: it is trained the same way twice, weighs what it was told, and keeps out of what is denied."""

from dataclasses import replace

import pytest

from bot.recognition import Recogniser
from bot.recognition.kinds import Verdict
from bot.recognition.learnt import Learnt, Opinion
from bot.recognition.training import Sample, train
from bot.recognition.weighing import decide_kind
from content.load import load

CONTENT = load()
RECOGNISER = Recogniser(CONTENT)
SAMPLES = [
    Sample("再不还就打断你的腿", {"bodily"}, "threat", ("intimidation",)),
    Sample("今晚就去你家打断腿", {"bodily"}, "threat", ("intimidation", "visit")),
    Sample("您的账单已到期请还款", {"named"}, "reminder"),
    Sample("您的借款已到期请还款", {"named"}, "reminder"),
    Sample("您的快递已到驿站请取", (), "other"),
    Sample("快递已到驿站取件码", (), "other"),
]
WEIGHTS = train(SAMPLES, signals=("intimidation", "visit"), fact_weight=0.2, made_from="here")


def test_same_texts_give_the_same_weights() -> None:
    assert train(SAMPLES, signals=("intimidation", "visit"), fact_weight=0.2, made_from="here") == WEIGHTS


def test_kinds_add_up_to_one_and_the_likeliest_is_right() -> None:
    opinion = Learnt(WEIGHTS).weigh("打断你的腿", {"bodily"})

    assert sum(opinion.kinds.values()) == pytest.approx(1)
    assert max(opinion.kinds, key=opinion.kinds.__getitem__) == "threat"
    assert opinion.signals["intimidation"] > opinion.signals["visit"]


def test_a_fact_moves_the_opinion() -> None:
    learnt = Learnt(WEIGHTS)

    assert learnt.weigh("请还款", {"named"}).kinds["reminder"] > learnt.weigh("请还款", ()).kinds["reminder"]


def test_text_of_unknown_words_is_left_to_the_rules() -> None:
    assert not Learnt(WEIGHTS).knows("？？？")
    assert not Learnt(WEIGHTS).knows(" \n")


def test_the_clause_that_speaks_most_is_shown() -> None:
    text = "您好,打断你的腿,请知悉"

    assert Learnt(WEIGHTS).speaking("intimidation", text, [(0, 2), (3, 8), (9, 12)]) == (3, 8)


@pytest.mark.parametrize(
    "text",
    [
        "【甲贷】您已逾期 9 天，应还 500 元。我们不会联系您的家人，也不会上门，请尽快还款。",
        "【甲贷】您的欠款 500 元请尽快处理，目前尚未上报征信，也没有起诉您。",
    ],
)
def test_what_is_denied_is_not_found_by_weighing(text: str) -> None:
    denied = {"third_party", "visit", "credit_report", "litigation"}

    assert denied.isdisjoint(RECOGNISER.recognise(text).signals)


def test_a_grave_finding_is_not_weighed_away_lightly() -> None:
    reading = RECOGNISER.recognise("已委托第三方律所介入，不排除刑事追责。")

    assert reading.kind == "threat"
    assert {"criminal_threat", "lawyer_letter"} <= set(reading.signals)


def test_what_no_single_rule_decided_says_so() -> None:
    texts = [text for texts in CONTENT.kinds.examples.values() for text in texts] if CONTENT.kinds else []
    rules = Recogniser(replace(CONTENT, learnt={}))

    changed = [reading for text in texts if (reading := RECOGNISER.recognise(text)).kind != rules.recognise(text).kind]

    assert {reading.kind_rule for reading in changed} <= {"weighed"}


def test_harmless_has_to_be_the_likeliest_of_all() -> None:
    """Torn between two kinds of collection, a message is still one of collection."""
    verdict = Verdict("visit_notice", "visit_announced")
    torn = {"transfer_notice": 0.36, "reminder": 0.31, "other": 0.25, "visit_notice": 0.08}

    assert decide_kind(verdict, Opinion(torn, {}), []).kind == "transfer_notice"
    assert decide_kind(verdict, Opinion({**torn, "other": 0.6}, {}), []).kind == "other"


@pytest.mark.parametrize(
    "text",
    [
        "【招联金融】您的借款12860元已逾期12天，请今日处理，否则将委托第三方上门。",
        "【青禾消金】您的欠款 980 元逾期 6 天，再不处理将移交第三方上门核实。",
        "你好我是安逸花的，你那个2300逾期9天了，今天能处理吗",
    ],
)
def test_a_plainly_stated_overdue_debt_is_no_harmless_message(text: str) -> None:
    assert RECOGNISER.recognise(text).kind != "other"
