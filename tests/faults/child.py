"""A bot in a process of its own, to be killed: updates come in over a pipe, deliveries and acknowledgements go out.

python -m tests.faults.child FOLDER [FAULT]

in   {"id": "7", "sender": "u1"}   {"quit": true}
out  {"ready": true}   {"delivered": "7 part 0", "key": "...", "repeat": false}   {"done": "7"}

FAULT plants one broken promise, so that the ledger of the parent can be seen to fail.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from bot.channels import Door, Part
from bot.clock import SystemClock
from bot.conversation import Conversation
from bot.messages import Reply, Update, UpdateKind, UserId, say
from bot.outbox import Outbox
from bot.recognition import Recognition
from bot.routing import Routing
from bot.store import Delivered, Row, Settled
from bot.store.sqlite import SqliteStore
from bot.turn import Consent, Handler, Loaded, Need, Services, Turn, Work
from bot.work import Worker

PARTS = 2
"""How many parts answer each update; each is a row of its own."""
_GAP_S = 0.02
"""How wide a planted fault stands open."""


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


class PipeChannel:
    """Delivers by writing a line: what the parent has read counts as delivered."""

    name = "pipe"

    def __init__(self, *, acknowledges_first: bool) -> None:
        self._acknowledges_first = acknowledges_first
        self.outbox: Outbox | None = None

    def render(self, reply: Reply, *, replaces: str | None = None) -> tuple[Part, ...]:
        return ({"action": "send", "text": reply.text},)

    async def deliver(self, address: str, part: Part, *, key: str, repeat: bool = False) -> str | None:
        tell({"delivered": part["text"], "key": key, "repeat": repeat})
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
            await asyncio.sleep(_GAP_S)
        await door(Update("pipe", id_, sender, f"to-{sender}", UpdateKind.TEXT, now, text=id_))
        if not self._acknowledges_first:
            tell({"done": id_})


def tell(line: Mapping[str, Any]) -> None:
    """One write below a pipe's atomic size: a kill leaves a whole line or none."""
    os.write(1, (json.dumps(line) + "\n").encode())


async def job(user: UserId, arguments: Mapping[str, str]) -> dict[str, str]:
    return {"id": arguments["id"]}


def plant(fault: str, store: SqliteStore, outbox: Outbox) -> None:
    """Break one promise on purpose."""
    if fault == "forgets-what-was-seen":
        load, commit = store.load, store.commit

        async def never_seen(update: Update, needs: frozenset[Need]) -> Loaded:
            return replace(await load(update, needs), seen=False)

        async def under_another_id(update: Update, *given: Any, **named: Any) -> tuple[Row, ...]:
            if update.kind is UpdateKind.TEXT:
                update = replace(update, id=f"{update.id}-{os.urandom(8).hex()}")
            return await commit(update, *given, **named)

        store.load, store.commit = never_seen, under_another_id  # type: ignore[method-assign]
    if fault == "marks-sent-before-delivering":
        hand_over = outbox._hand_over

        async def marks_first(row: Row) -> Settled:
            await store.settle([Delivered(row.user, row.seq, None)], now=datetime.now(UTC))
            await asyncio.sleep(_GAP_S)
            return await hand_over(row)

        outbox._hand_over = marks_first  # type: ignore[method-assign]
    if fault == "never-looks-for-what-is-left":

        async def finds_nothing(**_: object) -> tuple[Row, ...]:
            return ()

        async def sees_nothing(**_: object) -> int:
            return 0

        store.claim, store.waiting = finds_nothing, sees_nothing  # type: ignore[method-assign]


async def main(folder: Path, fault: str) -> None:
    store = await SqliteStore.open(f"sqlite:///{folder / 'buhuang.db'}", key_file=folder / "key")
    channel, clock = PipeChannel(acknowledges_first=fault == "acknowledges-before-the-commit"), SystemClock()
    outbox = Outbox(store, {"pipe": channel}, clock)
    worker = Worker(store, {"job": job}, clock, files=folder / "files")
    services = cast(Services, None)  # nothing here asks for content; the child has to start fast
    conversation = Conversation(store, outbox, {"pipe": channel}, Taking(), services, clock, worker)
    plant(fault, store, outbox)
    beside = [asyncio.ensure_future(each) for each in (outbox.run(), worker.run(conversation.door))]
    await channel.run(conversation.door)
    await outbox.idle()
    while due := await store.next_due(after=clock.now()):
        await clock.sleep_until(due)
        await outbox.idle()
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    await outbox.close()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), "".join(sys.argv[2:])))
