"""What a channel is: it translates, never decides.

`render` runs before the commit and `deliver` after it; between the two lies the outbox.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from bot.messages import Reply, Update

Part = dict[str, object]
"""One rendered part, JSON values only. `render` chooses its keys; `action` is one of send, edit, file."""

Door = Callable[[Update], Awaitable[None]]
"""The conversation's front door. Returns once the update is committed or set aside for good (then answered with an
apology); raises `bot.errors.Unavailable` when nothing was written, so that the channel lets the platform send again."""


class Channel(Protocol):
    name: str

    def render(self, reply: Reply, *, replaces: str | None = None) -> tuple[Part, ...]:
        """Turn a reply into parts that the platform takes, each small enough. Pure. `replaces` names the message to
        edit in place, if there is one."""
        ...

    async def deliver(self, address: str, part: Part, *, key: str, repeat: bool = False) -> str | None:
        """Hand one part to the platform and return its id there. Raises `Retryable` or `Permanent`. `key` is the same
        at every attempt; `repeat` says that an earlier attempt may have got through. After a `Permanent` for a part
        whose action was `edit` the same part comes again with the action `send`."""
        ...

    async def run(self, door: Door) -> None:
        """Receive until cancelled; raises `SettingsError` where the platform refuses the settings for good."""
        ...


class Feed(Protocol):
    """What was delivered to a user of the web page, kept so that a browser that comes back misses nothing.

    `address` is the update's `sender`, which is also its `address` there. Ids ascend for each user, also past an
    erasure; the last 200 parts are kept.
    """

    async def append(self, channel: str, address: str, key: str, part: Part, now: datetime) -> int:
        """Add a part and return its id; the same `key` again adds nothing. 0 when nothing is known of the user."""
        ...

    async def since(self, channel: str, address: str, after: int) -> list[tuple[int, Part]]:
        """The parts with ids above `after`, in order."""
        ...
