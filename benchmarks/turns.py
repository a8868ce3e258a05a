"""What a turn costs the database, and what it costs to find what is due.

python -m benchmarks.turns [FOLDER]    (a folder on the disk that is to be measured)

The transaction that ends a turn is run as the store does it, in one hop to the connection's thread, and, on another
copy, the same statements one by one, as the driver's public calls would. Both wait for the disk at each commit.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.messages import Update, UpdateKind
from bot.store import SPOKEN, Action, NewRow, sqlite
from bot.store.encryption import UserKey, new_key
from bot.store.hop import Hop, micros, packed, statements
from bot.store.sqlite import Connection, SqliteStore
from bot.store.upgrading import connect
from bot.turn import Outcome

TURNS, USERS, TASKS, BLOCK = 2000, 50, 16, 50
DUE, CLAIMED, CLAIMS = 100_000, 500, 10
NOW = datetime(2026, 11, 23, tzinfo=UTC)

Statement = tuple[str, dict[str, object]]


def update(number: int) -> Update:
    user = f"u{number % USERS}"
    return Update("bench", str(number), user, user, UpdateKind.TEXT, NOW, text="x" * 200)


async def turn(store: SqliteStore, number: int) -> None:
    """One load and one commit that leaves two replies."""
    came = update(number)
    loaded = await store.load(came, frozenset())
    rows = [NewRow(Action.SEND, {"text": "y" * 300}) for _ in range(2)]
    await store.commit(came, loaded, Outcome((), loaded.session, ()), rows, now=NOW, lease_s=60)


async def one_hop(store: SqliteStore, first: int) -> float:
    began = time.perf_counter()
    for number in range(first, first + TURNS):
        await turn(store, number)
    return TURNS / (time.perf_counter() - began)


async def many_tasks(store: SqliteStore, first: int) -> float:
    async def some(lane: int) -> None:
        for number in range(first + lane, first + TURNS, TASKS):
            await turn(store, number)

    began = time.perf_counter()
    await asyncio.gather(*(some(lane) for lane in range(TASKS)))
    return TURNS / (time.perf_counter() - began)


async def ratio(one: Path, other: Path, recorded: list[list[Statement]]) -> tuple[float, float]:
    """The same transactions in one hop on one copy, statement by statement on the other, in blocks by turns, so that
    both meet the same load. Returns the transactions a second in one hop, and how many times as fast that is."""
    whole, single = await _connected(one), await _connected(other)
    rates, ratios = [], []
    for first in range(0, len(recorded), BLOCK):
        block = recorded[first : first + BLOCK]
        began = time.perf_counter()
        for transaction in block:
            await whole.transact(partial(_all, transaction), writes=True)
        between = time.perf_counter()
        for transaction in block:
            await single.execute("BEGIN IMMEDIATE")
            for sql, values in transaction:
                async with single.execute(sql, values) as cursor:
                    await cursor.fetchall()
            await single.execute("COMMIT")
        rates.append(len(block) / (between - began))
        ratios.append((time.perf_counter() - between) / (between - began))
    for connection in (whole, single):
        await connection.close()
    return statistics.median(rates), statistics.median(ratios)


async def _connected(path: Path) -> Connection:
    connection = Connection(lambda: connect(path), iter_chunk_size=64)
    await connection
    return connection


def _all(transaction: list[Statement], raw: sqlite3.Connection) -> None:
    for sql, values in transaction:
        raw.execute(sql, values).fetchall()


class Recording(Hop):
    """Remembers the statements of each transaction."""

    transactions: list[list[Statement]] = []  # noqa: RUF012  # one benchmark, one list

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._own: list[Statement] = []
        self.transactions.append(self._own)

    def one(self, name: str, /, **values: object) -> Any:
        self._own.append((statements()[name], values))
        return super().one(name, **values)

    def run(self, name: str, /, **values: object) -> int:
        self._own.append((statements()[name], values))
        return super().run(name, **values)


async def turns(folder: Path) -> Iterator[str]:
    store = await SqliteStore.open(f"sqlite:///{folder / 'turns.db'}", key_file=folder / "key")
    for number in range(USERS):
        await turn(store, -1 - number)
    copies = folder / "one.db", folder / "other.db"
    for copy in copies:
        await store.backup(copy)
    sqlite.Hop = Recording  # type: ignore[assignment,attr-defined]  # for the first run only
    hop = await one_hop(store, 0)
    sqlite.Hop = Hop  # type: ignore[attr-defined]
    tasks = await many_tasks(store, TURNS)
    await store.close()
    commits = [own for own in Recording.transactions if len(own) > 4]
    alone, times = await ratio(*copies, commits)
    return iter(
        [
            f"turns, one hop each for load and commit: {hop:,.0f}/s; {TASKS} tasks at once: {tasks:,.0f}/s",
            f"their commits alone, in one hop: {alone:,.0f}/s, {times:.1f} times as fast as statement by statement",
        ]
    )


async def claims(folder: Path) -> Iterator[str]:
    store = await SqliteStore.open(f"sqlite:///{folder / 'due.db'}", key_file=folder / "key")
    await store._write(fill)
    took = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        rows = await store.claim(now=NOW, limit=CLAIMED, lease_s=600, actions=SPOKEN)
        took.append((time.perf_counter() - began) * 1000)
        if len(rows) != CLAIMED:
            raise SystemExit(f"claimed {len(rows)} rows in place of {CLAIMED}")
    await store.close()
    return iter([f"claim of {CLAIMED} of {DUE:,} due rows, decrypted: {statistics.median(took):.1f} ms (median)"])


def fill(hop: Hop) -> None:
    """Users with one reminder each, all due."""
    for number in range(DUE):
        user, raw = f"user-{number}", new_key()
        key = UserKey(raw, user)
        hop.run(
            "add_user",
            user=user,
            channel="bench",
            lookup=hop.keys.lookup("bench", user),
            wrapped_key=hop.keys.ring.wrap(raw, user),
            wrapped_by=hop.keys.ring.first,
            person=key.seal(packed({"sender": user, "address": user}), "users", "person"),
            profile=b"",
            next_feed=1,
            now=micros(NOW),
        )
        hop.run(
            "add_row",
            user=user,
            seq=1,
            action="send",
            channel="bench",
            lane=1,
            part=key.seal(packed({"text": "y" * 300}), "outbox", 1),
            due_at=micros(NOW - timedelta(seconds=number)),
            dedupe=None,
            dedupe_part=None,
            attempts=0,
            owner=None,
            lease_ms=0,
        )


async def main(folder: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as made:
        for measured in (turns, claims):
            for line in await measured(Path(made)):
                print(line, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None))
