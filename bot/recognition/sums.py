"""Which sum of a message is asked, and which is the principal.

The word nearest to a sum says what it is: a total, what is due, what is to be paid now, the loan, or something beside
(a fee, an instalment, a limit). The strongest kind decides; several sums of that kind leave it open.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from bot.recognition.amounts import Sum, find_sums
from bot.recognition.normalise import normalise
from bot.recognition.spans import Span, mask
from bot.recognition.templates import literal_of, one_of
from content.schema_field import FieldWords, SumRole

Role = SumRole | Literal["split"] | None
"""A principal that is to be paid in parts, or less of it, is `split`: it isn't the sum asked."""
_STRONGEST_FIRST: tuple[Role, ...] = ("total", "due", "pay", "loan", None, "principal")
_PAUSES = ",。;!?\n"
_BEFORE_MOST, _AFTER_MOST = 16, 10
_NEAR, _FAR = 2, 8
"""A word of one character has to stand right at the sum; a longer one may be some characters away."""
_THRESHOLD = re.compile(r" ?以[上下]")
_WAIVED = re.compile(r"免(?!后)")
_LET_OFF = re.compile(
    r"(?:全部?|都|一律)?(?:给[您你])?(?:免|抹)[除掉了去]?(?=[,。;!?\n]|$)|[^,。;!?\n]{0,6}(?:不再?收|放弃|不要了|豁免|不用还)"
)
_LEAST = 10
"""A smaller sum of which nothing is said is a way of speaking (一块儿)."""
_REDUCED = re.compile(r"折")
_SCALED = re.compile(r"[千百万亿wk仟佰]")
_SMALLEST_UNMARKED = 50
_LEAST_LONE, _MOST_LONE = 100, 1_000_000
_LONGEST_LABEL = 4
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:[)\]届级年]|(?<=\([0-9]{4}))")
_NUMBERED = re.compile("(?:[号第]|热线|客服|电话|拨打|致电|【|[上下]|[几数])$")
_GLUE, _GLUE_AFTER = frozenset("-/.*"), frozenset("-/*:%")


@dataclass(frozen=True, slots=True)
class Asked:
    """The sum asked and the principal, each with its place; `open` when several sums could be the one asked."""

    amount: Decimal | None = None
    principal: Decimal | None = None
    open: bool = False
    amount_place: Span | None = None
    principal_place: Span | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """A sum with what the words beside it say it is; None when they say nothing."""

    value: Decimal
    role: Role
    place: Span


class SumReader:
    """Finds the sums of a message and chooses; built once from the words."""

    def __init__(self, words: FieldWords) -> None:
        self._before = {normalise(word).text: group.role for group in words.sums for word in group.before}
        self._after = {normalise(word).text: group.role for group in words.sums for word in group.after}
        self._find_before = re.compile(one_of(self._before))
        self._find_after = re.compile(one_of(self._after))
        self._filler = re.compile(f"(?:{one_of(words.fillers)})*")
        self._instalments = {normalise(word).text for word in words.instalments}
        self._paid = re.compile(rf"{one_of(words.fee_paid)}[\u4e00-\u9fff]{{0,4}}$")
        self._split = re.compile(one_of(words.split))
        self._counter = re.compile(rf"\s?(?:多|几|来|余)?(?:{'|'.join(map(literal_of, words.counters))})")

    def read(self, text: str, taken: Iterable[Span]) -> Asked:
        """The sums of a squeezed text; `taken` are the stretches that are something else."""
        said = list(self._said(text, list(taken)))
        stated = next((each for each in said if each.role in ("principal", "split")), None)
        principal, principal_place = (stated.value, stated.place) if stated else (None, None)
        if not said:
            said = self._lone(text, list(taken))
        for role in _STRONGEST_FIRST:
            likely = [each for each in said if each.role == role]
            if len({each.value for each in likely}) == 1:
                return Asked(likely[0].value, principal, False, likely[0].place, principal_place)
            if likely:
                return Asked(None, principal, open=True, principal_place=principal_place)
        return Asked(None, principal, principal_place=principal_place)

    def _lone(self, text: str, taken: list[Span]) -> list[_Said]:
        """The only bare number of a text that can be a sum: 2890, 上个月也是拖到月底."""
        masked = mask(text, taken)
        lone = [
            _Said(found.value, None, (found.start, found.end))
            for found in find_sums(masked)
            if _LEAST_LONE <= found.value < _MOST_LONE
            and (found.digits.isascii() or _SCALED.search(found.digits))
            and not (
                _THRESHOLD.match(masked, found.end)
                or self._counter.match(masked, found.end)
                or _cut(masked, found)
                or _YEAR.match(masked, found.start)
                or _NUMBERED.search(masked, max(found.start - _LONGEST_LABEL, 0), found.start)
                or self._role(masked, found)[0] == "aside"
            )
        ]
        return lone if len({each.value for each in lone}) == 1 else []

    def _said(self, text: str, taken: list[Span]) -> Iterator[_Said]:
        masked = mask(text, taken)
        for found in find_sums(masked):
            if _THRESHOLD.match(masked, found.end):
                continue
            role, near = self._role(masked, found)
            if not found.marked:
                vague = found.value < _SMALLEST_UNMARKED or self._counter.match(masked, found.end)
                if vague or not near or _cut(masked, found):
                    continue
            if role is None and found.value < _LEAST:
                continue
            yield _Said(found.value, role, (found.start, found.end))

    def _role(self, text: str, found: Sum) -> tuple[Role, bool]:
        """What the nearest word says, and whether it stands right at the sum."""
        begin = max(text.rfind(pause, 0, found.start) for pause in _PAUSES) + 1
        begin = max(begin, found.start - _BEFORE_MOST)
        before = list(self._find_before.finditer(text, begin, found.start))
        if before:
            last = before[-1]
            gap = text[last.end() : found.start]
            close = bool(self._filler.fullmatch(gap))
            if close or len(gap) <= (_NEAR if len(last.group()) == 1 else _FAR):
                role = self._before[last.group()]
                lead = text[begin : last.start()]
                if role == "principal" and _REDUCED.search(gap):
                    return "pay", close
                if role == "principal" and self._split.match(text, found.end):
                    return "split", close
                if role != "aside" and _LET_OFF.match(text, found.end):
                    return "aside", close
                if last.group() in self._instalments and self._is_said_after(text, found, "due"):
                    return "due", close
                if role == "total" and _WAIVED.search(lead):
                    return "aside", close
                fee = role == "aside" and last.group().endswith("费")
                if fee and (self._paid.search(lead) or self._is_said_after(text, found, "pay")):
                    return "pay", close
                return role, close or bool(_SCALED.search(text[found.start : found.end]))
        after = self._find_after.search(text, found.end, found.end + _AFTER_MOST)
        if after and not _has_pause(text[found.end : after.start()]):
            return self._after[after.group()], after.start() - found.end <= 1
        return None, bool(_SCALED.search(text[found.start : found.end])) and _stands_alone(text, found)

    def _is_said_after(self, text: str, found: Sum, role: Role) -> bool:
        after = self._find_after.search(text, found.end, found.end + _AFTER_MOST)
        return (
            after is not None and self._after[after.group()] == role and not _has_pause(text[found.end : after.start()])
        )


def _has_pause(text: str) -> bool:
    return any(pause in text for pause in _PAUSES)


def _stands_alone(text: str, found: Sum) -> bool:
    """Whether the sum is all that its clause says."""
    before, after = text[: found.start].rstrip(), text[found.end :].lstrip()
    return (not before or before[-1] in _PAUSES) and (not after or after[0] in _PAUSES)


def _cut(text: str, found: Sum) -> bool:
    """Whether a bare number is part of a longer word, time or code: a1999, 17:30, 12-04."""
    before, after = text[found.start - 1 : found.start], text[found.end : found.end + 1]
    glued = before.isascii() and (before.isalnum() or before in _GLUE)
    return (bool(before) and glued) or (after.isascii() and bool(after) and (after.isalnum() or after in _GLUE_AFTER))
