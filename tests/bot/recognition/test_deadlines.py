"""Until when a message wants payment."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fieldreading import TODAY, read


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("请于今日内还款", 0),
        ("今天下班前先还1200", 0),
        ("今晚12点之前转给我，还清", 0),
        ("下午三点前不到账就起诉", 0),
        ("今天不还我们就报警", 0),
        ("减免名额仅限今日", 0),
        ("只限今天，减免120元", 0),
        ("今日结清可免收罚息", 0),
        ("截至今日17:30仍未收到您的还款，当晚上报", 0),
        ("晚8点截止，领取减免", 0),
        ("明天起一律冻结，不想寸步难行就今天把钱还清", 0),
        ("过了下午三点就要按全额收", 0),
        ("今天见不着钱我就去你家", 0),
        ("最迟11月27日还清", date(2026, 11, 27)),
        ("明天中午12点前不处理，就上报征信", 1),
        ("明日将移交法务部门", 1),
        ("后天之前还清", 2),
        ("24小时内未还款", 1),
        ("四十八小时内未还款", 2),
        ("72小时后将提交立案", 3),
        ("限你两小时内还清", 1),
        ("24小时不结清就上门", 1),
        ("48h内不还款", 2),
        ("④⑧小时内未还，联系单位", 2),
        ("三日内还清", 3),
        ("请在3个工作日内处理欠款", 3),
        ("自收到本函之日起七日内清偿", 7),
        ("一周内还清", 7),
        ("七日宽限期届满仍无还款计划的", 7),
        ("上报倒计时⏰3天，欠款1999", 3),
        ("再给你一天时间还钱", 1),
        ("11月30日前还清", date(2026, 11, 30)),
        ("请于2026年12月5日24:00前还款", date(2026, 12, 5)),
        ("十二月五号前还清", date(2026, 12, 5)),
        ("1月15日前还清", date(2027, 1, 15)),
        ("活动截止12月1日，减免后结清", date(2026, 12, 1)),
        ("11月25日前有效，一次性还9,000元", date(2026, 11, 25)),
    ],
)
def test_limit_is_read(text: str, limit: date | int) -> None:
    assert read(text).fields.deadline == limit


@pytest.mark.parametrize(
    "text",
    [
        "还款日11月26日，请保证余额充足",
        "账单今日到期，请还款",
        "您已逾期30天，请还款",
        "您6100元逾期92天的案件将移交外部机构",
        "三日内到你村里走访",
        "外访员将于11月25日到访您工作单位",
        "定于12月10日9时30分开庭",
        "请于7日内到网点补充收入证明",
        "收到支付令15日内可提出异议",
        "截止11月20日，您已欠款5000元",
        "截至今日，您尚欠5000元",
        "自11月20日失效，由律所跟进还款",
        "一天不还我一天打你二十个电话",
        "今天打不通明天接着打",
        "10月15日将债权转让给我司，请还款",
        "2月30日前还清",
    ],
)
def test_another_time_is_no_limit(text: str) -> None:
    assert read(text).fields.deadline is None


def test_a_date_without_a_year_needs_the_day_of_the_message() -> None:
    assert read("11月30日前还清", day=None).fields.deadline is None
    assert read("截至2026年11月20日欠款900元，请于11月30日前还清", day=None).fields.deadline == date(2026, 11, 30)


@given(limit=st.dates(min_value=date(2026, 6, 15), max_value=date(2027, 4, 30)))
def test_the_nearest_year_is_meant(limit: date) -> None:
    assert read(f"请于{limit.month}月{limit.day}日前还清", TODAY).fields.deadline == limit


@given(hours=st.integers(min_value=1, max_value=240))
def test_hours_are_rounded_up_to_days(hours: int) -> None:
    assert read(f"{hours}小时内不还款就起诉").fields.deadline == -(-hours // 24)
