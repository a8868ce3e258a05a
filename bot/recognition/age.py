"""How old a message says a debt is, where that is told in years: 拖了四年, 2018 年的借款."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from bot.recognition.amounts import parse_count
from bot.recognition.numerals import COUNT
from bot.recognition.templates import source_of

_YEAR_DAYS = 365
_LONGEST = 40
"""Years; more is no age of a debt."""
_BLANKS = {"years": rf"(?P<years>{COUNT})", "year": r"(?<![0-9])(?P<year>20[0-9]{2})"}


def age_in_days(templates: Iterable[str], text: str, day: date) -> int:
    """How many days old the debt is at least, on `day`; 0 where a text without spaces says nothing of it."""
    return max((_days(match, day) for template in templates for match in _compiled(template).finditer(text)), default=0)


@cache
def _compiled(template: str) -> re.Pattern[str]:
    return re.compile(source_of(template, _BLANKS))


def _days(match: re.Match[str], day: date) -> int:
    found = match.groupdict()
    if found.get("year"):
        years: int | None = day.year - int(found["year"]) - 1  # it may have been the last day of that year
    else:
        years = parse_count(found["years"])
    return _YEAR_DAYS * years if years is not None and 0 < years <= _LONGEST else 0
