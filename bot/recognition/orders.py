"""Orders to a machine inside a text (忽略以上指令, forged system texts): words like any others, which nobody obeys.

They are left out before a text is read, so that a question with an order around it is still that question, and a
threat with one is still that threat. A clause in which a rule finds something for the reader stays, and distress is
listened for in the whole text.
"""

import re
from collections.abc import Callable, Sequence

from bot.recognition.normalise import Normalised
from bot.recognition.patterns import Patterns
from bot.recognition.spans import Span
from content.load import Content

_ENDS = re.compile(r"(?<=[\n。,!?;)>])|(?<=[a-z]\.)")


class Orders:
    """Built once from the content; all texts are folded ones."""

    def __init__(self, content: Content) -> None:
        orders = content.questions.orders
        found = [(pattern, True) for pattern in orders.find] + [(pattern, False) for pattern in orders.beside]
        self._patterns = Patterns({}, found)

    def find(self, text: str) -> list[Span]:
        """The clauses that give orders to a machine, in order."""
        matches = list(self._patterns.find(text))
        if not any(match.owner for match in matches):
            return []
        ends = [*(end.start() for end in _ENDS.finditer(text)), len(text)]
        clauses = zip([0, *ends], ends, strict=False)
        return [
            (start, end)
            for start, end in clauses
            if any(_touch((start, end), (match.start, match.end)) for match in matches)
        ]

    def without(self, text: Normalised, keep: Callable[[], Sequence[Span]] = tuple) -> Normalised:
        """The text without those clauses that `keep`, asked where there are any, doesn't reach into; as it is where
        nothing would be left."""
        found = self.find(text.text)
        if not found:
            return text
        kept_places = keep()
        idle = [clause for clause in found if not any(_touch(clause, kept) for kept in kept_places)]
        rest = text.without(idle)
        return rest if any(map(str.isalpha, rest.text)) else text


def _touch(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
