"""Content broken on purpose, and what loading says of it."""

from pathlib import Path

import pytest

from content.errors import ContentError, Problem
from content.load import load


def break_file(root: Path, name: str, old: str, new: str) -> int:
    """Replace the first `old` in a file and return its line."""
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems(root: Path) -> tuple[Problem, ...]:
    """What is wrong with the content, which has to be something."""
    with pytest.raises(ContentError) as caught:
        load(root)
    return caught.value.problems


def said_of(root: Path, name: str, old: str, new: str) -> str:
    """What loading says once `old` is `new` in a file."""
    break_file(root, name, old, new)
    return "\n".join(map(str, problems(root)))
