"""Slow work: `work` rows run beside the turns, and their results come in by the front door.

The commit of a result completes its row, so a crash between the two only does the work once more.
"""

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

from bot.channels import Door
from bot.clock import Clock
from bot.errors import Unavailable
from bot.messages import Update, UpdateKind, UserId, WorkOutcome
from bot.store import Action, Row, Store, work_done_id

Job = Callable[[UserId, Mapping[str, str]], Awaitable[dict[str, str]]]
"""One kind of work: whose and with which arguments, to its result. What blocks or computes goes to a thread or a
process in it. Done twice it does no harm."""

KEPT_FOR = timedelta(hours=24)
"""How long a finished file waits in the data directory."""
_LOG = logging.getLogger(__name__)
_LEASE_S = 60.0
_AT_ONCE = 2
_TRIES_MOST = 3
_TRY_AGAIN_S = 1.0
_POLL_S = 5.0
_SWEEP_EVERY = timedelta(hours=1)


class Worker:
    """Runs `work` rows by the functions registered under their names."""

    def __init__(
        self, store: Store, jobs: Mapping[str, Job], clock: Clock, *, files: Path, lease_s: float = _LEASE_S
    ) -> None:
        self._store, self._jobs, self._clock, self._files = store, jobs, clock, files
        self._lease_s = lease_s
        self._running: dict[asyncio.Task[None], Row] = {}
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look again: work was committed."""
        self._wake.set()

    def forget(self, user: UserId) -> None:
        """Remove what was made for a user who is erased."""
        for path in self._files.glob(f"{user}-*"):
            path.unlink(missing_ok=True)

    async def run(self, door: Door) -> None:
        """Work until cancelled; what is under way then is done by whoever comes next."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._holding())
            group.create_task(self._sweeping())
            while True:
                self._wake.clear()
                if not await self._begin(group, door):
                    await self._wait()

    async def _begin(self, group: asyncio.TaskGroup, door: Door) -> int:
        """Lease what there is room for, and set about it."""
        room = _AT_ONCE - len(self._running)
        if room <= 0:
            return 0
        try:
            rows = await self._store.claim(
                now=self._clock.now(), limit=room, lease_s=self._lease_s, actions=frozenset({Action.WORK})
            )
        except Unavailable as error:
            _LOG.error("cannot look for work: %s", error)
            return 0
        for row in rows:
            task = group.create_task(self._do(row, door))
            self._running[task] = row
            task.add_done_callback(self._ended)
        return len(rows)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._wake.set()

    async def _do(self, row: Row, door: Door) -> None:
        """Try a few times, and hand in the result or the failure. Never raises."""
        name = str(row.part["name"])
        given = row.part["arguments"]
        arguments = {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {}
        failure = "interrupted too often"
        for _ in range(_TRIES_MOST if row.attempt <= _TRIES_MOST else 0):
            try:
                result = await self._jobs[name](row.user, arguments)
            except Exception as error:  # the rim of a piece of work
                failure = type(error).__name__
                _LOG.error("work %s of user %s raised %s", row.seq, row.user, failure)
                await asyncio.sleep(_TRY_AGAIN_S)
            else:
                await self._hand_in(row, WorkOutcome(name, arguments, result), door)
                return
        await self._hand_in(row, WorkOutcome(name, arguments, None, failure), door)

    async def _hand_in(self, row: Row, outcome: WorkOutcome, door: Door) -> None:
        id_, kind, now = work_done_id(row), UpdateKind.WORK_DONE, self._clock.now()
        try:
            await door(Update(row.channel, id_, row.sender, row.address, kind, now, work=outcome))
        except Unavailable as error:  # once its lease has run out, it is done again
            _LOG.error("the result of work %s of user %s cannot be recorded: %s", row.seq, row.user, error)
        except Exception as error:  # a rim as well
            _LOG.error("the result of work %s of user %s raised %s", row.seq, row.user, type(error).__name__)

    async def _holding(self) -> None:
        while True:
            await asyncio.sleep(self._lease_s / 3)
            try:
                await self._store.renew(tuple(self._running.values()), lease_s=self._lease_s)
            except Unavailable as error:
                _LOG.error("cannot hold on to leased work: %s", error)

    async def _sweeping(self) -> None:
        while True:
            await asyncio.to_thread(sweep, self._files, (self._clock.now() - KEPT_FOR).timestamp())
            await self._clock.sleep_until(self._clock.now() + _SWEEP_EVERY)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_POLL_S):
                await self._wake.wait()
        except TimeoutError:
            pass


def exporting(store: Store, files: Path, clock: Clock) -> Job:
    """The job `export`: all that is kept of a user, as a JSON file that only this system user can read.

    It lies in the data directory in the clear until it is swept away, as the channel has to hand it over.
    """

    async def export(user: UserId, arguments: Mapping[str, str]) -> dict[str, str]:
        kept = await store.export(user)
        path = files / f"{user}-export.json"
        text = json.dumps(kept, ensure_ascii=False, indent=2)
        await asyncio.to_thread(_write, path, text, clock.now().timestamp())
        return {"name": "buhuang-export.json", "mime": "application/json", "path": str(path)}

    return export


def sweep(files: Path, before: float) -> None:
    """Remove files last written before a moment (seconds since 1970)."""
    for path in files.glob("*"):
        if path.is_file() and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _write(path: Path, text: str, at: float) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    os.utime(partial, (at, at))
    partial.replace(path)
