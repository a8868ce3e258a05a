"""Which of the sums in a message is asked, and which is the principal."""

from decimal import Decimal

import pytest

from tests.fieldreading import read


@pytest.mark.parametrize(
    ("text", "amount", "principal"),
    [
        ("您逾期5天，本金3000元，利息120元，管理费80元，合计3200元", "3200", "3000"),
        ("应还1,205元（含服务费180元）", "1205", None),
        ("账单2,364.50元，最低还款118.23元", "2364.5", None),
        ("原欠9800元，减免后还5200即可结清", "5200", None),
        ("原应还12,000元，优惠减免3,000元，一次性还9,000元即可", "9000", None),
        ("结清金额由6,300元减至4,900元", "4900", None),
        ("您那笔还差1,050没还上", "1050", None),
        ("4,860块给您拆成三次，本月、下月各还1,620", "4860", None),
        ("逾期费3000走微信转我就行", "3000", None),
        ("识相的把一万二准备好", "12000", None),
        ("您那3400已经过期，记得还", "3400", None),
        ("恶意透支五万以上判五年，还钱", None, None),
        ("本金……5000.00\n利息……611.60\n合计……5611.60", "5611.6", "5000"),
        ("上门一次收费800元，计入欠款12000元", "12000", None),
        ("到手1500元，7天应还1950，合计2460元", "2460", "1500"),
        ("您就本金7000元已构成违约", "7000", "7000"),
        ("剩余本金52,300元分48期，每月1,089.58元", None, "52300"),
        ("本金48,000按六折一次结", None, "48000"),
        ("分期方案已通过：36期，每期1833元", None, None),
        ("最高20万额度待领取", None, None),
        ("一次结清可免违约金与利息共2,316元", None, None),
        ("先交服务费1980到个人微信", "1980", None),
        ("只需首付服务费1,999元，扫码即可", "1999", None),
        ("先转3000诚意金到我微信", "3000", None),
        ("你欠的三千五什么时候还", "3500", None),
        ("总共是一万三千二百块钱", "13200", None),
        ("一共呢是七千一你看一下", "7100", None),
        ("逾期18天了，四千二，今晚转给我", "4200", None),
        ("先把这月的1200整上", "1200", None),
        ("欠款2k一直没还", "2000", None),
        ("当前待还总额1.2w", "12000", None),
        ("欠款５，６２０元", "5620", None),
        ("应还40 96.00元", "4096", None),
        ("欠款l,25O.00元", "1250", None),
        ("应还 ￥ 1 2 3 4 . 5 0 元", "1234.5", None),
        ("张先生，您的车贷本期月供4108元仍未入账", "4108", None),
        ("就合同项下12,600元（含综合服务费2,900元）提起仲裁", "12600", None),
        ("违约金都不要了，剩8300，您分三次", "8300", None),
        ("12800，一口价7900，差的4900全免", "7900", None),
        ("一次性支付7600元，剩余4100元委托人予以放弃", "7600", None),
        ("您看到订单晚了8天，金额2245.1。", "2245.1", None),
        ("您所欠11042.8元一并转让，请向新债权人付款", "11042.8", None),
        ("请两小时内补齐8,940元", "8940", None),
        ("剩余本金42600元，月供由2560元降为1310元", "42600", "42600"),
        ("跟谁开个口不行，一人借你三百不就够了", None, None),
        ("绑一块儿的，叫他赶紧还", None, None),
        ("您有900元未还，请尽快还款900元", "900", None),
    ],
)
def test_the_sum_asked_is_chosen(text: str, amount: str | None, principal: str | None) -> None:
    fields = read(text).fields

    assert fields.amount_cny == (amount and Decimal(amount))
    assert fields.principal_cny == (principal and Decimal(principal))


def test_several_sums_that_could_be_it_leave_it_open() -> None:
    reading = read("应还500元，应还600元")

    assert reading.fields.amount_cny is None
    assert "amount" in reading.unsure


def test_the_same_sum_said_twice_leaves_nothing_open() -> None:
    assert "amount" not in read("应还500元，请还款500元").unsure


@pytest.mark.parametrize(
    "text",
    [
        "请还款，回电13812345678",
        "请还款至 6222 0000 0000 0000",
        "请还款，案号（2026）沪0115民初12345号",
        "请于2026年11月30日17:30前还款",
        "你通讯录前50个人",
        "还3期，共12期",
        "逾期30天",
        "尾号8821的信用卡欠款已逾期",
        "请向招商银行6225的账户还款",
        "首期15%后分18期还",
        "合同编号20260315887766",
        "因您长期拖欠360借条借款，外访专员将于明日上门",
        "您拖欠51信用卡借款多日",
    ],
)
def test_a_number_of_something_else_is_no_sum(text: str) -> None:
    assert read(text).fields.amount_cny is None
