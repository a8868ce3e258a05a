"""Replies and scripts that don't fit the kinds and signals are refused, with the place and what to do."""

from pathlib import Path

import pytest

from tests.breaking import said_of


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
    message = said_of(root, file, old, new)

    assert said in message
    assert "content/" in message
