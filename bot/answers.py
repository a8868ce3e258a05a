"""Which topic a question is about."""

from dataclasses import dataclass

from content.load import Content


@dataclass(frozen=True, slots=True)
class Ranked:
    """A topic with its score between 0 and 1."""

    topic: str
    score: float


class Answers:
    """Ranks the topics of `content/answers/` for a question."""

    def __init__(self, content: Content) -> None:
        self._content = content
