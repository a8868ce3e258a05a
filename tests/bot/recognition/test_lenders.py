"""Who speaks in a message, for whom, and what is known of the lender."""

from datetime import date

import pytest

from tests.fieldreading import CONTENT, read


@pytest.mark.parametrize(
    ("text", "lender"),
    [
        ("【花呗】您的账单逾期2天", "花呗"),
        ("【小米金融】您已逾期7天", "小米金融"),
        ("【杭★州★银★行】您已逾期2天", "杭州银行"),
        ("【眾安小貸】您的借款逾期未還", "眾安小貸"),
        ("[360借条] 您的借款已逾期", "360借条"),
        ("【有信贷】您所欠4,450元请结清", "有信贷"),
        ("【易得花】客户你好，欠款2000元", "易得花"),
        ("【阳光易借】您的账单已逾期", "阳光易借"),
        ("宜人贷贷后：哥，今天先还1200", "宜人贷"),
        ("花花钱包法务：你的资料已报送", "花花钱包"),
        ("及时雨贷最后通牒：你一人失信", "及时雨贷"),
        ("中国银行信用卡中心提示您：您的账户已逾期", "中国银行"),
        ("请尽快还款。马上消费金融", "马上消费金融"),
        ("还清即停 —— 360借条", "360借条"),
        ("看你表现。——安心钱包", "安心钱包"),
        ("您好，我是马上消费金融的工作人员，请还款", "马上消费金融"),
        ("阿姨您好，我这边是捷信的，您儿子欠了6600元", "捷信"),
        ("您在分期优选的贷款已逾期5天", "分期优选"),
        ("你在闪电借款的3000元已经逾期20天", "闪电借款"),
        ("欠小树时代的5,000你不还", "小树时代"),
        ("你欠渝兴小贷的钱是事实", "渝兴小贷"),
        ("您在“小雨点”有未注销的学生账户，请还款", "小雨点"),
        ("你那笔平安易贷被打包到我们司了", "平安易贷"),
        ("吴*的浦发信用卡即将进入诉讼程序", "浦发信用卡"),
        ("【支付宝】您的借呗账户已逾期", "借呗"),
        ("9:02 【宜享花】您有900元未还\n9:31 【宜享花】请还款", "宜享花"),
        ("你与重庆蚂蚁商诚小额贷款有限公司小额借款合同纠纷一案", "重庆蚂蚁商诚小额贷款有限公司"),
        ("您的拿去花账单已逾期", "拿去花"),
        ("融兴通提示：您的欠款已逾期", "融兴通"),
        ("五洲品贷提醒您今天还款", "五洲品贷"),
        ("你好，齐鲁农信清收队，到你老宅转一趟", "齐鲁农信"),
        ("你欠农村信用社的贷款五万元", "农村信用社"),
        ("【诉前通知】张某：你于平安普惠借款合同纠纷一案，欠款56800元", "平安普惠"),
        ("【小桐树分期逾期通知】您已逾期3天", "小桐树分期"),
        ("他们提到分期乐和诉前调解，欠款1200元", "分期乐"),
    ],
)
def test_lender_is_read_as_written(text: str, lender: str) -> None:
    reading = read(text)

    assert reading.fields.lender == lender
    assert reading.named


@pytest.mark.parametrize(
    ("text", "lender", "collector"),
    [
        ("【衡简律所】受上海拍拍贷委托，就您拖欠的9230元", "拍拍贷", "衡简律所"),
        ("湖南正潇律师事务所接受捷信消费金融委托，函告阁下", "捷信消费金融", "湖南正潇律师事务所"),
        ("【云江金融调解】您与马上消费的借款纠纷已进入诉前调解", "马上消费", "云江金融调解"),
        ("您好，我是恒信达受趣店委托的客服", "趣店", "恒信达"),
        ("江城律师事务所代理贷嘟嘟：你若不付清", "贷嘟嘟", "江城律师事务所"),
        ("中信银行已将对您的债权转让给广州汇信达资产管理有限公司，请", "中信银行", "广州汇信达资产管理有限公司"),
        ("我公司（盛和不良资产）已受让易捷贷对您的债权", "易捷贷", "盛和不良资产"),
        ("【分期乐】您的案件已转鼎融法务跟进", "分期乐", "鼎融法务"),
        ("【兴业银行】我行委托福建联信工作人员到您处", "兴业银行", "福建联信"),
        ("委托方为海口云桥小贷，受托方为南昌鸿远商务咨询。", "海口云桥小贷", "南昌鸿远商务咨询"),
        ("【天美小贷】现由贵阳友信继续提醒。", "天美小贷", "贵阳友信"),
        ("【诚邦资产】我司合法持有您在友信普惠的债权", "友信普惠", "诚邦资产"),
        ("【金瀛】我司受桔子数科委托，对您的欠款进行催收", "桔子数科", "金瀛"),
        ("我是宏达商账，代表晋商消费金融。您母亲先垫上", "晋商消费金融", "宏达商账"),
        ("苏州荟信这边受海尔消费金融委托，请还款", "海尔消费金融", "苏州荟信"),
        ("远信（宁银消费金融合作机构）：请尽快还款", "宁银消费金融", "远信"),
        ("平安消费金融授权无锡众达自12月1日起对您的欠款进行提醒", "平安消费金融", "无锡众达"),
        ("【携程金融】案件现转入第三方机构“天津远航”跟进", "携程金融", "天津远航"),
        ("【天河律所】本所代理友信与您借款纠纷一案", "友信", "天河律所"),
        ("联系人：青云律所 孙律师", None, "青云律所"),
    ],
)
def test_lender_and_collector_are_told_apart(text: str, lender: str | None, collector: str) -> None:
    fields = read(text).fields

    assert (fields.lender, fields.collector) == (lender, collector)


@pytest.mark.parametrize(
    "text",
    [
        "您的欠款3800元一直没有处理",
        "欠钱不还的老赖",
        "我们不会联系您的家人，把欠款处理一下",
        "你在我们平台借的2000元逾期了",
        "我是银行的，你信用卡逾期了",
        "我是帮信贷公司跑腿的，把账清了",
        "原告某消费金融公司诉您一案",
        "已委托第三方律所介入，请还款",
        "将由合作律所跟进",
        "案件已转交第三方催收机构，请还款",
        "明天移交法务部门",
        "法务部：请今天还款",
        "【诉讼通知】你的案件已立案",
        "【23:58】睡得着吗？还钱",
        "【老王】你什么时候还钱",
        "【张经理】今天必须还款",
        "【阳光苑8栋业主群】大家劝他还钱",
        "【12368】您有一份传票",
        "【诉调对接】您的案件可以调解",
        "【银监服务】请把额度清零",
        "刑事立案告知：限你24小时内到案",
        "【晚上11:40】他不接电话我只能打您的",
        "冻结你的支付宝和微信",
        "后续由法务管理部直接与您联系",
        "海州区人民法院：你的案件已立案",
        "用花呗套出来还上",
        "刷京东白条还给我",
        "微粒贷也可以借，先把这边还了",
        "转到我支付宝账户",
        "汇至招商银行账户，户名李某",
        "您的银行卡已被冻结，请还款",
        "【诉前通知】张某：您的欠款800元未还",
        "【催告】张某：您的欠款800元未还",
        "【立案告知】张某：您的欠款800元未还",
        "【逾期通知】张某：您的欠款800元未还",
        "【财产保全告知书】张某：您的欠款800元未还",
        "【失信预警】张某：您的欠款800元未还",
        "【信用违约通知】张某：您的欠款800元未还",
    ],
)
def test_nobody_is_named(text: str) -> None:
    reading = read(text)

    assert (reading.fields.lender, reading.fields.collector) == (None, None)
    assert not reading.named


@pytest.mark.parametrize(
    ("text", "kinds", "certain"),
    [
        ("【招商银行】信用卡逾期", ("bank",), True),
        ("【马上消费金融】借款逾期", ("consumer_finance_company",), True),
        ("【小米消费金融】借款逾期", ("consumer_finance_company",), True),
        ("【众安小贷】借款逾期", ("micro_loan_company",), False),
        ("【分期乐】账单逾期", ("platform", "bank", "consumer_finance_company", "guarantee_company"), False),
        ("【渝兴小贷】借款逾期", ("micro_loan_company",), False),
        ("【桔子优品】借款逾期", (), False),
        ("【易得花】借款逾期", (), False),
    ],
)
def test_a_kind_is_certain_only_where_a_source_says_so(text: str, kinds: tuple[str, ...], certain: bool) -> None:
    reading = read(text)

    assert reading.lender is not None
    assert (reading.lender.kinds, reading.lender.certain) == (kinds, certain)
    assert ("lender" in reading.unsure) == (not kinds)
    assert reading.lender.note


def test_a_name_that_several_use_is_none_of_them_for_certain() -> None:
    lender = read("【长银消金】您的借款已逾期").lender

    assert lender is not None
    assert not lender.certain


def test_who_lent_before_a_change_counts_while_such_a_loan_may_be_overdue() -> None:
    recent = read("【分期乐】账单已逾期5天", day=date(2026, 11, 24)).lender
    old = read("【分期乐】账单已逾期2000天", day=date(2026, 11, 24)).lender

    assert recent is not None
    assert old is not None
    assert "private" not in recent.kinds
    assert "private" in old.kinds


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("【广发银行】您尾号8821信用卡账单逾期", True),
        ("平安银行信用卡中心：您的卡片透支38211.5元", True),
        ("【广发银行】您的贷款逾期", False),
        ("【马上消费金融】可刷信用卡还款", False),
    ],
)
def test_a_credit_card_is_a_bank_s(text: str, card: bool) -> None:
    lender = read(text).lender

    assert lender is not None
    assert lender.credit_card is card


def test_every_name_of_the_list_leads_to_its_lender() -> None:
    lenders = CONTENT.lenders
    assert lenders is not None
    listed = [(lender.id, name) for lender in lenders.lenders for name in lender.names]
    listed += [(bank.id, name) for bank in lenders.banks for name in bank.names]

    found = {(id_, name): read(f"【{name}】您的借款已逾期3天，请还款").lender for id_, name in listed}

    assert [key for key, lender in found.items() if lender is None or key[0] not in lender.id.split("+")] == []
