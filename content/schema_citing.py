"""The shape of how provisions are cited: `ranks.yaml` names the ranks, `citations.yaml` says which one comes first."""

from typing import Self

from pydantic import Field, model_validator

from content.schema import Entry, LabelId, LawId, Rank, Text


class RankName(Entry):
    """A rank in Chinese, and in one plain sentence how hard it binds."""

    rank: Rank
    name: Text
    prose: Text
    """What it is called in a sentence; norms that are no law are never called law."""
    force: Text


class Lead(Entry):
    """A provision that comes first where it binds; with `words` only if one of them stands in what was found."""

    provision: LawId
    words: tuple[Text, ...] = ()


class ClausesFor(Entry):
    """Other clauses, where one of the words stands in what was found."""

    words: tuple[Text, ...] = Field(min_length=1)
    clauses: dict[LawId, Text]


class SignalCiting(Entry):
    """How the provisions of one signal are put in order, beyond the order of its own list."""

    id: LabelId
    lead: tuple[Lead, ...] = ()
    otherwise: tuple[LawId, ...] = ()
    """Cited where none of the signal's own list binds this lender on the day."""
    clauses: dict[LawId, Text] = Field(default_factory=dict)
    """The literal part of a provision's text that says most about this signal, instead of `decisive`."""
    clauses_for: tuple[ClausesFor, ...] = ()

    def clauses_of(self, words: str) -> dict[LawId, Text]:
        """The clauses to show for the words that were found."""
        special = next((each.clauses for each in self.clauses_for if any(word in words for word in each.words)), {})
        return {**self.clauses, **special}

    @property
    def own_clauses(self) -> tuple[tuple[LawId, Text], ...]:
        """Every (provision, clause) that is given here."""
        given = (self.clauses, *(each.clauses for each in self.clauses_for))
        return tuple(pair for clauses in given for pair in clauses.items())


class Citing(Entry):
    """`citations.yaml`."""

    signals: tuple[SignalCiting, ...]
    always: LawId
    """Fits every message and every day; cited when nothing else does."""
    new_contracts: tuple[LawId, ...]
    """Bind only loans made after they came into force, whatever the day of the message."""
    state: Text
    """The state's name, left out before the names of its laws."""
    excerpt: Text
    paraphrase: Text
    """What is put before words that are taken over second-hand, or are not the provision's own."""

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        ids = [signal.id for signal in self.signals]
        if twice := {id_ for id_ in ids if ids.count(id_) > 1}:
            raise ValueError(f"'{min(twice)}' stands here twice; keep one")
        return self

    def of(self, signal: str) -> SignalCiting:
        """How the provisions of `signal` are ordered; in the order of its list where nothing is said."""
        return next((citing for citing in self.signals if citing.id == signal), SignalCiting(id=signal))


NO_CITING = Citing.model_construct(signals=(), always="", new_contracts=(), state="", excerpt="", paraphrase="")
"""Stands in while a faulty `citations.yaml` is reported together with everything else."""
