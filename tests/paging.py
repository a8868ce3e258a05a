"""The chat page over real HTTP on loopback: real store, outbox, conversation and server; scripted handlers.

async with page(tmp_path, {"card": card}) as site:
    await site.start()
    site.url
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels import Channel
from bot.channels.web import WebChannel
from bot.channels.web_api import Allowance
from bot.channels.web_site import Site
from bot.clock import SettableClock
from bot.conversation import Conversation
from bot.outbox import Outbox
from bot.routing import Routing
from bot.store.sqlite import SqliteStore
from bot.turn import Turn
from bot.work import Worker, exporting
from tests.conversing import services
from tests.storing import NOW, Scripted, open_store

TOO_LONG = "too long, please shorten it"
Scripts = Mapping[str, Callable[[Turn], None]]


@dataclass
class Served:
    """One bot with the page as its only channel. It can be stopped and started again on the same port and file."""

    folder: Path
    routing: Routing
    site: Site
    allowance: Allowance | None = None
    clock: SettableClock = field(default_factory=lambda: SettableClock(NOW))
    url: str = ""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> None:
        answering = services()
        self.store: SqliteStore = await open_store(self.folder)
        channels: dict[str, Channel] = {}
        self.outbox = Outbox(self.store, channels, self.clock, jitter=lambda: 1.0)
        files = self.folder / "files"
        worker = Worker(self.store, {"export": exporting(self.store, files, self.clock)}, self.clock, files=files)
        self.conversation = Conversation(self.store, self.outbox, channels, self.routing, answering, self.clock, worker)
        opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.channel = WebChannel(
            self.site,
            self.store,
            self.clock,
            {"too_long": TOO_LONG},
            files=self.folder,
            started=opened.set_result,
            allowance=self.allowance,
        )
        channels["web"] = self.channel
        door = self.conversation.door
        running = (self.channel.run(door), self.outbox.run(), worker.run(door))
        self._tasks = [asyncio.ensure_future(each) for each in running]
        self.url = await opened
        port = int(self.url.rpartition(":")[2])
        self.site = Site(self.site.host, port, self.site.public, self.site.public_url)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self.outbox.close()
        await self.store.close()


@asynccontextmanager
async def page(
    folder: Path,
    scripts: Scripts | None = None,
    *,
    routing: Routing | None = None,
    site: Site | None = None,
    allowance: Allowance | None = None,
) -> AsyncIterator[Served]:
    """The page, served."""
    served = Served(folder, routing or Scripted(scripts or {}), site or Site(port=0), allowance)
    await served.start()
    try:
        yield served
    finally:
        await served.stop()
