"""Whether the rules of recognition fit together: groups, signals and marks that are named exist."""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from content.patterns import named_groups

if TYPE_CHECKING:
    from content.load import Content

Fault = Callable[[str, str, str, str], None]
"""Called with file, id, the text in the file, and the message."""
KINDS, ROUTE = "kinds.yaml", "route.yaml"
GIVEN = frozenset(("named", "own_words"))
"""Facts that the program adds: a lender or collector is named; the user himself is speaking."""


def check_signals(content: "Content", broken: Collection[str], fault: Fault) -> None:
    """Check patterns, steps and examples; `broken` ids are reported already."""
    known = set(content.vocabulary) | set(broken)
    used: set[str] = set()
    for file, id_, written in _patterns(content):
        for group in named_groups(written):
            used.add(group)
            if content.vocabulary and group not in known:  # without any, the file itself is at fault, and is reported
                fault(file, id_, written, f"names the group '{group}', which vocabulary.yaml lacks; add or correct it")
    complete = content.kinds and content.route and not broken
    for id_ in sorted(set(content.vocabulary) - used) if complete else ():
        fault("vocabulary.yaml", id_, id_, "no pattern names this group; use it or remove it")
    signals = set(content.signals) | set(broken)
    for signal in content.signals.values():
        for rule in signal.rules:
            for named in rule.yields_to:
                if named not in signals:
                    message = f"yields to the signal '{named}', which does not exist; correct the id"
                    fault(f"signals/{signal.id}.yaml", signal.id, named, message)
    _check_steps(content, signals, fault)


def _check_steps(content: "Content", signals: Collection[str], fault: Fault) -> None:
    if content.kinds is None or not content.replies.kinds:
        return  # the file itself is at fault, and is reported
    kinds = {kind.id for kind in content.replies.kinds}
    marks = {rule.id for rule in content.kinds.marks}
    rules = {rule.id for signal in content.signals.values() for rule in signal.rules}
    tested = set(content.kinds.nameless_unless)
    for step in content.kinds.steps:
        tested.update((*step.all, *step.any, *step.none))
        if step.kind not in kinds:
            fault(KINDS, step.id, step.id, f"gives the kind '{step.kind}', which does not exist; correct the id")
        for named in (*step.all, *step.any, *step.none):
            if named not in marks | rules | GIVEN and named not in signals:
                fault(
                    KINDS,
                    step.id,
                    step.id,
                    f"asks for '{named}', which is no signal, no rule and no mark; correct the id",
                )
    for mark in sorted(marks - tested):
        fault(KINDS, mark, mark, "no step asks for this mark; use it or remove it")
    for kind in sorted(set(content.kinds.examples) - kinds):
        fault(KINDS, kind, kind, "has examples, but is no kind; correct the id")
    last = content.kinds.steps[-1]
    if last.all or last.any or last.none:
        fault(KINDS, last.id, last.id, "comes last and has to hold always; remove its conditions")


def _patterns(content: "Content") -> Iterator[tuple[str, str, str]]:
    """(file, id, pattern) of every pattern."""
    for signal in content.signals.values():
        for rule in signal.rules:
            yield from ((f"signals/{signal.id}.yaml", signal.id, each) for each in (*rule.find, *rule.unless))
    if content.kinds:
        for rule in content.kinds.marks:
            yield from ((KINDS, rule.id, each) for each in (*rule.find, *rule.unless))
    if content.route:
        for cue in content.route.cues:
            yield from ((ROUTE, cue.id, each) for each in (*cue.find, *cue.unless))
