"""A whole bot around a real SQLite file: real store, outbox and conversation; a channel in memory; scripted handlers.

async with running(tmp_path, {"echo": echo}) as bot:
    await bot.hears("hello")
    assert bot.channel.said == ["hello"]
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from bot.channels import Door
from bot.clock import SettableClock
from bot.conversation import Conversation
from bot.messages import Reply, Update, UpdateKind, UserId, say
from bot.outbox import Outbox
from bot.routing import Routing
from bot.session import Consent
from bot.store import Part
from bot.store.sqlite import SqliteStore
from bot.turn import Handler, Turn
from tests.conversing import services

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
KEY, OTHER_KEY = bytes(range(32)), bytes(reversed(range(32)))
_IDS = count(1)


def update(text: str = "", *, kind: UpdateKind = UpdateKind.TEXT, sender: str = "u1", **details: Any) -> Update:
    """An update of the memory channel, with an id of its own unless one is given."""
    details.setdefault("id", f"update-{next(_IDS)}")
    details.setdefault("channel", "memory")
    return Update(sender=sender, address=f"to-{sender}", kind=kind, received_at=NOW, text=text, **details)


async def open_store(folder: Path, *keys: bytes) -> SqliteStore:
    return await SqliteStore.open(f"sqlite:///{folder / 'buhuang.db'}", configured=keys, key_file=folder / "key")


@dataclass
class MemoryChannel:
    """Keeps what it delivers. `faults` are raised first, one an attempt; `gate`, if set, is awaited before each."""

    name: str = "memory"
    delivered: list[tuple[str, Part]] = field(default_factory=list)
    attempts: list[tuple[str, str, bool]] = field(default_factory=list)
    """(address, key, repeat) of every attempt."""
    faults: list[Exception] = field(default_factory=list)
    gate: Callable[[str, Part], Any] | None = None

    @property
    def said(self) -> list[str]:
        return [str(part["text"]) for _, part in self.delivered]

    def said_to(self, sender: str) -> list[str]:
        return [str(part["text"]) for address, part in self.delivered if address == f"to-{sender}"]

    def render(self, reply: Reply, *, replaces: str | None = None) -> tuple[Part, ...]:
        action = "edit" if replaces else "send"
        return tuple({"action": action, "text": block.text, "replaces": replaces} for block in reply.blocks)

    async def deliver(self, address: str, part: Part, *, key: str, repeat: bool = False) -> str | None:
        self.attempts.append((address, key, repeat))
        if self.gate:
            await self.gate(address, part)
        if self.faults:
            raise self.faults.pop(0)
        self.delivered.append((address, part))
        return f"m{len(self.delivered)}"

    async def run(self, door: Door) -> None:
        raise NotImplementedError


class NoWorkshop:
    """Nobody works here; what was asked is remembered."""

    def __init__(self) -> None:
        self.woken = 0
        self.forgotten: list[UserId] = []

    def wake(self) -> None:
        self.woken += 1

    def forget(self, user: UserId) -> None:
        self.forgotten.append(user)


class Scripted(Routing):
    """Routing by the first word: each script is a function over the turn. `echo` takes the rest."""

    def __init__(self, scripts: Mapping[str, Callable[[Turn], None]]) -> None:
        super().__init__([Handler("echo", wants=lambda turn: True, start=echo)], welcome=lambda turn: None)
        self._scripts = scripts

    def route(self, turn: Turn) -> None:
        if turn.update.kind is UpdateKind.GONE:
            return
        turn.handler = "common"
        word = turn.update.work.name if turn.update.work else (turn.text.split() or [""])[0]
        self._scripts.get(word, echo)(turn)


def echo(turn: Turn) -> None:
    turn.say(say(turn.text))


def consents(turn: Turn) -> None:
    turn.set_profile(consent=Consent(version=1, given=True, at=turn.now))
    turn.say(say("agreed"))


def declines(turn: Turn) -> None:
    turn.set_profile(consent=Consent(version=1, given=False, at=turn.now))
    turn.say(say("declined"))


@dataclass
class Bot:
    store: SqliteStore
    outbox: Outbox
    channel: MemoryChannel
    clock: SettableClock
    conversation: Conversation
    workshop: NoWorkshop

    async def hears(self, text: str, **details: Any) -> Update:
        """Let an update in and wait until everything is said."""
        came = update(text, **details)
        await self.conversation.door(came)
        await self.outbox.settled()
        return came

    async def export(self) -> dict[str, Any]:
        """All that is kept of the first user."""
        user = await self.store.find("memory", "u1")
        assert user
        kept = await self.store.export(user)
        assert kept
        return kept

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """The outbox runs beside."""
        running = asyncio.ensure_future(self.outbox.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def raw_files(folder: Path) -> bytes:
    """Everything that lies in the database's files."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("buhuang.db*")))


def assemble(
    store: SqliteStore, channel: MemoryChannel, scripts: Mapping[str, Callable[[Turn], None]], clock: SettableClock
) -> Bot:
    """One process's worth of bot over an open store."""
    outbox = Outbox(store, {channel.name: channel}, clock, jitter=lambda: 1.0)
    workshop = NoWorkshop()
    channels = {channel.name: channel}
    conversation = Conversation(store, outbox, channels, Scripted(scripts), services(), clock, workshop)
    return Bot(store, outbox, channel, clock, conversation, workshop)


@asynccontextmanager
async def running(folder: Path, scripts: Mapping[str, Callable[[Turn], None]] | None = None) -> AsyncIterator[Bot]:
    store = await open_store(folder)
    bot = assemble(store, MemoryChannel(), scripts or {}, SettableClock(NOW))
    try:
        yield bot
    finally:
        await bot.outbox.close()
        await store.close()
