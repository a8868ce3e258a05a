"""Phone numbers, links and case numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fieldreading import read


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("请回电19900001188", ("19900001188",)),
        ("手机 138-1234-5678 王经理", ("138-1234-5678",)),
        ("请回电 138 1234 5678", ("13812345678",)),
        ("拨打0799-5550121与调解员联系", ("0799-5550121",)),
        ("电话：028-55500137转801", ("028-55500137",)),
        ("咨询4000001122", ("4000001122",)),
        ("请致电400-820-1234", ("400-820-1234",)),
        ("客服4006-777-888", ("4006-777-888",)),
        ("客服95188", ("95188",)),
        ("详询 956186。", ("956186",)),
        ("请联系１９９０００１１１２２", ("19900011122",)),
        ("电话19900001188，再说一遍19900001188", ("19900001188",)),
        ("座机0755-26001234，手机13600009999", ("0755-26001234", "13600009999")),
    ],
)
def test_phone_is_read(text: str, phones: tuple[str, ...]) -> None:
    assert read(text).fields.phones == phones


@pytest.mark.parametrize(
    "text",
    [
        "账号6228 0000 1111 2222",
        "身份证4401**********0021",
        "合同编号13812345678",
        "案号（2026）沪0199民诉前调8812号",
        "欠款95188元，客服会联系您",
        "短信来自1069012345678",
        "【12368】您有一份传票",
        "转到警方账户 6216 0000 5555 7777",
        "【12368】电子送达：您有电话未接",
        "订单号13912345678901",
    ],
)
def test_another_number_is_no_phone(text: str) -> None:
    assert read(text).fields.phones == ()


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("点击 http://jd-zx8.top/q 办理", ("http://jd-zx8.top/q",)),
        ("请复制https://syj-pay.icu/r?u=8821至浏览器", ("https://syj-pay.icu/r?u=8821",)),
        ("在 mi-dai.shop/cx 完成核验", ("mi-dai.shop/cx",)),
        ("点t.cn/A6xYz9处理", ("t.cn/A6xYz9",)),
        ("登录m.example.com还款", ("m.example.com",)),
        ("查看（https://is.gd/zx01）。", ("https://is.gd/zx01",)),
        ("打开 http : // zl-jm . fun 领取", ("http://zl-jm.fun",)),
        ("访问http://ZFB-pay.CN/Ab", ("http://ZFB-pay.CN/Ab",)),
    ],
)
def test_link_is_read_as_written(text: str, links: tuple[str, ...]) -> None:
    assert read(text).fields.links == links


@pytest.mark.parametrize(
    "text", ["欠款1.2w", "版本v1.2.3", "应还3.5k", "发邮件到a@example.com", "12.5元", "小数3.14.15", "请打开APP还款"]
)
def test_what_only_looks_like_a_link_is_none(text: str) -> None:
    assert read(text).fields.links == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("案号（2026）沪0199民诉前调8812号已生成", "（2026）沪0199民诉前调8812号"),
        ("传票（2026）粤0399执5501号未签收", "（2026）粤0399执5501号"),
        ("案号:(2026)川01执恢889号之一，请履行", "(2026)川01执恢889号之一"),
        ("（2026）长仲字第4521号已受理", "（2026）长仲字第4521号"),
        ("(2019)京0105民初字第1234号", "(2019)京0105民初字第1234号"),
        ("（执限字0093号）限制高消费令", "执限字0093号"),
        ("案号：调字2026第88921号", "调字2026第88921号"),
        ("〔2026〕沪仲案字第12号", "〔2026〕沪仲案字第12号"),
        ("案号2025-执-4471：即将强制执行", "2025-执-4471"),
        ("闽诉保字2611-077，被申请人未履行", "闽诉保字2611-077"),
        ("受理浙调执0076号纠纷", "浙调执0076号"),
        ("编号皖0199执保662，请还款", "皖0199执保662"),
        ("卷宗（诉前立字第7-218号）已流转", "诉前立字第7-218号"),
        ("案号 2026沪0115民初12345号", "2026沪0115民初12345号"),
    ],
)
def test_case_number_is_read_as_written(text: str, number: str) -> None:
    assert read(text).fields.case_number == number


@pytest.mark.parametrize(
    "text", ["渝衡函字第0871号", "合同编号XF-0382", "2026年11月30号前还款", "住3号楼", "您2026年11月账单"]
)
def test_the_number_of_something_else_is_no_case(text: str) -> None:
    assert read(text).fields.case_number is None


@given(number=st.integers(min_value=0, max_value=10**8 - 1), gap=st.sampled_from(["", " ", "-"]))
def test_any_mobile_number_is_read(number: int, gap: str) -> None:
    digits = f"139{number:08}"
    written = gap.join((digits[:3], digits[3:7], digits[7:]))

    assert read(f"请回电{written}，谢谢").fields.phones == (written.replace(" ", ""),)
