"""Folding: one script, one width, no disguises, and every character knows where it came from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recognition.normalise import MOST, normalise, without_pauses


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("還款", "还款"),
        ("３１８８．２０", "3188.20"),
        ("起.诉", "起诉"),
        ("征❤信", "征信"),
        ("通 讯 录", "通讯录"),
        ("还\u200b款", "还款"),
        ("ABC", "abc"),
        ("zhēng", "zheng"),
        ("¥1,200.50", "¥1,200.50"),
        ("您已逾期 请尽快还款", "您已逾期 请尽快还款"),
    ],
)
def test_a_text_is_folded(raw: str, text: str) -> None:
    assert normalise(raw).text == text


@given(st.text(max_size=200))
def test_every_character_knows_its_place(raw: str) -> None:
    folded = normalise(raw)

    assert len(folded.text) == len(folded.origin)
    assert all(0 <= start < end <= len(raw) for start, end in folded.origin)
    assert list(folded.origin) == sorted(folded.origin)


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(raw: str) -> None:
    once = normalise(raw).text

    assert normalise(once).text == once


def test_a_long_text_is_cut_and_says_so() -> None:
    folded = normalise("还" * (MOST + 5))

    assert len(folded.text) == MOST
    assert folded.cut


def test_pauses_beside_letters_and_figures_are_closed() -> None:
    assert without_pauses(normalise("48h 内不 huan 款 app 还款")).text == "48h内不huan款app还款"


def test_pauses_within_letters_stay() -> None:
    assert without_pauses(normalise("zheng xin 信")).text == "zheng xin信"
