"""Stretches of a text."""

from collections.abc import Iterable

Span = tuple[int, int]


def mask(text: str, taken: Iterable[Span]) -> str:
    """The text with these stretches blotted out, every character keeping its place."""
    chars = list(text)
    for start, end in taken:
        chars[start:end] = "#" * (end - start)
    return "".join(chars)
