"""Whole messages, and texts that nobody would write."""

import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.recognition.fields import Read
from bot.recognition.normalise import MOST
from bot.recognition.types import Fields
from tests.fieldreading import read

MESSAGES = {
    "a bank's bill in arrears": (
        "【宁波银行】您尾号5561的信用卡当前欠款￥12,340.88，最低还款￥1,234.09，已逾期15天。客服热线95574",
        Fields(lender="宁波银行", amount_cny=Decimal("12340.88"), overdue_days=15, phones=("95574",)),
    ),
    "an itemised debt with a limit": (
        "【度小满】逾期第12天，剩余本金5000元，利息320元，罚息88.5元，共计5408.5元，请于11月28日24:00前还清。",
        Fields(
            lender="度小满",
            amount_cny=Decimal("5408.5"),
            principal_cny=Decimal(5000),
            overdue_days=12,
            deadline=date(2026, 11, 28),
        ),
    ),
    "a law firm's letter": (
        "【北京德衡律师事务所】受北京银行委托，就您所欠信用卡透支本息合计人民币38,765.20元发送律师函，"
        "请于收到本函后10日内清偿。联系电话：010-52682888",
        Fields(
            lender="北京银行",
            collector="北京德衡律师事务所",
            amount_cny=Decimal("38765.2"),
            deadline=10,
            phones=("010-52682888",),
        ),
    ),
    "a transfer of the claim": (
        "我司广州正和资产管理有限公司自2026年9月起受让渤海银行对您享有的全部债权，债权总额56,700元，请联系19112345678。",
        Fields(
            lender="渤海银行",
            collector="广州正和资产管理有限公司",
            amount_cny=Decimal(56700),
            phones=("19112345678",),
        ),
    ),
    "an offer": (
        "【海尔消费金融】逾期95天。原应还12,000元，优惠减免3,000元，一次性还9,000元即可，11月25日前有效。",
        Fields(lender="海尔消费金融", amount_cny=Decimal(9000), overdue_days=95, deadline=date(2026, 11, 25)),
    ),
    "a court's notice": (
        "（2025）京0105民初12345号：被告李某，请于7日内履行还款义务16,800元。北京市朝阳区人民法院",
        Fields(amount_cny=Decimal(16800), deadline=7, case_number="（2025）京0105民初12345号"),
    ),
    "a fraud with a link": (
        "【微众银行】您的微粒贷逾期，账户今日24时冻结，请下载还款助手 weizhong-hk.cc/a1 验证身份。",
        Fields(lender="微众银行", deadline=0, links=("weizhong-hk.cc/a1",)),
    ),
    "a threat by nobody": (
        "今天下午五点前不把2800还上我就打给她，你妈的电话13812340000",
        Fields(amount_cny=Decimal(2800), deadline=0, phones=("13812340000",)),
    ),
    "a request to a friend": (
        "请转告你朋友刘强，他在桔多多借的6000块已经逾期，让他三天内联系我13600009999",
        Fields(lender="桔多多", amount_cny=Decimal(6000), deadline=3, phones=("13600009999",)),
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_message_is_read(name: str) -> None:
    text, fields = MESSAGES[name]

    assert read(text).fields == fields


def test_an_empty_text_has_no_fields() -> None:
    assert read("") == Read(Fields())


ALPHABET = (
    "零一二两三四五六七八九十百千万0123456789.,:：，。/-()（）【】[]“”@~ \n元块¥%*olabwkhttp"
    "逾期天日前内还欠款受委托在的号字第民初法院银行贷"
)


@given(text=st.one_of(st.text(), st.text(alphabet=ALPHABET, max_size=80)))
@settings(max_examples=300)
def test_any_text_is_read_and_what_is_read_stands_in_it(text: str) -> None:
    fields = read(text).fields

    bare = "".join(text.split())
    for written in (*fields.links, fields.case_number or ""):
        assert written in bare
    assert fields.amount_cny is None or fields.amount_cny > 0
    assert fields.overdue_days is None or fields.overdue_days >= 0


NASTY = [
    "1", "1,", "123,", "1.", "1 ", "一", "一千", "a.", "a-", "http://", "受招", "【", "【a】", "在你", "欠款", "(",
    "2026", "(2026)沪", "民字", "138", "逾期", "逾期一", "今天", "12:", "3天", "有限公司", "大银行", "\n", "合同:",
    "我是", "5元", "“在",
]  # fmt: skip


@pytest.mark.parametrize("piece", NASTY)
def test_work_grows_with_the_length_and_not_faster(piece: str) -> None:
    few, many = (piece * (length // len(piece)) for length in (MOST // 8, MOST // 2))
    read(piece)

    assert _calls(lambda: read(many)) < 6 * _calls(lambda: read(few)) + 2000


def test_a_megabyte_is_read_to_the_limit() -> None:
    assert read("1," * 500_000 + "应还500元").fields.amount_cny is None
    assert read("应还500元。" + "逾期一" * 350_000).fields.amount_cny == 500


def _calls(work: Callable[[], object]) -> int:
    """How many functions are called, Python's own and those written in C."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
