"""Numbers as people write sums."""

from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recognition.amounts import find_sums, parse_amount, parse_count

CENTS = st.decimals(min_value="0.01", max_value="9999999.99", places=2)
WHOLE = st.integers(min_value=1, max_value=99_999_999)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("8888", "8888"),
        ("8,888.50", "8888.5"),
        ("￥8,888.50", "8888.5"),
        ("¥ 1,000", "1000"),
        ("人民币500元整", "500"),
        ("两万三", "23000"),
        ("一千五", "1500"),
        ("三千五百六十二", "3562"),
        ("两千零五十块", "2050"),
        ("二十万零三百", "200300"),
        ("捌仟元整", "8000"),
        ("贰万肆仟元", "24000"),
        ("1.2w", "12000"),
        ("3k", "3000"),
        ("3.6万", "36000"),
        ("1万2", "12000"),
        ("4千5", "4500"),
        ("2万3千5百", "23500"),
        ("12块5", "12.5"),
        ("三十六块八角五分", "36.85"),
        ("2万多", "20000"),
    ],
)
def test_sum_is_read(written: str, value: str) -> None:
    assert parse_amount(written) == Decimal(value)


@pytest.mark.parametrize(
    "written", ["", "几千", "三四千", "1234.567", "0", "零", "元", "千", "3千4天", "1" * 50, "9e9"]
)
def test_what_is_no_sum_or_a_vague_one_has_no_value(written: str) -> None:
    assert parse_amount(written) is None


@given(value=CENTS, form=st.sampled_from(["{:.2f}", "{:,.2f}", "¥{:,.2f}", "￥{:.2f}元", "人民币{:,.2f}元"]))
def test_a_sum_in_figures_is_read_back(value: Decimal, form: str) -> None:
    assert parse_amount(form.format(value)) == value


@given(value=WHOLE, style=st.sampled_from(["low", "up"]), unit=st.sampled_from(["", "元", "块", "元整"]))
def test_a_sum_in_characters_is_read_back(value: int, style: str, unit: str) -> None:
    assert parse_amount(cn2an.an2cn(value, style) + unit) == value


@given(value=st.integers(min_value=1, max_value=999), form=st.sampled_from(["{}w", "{}万", "{}万元", "{}W"]))
def test_ten_thousands_are_read_back(value: int, form: str) -> None:
    assert parse_amount(form.format(value)) == value * 10_000


@given(
    before=st.sampled_from(["应还", "共", "欠款:", "还"]), value=CENTS, after=st.sampled_from(["元", "元，", "块钱"])
)
def test_a_sum_among_words_is_found_with_its_place(before: str, value: Decimal, after: str) -> None:
    text = f"{before}{value:,.2f}{after}"

    (found,) = find_sums(text)

    assert found.value == value
    assert found.marked
    assert text[found.start : found.end].startswith(f"{value:,.2f}")


@given(text=st.text(alphabet="0123456789.,，¥￥元块角分万千百十零一二两三wWkK多几 壹贰仟整abc"))
def test_any_text_is_read_or_left(text: str) -> None:
    for found in find_sums(text):
        assert 0 <= found.start < found.end <= len(text)
        assert found.value > 0


@pytest.mark.parametrize(
    ("written", "count"),
    [
        ("7", 7),
        ("二十六", 26),
        ("十", 10),
        ("一百二十", 120),
        ("两", 2),
        ("两百零五", 205),
        ("十十", None),
        ("天", None),
    ],
)
def test_count_is_read_in_either_script(written: str, count: int | None) -> None:
    assert parse_count(written) == count
