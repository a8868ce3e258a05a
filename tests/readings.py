"""Messages of our own with their readings made by hand, so that what is said can be tested apart from recognition.

Each line: a name, the message, its kind, and for each signal the words that show it; then the fields.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.recognition import Fields, Finding, LenderMatch, Recognition, Route

BANK_CARD = LenderMatch("bank-x", "江畔银行", ("bank",), True, "这是银行。", credit_card=True)
BANK = LenderMatch("bank-y", "江畔银行", ("bank",), True, "这是银行。")
CONSUMER = LenderMatch("cfc-x", "青禾消费金融", ("consumer_finance_company",), True, "这是持牌消费金融公司。")
MICRO = LenderMatch("micro-x", "远帆小贷", ("micro_loan_company",), True, "这是小额贷款公司。")
BRAND = LenderMatch(
    "brand-x", "小米金融", ("micro_loan_company", "bank", "consumer_finance_company"), False,
    "这个品牌背后可能是小额贷款公司，也可能是银行或消费金融公司，请看合同上的“贷款人/出借方”。",
)  # fmt: skip
LENDERS = {match.name: match for match in (BANK, CONSUMER, MICRO, BRAND)}


@dataclass(frozen=True)
class Sample:
    name: str
    text: str
    reading: Recognition


def sample(
    name: str, text: str, kind: str, quotes: dict[str, str] | None = None, *, card: bool = False, parts: int = 1,
    unsure: tuple[str, ...] = (), **fields: Any,
) -> Sample:  # fmt: skip
    """A message and its reading; every quote has to stand in the message."""
    findings = []
    for signal, quote in (quotes or {}).items():
        start = text.index(quote) if quote else 0
        end = start + len(quote) if quote else len(text)
        findings.append(Finding(signal, start, end, text[start:end], f"{signal}-1"))
    if "amount_cny" in fields:
        fields["amount_cny"] = Decimal(str(fields["amount_cny"]))
    lender = BANK_CARD if card else LENDERS.get(fields.get("lender", ""))
    reading = Recognition(
        kind=kind, signals=tuple(quotes or ()), findings=tuple(findings), fields=Fields(**fields), lender=lender,
        kind_rule=f"{kind}-1", unsure=unsure, parts=parts,
    )  # fmt: skip
    return Sample(name, text, reading)


SAMPLES = (
    sample("seed notice", "【小米金融】您已逾期7天，若3日内未还款，将上报央行征信系统并启动法律程序。", "credit_notice",
           {"credit_report": "将上报央行征信系统", "litigation": "启动法律程序", "deadline_pressure": "若3日内未还款"},
           lender="小米金融", overdue_days=7, deadline=3),
    sample("seed lawyer", "【小米金融】已委托第三方律所介入，不排除刑事追责。", "threat",
           {"criminal_threat": "不排除刑事追责", "lawyer_letter": "委托第三方律所介入"}, lender="小米金融"),
    sample("plain reminder", "【青禾消费金融】您借款4310.5元已逾期12天，请尽快还款。", "reminder", {},
           lender="青禾消费金融", amount_cny="4310.5", overdue_days=12),
    sample("due bill", "【江畔银行】您信用卡11月账单1860元，到期还款日12月6日。", "reminder", {}, card=True,
           lender="江畔银行", amount_cny=1860),
    sample("nameless", "您有一笔5200元欠款一直没处理，速回电19900002244。", "reminder",
           {"no_identity": ""}, amount_cny=5200, phones=("19900002244",), unsure=("lender",)),
    sample("avoiding credit", "【远帆小贷】逾期3天，为免影响征信请尽快处理900元。", "reminder",
           {"credit_report": "为免影响征信"}, lender="远帆小贷", amount_cny=900, overdue_days=3),
    sample("credit done", "【江畔银行】您的信用卡逾期40天，记录已报送征信系统，未还7300元。", "credit_notice",
           {"credit_report": "记录已报送征信系统"}, card=True, lender="江畔银行", amount_cny=7300, overdue_days=40),
    sample("credit and family", "【小米金融】两天内不还，上报征信并联系您的紧急联系人。", "credit_notice",
           {"third_party": "联系您的紧急联系人", "deadline_pressure": "两天内不还", "credit_report": "上报征信"},
           lender="小米金融", deadline=2),
    sample("lifelong credit", "您的征信已进入黑名单，终身无法消除，以后高铁飞机都坐不了。", "threat",
           {"false_consequence": "终身无法消除，以后高铁飞机都坐不了", "credit_report": "征信已进入黑名单", "no_identity": ""}),
    sample("suit coming", "【小米金融】您逾期65天，如3日内仍不还，我司将向合同签订地法院提起诉讼。", "legal_notice",
           {"litigation": "向合同签订地法院提起诉讼", "deadline_pressure": "如3日内仍不还"},
           lender="小米金融", overdue_days=65, deadline=3),
    sample("hearing", "【12368】您好，原告青禾消费金融诉您金融借款合同纠纷一案（2026）粤0399民初2211号，定于12月15日9时在第三法庭开庭，请准时到庭。南山区人民法院",
           "legal_notice", {"litigation": "定于12月15日9时在第三法庭开庭"}, lender="青禾消费金融",
           case_number="（2026）粤0399民初2211号"),
    sample("payment order", "【江畔银行】您信用卡欠款33900元我行已向法院申请支付令，您在收到支付令15日内可提出异议或还款。",
           "legal_notice", {"litigation": "已向法院申请支付令"}, card=True, lender="江畔银行", amount_cny=33900),
    sample("arbitration", "【远帆小贷】根据借款合同仲裁条款，我司已向仲裁委员会提交申请。", "legal_notice",
           {"litigation": "已向仲裁委员会提交申请"}, lender="远帆小贷"),
    sample("mediation", "【云岭调解】您与青禾消费金融的纠纷已进入诉前调解，请五日内联系调解员0799-5550100。", "legal_notice",
           {"litigation": "已进入诉前调解", "deadline_pressure": "请五日内"}, lender="青禾消费金融", collector="云岭调解",
           deadline=5, phones=("0799-5550100",)),
    sample("lawyer letter", "致当事人：本所受青禾消费金融委托向您发函，函告五日内清偿15400元。正明律师事务所", "legal_notice",
           {"lawyer_letter": "本所受青禾消费金融委托向您发函", "deadline_pressure": "五日内清偿"}, lender="青禾消费金融",
           collector="正明律师事务所", amount_cny=15400, deadline=5),
    sample("doubtful case number", "【诉讼通知】案号（2026）沪0199民诉前调9931号，今日17点前联系经办人19900002277撤案。", "legal_notice",
           {"impersonation": "案号（2026）沪0199民诉前调9931号", "litigation": "撤案", "deadline_pressure": "今日17点前",
            "no_identity": ""}, case_number="（2026）沪0199民诉前调9931号", deadline=0, phones=("19900002277",)),
    sample("outsourced", "【小米金融】您逾期95天，已移交委外机构渝信服务处理，还款仍走官方App。", "transfer_notice",
           {"debt_transfer": "已移交委外机构渝信服务处理"}, lender="小米金融", collector="渝信服务", overdue_days=95),
    sample("assigned", "债权转让通知：江畔银行已将对您的信用卡债权依法转让给汇达资产管理有限公司，请向受让人还款。", "transfer_notice",
           {"debt_transfer": "依法转让给汇达资产管理有限公司"}, card=True, lender="江畔银行", collector="汇达资产管理有限公司"),
    sample("assigned, nameless", "你的单子已经打包转到我这边，以后跟我谈，电话19900003311。", "transfer_notice",
           {"debt_transfer": "打包转到我这边", "no_identity": ""}, phones=("19900003311",)),
    sample("extension offered", "【江畔银行】您的账单4300元可申请延期1个月或分12期，入口：官方App。", "settlement_offer",
           {"offer": "可申请延期1个月或分12期"}, card=True, lender="江畔银行", amount_cny=4300),
    sample("waiver today", "【青禾消费金融】内部减免仅限今日，还5200元即可结清，原欠9800元。", "settlement_offer",
           {"offer": "还5200元即可结清", "deadline_pressure": "仅限今日"}, lender="青禾消费金融", amount_cny=5200, deadline=0),
    sample("borrow to pay", "哥，今天先还1200，实在没有从别的平台借点或者找朋友倒一下。小米金融贷后", "settlement_offer",
           {"coerced_borrowing": "从别的平台借点或者找朋友倒一下", "offer": "先还1200"}, lender="小米金融", amount_cny=1200),
    sample("visit", "【小米金融】您预留地址已分配外访专员，预计3个工作日到达。", "visit_notice",
           {"visit": "已分配外访专员"}, lender="小米金融"),
    sample("visit to work", "【远帆小贷】外访员将于11月25日到访您工作单位。", "visit_notice",
           {"third_party": "到访您工作单位", "visit": "外访员将于11月25日到访"}, lender="远帆小贷"),
    sample("visit at night", "23:10 我在你家楼下，下来谈谈那笔账。", "visit_notice",
           {"visit": "我在你家楼下", "night_contact": "23:10", "no_identity": ""}),
    sample("visit fee", "【远帆小贷】上门一次收外访费800元，计入欠款12000元。", "visit_notice",
           {"excessive_fee": "上门一次收外访费800元", "visit": "上门一次"}, lender="远帆小贷", amount_cny=12000),
    sample("jail", "你已涉嫌贷款诈骗，今天不还就报警抓你坐牢。", "threat",
           {"criminal_threat": "涉嫌贷款诈骗", "deadline_pressure": "今天不还", "no_identity": ""}, deadline=0),
    sample("jail, card", "【江畔银行】信用卡恶意透支可判五年以上，再不还我们就报案。", "threat",
           {"criminal_threat": "恶意透支可判五年以上"}, card=True, lender="江畔银行"),
    sample("police", "远帆小贷法务：你的资料已报送公安局经侦支队，24小时不结清民警会到家带人。", "threat",
           {"impersonation": "已报送公安局经侦支队", "criminal_threat": "民警会到家带人", "deadline_pressure": "24小时不结清"},
           lender="远帆小贷", deadline=1),
    sample("harm", "再不还，信不信我找人去你家门口泼漆，打断你的腿。", "threat",
           {"intimidation": "找人去你家门口泼漆，打断你的腿", "no_identity": ""}),
    sample("harm to a child", "你孩子在哪个学校我清楚，放学路上小心点，我们下周就上门。", "threat",
           {"intimidation": "放学路上小心点", "third_party": "你孩子在哪个学校我清楚", "visit": "下周就上门", "no_identity": ""}),
    sample("insult", "你还要不要脸，欠钱不还的老赖，畜生都比你强。", "threat", {"insult": "畜生都比你强", "no_identity": ""}),
    sample("exposure", "下午就把你的身份证照片发到你们村群和朋友圈。", "threat",
           {"exposure": "把你的身份证照片发到你们村群和朋友圈", "third_party": "村群", "no_identity": ""}),
    sample("frozen wallet", "【小米金融】24小时后冻结您名下微信、支付宝和全部银行卡，限制高铁飞机出行。", "threat",
           {"false_consequence": "冻结您名下微信、支付宝和全部银行卡", "deadline_pressure": "24小时后"},
           lender="小米金融", deadline=1),
    sample("calls without end", "装死是吧，一天一百个电话，打到你手机不能用。", "threat",
           {"insult": "装死是吧", "harassing_frequency": "一天一百个电话", "no_identity": ""}),
    sample("daily calls", "【青禾消费金融】您今日6通来电未接，我们会每天持续联系，直到还款。", "reminder",
           {"harassing_frequency": "每天持续联系"}, lender="青禾消费金融"),
    sample("at dawn", "06:20【青禾消费金融】您的账单仍未处理，请起床后还款。", "reminder",
           {"night_contact": "06:20"}, lender="青禾消费金融"),
    sample("fees", "【远帆小贷】本金2600元，利息218元，担保服务费390元，逾期管理费104元，合计3312元，逾期32天。", "reminder",
           {"excessive_fee": "担保服务费390元，逾期管理费104元"}, lender="远帆小贷", amount_cny=3312, overdue_days=32),
    sample("old debt", "【远帆小贷】您2019年的借款已逾期2300天，欠6800元，请尽快处理。", "reminder", {},
           lender="远帆小贷", amount_cny=6800, overdue_days=2300),
    sample("friend", "您好，您朋友周*有一笔小米金融借款待处理，请转告他联系我们。", "third_party_contact",
           {"third_party": "请转告他联系我们"}, lender="小米金融"),
    sample("colleague", "你是王*的同事吧？转告这个老赖赶紧还钱，你们公司招这种人。", "third_party_contact",
           {"insult": "这个老赖", "third_party": "你是王*的同事吧？转告", "no_identity": ""}),
    sample("contact made liable", "您作为陈*的紧急联系人负有连带还款责任，否则处置您的房产。青禾消费金融", "third_party_contact",
           {"false_consequence": "负有连带还款责任", "third_party": "您作为陈*的紧急联系人"}, lender="青禾消费金融"),
    sample("phishing", "【小米金融】账户异常，请今日内在 mi-dk.top/cx 完成核验，否则冻结。", "scam",
           {"suspicious_link": "mi-dk.top/cx", "false_consequence": "否则冻结", "deadline_pressure": "今日内"},
           lender="小米金融", links=("mi-dk.top/cx",), deadline=0),
    sample("private account", "系统升级App还不了，直接支付宝转到19900006611（张*），4500元清掉。", "scam",
           {"private_account": "直接支付宝转到19900006611（张*）", "no_identity": ""}, amount_cny=4500),
    sample("false court", "海州区人民法院：你涉嫌恶意透支案已批捕，24小时内将保证金20000元汇入安全账户，否则逮捕。", "scam",
           {"criminal_threat": "否则逮捕", "impersonation": "海州区人民法院", "private_account": "汇入安全账户",
            "deadline_pressure": "24小时内"}, amount_cny=20000, deadline=1),
    sample("credit repair", "征信修复内部渠道，逾期记录删除，一条800，先付一半到微信。", "scam",
           {"private_account": "先付一半到微信", "credit_report": "逾期记录删除"}, amount_cny=800),
    sample("paid agent", "债务优化中心，全网协商停息分60期，先交服务费1980到个人微信。", "scam",
           {"private_account": "到个人微信", "offer": "停息分60期"}, amount_cny=1980),
    sample("short link", "【青禾消费金融】您已逾期5天，请到官方App还款或点 t.cn/Ax1。", "reminder",
           {"suspicious_link": "t.cn/Ax1"}, lender="青禾消费金融", overdue_days=5, links=("t.cn/Ax1",)),
    sample("three at once", "短信1：您的征信即将受损。\n短信2：已准备诉讼材料。\n短信3：将安排人员上门并联系亲友。", "legal_notice",
           {"third_party": "联系亲友", "litigation": "已准备诉讼材料", "visit": "安排人员上门", "credit_report": "征信即将受损",
            "no_identity": ""}, parts=3),
    sample("everything", "【小米金融】您欠款12680.33元逾期188天，已委外，3日内不还将上报征信、起诉、上门、通知亲友并群发，逾期管理费每日1%。",
           "threat", {"exposure": "群发", "third_party": "通知亲友", "excessive_fee": "逾期管理费每日1%", "litigation": "起诉",
                      "credit_report": "上报征信", "visit": "上门", "debt_transfer": "已委外",
                      "deadline_pressure": "3日内不还"},
           lender="小米金融", amount_cny="12680.33", overdue_days=188, deadline=date(2026, 11, 30)),
    sample("one-time code", "【江畔银行】验证码483920，您正在支付，请勿泄露。", "other"),
    sample("receipt", "【小米金融】还款成功：您已归还1560元，本期已结清。", "other"),
    sample("advertising", "【远帆小贷】双11专享最高20万额度待领取，拒收请回复R", "other"),
    sample("chat", "哈哈，老王又说要起诉前女友还奶茶钱。", "other"),
)  # fmt: skip
COLLECTING = tuple(each for each in SAMPLES if each.reading.kind != "other")


class ByHand:
    """A recogniser that knows these messages, and takes every other text for an answer or a question."""

    def __init__(self) -> None:
        self._known = {each.text: each.reading for each in SAMPLES}

    def recognise(self, text: str) -> Recognition:
        return self._known.get(text, Recognition("other"))

    def route(self, text: str) -> Route:
        if text in self._known:
            return Route.MESSAGE
        return Route.QUESTION if text.endswith(("？", "吗")) else Route.OTHER
