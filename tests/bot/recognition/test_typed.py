"""Sums as people type them when they are asked."""

from decimal import Decimal

import pytest

from bot.recognition.typed import read_amount


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("800", "800"),
        ("３０００", "3000"),
        ("1,500元", "1500"),
        ("一千五", "1500"),
        ("1万2", "12000"),
        ("大概800吧", "800"),
        ("每个月最多2000元", "2000"),
        ("还了 3210.55", "3210.55"),
        ("1.2w", "12000"),
        ("三千二", "3200"),
        ("一万出头", "10000"),
        ("差不多1500", "1500"),
        ("每月顶多1500", "1500"),
        ("最多一个月1500", "1500"),
        ("一个月三百", "300"),
        ("每个月15号能还1500", "1500"),
        ("分12期，每期500", "500"),
        ("月收入5000，能还1500", "1500"),
    ],
)
def test_sum_is_read(text: str, expected: str) -> None:
    assert read_amount(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text", ["", "很多", "看情况", "500到800", "几千", "没有", "一分没有", "两三百", "30号", "9" * 1_000_000]
)
def test_what_is_no_single_sum_is_none(text: str) -> None:
    assert read_amount(text) is None
