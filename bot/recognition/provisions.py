"""Which provisions answer a message: in force on its day, checked, and binding its lender.

An article is replaced by the version of it that was in force on the day. What binds only some lenders is cited as
binding only where every lender that may stand behind the message is among them; otherwise it is conditional. Who
speaks, lender or collector, makes no difference: a collector is bound as the lender is for whom it collects.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from itertools import zip_longest

from bot.recognition.types import LenderMatch
from content.load import Content
from content.schema import Provision
from content.schema_citing import RankName

_LENDERS = ("bank", "consumer_finance_company", "micro_loan_company", "guarantee_company", "platform", "private_lender")
_REPORTERS = frozenset(_LENDERS) - {"private_lender"}
"""Who may be a data provider of the credit system; a private lender never is."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One provision as it is cited: what is shown of it, and on what condition it applies."""

    provision: Provision
    rank: RankName
    title: str
    clause: str
    """The part of its text that says most about what was found."""
    mark: str
    """Stands before a clause that isn't the provision's own words; empty where they are."""
    newer: Provision | None
    """The version that has taken its place since, if any."""
    lenders: tuple[str, ...] = ()
    """Binds only if the lender is one of these kinds; empty where it binds for certain."""
    new_contracts: bool = False
    """Binds only loans made since `provision.effective_from`."""

    @property
    def binding(self) -> bool:
        return not self.lenders and not self.new_contracts

    @property
    def verbatim(self) -> bool:
        """Whether the clause may stand in quotation marks."""
        return not self.mark

    @property
    def source(self) -> str:
        """Title, article where it is known for sure, and rank."""
        return f"《{self.title}》{self.provision.shown_article or ''}（{self.rank.name}）"

    @property
    def quote(self) -> str:
        """The clause in quotation marks, or after the mark that says it is no quotation."""
        return f"“{self.clause}”" if self.verbatim else f"{self.mark}{self.clause}"


@dataclass(frozen=True, slots=True)
class Citations:
    """What may be cited, best first; `conditional` only with its condition said aloud."""

    binding: tuple[Citation, ...] = ()
    conditional: tuple[Citation, ...] = ()
    dated: bool = False
    """The message is older than the law that speaks of it: say that newer law exists."""

    @property
    def first(self) -> Citation | None:
        return self.binding[0] if self.binding else None


class _Reach(Enum):
    BINDS = auto()
    DEPENDS = auto()
    MISSES = auto()


def cite(content: Content, ids: Iterable[str], *, lender: LenderMatch | None, day: date) -> tuple[Citation, ...]:
    """The provisions of a list that bind this lender on this day, in the order of the list."""
    return _sort(content, ids, lender, day, {})[0]


def cite_signal(content: Content, signal: str, *, lender: LenderMatch | None, day: date, words: str = "") -> Citations:
    """The provisions that answer one finding; `words` are those that were found.

    The first is the one for the card. It is never missing: where nothing in the signal's list binds this lender on
    this day, what does stands in for it.
    """
    row, citing = content.signals[signal].provisions, content.citing.of(signal)
    clauses = citing.clauses_of(words)
    leads = [lead.provision for lead in citing.lead if _wanted(lead.words, words)]
    unwanted = {lead.provision for lead in citing.lead} - set(leads)
    ids = [*leads, *(id_ for id_ in row if id_ not in unwanted)]
    binding, conditional = _sort(content, ids, lender, day, clauses)
    dated = False
    if not binding:
        binding, _ = _sort(content, [*citing.otherwise, content.citing.always], lender, day, clauses)
        dated = any(_came_later(content, id_, lender, day) for id_ in row)
    rest, _ = _sort(content, [id_ for id_ in row if id_ in unwanted], lender, day, clauses)
    return Citations(_distinct((*binding, *rest)), conditional, dated)


def cite_message(
    content: Content,
    findings: Sequence[tuple[str, str]],
    *,
    lender: LenderMatch | None,
    day: date,
    before: Iterable[str] = (),
    after: Iterable[str] = (),
) -> Citations:
    """The provisions of a whole message: `before`, those of its findings (signal, words) in their order, `after`."""
    chosen = [cite_signal(content, signal, lender=lender, day=day, words=words) for signal, words in findings]
    first, open_first = _sort(content, before, lender, day, {})
    last, open_last = _sort(content, after, lender, day, {})
    timely = _in_turn([citations.binding for citations in chosen if not citations.dated])
    aged = [cited for citations in chosen if citations.dated for cited in citations.binding]
    always = cite(content, (content.citing.always,), lender=lender, day=day) if not (first or chosen or last) else ()
    binding = _distinct((*first, *timely, *last, *aged, *always))
    conditional = _distinct((*open_first, *(cited for each in chosen for cited in each.conditional), *open_last))
    dated = bool(always) or (not first and not timely and not last and bool(aged))
    known = {cited.provision.id for cited in binding}
    return Citations(binding, tuple(cited for cited in conditional if cited.provision.id not in known), dated)


def possible_kinds(lender: LenderMatch | None) -> frozenset[str] | None:
    """The kinds of lender that may stand behind a message; None where that is open.

    A credit card comes from a bank. A single kind that no source proves is a guess, and leaves the question open, and
    so does a claim sold to somebody whom the law's lists of lenders don't name.
    """
    if lender is None or not lender.kinds:
        return None
    if lender.credit_card:
        return frozenset({"bank"})
    kinds = frozenset("private_lender" if kind == "private" else kind for kind in lender.kinds)
    if not kinds <= set(_LENDERS) or (len(kinds) == 1 and not lender.certain):
        return None
    return kinds


def version_on(content: Content, id_: str, day: date) -> Provision | None:
    """The version of an article that was in force on `day`; None before its first and after its last."""
    provision: Provision | None = content.provisions[id_]
    while provision is not None and not provision.in_force_on(day):
        other = provision.supersedes if day < provision.effective_from else provision.superseded_by
        provision = content.provisions[other] if other else None
    return provision


# --- sorting


def _sort(
    content: Content, ids: Iterable[str], lender: LenderMatch | None, day: date, clauses: dict[str, str]
) -> tuple[tuple[Citation, ...], tuple[Citation, ...]]:
    """(binding, conditional) citations of what is in force, checked, and has a clause to show."""
    binding: list[Citation] = []
    conditional: list[Citation] = []
    for id_ in ids:
        provision = version_on(content, id_, day)
        if provision is None or provision.verified == "unverified":
            continue
        reach = _reach(provision, lender)
        clause = clauses.get(provision.id, provision.decisive)
        if reach is _Reach.MISSES or clause is None:
            continue
        lenders = _condition(provision) if reach is _Reach.DEPENDS else ()
        cited = _citation(content, provision, clause, lenders)
        (binding if cited.binding else conditional).append(cited)
    return _distinct(binding), _distinct(conditional)


def _reach(provision: Provision, lender: LenderMatch | None) -> _Reach:
    kinds = possible_kinds(lender)
    if provision.product == "credit_card" and not (lender and lender.credit_card):
        return _Reach.MISSES
    bound = _bound(provision)
    if bound is None or (kinds is None and set(provision.binds) == {"data_provider"}):
        return _Reach.BINDS
    if kinds is None:
        return _Reach.DEPENDS
    if kinds <= bound:
        return _Reach.BINDS
    return _Reach.DEPENDS if kinds & bound else _Reach.MISSES


def _bound(provision: Provision) -> frozenset[str] | None:
    """The kinds of lender that it binds; None where it binds anyone, or speaks of procedure and names no lender."""
    if "anyone" in provision.binds:
        return None
    if set(provision.binds) == {"data_provider"}:
        return _REPORTERS
    return frozenset(provision.binds) & frozenset(_LENDERS) or None


def _condition(provision: Provision) -> tuple[str, ...]:
    """The kinds of lender that it binds, by the names that the lists of lenders use."""
    bound = _bound(provision) or frozenset()
    return tuple("private" if kind == "private_lender" else kind for kind in _LENDERS if kind in bound)


def _citation(content: Content, provision: Provision, clause: str, lenders: tuple[str, ...]) -> Citation:
    citing = content.citing
    marks = {"verbatim": "", "excerpt": citing.excerpt, "paraphrase": citing.paraphrase}
    return Citation(
        provision=provision,
        rank=content.ranks[provision.kind],
        title=provision.law.removeprefix(citing.state),
        clause=clause,
        mark=marks[provision.text_is],
        newer=content.provisions[provision.superseded_by] if provision.superseded_by else None,
        lenders=lenders,
        new_contracts=provision.id in citing.new_contracts,
    )


def _came_later(content: Content, id_: str, lender: LenderMatch | None, day: date) -> bool:
    """Whether an article of the list binds this lender now, but did not exist yet on `day`."""
    provision = content.provisions[id_]
    return (
        version_on(content, id_, day) is None
        and provision.effective_from > day
        and (_reach(provision, lender) is _Reach.BINDS)
    )


def _wanted(lead_words: Sequence[str], words: str) -> bool:
    return not lead_words or any(word in words for word in lead_words)


def _in_turn(lists: Sequence[Sequence[Citation]]) -> list[Citation]:
    """The first of each finding, then the second of each: no finding's list crowds out what answers another."""
    return [cited for rank in zip_longest(*lists) for cited in rank if cited is not None]


def _distinct(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    kept: dict[str, Citation] = {}
    for cited in citations:
        kept.setdefault(cited.provision.id, cited)
    return tuple(kept.values())
