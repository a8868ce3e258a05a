"""The shape of a signal: `signals/*.yaml`, one file a signal."""

from pydantic import Field

from content.schema import Entry, LabelId, LawId, Text


class Signal(Entry):
    """One thing that can be found in a message: what it is, what is lawful and improper about it, and the law."""

    id: LabelId
    name: Text
    description: Text
    provisions: tuple[LawId, ...] = Field(min_length=1)
    """The law on it, that which reaches most lenders first."""
    lawful: Text
    improper: Text
