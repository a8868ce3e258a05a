"""Normalised text with the gaps inside sums, dates and numbers closed: 逾期 2 6 天, ◆应还◆1503元◆."""

import re
import unicodedata
from itertools import pairwise

from bot.recognition.normalise import Normalised, is_han

_SPELT = re.compile(r"(?<![\d.])\d(?: \d){2,}(?: ?\.(?: ?\d){1,2})?(?![\d.])|(?<![\d.])\d \d(?= ?[\u4e00-\u9fff])")
"""Digits typed one by one."""
_LEADERS = re.compile(r"(?<=[\u4e00-\u9fff])。{2,}(?=[0-9¥])")
"""The dots of a list: 本金……5000.00."""
_ORNAMENTS = frozenset("@~^|_`#")


_LOOKALIKES = str.maketrans("oli", "011")
_NUMBER = re.compile(r"(?<![a-z/\-_])[0-9oli][0-9oli,.:]*[0-9oli](?![a-z\-_])")
"""Digits that a scanner took for letters: 2O天, l,250.OO."""


def squeeze(normalised: Normalised) -> Normalised:
    """Drop spaces and ornaments between Han characters and digits, and between digits typed one by one."""
    text = _NUMBER.sub(lambda match: _digits(match.group()), normalised.text)
    normalised = Normalised(normalised.raw, text, normalised.origin, normalised.cut)
    drop: set[int] = set()
    for match in _LEADERS.finditer(text):
        drop.update(range(*match.span()))
    for match in _SPELT.finditer(text):
        drop.update(place for place in range(match.start(), match.end()) if text[place] == " ")
    solid = [place for place, char in enumerate(text) if place not in drop and not _is_gap(char)]
    for left, right in pairwise(solid):
        if right - left > 1 and _meet(text[left], text[right]):
            drop.update(range(left + 1, right))
    if not drop:
        return normalised
    kept = [place for place in range(len(text)) if place not in drop]
    return Normalised(
        normalised.raw,
        "".join(text[place] for place in kept),
        tuple(normalised.origin[place] for place in kept),
        normalised.cut,
    )


def _digits(number: str) -> str:
    return number.translate(_LOOKALIKES) if any(char.isdigit() for char in number) else number


def _is_gap(char: str) -> bool:
    return char == " " or char in _ORNAMENTS or unicodedata.category(char) == "So"


def _meet(left: str, right: str) -> bool:
    return (is_han(left) and (right.isdigit() or right in "¥$,:")) or (
        (left.isdigit() or left in ",:") and is_han(right)
    )
