"""The shape of `lawbook.yaml`: what norms are called, whom they bind, and which figures can be asked for."""

from typing import Annotated, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from content.schema import Binds, Entry, LabelId, Text


class Norm(Entry):
    """What people call a norm; `law` is its name in the provisions."""

    law: Text
    short: Annotated[Text, StringConstraints(max_length=8)]
    """For a button, with the number of an article behind it."""
    names: tuple[Text, ...] = ()
    number_in_id: bool = False
    """Its provisions change another norm, whose articles people name: that number ends their ids."""


class Figure(Entry):
    """Dated figures that are told together."""

    id: LabelId
    title: Annotated[Text, StringConstraints(max_length=12)]
    facts: tuple[LabelId, ...] = Field(min_length=1)
    asked: tuple[Text, ...] = Field(min_length=1)
    """How it is asked for, without the words that only ask (是多少)."""
    by_name: bool = False
    """Its bare name asks for it."""
    only_sought: bool = False
    """A question about it is answered by its topic, which says more; told only to whoever looks it up."""
    whom: Text
    """To whom it applies, and to whom it doesn't."""
    topic: LabelId
    """The answer that says more of it."""


class Spoken(Entry):
    """Words of everyday life, and how provisions put it."""

    say: tuple[Text, ...] = Field(min_length=1)
    means: Text


class Asking(Entry):
    """The words by which a text is known to ask the lawbook and nothing else."""

    around: tuple[Text, ...] = ()
    """May stand around a name and a number without saying more."""
    lead: tuple[Text, ...] = ()
    """Are no part of the name of an unknown norm that follows."""
    whole: tuple[Text, ...] = ()
    """Ask, beside a name alone, for the whole norm."""
    old: tuple[Text, ...] = ()
    """Ask for the version that was replaced."""
    how_much: tuple[Text, ...] = ()
    """May stand around the name of a figure."""
    before: tuple[Text, ...] = ()
    after: tuple[Text, ...] = ()
    within: tuple[Text, ...] = ()
    """Stand before, after or among the words to search for."""


class LawNames(Entry):
    """`lawbook.yaml`."""

    norms: tuple[Norm, ...] = ()
    binds: dict[Binds, Text] = Field(default_factory=dict)
    editorial: tuple[Text, ...] = ()
    """A sentence of a caveat with one of these is meant for editors."""
    figures: tuple[Figure, ...] = ()
    spoken: tuple[Spoken, ...] = ()
    asking: Asking = Asking()

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for named in ([norm.law for norm in self.norms], [figure.id for figure in self.figures]):
            if twice := {id_ for id_ in named if named.count(id_) > 1}:
                raise ValueError(f"'{min(twice)}' stands here twice; keep one")
        if self.norms and (missing := set(get_args(Binds)) - set(self.binds)):
            raise ValueError(f"'binds' has no words for '{min(missing)}'; add them")
        return self

    def norm(self, law: str) -> Norm:
        """How a norm of the provisions is called."""
        return next(norm for norm in self.norms if norm.law == law)
