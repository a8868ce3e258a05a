"""Questions that had no good answer: counted by topic without their words, and kept only where the user agreed.

A count names no user. What a user lets an editor read is sealed under his own key, bounded in number and age.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from content.load import Content

LEFT_VERSION = 1
"""Which words a user agrees to when he leaves a question; counted up when they change."""
LEFT_MOST = 20
"""Questions of one user; the oldest gives way."""
LEFT_FOR = timedelta(days=90)
COUNTED_FOR = timedelta(days=365)
_TOLD = "gaps"
"""The conversation whose words a report is told in."""


class Gap(StrEnum):
    """Why a question went without a good answer."""

    NOT_FOUND = "not_found"
    NOT_WRITTEN = "not_written"
    """The topic is known and has no answer yet."""
    NOT_HELPED = "not_helped"
    """The user said so."""


@dataclass(frozen=True, slots=True)
class CountGap:
    """Write: one more question of this day that had no good answer."""

    day: date
    topic: str
    gap: Gap


@dataclass(frozen=True, slots=True)
class LeaveQuestion:
    """Write: keep a question for an editor, as its user just agreed."""

    text: str
    topic: str


@dataclass(frozen=True, slots=True)
class EraseQuestions:
    """Write: destroy every question that the user left."""


@dataclass(frozen=True, slots=True)
class Counted:
    day: date
    topic: str
    gap: Gap
    count: int


@dataclass(frozen=True, slots=True)
class LeftQuestion:
    """A question that a user let an editor read; it doesn't say who."""

    topic: str
    text: str
    at: datetime


def report(
    content: Content, counted: Sequence[Counted], left: Sequence[LeftQuestion], *, since: date, until: date
) -> Iterator[str]:
    """What is missing, the topic with the most gaps first, and the questions that were left, the newest first."""
    said = content.conversations[_TOLD].texts
    yield said["head"].format(since=since, until=until)
    sums: dict[str, dict[Gap, int]] = {}
    for each in counted:
        of_topic = sums.setdefault(each.topic, dict.fromkeys(Gap, 0))
        of_topic[each.gap] += each.count
    for topic, gaps in sorted(sums.items(), key=lambda item: (-sum(item[1].values()), item[0])):
        parts = said["and"].join(said[gap].format(count=count) for gap, count in gaps.items() if count)
        yield said["topic"].format(count=sum(gaps.values()), title=_title(content, topic), topic=topic, parts=parts)
    if not sums:
        yield said["none"]
    yield ""
    yield said["left_head"].format(count=len(left))
    for question in sorted(left, key=lambda question: question.at, reverse=True):
        title, text = _title(content, question.topic), _on_one_line(question.text)
        yield said["left"].format(day=question.at.date(), title=title, topic=question.topic, text=text)


def _title(content: Content, topic: str) -> str:
    """What the topic is called; one that is gone is named by its id."""
    answer = content.answers.get(topic)
    return answer.title if answer else topic


def _on_one_line(text: str) -> str:
    """Without what would command the terminal that shows it."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
