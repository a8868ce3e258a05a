"""The editor's report: where answers are missing, and what users left; never who."""

from datetime import UTC, date, datetime

import pytest

from bot.gaps import Counted, Gap, LeftQuestion, report
from content.load import load

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 23)


def told(counted: list[Counted], left: list[LeftQuestion]) -> list[str]:
    return list(report(load(), counted, left, since=FIRST, until=LAST))


def test_topic_with_most_gaps_comes_first_with_what_was_missing() -> None:
    counted = [
        Counted(FIRST, "jail", Gap.NOT_FOUND, 2),
        Counted(FIRST, "sued", Gap.NOT_FOUND, 1),
        Counted(LAST, "sued", Gap.NOT_FOUND, 3),
        Counted(LAST, "sued", Gap.NOT_HELPED, 1),
    ]

    assert told(counted, [])[:3] == [
        "【2026-11-01 到 2026-11-23，没答上的问题，按最近的话题数】",
        "5 次　被起诉了怎么办（sued）：没找到 4，用户说没答到 1",
        "2 次　欠钱会不会坐牢（jail）：没找到 2",
    ]


def test_nothing_missing_is_said() -> None:
    assert told([], [])[1:] == ["一次也没有。", "", "【用户同意留给编辑看的：0 条】"]


def test_questions_that_were_left_are_shown_newest_first() -> None:
    left = [
        LeftQuestion("jail", "先问的", datetime(2026, 11, 2, tzinfo=UTC)),
        LeftQuestion("gone_topic", "后问的", datetime(2026, 11, 3, tzinfo=UTC)),
    ]

    assert told([], left)[-2:] == [
        "2026-11-03　gone_topic（gone_topic）：后问的",
        "2026-11-02　欠钱会不会坐牢（jail）：先问的",
    ]


@pytest.mark.parametrize("text", ["一\n二", "一\x1b二", "一\x07\r\n二", "一\u202e二"])
def test_question_cannot_command_the_terminal(text: str) -> None:
    left = [LeftQuestion("jail", text, datetime(2026, 11, 2, tzinfo=UTC))]

    assert told([], left)[-1].endswith("：一 二")
