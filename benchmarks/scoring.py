"""Compares readings with labels: counts, and what is computed from them. Pure; knows no recogniser.

F1 of a class is 2·TP / (2·TP + FP + FN). A macro average is over the classes that the labels have at least once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

OTHER = "other"
NUMBERS = frozenset(("amount_cny", "principal_cny", "overdue_days"))
LISTS = frozenset(("phones", "links"))
NAMES = frozenset(("lender", "collector"))
_CENT = 0.005


@dataclass(frozen=True, slots=True)
class Label:
    """A message as people labelled it. `fields` is None where its set has none; `group` says what sort it is."""

    id: str
    text: str
    kind: str
    signals: frozenset[str] = frozenset()
    fields: Mapping[str, object] | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The same as it was read. `confidence`: how probable the kind is held to be; None where nothing says."""

    kind: str
    signals: frozenset[str] = frozenset()
    fields: Mapping[str, object] = field(default_factory=dict)
    confidence: float | None = None


Pair = tuple[Label, Answer]


@dataclass(frozen=True, slots=True)
class Counts:
    """How often a class was found rightly, found wrongly, and missed."""

    true: int = 0
    extra: int = 0
    missed: int = 0

    @property
    def support(self) -> int:
        return self.true + self.missed

    @property
    def precision(self) -> float:
        return ratio(self.true, self.true + self.extra)

    @property
    def recall(self) -> float:
        return ratio(self.true, self.support)

    @property
    def f1(self) -> float:
        return ratio(2 * self.true, 2 * self.true + self.extra + self.missed)


Table = Mapping[str, Counts]


def ratio(part: int, whole: int) -> float:
    """A share; 0 of nothing."""
    return part / whole if whole else 0.0


def share(pairs: Iterable[Pair], holds: Callable[[Label, Answer], bool]) -> float:
    """The share of the pairs of which something holds."""
    held = [holds(label, answer) for label, answer in pairs]
    return ratio(sum(held), len(held))


# --- kinds


def right_kind(label: Label, answer: Answer) -> bool:
    return label.kind == answer.kind


def kinds(pairs: Sequence[Pair]) -> Table:
    """Each kind that was labelled or read."""
    return _table(({label.kind}, {answer.kind}) for label, answer in pairs)


def confusion(pairs: Iterable[Pair]) -> Counter[tuple[str, str]]:
    """How often a kind (first) was read as a kind (second)."""
    return Counter((label.kind, answer.kind) for label, answer in pairs)


def harmless_called_collection(pairs: Iterable[Pair]) -> float:
    """Of the messages that are no collection, the share that is taken for it."""
    return share(((label, answer) for label, answer in pairs if label.kind == OTHER), lambda _, a: a.kind != OTHER)


def collection_called_harmless(pairs: Iterable[Pair]) -> float:
    """Of the collection messages, the share that is taken for harmless."""
    return share(((label, answer) for label, answer in pairs if label.kind != OTHER), lambda _, a: a.kind == OTHER)


@dataclass(frozen=True, slots=True)
class Abstaining:
    """What comes of saying nothing of a kind held less probable than `threshold`."""

    threshold: float
    answered: float
    """The share of messages of which something is still said."""
    right: float
    """The share of right kinds among these."""
    mistakes_left: float
    """Of all mistakes, the share that is still made."""


def abstention(pairs: Sequence[Pair], thresholds: Iterable[float]) -> list[Abstaining]:
    """The curve. A kind of which nothing says how probable it is counts as not probable at all."""
    wrong = sum(not right_kind(*pair) for pair in pairs)
    curve = []
    for threshold in thresholds:
        said = [pair for pair in pairs if (pair[1].confidence or 0.0) >= threshold]
        still = sum(not right_kind(*pair) for pair in said)
        curve.append(Abstaining(threshold, ratio(len(said), len(pairs)), share(said, right_kind), ratio(still, wrong)))
    return curve


# --- signals


def exact_signals(label: Label, answer: Answer) -> bool:
    return label.signals == answer.signals


def signals(pairs: Iterable[Pair]) -> Table:
    """Each signal that was labelled or read."""
    return _table((label.signals, answer.signals) for label, answer in pairs)


def false_alarms(pairs: Iterable[Pair]) -> float:
    """Of the messages that are no collection, the share in which some signal is found."""
    harmless = ((label, answer) for label, answer in pairs if label.kind == OTHER)
    return share(harmless, lambda label, answer: bool(answer.signals - label.signals))


# --- fields


def fields(pairs: Iterable[Pair]) -> Table:
    """Each field; a wrong value is both extra and missed."""
    true, extra, missed = Counter[str](), Counter[str](), Counter[str]()
    for label, answer in pairs:
        labelled = label.fields or {}
        for name in {*labelled, *answer.fields}:
            value, read = labelled.get(name), answer.fields.get(name)
            hit = value is not None and read is not None and same(name, value, read)
            true[name] += hit
            extra[name] += read is not None and not hit
            missed[name] += value is not None and not hit
    return {name: Counts(true[name], extra[name], missed[name]) for name in sorted({*true, *extra, *missed})}


def same(name: str, value: object, read: object) -> bool:
    """Whether a value was read rightly: sums to the cent, names as written or in a longer or shorter form of them."""
    if name in NUMBERS:
        return abs(float(str(value)) - float(str(read))) < _CENT
    if name in LISTS:
        return isinstance(value, Sequence) and isinstance(read, Sequence) and sorted(value) == sorted(read)
    one, other = ("".join(str(each).split()) for each in (value, read))
    if name in NAMES:
        return min(len(one), len(other)) > 1 and (one in other or other in one)
    return one == other


# --- averages


def macro_f1(table: Table) -> float:
    """The mean F1 of the classes that were labelled."""
    scores = [counts.f1 for counts in table.values() if counts.support]
    return sum(scores) / len(scores) if scores else 0.0


def micro_f1(table: Table) -> float:
    """The F1 of all cases together, whatever their class."""
    whole = Counts(*(sum(getattr(counts, name) for counts in table.values()) for name in ("true", "extra", "missed")))
    return whole.f1


def _table(cases: Iterable[tuple[Iterable[str], Iterable[str]]]) -> Table:
    true, extra, missed = Counter[str](), Counter[str](), Counter[str]()
    for labelled, read in cases:
        there, found = set(labelled), set(read)
        true.update(there & found)
        extra.update(found - there)
        missed.update(there - found)
    return {name: Counts(true[name], extra[name], missed[name]) for name in sorted({*true, *extra, *missed})}
