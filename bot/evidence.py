"""The evidence ledger: a chain of commitments that an export, or the chat itself, can be checked against.

An entry commits to each of its fields with SHA-256(salt ‖ field), the salt derived for that field from the entry's
own random one. A head is SHA-256 over the previous head, the entry's number and its commitments. So a field may be
masked and the rest still verified, and an erased entry (its words and salt destroyed) leaves the chain whole.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

GENESIS = "0" * 64
"""The head before the first entry."""
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Link:
    """What stays of an entry when its words are gone: the number, a commitment for each field, the head after it."""

    number: int
    commitments: Mapping[str, str]
    head: str


def fields_of(
    *,
    text: str,
    sender: str | None,
    sent_at: datetime | None,
    received_at: datetime,
    saved_at: datetime,
    kind: str,
    signals: Iterable[str],
) -> dict[str, str]:
    """The fields of an entry as they are committed to; what is not known is left out."""
    fields = {
        "text": text,
        "sender": sender,
        "sent_at": sent_at.isoformat() if sent_at else None,
        "received_at": received_at.isoformat(),
        "saved_at": saved_at.isoformat(),
        "kind": kind,
        "signals": ",".join(signals),
    }
    return {name: value for name, value in fields.items() if value is not None}


def entry_salt(fresh: bytes, number: int) -> bytes:
    """The salt of one entry, from what was drawn for the turn: a turn may save several."""
    return hmac.digest(fresh, str(number).encode(), "sha256")


def field_salt(salt: bytes, name: str) -> bytes:
    """The salt of one field. Told in an export with the field, it opens that commitment and no other."""
    return hmac.digest(salt, name.encode(), "sha256")


def commitment(salt_of_field: bytes, value: str) -> str:
    return hashlib.sha256(salt_of_field + value.encode()).hexdigest()


def link(previous_head: str, number: int, fields: Mapping[str, str], salt: bytes) -> Link:
    """Append an entry to the chain that ends in `previous_head`."""
    commitments = {name: commitment(field_salt(salt, name), value) for name, value in fields.items()}
    return Link(number, commitments, _head(previous_head, number, commitments))


def first_fault(links: Iterable[Link]) -> int | None:
    """The number of the first entry at which the chain, given from its beginning, does not hold; None if it does."""
    head = GENESIS
    for expected, each in enumerate(links, start=1):
        if each.number != expected or each.head != _head(head, expected, each.commitments):
            return expected
        head = each.head
    return None


def short(head: str) -> str:
    """The part of a head that is told when an entry is saved."""
    return head[:_SHORT]


def _head(previous: str, number: int, commitments: Mapping[str, str]) -> str:
    told = json.dumps([previous, number, sorted(commitments.items())], separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
