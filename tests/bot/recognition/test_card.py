"""What a borrower reads first: short, exact, lawful where it is lawful, and quoting nothing that isn't there."""

import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.messages import Style
from bot.recognition import Recognition
from bot.recognition.card import Card, answer, day_matters, provisions_of, tell
from bot.recognition.wording import Case
from content.load import load
from tests.readings import BANK_CARD, BRAND, BY_NAME, COLLECTING, CONSUMER, SAMPLES, Sample

TODAY = date(2026, 11, 23)
SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTENT = load()
SCAMS = [each for each in SAMPLES if each.reading.kind == "scam"]


def case_of(sample: Sample, sent_at: datetime | None = None, **changes: object) -> Case:
    reading = replace(sample.reading, **changes)  # type: ignore[arg-type]  # callers name fields of Recognition
    return Case(sample.text, reading, TODAY, sent_at=sent_at)


def card_of(name: str) -> Card:
    return answer(CONTENT, case_of(BY_NAME[name]))


def text_of(card: Card) -> str:
    return "\n".join(block.text for block in card.blocks)


def said_of(card: Card) -> str:
    """Everything that is told or handed over to copy."""
    filled = card.filled
    return "\n".join([text_of(card), *filter(None, (filled.text, filled.other_text, *filled.steps) if filled else ())])


by_name = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
collecting = pytest.mark.parametrize("sample", COLLECTING, ids=lambda sample: sample.name)


def test_there_are_enough_samples_to_speak_of_all() -> None:
    assert len(COLLECTING) >= 40
    assert {each.reading.kind for each in SAMPLES} == {kind.id for kind in CONTENT.replies.kinds}
    told = {signal for each in SAMPLES for signal in each.reading.signals}
    assert told == {signal.id for signal in CONTENT.replies.signals} == set(CONTENT.signals)


@by_name
def test_card_is_one_glance_long(sample: Sample) -> None:
    assert sum(len(block.text) for block in answer(CONTENT, case_of(sample)).blocks) <= 300


@collecting
def test_card_names_the_kind_cites_one_provision_and_gives_one_step(sample: Sample) -> None:
    card = answer(CONTENT, case_of(sample))

    styles = [block.style for block in card.blocks]
    assert styles[0] is Style.TITLE
    assert styles.count(Style.QUOTE) == 1
    assert sum(block.text.startswith("下一步：") for block in card.blocks) == 1


@collecting
def test_quoted_law_is_verbatim_in_the_provision(sample: Sample) -> None:
    card = answer(CONTENT, case_of(sample))

    assert card.citation is not None
    assert card.citation.clause in card.citation.provision.text
    assert card.citation.provision.in_force_on(TODAY)
    assert card.citation.provision.verified != "unverified"


@collecting
def test_quoted_words_stand_in_the_message(sample: Sample) -> None:
    for weighed in tell(CONTENT, case_of(sample)):
        assert weighed.quote.removesuffix("…") in sample.text


@collecting
def test_gravest_finding_is_told_with_its_words(sample: Sample) -> None:
    case = case_of(sample)

    text = text_of(answer(CONTENT, case))

    for weighed in tell(CONTENT, case)[:1]:
        assert weighed.quote in text


@by_name
def test_nothing_is_promised_and_nothing_called_illegal(sample: Sample) -> None:
    said = said_of(answer(CONTENT, case_of(sample)))
    for harmless in ("本身不违法", "是否违法", "保证金", "一定期限"):
        said = said.replace(harmless, "")

    for word in ("您安全", "你安全", "一定", "保证", "肯定", "绝对", "违法", "犯法", "！", "!", "成功率", "{", "}"):
        assert word not in said, word


@by_name
def test_corrected_errors_of_old_advice_stay_out(sample: Sample) -> None:
    said = said_of(answer(CONTENT, case_of(sample)))

    for wrong in ("四倍", "标注已还清", "不再上报", "不上报征信", "停息挂账", "30 天", "三十天"):
        assert wrong not in said
    if not (sample.reading.lender and sample.reading.lender.credit_card):
        assert "个性化分期" not in said


@collecting
def test_industry_norms_are_never_called_law(sample: Sample) -> None:
    card = answer(CONTENT, case_of(sample))

    for block in card.blocks:
        if "22:00" in block.text or "3 次" in block.text:
            assert "行业规范" in block.text
    if card.citation and card.citation.rank.prose == "行业规范":
        assert "（法律）" not in text_of(card)


@collecting
def test_scripts_leave_no_blank_unfilled(sample: Sample) -> None:
    filled = answer(CONTENT, case_of(sample)).filled

    assert filled is not None
    for text in filter(None, (filled.text, filled.other_text, filled.next, *filled.steps)):
        assert not re.search(r"[{}]|None", text)


@collecting
def test_scripts_fit_one_tap(sample: Sample) -> None:
    filled = answer(CONTENT, case_of(sample)).filled

    assert filled is not None
    assert all(len(text) <= 256 for text in filter(None, (filled.text, filled.other_text)))


@collecting
def test_scripts_attribute_the_debt_and_never_promise_payment(sample: Sample) -> None:
    filled = answer(CONTENT, case_of(sample)).filled

    assert filled is not None
    text = (filled.text or "") + (filled.other_text or "")
    for admission in ("我欠", "我承认", "我会还", "我保证", "马上还", "尽快还", "我同意还"):
        assert admission not in text
    days = sample.reading.fields.overdue_days
    if days is not None and f"{days} 天" in text:
        assert "消息称" in text


@pytest.mark.parametrize("sample", SCAMS, ids=lambda sample: sample.name)
def test_suspected_fraud_first_says_not_to_pay_or_click(sample: Sample) -> None:
    card = answer(CONTENT, case_of(sample))

    assert "不要付款" in card.blocks[0].text
    assert "不要点链接" in card.blocks[0].text
    assert card.filled is not None
    assert card.filled.text is None
    steps = "".join(card.filled.steps)
    assert "96110" in steps
    assert "110" in steps.replace("96110", "")
    assert "银行卡背面" in steps


@collecting
def test_no_number_is_given_that_is_not_public_or_in_the_message(sample: Sample) -> None:
    said = said_of(answer(CONTENT, case_of(sample)))

    public = set(CONTENT.hotlines)
    for number in re.findall(r"(?<![0-9.])(?:1[0-9]{10}|400[0-9]{7}|9[0-9]{4}|12[0-9]{3}|110)(?![0-9])", said):
        assert number in public or number in sample.text


@pytest.mark.parametrize("name", ["harm", "harm to a child"])
def test_threats_of_harm_name_the_police_and_offer_no_talk(name: str) -> None:
    card = card_of(name)

    assert "110" in text_of(card)
    assert card.filled is not None
    assert "报警" in (card.filled.text or "")
    assert "协商" not in (card.filled.text or "")
    assert not card.filled.script.negotiable


@pytest.mark.parametrize(
    ("name", "lawful"),
    [
        ("seed notice", "合法"), ("credit done", "合法"), ("suit coming", "合法"), ("payment order", "合法"),
        ("arbitration", "合法"), ("mediation", "合法"), ("lawyer letter", "合法"), ("outsourced", "合法"),
        ("assigned", "合法"), ("extension offered", "合法"), ("visit", "不违法"), ("plain reminder", "正常"),
        ("hearing", "正常"),
    ],
)  # fmt: skip
def test_lawful_notices_are_said_to_be_lawful(name: str, lawful: str) -> None:
    assert lawful in text_of(card_of(name))


@pytest.mark.parametrize("name", ["seed lawyer", "jail", "insult", "exposure", "frozen wallet", "harm"])
def test_threats_are_told_as_possible_breaches(name: str) -> None:
    assert "可能" in text_of(card_of(name))


def test_credit_notice_is_about_credit_before_it_is_about_a_suit() -> None:
    card = card_of("seed notice")

    assert card.citation is not None
    assert card.citation.provision.id == "credit-reg-15"
    assert "小米金融说您逾期 7 天" in text_of(card)


def test_hearing_tells_its_date_and_is_taken_seriously() -> None:
    text = text_of(card_of("hearing"))

    assert "定于12月15日9时在第三法庭开庭" in text
    assert "12368" in text
    assert "15 日内" in text
    assert "缺席" in text


def test_relative_and_borrower_get_a_text_each() -> None:
    filled = card_of("friend").filled

    assert filled is not None
    assert "我不是借款人" in (filled.text or "")
    assert "我是借款人" in (filled.other_text or "")


def test_old_debt_is_not_acknowledged() -> None:
    card = card_of("old debt")

    assert card.filled is not None
    assert "不确认" in (card.filled.text or "")
    assert "协商" not in (card.filled.text or "")
    assert "时效" in text_of(card)


def test_old_debt_with_a_hearing_is_still_a_hearing() -> None:
    hearing = BY_NAME["hearing"]
    fields = replace(hearing.reading.fields, overdue_days=2000)

    card = answer(CONTENT, case_of(hearing, fields=fields))

    assert card.filled is not None
    assert card.filled.script.id == "court_hearing"


def test_identity_is_asked_before_anything_else_of_the_nameless() -> None:
    filled = card_of("nameless").filled

    assert filled is not None
    assert (filled.text or "").startswith("请先告知您的姓名")


@pytest.mark.parametrize("name", ["jail", "insult", "exposure", "assigned, nameless", "three at once"])
def test_scripts_to_the_nameless_ask_who_they_are(name: str) -> None:
    filled = card_of(name).filled

    assert filled is not None
    assert "姓名、工号、所属公司" in (filled.text or "")


# --- the day


def test_message_of_2025_gets_the_police_law_of_2025() -> None:
    sent = datetime(2025, 10, 3, tzinfo=SHANGHAI)

    card = answer(CONTENT, case_of(BY_NAME["harm"], sent))

    assert card.citation is not None
    assert card.citation.provision.id == "psapl-2012-42"
    assert "第四十二条" in text_of(card)


def test_unknown_day_means_today_and_is_said() -> None:
    sent = datetime(2026, 11, 22, tzinfo=SHANGHAI)

    assert "按今天有效的规定" in text_of(card_of("harm"))
    assert "按今天有效的规定" not in text_of(answer(CONTENT, case_of(BY_NAME["harm"], sent)))


def test_industry_norm_is_not_told_before_it_was_issued() -> None:
    sent = datetime(2024, 5, 3, 23, 10, tzinfo=SHANGHAI)

    assert "行业规范" not in text_of(answer(CONTENT, case_of(BY_NAME["at dawn"], sent)))


def test_known_hour_at_night_is_told_though_the_text_names_none() -> None:
    night, noon = (datetime(2026, 11, 22, hour, 40, tzinfo=SHANGHAI) for hour in (23, 12))

    assert "23:40" in text_of(answer(CONTENT, case_of(BY_NAME["plain reminder"], night)))
    assert "12:40" not in text_of(answer(CONTENT, case_of(BY_NAME["plain reminder"], noon)))


def test_bare_day_is_no_midnight() -> None:
    day = datetime(2026, 11, 22, tzinfo=SHANGHAI)

    assert case_of(BY_NAME["plain reminder"], day).sent_at_night is None


def test_day_is_asked_only_where_it_matters() -> None:
    assert day_matters(CONTENT, case_of(BY_NAME["harm"]))
    assert day_matters(CONTENT, case_of(BY_NAME["visit at night"]))
    assert not day_matters(CONTENT, case_of(BY_NAME["plain reminder"]))
    assert not day_matters(CONTENT, case_of(BY_NAME["harm"], datetime(2026, 11, 1, tzinfo=SHANGHAI)))


# --- the lender


@collecting
def test_nothing_that_binds_only_some_lenders_is_claimed_of_an_unknown_one(sample: Sample) -> None:
    case = case_of(sample, lender=None)

    for citation in provisions_of(CONTENT, case).binding:
        lenders = {"bank", "consumer_finance_company", "micro_loan_company", "guarantee_company", "private_lender"}
        if "anyone" not in citation.provision.binds:
            assert not lenders & set(citation.provision.binds), citation.provision.id
    assert "按行业规范" not in text_of(answer(CONTENT, case))


def test_norm_of_consumer_finance_is_conditional_for_a_brand() -> None:
    sample = BY_NAME["credit and family"]

    sure = provisions_of(CONTENT, case_of(sample, lender=CONSUMER))
    brand = provisions_of(CONTENT, case_of(sample, lender=BRAND))

    assert "consumer-finance-measures-2024-collection" in {each.provision.id for each in sure.binding}
    assert "consumer-finance-measures-2024-collection" in {each.provision.id for each in brand.conditional}


def test_credit_card_gets_the_card_rule() -> None:
    card = answer(CONTENT, case_of(BY_NAME["credit and family"], lender=BANK_CARD))

    assert card.citation is not None
    assert card.citation.provision.id == "credit-card-measures-68"


# --- what is no collection


def test_one_time_code_is_never_to_be_passed_on() -> None:
    assert "都别给" in text_of(card_of("one-time code"))


@pytest.mark.parametrize("name", ["one-time code", "receipt", "advertising", "chat"])
def test_what_is_no_collection_gets_a_short_true_answer(name: str) -> None:
    card = card_of(name)

    assert card.filled is None
    assert text_of(card).startswith("这不像")
    assert len(text_of(card)) <= 100


def test_doubts_are_told() -> None:
    card = answer(CONTENT, case_of(BY_NAME["plain reminder"], unsure=("kind",)))

    assert "不太确定" in text_of(card)


def test_many_messages_are_answered_jointly_and_counted() -> None:
    assert "3 条" in text_of(card_of("three at once"))


def test_every_kind_is_answered_without_findings_and_fields() -> None:
    for kind in CONTENT.replies.kinds:
        assert answer(CONTENT, Case("收到一条消息", Recognition(kind.id), TODAY)).blocks
