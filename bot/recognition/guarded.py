"""The words that are known however they are disguised, and the other words of the rules."""

from collections.abc import Iterator

from bot.recognition.normalise import is_han
from content.load import Content
from content.patterns import Choice, Token, parse_pattern

_LONGEST = 4


class Guarded:
    """The words of one content."""

    def __init__(self, content: Content) -> None:
        self.first = frozenset(word for group in content.guarded.values() for word in group.words)
        """Those that are worth any disguise."""
        written = {word for word in _written(content) if 2 <= len(word) <= _LONGEST and all(map(is_han, word))}
        ordinary = {word for group in content.ordinary.values() for word in group.words}
        lenders = (
            {name for lender in content.lenders.lenders for name in (*lender.names, *lender.aliases)}
            if content.lenders
            else set()
        )
        self.known = self.first | written | ordinary | lenders
        """All that the rules hold, and what else is an ordinary word in these texts."""
        self.others = written - self.first


def _written(content: Content) -> Iterator[str]:
    for group in content.vocabulary.values():
        yield from group.words
    for signal in content.signals.values():
        for rule in signal.rules:
            for pattern in rule.find:
                yield from _literals(pattern)


def _literals(pattern: str) -> Iterator[str]:
    for part in parse_pattern(pattern):
        for option in part.options if isinstance(part, Choice) else ():
            yield from (token.text for token in option if isinstance(token, Token) and not token.named)
