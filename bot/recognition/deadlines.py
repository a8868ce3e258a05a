"""Until when a message wants payment: a day, or a number of days.

A time is the limit when it is said as one (前, 内, 截止, 不还) beside words for paying or answering, or when something
is announced for it that payment would avert. The time of a visit, a hearing or a due date is none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto

from bot.recognition.amounts import parse_count
from bot.recognition.numerals import COUNT, DIGITS
from bot.recognition.templates import one_of
from content.schema_field import FieldWords

_HALF_DAY = r"(?:[上中下]午|晚上|早上|傍晚|晚|早)"
_CLOCK = rf"(?:{COUNT})(?::[0-9]{{2}}|点半?|时)(?:整|[0-9]{{1,2}}分?)?"
_BEFORE, _WITHIN, _UNTIL = r"之前|以前|前(?!往|来|去|台)", r"之内|以内|内|里头|里面", r"为止|截止|止"
_RELATIVE = re.compile(
    rf"(?P<word>(?:今|当|本|明|后)日|(?:今|当|明|后)天|[今明]晚|[今当]夜|当晚|[今明]早|[今明后]儿个?)(?:的|之)?{_HALF_DAY}?(?:{_CLOCK}|下班|收工)?"
    rf"(?P<form>{_BEFORE}|{_WITHIN}|{_UNTIL})?"
)
_WEEKDAY = re.compile(
    rf"(?P<which>下下?|[本这])?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])(?:的|之)?{_HALF_DAY}?(?:{_CLOCK}|下班|收工)?"
    rf"(?P<form>{_BEFORE}|{_WITHIN}|{_UNTIL})?"
)
_WEEK = re.compile(rf"[本这]个?(?:周|星期|礼拜)(?P<form>{_WITHIN})")
_MONTH_END = re.compile(
    rf"(?P<next>下个?)?[本这]?个?月[底末](?P<form>{_BEFORE}|{_UNTIL})?|[本这]个?月(?P<within>{_WITHIN})"
)
_DAY = re.compile(
    rf"(?:(?P<which>下个?|[本这]个?)月(?P<named>{COUNT})[号日]|(?<![月{''.join(DIGITS)}十])(?P<bare>{COUNT})号)"
    rf"{_HALF_DAY}?(?:{_CLOCK})?(?P<form>{_BEFORE}|{_UNTIL})"
)
_NIGHTFALL = "落山|日落|天黑"
_HOUR = re.compile(rf"(?:下班|{_NIGHTFALL}|[上中下]午|{_HALF_DAY}?{_CLOCK})(?P<form>{_BEFORE}|截止|[之以]?后|一过)?")
_COUNTDOWN = re.compile(r"[0-9]{1,2}(?::[0-9]{2}){2}")
_SPAN = re.compile(
    rf"(?<![月{''.join(DIGITS)}十百])(?P<number>(?<![0-9])[0-9]{{1,4}}|[{''.join(DIGITS)}十百]{{1,6}}|半) ?个?"
    r"(?P<unit>小时|钟头|h(?![a-z])|分钟|工作日|自然日|天|日|周|星期)"
    rf" ?(?P<form>{_WITHIN}|后|届满|期限|宽限期|不)?"
)
_DATE = re.compile(
    rf"(?:(?P<year>20[0-9]{{2}})[年/.-])?(?P<month>{COUNT})[月/.-](?P<day>{COUNT})[日号]?"
    rf"{_HALF_DAY}?(?:{_CLOCK})?(?P<form>{_BEFORE}|{_UNTIL})?"
)
_YEAR = re.compile(r"20[0-9]{2}(?=[年/.-])")
_PAUSE, _STOP = re.compile(r"[,。;!?\n]"), re.compile(r"[。;!?\n]")
_DAYS_AHEAD = {"今": 0, "当": 0, "本": 0, "明": 1, "后": 2}
_MINUTES = {"小时": 60, "钟头": 60, "h": 60, "分钟": 1}
_MINUTES_A_DAY = 24 * 60
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 6}
_DAYS = {"周": 7, "星期": 7}
_CLAUSE_MOST, _SENTENCE_MOST, _LEAD_MOST = 40, 60, 12
_AT_ONCE = 8
"""What is announced for today stands so near to the word; 今天打不通明天接着打 announces nothing."""


class _Form(Enum):
    """How a time is said."""

    LIMIT = auto()
    """今日内, 17 点前, 三日内"""
    END = auto()
    """晚 8 点截止"""
    AFTER = auto()
    """24 小时后"""
    POINT = auto()
    """今天, 明日"""
    SPAN = auto()
    """24 小时, 三天"""
    BARE = auto()
    """一天, 12 月 5 日: a limit only where the words before say so; 一天不还 is a way of speaking."""


@dataclass(frozen=True, slots=True)
class Time:
    """A time that is spoken of, and its place."""

    start: int
    end: int
    value: date | int
    form: _Form


class DeadlineReader:
    """Finds the limit for payment; built once from the words."""

    def __init__(self, words: FieldWords) -> None:
        limits = words.limits
        self._pay, self._other = re.compile(one_of(limits.pay)), re.compile(one_of(limits.other))
        self._events, self._urges = re.compile(one_of(limits.events)), re.compile(rf"[您你]?{one_of(limits.urges)}")
        self._standing = re.compile(rf",?(?:您|你)?(?:的|名下)?{one_of(limits.standing)}")
        self._asks = re.compile(rf"{one_of(limits.asks)}$")
        self._own = re.compile(rf"{one_of(limits.own)}$")
        self._fixed = re.compile(rf"{one_of(limits.fixed)}[为是于:在 ]*[你您]?$")

    def read(self, text: str, day: date | None) -> Time | None:
        """The first limit that a squeezed text sets; `day` is when it came, which tells the year of a bare date."""
        times = sorted(_times(text, day), key=lambda time: (time.start, -time.end))
        demanded = (time for time in times if self._is_limit(text, time))
        announced = (time for time in times if self._is_announced(text, time))
        return next(demanded, next(announced, None))

    def _is_limit(self, text: str, time: Time) -> bool:
        """Whether payment is demanded by this time."""
        clause, sentence = _after(text, time)
        pay = self._pay.search(sentence)
        if self._is_other(clause, pay):
            return False
        lead = text[max(time.start - _LEAD_MOST, 0) : time.start]
        if self._own.search(lead):
            return False
        fixed = self._fixed.search(lead)
        if (fixed or time.form is _Form.END) and (time.form is _Form.SPAN or not self._standing.match(text, time.end)):
            return True
        if time.form is _Form.SPAN and lead.endswith("最后"):
            return True
        urged = self._urges.match(clause) is not None
        if time.form is _Form.LIMIT:
            return urged or pay is not None
        if time.form in (_Form.BARE, _Form.POINT) and self._asks.search(lead) and self._pay.search(clause):
            return True
        if time.form in (_Form.BARE, _Form.END):
            return False
        return urged and pay is not None

    def _is_announced(self, text: str, time: Time) -> bool:
        """Whether something is announced for this time that payment would avert."""
        if time.form not in (_Form.AFTER, _Form.POINT):
            return False
        clause, sentence = _after(text, time)
        standing = self._standing.match(text, time.end)
        if standing or self._own.search(text[max(time.start - _LEAD_MOST, 0) : time.start]):
            return False
        if not clause:
            clause, sentence = _after(text, replace(time, end=time.end + 1))
        near = clause[:_AT_ONCE] if time.value == 0 else clause
        return self._events.search(near) is not None and not self._is_other(clause, self._pay.search(sentence))

    def _is_other(self, clause: str, pay: re.Match[str] | None) -> bool:
        """Whether the time is that of a visit, a hearing or a due date."""
        other = self._other.search(clause)
        return other is not None and not (pay is not None and pay.start() < other.start())


def _after(text: str, time: Time) -> tuple[str, str]:
    """What follows a time in its clause, and in its sentence."""
    clause = _PAUSE.split(text[time.end : time.end + _CLAUSE_MOST], maxsplit=1)[0]
    return clause, _STOP.split(text[time.end : time.end + _SENTENCE_MOST], maxsplit=1)[0]


def _times(text: str, day: date | None) -> Iterator[Time]:
    for match in _RELATIVE.finditer(text):
        yield Time(*match.span(), _DAYS_AHEAD[match["word"][0]], _form(match["form"], _Form.POINT))
    for match in _HOUR.finditer(text):
        yield Time(*match.span(), 0, _form(match["form"], _Form.BARE))
    for match in _COUNTDOWN.finditer(text):
        yield Time(*match.span(), 1, _Form.SPAN)
    for match in _SPAN.finditer(text):
        yield from _span(match)
    if day:
        yield from _calendar(text, day)
    for match in _DATE.finditer(text):
        limit = _date(match, text, day)
        if limit:
            yield Time(*match.span(), limit, _form(match["form"], _Form.BARE))


def _calendar(text: str, today: date) -> Iterator[Time]:
    """Days that are told from the day of the message: 本周五前, 月底前, 25 号前."""
    for match in _WEEKDAY.finditer(text):
        yield Time(*match.span(), _weekday(match, today), _form(match["form"], _Form.BARE))
    for match in _WEEK.finditer(text):
        yield Time(*match.span(), today + timedelta(days=6 - today.weekday()), _Form.LIMIT)
    for match in _MONTH_END.finditer(text):
        first = _month_after(_month_after(today)) if match["next"] else _month_after(today)
        yield Time(*match.span(), first - timedelta(days=1), _form(match["form"] or match["within"], _Form.BARE))
    for match in _DAY.finditer(text):
        number = parse_count(match["named"] or match["bare"])
        later = match["which"] and match["which"].startswith("下")
        month = (
            _month_after(today)
            if later or (not match["which"] and number is not None and number < today.day)
            else today
        )
        limit = _valid(month.year, month.month, number) if number is not None else None
        if limit:
            yield Time(*match.span(), limit, _form(match["form"], _Form.LIMIT))


def _weekday(match: re.Match[str], today: date) -> date:
    """The day of this week or a later one; without a word for which week, the next such day."""
    ahead = _WEEKDAYS[match["weekday"]] - today.weekday()
    weeks = (match["which"] or "").count("下")
    if not match["which"] and ahead < 0:
        weeks = 1
    return today + timedelta(days=ahead + 7 * weeks)


def _month_after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _form(said: str | None, otherwise: _Form) -> _Form:
    if not said:
        return otherwise
    if "后" in said or "过" in said:
        return _Form.AFTER
    return _Form.END if "止" in said else _Form.LIMIT


def _span(match: re.Match[str]) -> Iterator[Time]:
    """A span of time; hours and minutes are rounded up to days."""
    start, end = match.span()
    unit, said = match["unit"], match["form"]
    half = match["number"] == "半"
    count = 1 if half else parse_count(match["number"])
    if count is None:
        return
    if unit in _MINUTES:
        days = -(-count * _MINUTES[unit] // _MINUTES_A_DAY)
    else:
        days = 0 if half else count * _DAYS.get(unit, 1)
    if said == "后":
        yield Time(start, end, days, _Form.AFTER)
    elif said == "不" or not said:
        usual = count > 1 or unit in _MINUTES
        yield Time(start, match.end("unit"), days, _Form.SPAN if usual else _Form.BARE)
    else:
        yield Time(start, end, days, _Form.LIMIT)


def _date(match: re.Match[str], text: str, day: date | None) -> date | None:
    """A date; one without a year is the nearest to `day`, or lies in the latest year that the text names."""
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
