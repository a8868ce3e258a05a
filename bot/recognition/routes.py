"""Who is speaking: whether a typed or pasted text is somebody else's message, the user's own words, or neither."""

import re
from collections.abc import Callable, Iterable, Mapping

from bot.recognition.normalise import is_han
from bot.recognition.patterns import Patterns
from bot.recognition.types import Route
from content.load import Content

_QUOTED = re.compile(r"[“\"「『][^”\"」』\n]{2,200}[”\"」』]")
_SHOWN = re.compile(r"^[^“\"「『]{0,14}:[“\"「『]([^”\"」』\n]{12,})[”\"」』]$")
"""A quotation that is only introduced: what I got: “…”."""
_WEAK, _CLEARLY_ASKS = 2, -6
_SHORT = 6
"""A text of fewer Han characters is an answer or a greeting, unless it clearly asks."""
READ_MOST = 3_000


class Routes:
    """The weighted cues of `content/route.yaml`, built once. A cue counts once, however often it occurs."""

    def __init__(self, groups: Mapping[str, Iterable[str]], content: Content) -> None:
        if content.route is None:
            raise ValueError("content without route.yaml can't be routed by")
        cues = content.route.cues
        self._weights = {cue.id: cue.weight for cue in cues}
        self._cues = Patterns(groups, ((pattern, cue.id) for cue in cues for pattern in cue.find))
        self._unless = Patterns(groups, ((pattern, cue.id) for cue in cues for pattern in cue.unless))

    def score(self, text: str) -> int:
        """Above zero for somebody else's message, below zero for the user's own words."""
        whole = text[:READ_MOST].strip()
        shown = _SHOWN.match(whole)
        return self._sum(shown[1] if shown else _QUOTED.sub("", whole))

    def _sum(self, words: str) -> int:
        return sum(self._weights[cue] for cue in self.cues(words))

    def cues(self, words: str) -> set[str]:
        """The cues that a text has."""
        spoken = words[:READ_MOST].rstrip().replace("\n", "。") + "。"
        found = {match.owner for match in self._cues.find(spoken)}
        excused = {match.owner for match in self._unless.find(spoken)} if found else set()
        return found - excused

    def is_own(self, text: str) -> bool:
        """Whether the user himself is speaking: asking, or telling what happened."""
        return self.score(text) <= -_WEAK

    def route(self, text: str, *, collects: Callable[[], bool]) -> Route:
        """What a text is meant as; where cues are weak, `collects` tells whether it reads as a collection message."""
        letters = sum(map(is_han, text[:READ_MOST]))
        score = self.score(text) if letters else 0
        if score > _WEAK or (score > 0 and collects()):
            return Route.MESSAGE
        return Route.QUESTION if letters >= _SHORT or score <= _CLEARLY_ASKS else Route.OTHER
