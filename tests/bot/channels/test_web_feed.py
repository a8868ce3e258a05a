"""The live end of the feed: order, repeats, and streams that end."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from bot.channels import Part
from bot.channels.web_feed import LiveFeed, follow
from bot.errors import StoreError, Unavailable, Unreadable
from bot.messages import Update, UpdateKind

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
UPDATE = Update("web", "u1", "ann", "ann", UpdateKind.TEXT, NOW, text="hello")
OWN: Part = {"own": True, "text": "hello"}


class MemoryFeed:
    """Knows nobody until told; then keeps parts by their keys."""

    def __init__(self) -> None:
        self.known = False
        self.parts: dict[str, Part] = {}
        self.fault: StoreError | None = None

    async def append(self, channel: str, address: str, key: str, part: Part, now: datetime) -> int:
        if not self.known:
            return 0
        self.parts.setdefault(key, part)
        return list(self.parts).index(key) + 1

    async def since(self, channel: str, address: str, after: int) -> list[tuple[int, Part]]:
        if self.fault:
            raise self.fault
        return list(enumerate(self.parts.values(), 1))[after:]


def answering(kept: MemoryFeed, feed: LiveFeed) -> Callable[[Update], Awaitable[None]]:
    """A door behind which the answer is delivered before it returns."""

    async def door(update: Update) -> None:
        kept.known = True
        await feed.append("ann", "answer", {"text": "answer"}, NOW)

    return door


async def read(feed: LiveFeed) -> list[str]:
    """What a stream says until it ends: texts, names of events, and "alive", after which the page leaves."""
    said = []
    async for raw in follow(feed, "ann", "tag", 0):
        if raw.startswith(b":"):
            said.append("alive")
            feed.end("ann")
            continue
        event = dict(line.split(": ", 1) for line in raw.decode().splitlines() if line)
        said.append(json.loads(event["data"]).get("text") or event["event"])
    return said


async def test_first_words_of_a_stranger_stand_before_their_answer() -> None:
    kept = MemoryFeed()
    feed = LiveFeed(kept)

    await feed.take(answering(kept, feed), UPDATE, OWN)

    assert [part["text"] for part in kept.parts.values()] == ["hello", "answer"]


async def test_words_that_could_not_be_taken_are_not_kept_for_a_stranger() -> None:
    kept = MemoryFeed()
    feed = LiveFeed(kept)

    async def failing(_: Update) -> None:
        raise Unavailable("locked")

    with pytest.raises(Unavailable):
        await feed.take(failing, UPDATE, OWN)
    kept.known = True
    await feed.append("ann", "later", {"text": "later"}, NOW)

    assert [part["text"] for part in kept.parts.values()] == ["later"]


async def test_repeated_words_are_kept_once() -> None:
    kept = MemoryFeed()
    feed = LiveFeed(kept)
    for _ in range(2):
        await feed.take(answering(kept, feed), UPDATE, OWN)

    assert len(kept.parts) == 2


async def test_silent_stream_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web_feed._HEARTBEAT_S", 0.001)

    assert await read(LiveFeed(MemoryFeed())) == ["hello", "ready", "alive"]


async def test_stream_that_opens_while_the_page_stops_ends_at_once() -> None:
    feed = LiveFeed(MemoryFeed())
    feed.end()

    assert await read(feed) == ["hello"]


@pytest.mark.parametrize(
    ("fault", "told"), [(Unavailable("locked"), ["hello"]), (Unreadable("torn"), ["hello", "damaged"])]
)
async def test_stream_ends_when_the_feed_cannot_be_read(fault: StoreError, told: list[str]) -> None:
    kept = MemoryFeed()
    kept.fault = fault

    assert await read(LiveFeed(kept)) == told
