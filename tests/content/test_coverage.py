"""Replies and scripts that don't fit the kinds and signals are refused, with the place and what to do."""

import shutil
from pathlib import Path

import pytest

from content.errors import ContentError
from content.load import ROOT, load


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the content, to be broken."""
    shutil.copytree(ROOT, tmp_path / "content", ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return tmp_path / "content"


def broken(root: Path, file: str, old: str, new: str) -> str:
    """What loading says once `old` is `new` in a file."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load(root)
    return str(error.value)


def test_content_as_it_ships_is_sound(root: Path) -> None:
    load(root)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("replies.yaml", "  - id: insult\n", "  - id: insullt\n", "insullt"),
        ("replies.yaml", "  - id: insult\n", "  - id: insullt\n", "insult: has no sentence"),
        ("replies.yaml", "    plain: [visit]\n", "    plain: [vissit]\n", "'vissit'"),
        ("replies.yaml", "  joint: ", "  jointt: ", "the phrase 'joint' is missing"),
        ("replies.yaml", "  joint: ", "  jointt: ", "the phrase 'jointt' is used nowhere"),
        ("replies.yaml", "  private: ", "  someone: ", "someone"),
        ("replies.yaml", "“{quote}”可能构成侮辱", "“{qoute}”可能构成侮辱", "{qoute}"),
        ("scripts/conduct.yaml", "    signals: [insult]\n", "    signals: [insullt]\n", "'insullt'"),
        ("scripts/conduct.yaml", "kind: threat", "kind: thread", "'thread'"),
        ("scripts/conduct.yaml", "order: 43", "order: 44", "has the order 44"),
        ("scripts/conduct.yaml", "{ask_identity}", "{ask_indentity}", "{ask_indentity}"),
        ("scripts/money.yaml", "  when: {}\n", "  when:\n    kinds: [reminder]\n", "has to fit everything"),
    ],
)
def test_misfit_is_named_with_its_place(root: Path, file: str, old: str, new: str, said: str) -> None:
    message = broken(root, file, old, new)

    assert said in message
    assert "content/" in message
