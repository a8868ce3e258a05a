"""The report of an evaluation as Markdown: docs/evaluation.md, and the table that the READMEs quote from it."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

from benchmarks import scoring
from benchmarks.evaluation import Evaluation, Scored
from benchmarks.scoring import OTHER, Label, Pair, Table

T = TypeVar("T")
Language = Literal["en", "zh"]
KINDS = (
    "reminder", "credit_notice", "legal_notice", "transfer_notice", "settlement_offer", "visit_notice", "threat",
    "third_party_contact", "scam", OTHER,
)  # fmt: skip
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
CELLS, SIGNALS, EXAMPLES, CUT = 6, 4, 3, 80
"""How many confusions and signals are shown by examples, by how many of each, and where a text is cut."""
_Z = 1.96
_BEGIN, _END = "<!-- evaluation -->", "<!-- /evaluation -->"
MEASURES: dict[str, Callable[[Sequence[Pair]], float]] = {
    "kind_accuracy": lambda pairs: scoring.share(pairs, scoring.right_kind),
    "kind_macro_f1": lambda pairs: scoring.macro_f1(scoring.kinds(pairs)),
    "signal_macro_f1": lambda pairs: scoring.macro_f1(scoring.signals(pairs)),
    "signal_micro_f1": lambda pairs: scoring.micro_f1(scoring.signals(pairs)),
    "signals_exact": lambda pairs: scoring.share(pairs, scoring.exact_signals),
    "harmless_alarmed": scoring.false_alarms,
    "harmless_called_collection": scoring.harmless_called_collection,
    "collection_called_harmless": scoring.collection_called_harmless,
    "field_micro_f1": lambda pairs: scoring.micro_f1(scoring.fields(pairs)),
}
"""The measures of the data card."""
_WORDY = ("set", "where", "what", "mistake", "aim", "group", "kind", "signal", "field")
"""Heads of columns that hold words."""
_AT_MOST = ("harmless_alarmed", "harmless_called_collection", "collection_called_harmless")


def page(evaluation: Evaluation) -> str:
    """The whole report."""
    parts = [_head(), *_headline(evaluation), *_not_good(evaluation), *_data_card(evaluation)]
    parts += _each(evaluation, "Kinds", _kinds)
    parts += _each(evaluation, "Signals", _signals)
    parts += _each(evaluation, "Fields", _fields)
    parts += _each(evaluation, "Groups", _groups)
    parts += _each(evaluation, "Saying “说不准”: how sure is sure", _abstention, before=_ABSTENTION)
    parts += _routing(evaluation)
    parts += _each(evaluation, "Known failures", _failures, before=_FAILURES)
    return "\n\n".join(part for part in parts if part) + "\n"


def quote(evaluation: Evaluation, language: Language) -> str:
    """The measures of the held-out sets that a README quotes, as a table."""
    sets = [each for each in evaluation.sets if not each.card.folds]
    measures = [each for each in evaluation.card.measures if each.quoted]
    titles = [each.card.title if language == "en" else each.card.title_zh for each in sets]
    rows = [
        [measure.name if language == "en" else measure.name_zh, *(_figure(each.beside, measure.id) for each in sets)]
        for measure in measures
    ]
    return _table(["", *titles], rows)


def put(readme: str, table: str) -> str:
    """A README with this table between its marks."""
    marked = re.compile(f"{_BEGIN}.*?{_END}", re.DOTALL)
    if not marked.search(readme):
        raise ValueError(f"the README has no place for the figures; write {_BEGIN} and {_END} where they belong")
    return marked.sub(lambda _: f"{_BEGIN}\n{table}\n{_END}", readme)


# --- the parts


def _head() -> str:
    return (
        "# How well messages are read\n\n"
        "Written by `make evaluate` from the labelled sets; don't edit it. What the labels mean, and by which rules "
        "they were given, is in [labels.md](labels.md). Shares and F1 run from 0 to 1."
    )


def _headline(evaluation: Evaluation) -> Iterator[str]:
    measures, titles = evaluation.card.measures, [each.card.title for each in evaluation.sets]
    yield "## In short"
    yield "As shipped, the rules with the learnt model beside them:"
    yield _table(["", *titles], [[m.name, *(_figure(s.beside, m.id) for s in evaluation.sets)] for m in measures])
    yield "The rules alone:"
    yield _table(["", *titles], [[m.name, *(_figure(s.alone, m.id) for s in evaluation.sets)] for m in measures])
    for each in (each for each in evaluation.sets if each.seen):
        yield f"What it costs the model not to have seen a message before ({each.card.title}):"
        rows = [[m.name, _figure(each.seen, m.id), _figure(each.beside, m.id)] for m in measures]
        yield _table(["", "seen in training", "left out"], rows)


def _not_good(evaluation: Evaluation) -> Iterator[str]:
    yield "## What is not good yet"
    rows = [row for each in evaluation.sets for row in _short_of(evaluation, each)]
    routing = evaluation.routing
    for name, astray, of in (
        ("collection message not taken for a message", routing.sent_astray, routing.sent),
        ("user's own words taken for a message", routing.own_astray, routing.own),
    ):
        aim = evaluation.card.aims["routing_error"]
        if scoring.ratio(astray, of) > aim:
            rows.append(["held out", name, _number(scoring.ratio(astray, of)), f"at most {aim}"])
    least = evaluation.card.least_support
    yield f"All that falls short of what was aimed at; classes with under {least} cases are not judged."
    yield _table(["set", "what", "figure", "aim"], rows) if rows else "Nothing falls short."


def _short_of(evaluation: Evaluation, scored: Scored) -> Iterator[list[str]]:
    aims, title = evaluation.card.aims, scored.card.title
    for measure in evaluation.card.measures:
        if (aim := aims.get(measure.id)) is None:
            continue
        figure, most = MEASURES[measure.id](scored.beside), measure.id in _AT_MOST
        if (figure > aim) if most else (figure < aim):
            yield [title, measure.name, _number(figure), f"at {'most' if most else 'least'} {aim}"]
    for what, table, aim in (
        ("kind", scoring.kinds(scored.beside), aims["class_f1"]),
        ("signal", scoring.signals(scored.beside), aims["class_f1"]),
        ("field", scoring.fields(scored.beside), aims["field_f1"]),
    ):
        for name, counts in sorted(table.items(), key=lambda item: (item[1].f1, item[0])):
            if counts.support >= evaluation.card.least_support and counts.f1 < aim:
                yield [title, f"{what} `{name}`, F1 of {counts.support}", _number(counts.f1), f"at least {aim}"]
    for group, inside, outside in _by_group(scored):
        gap = MEASURES["kind_accuracy"](outside) - MEASURES["kind_accuracy"](inside)
        if len(inside) >= evaluation.card.least_support and gap > aims["group_gap"]:
            what = f"group `{group}`, kind right in less than elsewhere by"
            yield [title, what, _number(gap), f"at most {aims['group_gap']}"]


def _data_card(evaluation: Evaluation) -> Iterator[str]:
    yield "## The sets"
    rows = []
    for each in evaluation.sets:
        labels = [label for label, _ in each.beside]
        right = MEASURES["kind_accuracy"](each.beside)
        chance = _Z * math.sqrt(right * (1 - right) / len(labels)) if labels else 0.0
        fields = sum(bool(label.fields) for label in labels)
        harmless = sum(label.kind == OTHER for label in labels)
        counts = [str(len(labels)), str(harmless), str(sum(len(label.signals) for label in labels)), str(fields)]
        rows.append([f"**{each.card.title}**", f"`{each.card.messages.as_posix()}`", *counts, f"±{chance:.3f}"])
    heads = [
        "set",
        "where",
        "messages",
        "of these harmless",
        "signals",
        "with fields",
        "chance alone moves “kind right” by",
    ]
    yield _table(heads, rows)
    yield "\n".join(f"- **{each.card.title}**: {each.card.about.strip()}" for each in evaluation.sets)
    yield (
        "Labelled by the writers by the rules of [labels.md](labels.md), and read over against them. All messages are "
        f"taken to have come on {evaluation.card.day}. A field counts as right where a sum agrees to the cent, a name "
        "in its short or full form, a list as a whole; a wrong value counts as missed and as extra."
    )
    yield "Known biases:"
    yield "\n".join(f"- {bias}" for bias in evaluation.card.biases)


def _each(
    evaluation: Evaluation, title: str, part: Callable[[Scored], Iterable[str]], before: str = ""
) -> Iterator[str]:
    """One part of the report for each set of which it has something to say."""
    told = [(each.card.title, list(part(each))) for each in evaluation.sets]
    if any(lines for _, lines in told):
        yield f"## {title}"
        yield before
        for name, lines in told:
            if lines:
                yield f"### {title.partition(':')[0]}: {name}"
                yield from lines


def _kinds(scored: Scored) -> Iterator[str]:
    yield _scores(scoring.kinds(scored.beside), scoring.kinds(scored.alone), "kind")
    cells, seen = scoring.confusion(scored.beside), scoring.kinds(scored.beside)
    names = [*(kind for kind in KINDS if kind in seen), *sorted(set(seen) - set(KINDS))]
    yield "Labelled (row) and read as (column):"
    rows = [[f"`{kind}`", *(str(cells[kind, read] or "·") for read in names)] for kind in names]
    yield _table(["", *(f"`{name}`" for name in names)], rows)


def _signals(scored: Scored) -> Iterator[str]:
    yield _scores(scoring.signals(scored.beside), scoring.signals(scored.alone), "signal")


def _fields(scored: Scored) -> Iterator[str]:
    if any(label.fields for label, _ in scored.beside):
        yield _scores(scoring.fields(scored.beside), scoring.fields(scored.alone), "field")


def _groups(scored: Scored) -> Iterator[str]:
    rows = []
    for group, inside, outside in _by_group(scored):
        figures = [
            _figure(pairs, measure)
            for measure in ("kind_accuracy", "signal_micro_f1", "signals_exact")
            for pairs in (inside, outside)
        ]
        rows.append([f"`{group}`", str(len(inside)), *figures])
    if rows:
        yield "Each group, and all messages that are not in it:"
        heads = ["group", "messages", "kind right", "elsewhere", "signals, micro-F1", "elsewhere"]
        yield _table([*heads, "all signals right", "elsewhere"], rows)


def _by_group(scored: Scored) -> Iterator[tuple[str, list[Pair], list[Pair]]]:
    """(group, its messages, all others) of a set whose messages have groups."""
    for group in sorted({label.group for label, _ in scored.beside if label.group}):
        inside = [pair for pair in scored.beside if pair[0].group == group]
        outside = [pair for pair in scored.beside if pair[0].group != group]
        if outside:
            yield group, inside, outside


_ABSTENTION = (
    "If no kind were given whose probability in the model is below a threshold: of how many messages would something "
    "still be said, how often would it be right, and which share of the mistakes would remain."
)


def _abstention(scored: Scored) -> Iterator[str]:
    rows = [
        [f"{at.threshold:.2f}", _number(at.answered), _number(at.right), _number(at.mistakes_left)]
        for at in scoring.abstention(scored.beside, THRESHOLDS)
    ]
    yield _table(["threshold", "answered", "kind right", "mistakes left"], rows)


def _routing(evaluation: Evaluation) -> Iterator[str]:
    routing = evaluation.routing
    yield "## Message or question"
    yield (
        "Typed or pasted text is first taken for a message, a question, or neither. Measured on the collection "
        "messages of the held-out sets, and on users' own words of `tests/voices_unseen.yaml`, from which nothing was "
        "trained."
    )
    rows = [
        [what, str(of), mistake, str(astray), _number(scoring.ratio(astray, of))]
        for what, of, mistake, astray in (
            ("collection messages", routing.sent, "not taken for a message", routing.sent_astray),
            ("users' own words", routing.own, "taken for a message", routing.own_astray),
        )
    ]
    yield _table(["what", "texts", "mistake", "times", "share"], rows)


_FAILURES = (
    f"The {CELLS} largest confusions of kinds and the {SIGNALS} signals missed most and found wrongly most, each by "
    f"its first {EXAMPLES} messages in the order of the set, cut after {CUT} characters. Whoever writes rules should "
    "not read on: a rule made for one of these texts would make the next measurement worthless."
)


def _failures(scored: Scored) -> Iterator[str]:
    cells = {cell: count for cell, count in scoring.confusion(scored.beside).items() if cell[0] != cell[1]}
    for (labelled, read), count in _largest(cells, CELLS):
        texts = [label for label, answer in scored.beside if (label.kind, answer.kind) == (labelled, read)]
        yield _examples(f"`{labelled}` read as `{read}`: {count}", texts)
    table = scoring.signals(scored.beside)
    for what, counted in (("missed", "missed"), ("found wrongly", "extra")):
        for signal, count in _largest({name: getattr(c, counted) for name, c in table.items()}, SIGNALS):
            texts = [
                label
                for label, answer in scored.beside
                if (signal in label.signals) is (what == "missed") and (signal in answer.signals) is (what != "missed")
            ]
            yield _examples(f"`{signal}` {what}: {count}", texts)


def _largest(counted: Mapping[T, int], most: int) -> list[tuple[T, int]]:
    """The largest counts, equal ones by name."""
    ordered = sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))
    return [item for item in ordered[:most] if item[1]]


def _examples(head: str, labels: Sequence[Label]) -> str:
    lines = [f"  - {label.id}: `{_cut(label.text)}`" for label in labels[:EXAMPLES]]
    return "\n".join([f"- {head}", *lines])


# --- figures and tables


def _scores(beside: Table, alone: Table, what: str) -> str:
    """Precision, recall and F1 of each class as shipped, and the F1 of the rules alone."""
    rows = []
    for name in sorted({*beside, *alone}, key=lambda name: (-beside.get(name, scoring.Counts()).support, name)):
        counts, by_rules = beside.get(name, scoring.Counts()), alone.get(name, scoring.Counts())
        figures = map(_number, (counts.precision, counts.recall, counts.f1, by_rules.f1))
        rows.append([f"`{name}`", str(counts.support), *figures])
    return _table([what, "cases", "precision", "recall", "F1", "F1 of the rules alone"], rows)


def _figure(pairs: Sequence[Pair], measure: str) -> str:
    """A measure as it is shown; a dash where nothing was labelled that it could measure."""
    labelled = {
        "signal_macro_f1": any(label.signals for label, _ in pairs),
        "signal_micro_f1": any(label.signals for label, _ in pairs),
        "field_micro_f1": any(label.fields for label, _ in pairs),
    }
    return _number(MEASURES[measure](pairs)) if labelled.get(measure, True) else "–"


def _number(value: float) -> str:
    return f"{value:.3f}"


def _cut(text: str) -> str:
    """A text on one line, as code."""
    line = " ".join(text.replace("`", "'").split())
    return line if len(line) <= CUT else line[:CUT] + "…"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    ruled = ["---" if head in ("", *_WORDY) else "---:" for head in heads]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ruled, *rows))
