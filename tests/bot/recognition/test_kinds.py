"""What a message is: the examples of the content, and how ties are decided."""

from dataclasses import replace

import pytest

from bot.recognition import Recogniser
from content.load import load

CONTENT = load()
RECOGNISER = Recogniser(replace(CONTENT, learnt={}))
"""By the steps alone, which is what these tests hold."""
EXAMPLES = [(kind, text) for kind, texts in CONTENT.kinds.examples.items() for text in texts] if CONTENT.kinds else []


@pytest.mark.parametrize(("kind", "text"), EXAMPLES)
def test_every_example_is_of_its_kind(kind: str, text: str) -> None:
    assert RECOGNISER.recognise(text).kind == kind


def test_every_kind_has_examples() -> None:
    assert {kind for kind, _ in EXAMPLES} == {kind.id for kind in CONTENT.replies.kinds}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("【甲贷】您已逾期 9 天，以免影响征信，请尽快还款。", "reminder"),
        ("【甲贷】您已逾期 9 天，我司正在准备上报征信。", "credit_notice"),
        ("【甲贷】您已逾期，再不还就抓你坐牢。", "threat"),
        ("【甲贷】我司将起诉您，并将上报征信。", "legal_notice"),
        ("【甲贷】我司将上门走访，并将上报征信。", "visit_notice"),
        ("【甲贷】您的案件已移交委外机构，逾期将上报征信。", "transfer_notice"),
        ("【甲贷】今天结清可减免罚息，结清后征信会更新。", "settlement_offer"),
        ("【甲贷】请把还款直接转到我个人微信，截图给我。", "scam"),
        ("转到我个人微信，不然打断你的腿", "threat"),
        ("【甲贷】您已逾期 9 天，应还 500 元，请登录 APP 还款，或点 t.cn/Ab3。", "reminder"),
        ("【甲贷】您已逾期 9 天，应还 500 元，请点 t.cn/Ab3 还款。", "scam"),
        ("【甲贷】您好，您的朋友李某有笔借款未还，请转告他，否则我司将起诉。", "third_party_contact"),
        ("【甲贷】将上报征信，影响您就业和子女入学，请尽快处理欠款。", "credit_notice"),
        ("【甲贷】您的征信黑名单将伴随终身，高铁飞机都坐不了。", "threat"),
    ],
)
def test_a_tie_goes_by_the_main_content(text: str, kind: str) -> None:
    assert RECOGNISER.recognise(text).kind == kind


def test_the_step_that_decided_is_named() -> None:
    assert CONTENT.kinds is not None
    steps = {step.id for step in CONTENT.kinds.steps}

    assert {RECOGNISER.recognise(text).kind_rule for _, text in EXAMPLES} <= steps


def test_a_weak_sign_is_said_to_be_unsure() -> None:
    assert "kind" in RECOGNISER.recognise("赶紧联系我，别再躲了，想清楚").unsure
    assert "kind" not in RECOGNISER.recognise("【甲贷】您已逾期 9 天，请还款。").unsure
