"""Days and hours as people type them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.recognition.moments import read_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 23, 30, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("昨天晚上 11 点", "2026-11-22 23:00"),
        ("昨晚11点半", "2026-11-22 23:30"),
        ("昨晚1点", "2026-11-23 01:00"),
        ("昨晚12点", "2026-11-23 00:00"),
        ("半夜3点", "2026-11-23 03:00"),
        ("今天下午3点20", "2026-11-23 15:20"),
        ("中午12点", "2026-11-23 12:00"),
        ("早上六点半", "2026-11-23 06:30"),
        ("11月20日", "2026-11-20 00:00"),
        ("十月三号", "2026-10-03 00:00"),
        ("12月5日", "2025-12-05 00:00"),
        ("2025年10月3日", "2025-10-03 00:00"),
        ("2025-10-03 22:47", "2025-10-03 22:47"),
        ("10.3", "2026-10-03 00:00"),
        ("３天前", "2026-11-20 00:00"),
        ("大前天", "2026-11-20 00:00"),
        ("30号", "2026-10-30 00:00"),
        ("刚刚", "2026-11-23 00:00"),
        ("前晚", "2026-11-21 00:00"),
        ("上周三", "2026-11-18 00:00"),
        ("上周五晚上10点", "2026-11-20 22:00"),
        ("星期天下午三点一刻", "2026-11-22 15:15"),
        ("本周一", "2026-11-23 00:00"),
        ("上上周五", "2026-11-13 00:00"),
        ("两周前", "2026-11-09 00:00"),
        ("上个月15号", "2026-10-15 00:00"),
        ("去年3月5日", "2025-03-05 00:00"),
        ("20261120", "2026-11-20 00:00"),
        ("两个小时前", "2026-11-23 21:30"),
        ("半小时前", "2026-11-23 23:00"),
        ("三点三刻", "2026-11-23 03:45"),
    ],
)
def test_moment_is_read(text: str, expected: str) -> None:
    moment = read_moment(text, NOW)

    assert moment is not None
    assert f"{moment:%Y-%m-%d %H:%M}" == expected
    assert moment.tzinfo is SHANGHAI


@given(text=st.text(alphabet="零一二三十0123456789半刻点时:月日号年天前昨今明晚早上下个周星期小分钟/-. "))
def test_any_text_is_read_or_left(text: str) -> None:
    moment = read_moment(text, NOW)

    assert moment is None or moment.tzinfo is SHANGHAI


@pytest.mark.parametrize(
    "text",
    [
        "不知道",
        "",
        "2月30日",
        "999999天前",
        "13月45日",
        "早就",
        "25:99",
        "两百",
        "今年3月",
        "本周五",
        "前几天",
        "2月30日晚上8点",
    ],
)
def test_what_names_no_moment_is_none(text: str) -> None:
    assert read_moment(text, NOW) is None
