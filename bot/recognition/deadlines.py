"""Until when a message wants payment: a day, or a number of days.

A time is the limit when it is said as one (前, 内, 截止, 不还) beside words for paying or answering, or when something
is announced for it that payment would avert. The time of a visit, a hearing or a due date is none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.recognition.amounts import parse_count
from bot.recognition.templates import one_of
from content.schema_field import FieldWords

_COUNT = r"[0-9]{1,3}|[一二两三四五六七八九十]{1,3}"
_DAYS_AHEAD = {"今": 0, "当": 0, "本": 0, "明": 1, "后": 2}
_HOUR = rf"(?:[上下中]午|晚上|早上|傍晚|晚|早)?(?:(?:{_COUNT})(?::[0-9o]{{2}}|点半?|时)(?:整|[0-9]{{1,2}}分?)?|(?<=午)前?)?"
_RELATIVE = re.compile(
    rf"(?P<word>今天|今日|今晚|今夜|当天|当日|本日|明天|明日|明早|明晚|后天|后日)(?:的|之)?{_HOUR}(?P<form>下班前|之前|以前|前|之内|以内|内|为止|止|截止)?"
)
_CLOCK = re.compile(rf"(?P<form>下班前|(?:中午|晚上|下午|上午|傍晚)?(?:{_COUNT})(?::[0-9o]{{2}}|点半?|时)(?:整)?(?:之前|以前|前)|[上中下]午前)")
_SPAN = re.compile(
    rf"(?P<number>{_COUNT}|半)个?(?P<unit>小时|钟头|h(?![a-z])|分钟|工作日|自然日|天|日|周|星期)(?P<form>之内|以内|内|后|届满|期限|宽限期|不)?"
)
_DATE = re.compile(
    rf"(?:(?P<year>20[0-9]{{2}})[年/.-])?(?P<month>{_COUNT})[月/.-](?P<day>{_COUNT})[日号]?(?:[0-9:时点分上下午晚中早 ]{{0,8}})(?P<form>之前|以前|前|为止|止|截止)"
)
_YEAR = re.compile(r"20[0-9]{2}(?=[年/.-])")
_MINUTES_A_DAY = 24 * 60
_MINUTES = {"小时": 60, "钟头": 60, "h": 60, "分钟": 1}
_DAYS = {"周": 7, "星期": 7}


@dataclass(frozen=True, slots=True)
class _Time:
    """A time that the text names, and whether it is said as a limit."""

    start: int
    end: int
    value: date | int
    form: str


class DeadlineReader:
    """Finds the limit for payment; built once from the words."""

    def __init__(self, words: FieldWords) -> None:
        limits = words.limits
        self._pay, self._other = re.compile(one_of(limits.pay)), re.compile(one_of(limits.other))
        self._events, self._urges = re.compile(one_of(limits.events)), re.compile(one_of(limits.urges))

    def read(self, text: str, day: date | None) -> date | int | None:
        """The limit that a squeezed text sets; `day` is when it came, which tells the year of a date without one."""
        times = sorted(_times(text, day), key=lambda time: (time.start, -time.end))
        return next((time.value for time in times if self._is_limit(text, time)), None)

    def _is_limit(self, text: str, time: _Time) -> bool:
        clause, rest = _clause(text, time.end), _sentence(text, time.end)
        other, pay = self._other.search(clause), self._pay.search(rest)
        if other and not (pay and pay.start() < other.start()):
            return False
        if time.form in ("后", ""):
            return bool(self._urges.match(clause) and pay) or bool(self._events.search(clause[:8]))
        return pay is not None


def _times(text: str, day: date | None) -> Iterator[_Time]:
    for match in _RELATIVE.finditer(text):
        yield _Time(match.start(), match.end(), _DAYS_AHEAD[match["word"][0]], match["form"] or "")
    for match in _CLOCK.finditer(text):
        yield _Time(match.start(), match.end(), 0, match["form"])
    for match in _SPAN.finditer(text):
        count = parse_count(match["number"])
        if count is not None:
            yield _Time(match.start(), match.end(), _in_days(count, match["unit"]), match["form"] or "")
    for match in _DATE.finditer(text):
        limit = _date(match, text, day)
        if limit:
            yield _Time(match.start(), match.end(), limit, match["form"])


def _in_days(count: int, unit: str) -> int:
    """Hours and minutes are rounded up."""
    if unit in _MINUTES:
        return -(-count * _MINUTES[unit] // _MINUTES_A_DAY)
    return count * _DAYS.get(unit, 1)


def _date(match: re.Match[str], text: str, day: date | None) -> date | None:
    month, number = parse_count(match["month"]), parse_count(match["day"])
    if month is None or number is None:
        return None
    if match["year"]:
        return _valid(int(match["year"]), month, number)
    if day is not None:
        near = [_valid(day.year + add, month, number) for add in (-1, 0, 1)]
        return min((each for each in near if each), key=lambda each: abs(each - day), default=None)
    years = _YEAR.findall(text)
    return _valid(int(max(years)), month, number) if years else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clause(text: str, start: int) -> str:
    return re.split(r"[,。;!?\n]", text[start : start + 40], maxsplit=1)[0]


def _sentence(text: str, start: int) -> str:
    return re.split(r"[。;!?\n]", text[start : start + 60], maxsplit=1)[0]
