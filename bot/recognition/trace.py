"""What led to a reading: everything that was found, held back, weighed and decided on the way."""

from dataclasses import dataclass, replace

from bot.recognition.fields import Read
from bot.recognition.kinds import Verdict
from bot.recognition.normalise import Normalised
from bot.recognition.rules import Held, Hit
from bot.recognition.types import Recognition
from bot.recognition.weighing import Weighed


@dataclass(frozen=True, slots=True)
class Judged:
    """One message of a paste, or the whole: what is known of it, what the steps say, and what weighing made of that.

    It stands at `heard.text[start:end]`; the places of all hits are those of the whole text.
    """

    start: int
    end: int
    read: Read
    marks: tuple[Hit, ...]
    marks_held: tuple[Held, ...]
    facts: frozenset[str]
    steps: Verdict
    weighed: Weighed

    def moved(self, by: int) -> "Judged":
        """The same with the places of its hits counted from the whole text's beginning, `by` before its own."""
        if not by:
            return self
        weighed = replace(
            self.weighed,
            told=_moved(self.weighed.told, by),
            dropped=_moved(self.weighed.dropped, by),
            added=_moved(self.weighed.added, by),
        )
        held = tuple(each.moved(by) for each in self.marks_held)
        return replace(self, marks=_moved(self.marks, by), marks_held=held, weighed=weighed)


@dataclass(frozen=True, slots=True)
class Trace:
    """The way to one reading.

    `folded` is the text as it is read, `heard` the same without the lines that the user wrote himself.
    """

    folded: Normalised
    heard: Normalised
    hits: tuple[Hit, ...]
    held: tuple[Held, ...]
    judged: tuple[Judged, ...]
    """Each message of the paste; one where it was judged as a whole."""
    decisive: Judged
    """The one that gave the kind."""
    read: Read
    recognition: Recognition


def _moved(hits: tuple[Hit, ...], by: int) -> tuple[Hit, ...]:
    return tuple(hit.moved(by) for hit in hits)
