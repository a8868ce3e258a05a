"""The live end of the feed: what is kept for a visitor, and the open streams that follow it.

A stream first replays what its page has not seen, then follows. When the last part that the page has seen is no longer
kept (erased, or wiped in time) the page is told to start anew: it never shows what we no longer hold.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from datetime import datetime

from starlette.responses import StreamingResponse
from starlette.types import Send

from bot.channels import Door, Feed, Part
from bot.errors import Unavailable, Unreadable
from bot.messages import Update

NAME = "web"
_HEARTBEAT_S = 15.0
"""Keeps proxies from closing a silent stream; and how soon what another process appended is seen."""
_RETRY_MS = 1000


class LiveFeed:
    """The feed, with word to whoever follows it."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._unkept: dict[str, dict[str, Part]] = defaultdict(dict)
        self._streams: dict[str, set[Watch]] = {}
        self._closing = False

    async def append(self, address: str, key: str, part: Part, now: datetime) -> int:
        """Add what is said to the visitor, after what he said himself; 0 when nothing is known of him."""
        for own_key, own in list(self._unkept.get(address, {}).items()):
            await self._feed.append(NAME, address, own_key, own, now)
        id_ = await self._feed.append(NAME, address, key, part, now)
        self._stir(address)
        return id_

    async def take(self, door: Door, update: Update, own: Part) -> None:
        """Hand an update to the door, and keep the visitor's own words in front of the answer.

        A first message finds nobody to keep it for; it waits here until its turn is committed.
        """
        address, key = update.address, f"own-{update.id}"
        if await self._feed.append(NAME, address, key, own, update.received_at):
            self._stir(address)
            await door(update)
            return
        self._unkept[address][key] = own
        try:
            await door(update)
            await self._feed.append(NAME, address, key, own, update.received_at)
            self._stir(address)
        finally:
            self._unkept[address].pop(key, None)
            if not self._unkept[address]:
                del self._unkept[address]

    async def since(self, address: str, after: int) -> list[tuple[int, Part]]:
        return await self._feed.since(NAME, address, after)

    # --- who follows

    @contextmanager
    def watched(self, address: str) -> "Iterator[Watch]":
        watch = Watch(ended=self._closing)
        self._streams.setdefault(address, set()).add(watch)
        try:
            yield watch
        finally:
            watches = self._streams[address]
            watches.discard(watch)
            if not watches:
                del self._streams[address]

    def end(self, address: str | None = None) -> None:
        """End the streams of a visitor (he has left, or comes as another), or all of them, also those still to come."""
        self._closing |= address is None
        for each in [address] if address else list(self._streams):
            for watch in self._streams.get(each, ()):
                watch.ended = True
            self._stir(each)

    def _stir(self, address: str) -> None:
        for watch in self._streams.get(address, ()):
            watch.stirred.set()


class Watch:
    """One open stream: `stirred` when there may be something new."""

    def __init__(self, *, ended: bool) -> None:
        self.stirred = asyncio.Event()
        self.ended = ended


async def follow(feed: LiveFeed, address: str, tag: str, after: int) -> AsyncIterator[bytes]:
    """The events of one stream, beginning behind the part `after`."""
    with feed.watched(address) as watch:
        yield f"retry: {_RETRY_MS}\n".encode() + _event("hello", {"who": tag})
        told = False
        try:
            while not watch.ended:
                watch.stirred.clear()
                # One part is read again: when it is gone, so is what came before it.
                rows = await feed.since(address, max(after - 1, 0))
                if after and (not rows or rows[0][0] != after):
                    after, told = 0, False
                    yield _event("reset", {}, id_=0)
                    rows = await feed.since(address, 0)
                for id_, part in rows:
                    if id_ > after:
                        yield _event("message", _shown(part), id_=id_)
                        after = id_
                if not told:
                    yield _event("ready", {})
                    told = True
                if not await _is_stirred(watch):
                    yield b": still here\n\n"
        except Unavailable:
            return
        except Unreadable:
            yield _event("damaged", {})


class EventStream(StreamingResponse):
    """Server-sent events; the source is closed with the response."""

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, headers=headers, media_type="text/event-stream")
        self._events = events

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self._events):  # type: ignore[type-var]  # `follow` is a generator, and so has aclose
            await super().stream_response(send)


async def _is_stirred(watch: Watch) -> bool:
    try:
        async with asyncio.timeout(_HEARTBEAT_S):
            return await watch.stirred.wait()
    except TimeoutError:
        return False


def _shown(part: Part) -> Part:
    """What the page is told: of files their names, not where they lie."""
    files = part.get("files")
    return part | {"files": [{"name": file["name"]} for file in files]} if isinstance(files, list) else part


def _event(name: str, data: Part, *, id_: int | None = None) -> bytes:
    head = f"id: {id_}\n" if id_ is not None else ""
    kind = f"event: {name}\n" if name != "message" else ""
    return f"{head}{kind}data: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
