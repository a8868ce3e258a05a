"""How many messages a paste holds, and which lines of a chat are the user's own."""

import pytest

from bot.recognition.normalise import normalise
from bot.recognition.parts import MOST, split, without_own_lines


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("【甲贷】您已逾期", 1),
        ("【甲贷】您已逾期。\n【乙贷】请还款", 2),
        ("【甲贷】您已逾期。【乙贷】请还款。", 2),
        ("短信1:还款\n短信2:起诉\n短信3:上门", 3),
        ("1.还款\n2.起诉", 2),
        ("9:02 还款\n9:31 还款\n10:05 还款", 3),
        ("您已逾期\n\n我们将起诉", 2),
        ("一、您已逾期\n我司将起诉", 1),
        ("(1/2)您已\n(2/2)逾期", 1),
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
    assert len(split("1.还款\n" * 500)) == MOST


def test_own_lines_are_blotted_out_in_place() -> None:
    text = normalise("客服:您好\n我:我没钱\n客服:好")

    heard = without_own_lines(text)

    assert len(heard.text) == len(text.text)
    assert "没钱" not in heard.text and "您好" in heard.text


def test_a_text_of_own_lines_alone_is_left() -> None:
    text = normalise("我:我没钱")

    assert without_own_lines(text) is text
