"""The rules of the signals, applied to one text: what is asserted counts, what is denied doesn't."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bot.recognition.patterns import Patterns, Search
from content.schema_signal import Rule, Signal

Span = tuple[int, int]
_Owner = tuple[str, Rule, str]
"""What a rule shows, the rule, and its pattern as content writes it."""
_POLITE = str.maketrans("您", "你")
"""Both say you: what is said to somebody is the same, however politely."""
_STOP = re.compile(r"[。!?;\n]")
_EXCUSE_REACH = 30
_DENIAL_REACH = 40
_CLAUSE_END = re.compile(r".*[,。!?;:\n]", re.DOTALL)
_DENIAL = re.compile("[不非未无没杜严拒勿别]")
"""No denial is without one of these."""
_DENIED = re.compile(
    r".*(?:(?:不会(?!不)|不再|并非|并不|绝不|决不|从未|从不|从来不|从来没|不得(?!不)|不存在|不予|无需|无须|不需要?|不涉及|不属于|不构成|"
    r"不采取|不采用|不进行|不打算|不可能|不能够|尚未|暂未|暂不|目前未|并未|亦未|未曾|未将|没有(?!人|从)|杜绝|严禁|拒绝|不是(?!不)|不等于|"
    r"不产生|也不|切勿|请勿|不用(?!等|想)|不必|(?<!要)不要(?!逼|等|以为|怪|后悔|怨|让)|不允许|没说|没要|没打算|别担心|不支持)"
    r"([^,。!?;:\n]{0,22})"
    r"|(?<!再)(?<!要)(?<!还)(?<!舍)(?<!得)(?<!可)(?<!就)(?:不(?!排除|得不|管|信|服|够|然|到|良|上)|未|没|勿)([^,。!?;:\n]?|联系|告知|通知|影响|涉及|打扰|骚扰|安排|委托|存在|采取))$"
)
"""The last denial before the words decides."""
_ASKED = re.compile(r"(.)不\1")
"""带不带, 能不能: asks, and denies nothing."""
_TURNED = re.compile(
    r"[就则才否已回见]|还(?!款通知|款提醒|款计划)|接(?![到手管受收触])|归还|结清|处理|付清|配合|履行|解决|(?<!^)[将会]|直接|马上|立即|只能|余地|诚意|排除|仅|光(?!大)|只是|而是"
)
"""Between a denial and the words: then the denial belongs to a condition, 未还款就起诉."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fired, with its place in the normalised text."""

    signal: str
    rule: str
    start: int
    end: int
    pattern: str = ""
    """The pattern that found it, as content writes it; empty where none did."""

    def moved(self, by: int) -> "Hit":
        """The same, counted from another beginning."""
        return replace(self, start=self.start + by, end=self.end + by) if by else self


@dataclass(frozen=True, slots=True)
class Held:
    """A rule whose words are there but do not count, and why."""

    hit: Hit
    reason: Literal["unless", "not_in", "denied", "yields"]
    by: Hit | None = None
    """What holds it back: the excuse, the longer expression, or the finding of another signal."""

    def moved(self, by: int) -> "Held":
        """The same, counted from another beginning."""
        return replace(self, hit=self.hit.moved(by), by=self.by and self.by.moved(by)) if by else self


class RuleFinder:
    """Rules with the name of what they show, built once; `find` is pure."""

    def __init__(
        self, groups: Mapping[str, Iterable[str]], rules: Iterable[tuple[str, Rule]], *, whole: bool = False
    ) -> None:
        """`whole`: an `unless` counts wherever it stands in the text."""
        self._whole = whole
        owned = list(rules)
        written = [(text, (owner, rule, text)) for owner, rule in owned for text in rule.find]
        self._find = (1 << len(written)) - 1
        self._unless: dict[int, int] = {}
        self._not_in: dict[int, int] = {}
        for _, rule in owned:
            for kept, texts in ((self._unless, rule.unless), (self._not_in, rule.not_in)):
                kept[id(rule)] = (1 << len(written) + len(texts)) - (1 << len(written))
                written += [(text, ("", rule, text)) for text in texts]
        self._patterns = Patterns(
            {group: [word.translate(_POLITE) for word in words] for group, words in groups.items()},
            [(text.translate(_POLITE), owned_by) for text, owned_by in written],
        )

    def find(self, text: str) -> tuple[list[Hit], list[Held]]:
        """What fires, and what is held back."""
        text = text.translate(_POLITE)
        search = self._patterns.search(text)
        excuses = _Places(search, self._unless)
        others = _Places(search, self._not_in)
        hits: list[tuple[Hit, Rule]] = []
        held: list[Held] = []
        for found in search.matches(self._find):
            signal, rule, pattern = found.owner
            hit = Hit(signal, rule.id, found.start, found.end, pattern)
            excused = (span for span in excuses.of(rule) if self._whole or _excuses(text, span, hit))
            longer = ((start, end) for start, end in others.of(rule) if start < hit.end and hit.start < end)
            if span := next(excused, None):
                held.append(Held(hit, "unless", Hit(signal, rule.id, *span)))
            elif span := next(longer, None):
                held.append(Held(hit, "not_in", Hit(signal, rule.id, *span)))
            elif rule.deniable and (
                denied(text, found.start) or any(denied(text, *gap) for gap in _closed(found.gaps))
            ):
                held.append(Held(hit, "denied"))
            else:
                hits.append((hit, rule))
        kept, yielding = _without_yielding(hits)
        return _distinct(kept), [*held, *yielding]


class Rules(RuleFinder):
    """The rules of all signals."""

    def __init__(self, groups: Mapping[str, Iterable[str]], signals: Iterable[Signal]) -> None:
        super().__init__(groups, [(signal.id, rule) for signal in signals for rule in signal.rules])


def denied(text: str, start: int, end: int | None = None) -> bool:
    """Whether what begins at `start` is denied by what stands before it in its clause; with `end`, whether what begins
    at `end` is denied by what stands between."""
    since, end = (start - _DENIAL_REACH, start) if end is None else (start - 1, end)
    since = max(since, 0)
    clause_end = _CLAUSE_END.match(text, since, end)
    begin = clause_end.end() if clause_end else since
    if not _DENIAL.search(text, begin, end):
        return False
    match = _DENIED.match(_ASKED.sub("", text[begin:end]))
    return match is not None and not _TURNED.search(match[1] or match[2] or "")


def _closed(gaps: Iterable[Span]) -> Iterator[Span]:
    """The gaps that hold something."""
    return (gap for gap in gaps if gap[1] > gap[0] >= 0)


class _Places:
    """Where some patterns of each rule stand in one text; looked for when a rule first asks."""

    def __init__(self, search: Search[_Owner], patterns: Mapping[int, int]) -> None:
        self._search, self._patterns = search, patterns
        self._found: dict[int, list[Span]] = {}

    def of(self, rule: Rule) -> list[Span]:
        if id(rule) not in self._found:
            matches = self._search.matches(self._patterns[id(rule)])
            self._found[id(rule)] = [(match.start, match.end) for match in matches]
        return self._found[id(rule)]


def _excuses(text: str, excuse: Span, hit: Hit) -> bool:
    """Whether an `unless` stands in the same sentence as a hit, and near it."""
    if max(excuse[0] - hit.end, hit.start - excuse[1]) > _EXCUSE_REACH:
        return False
    return not _STOP.search(text, min(excuse[1], hit.end), max(excuse[0], hit.start))


def _without_yielding(hits: list[tuple[Hit, Rule]]) -> tuple[list[Hit], list[Held]]:
    """The hits, and those whose words another signal has claimed."""
    kept, yielding = [], []
    for hit, rule in hits:
        rivals = (other for other, _ in hits if other.signal in rule.yields_to)
        rival = next((other for other in rivals if other.start < hit.end and hit.start < other.end), None)
        if rival is None:
            kept.append(hit)
        else:
            yielding.append(Held(hit, "yields", rival))
    return kept, yielding


def _distinct(hits: list[Hit]) -> list[Hit]:
    """Hits of one rule don't overlap; the first and shortest stays."""
    kept: list[Hit] = []
    ends: dict[tuple[str, str], int] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start, hit.end)):
        if hit.start >= ends.get((hit.signal, hit.rule), 0):
            ends[hit.signal, hit.rule] = hit.end
            kept.append(hit)
    return kept
