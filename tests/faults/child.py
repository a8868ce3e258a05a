"""A bot to be killed: updates come in over a pipe, deliveries and acknowledgements go out.

in   {"id": "7", "sender": "u1"}   {"quit": true}
out  {"ready": true}   {"delivered": "7 part 0", "key": "...", "repeat": false}   {"done": "7"}

It kills itself at its `die_at`th point: a point is every statement on the database, and before and after each delivery
and each acknowledgement. `fault` breaks one promise, so that the ledger of the parent can be seen to fail.
"""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

from bot.channels import Door, Part
from bot.clock import SystemClock
from bot.conversation import Conversation
from bot.messages import Reply, Update, UpdateKind, UserId, say
from bot.outbox import Outbox
from bot.recognition import Recognition
from bot.routing import Routing
from bot.session import Consent
from bot.store import sqlite, upgrading
from bot.store.sqlite import SqliteStore
from bot.turn import Handler, Services, Turn, Work
from bot.work import Worker

PARTS = 2
"""How many parts answer each update; each is a row of its own."""
GAP_S = 0.02
"""How wide a planted fault stands open."""
ACKNOWLEDGES_FIRST = "acknowledges-before-the-commit"


def takes(turn: Turn) -> None:
    """Count the update in the session, save it as evidence, answer in parts, remind soon, now and then do work."""
    if turn.update.work:
        turn.say(say(f"{turn.update.work.arguments['id']} worked"))
        return
    if not turn.profile.keeps:
        turn.set_profile(consent=Consent(version=1, given=True, at=turn.now))
    id_ = turn.text
    turn.goto("taking", taken=[*turn.slots.get("taken", []), id_])
    saved = turn.save_evidence(turn.hold(id_, sender=None, sent_at=None), Recognition(kind="other"))
    for number in range(PARTS):
        turn.say(say(f"{id_} part {number}"))
    soon = turn.now + timedelta(milliseconds=30)
    turn.say(say(f"{id_} reminded of {saved.number} {saved.head}", due_at=soon))
    if is_work(id_):
        turn.write(Work("job", {"id": id_}))


def is_work(id_: str) -> bool:
    return int(id_) % 5 == 0


class Taking(Routing):
    """All updates go to `takes`."""

    def __init__(self) -> None:
        super().__init__([Handler("common", wants=lambda turn: True, start=takes)], welcome=lambda turn: None)

    def route(self, turn: Turn) -> None:
        turn.handler = "common"
        takes(turn)


class Fuse:
    """Counts the points that are passed, and kills at the last."""

    def __init__(self, die_at: int) -> None:
        self._die_at = die_at
        self._passed = count(1)

    def point(self, _: object = None) -> None:
        if next(self._passed) == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def connect(self, path: Path, **given: Any) -> sqlite3.Connection:
        connection = _connect(path, **given)
        connection.set_trace_callback(self.point)
        return connection


_connect = upgrading.connect


class PipeChannel:
    """Delivers by writing a line: what the parent has read counts as delivered."""

    name = "pipe"

    def __init__(self, fuse: Fuse, *, acknowledges_first: bool) -> None:
        self._fuse = fuse
        self._acknowledges_first = acknowledges_first

    def render(self, reply: Reply, *, replaces: str | None = None) -> tuple[Part, ...]:
        return ({"action": "send", "text": reply.text},)

    async def deliver(self, address: str, part: Part, *, key: str, repeat: bool = False) -> str | None:
        self._fuse.point()
        tell({"delivered": part["text"], "key": key, "repeat": repeat})
        self._fuse.point()
        await asyncio.sleep(0)
        return key

    async def run(self, door: Door) -> None:
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        tell({"ready": True})
        async with asyncio.TaskGroup() as group:
            while not (given := json.loads(await reader.readline())).get("quit"):
                group.create_task(self._take(given, door))

    async def _take(self, given: Mapping[str, str], door: Door) -> None:
        id_, sender, now = given["id"], given["sender"], datetime.now(UTC)
        if self._acknowledges_first:
            tell({"done": id_})
            await asyncio.sleep(GAP_S)
        await door(Update("pipe", id_, sender, f"to-{sender}", UpdateKind.TEXT, now, text=id_))
        if not self._acknowledges_first:
            self._fuse.point()
            tell({"done": id_})
            self._fuse.point()


def tell(line: Mapping[str, Any]) -> None:
    """One write below a pipe's atomic size: a kill leaves a whole line or none."""
    os.write(1, (json.dumps(line) + "\n").encode())


async def job(user: UserId, arguments: Mapping[str, str]) -> dict[str, str]:
    return {"id": arguments["id"]}


async def live(folder: str, fault: str, die_at: int) -> None:
    from tests.faults.planting import plant

    fuse = Fuse(die_at)
    upgrading.connect = sqlite.connect = fuse.connect  # type: ignore[attr-defined]
    store = await SqliteStore.open(f"sqlite:///{Path(folder) / 'buhuang.db'}", key_file=Path(folder) / "key")
    channel, clock = PipeChannel(fuse, acknowledges_first=fault == ACKNOWLEDGES_FIRST), SystemClock()
    outbox = Outbox(store, {"pipe": channel}, clock)
    worker = Worker(store, {"job": job}, clock, files=Path(folder) / "files")
    services = cast(Services, None)  # nothing here asks for content; the child has to start fast
    conversation = Conversation(store, outbox, {"pipe": channel}, Taking(), services, clock, worker)
    plant(fault, store, outbox)
    beside = [asyncio.ensure_future(each) for each in (outbox.run(), worker.run(conversation.door))]
    await channel.run(conversation.door)
    while True:
        looked_at = clock.now()  # what falls due while the outbox grows idle is not yet said
        await outbox.idle()
        if not (due := await store.next_due(after=looked_at)):
            break
        await clock.sleep_until(due)
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    await outbox.close()
    await store.close()
