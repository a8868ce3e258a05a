"""Since how many days a message says the debt is overdue."""

import re
from dataclasses import dataclass

from bot.recognition.amounts import parse_count
from bot.recognition.numerals import COUNT
from bot.recognition.spans import Span
from bot.recognition.templates import one_of, source_of
from content.schema_field import FieldWords

_BLANKS = {"days": rf"(?<![0-9月])(?P<days>{COUNT})(?:[天日]|个?(?P<weeks>星期|周))(?!内|之内|以内|后|前)"}
_CLAUSE_START = re.compile(r"[,。;!?\n]")
_BEFORE = 12


@dataclass(frozen=True, slots=True)
class Overdue:
    """The days, and every place that speaks of days overdue, whether they are meant or only supposed."""

    days: int | None = None
    place: Span | None = None
    """Where the days stand."""
    spans: tuple[Span, ...] = ()


class OverdueReader:
    """Built once from the words."""

    def __init__(self, words: FieldWords) -> None:
        self._patterns = [re.compile(source_of(template, _BLANKS)) for template in words.overdue]
        self._supposed = re.compile(rf",?{one_of(words.supposed)}")
        self._condition = re.compile(one_of(words.conditions))

    def read(self, text: str) -> Overdue:
        """The first count of a squeezed text that isn't said under a condition (如逾期 30 天)."""
        matches = [match for pattern in self._patterns for match in pattern.finditer(text)]
        spans = tuple(match.span() for match in matches)
        for match in matches:
            days = None if self._is_supposed(text, match) else _days(match)
            if days is not None:
                return Overdue(days, match.span(), spans)
        return Overdue(spans=spans)

    def _is_supposed(self, text: str, match: re.Match[str]) -> bool:
        start = match.start()
        before = _CLAUSE_START.split(text[max(start - _BEFORE, 0) : start])[-1]
        return bool(self._condition.search(before) or self._supposed.match(text, match.end()))


def _days(match: re.Match[str]) -> int | None:
    count = parse_count(match["days"])
    return count * 7 if count is not None and match["weeks"] else count
