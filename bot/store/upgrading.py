"""Brings a database's schema to this version's, and refuses one that this version does not know.

Alembic is imported only when there is something to do: it takes longer than everything else at start.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import SettingsError, Unavailable
from bot.store.migrations import HEAD

_FOLDER = Path(__file__).parent / "migrations"
_BUSY_S = 10.0


def path_of(url: str) -> Path:
    """The file of a `sqlite:///PATH` address. Raises `SettingsError` for one that cannot be a database's."""
    if not url.startswith("sqlite:///") or not url.removeprefix("sqlite:///"):
        raise SettingsError(
            "DATABASE_URL", "should be sqlite:///PATH, for example sqlite:////var/lib/buhuang/buhuang.db"
        )
    path = Path(url.removeprefix("sqlite:///"))
    if path.name.startswith(":") or "?" in path.name:  # what others write for a database in memory, and for options
        raise SettingsError("DATABASE_URL", f"{path.name} is no name of a file; name one, such as sqlite:///buhuang.db")
    try:
        is_folder = path.is_dir()
    except OSError as error:
        raise SettingsError("DATABASE_URL", f"names no file that can be ({error.strerror}); name another") from None
    if is_folder:
        raise SettingsError("DATABASE_URL", f"{path} is a folder; name a file in it, such as {path / 'buhuang.db'}")
    return path


def upgrade(url: str) -> str:
    """Create or migrate the database; returns what was done, in one sentence.

    Raises `Unavailable` when it cannot be used: damaged, not ours, or written by a newer program.
    """
    path = path_of(url)
    _make_file(path)
    try:
        with closing(connect(path)) as connection:
            before = _revision(connection, path)
            if before == HEAD:
                return f"The database {path} is up to date ({HEAD})."
            _migrate(connection, path, before)
    except sqlite3.Error as error:
        raise unavailable(error, path) from error
    return f"The database {path} was {'created' if before is None else f'brought from {before}'} to {HEAD}."


def connect(path: Path, *, busy_s: float = _BUSY_S) -> sqlite3.Connection:
    """A connection as all of ours are: transactions begun by hand, foreign keys, every commit on the disk."""
    connection = sqlite3.connect(path, timeout=busy_s, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
    except BaseException:
        connection.close()
        raise
    return connection


def unavailable(error: sqlite3.Error, path: Path) -> Unavailable:
    """What SQLite complains of, as one sentence that says what to do."""
    text = str(error)
    if any(sign in text for sign in ("not a database", "malformed", "no such table", "no such column")):
        says = "is damaged or no database of ours; stop, move it away, and put the last backup in its place"
    elif "full" in text:
        says = "cannot grow, because the disk is full; free some space"
    elif "locked" in text or "busy" in text:
        says = "is held by another program; stop that one, or wait"
    elif "readonly" in text or "read-only" in text:
        says = "cannot be written; give this user the right to write the file and its folder"
    elif "unable to open" in text:
        says = "cannot be opened; make its folder exist and be readable and writable for this user"
    else:
        says = f"could not be used ({text}); see whether the disk is healthy"
    return Unavailable(f"The database {path} {says}. Nothing was written.")


def _make_file(path: Path) -> None:
    """Make the file before SQLite does, readable for this user alone."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise Unavailable(
            f"The database {path} cannot be opened ({error.strerror}); "
            "make the file and its folder readable and writable for this user."
        ) from error


def _revision(connection: sqlite3.Connection, path: Path) -> str | None:
    """The schema's revision; None for an empty database."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise Unavailable(f"{path} is a database of another program; set DATABASE_URL to a file of Buhuang's own.")
    rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if not rows and tables != {"alembic_version"}:
        raise Unavailable(f"The database {path} does not say its version; put the last backup in its place.")
    return str(rows[0][0]) if rows else None


def _migrate(connection: sqlite3.Connection, path: Path, before: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import StaticPool

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in known:
        raise Unavailable(
            f"The database {path} was written by a newer Buhuang (schema {before}; this program knows {HEAD}). "
            "Install the newer version again, or restore a backup made by this one."
        )
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    event.listen(engine, "begin", lambda begun: begun.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.begin() as begun:
        config.attributes["connection"] = begun
        command.upgrade(config, "head")
