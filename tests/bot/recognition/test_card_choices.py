"""What the card leaves out and what it puts first: each thing once, and only where it helps."""

from datetime import date

import pytest

from bot.recognition import Finding, Recognition
from bot.recognition.card import Card, answer, provisions_of
from bot.recognition.wording import Case
from content.load import load

TODAY = date(2026, 11, 23)
CONTENT = load()


def text_of(card: Card) -> str:
    return "\n".join(block.text for block in card.blocks)


def fake(text: str, kind: str, unsure: tuple[str, ...] = (), **found: str) -> Case:
    """A case by hand: each signal with the words that were found."""
    findings = tuple(
        Finding(signal, text.index(words), text.index(words) + len(words), words, f"{signal}-1")
        for signal, words in found.items()
    )
    reading = Recognition(kind, tuple(found), findings=findings, unsure=unsure)
    return Case(text, reading, TODAY)


def test_nameless_sender_is_not_called_unrecognised_as_well() -> None:
    case = fake("钱什么时候还，看到回电。", "reminder", ("lender",), no_identity="钱什么时候还")

    text = text_of(answer(CONTENT, case))

    assert "没写明是哪家机构" in text
    assert "我没认出放款" not in text


def test_fraud_is_never_told_to_be_lawful_in_part() -> None:
    text = "扫我收款码付2000，今天不付明天上门，可以减免。"
    case = fake(text, "scam", private_account="扫我收款码", deadline_pressure="今天不付", visit="上门", offer="减免")

    said = text_of(answer(CONTENT, case))

    assert "合法" not in said
    assert "不违法" not in said
    assert "对方自己定的期限" not in said


def test_fraud_without_a_finding_still_says_why() -> None:
    assert "不是正规渠道" in text_of(answer(CONTENT, fake("加客服办理结清，先付款。", "scam")))


def test_doubtful_fraud_is_said_to_be_doubtful_but_not_to_be_paid() -> None:
    card = answer(CONTENT, fake("账单逾期，点 dpurl.cn/a 还款", "scam", ("kind",), suspicious_link="dpurl.cn/a"))

    assert "不能断定" in card.blocks[0].text
    assert "不要付款" in card.blocks[0].text
    assert "很像诈骗" not in text_of(card)


@pytest.mark.parametrize(
    ("words", "told", "untold", "law"),
    [
        ("征信一辈子都洗不掉", "5 年", "高消费", "credit-reg-16"),
        ("冻结您的微信支付宝", "法院", "5 年", "cpl-253"),
        ("限制您乘坐高铁飞机", "执行阶段", "5 年", "consumption-limit-3"),
        ("列入失信黑名单", "判决之后", "5 年", "dishonest-list-1"),
        ("孩子不能上学", "普通学校", "5 年", "consumption-limit-3"),
    ],
)
def test_false_consequence_is_answered_by_what_it_is(words: str, told: str, untold: str, law: str) -> None:
    card = answer(CONTENT, fake(f"再不还款，{words}。", "threat", false_consequence=words))

    sentence = next(block.text for block in card.blocks if words in block.text)
    assert told in sentence
    assert untold not in sentence
    assert card.citation is not None
    assert card.citation.provision.id == law


@pytest.mark.parametrize(
    ("words", "clause"),
    [
        ("不还就卸你一条胳膊", "威胁他人人身安全"),
        ("天天去你家门口堵你", "滋扰、纠缠、跟踪"),
    ],
)
def test_threat_is_answered_by_the_item_that_names_it(words: str, clause: str) -> None:
    card = answer(CONTENT, fake(f"{words}。", "threat", intimidation=words))

    assert card.citation is not None
    assert card.citation.provision.id == "psapl-2025-50"
    assert clause in card.citation.clause


def test_conditional_talk_of_a_report_is_not_called_pressure() -> None:
    words = "如涉嫌犯罪将依法报案"

    text = text_of(answer(CONTENT, fake(f"{words}。", "threat", criminal_threat=words)))

    assert "本身未必违法" in text
    assert "施压。单纯" not in text


def test_script_takes_up_the_finding_that_the_card_tells_first() -> None:
    text = "今天不还就冻结微信，全家替你背。"
    case = fake(text, "threat", third_party="全家替你背", false_consequence="冻结微信")

    card = answer(CONTENT, case)

    assert card.filled is not None
    assert card.filled.script.id == "false_consequence"
    assert "不要联系我的亲友" in (card.filled.text or "")


def test_same_words_are_quoted_once() -> None:
    words = "你妈住院我去找她要钱"

    text = text_of(answer(CONTENT, fake(f"{words}。", "threat", intimidation=words, third_party=words)))

    assert text.count(words) == 1


def test_name_of_a_company_is_no_place_of_work() -> None:
    text = "已委托鑫诚资产管理公司上门核实。"
    case = fake(text, "transfer_notice", debt_transfer="已委托鑫诚资产管理公司", visit="上门核实")

    card = answer(CONTENT, case)

    assert card.filled is not None
    assert card.filled.script.id == "authority"


def test_talk_of_a_suit_is_no_suit_yet() -> None:
    coming = answer(CONTENT, fake("如不还款，我司将起诉。", "legal_notice", litigation="我司将起诉"))
    filed = answer(CONTENT, fake("我行起诉您一案法院已受理。", "legal_notice", litigation="法院已受理"))

    assert "不等于已经立案" in text_of(coming)
    assert "12368" not in text_of(coming)
    assert "工作时间打 12368" in text_of(filed)


def test_each_finding_has_its_provision_among_the_first() -> None:
    text = "今天不还就冻结微信，你这老赖，联系你父母。"
    case = fake(text, "threat", false_consequence="冻结微信", insult="你这老赖", third_party="联系你父母")

    first = [cited.provision.id for cited in provisions_of(CONTENT, case).binding[:3]]

    assert first == ["cpl-253", "psapl-2025-50", "civil-code-1032"]


def test_link_beside_the_app_is_doubted_not_the_app() -> None:
    text = "登录官方APP或点 dwz.cn/a 查看。"

    said = text_of(answer(CONTENT, fake(text, "reminder", suspicious_link="dwz.cn/a")))

    assert "里的链接，我看不出是不是官方的" in said


def test_limit_set_with_a_threat_of_harm_is_not_called_lawful() -> None:
    text = "今晚还清，不然卸你胳膊。"
    case = fake(text, "threat", deadline_pressure="今晚还清", intimidation="不然卸你胳膊")

    assert "给期限合法" not in text_of(answer(CONTENT, case))
