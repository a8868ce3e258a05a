"""Several messages in one paste: each is read by itself, and what is told is told of the gravest."""

from datetime import date
from decimal import Decimal

import pytest

from bot.recognition import Recogniser, Recognition
from content.load import load

RECOGNISER = Recogniser(load())
DUE = "【招联金融】您的借款12,860元已逾期12天，请尽快处理。"
SUIT = "【马上消费】您逾期66天，欠款8,800元，我司将于3日内委托律师起诉，请尽快还款。"
PARCEL = "【菜鸟驿站】您的包裹已到店，请凭取件码5-2-3310领取。"


def read(*messages: str, between: str = "\n") -> Recognition:
    return RECOGNISER.recognise(between.join(messages))


@pytest.mark.parametrize("between", ["\n", "\n\n", ""])
@pytest.mark.parametrize("messages", [(DUE, SUIT), (SUIT, DUE), (PARCEL, SUIT, DUE)])
def test_fields_are_those_of_the_gravest_message(messages: tuple[str, ...], between: str) -> None:
    reading = read(*messages, between=between)

    assert reading.kind == "legal_notice"
    assert reading.fields.lender == "马上消费"
    assert (reading.fields.amount_cny, reading.fields.overdue_days) == (Decimal(8800), 66)
    assert reading.parts == len(messages)


def test_the_others_are_named_with_their_sums() -> None:
    (other,) = read(DUE, SUIT).beside

    assert (other.kind, other.lender, other.amount_cny) == ("reminder", "招联金融", Decimal(12860))


def test_a_parcel_is_not_named_among_the_others() -> None:
    assert read(PARCEL, SUIT).beside == ()


def test_what_one_lender_threatens_is_not_told_of_another() -> None:
    insult = "【招联金融】你个骗子老赖，不要脸的东西。"

    reading = read(insult, SUIT)
    alone = reading.alone()

    assert "insult" in reading.signals
    told_of_one = {finding.signal for finding in alone.findings}
    assert set(alone.signals) == told_of_one
    assert ("insult" in told_of_one) == (alone.fields.lender == "招联金融")
    assert ("litigation" in told_of_one) == (alone.fields.lender == "马上消费")


def test_of_two_reminders_the_one_with_more_in_it_is_told() -> None:
    pressing = "【京东金融】您的白条账单3,200元已逾期40天，已通知您的紧急联系人，请还款。"

    assert read(DUE, pressing).fields.amount_cny == Decimal(3200)


def test_one_lenders_messages_fill_each_others_gaps() -> None:
    reading = read(DUE, "【招联金融】我司将委托律师起诉，请知悉。")

    assert reading.kind == "legal_notice"
    assert (reading.fields.amount_cny, reading.fields.overdue_days) == (Decimal(12860), 12)
    assert reading.alone() is reading


def test_untagged_messages_are_told_apart_by_the_lender_named() -> None:
    reading = read(
        "您好，招联金融提醒您欠款5,000元已逾期3天", "您在马上消费的8,800元逾期90天，将委托律师起诉", between="\n\n"
    )

    assert reading.parts == 2
    assert (reading.fields.lender, reading.fields.amount_cny) == ("马上消费", Decimal(8800))


def test_a_chat_log_is_one_message() -> None:
    reading = read(
        "10:01 催收老王：我是度小满这边的，你欠8,000块",
        "10:02 催收老王：再不还我就去你公司找你领导",
        "我：我现在没钱，只能还三百",
        "10:05 催收老王：今晚就把你照片发朋友圈",
    )

    assert reading.kind == "threat"
    assert reading.parts == 1
    assert (reading.fields.lender, reading.fields.amount_cny) == ("度小满", Decimal(8000))
    assert "exposure" in reading.signals


def test_a_message_in_pieces_is_read_whole() -> None:
    reading = RECOGNISER.recognise(
        "【招联金融】(1/2)您尾号8812的借款已逾期35天，共15,320.55元，本公司将于三日内向法\n(2/2)院提起诉讼。"
    )

    assert reading.kind == "legal_notice"
    assert (reading.fields.deadline, reading.parts) == (3, 1)
    assert any("法\n(2/2)院" in finding.quote for finding in reading.findings)


def test_a_paste_read_as_a_whole_knows_the_day_too() -> None:
    asked = "我收到两条，这是真的吗？\n【招联金融】请于12月10日前还款。\n【菜鸟驿站】包裹已到店。\n我该怎么办？"

    reading = RECOGNISER.trace(asked, date(2026, 11, 24))

    assert len(reading.judged) == 1
    assert reading.read.fields.deadline == date(2026, 12, 10)
