"""Word templates as an editor writes them: `[甲|乙|]` is a choice, `{name}` a blank; all else stands for itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PART = re.compile(r"\[([^\[\]{}]*)\]|\{([a-z_]+)\}|([^\[\]{}]+)")


@dataclass(frozen=True, slots=True)
class Words:
    """One of these; an empty one makes it optional."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """What the text says there is to be read."""

    name: str


def parse_template(template: str) -> Iterator[Words | Blank]:
    """The parts of a template. Raises ValueError, saying what to correct."""
    end = 0
    for match in _PART.finditer(template):
        if match.start() != end:
            break
        end = match.end()
        choice, blank, literal = match.groups()
        yield Blank(blank) if blank else Words((literal,) if choice is None else tuple(choice.split("|")))
    if end != len(template):
        raise ValueError(f"the pattern {template} has a bracket that isn't closed or stands inside another")


def check_template(template: str, *blanks: str) -> str:
    """The template itself, if it can be read and its blanks are among these, each at most once."""
    named = [part.name for part in parse_template(template) if isinstance(part, Blank)]
    for name in named:
        if name not in blanks:
            raise ValueError(f"the pattern {template} has the blank {name}; write one of {', '.join(blanks)}")
        if named.count(name) > 1:
            raise ValueError(f"the pattern {template} has the blank {name} twice; keep one")
    if not named:
        raise ValueError(f"the pattern {template} has no blank; write one of {', '.join(blanks)}")
    return template
