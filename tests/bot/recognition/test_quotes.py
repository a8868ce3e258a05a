"""What is quoted of a message is whole clauses, and always the message's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recognition.quotes import quoted

MOST = 28


@pytest.mark.parametrize(
    ("text", "found", "quote"),
    [
        # Half a word is made whole.
        ("若不还款我们将联系您的父母和单位同事。", "联系您的父", "若不还款我们将联系您的父母和单位同事"),
        # What only reaches over into the next clause is left out.
        ("车费、误工、催收费全算你头上，一趟三千。", "催收费全算你头上，一", "车费、误工、催收费全算你头上"),
        ("请于3日内联系，逾期将转立案。", "3日内联系，逾期将", "请于3日内联系"),
        # Two actions of one sentence stay two.
        ("将上报央行征信系统并启动法律程序。", "启动法律程序", "启动法律程序"),
        ("将上报央行征信系统并启动法律程序。", "上报央行征信系统", "将上报央行征信系统"),
        ("我们将一并追究您的责任。", "追究您的责任", "我们将一并追究您的责任"),
        # Numbers, hours and links aren't torn at their signs.
        ("今日17:00前还清18,560.20元。", "17:00前还清", "今日17:00前还清18,560.20元"),
        ("请点 http://hk-pay.xyz/88 还款。", "hk-pay.xyz", "请点 http://hk-pay.xyz/88 还款"),
        # Of words too long together the longer part is quoted, and it ends with them.
        (
            "欠款18,560.20元，我行已委托北京鑫诚资产管理公司上门核实。",
            "欠款18,560.20元，我行已委托北京鑫诚资产管理公司",
            "我行已委托北京鑫诚资产管理公司上门核实",
        ),
        # A tag keeps its brackets.
        ("【法院通知】您因纠纷被起诉。", "法院通知】您因纠纷被起诉", "【法院通知】您因纠纷被起诉"),
    ],
)
def test_whole_clauses_are_quoted(text: str, found: str, quote: str) -> None:
    start = text.index(found)

    assert quoted(text, start, start + len(found), MOST) == quote


def test_clause_that_is_too_long_is_cut_after_the_words() -> None:
    text = "贵客户名下全部债权已于二〇二五年八月一日依法转让给中原某某某某资产管理有限公司并由其享有"
    start = text.index("依法转让")

    quote = quoted(text, start, start + 4, MOST)

    assert "依法转让" in quote
    assert quote.endswith("…")
    assert len(quote) == MOST


@given(st.text(alphabet="您还款，。！【】:/ \n并a1", min_size=1, max_size=80), st.data())
def test_any_quote_is_short_and_stands_in_the_message(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    quote = quoted(text, start, end, MOST)

    assert len(quote) <= MOST
    assert quote.removesuffix("…") in text
