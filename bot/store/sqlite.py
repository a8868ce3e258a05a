"""The store on SQLite: one file, two connections (one reads while the other writes), one hop for each transaction."""

import asyncio
import fcntl
import logging
import os
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite

from bot.errors import SettingsError, Unavailable, Unreadable
from bot.gaps import Counted, EraseQuestions, LeftQuestion
from bot.messages import Update, UserId
from bot.store import Action, Health, NewRow, Part, Row, Settled, delivering, keeping, turning
from bot.store.encryption import Keyring, master_keys, new_key
from bot.store.hop import Hop, Keys, micros
from bot.store.upgrading import connect, path_of, unavailable, upgrade
from bot.turn import EraseEvidence, EraseUser, Loaded, Need, Outcome

_LOG = logging.getLogger(__name__)
T = TypeVar("T")
_LOOKING_UP = "looking up"


class Connection(aiosqlite.Connection):
    """A connection with what aiosqlite has no public call for: a whole transaction in one hop to its thread."""

    async def transact(self, work: Callable[[sqlite3.Connection], T], *, writes: bool) -> T:
        """Run `work` between BEGIN and COMMIT; any exception rolls back and comes out here."""
        hop = partial(_whole, self._conn, work, writes)
        result: T = await self._execute(hop)  # type: ignore[no-untyped-call]  # aiosqlite leaves it untyped
        return result


def _whole(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T], writes: bool) -> T:
    connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result


class SqliteStore:
    """Implements `Store`, and the web page's `Feed`. Made by `open`, ended by `close`."""

    def __init__(self, path: Path, keys: Keys, lock: int, reader: Connection, writer: Connection) -> None:
        self._path, self._keys, self._lock = path, keys, lock
        self._reader, self._writer = reader, writer
        self._owner = secrets.token_hex(8)
        self._traces = False
        """Whether what was erased may still stand in the write-ahead log."""

    @classmethod
    async def open(cls, url: str, *, configured: Sequence[bytes] = (), key_file: Path) -> Self:
        """Bring the schema up to date and open the database.

        The master keys are those configured, else those of the key file, which the first run makes. Raises
        `SettingsError` for wrong keys or a wrong address, `Unavailable` for a database that cannot be used.
        """
        path = path_of(url)
        upgrade(url)
        lock = os.open(lock_path(path), os.O_RDWR | os.O_CREAT, 0o600)
        connections: list[Connection] = []
        try:
            with closing(connect(path)) as connection:
                keys = _keys(connection, path, configured, key_file)
                _free_leases(connection, keys, lock)
            for _ in range(2):
                connections.append(Connection(lambda: connect(path), iter_chunk_size=64))
                await connections[-1]
        except BaseException as error:
            for opened in connections:
                await opened.close()
            os.close(lock)
            if isinstance(error, sqlite3.Error):
                raise unavailable(error, path) from error
            raise
        return cls(path, keys, lock, *connections)

    async def close(self) -> None:
        await self._reader.close()
        await self._writer.close()
        os.close(self._lock)

    # --- turns

    async def load(self, update: Update, needs: frozenset[Need]) -> Loaded:
        return await self._read(lambda hop: turning.load(hop, update, needs))

    async def commit(
        self, update: Update, loaded: Loaded, outcome: Outcome, rows: Sequence[NewRow], *, now: datetime, lease_s: float
    ) -> tuple[Row, ...]:
        leased = await self._write(lambda hop: turning.commit(hop, update, loaded, outcome, rows, now, lease_s))
        if any(isinstance(write, EraseUser | EraseEvidence | EraseQuestions) for write in outcome.writes):
            await self._leave_no_trace()
        return leased

    async def set_aside(self, update: Update, *, now: datetime) -> None:
        await self._write(lambda hop: hop.run("add_seen", channel=update.channel, update_id=update.id, now=micros(now)))

    # --- the outbox

    async def claim(self, *, now: datetime, limit: int, lease_s: float, actions: frozenset[Action]) -> tuple[Row, ...]:
        return await self._write(lambda hop: delivering.claim(hop, now, limit, lease_s, actions))

    async def renew(self, rows: Sequence[Row], *, lease_s: float) -> tuple[Row, ...]:
        return await self._write(lambda hop: delivering.renew(hop, rows, lease_s))

    async def settle(self, settled: Sequence[Settled], *, now: datetime) -> None:
        await self._write(lambda hop: delivering.settle(hop, settled, now))

    async def next_due(self, *, after: datetime) -> datetime | None:
        return await self._read(lambda hop: delivering.next_due(hop, after))

    async def is_waiting(self, *, now: datetime) -> bool:
        return await self._read(lambda hop: delivering.is_waiting(hop, now))

    async def health(self, *, now: datetime) -> Health:
        return await self._read(lambda hop: delivering.health(hop, now))

    # --- the feed

    async def append(self, channel: str, address: str, key: str, part: Part, now: datetime) -> int:
        return await self._write(lambda hop: keeping.append(hop, channel, address, key, part, now))

    async def since(self, channel: str, address: str, after: int) -> list[tuple[int, Part]]:
        return await self._read(lambda hop: keeping.since(hop, channel, address, after))

    # --- keeping and forgetting

    async def purge(self, *, now: datetime) -> None:
        purged = 0
        while batch := await self._write(lambda hop: keeping.purge_batch(hop, now)):
            purged += batch
        if purged or self._traces:
            await self._leave_no_trace()

    async def find(self, channel: str, sender: str) -> UserId | None:
        return await self._read(lambda hop: keeping.find(hop, channel, sender))

    async def export(self, user: UserId) -> dict[str, Any] | None:
        return await self._read(lambda hop: keeping.export(hop, user))

    async def erase(self, user: UserId, *, now: datetime) -> bool:
        known = await self._write(lambda hop: turning.erase(hop, user, micros(now)))
        await self._leave_no_trace()
        return known

    async def gaps(self, *, since: date) -> tuple[list[Counted], list[LeftQuestion]]:
        return await self._read(lambda hop: keeping.gaps(hop, since))

    async def backup(self, path: Path) -> None:
        await asyncio.to_thread(_backup, self._path, path)

    async def erase_again(self, erasures: Sequence[tuple[bytes, int]], *, now: datetime) -> int:
        """After a backup was restored: erase whom it still knows, and forget what has had its time since."""
        erased = await self._write(lambda hop: keeping.erase_again(hop, erasures))
        await self.purge(now=now)
        return erased

    # --- hops

    async def _read(self, work: Callable[[Hop], T]) -> T:
        return await self._hop(self._reader, work, writes=False)

    async def _write(self, work: Callable[[Hop], T]) -> T:
        return await self._hop(self._writer, work, writes=True)

    async def _hop(self, connection: Connection, work: Callable[[Hop], T], *, writes: bool) -> T:
        try:
            return await connection.transact(lambda raw: work(Hop(raw, self._keys, self._owner)), writes=writes)
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise  # our fault, not the database's
        except sqlite3.Error as error:
            raise unavailable(error, self._path) from error

    async def _leave_no_trace(self) -> None:
        """Move the write-ahead log into the database and cut it off: what was erased is overwritten there."""
        self._traces = not await asyncio.to_thread(_cut_off_log, self._path)


def _cut_off_log(path: Path) -> bool:
    """Whether it could be done, beside a reader that sees an older state it cannot."""
    try:
        with closing(connect(path, busy_s=1)) as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        _LOG.warning("the log of %s keeps traces of what was erased, until the next try: %s", path, error)
        return False
    return not busy


def _backup(database: Path, path: Path) -> None:
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise SettingsError(str(path), "already exists; name a new file for the backup") from None
    except OSError as error:
        raise SettingsError(str(path), f"cannot be written ({error.strerror}); name a file that can") from None
    try:
        with closing(connect(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(path),))
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            raise unavailable(error, database) from error
        raise


def _keys(connection: sqlite3.Connection, path: Path, configured: Sequence[bytes], key_file: Path) -> Keys:
    """The master keys, tried on this database; the key for looking users up is made on the first run."""
    known = {
        name for (name,) in connection.execute("SELECT wrapped_by FROM users UNION SELECT wrapped_by FROM secrets")
    }
    ring = Keyring(master_keys(configured, key_file, create=not known))
    if missing := known - ring.names:
        raise SettingsError(
            "ENCRYPTION_KEYS",
            f"does not open {path}: it lacks the key named {', '.join(sorted(missing))}; "
            "add the key that was used before, after the new one",
        )
    try:
        return Keys(ring, _whole(connection, lambda raw: _looking_up(raw, ring), writes=True))
    except Unreadable as error:
        raise Unavailable(f"The database {path} is damaged ({error}); put the last backup in its place.") from error


def _looking_up(connection: sqlite3.Connection, ring: Keyring) -> bytes:
    hop = Hop(connection, Keys(ring, b""), "")
    row = hop.one("secret", name=_LOOKING_UP)
    if row is None:
        key = new_key()
        hop.run("add_secret", name=_LOOKING_UP, wrapped=ring.wrap(key, _LOOKING_UP), first=ring.first)
        return key
    key = ring.unwrap(row[0], _LOOKING_UP)
    if row[1] != ring.first:
        hop.run("set_secret", name=_LOOKING_UP, wrapped=ring.wrap(key, _LOOKING_UP), first=ring.first)
    return key


def lock_path(path: Path) -> Path:
    """The file that every process using the database holds a lock on."""
    return path.with_name(path.name + ".lock")


def _free_leases(connection: sqlite3.Connection, keys: Keys, lock: int) -> None:
    """What a process that was killed had in its hands is free at once if no other process is using the database."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pass
    else:
        _whole(connection, lambda raw: Hop(raw, keys, "").run("free_leases"), writes=True)
    fcntl.flock(lock, fcntl.LOCK_SH)
