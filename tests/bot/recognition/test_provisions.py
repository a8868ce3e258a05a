"""What is cited first and what with a condition, for one finding and for a whole message."""

from dataclasses import replace
from datetime import date

import pytest

from bot.recognition.provisions import (
    Citation,
    Citations,
    cite,
    cite_message,
    cite_signal,
    possible_kinds,
    version_on,
)
from bot.recognition.types import LenderMatch
from content.load import load

CONTENT = load()
SIGNALS = sorted(CONTENT.signals)
TODAY = date(2026, 11, 23)


def lender(*kinds: str, certain: bool | None = None, credit_card: bool = False) -> LenderMatch:
    sure = len(kinds) == 1 if certain is None else certain
    return LenderMatch("x", "x", kinds, sure, "", credit_card)


BANK = lender("bank")
CARD = lender("bank", credit_card=True)
CONSUMER_FINANCE = lender("consumer_finance_company")
MICRO_LOAN = lender("micro_loan_company")
PRIVATE = lender("private")
BRAND = lender("platform", "bank", "consumer_finance_company", "micro_loan_company")
ASSET_MANAGER = lender("asset_manager")
LENDERS = {
    "bank": BANK,
    "credit-card": CARD,
    "consumer-finance": CONSUMER_FINANCE,
    "micro-loan": MICRO_LOAN,
    "guarantee": lender("guarantee_company"),
    "platform": lender("platform"),
    "private": PRIVATE,
    "bank-or-consumer-finance": lender("bank", "consumer_finance_company"),
    "brand": BRAND,
    "licensed-or-private": lender("micro_loan_company", "private"),
    "asset-manager": ASSET_MANAGER,
    "guessed": lender("bank", certain=False),
    "unknown": None,
}
whoever = pytest.mark.parametrize("who", LENDERS.values(), ids=LENDERS)
whatever = pytest.mark.parametrize("signal", SIGNALS)


def first(signal: str, who: LenderMatch | None, day: date = TODAY, words: str = "") -> Citation:
    cited = cite_signal(CONTENT, signal, lender=who, day=day, words=words).first
    assert cited is not None
    return cited


def ids(citations: Citations) -> set[str]:
    return {cited.provision.id for cited in (*citations.binding, *citations.conditional)}


@pytest.mark.parametrize(
    "who", [ASSET_MANAGER, None, lender("bank", certain=False)], ids=["sold", "unknown", "guessed"]
)
def test_an_open_lender_gets_everyones_law_and_the_rest_with_its_condition(who: LenderMatch | None) -> None:
    citations = cite_signal(CONTENT, "night_contact", lender=who, day=TODAY)

    assert [cited.provision.id for cited in citations.binding] == ["civil-code-1033"]
    norm = next(cited for cited in citations.conditional if cited.provision.id == "gbt-45251-hours")
    assert norm.lenders == ("bank", "consumer_finance_company", "micro_loan_company")


def test_a_brand_with_several_kinds_behind_it_is_bound_only_by_what_binds_them_all() -> None:
    either = cite_signal(CONTENT, "night_contact", lender=lender("bank", "consumer_finance_company"), day=TODAY)
    brand = cite_signal(CONTENT, "night_contact", lender=BRAND, day=TODAY)

    assert "cba-collection-2026-hours" in {cited.provision.id for cited in either.binding}
    assert "cba-collection-2026-hours" in {cited.provision.id for cited in brand.conditional}


@pytest.mark.parametrize(
    ("signal", "who", "words", "expected"),
    [
        ("criminal_threat", None, "", "criminal-193"),
        ("criminal_threat", CARD, "", "card-crime-interp-6"),
        ("credit_report", BANK, "将上报央行征信系统", "credit-reg-15"),
        ("credit_report", PRIVATE, "上征信", "credit-reg-25"),
        ("litigation", BANK, "启动法律程序", "cpl-128"),
        ("litigation", BANK, "提交仲裁", "arbitration-2025-4"),
        ("litigation", BANK, "申请支付令", "cpl-227"),
        ("litigation", None, "强制执行您的工资", "cpl-254"),
        ("false_consequence", None, "影响子女上学", "consumption-limit-3"),
        ("false_consequence", None, "冻结您的微信支付宝", "cpl-253"),
        ("false_consequence", None, "列入失信黑名单", "dishonest-list-1"),
        ("false_consequence", None, "终身征信污点", "credit-reg-16"),
        ("excessive_fee", BANK, "服务费", "supreme-court-2017-22-2"),
        ("excessive_fee", PRIVATE, "上门费", "private-lending-29"),
        ("excessive_fee", CARD, "滞纳金", "card-notice-2016-111-3"),
        ("excessive_fee", CARD, "违约金", "bank-card-2"),
        ("excessive_fee", None, "服务费", "civil-code-496"),
        ("excessive_fee", None, "违约金", "civil-code-585"),
        ("excessive_fee", None, "月息五分", "civil-code-680"),
        ("debt_transfer", None, "债权已转让给", "civil-code-546"),
        ("debt_transfer", BANK, "已委托第三方", "consumer-protection-measures-2022-41"),
        ("debt_transfer", MICRO_LOAN, "已委托第三方", "pipl-21"),
        ("third_party", CARD, "联系您的家人", "credit-card-measures-68"),
        ("third_party", CONSUMER_FINANCE, "联系您的家人", "civil-code-1032"),
        ("offer", CARD, "分期", "credit-card-measures-70"),
        ("offer", MICRO_LOAN, "减免", "civil-code-561"),
        ("offer", MICRO_LOAN, "展期", "civil-code-678"),
        ("visit", MICRO_LOAN, "上门", "psapl-2025-47"),
        ("no_identity", None, "", "cpl-67"),
        ("no_identity", MICRO_LOAN, "", "consumer-28"),
        ("third_party", MICRO_LOAN, "夫妻共同债务，你也要还", "civil-code-1064"),
        ("third_party", MICRO_LOAN, "告诉你老婆", "civil-code-1032"),
        ("false_consequence", None, "牵连您的配偶", "civil-code-1064"),
        ("false_consequence", None, "冻结您配偶的银行卡", "cpl-253"),
        ("litigation", BANK, "不到庭将缺席判决", "cpl-147"),
        ("visit", None, "到访您的工作单位", "civil-code-1032"),
        ("coerced_borrowing", BANK, "先借其他平台", "cba-collection-2026-borrow"),
        ("coerced_borrowing", MICRO_LOAN, "先借其他平台", "civil-code-561"),
        ("coerced_borrowing", MICRO_LOAN, "让你老婆去借", "civil-code-1064"),
        ("deadline_pressure", None, "两小时内还清", "civil-code-675"),
    ],
)
def test_the_first_provision_says_what_matters_about_the_words(
    signal: str, who: LenderMatch | None, words: str, expected: str
) -> None:
    assert first(signal, who, words=words).provision.id == expected


@pytest.mark.parametrize(
    ("signal", "day", "expected"),
    [
        ("third_party", date(2019, 5, 1), "psapl-2012-42"),
        ("night_contact", date(2012, 6, 1), "criminal-293"),
        ("litigation", date(2021, 6, 1), "civil-code-188"),
        ("offer", date(2019, 5, 1), "criminal-193"),
    ],
)
def test_an_old_message_gets_law_of_its_day_and_hears_that_newer_law_exists(
    signal: str, day: date, expected: str
) -> None:
    citations = cite_signal(CONTENT, signal, lender=None, day=day)

    assert citations.dated
    assert citations.first and citations.first.provision.id == expected


def test_the_nameless_of_earlier_years_are_met_with_what_was_in_force_then() -> None:
    assert first("no_identity", None, date(2023, 6, 1)).provision.id == "pipl-44"


@whatever
@whoever
def test_a_message_of_today_is_never_called_old(signal: str, who: LenderMatch | None) -> None:
    assert not cite_signal(CONTENT, signal, lender=who, day=TODAY).dated


def test_an_unverified_provision_is_never_cited() -> None:
    doubtful = CONTENT.provisions["civil-code-1032"].model_copy(update={"verified": "unverified"})
    content = replace(CONTENT, provisions={**CONTENT.provisions, doubtful.id: doubtful})

    citations = cite_signal(content, "third_party", lender=BANK, day=TODAY)

    assert doubtful.id in CONTENT.signals["third_party"].provisions
    assert doubtful.id not in ids(citations)


def test_an_article_that_was_replaced_names_its_successor() -> None:
    old = first("intimidation", BANK, date(2025, 12, 31))
    new = first("intimidation", BANK, date(2026, 1, 1))

    assert old.newer == new.provision
    assert new.newer is None


def test_a_rule_for_new_contracts_is_only_conditional_whatever_the_day_of_the_message() -> None:
    citations = cite_signal(CONTENT, "excessive_fee", lender=BANK, day=TODAY)

    rule = next(cited for cited in citations.conditional if cited.provision.id == "loan-cost-disclosure-2026")
    assert rule.new_contracts and not rule.lenders


def test_outsourcing_is_met_with_the_duty_to_tell_and_not_with_the_general_clause() -> None:
    assert "告知债务人" in first("debt_transfer", BANK, words="委外").clause


def test_words_of_others_never_stand_in_quotation_marks() -> None:
    norm = cite(CONTENT, ("gbt-45251-hours",), lender=BANK, day=TODAY)[0]
    excerpt = cite(CONTENT, ("cba-collection-2026-hours",), lender=BANK, day=TODAY)[0]
    law = cite(CONTENT, ("civil-code-1033",), lender=BANK, day=TODAY)[0]

    assert not norm.verbatim and norm.quote.startswith("大意：")
    assert not excerpt.verbatim and "“" not in excerpt.quote
    assert law.verbatim and law.quote == f"“{law.clause}”"


def test_an_unchecked_article_number_is_not_shown() -> None:
    assert cite(CONTENT, ("gbt-45251-hours",), lender=BANK, day=TODAY)[0].source.endswith("2025）》（推荐性国家标准）")
    for provision in CONTENT.provisions.values():
        assert provision.shown_article is None or "（" not in provision.shown_article


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        ("civil-code-1033", "《民法典》第一千零三十三条（法律）"),
        ("credit-reg-15", "《征信业管理条例》第十五条（行政法规）"),
        ("criminal-175-1", "《刑法》第一百七十五条之一（法律）"),
    ],
)
def test_a_source_names_title_article_and_rank(id_: str, expected: str) -> None:
    assert cite(CONTENT, (id_,), lender=BANK, day=TODAY)[0].source == expected


def test_a_message_is_met_with_its_gravest_finding_first_and_no_provision_twice() -> None:
    citations = cite_message(
        CONTENT,
        [("credit_report", "上报征信"), ("litigation", "起诉")],
        lender=CONSUMER_FINANCE,
        day=TODAY,
        after=("credit-reg-15", "civil-code-676"),
    )

    cited = [each.provision.id for each in citations.binding]
    assert cited[0] == "credit-reg-15"
    assert len(cited) == len(set(cited))
    assert cited[-1] == "civil-code-676"


def test_a_script_comes_before_the_findings() -> None:
    citations = cite_message(CONTENT, [("visit", "上门")], lender=None, day=TODAY, before=("criminal-245",))

    assert citations.first and citations.first.provision.id == "criminal-245"


def test_a_bare_reminder_of_another_year_still_gets_one_provision() -> None:
    citations = cite_message(CONTENT, [], lender=None, day=date(2012, 6, 1), after=("civil-code-676",))

    assert citations.first and citations.first.provision.id == "criminal-193"
    assert citations.dated


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (None, None),
        (lender(), None),
        (ASSET_MANAGER, None),
        (lender("bank", "trust_company"), None),
        (lender("bank", certain=False), None),
        (BANK, {"bank"}),
        (PRIVATE, {"private_lender"}),
        (lender("platform", "bank"), {"platform", "bank"}),
        (lender("platform", "bank", credit_card=True), {"bank"}),
    ],
    ids=["nobody", "no-kind", "sold", "partly-unlisted", "guess", "bank", "private", "brand", "credit-card"],
)
def test_kinds_are_known_only_where_they_are_proved_or_listed(
    who: LenderMatch | None, expected: set[str] | None
) -> None:
    assert possible_kinds(who) == expected


@pytest.mark.parametrize(
    ("id_", "day", "expected"),
    [
        ("psapl-2025-50", date(2025, 12, 31), "psapl-2012-42"),
        ("psapl-2012-42", date(2026, 1, 1), "psapl-2025-50"),
        ("psapl-2025-50", date(2012, 12, 31), None),
        ("arbitration-2025-72", date(2026, 2, 28), "arbitration-2017-59"),
        ("one-off-credit-repair-2025", date(2026, 4, 1), None),
    ],
)
def test_the_version_of_the_day_is_found_in_both_directions(id_: str, day: date, expected: str | None) -> None:
    found = version_on(CONTENT, id_, day)

    assert (found.id if found else None) == expected
