"""The rules of the signals, applied to one text: what is asserted counts, what is denied doesn't."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.recognition.patterns import Patterns
from content.schema_signal import Rule, Signal

_SENTENCE = re.compile(r"[^。!?;\n]+")
_CLAUSE_END = frozenset(",。!?;:\n")
_DENIED = re.compile(
    r"(?:不会|不再|并非|并不|并未|没有|没要|从未|从不|尚未|暂未|暂不|目前未|不存在|不予|无需|无须|不需要?|绝不|决不|不是|不属于|"
    r"不涉及|不得|不可能|未将|未曾|不打算|不想|不用|不必|亦未|不等于|不产生|也不|勿|别(?!想|说|后悔|怪|躲|装)|不(?=骂|告|联系|上门))"
    r"([^,。!?;:\n]{0,16})$"
)
_TURNED = re.compile(r"[就则才否已]|还款|还清|归还|结清|处理|付清|(?<!^)[将会]")
"""Between a denial and the words: then the denial belongs to a condition, 未还款就起诉."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired, with its place in the normalised text."""

    signal: str
    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Held:
    """A rule whose words are there but do not count, and why."""

    hit: Hit
    reason: str


class Rules:
    """All rules, built once; `find` is pure."""

    def __init__(self, groups: Mapping[str, Iterable[str]], signals: Iterable[Signal]) -> None:
        rules = [(signal.id, rule) for signal in signals for rule in signal.rules]
        self._find = Patterns(groups, ((text, (signal, rule)) for signal, rule in rules for text in rule.find))
        self._unless = Patterns(groups, ((text, id(rule)) for _, rule in rules for text in rule.unless))

    def find(self, text: str) -> tuple[list[Hit], list[Held]]:
        """What fires, and what is held back."""
        sentences = [match.span() for match in _SENTENCE.finditer(text)]
        excused: dict[int, list[tuple[int, int]]] = {}
        for match in self._unless.find(text):
            excused.setdefault(match.owner, []).append((match.start, match.end))
        hits: list[Hit] = []
        held: list[Held] = []
        for found in self._find.find(text):
            signal, rule = found.owner
            hit = Hit(signal, rule.id, found.start, found.end)
            around = _sentence(sentences, found.start)
            if any(around[0] <= start < around[1] for start, _ in excused.get(id(rule), ())):
                held.append(Held(hit, "unless"))
            elif rule.deniable and denied(text, found.start):
                held.append(Held(hit, "denied"))
            else:
                hits.append(hit)
        return _distinct(hits), held


def denied(text: str, start: int) -> bool:
    """Whether the words that begin at `start` are denied by what stands before them in their clause."""
    begin = max((text.rfind(mark, max(0, start - 40), start) for mark in _CLAUSE_END), default=-1) + 1
    match = _DENIED.search(text[max(begin, start - 40) : start])
    return match is not None and not _TURNED.search(match[1])


def _sentence(sentences: list[tuple[int, int]], place: int) -> tuple[int, int]:
    return next(((start, end) for start, end in sentences if start <= place < end), (place, place + 1))


def _distinct(hits: list[Hit]) -> list[Hit]:
    """One hit for each place and rule, the shortest words that fire it."""
    best: dict[tuple[str, str, int], Hit] = {}
    for hit in hits:
        key = hit.signal, hit.rule, hit.start
        if key not in best or hit.end < best[key].end:
            best[key] = hit
    return sorted(best.values(), key=lambda hit: (hit.start, hit.end))


def marks(patterns: Patterns[str], text: str) -> frozenset[str]:
    """The names of the marks that a text has, those that are denied left out."""
    return frozenset(match.owner for match in patterns.find(text) if not denied(text, match.start))


