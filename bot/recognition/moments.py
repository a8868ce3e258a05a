"""A day, perhaps with an hour, as people type it: 昨晚 11 点, 上周三, 11月20日, 2025-10-03 22:47, 两小时前.

A day without an hour comes back as its midnight. A day without a year is the latest such day that has come.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from bot.recognition.numerals import DIGITS

_HAN = "".join(DIGITS)
_NUMBER = rf"([0-9]{{1,4}}|[{_HAN}]?十[{_HAN}]?|[{_HAN}]{{1,3}})"
_RELATIVE = (
    (re.compile("(?<!大)大前[天日晚]"), 3),
    (re.compile("(?<!大)前[天日晚]"), 2),
    (re.compile("昨"), 1),
    (re.compile("今[天日晚早夜晨]|今(?:上|下|中)午|刚"), 0),
)
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEKDAY = re.compile(rf"(上上|上|这|本)?个?(?:周|星期|礼拜)([{''.join(_WEEKDAYS)}])(?!以?前)")
_WEEKS_BACK = {"上上": 2, "上": 1, "这": 0, "本": 0}
_FULL = re.compile(r"(20[0-9]{2})[年/.\-]([0-9]{1,2})[月/.\-]([0-9]{1,2})")
_COMPACT = re.compile(r"(?<![0-9])(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
_MONTH_DAY = re.compile(rf"(去年|前年)?{_NUMBER}(?:月|/|-|\.){_NUMBER}(?:日|号|$|(?=[^0-9:点]))")
_YEARS_BACK = {"去年": 1, "前年": 2}
_LAST_MONTH = re.compile(rf"上个?月{_NUMBER}(?:号|日|$)")
_DAYS_AGO = re.compile(rf"(?<![0-9]){_NUMBER}个?(天|周|星期|礼拜)(?:以|之)?前")
_DAY = re.compile(rf"(?<![0-9月]){_NUMBER}[号日]")
_AGO = re.compile(rf"(?:(半)|(?<![0-9]){_NUMBER})个?(小时|钟头|分钟)(?:以|之)?前")
_HALVES = {"凌晨": 0, "清晨": 0, "早": 0, "上午": 0, "中午": 12, "下午": 12, "傍晚": 12, "晚": 12, "夜": 12}
_QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}


def read_moment(text: str, now: datetime) -> datetime | None:
    """The moment that `text` names, in the zone of `now`; None where it names none, or a day that is none."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    if ago := _AGO.search(plain):
        return now - _span(ago)
    day = _day(plain, now.date())
    hour = _hour(plain)
    if day is None and (hour is None or _names_a_day(plain)):
        return None
    moment = datetime.combine(day or now.date(), hour or time(), tzinfo=now.tzinfo)
    after_midnight = day is not None and hour is not None and hour.hour < 6 and "晚" in plain
    return moment + timedelta(days=1) if after_midnight else moment  # 昨晚 1 点 lies in today


def _span(ago: re.Match[str]) -> timedelta:
    half, number, unit = ago.groups()
    minutes = 1 if unit == "分钟" else 60
    return timedelta(minutes=minutes / 2 if half else minutes * _number(number))


def _names_a_day(text: str) -> bool:
    """Whether the text names a day after all, one that doesn't exist or hasn't come."""
    return bool(_WEEKDAY.search(text) or _MONTH_DAY.search(text) or _LAST_MONTH.search(text) or _DAYS_AGO.search(text))


def _day(text: str, today: date) -> date | None:
    try:
        if found := _FULL.search(text) or _COMPACT.search(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _LAST_MONTH.search(text):
            return (today.replace(day=1) - timedelta(days=1)).replace(day=_number(found[1]))
        if found := _MONTH_DAY.search(text):
            return _month_day(found, today)
        if found := _DAYS_AGO.search(text):
            return today - timedelta(days=_number(found[1]) * (1 if found[2] == "天" else 7))
        if found := _WEEKDAY.search(text):
            return _weekday(found, today)
        if found := _DAY.search(text):
            return _latest(today, _number(found[1]))
    except (ValueError, OverflowError):
        return None
    back = next((back for word, back in _RELATIVE if word.search(text)), None)
    return None if back is None else today - timedelta(days=back)


def _month_day(found: re.Match[str], today: date) -> date:
    month, day = _number(found[2]), _number(found[3])
    if found[1]:
        return date(today.year - _YEARS_BACK[found[1]], month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year <= today else date(today.year - 1, month, day)


def _weekday(found: re.Match[str], today: date) -> date | None:
    """The day of the week that is named, or the latest such day; None if this week's hasn't come."""
    weekday = _WEEKDAYS[found[2]]
    if not found[1]:
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    monday = today - timedelta(days=today.weekday() + 7 * _WEEKS_BACK[found[1]])
    day = monday + timedelta(days=weekday)
    return day if day <= today else None


def _latest(today: date, day: int) -> date:
    """The last day of this number that has come."""
    if day <= today.day:
        return today.replace(day=day)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=day)


def _hour(text: str) -> time | None:
    found = re.search(r"([0-9]{1,2}):([0-9]{2})", text)
    minute = 0
    if found:
        hour, minute = int(found[1]), int(found[2])
    else:
        found = re.search(rf"{_NUMBER}[点时](半|[一三]刻|{_NUMBER}分?)?", text)
        if not found:
            return None
        hour = _number(found[1])
        minute = _QUARTERS.get(found[2]) or (_number(found[3]) if found[3] else 0)
    before = text[: found.start()]
    later = next((add for word, add in _HALVES.items() if word in before), 0)
    if re.search("[晚夜]", before) and (hour < 6 or hour == 12):
        hour %= 12
    elif later and hour < 12:
        hour += later
    return time(hour % 24, minute) if hour <= 24 and minute < 60 else None


def _number(text: str) -> int:
    if text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return int("".join(str(DIGITS[char]) for char in text))
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)
