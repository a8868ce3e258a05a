"""Sums and counts as people write them: 8,888.50, 两万三, 1.2w, 3k, 捌仟元整.

What is vague (几千, 三四千, 上万) has no value; 两万多 is two ten-thousands, the part that is said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import cn2an

from bot.recognition.numerals import DIGIT, DIGITS, FORMAL, SCALE, UNIT

_PLAIN = str.maketrans(FORMAL)
_ONES = "".join(char for char, value in DIGITS.items() if value)
_ARABIC = r"(?:\d{1,3}(?:[,，]\d{3})+|\d{1,2} \d{2,3}(?=\.\d\d(?!\d))|\d+)(?:\.\d+)?"
_MIXED = rf"\d+(?:\.\d+)?\s?[{SCALE}](?:[\d{DIGIT}][{DIGIT}\d十百千]*)?"
_HAN = rf"(?:[{DIGIT}十拾][{DIGIT}{UNIT}]*)"
_MONEY_UNIT = r"(?:元|块钱|块|圆|員|rmb|cny)"
_SUM = re.compile(
    rf"(?P<mark>[¥￥]|rmb|人民币|cny)?\s?"
    rf"(?:(?P<slang>\d+(?:\.\d+)?)\s?(?P<letter>[wk])(?![a-z0-9])|(?P<mixed>{_MIXED})|(?P<arabic>{_ARABIC})|(?P<han>{_HAN}))"
    rf"(?P<more>多|余|来|几)?\s?(?P<unit>{_MONEY_UNIT})?"
    rf"(?:(?P<small>(?<=[元块圆])[\d{DIGIT}]角(?:[\d{DIGIT}]分)?)|(?<=块)(?P<dime>[\d{DIGIT}])(?![\d{DIGIT}]))?",
    re.IGNORECASE,
)
_VAGUE = re.compile(rf"(?<![{UNIT}零〇])[{_ONES}]{{2,}}(?=[{UNIT}])")
_LONGEST, _LONGEST_WRITTEN = 20, 40
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Sum:
    """A number that may be a sum of money; `marked` when it carries a currency or a unit of money."""

    start: int
    end: int
    value: Decimal
    marked: bool
    digits: str
    """The number itself, as written."""


def find_sums(text: str) -> Iterator[Sum]:
    """All numbers that could be sums, from left to right; vague ones and zero are left out."""
    for match in _SUM.finditer(text):
        value = _value(match)
        if value is None or not 0 < value < _LARGEST:
            continue
        marked = bool(match["mark"] or match["unit"])
        written = match["slang"] or match["mixed"] or match["arabic"] or match["han"]
        start = match.start("mark") if match["mark"] else match.end() - len(match.group().lstrip())
        yield Sum(start, match.end() - (len(match.group()) - len(match.group().rstrip())), value, marked, written)


def parse_amount(text: str) -> Decimal | None:
    """The value of a text that is one sum and nothing else; None for anything else, and for what is vague."""
    match = _SUM.fullmatch(text.strip().removesuffix("整"))
    value = _value(match) if match else None
    return value if value is not None and 0 < value < _LARGEST else None


def parse_count(text: str) -> int | None:
    """A count in Arabic or Chinese numerals; None for what is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    value = _chinese(text)
    return int(value) if value is not None and value == value.to_integral_value() else None


def _value(match: re.Match[str]) -> Decimal | None:
    if match.end() - match.start() > _LONGEST_WRITTEN:
        return None
    if match["slang"]:
        value: Decimal | None = Decimal(match["slang"]) * (10000 if match["letter"] in "wW" else 1000)
    elif match["arabic"]:
        value = _decimal(re.sub(r"[,，\s]", "", match["arabic"]))
    else:
        value = _chinese((match["mixed"] or match["han"]).replace(" ", ""))
    if value is None or match["more"] == "几":
        return None
    if match["small"]:
        digits = [_chinese(char) for char in re.sub(r"[角分]", "", match["small"])]
        value += sum((digit or Decimal(0)) / 10**place for place, digit in enumerate(digits, start=1))
    elif match["dime"]:
        value += (_chinese(match["dime"]) or Decimal(0)) / 10
    return value


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    exponent = value.as_tuple().exponent
    return value if isinstance(exponent, int) and exponent >= -2 else None


@lru_cache(maxsize=4_096)
def _chinese(text: str) -> Decimal | None:
    plain = text.translate(_PLAIN)
    if len(plain) > _LONGEST or _VAGUE.search(plain):
        return None
    try:
        return Decimal(str(cn2an.cn2an(plain, "smart")))
    except (ValueError, KeyError, IndexError, TypeError):
        return None
