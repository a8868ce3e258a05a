"""Patterns as an editor writes them, taken apart. What a pattern means is said at the top of `schema_signal.py`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

SPANS = frozenset(("days", "limit", "sum", "account", "number", "percent", "clock", "late", "night", "night_stamp"))
"""What a pattern may leave open: a span of time, one of at most a week, a sum, an account's number, a count, a rate, an
hour, an hour after ten at night, a time from 22:00 to 08:00 anywhere, and such a time at the beginning of a line."""
REACH = {1: 8, 2: 20, 3: 40}
"""How many characters a gap of one, two or three signs may hold."""
WAYS_MOST = 40_000
"""A pattern may be laid over a text from one beginning in so many ways: two gaps of forty and one of twenty."""
_PIECE = re.compile(r"\[([^\[\]]*)\]|(…+)|([^\[\]…]+)")
_TOKEN = re.compile(r"\{([a-z_]*)\}|(…+)|([^{}…]+)|([{}])")


@dataclass(frozen=True, slots=True)
class Token:
    """A literal word, or the name of a group or span in braces."""

    text: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Some characters of the same sentence: few (1), many (2) or very many (3)."""

    reach: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several sequences; an empty sequence makes the choice optional."""

    options: tuple[tuple[Token | Gap, ...], ...]


Part = Choice | Gap


@lru_cache(maxsize=8192)
def parse_pattern(written: str) -> tuple[Part, ...]:
    """The parts of a pattern. Raises ValueError, saying what to correct."""
    parts: list[Part] = []
    end = 0
    for piece in _PIECE.finditer(written):
        if piece.start() != end:
            break
        end = piece.end()
        choice, gap, plain = piece.groups()
        if gap:
            parts.append(Gap(min(len(gap), 3)))
        else:
            options = choice.split("|") if choice is not None else [plain]
            parts.append(Choice(tuple(tuple(_tokens(option, written)) for option in options)))
    if end != len(written):
        raise ValueError(f"the pattern {written} has a bracket that isn't closed or stands inside another")
    return tuple(parts)


def named_groups(written: str) -> Iterator[str]:
    """The groups of words that a pattern names; spans are not among them."""
    for part in parse_pattern(written):
        for option in part.options if isinstance(part, Choice) else ():
            for token in option:
                if isinstance(token, Token) and token.named and token.text not in SPANS:
                    yield token.text


def ways(parts: Iterable[Part | Token]) -> int:
    """In how many ways at most the gaps of a pattern can be filled: what trying it in vain may cost."""
    count = 1
    for part in parts:
        if isinstance(part, Gap):
            count *= REACH[part.reach] + 1
        elif isinstance(part, Choice):
            count *= max(1, sum(each for each in map(ways, part.options) if each > 1))
    return count


def _tokens(option: str, written: str) -> Iterator[Token | Gap]:
    for match in _TOKEN.finditer(option):
        name, gap, literal, stray = match.groups()
        if stray or name == "":
            raise ValueError(f"the pattern {written} has a brace that isn't closed or is empty")
        if gap:
            yield Gap(min(len(gap), 3))
        else:
            yield Token(name, named=True) if name else Token(literal)
