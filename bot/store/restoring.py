"""Puts a backup in the database's place, without those who were erased since it was made.

The backup is copied, tried, brought to this version's schema and cleaned beside the database, and takes its place in
one step; what was there is kept under another name.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.errors import SettingsError, Unavailable
from bot.store.sqlite import SqliteStore, lock_path
from bot.store.upgrading import connect, path_of

Erasure = tuple[bytes, int]
"""Whom (a keyed hash) and when."""


@dataclass(frozen=True, slots=True)
class Restored:
    erased: int
    """How many users of the backup were erased again."""
    replaced: Path | None
    """Where the database that was there is kept."""
    erasures_known: bool
    """Whether the erasures since the backup could be read from the database that was there."""


async def restore(url: str, backup: Path, *, configured: Sequence[bytes], key_file: Path, now: datetime) -> Restored:
    """Restore a backup. Raises `SettingsError` for one that cannot be used, `Unavailable` while a bot is running.

    Whatever it raises, the database that was there is untouched.
    """
    path = path_of(url)
    with _alone(path):
        erasures = _erasures_of(path)
        prepared = path.with_name(path.name + ".restoring")
        try:
            _copy(backup, prepared)
            store = await SqliteStore.open(f"sqlite:///{prepared}", configured=configured, key_file=key_file)
            try:
                erased = await store.erase_again(erasures or (), now=now)
            finally:
                await store.close()
            replaced = _replace(path, prepared, now)
        finally:
            for leftover in (prepared, lock_path(prepared), *_logs(prepared)):
                leftover.unlink(missing_ok=True)
    return Restored(erased, replaced, erasures is not None)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the database against every process that would open it. Raises `Unavailable` if one has."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(lock_path(path), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Unavailable(f"The database {path} is in use; stop the bot and try again. Nothing was written.") from None
    finally:
        os.close(lock)


def _erasures_of(path: Path) -> list[Erasure] | None:
    """The erasures that a database tells of; None where there is none, or none that can be read."""
    if not path.exists():
        return None
    try:
        with closing(connect(path)) as connection:
            return connection.execute("SELECT lookup, at FROM erasures").fetchall()
    except sqlite3.Error:
        return None


def _copy(backup: Path, prepared: Path) -> None:
    if not backup.is_file():
        raise SettingsError(str(backup), "is no file; name a copy made by `buhuang backup`")
    prepared.unlink(missing_ok=True)
    os.close(os.open(prepared, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as source:
            tables = {name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            sound = source.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            if "alembic_version" not in tables or not sound:
                raise sqlite3.DatabaseError
            source.execute("VACUUM INTO ?", (str(prepared),))
    except sqlite3.OperationalError as error:
        raise Unavailable(f"The backup {backup} cannot be copied ({error}). Nothing was written.") from error
    except sqlite3.DatabaseError:
        raise SettingsError(str(backup), "is damaged or no backup of ours; name another one") from None


def _replace(path: Path, prepared: Path, now: datetime) -> Path | None:
    """Let `prepared` take the place of the database, which stays under the name returned."""
    replaced = None
    if path.exists():
        replaced = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%S}.replaced")
        try:
            with closing(connect(path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error:
            pass  # it is damaged: its log stays beside it under the new name
        shutil.copy2(path, replaced)
        for old, new in zip(_logs(path), _logs(replaced), strict=True):
            if old.exists():
                old.replace(new)
    os.replace(prepared, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return replaced


def _logs(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]
