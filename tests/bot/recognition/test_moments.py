"""Days and hours as people type them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

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
    ],
)
def test_moment_is_read(text: str, expected: str) -> None:
    moment = read_moment(text, NOW)

    assert moment is not None
    assert f"{moment:%Y-%m-%d %H:%M}" == expected
    assert moment.tzinfo is SHANGHAI


@pytest.mark.parametrize("text", ["不知道", "", "2月30日", "999999天前", "13月45日", "早就", "25:99", "两百"])
def test_what_names_no_moment_is_none(text: str) -> None:
    assert read_moment(text, NOW) is None
