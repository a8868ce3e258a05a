"""The shape of labelled texts (`messages/*.yaml`, `voices/*.yaml`), and of what was learnt from them."""

import hashlib
import json
from collections.abc import Iterable
from typing import Self

from pydantic import Field, model_validator

from content.schema import Entry, LabelId, Text


class Labelled(Entry):
    """One message with what it is and what is in it."""

    id: LabelId
    text: Text
    kind: LabelId
    signals: tuple[LabelId, ...] = ()
    fields: dict[LabelId, str | int | float | tuple[str, ...]] = Field(default_factory=dict)
    """What can be read from it, where that was labelled too."""


class Voice(Entry):
    """Words of a user, and whether he has to be answered first of all as a person."""

    id: LabelId
    text: Text
    distress: bool


def fingerprint(texts: Iterable[Labelled | Voice]) -> str:
    """Tells one set of labelled texts from another."""
    told = sorted(text.model_dump_json(exclude={"id", "fields"}) for text in texts)
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


class Weights(Entry):
    """What `buhuang content train` writes; never edited by hand."""

    made_from: str
    """The fingerprint of the messages it was trained from."""
    kinds: tuple[LabelId, ...]
    signals: tuple[LabelId, ...]
    rarity: dict[str, float]
    """How much a word of one or two characters says by being rare."""
    fact_weight: float
    """How much one thing that the rules found counts beside the words, whose vector has length 1."""
    parts: int
    """The weights are whole numbers; so many of them make 1."""
    weights: dict[str, tuple[int, ...]]
    """For each feature its weight for each kind, and then for each signal."""

    @model_validator(mode="after")
    def _rows_are_whole(self) -> Self:
        if any(len(row) != len(self.kinds) + len(self.signals) for row in self.weights.values()):
            raise ValueError("a row of weights has another length than kinds and signals together; train again")
        return self
