"""The one error that content raises: all problems found, each with its place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one place: `file` relative to the content folder, `line` from 1, what to do about it."""

    file: str
    line: int
    id: str
    message: str

    def __str__(self) -> str:
        name = f" {self.id}:" if self.id else ""
        return f"content/{self.file}:{self.line}:{name} {self.message}"


class ContentError(Exception):
    """The content cannot be used as it stands; `problems` lists every reason at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in sorted(problems)))
        self.problems = tuple(sorted(problems))
