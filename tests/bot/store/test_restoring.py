"""Backups: made while everything runs, and put back without those who were erased since."""

import asyncio
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot import cli
from bot.errors import SettingsError, Unavailable
from bot.store.restoring import Restored, restore
from tests.bot.store.test_keeping import SCRIPTS
from tests.storing import KEY, NOW, OTHER_KEY, open_store, raw_files, running

LATER = NOW + timedelta(hours=1)


async def put_back(folder: Path, backup: Path, *keys: bytes) -> Restored:
    url = f"sqlite:///{folder / 'buhuang.db'}"
    return await restore(url, backup, configured=keys, key_file=folder / "key", now=LATER)


async def users(folder: Path) -> set[str]:
    store = await open_store(folder)
    found = {name for name in ("stays", "goes", "new") if await store.find("memory", name)}
    await store.close()
    return found


async def backed_up(folder: Path) -> Path:
    """A database with two users, and its backup."""
    async with running(folder, SCRIPTS) as bot:
        await bot.hears("save this", sender="stays")
        await bot.hears("save that", sender="goes")
        await bot.store.backup(folder / "copy")
    return folder / "copy"


async def erase(folder: Path, name: str) -> None:
    store = await open_store(folder)
    user = await store.find("memory", name)
    assert user
    await store.erase(user, now=LATER)
    await store.close()


async def test_backup_is_whole_while_turns_go_on(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("save 0")

        async def backup() -> None:
            await bot.store.backup(tmp_path / "copy")

        await asyncio.gather(backup(), *(bot.hears(f"save {number}") for number in range(1, 20)))

    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("SELECT count(*) >= 1 FROM evidence").fetchone() == (1,)


async def test_backup_never_overwrites(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        with pytest.raises(SettingsError, match="already exists"):
            await bot.store.backup(tmp_path / "key")
        with pytest.raises(SettingsError, match="cannot be written"):
            await bot.store.backup(tmp_path / "nowhere" / "copy")


async def test_restored_backup_goes_on_where_it_was(tmp_path: Path) -> None:
    copy = await backed_up(tmp_path)
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("hello", sender="new")

    done = await put_back(tmp_path, copy)

    assert (done.erased, done.erasures_known) == (0, True)
    assert await users(tmp_path) == {"stays", "goes"}
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("save more", sender="stays")
        assert bot.channel.said[-1].startswith("2 ")


async def test_who_was_erased_since_the_backup_is_erased_again(tmp_path: Path) -> None:
    copy = await backed_up(tmp_path)
    await erase(tmp_path, "goes")

    done = await put_back(tmp_path, copy)

    assert done.erased == 1
    assert await users(tmp_path) == {"stays"}
    with closing(sqlite3.connect(copy)) as old:
        wrapped = [key for (key,) in old.execute("SELECT wrapped_key FROM users")]
    assert sum(key in raw_files(tmp_path) for key in wrapped) == 1


async def test_who_came_back_after_his_erasure_is_not_erased(tmp_path: Path) -> None:
    await backed_up(tmp_path)
    await erase(tmp_path, "goes")
    async with running(tmp_path, SCRIPTS) as bot:
        bot.clock.set(LATER + timedelta(hours=1))
        await bot.hears("save again", sender="goes")
        await bot.store.backup(tmp_path / "second")

    assert (await put_back(tmp_path, tmp_path / "second")).erased == 0
    assert await users(tmp_path) == {"stays", "goes"}


async def test_restoring_over_a_damaged_database_says_that_erasures_are_unknown(tmp_path: Path) -> None:
    copy = await backed_up(tmp_path)
    (tmp_path / "buhuang.db").write_bytes(b"gone" * 5000)

    done = await put_back(tmp_path, copy)

    assert not done.erasures_known
    assert done.replaced and done.replaced.read_bytes() == b"gone" * 5000
    assert await users(tmp_path) == {"stays", "goes"}


async def test_restoring_where_nothing_was_works(tmp_path: Path) -> None:
    copy = await backed_up(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "key").rename(tmp_path / "elsewhere" / "key")

    done = await put_back(tmp_path / "elsewhere", copy)

    assert done.replaced is None
    assert await users(tmp_path / "elsewhere") == {"stays", "goes"}


def other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")


def torn(path: Path) -> None:
    path.write_bytes((path.parent / "copy").read_bytes()[:9000])


def missing(path: Path) -> None:
    pass


def no_database(path: Path) -> None:
    path.write_bytes(b"words" * 999)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("make", [missing, no_database, empty, other_program, torn])
async def test_file_that_is_no_backup_is_refused_and_nothing_is_touched(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    await backed_up(tmp_path)
    make(tmp_path / "bad")
    before = (tmp_path / "buhuang.db").read_bytes()

    with pytest.raises(SettingsError, match=r"bad.*name"):
        await put_back(tmp_path, tmp_path / "bad")

    assert (tmp_path / "buhuang.db").read_bytes() == before
    assert not list(tmp_path.glob("*restoring*")) and not list(tmp_path.glob("*replaced*"))  # noqa: ASYNC240


async def test_backup_of_another_master_key_is_refused_and_nothing_is_touched(tmp_path: Path) -> None:
    store = await open_store(tmp_path, KEY)
    await store.backup(tmp_path / "copy")
    await store.close()
    before = (tmp_path / "buhuang.db").read_bytes()

    with pytest.raises(SettingsError, match="lacks the key named"):
        await put_back(tmp_path, tmp_path / "copy", OTHER_KEY)

    assert (tmp_path / "buhuang.db").read_bytes() == before


async def test_nothing_is_restored_under_a_running_bot(tmp_path: Path) -> None:
    copy = await backed_up(tmp_path)
    async with running(tmp_path, SCRIPTS) as bot:
        with pytest.raises(Unavailable, match="stop the bot"):
            await put_back(tmp_path, copy)

        await bot.hears("hello", sender="stays")


def test_command_tells_what_was_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for command in (["db", "upgrade"], ["backup", str(tmp_path / "copy")], ["restore", str(tmp_path / "copy")]):
        with pytest.raises(SystemExit) as ended:
            cli.main(command)
        assert ended.value.code == 0

    said = capsys.readouterr().out
    assert "0 user(s) in it were erased again" in said and ".replaced now" in said
