"""The schemas that editors complete by: of today's models, for every file, with words for what a key means."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from content import yamlfile
from content.errors import ContentError
from content.load import ROOT
from content.shapes import FOLDER, KEYS, SHAPES, schema_name, schemas, write_schemas

SETTINGS = ROOT.parent / ".vscode" / "settings.json"
TOP = "top"


def test_schemas_that_ship_are_of_todays_models() -> None:
    shipped = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / FOLDER).iterdir()}

    assert shipped == schemas(ROOT), "run `buhuang content schema`"


def test_every_file_that_is_written_by_hand_has_exactly_one_schema() -> None:
    covered = [path for files in SHAPES for path in ROOT.glob(files)]

    assert sorted(covered) == sorted(ROOT.rglob("*.yaml"))


def test_the_editor_is_told_which_schema_is_for_which_files() -> None:
    mapped = json.loads(SETTINGS.read_text(encoding="utf-8"))["yaml.schemas"]

    assert mapped == {f"content/{FOLDER}/{schema_name(files)}": f"content/{files}" for files in SHAPES}


@pytest.mark.parametrize("files", SHAPES)
def test_content_that_ships_has_no_key_that_its_schema_lacks(files: str) -> None:
    schema = json.loads((ROOT / FOLDER / schema_name(files)).read_text(encoding="utf-8"))

    for path in ROOT.glob(files):
        assert list(unknown(schema, schema, yamlfile.read(path, ROOT).data, path.name)) == []


def test_a_misspelt_key_is_found() -> None:
    schema = json.loads(schemas(ROOT)["answers.json"])

    assert list(unknown(schema, schema, {"id": "a", "anwser": "b", "particulars": [{"finds": []}]}, TOP)) == [
        "top.anwser",
        "top.particulars.finds",
    ]


@pytest.mark.parametrize("key", ["title", "answer", "limits", "next", "provisions", "examples", "counter_examples"])
def test_what_a_key_means_is_told_in_chinese(key: str) -> None:
    told = json.loads(schemas(ROOT)["answers.json"])["properties"][key]["description"]

    assert any("\u4e00" <= char <= "\u9fff" for char in told)


def test_no_key_is_explained_that_is_not_there() -> None:
    known: dict[str, set[str]] = {}
    for shape in SHAPES.values():
        schema = TypeAdapter(shape).json_schema()
        for model in (schema, *schema.get("$defs", {}).values()):
            if "title" in model:
                known[model["title"]] = {"_", *model.get("properties", ())}

    explained = yamlfile.read(ROOT / KEYS, ROOT).data["models"]

    assert {model: sorted(set(keys) - known.get(model, set())) for model, keys in explained.items()} == {
        model: [] for model in explained
    }


def test_schemas_are_written_beside_the_content(tmp_path: Path) -> None:
    (tmp_path / KEYS).write_text("models: {Answer: {title: 名字}}\n", encoding="utf-8")

    written = write_schemas(tmp_path)

    assert len(written) == len(SHAPES)
    assert '"名字"' in (tmp_path / FOLDER / "answers.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["", "models: 1\n", "modles: {}\n", "a: [\n"])
def test_wrong_explanations_are_named(tmp_path: Path, text: str) -> None:
    (tmp_path / KEYS).write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match=KEYS):
        write_schemas(tmp_path)


def unknown(whole: Any, schema: Any, data: Any, place: str) -> Iterator[str]:
    """Keys of the data that the schema doesn't name, whatever else may be wrong."""
    options = list(resolved(whole, schema))
    if isinstance(data, list):
        items = [each["items"] for each in options if "items" in each]
        for entry in data if items else ():
            yield from unknown(whole, items[0], entry, place)
    elif isinstance(data, dict):
        objects = [each for each in options if each.get("type") == "object"]
        for key, value in data.items():
            named = [each["properties"][key] for each in objects if key in each.get("properties", ())]
            free = [each for each in objects if each.get("additionalProperties") or "patternProperties" in each]
            if named:
                yield from unknown(whole, {"anyOf": named}, value, f"{place}.{key}")
            elif not free:
                yield f"{place}.{key}"


def resolved(whole: Any, schema: Any) -> Iterator[Any]:
    if "$ref" in schema:
        yield from resolved(whole, whole["$defs"][schema["$ref"].rpartition("/")[2]])
    for option in schema.get("anyOf", ()):
        yield from resolved(whole, option)
    yield schema
