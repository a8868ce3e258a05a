"""Slow work: done beside the turns, once as a rule, again after a crash, and always answered."""

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.work
from bot.errors import Unavailable
from bot.messages import Update, UserId, say
from bot.store import Action, Row
from bot.turn import EraseUser, Turn, Work
from bot.work import KEPT_FOR, Job, Worker, exporting, sweep
from tests.storing import NOW, Bot, running


def asks(turn: Turn) -> None:
    turn.write(Work("job", {"what": turn.text.split()[1]}))
    turn.say(say("under way"))


def tells(turn: Turn) -> None:
    done = turn.update.work
    assert done
    turn.say(say(f"done {done.arguments['what']} {done.result or done.failure}"))


SCRIPTS = {"ask": asks, "job": tells}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.work, "_TRY_AGAIN_S", 0)


@asynccontextmanager
async def working(chat: Bot, job: Job, folder: Path) -> AsyncIterator[Worker]:
    worker = Worker(chat.store, {"job": job}, chat.clock, files=folder / "files")
    chat.conversation._worker = worker
    task = asyncio.ensure_future(worker.run(chat.conversation.door))
    try:
        yield worker
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def does(user: UserId, arguments: Mapping[str, str]) -> dict[str, str]:
    return {"made": arguments["what"]}


async def test_work_is_done_beside_and_its_result_comes_in_by_the_front_door(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as chat, working(chat, does, tmp_path):
        await chat.hears("ask tea")
        await chat.outbox.idle()

        assert chat.channel.said == ["under way", "done tea {'made': 'tea'}"]


async def test_work_that_passes_at_the_third_try_is_not_noticed(tmp_path: Path) -> None:
    tries: list[int] = []

    async def fails_twice(user: UserId, arguments: Mapping[str, str]) -> dict[str, str]:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError
        return await does(user, arguments)

    async with running(tmp_path, SCRIPTS) as chat, working(chat, fails_twice, tmp_path):
        await chat.hears("ask tea")
        await chat.outbox.idle()

        assert chat.channel.said[-1] == "done tea {'made': 'tea'}"


async def test_work_that_always_fails_is_told_by_the_type_of_its_fault(tmp_path: Path) -> None:
    async def fails(user: UserId, arguments: Mapping[str, str]) -> dict[str, str]:
        raise ZeroDivisionError("13800000000")

    async with running(tmp_path, SCRIPTS) as chat, working(chat, fails, tmp_path):
        await chat.hears("ask tea")
        await chat.outbox.idle()

        assert chat.channel.said[-1] == "done tea ZeroDivisionError"


async def test_work_that_nobody_knows_is_told(tmp_path: Path) -> None:
    async with running(tmp_path, {"ask": asks, "job": tells}) as chat, working(chat, does, tmp_path) as worker:
        worker._jobs = {}
        await chat.hears("ask tea")
        await chat.outbox.idle()

        assert chat.channel.said[-1] == "done tea KeyError"


async def test_work_under_way_at_a_crash_is_done_by_the_next_process(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def never_ends(user: UserId, arguments: Mapping[str, str]) -> dict[str, str]:
        begun.set()
        await asyncio.Event().wait()
        return {}

    async with running(tmp_path, SCRIPTS) as chat, working(chat, never_ends, tmp_path):
        await chat.hears("ask tea")
        await begun.wait()
    async with running(tmp_path, SCRIPTS) as chat, working(chat, does, tmp_path):
        await chat.outbox.idle()

        assert chat.channel.said == ["done tea {'made': 'tea'}"]


async def test_work_that_kills_its_process_again_and_again_is_given_up(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as chat:
        await chat.hears("ask tea")
        for _ in range(3):
            await chat.store.claim(now=NOW, limit=1, lease_s=-1, actions=frozenset({Action.WORK}))
        async with working(chat, does, tmp_path):
            await chat.outbox.idle()

        assert chat.channel.said[-1] == "done tea interrupted too often"


async def test_result_that_cannot_be_recorded_is_made_again(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as chat:
        commit, away, done = chat.store.commit, [True], asyncio.Event()

        async def away_once(came: Update, *given: Any, **named: Any) -> tuple[Row, ...]:
            if came.work and away:
                away.clear()
                done.set()
                raise Unavailable("away")
            return await commit(came, *given, **named)

        chat.store.commit = away_once  # type: ignore[method-assign,assignment]
        async with working(chat, does, tmp_path) as worker:
            await chat.hears("ask tea")
            await done.wait()
            await chat.store._writer.execute("UPDATE outbox SET leased_until = 1 WHERE leased_until IS NOT NULL")
            await chat.store._writer.commit()
            worker.wake()
            await chat.outbox.idle()

        assert chat.channel.said.count("done tea {'made': 'tea'}") == 1


async def test_result_for_one_who_was_erased_meanwhile_says_nothing(tmp_path: Path) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(user: UserId, arguments: Mapping[str, str]) -> dict[str, str]:
        begun.set()
        await may_end.wait()
        return await does(user, arguments)

    def erases(turn: Turn) -> None:
        turn.write(EraseUser())
        turn.say(say("erased"))

    async with running(tmp_path, SCRIPTS | {"erase": erases}) as chat:
        door, handed_in = chat.conversation.door, asyncio.Event()

        async def told(update: Update) -> None:
            await door(update)
            if update.work:
                handed_in.set()

        chat.conversation.door = told  # type: ignore[method-assign]
        async with working(chat, slow, tmp_path):
            await chat.hears("ask tea")
            await begun.wait()
            await chat.hears("erase")
            may_end.set()
            await handed_in.wait()
            await chat.outbox.idle()

        assert chat.channel.said == ["under way", "erased"]


async def test_same_result_twice_is_told_once(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as chat:
        worker = Worker(chat.store, {"job": does}, chat.clock, files=tmp_path)
        await chat.hears("ask tea")
        (row,) = await chat.store.claim(now=NOW, limit=1, lease_s=60, actions=frozenset({Action.WORK}))
        await asyncio.gather(*(worker._do(row, chat.conversation.door) for _ in range(2)))
        await chat.outbox.idle()

        assert chat.channel.said == ["under way", "done tea {'made': 'tea'}"]


# --- files


async def test_export_is_a_file_for_this_user_alone(tmp_path: Path) -> None:
    async with running(tmp_path) as chat:
        await chat.hears("hello")
        user = await chat.store.find("memory", "u1")
        assert user
        made = await exporting(chat.store, tmp_path / "files", chat.clock)(user, {})

    assert stat.S_IMODE(Path(made["path"]).stat().st_mode) == 0o600  # noqa: ASYNC240
    assert json.loads(Path(made["path"]).read_text("utf-8"))["platform_id"] == "u1"  # noqa: ASYNC240


def test_finished_files_are_swept_after_a_day(tmp_path: Path) -> None:
    for name, age in (("old", KEPT_FOR + timedelta(seconds=1)), ("new", timedelta())):
        (tmp_path / name).write_bytes(b"")
        at = (NOW - age).timestamp()
        os.utime(tmp_path / name, (at, at))

    sweep(tmp_path, (NOW - KEPT_FOR).timestamp())

    assert [path.name for path in tmp_path.iterdir()] == ["new"]


async def test_files_of_an_erased_user_go_with_him(tmp_path: Path) -> None:
    async with running(tmp_path) as chat, working(chat, does, tmp_path) as worker:
        (tmp_path / "files").mkdir()
        for user in ("gone", "stays"):
            (tmp_path / "files" / f"{user}-export.json").write_bytes(b"")
        worker.forget(UserId("gone"))

        assert os.listdir(tmp_path / "files") == ["stays-export.json"]
