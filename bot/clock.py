"""The time of business: what "now" is, and waiting for a moment of it.

Times carry their zone. Leases use the database's clock and network timeouts the event loop's; both keep running
while a settable clock stands still.
"""

import asyncio
import heapq
import itertools
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...

    async def sleep_until(self, moment: datetime) -> None:
        """Return once `now()` has reached `moment`."""
        ...


class SystemClock:
    """The machine's clock. Sleeps in short steps, so that a clock set forward is noticed."""

    _step_s = 30.0

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep_until(self, moment: datetime) -> None:
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110  # a wall clock sets no event
            await asyncio.sleep(min(left, self._step_s))


class SettableClock:
    """A clock that stands still until it is set; sleepers wake in the order of their moments."""

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []
        self._order = itertools.count()

    def now(self) -> datetime:
        return self._now

    def set(self, moment: datetime) -> None:
        """Move to `moment`, forward or back, and wake whoever waited for it or for an earlier one."""
        self._now = _aware(moment)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            heapq.heappop(self._sleepers)[2].set()

    async def sleep_until(self, moment: datetime) -> None:
        if moment <= self._now:
            await asyncio.sleep(0)
            return
        woken = asyncio.Event()
        heapq.heappush(self._sleepers, (_aware(moment), next(self._order), woken))
        await woken.wait()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    return moment.astimezone(UTC)
