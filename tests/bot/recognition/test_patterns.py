"""Patterns: choices, groups, gaps and spans, as content writes them."""

import pytest

from bot.recognition.patterns import MOST_MATCHES, Patterns

GROUPS = {"kin": ("爸", "妈", "老婆")}


def spans(pattern: str, text: str) -> list[str]:
    return [text[match.start : match.end] for match in Patterns(GROUPS, [(pattern, 1)]).find(text)]


@pytest.mark.parametrize(
    ("pattern", "text", "words"),
    [
        ("打给{kin}", "我打给老婆", ["打给老婆"]),
        ("[今|明]天", "明天来", ["明天"]),
        ("[你|]家", "家里", ["家"]),
        ("找…{kin}", "找你爸", ["找你爸"]),
        ("[找你{kin}|去你家]", "去你家", ["去你家"]),
        ("[打到…关机]", "打到你关机", ["打到你关机"]),
        ("{days}内", "四十八小时内", ["四十八小时内", "十八小时内", "八小时内"]),
        ("{sum}元", "欠1,200.50元", ["1,200.50元", "200.50元"]),
        ("{percent}", "日息0.1%", ["0.1%", ".1%", "1%"]),
    ],
)
def test_a_pattern_finds(pattern: str, text: str, words: list[str]) -> None:
    assert spans(pattern, text)[:1] == words[:1]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("找…{kin}", "爸找"),
        ("找…{kin}", "找一二三四五六七八九爸"),
        ("找…{kin}", "找你。爸"),
        ("{limit}内", "十五天内"),
        ("{limit}内", "12月5日内"),
        ("晚{late}", "晚8点"),
    ],
    ids=["order", "too far", "another sentence", "more than a week", "a date", "not so late"],
)
def test_a_pattern_does_not_find(pattern: str, text: str) -> None:
    assert spans(pattern, text) == []


@pytest.mark.parametrize(
    ("text", "night"),
    [("22:47 在吗", True), ("6:40 未接来电", True), ("9:02 还款", False), ("22:00前还款", False), ("于 22:47", False)],
)
def test_a_night_stamp_stands_at_the_beginning_of_a_line(text: str, night: bool) -> None:
    assert bool(spans("{night_stamp}", text)) is night


def test_matches_that_overlap_are_all_found() -> None:
    assert spans("[还|款]…钱", "还款还钱") == ["还款还钱", "款还钱", "还钱"]


def test_a_flood_of_words_is_cut() -> None:
    assert len(spans("还", "还" * 10_000)) == MOST_MATCHES


def test_each_owner_is_named_once() -> None:
    patterns = Patterns(GROUPS, [("[还|款]", "pays"), ("还…钱", "pays"), ("{kin}", "kin"), ("来", "comes")])

    assert patterns.search("还款还钱给你妈").owners(-1) == {"pays", "kin"}
