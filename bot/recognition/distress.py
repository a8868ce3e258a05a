"""Whether a text is written by, or about, someone who may not want to go on.

Signs are weighed, each counted once: a heavy one is enough; light ones have to come together, or stand in a short
line of their own, and count less beside talk of the debt. What is denied or said in passing counts as well. It is
better to ask once too often.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.recognition.disguises import Disguises
from bot.recognition.learnt import Learnt
from bot.recognition.normalise import MOST, is_han, normalise
from bot.recognition.patterns import Patterns
from content.load import Content
from content.schema_distress import Example, Sign

DISTRESS, NONE = "distress", "none"
_LIKELY, _LIKELY_OF_DEBT = 0.43, 0.55
"""From when on the learnt model is believed where no sign is enough: rather once too often."""
_SPOKEN = 3
"""Han characters that the learnt model is asked about; fewer are a tap on the keyboard, or for the signs to tell."""
_ENOUGH = 3
_LIGHT = 2
_SHORT = 14
"""A line of at most so many characters says nothing else, so that a light sign in it weighs one more."""
_BUSY = 2
_I = re.compile(r"(?<![跟给对诉和让向同起累问叫托为])我(?![妈爸们家弟哥姐妹女儿老孩公婆])")
_PRACTICAL = "practical"
_PAUSE = re.compile(r"[^\w\n]+")


class Who(StrEnum):
    """Whose life it is about."""

    SELF = "self"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Concern:
    """What a text gives reason to worry about; `danger` says that help has to come now."""

    who: Who
    danger: bool


class Distress:
    """Built once from the content; reading a text is pure."""

    def __init__(self, content: Content) -> None:
        words = content.distress
        self._disguises = Disguises(words.written)
        self._find = Patterns(words.groups, ((text, sign) for sign in words.signs for text in sign.find))
        self._unless = Patterns(words.groups, ((text, sign.id) for sign in words.signs for text in sign.unless))
        self._practical = Patterns(words.groups, ((text, True) for text in words.practical))
        weights = content.learnt.get(DISTRESS)
        self._learnt = Learnt(weights) if weights else None

    def speaks_of(self, text: str) -> bool:
        """Whether to ask the writer first of all whether he, or the one he speaks of, is safe."""
        return self.concern(text) is not None

    def concern(self, text: str) -> Concern | None:
        """What to worry about, said or only sounding through; None where nothing gives reason to."""
        return self.said(text) or (Concern(Who.SELF, danger=False) if self._sounds_so(self._folded(text)) else None)

    def said(self, text: str) -> Concern | None:
        """What the signs say outright; None where they are not enough."""
        folded = self._folded(text)
        signs = list(self._signs(folded))
        signs += [sign for sign in self._signs(self._folded(_PAUSE.sub("", folded))) if sign.weight >= _ENOUGH]
        if not self._enough(folded, signs) and not any(map(self._alone, folded.split("\n"))):
            return None
        heavy = [sign for sign in signs if sign.weight >= _ENOUGH]
        near = all(sign.near for sign in heavy) if heavy else any(sign.near for sign in signs)
        return Concern(Who.NEAR if near else Who.SELF, any(sign.danger for sign in signs))

    def verdict(self, text: str) -> Example:
        """The concern in a word, as the examples of the content name it."""
        concern = self.concern(text)
        if concern is None:
            return "none"
        if concern.who is Who.NEAR:
            return "near"
        return "danger" if concern.danger else "self"

    def is_practical(self, text: str) -> bool:
        """Whether a text is about the debt."""
        return any(self._practical.find(self._folded(text)))

    def facts(self, text: str) -> tuple[str, set[str]]:
        """A text as the learnt model sees it: folded, and the signs that it shows."""
        folded = self._folded(text)
        signs = {sign.id for sign in self._signs(folded)}
        return folded, signs | {_PRACTICAL for _ in self._practical.find(folded)}

    def _sounds_so(self, folded: str) -> bool:
        """Whether the words together sound like it, though none says it."""
        if self._learnt is None or sum(map(is_han, folded)) < _SPOKEN or not self._learnt.knows(folded):
            return False
        plain, signs = self.facts(folded)
        needed = _LIKELY_OF_DEBT if _PRACTICAL in signs else _LIKELY
        return self._learnt.weigh(plain, signs).kinds[DISTRESS] > needed

    def _folded(self, text: str) -> str:
        """The text as the signs see it; of one too long to be read whole its beginning and its end, as people write
        above or below what they paste."""
        begun = normalise(text)
        read = [begun, normalise(text[-MOST:])] if begun.cut else [begun]
        return "\n".join(self._disguises.undo(part).text for part in read)

    def _alone(self, line: str) -> bool:
        """Whether one line is enough: what stands under a pasted message is the reader's own."""
        return self._enough(line, self._signs(line))

    def _enough(self, text: str, signs: Iterable[Sign]) -> bool:
        weights = {sign.id: sign.weight for sign in signs}
        if not weights or max(weights.values()) >= _ENOUGH:
            return bool(weights)
        short = max(weights.values()) == _LIGHT and sum(map(is_han, text)) <= _SHORT
        busy = _BUSY if any(self._practical.find(text)) else 0
        return sum(weights.values()) + short - busy >= _ENOUGH

    def _signs(self, text: str) -> Iterator[Sign]:
        """The signs that a text shows; of somebody else only what the writer doesn't say of himself."""
        excused: dict[str, list[tuple[int, int]]] = {}
        for excuse in self._unless.find(text):
            excused.setdefault(excuse.owner, []).append((excuse.start, excuse.end))
        shown = [
            found
            for found in self._find.find(text)
            if not any(start < found.end and found.start < end for start, end in excused.get(found.owner.id, ()))
        ]
        of_others = [found for found in shown if found.owner.near and not _I.search(text, found.start, found.end)]
        for found in shown:
            covered = any(other.start < found.end and found.start < other.end for other in of_others)
            if found in of_others or not (found.owner.near or covered):
                yield found.owner
