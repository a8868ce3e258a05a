"""Whether entries that name each other fit together: nothing named is missing, unchecked or out of its time."""

from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from content.schema import Provision, Rank

if TYPE_CHECKING:
    from content.load import Content

Fault = Callable[[str, str, str], None]
"""Called with collection, id and message."""


def check_law(content: "Content", broken: Collection[str], fault: Fault) -> None:
    """Check provisions, their versions, and everything that cites them; `broken` ids are reported already."""
    for provision in content.provisions.values():
        _check_name(content, provision, fault)
        _check_versions(content, provision, broken, fault)
    for collection, id_, named, shown in cited_provisions(content):
        if named not in broken:
            _check_cited(content, collection, id_, named, shown, fault)
    _check_citing(content, broken, fault)
    _check_facts(content, fault)
    for rank in Rank:
        if rank not in content.ranks:
            fault("ranks", "", f"rank '{rank}' has no entry; add one with its name and force")


def _check_name(content: "Content", provision: Provision, fault: Fault) -> None:
    stem = PurePosixPath(content.places[("provisions", provision.id)][0]).stem
    if provision.id != stem and not provision.id.startswith(f"{stem}-"):
        fault("provisions", provision.id, f"the id has to begin with '{stem}-', the name of its file")


def _check_versions(content: "Content", provision: Provision, broken: Collection[str], fault: Fault) -> None:
    """`supersedes` and `superseded_by` point at each other, without circle, gap or overlap."""
    for other_id, back in ((provision.supersedes, "superseded_by"), (provision.superseded_by, "supersedes")):
        if other_id is None or other_id in broken:
            continue
        other = content.provisions.get(other_id)
        if other is None:
            fault("provisions", provision.id, f"names '{other_id}', which does not exist; add it or correct the id")
        elif getattr(other, back) != provision.id:
            fault("provisions", provision.id, f"names '{other_id}', which does not name it back under '{back}'")
    if _runs_in_a_circle(content, provision):
        fault("provisions", provision.id, "is superseded by itself in the end; break the circle of 'superseded_by'")
        return
    newer = content.provisions.get(provision.superseded_by or "")
    if newer is None:
        return
    if provision.effective_to is None:
        fault("provisions", provision.id, f"is superseded by '{newer.id}' and needs 'effective_to', the day before")
    elif (day := provision.effective_to + timedelta(days=1)) != newer.effective_from:
        wrong = "a gap" if day < newer.effective_from else "an overlap"
        fault(
            "provisions",
            provision.id,
            f"ends on {provision.effective_to} and '{newer.id}' begins on {newer.effective_from}: {wrong}; "
            "the new version begins the day after the old one ends",
        )


def _runs_in_a_circle(content: "Content", provision: Provision) -> bool:
    seen = {provision.id}
    newer = content.provisions.get(provision.superseded_by or "")
    while newer is not None and newer.id not in seen:
        seen.add(newer.id)
        newer = content.provisions.get(newer.superseded_by or "")
    return newer is not None and newer.id == provision.id


def cited_provisions(content: "Content") -> Iterator[tuple[str, str, str, bool]]:
    """(collection, id, provision, shown) of every place that names a provision; `shown` ones need a clause."""
    for signal in content.signals.values():
        yield from (("signals", signal.id, named, False) for named in signal.provisions)
    for citing in content.citing.signals:
        own = dict(citing.own_clauses)
        for named in (*(lead.provision for lead in citing.lead), *citing.otherwise, *own):
            yield "citations.signals", citing.id, named, named not in own
    if content.citing.always:
        yield "citations", "", content.citing.always, True
    yield from (("citations", "", named, False) for named in content.citing.new_contracts)
    for kind in content.replies.kinds:
        yield from (("replies.kinds", kind.id, named, True) for named in kind.provisions)
    for reply in content.replies.signals:
        if reply.norm:
            yield "replies.signals", reply.id, reply.norm.provision, False
    for script in content.scripts.values():
        yield from (("scripts", script.id, named, True) for named in script.provisions)
    for answer in content.answers.values():
        shown = (*answer.provisions, *(named for each in answer.particulars for named in each.provisions))
        yield from (("answers", answer.id, named, True) for named in shown)
    for fact in content.facts.values():
        yield from (("facts", fact.id, value.provision, False) for value in fact.values if value.provision)


def _check_cited(content: "Content", collection: str, id_: str, named: str, shown: bool, fault: Fault) -> None:
    provision = content.provisions.get(named)
    if provision is None:
        fault(collection, id_, f"names the provision '{named}', which does not exist; add it or correct the id")
    elif provision.verified == "unverified":
        fault(collection, id_, f"names the provision '{named}', which is unverified; verify it or take another")
    elif shown and provision.decisive is None:
        fault(collection, id_, f"names the provision '{named}', which has no 'decisive' clause to show; give it one")


def _check_citing(content: "Content", broken: Collection[str], fault: Fault) -> None:
    for citing in content.citing.signals:
        if citing.id not in content.signals and citing.id not in broken:
            fault("citations.signals", citing.id, "is no signal; correct the id or add signals/<id>.yaml")
        for id_, clause in citing.own_clauses:
            provision = content.provisions.get(id_)
            if provision and clause not in provision.text:
                fault("citations.signals", citing.id, f"the clause of '{id_}' is no literal part of its text; copy it")
    always = content.provisions.get(content.citing.always)
    if always and ("anyone" not in always.binds or always.product or always.effective_to):
        fault("citations", "", f"'always: {always.id}' has to bind anyone, every product, and be in force")


def _check_facts(content: "Content", fault: Fault) -> None:
    for fact in content.facts.values():
        for value in fact.values:
            provision = content.provisions.get(value.provision or "")
            if provision and value.value is not None and not provision.in_force_on(value.from_):
                fault(
                    "facts",
                    fact.id,
                    f"the value from {value.from_} rests on '{provision.id}', which is not in force on that day; "
                    "correct the day or name the version that was",
                )
        for example in fact.examples:
            found = fact.miss(example)
            if found is not None:
                fault("facts", fact.id, f"the example on {example.on} expects {example.expect}, but it is {found}")
