"""Normalised text with the gaps inside sums, dates and numbers closed: 逾期 2 6 天, ◆应还◆1503元◆."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from bot.recognition.normalise import Normalised, is_han

_SPELT = re.compile(r"(?<![\d.])\d(?: \d){2,}(?: ?\.(?: ?\d){1,2})?(?![\d.])|(?<![\d.])\d \d(?= ?[\u4e00-\u9fff])")
"""Digits typed one by one."""
_LEADERS = re.compile(r"(?<=[\u4e00-\u9fff])。{2,}(?=[0-9¥])")
"""The dots of a list: 本金……5000.00."""
_ORNAMENTS = frozenset("@~^|_`#")
_LOOSE = re.compile(r"(?<=[^\W_]|[,:])(?:[^\w\n。,!?;:、()\[\]【】<>《》“”\"'‘’「」『』%￥¥$+=&]|_)++(?=[^\n])")
"""What may be a gap: signs that are neither letters nor stops."""

_LOOKALIKES = str.maketrans("oli", "011")
_NUMBER = re.compile(r"(?<![a-z/\-_])[0-9oli][0-9oli,.:]*[0-9oli](?![a-z\-_])")
"""Digits that a scanner took for letters: 2O天, l,250.OO."""


def squeeze(normalised: Normalised) -> Normalised:
    """Drop spaces and ornaments between Han characters and digits, and between digits typed one by one."""
    text = _NUMBER.sub(lambda match: _digits(match.group()), normalised.text)
    if text != normalised.text:
        normalised = replace(normalised, text=text)
    drop = sorted({*_leaders(text), *_spelt(text), *_gaps(text)})
    return normalised.without((place, place + 1) for place in drop)


def _leaders(text: str) -> Iterator[int]:
    for match in _LEADERS.finditer(text):
        yield from range(*match.span())


def _spelt(text: str) -> Iterator[int]:
    for match in _SPELT.finditer(text):
        yield from (place for place in range(*match.span()) if text[place] == " ")


def _gaps(text: str) -> Iterator[int]:
    """The places between Han characters and digits that hold nothing but spaces and ornaments."""
    for match in _LOOSE.finditer(text):
        start, end = match.span()
        if _meet(text[start - 1], text[end]) and all(map(_is_gap, match.group())):
            yield from range(start, end)


def _digits(number: str) -> str:
    return number.translate(_LOOKALIKES) if any(char.isdigit() for char in number) else number


def _is_gap(char: str) -> bool:
    return char == " " or char in _ORNAMENTS or unicodedata.category(char) == "So"


def _meet(left: str, right: str) -> bool:
    return (is_han(left) and (right.isdigit() or right in "¥$,:")) or (
        (left.isdigit() or left in ",:") and is_han(right)
    )
