"""The shape of `distress.yaml`: how words of someone who may not want to go on are told from all others."""

from typing import Literal

from pydantic import Field

from content.schema import Entry, LabelId, Text
from content.schema_signal import Disguise

Example = Literal["self", "danger", "near", "none"]


class Sign(Entry):
    """One way of saying it, in the patterns of `schema_signal.py`."""

    id: LabelId
    weight: int = Field(ge=1, le=3)
    """3 is enough by itself; what weighs less needs others beside it."""
    danger: bool = False
    """Whether it tells of something done or about to be done, so that help has to come now."""
    near: bool = False
    """Whether it is about somebody else."""
    find: tuple[Text, ...] = Field(min_length=1)
    unless: tuple[Text, ...] = ()
    """Excuses the words that it overlaps: 想死你了, 跳楼价."""


class Distress(Entry):
    """`distress.yaml` as a whole."""

    groups: dict[LabelId, tuple[Text, ...]] = {}
    written: tuple[Disguise, ...] = ()
    """Spellings that get past censors, put back to what they mean."""
    signs: tuple[Sign, ...] = ()
    practical: tuple[Text, ...] = ()
    """Words of somebody who is busy with the debt: they outweigh one light sign, never a heavy one."""
    examples: dict[Example, tuple[Text, ...]] = {}
