"""Disguised spellings are read as what they mean, and what only looks like one is left alone."""

import pytest

from bot.recognition.disguises import Disguises
from bot.recognition.normalise import normalise
from bot.recognition.unmasking import Unmasking
from content.load import load
from content.schema_signal import Disguise

DISGUISES = Unmasking(load())


def plain(text: str) -> str:
    return DISGUISES.undo(normalise(text)).text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("zheng信", "征信"),
        ("zheng xin", "征信"),
        ("zhēng xìn", "征信"),
        ("ZHENG XIN", "征信"),
        ("dong 结", "冻结"),
        ("起.诉", "起诉"),
        ("征❤信", "征信"),
        ("征\u200b信", "征信"),
        ("坐lao", "坐牢"),
        ("己逾期", "已逾期"),
        ("還款", "还款"),
        ("３０天", "30天"),
        ("你个sb", "你个傻逼"),
    ],
)
def test_a_disguise_is_undone(written: str, meant: str) -> None:
    assert plain(written) == meant


@pytest.mark.parametrize("text", ["自己还款", "usb数据线", "身份认证信息", "有利案件", "山东结算中心"])
def test_plain_words_stay(text: str) -> None:
    assert plain(text) == text


def test_every_character_remembers_where_it_came_from() -> None:
    raw = "将上报 zheng信 的"
    text = DISGUISES.undo(normalise(raw))
    place = text.text.index("征信")

    start, end = text.span(place, place + 2)

    assert raw[start:end] == "zheng信"


@pytest.mark.parametrize("written", ["zheng xin", "zhengxin", "把 zheng xin 给"])
def test_a_space_of_the_table_may_be_there_or_not(written: str) -> None:
    table = Disguises([Disguise(means="征信", written=("zheng xin",))])

    assert "征信" in table.undo(normalise(written)).text
    assert " " not in table.undo(normalise(written)).text


def test_every_disguise_of_the_table_is_undone() -> None:
    for entry in load().disguises.values():
        for word in entry.written:
            assert plain(f"，{word}，") == f",{entry.means},", word
