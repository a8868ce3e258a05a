"""The shape of `writing.json`: how Chinese is written and sounds, so that a disguise can be told from an ordinary word.

`buhuang content writing` makes it anew; it depends on nothing that editors write.
"""

from pydantic import Field

from content.schema import Entry


class Writing(Entry):
    """What the program itself wrote; never edited by hand."""

    made_from: str
    sounds: dict[str, str] = Field(default_factory=dict)
    """The characters of each syllable without its tone; each character stands under its commonest reading."""
    other_sounds: dict[str, str] = Field(default_factory=dict)
    """Further readings of common characters."""
    parts: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """How a character looks when its two halves are written as characters."""
    bare: str = ""
    """Halves that are no characters of ordinary texts."""
    words: dict[int, dict[int, str]] = Field(default_factory=dict)
    """The ordinary words of so many characters, one behind the other, by rarity: its natural logarithm, rounded."""
