"""Text as the rules see it: one script, one width, no disguises; each character remembers where it came from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text[i]` came from `raw[origin[i][0]:origin[i][1]]`."""

    raw: str
    text: str
    origin: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in the raw text."""
        return self.origin[start][0], self.origin[end - 1][1]
