"""What each file of the content has to look like, for editors that complete and check while one types.

A JSON Schema for each kind of file, made from the models that the program itself loads them by; what a key means is
told in Chinese by `keys.yaml`. `.vscode/settings.json` says which schema is for which files.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from content import yamlfile
from content.errors import ContentError, Problem
from content.schema import Conversation, Entry, Hotline, Provision, Text
from content.schema_answer import Answer, Questions
from content.schema_citing import Citing, RankName
from content.schema_distress import Distress
from content.schema_fact import Fact
from content.schema_field import FieldWords
from content.schema_lawbook import LawNames
from content.schema_learnt import Labelled, Voice
from content.schema_lender import Lenders
from content.schema_reply import Replies, Script
from content.schema_signal import Disguise, Kinds, Routes, Signal, WordGroup

FOLDER = "schemas"
KEYS = "keys.yaml"
_WHOLE = "_"
"""Stands in `keys.yaml` for the entry itself."""


class Keys(Entry):
    """The shape of `keys.yaml`: for each model, what its keys mean."""

    models: dict[str, dict[str, Text]]


SHAPES: Mapping[str, Any] = MappingProxyType(
    {
        "answers/*.yaml": Answer,
        "citations.yaml": Citing,
        "conversations/*.yaml": Conversation,
        "disguises.yaml": list[Disguise],
        "distress.yaml": Distress,
        "facts/*.yaml": list[Fact],
        "fields.yaml": FieldWords,
        "guarded.yaml": list[WordGroup],
        "hotlines.yaml": list[Hotline],
        "keys.yaml": Keys,
        "kinds.yaml": Kinds,
        "lawbook.yaml": LawNames,
        "lenders.yaml": Lenders,
        "lookalikes.yaml": list[Disguise],
        "messages/*.yaml": list[Labelled],
        "ordinary.yaml": list[WordGroup],
        "pictures.yaml": list[Disguise],
        "provisions/*.yaml": list[Provision],
        "questions.yaml": Questions,
        "ranks.yaml": list[RankName],
        "replies.yaml": Replies,
        "route.yaml": Routes,
        "scripts/*.yaml": list[Script],
        "signals/*.yaml": Signal,
        "traditional.yaml": list[Disguise],
        "vocabulary.yaml": list[WordGroup],
        "voices/*.yaml": list[Voice],
    }
)
"""Which files hold what: one entry, or a list of entries."""


def schemas(root: Path) -> dict[str, str]:
    """The text of every schema, by the name of its file. Raises `ContentError` if `keys.yaml` is not right."""
    words = _words(root)
    return {schema_name(files): _schema(shape, words) for files, shape in SHAPES.items()}


def write_schemas(root: Path) -> list[Path]:
    """Write them below `root`; returns where."""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    written = []
    for name, text in schemas(root).items():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


def schema_name(files: str) -> str:
    """The name of the schema for these files."""
    return files.removesuffix(".yaml").removesuffix("/*") + ".json"


def _words(root: Path) -> dict[str, dict[str, Text]]:
    file = yamlfile.read(root / KEYS, root)
    problems = list(file.problems)
    if file.data is None and not problems:
        problems.append(Problem(file.name, 1, "", "is empty; write at least 'models: {}'"))
    keys = yamlfile.parse(file, Keys, (), problems) if file.data is not None else None
    if keys is None:
        raise ContentError(problems)
    return keys.models


def _schema(shape: Any, words: Mapping[str, Mapping[str, str]]) -> str:
    schema = TypeAdapter(shape).json_schema()
    for model in (schema, *schema.get("$defs", {}).values()):
        _explain(model, words.get(model.get("title", ""), {}))
    whole = {"$schema": "http://json-schema.org/draft-07/schema#", **_plain(schema)}
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _explain(model: dict[str, Any], words: Mapping[str, str]) -> None:
    """Put the Chinese words in; the docstrings, which are for programmers, go."""
    model.pop("description", None)
    if _WHOLE in words:
        model["description"] = words[_WHOLE]
    for key, property_ in model.get("properties", {}).items():
        property_.pop("description", None)
        if key in words:
            property_["description"] = words[key]


def _plain(schema: Any) -> Any:
    """Without the titles that pydantic makes of the English names.

    What is one of several shapes may look like two of them (a date is also a text): editors are told `anyOf`.
    """
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _plain(each) for key, each in schema.items() if key != "title" or not isinstance(each, str)}
    return {"anyOf" if key == "oneOf" else key: each for key, each in kept.items()}
