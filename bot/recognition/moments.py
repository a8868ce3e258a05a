"""A day, perhaps with an hour, as people type it: 昨晚 11 点, 11月20日, 2025-10-03 22:47, 三天前.

A day without an hour comes back as its midnight. A day without a year is the latest such day that has come.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

_DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_RELATIVE = (("大前天", 3), ("前天", 2), ("昨", 1), ("今", 0), ("刚", 0))
_HALVES = {"凌晨": 0, "清晨": 0, "早": 0, "上午": 0, "中午": 12, "下午": 12, "傍晚": 12, "晚": 12, "夜": 12}
_NUMBER = rf"([0-9]{{1,4}}|[{''.join(_DIGITS)}十]{{1,3}})"


def read_moment(text: str, now: datetime) -> datetime | None:
    """The moment that `text` names, in the zone of `now`; None where it names none."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    day = _day(plain, now.date())
    hour = _hour(plain)
    if day is None and hour is None:
        return None
    moment = datetime.combine(day or now.date(), hour or time(), tzinfo=now.tzinfo)
    after_midnight = day is not None and hour is not None and hour.hour < 6 and "晚" in plain
    return moment + timedelta(days=1) if after_midnight else moment  # 昨晚 1 点 lies in today


def _day(text: str, today: date) -> date | None:
    try:
        if found := re.search(r"(20[0-9]{2})[年/.\-]([0-9]{1,2})[月/.\-]([0-9]{1,2})", text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := re.search(rf"{_NUMBER}(?:月|/|-|\.){_NUMBER}(?:日|号|$|(?=[^0-9:点]))", text):
            month, day = _number(found[1]), _number(found[2])
            this_year = date(today.year, month, day)
            return this_year if this_year <= today else date(today.year - 1, month, day)
        if found := re.search(rf"(?<![0-9]){_NUMBER}天(?:以)?前", text):
            return today - timedelta(days=_number(found[1]))
        if found := re.search(rf"(?<![0-9月]){_NUMBER}[号日]", text):
            return _latest(today, _number(found[1]))
    except (ValueError, OverflowError):
        return None
    return next((today - timedelta(days=back) for word, back in _RELATIVE if word in text), None)


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
        found = re.search(rf"{_NUMBER}[点时](半|{_NUMBER}分?)?", text)
        if not found:
            return None
        hour = _number(found[1])
        minute = 30 if found[2] == "半" else _number(found[3]) if found[3] else 0
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
        return int("".join(str(_DIGITS[char]) for char in text))
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
