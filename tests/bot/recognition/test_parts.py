"""How many messages a paste holds, and which lines of a chat are the user's own."""

import pytest

from bot.recognition.normalise import normalise
from bot.recognition.parts import MOST, joined, pauses, split, without_own_lines


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("【甲贷】您已逾期", 1),
        ("【甲贷】您已逾期。\n【乙贷】请还款", 2),
        ("【甲贷】您已逾期。【乙贷】请还款。", 2),
        ("9:02 【甲贷】您已逾期\n9:31 【乙贷】请还款", 2),
        ("您的本期账单今天到期,请还款。【甲贷】\n您的账单已经逾期了,请处理。【乙贷】", 2),
        ("您的账单今天到期。【甲贷】退订回T", 1),
        ("短信1:还款\n短信2:起诉\n短信3:上门", 3),
        ("1.还款\n2.起诉", 1),
        ("9:02 还款\n9:31 还款\n10:05 还款", 1),
        ("您已逾期\n\n我们将起诉", 1),
        ("一、您已逾期\n我司将起诉", 1),
        ("", 1),
    ],
)
def test_a_paste_is_split(text: str, parts: int) -> None:
    assert len(split(text)) == parts


def test_parts_cover_the_text_in_order() -> None:
    text = "说明\n【甲贷】您已逾期。\n【乙贷】请还款"

    spans = split(text)

    assert "".join(text[start:end] for start, end in spans) == text


def test_a_long_list_is_cut() -> None:
    assert len(split("【甲贷】还款\n" * 500)) == MOST


def test_pauses_are_lines_left_empty_times_and_numbers() -> None:
    text = "甲\n\n乙\n9:02 丙\n2.丁"

    assert [text[start:end].strip() for start, end in pauses(text)] == ["甲", "乙", "9:02 丙", "2.丁"]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("【甲贷】(1/2)您已逾期,三日内\n(2/2)将起诉", "【甲贷】您已逾期,三日内将起诉"),
        ("(2/2)将起诉\n(1/2)【甲贷】您已逾期,三日内", "【甲贷】您已逾期,三日内将起诉"),
        ("【甲贷】(1/2)您已\n【甲贷】(2/2)逾期", "【甲贷】您已逾期"),
        ("您已逾期,三日内(1/2)\n将起诉(2/2)", "您已逾期,三日内将起诉"),
        ("1/3您的\n2/3账单\n3/3逾期", "您的账单逾期"),
        ("说明\n[1/2]您已\n[2/2]逾期", "说明\n您已逾期"),
        ("(1/3)您已逾期", "您已逾期"),
        ("(1/2)甲\n(1/2)乙", "(1/2)甲\n(1/2)乙"),
        ("(1/2)甲\n(2/3)乙", "(1/2)甲\n(2/3)乙"),
        ("1/2的本金", "1/2的本金"),
    ],
)
def test_pieces_of_one_message_are_joined(text: str, whole: str) -> None:
    assert joined(normalise(text)).text == whole


def test_words_across_pieces_in_the_wrong_order_are_quoted_from_the_first() -> None:
    folded = joined(normalise("(2/2)起诉您\n(1/2)【甲贷】将依法"))
    start = folded.text.index("依法起诉")

    begin, end = folded.span(start, start + 4)

    assert folded.raw[begin:end] == "依法"


def test_own_lines_are_blotted_out_in_place() -> None:
    text = normalise("客服:您好\n我:我没钱\n客服:好")

    heard = without_own_lines(text)

    assert len(heard.text) == len(text.text)
    assert "没钱" not in heard.text and "您好" in heard.text


def test_a_text_of_own_lines_alone_is_left() -> None:
    text = normalise("我:我没钱")

    assert without_own_lines(text) is text
