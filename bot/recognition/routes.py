"""Who is speaking: whether a typed or pasted text is somebody else's message, the user's own words, or neither."""

from collections.abc import Iterable, Mapping

from bot.recognition.patterns import Patterns
from bot.recognition.types import Route
from content.load import Content


class Routes:
    """The weighted cues of `content/route.yaml`, built once. A cue counts once, however often it occurs."""

    def __init__(self, groups: Mapping[str, Iterable[str]], content: Content) -> None:
        assert content.route is not None  # noqa: S101 loading fails without the file
        cues = content.route.cues
        self._weights = {cue.id: cue.weight for cue in cues}
        self._cues = Patterns(groups, ((pattern, cue.id) for cue in cues for pattern in cue.find))

    def score(self, text: str) -> int:
        """Above zero for somebody else's message, below zero for the user's own words."""
        return sum(self._weights[cue] for cue in {match.owner for match in self._cues.find(text)})

    def route(self, text: str) -> Route:
        score = self.score(text)
        if score > 0:
            return Route.MESSAGE
        return Route.QUESTION if score < 0 else Route.OTHER
