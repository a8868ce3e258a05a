"""Whether every kind and signal has its words, and no words are for a kind or signal that doesn't exist."""

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, get_args

from content.references import Fault
from content.schema import LenderKind
from content.schema_reply import PHRASES

if TYPE_CHECKING:
    from content.load import Content


def check_replies(content: "Content", broken: Collection[str], fault: Fault) -> None:
    """Check `replies.yaml` and the scripts against the kinds and signals; `broken` ids are reported already."""
    replies = content.replies
    if not replies.kinds:
        return  # the file itself is at fault, and is reported
    kinds, signals = {kind.id for kind in replies.kinds}, set(content.signals) | set(broken)
    for missing in set(content.signals) - {signal.id for signal in replies.signals}:
        fault("signals", missing, "has no sentence under 'signals' in replies.yaml; write one")
    for collection, id_, named in _signals_named(content):
        if named not in signals:
            fault(collection, id_, f"names the signal '{named}', which does not exist; correct the id")
    for script in content.scripts.values():
        for named in (*script.when.kinds, *script.what_for, *(example.kind for example in script.examples)):
            if named not in kinds:
                fault("scripts", script.id, f"names the kind '{named}', which does not exist; correct the id")
    _check_names(replies.phrases, PHRASES, "phrase", fault)
    _check_names(replies.lender_kinds, get_args(LenderKind), "kind of lender", fault)
    _check_orders(content, fault)


def _signals_named(content: "Content") -> Iterator[tuple[str, str, str]]:
    """(collection, id, signal) of every place that names a signal."""
    for kind in content.replies.kinds:
        yield from (("replies.kinds", kind.id, named) for named in kind.plain)
    for signal in content.replies.signals:
        yield from (("replies.signals", signal.id, named) for named in (signal.id, *signal.unless))
    for script in content.scripts.values():
        examples = (named for example in script.examples for named in example.signals)
        yield from (("scripts", script.id, named) for named in (*script.when.signals, *script.when.without, *examples))


def _check_names(given: Collection[str], wanted: Iterable[str], what: str, fault: Fault) -> None:
    for missing in sorted(set(wanted) - set(given)):
        fault("replies", "", f"the {what} '{missing}' is missing; add it")
    for unknown in sorted(set(given) - set(wanted)):
        fault("replies", "", f"the {what} '{unknown}' is used nowhere; remove it or correct its name")


def _check_orders(content: "Content", fault: Fault) -> None:
    """Orders are unique, and the last script fits everything: there is always one and only one to take."""
    taken: dict[int, str] = {}
    for script in content.scripts.values():
        if script.order in taken:
            fault("scripts", script.id, f"has the order {script.order} of '{taken[script.order]}'; give it another")
        taken[script.order] = script.id
    last = content.scripts[taken[max(taken)]] if taken else None
    if last and last.when != type(last.when)():
        fault("scripts", last.id, "comes last and has to fit everything; empty its 'when'")
