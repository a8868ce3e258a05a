"""The days that a question about the law names: a day, a month or a year, as far as it was said."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_NAMED = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})(?:年(?:(1[0-2]|0?[1-9])月(?:(3[01]|[12][0-9]|0?[1-9])[日号]?)?)?"
    r"|[-/.](1[0-2]|0?[1-9])[-/.](3[01]|[12][0-9]|0?[1-9])(?![0-9]))"
)
_YEARS_AGO = {"大前年": 3, "前年": 2, "去年": 1, "今年": 0}
_RELATIVE = re.compile("|".join(_YEARS_AGO))
_SIDE = re.compile(r"[以之]?(前|后)")


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to `last`, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, day: date) -> "Span":
        return cls(day, day)


def read_span(text: str, today: date) -> tuple[Span | None, str]:
    """The days that are named, and the text without them; a stretch that today lies in is today."""
    span, found = None, _NAMED.search(text)
    if found:
        span = _named(found)
    elif found := _RELATIVE.search(text):
        span = _stretch(today.year - _YEARS_AGO[found.group()])
    if found is None or span is None:
        return None, text
    end = found.end()
    if side := _SIDE.match(text, end):
        end = side.end()
        span = Span.of(span.first - timedelta(days=1) if side[1] == "前" else span.last)
    if span.first <= today <= span.last:
        span = Span.of(today)
    return span, text[: found.start()] + text[end:]


def _named(found: re.Match[str]) -> Span | None:
    year = int(found[1])
    month, day = found[2] or found[4], found[3] or found[5]
    if month is None:
        return _stretch(year)
    if day is None:
        return _stretch(year, int(month), int(month))
    try:
        return Span.of(date(year, int(month), int(day)))
    except ValueError:
        return None


def _stretch(year: int, first: int = 1, last: int = 12) -> Span:
    return Span(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))
