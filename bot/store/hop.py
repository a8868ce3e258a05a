"""What a transaction has in its hands: the connection, the statements by name, and the keys."""

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.store.encryption import Keyring, UserKey, lookup

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SQLITE_NOW_MS = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"

Values = tuple[Any, ...]
"""One row, as the driver gives it."""


@dataclass(frozen=True)
class Keys:
    """All keys but the users' own."""

    ring: Keyring
    looking_up: bytes = field(repr=False)

    def lookup(self, channel: str, sender: str) -> bytes:
        return lookup(self.looking_up, channel, sender)

    def of_user(self, user: str, wrapped: bytes) -> UserKey:
        """Raises `Unreadable`."""
        return UserKey(self.ring.unwrap(wrapped, user), user)


class Hop:
    """One transaction. Statements are called by their names in `queries.sql`."""

    def __init__(self, connection: sqlite3.Connection, keys: Keys, owner: str) -> None:
        self._connection = connection
        self.keys = keys
        self.owner = owner
        """The process that leases rows here."""

    def one(self, name: str, /, **values: object) -> Values | None:
        row: Values | None = self._connection.execute(statements()[name], values).fetchone()
        return row

    def all(self, name: str, /, **values: object) -> list[Values]:
        return self._connection.execute(statements()[name], values).fetchall()

    def run(self, name: str, /, **values: object) -> int:
        """Execute a change; returns how many rows it touched."""
        return self._connection.execute(statements()[name], values).rowcount


@cache
def statements() -> Mapping[str, str]:
    """The statements of `queries.sql` by name, as SQLite takes them."""
    text = (Path(__file__).parent / "queries.sql").read_text("utf-8").replace("{now_ms}", _SQLITE_NOW_MS)
    found = re.findall(r"^-- name: (\w+)\n(.*?;)$", text, re.MULTILINE | re.DOTALL)
    return MappingProxyType(dict(found))


def micros(moment: datetime) -> int:
    """A time as it is stored."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros_: int) -> datetime:
    return _EPOCH + micros_ * _MICROSECOND


def packed(value: object) -> bytes:
    """JSON values as bytes to be sealed."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def unpacked(plain: bytes) -> Any:
    return json.loads(plain)
