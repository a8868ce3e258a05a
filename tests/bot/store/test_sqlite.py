"""Opening the database, and every way in which it cannot be used."""

import asyncio
import os
import re
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import pytest

from bot import cli
from bot.clock import SettableClock
from bot.errors import SettingsError, StoreError, Unavailable
from bot.store import upgrading
from bot.store.migrations import HEAD
from bot.store.sqlite import Connection, SqliteStore
from tests.storing import KEY, NOW, OTHER_KEY, MemoryChannel, assemble, open_store, running, update

ROOT = Path(__file__).parents[3]


async def test_files_are_readable_for_this_user_alone(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")

        modes = {name: stat.S_IMODE(os.stat(tmp_path / name).st_mode) for name in os.listdir(tmp_path)}

    assert set(modes.values()) == {0o600}
    assert {"buhuang.db", "buhuang.db-wal", "key"} <= set(modes)


async def test_every_commit_is_on_the_disk_before_it_is_said(tmp_path: Path) -> None:
    store = await open_store(tmp_path)

    for connection in (store._reader, store._writer):
        pragmas = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete"):
            rows = await connection.execute_fetchall(f"PRAGMA {name}")
            pragmas[name] = next(iter(rows))[0]
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    await store.close()


def test_aiosqlite_is_the_version_whose_inside_is_known() -> None:
    """`Connection.transact` leans on what is private there. Look at `aiosqlite/core.py` before you change this."""
    pinned = re.search(r'"aiosqlite==([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))

    assert pinned and pinned[1] == version("aiosqlite") == "0.22.1"


async def test_transaction_that_raises_leaves_nothing(tmp_path: Path) -> None:
    def half(raw: sqlite3.Connection) -> None:
        raw.execute("CREATE TABLE t (x)")
        raise LookupError

    connection = Connection(lambda: upgrading.connect(tmp_path / "x.db"), iter_chunk_size=64)
    await connection
    with pytest.raises(LookupError):
        await connection.transact(half, writes=True)

    assert (
        await connection.transact(lambda raw: raw.execute("SELECT * FROM sqlite_master").fetchall(), writes=False) == []
    )
    await connection.close()


async def test_two_processes_that_start_at_once_agree_on_keys_and_schema(tmp_path: Path) -> None:
    stores = await asyncio.gather(*(asyncio.to_thread(asyncio.run, opened_and_closed(tmp_path)) for _ in range(4)))

    assert len(set(stores)) == 1


async def opened_and_closed(folder: Path) -> bytes:
    store = await open_store(folder)
    await store.close()
    return store._keys.looking_up


# --- what cannot be used


def not_a_database(path: Path) -> None:
    path.write_bytes(b"This is a letter and no database. " * 200)


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")


def of_a_newer_program(path: Path) -> None:
    upgrading.upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
        newer.commit()


def torn(path: Path) -> None:
    upgrading.upgrade(f"sqlite:///{path}")
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + bytes(4096 * 4) + whole[4096 * 4 + 100 :])


def without_its_tables(path: Path) -> None:
    upgrading.upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as less:
        less.execute("DROP TABLE secrets")


def without_its_version(path: Path) -> None:
    upgrading.upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as less:
        less.execute("DELETE FROM alembic_version")
        less.commit()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (not_a_database, "no database of ours"),
        (of_another_program, "of another program"),
        (of_a_newer_program, "newer Buhuang"),
        (torn, "damaged"),
        (without_its_tables, "damaged"),
        (without_its_version, "does not say its version"),
    ],
)
async def test_database_that_cannot_be_used_says_why_and_stays_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], says: str
) -> None:
    make(tmp_path / "buhuang.db")
    before = (tmp_path / "buhuang.db").read_bytes()

    with pytest.raises(Unavailable, match=says):
        await open_store(tmp_path)

    if make in (not_a_database, torn):
        assert (tmp_path / "buhuang.db").read_bytes() == before


@pytest.mark.parametrize("make", [not_a_database, of_a_newer_program, torn])
def test_command_on_an_unusable_database_ends_with_code_3_and_one_line(
    tmp_path: Path, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path / "buhuang.db")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)

    with pytest.raises(SystemExit) as ended:
        cli.main(["db", "upgrade"])

    assert ended.value.code == 3
    assert capsys.readouterr().err.count("\n") == 1


async def test_folder_in_place_of_a_database_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "buhuang.db").mkdir()

    with pytest.raises(SettingsError, match="DATABASE_URL"):
        await open_store(tmp_path)


async def test_file_in_place_of_its_folder_says_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")

    with pytest.raises(Unavailable, match="cannot be opened"):
        await open_store(tmp_path / "data")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy database is waited for ten seconds; here, no time."""
    connect = upgrading.connect
    monkeypatch.setattr("bot.store.sqlite.connect", lambda path, **_: connect(path, busy_s=0.01))
    monkeypatch.setattr("bot.store.upgrading.connect", lambda path, **_: connect(path, busy_s=0.01))


@pytest.mark.usefixtures("impatient")
async def test_database_held_by_another_program_is_said_and_the_update_comes_again(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        with closing(sqlite3.connect(tmp_path / "buhuang.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="held by another program"):
                await bot.hears("again", id="same")
            other.execute("ROLLBACK")

        await bot.hears("again", id="same")

        assert bot.channel.said == ["hello", "again"]


async def test_full_disk_is_said_and_nothing_of_the_turn_is_written(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        pages = next(iter(await bot.store._writer.execute_fetchall("PRAGMA page_count")))[0]
        await bot.store._writer.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(Unavailable, match="disk is full"):
            await bot.hears("x" * 1_000_000, id="same")
        await bot.store._writer.execute("PRAGMA max_page_count = 1000000")

        loaded = await bot.store.load(update(id="same"), frozenset())

        assert not loaded.seen
        await bot.hears("smaller", id="same")
        assert bot.channel.said == ["hello", "smaller"]


def damage(path: Path) -> None:
    with open(path, "r+b") as file:
        file.seek(4096)
        file.write(bytes(4096 * 30))


async def test_database_damaged_while_running_is_said(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        await bot.store._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        damage(tmp_path / "buhuang.db")
        for connection in (bot.store._reader, bot.store._writer):
            await connection.execute_fetchall("PRAGMA shrink_memory")

        with pytest.raises(StoreError, match="damaged"):
            await bot.hears("again")


# --- master keys


async def test_wrong_master_key_is_a_wrong_setting_that_names_the_one_needed(tmp_path: Path) -> None:
    store = await open_store(tmp_path, KEY)
    await store.close()

    with pytest.raises(SettingsError, match=r"ENCRYPTION_KEYS.*lacks the key named"):
        await open_store(tmp_path, OTHER_KEY)


async def test_lost_key_file_is_not_silently_replaced(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
    (tmp_path / "key").unlink()

    with pytest.raises(SettingsError, match="is missing"):
        await open_store(tmp_path)

    assert not (tmp_path / "key").exists()


async def test_master_key_can_be_rotated_and_the_old_one_retired(tmp_path: Path) -> None:
    for keys in ([KEY], [OTHER_KEY, KEY], [OTHER_KEY]):
        store = await open_store(tmp_path, *keys)
        bot = assemble(store, MemoryChannel(), {}, SettableClock(NOW))
        await bot.hears("hello", sender="u1")
        known = await store.find("memory", "u1")
        await store.purge(now=NOW)
        await bot.outbox.close()
        await store.close()

        assert bot.channel.said == ["hello"]
    store = await open_store(tmp_path, OTHER_KEY)
    assert await store.find("memory", "u1") == known
    await store.close()


async def test_damaged_lookup_key_says_to_restore_a_backup(tmp_path: Path) -> None:
    store = await open_store(tmp_path)
    await store._writer.execute("UPDATE secrets SET wrapped = CAST(substr(wrapped, 1, 20) || zeroblob(40) AS BLOB)")
    await store._writer.commit()
    await store.close()

    with pytest.raises(Unavailable, match="last backup"):
        await open_store(tmp_path)


# --- the schema


def test_upgrade_says_what_it_did(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'buhuang.db'}"

    assert "created" in upgrading.upgrade(url)
    assert "up to date" in upgrading.upgrade(url)


def test_migrations_make_the_schema_that_the_tables_describe(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import create_engine

    from bot.store.schema import METADATA

    upgrading.upgrade(f"sqlite:///{tmp_path / 'buhuang.db'}")
    engine = create_engine(f"sqlite:///{tmp_path / 'buhuang.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)

        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == HEAD
    engine.dispose()


NO_FILES = ["sqlite:///:memory:", "sqlite:///buhuang.db?mode=ro", f"sqlite:///{'x' * 300}.db"]


@pytest.mark.parametrize("url", ["", "postgresql://host/name", "sqlite://", "sqlite:///", *NO_FILES])
async def test_address_that_is_no_file_is_a_wrong_setting(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        await SqliteStore.open(url, key_file=tmp_path / "key")
