"""One YAML file, read into plain data that remembers its lines.

Duplicate keys, anchors, aliases and tags are refused: a lawyer's diff has to read as a change of law.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from content.errors import Problem

T = TypeVar("T", bound=BaseModel)
Place = tuple[str | int, ...]
"""The way to a value: keys and list positions from the top of the file."""


@dataclass(frozen=True)
class YamlFile:
    """The data of one file, the line of each value, and what was wrong with its form."""

    name: str
    data: Any
    lines: dict[Place, int]
    problems: tuple[Problem, ...] = ()

    def line(self, place: Place) -> int:
        """The line of the value at `place`, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def at(self, place: Place) -> Any:
        """The value at `place`."""
        value = self.data
        for step in place:
            value = value[step]
        return value


def read(path: Path, root: Path) -> YamlFile:
    """Read one file. A file that is no YAML yields `data=None` and a problem, never an exception."""
    name = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return YamlFile(name, None, {}, (Problem(name, 1, "", f"cannot be read as UTF-8 text: {error}"),))
    loader = yaml.CSafeLoader(text)
    try:
        node = loader.get_single_node()
        reader = _Reader(name, loader)
        data = reader.value(node, ()) if node is not None else None
        return YamlFile(name, data, reader.lines, tuple(reader.problems))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or "is no valid YAML"
        return YamlFile(
            name,
            None,
            {},
            (Problem(name, mark.line + 1 if mark else 1, "", f"{reason}; check the indentation and quotes here"),),
        )
    finally:
        loader.dispose()


def parse(file: YamlFile, model: type[T], place: Place, problems: list[Problem]) -> T | None:
    """Validate the value at `place` as `model`; every misfit becomes a problem with its own line."""
    value = file.at(place)
    id_ = str(value.get("id", "")) if isinstance(value, dict) else ""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            where = place + tuple(fault["loc"])
            problems.append(
                Problem(file.name, file.line(where), id_, _advice(fault["type"], fault["loc"], fault["msg"]))
            )
        return None


def _advice(kind: str, location: tuple[int | str, ...], message: str) -> str:
    key = ".".join(str(step) for step in location) or "entry"
    if kind == "extra_forbidden":
        return f"unknown key '{key}'; check its spelling or remove it"
    if kind == "missing":
        return f"key '{key}' is missing; add it"
    return f"{key}: {message.removeprefix('Value error, ')}"


class _Reader:
    def __init__(self, name: str, loader: yaml.CSafeLoader) -> None:
        self.name = name
        self.loader = loader
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = node.start_mark.line + 1
        if id(node) in self._seen:
            self._fault(node, "anchors and aliases are not used here; write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*place, index)) for index, child in enumerate(node.value)]
        try:
            return self.loader.construct_object(node)
        except ValueError:  # a date like 2026-02-30
            self._fault(node, f"'{node.value}' is no real value; correct it, or put it in quotes if it is text")
            return None

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, "a key has to be plain text; put it in quotes")
                continue
            key: str = key_node.value  # as written: YAML would read the key `on` as true and `2020` as a number
            if key in data:
                self._fault(key_node, f"the key '{key}' stands here twice; keep one")
            data[key] = self.value(value_node, (*place, key))
            self.lines[(*place, key)] = key_node.start_mark.line + 1
        return data

    def _fault(self, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(self.name, node.start_mark.line + 1, "", message))
