"""Since how many days the debt is overdue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fieldreading import read


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("您已逾期7天", 7),
        ("目前处于逾期第20天", 20),
        ("逾期天数：47天", 47),
        ("逾期已满90天", 90),
        ("已累计逾期131天", 131),
        ("连续违约286天", 286),
        ("欠款1411元拖欠16天", 16),
        ("已超期9天", 9),
        ("逾期35日", 35),
        ("逾期四十七天了", 47),
        ("逾期一百二十天", 120),
        ("逾期@2天", 2),
        ("逾期4️⃣天", 4),
        ("逾 期 2 6 天", 26),
        ("己逾期2O天", 20),
        ("逾期１５天", 15),
        ("已经雨期四天请处理", 4),
        ("卡片已连续41天未足额还款", 41),
        ("已过约定还款日6日", 6),
        ("账单已经过了十天了", 10),
        ("订单晚了8天", 8),
        ("拖欠已满两周", 14),
        ("本期已晚缴3日", 3),
        ("您已预.期33天", 33),
        ("您已逾期46天，系统将上报征信", 46),
    ],
)
def test_days_are_read(text: str, days: int) -> None:
    assert read(text).fields.overdue_days == days


@pytest.mark.parametrize(
    "text",
    [
        "如逾期30天将上报征信",
        "若您逾期超过90天，将起诉",
        "截至11月19日逾期欠款6,318元",
        "系统规则为逾期满90天自动派单",
        "合同约定：逾期满30日，出租人有权收回车辆",
        "公务员逾期六十天就算失信人员",
        "逾期三个月",
        "连续两期未还",
        "3日内还款，逾期后果自负",
        "7天应还1950元",
        "可申请延期15天",
    ],
)
def test_other_days_are_not_taken_for_it(text: str) -> None:
    assert read(text).fields.overdue_days is None


@given(
    days=st.integers(min_value=1, max_value=2000),
    said=st.sampled_from(["逾期{}天", "您已逾期{}天，请还款", "逾期第{}天"]),
)
def test_any_number_of_days_is_read_back(days: int, said: str) -> None:
    assert read(said.format(days)).fields.overdue_days == days
