"""Whether the list of lenders fits together: every source exists, every name leads to one entry or says why not."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from content.schema_lender import Lenders

if TYPE_CHECKING:
    from content.load import Content

Fault = Callable[[str, str, str], None]
"""Called with collection, id and message."""


def check_lenders(content: "Content", fault: Fault) -> None:
    """Check ids, sources, and names that several entries claim."""
    lenders = content.lenders
    if lenders is None:
        return
    _check_ids(lenders, fault)
    _check_sources(lenders, fault)
    _check_names(content, lenders, fault)
    _check_ambiguous(lenders, fault)
    known = {lender.id for lender in lenders.lenders}
    for name, id_ in lenders.short_names.items():
        if id_ not in known:
            fault("lenders", "", f"short_names: {name} names the lender '{id_}', which does not exist; correct the id")
    bank_names = {name for bank in lenders.banks for name in bank.names}
    for stem in lenders.bank_rules.short_stems:
        if not any(name.startswith(stem) or name.endswith(f"{stem}银行") for name in bank_names):
            fault("lenders", "", f"bank_rules.short_stems: {stem} belongs to no bank of the list; add it or remove it")


def _check_ids(lenders: Lenders, fault: Fault) -> None:
    for collection, ids in (
        ("lenders.lenders", [*(bank.id for bank in lenders.banks), *(lender.id for lender in lenders.lenders)]),
        ("lenders.sources", [entry.id for entry in lenders.sources]),
    ):
        for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1}):
            fault(collection, id_, "this id is used twice; ids are never used twice")


def _check_sources(lenders: Lenders, fault: Fault) -> None:
    known = {source.id for source in lenders.sources}
    cited: set[str] = set()
    for collection, id_, named in _cited(lenders):
        cited.update(named)
        for source in named:
            if source not in known:
                fault(collection, id_, f"names the source '{source}', which does not exist; add it or correct the id")


def _cited(lenders: Lenders) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for lender in lenders.lenders:
        yield "lenders.lenders", lender.id, lender.source
    for rule in lenders.name_rules:
        yield "lenders", rule.words[0], rule.source
    yield "lenders", "bank_rules", lenders.bank_rules.source


def _claims(lenders: Lenders) -> dict[str, list[tuple[str, str]]]:
    """Who claims each name: (collection, id)."""
    claims: dict[str, list[tuple[str, str]]] = {}
    for bank in lenders.banks:
        for name in bank.names:
            claims.setdefault(name, []).append(("lenders.banks", bank.id))
    for lender in lenders.lenders:
        for name in lender.all_names:
            claims.setdefault(name, []).append(("lenders.lenders", lender.id))
    return claims


def _check_names(content: "Content", lenders: Lenders, fault: Fault) -> None:
    said = {lender.id: lender.ambiguous for lender in lenders.lenders}
    for name, claimants in _claims(lenders).items():
        first, *others = claimants
        for other in others:
            if first[1] in said.get(other[1], {}).get(name, ()):
                continue
            place = content.places.get(first)
            where = f"{place[0]}:{place[1]} ('{first[1]}')" if place else f"'{first[1]}'"
            fault(*other, f"the name {name} also stands at {where}; remove one, or say under 'ambiguous' in both")


def _check_ambiguous(lenders: Lenders, fault: Fault) -> None:
    by_id = {lender.id: lender for lender in lenders.lenders}
    for lender in lenders.lenders:
        for name, others in lender.ambiguous.items():
            for other_id in others:
                other = by_id.get(other_id)
                if other is None:
                    fault("lenders.lenders", lender.id, f"{name} is ambiguous with '{other_id}', which does not exist")
                elif lender.id not in other.ambiguous.get(name, ()):
                    message = f"says {name} may also be '{other_id}', which does not say so back; add it there"
                    fault("lenders.lenders", lender.id, message)
                elif name not in other.all_names:
                    fault("lenders.lenders", other_id, f"{name} is ambiguous and has to be one of its names too")
