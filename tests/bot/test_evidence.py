"""The ledger: what a chain proves, what a masked field leaves provable, and what an erasure leaves."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import (
    GENESIS,
    Link,
    commitment,
    entry_salt,
    field_salt,
    fields_of,
    first_fault,
    link,
    short,
)

AT = datetime(2026, 11, 23, tzinfo=UTC)


def chain(*texts: str) -> list[Link]:
    links, head = [], GENESIS
    for number, text in enumerate(texts, start=1):
        links.append(link(head, number, {"text": text, "kind": "reminder"}, entry_salt(b"fresh", number)))
        head = links[-1].head
    return links


@given(st.lists(st.text(), max_size=6))
def test_untouched_chain_holds(texts: list[str]) -> None:
    assert first_fault(chain(*texts)) is None


@pytest.mark.parametrize(
    ("touch", "fault"),
    [
        (lambda links: links[1:], 1),
        (lambda links: links[:1] + links[2:], 2),
        (lambda links: [links[1], links[0], links[2]], 1),
        (lambda links: [links[0], replace(links[1], head="f" * 64), links[2]], 2),
        (lambda links: [links[0], replace(links[1], commitments={"text": "0" * 64}), links[2]], 2),
        (lambda links: [links[0], replace(links[1], commitments={}), links[2]], 2),
        (lambda links: [links[0], chain("x", "y")[1], links[2]], 2),
    ],
    ids=["first cut off", "one left out", "two swapped", "head", "commitment", "field taken away", "entry of another"],
)
def test_touched_chain_breaks_where_it_was_touched(touch: Any, fault: int) -> None:
    assert first_fault(touch(chain("a", "b", "c"))) == fault


def test_chain_cut_off_at_its_end_is_told_by_the_head_in_the_chat() -> None:
    links = chain("a", "b", "c")
    told = short(links[-1].head)

    assert first_fault(links[:2]) is None
    assert told not in {short(each.head) for each in links[:2]}


def test_masked_field_leaves_the_others_provable() -> None:
    salt = entry_salt(b"fresh", 1)
    entry = link(GENESIS, 1, {"text": "words", "sender": "95588"}, salt)

    shown = field_salt(salt, "sender")

    assert entry.commitments["sender"] == commitment(shown, "95588")
    assert entry.commitments["sender"] != commitment(shown, "95589")
    assert entry.commitments["text"] != commitment(shown, "words"), "the salt of one field opens no other"


def test_equal_words_have_different_commitments_in_two_entries() -> None:
    first, second = chain("same", "same")

    assert first.commitments["text"] != second.commitments["text"]


def test_what_is_not_known_is_left_out() -> None:
    fields = fields_of(
        text="a", sender=None, sent_at=None, received_at=AT, saved_at=AT, kind="other", signals=("x", "y")
    )

    assert set(fields) == {"text", "received_at", "saved_at", "kind", "signals"}
    assert fields["signals"] == "x,y"
