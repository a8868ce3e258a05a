"""Who is speaking: whether a typed or pasted text is somebody else's message, the user's own words, or neither."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from bot.recognition.learnt import Learnt
from bot.recognition.normalise import is_han
from bot.recognition.patterns import Patterns
from bot.recognition.types import Route
from content.load import Content

_QUOTED = re.compile(r"[“\"「『][^”\"」』\n]{2,200}[”\"」』]")
_SHOWN = re.compile(r"^[^“\"「『]{0,14}:[“\"「『]([^”\"」』\n]{12,})[”\"」』]$")
"""A quotation that is only introduced: what I got: “…”."""
ROUTE, MESSAGE, OWN = "route", "message", "own"
_WEAK, _CLEARLY_SENT, _CLEARLY_ASKS = 2, 6, -6
_POSSIBLE, _LIKELY = 0.1, 0.5
"""How probable the learnt model has to find it that somebody else wrote a text: beside clear cues, and by itself."""
_SHORT = 6
"""A text of fewer Han characters is an answer or a greeting, unless it clearly asks."""
READ_MOST = 3_000


@dataclass(frozen=True, slots=True)
class Routed:
    """What a text is meant as, and why: the weighted cues, their sum, and what the learnt model makes of it.

    `chance`: how probable the model finds it that somebody else wrote the text; None where it had no say.
    """

    route: Route
    cues: Mapping[str, int]
    score: int
    chance: float | None = None


class Routes:
    """The weighted cues of `content/route.yaml`, built once. A cue counts once, however often it occurs."""

    def __init__(self, groups: Mapping[str, Iterable[str]], content: Content) -> None:
        if content.route is None:
            raise ValueError("content without route.yaml can't be routed by")
        cues = content.route.cues
        self._weights = {cue.id: cue.weight for cue in cues}
        written = [(pattern, cue.id) for cue in cues for pattern in cue.find]
        self._find = (1 << len(written)) - 1
        self._unless: dict[str, int] = {}
        for cue in cues:
            self._unless[cue.id] = (1 << len(written) + len(cue.unless)) - (1 << len(written))
            written += [(pattern, cue.id) for pattern in cue.unless]
        self._patterns = Patterns(groups, written)
        weights = content.learnt.get(ROUTE)
        self._learnt = Learnt(weights) if weights else None

    def score(self, text: str) -> int:
        """Above zero for somebody else's message, below zero for the user's own words."""
        return sum(self._weights[cue] for cue in self.cues(_spoken(text)))

    def cues(self, words: str) -> set[str]:
        """The cues that a text has."""
        spoken = words[:READ_MOST].rstrip().replace("\n", "。") + "。"
        search = self._patterns.search(spoken)
        found = search.owners(self._find)
        return found - search.owners(reduce(or_, (self._unless[cue] for cue in found), 0))

    def is_own(self, text: str) -> bool:
        """Whether the user himself is speaking: asking, or telling what happened."""
        return self.score(text) <= -_WEAK

    def route(self, text: str, *, collects: Callable[[], bool]) -> Routed:
        """What a text is meant as; without a learnt model `collects` tells, where cues are weak, how it reads."""
        letters = sum(map(is_han, text[:READ_MOST]))
        if not letters:
            return Routed(Route.OTHER, {}, 0)
        spoken, found = self.facts(text)
        cues = {cue: weight for cue, weight in self._weights.items() if cue in found}
        score = sum(cues.values())
        chance = None
        if self._learnt is not None and self._learnt.knows(text):
            chance = self._learnt.weigh(spoken, found).kinds[MESSAGE]
        if _is_sent(score, chance, collects):
            route = Route.MESSAGE
        else:
            route = Route.QUESTION if letters >= _SHORT or score <= _CLEARLY_ASKS else Route.OTHER
        return Routed(route, cues, score, chance)

    def facts(self, text: str) -> tuple[str, set[str]]:
        """A text as the learnt model sees it: the words, and the cues that they give."""
        spoken = _spoken(text)
        return spoken, self.cues(spoken)


def _is_sent(score: int, chance: float | None, collects: Callable[[], bool]) -> bool:
    """Whether somebody else wrote it."""
    if chance is None:
        return score > _WEAK or (score > 0 and collects())
    return chance > _LIKELY or (score >= _CLEARLY_SENT and chance > _POSSIBLE)


def _spoken(text: str) -> str:
    """A text without what it quotes; where it only introduces a quotation, the quotation."""
    whole = text[:READ_MOST].strip()
    shown = _SHOWN.match(whole)
    return shown[1] if shown else _QUOTED.sub("", whole)
