"""Delivers what was committed: at least once, each recipient's rows in order, live ones before reminders.

Rows come leased from a commit (`deliver`) or are claimed when they fall due (`run`). What became of them is settled in
batches. A row whose delivery may have got through already is handed over with `repeat=True`.
"""

import asyncio
import heapq
import itertools
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels import Channel
from bot.clock import Clock, SettableClock
from bot.errors import Permanent, Retryable, Unavailable
from bot.messages import UserId
from bot.store import SPOKEN, Action, Delivered, Failed, Released, Row, Settled, Store

LEASE_S = 60.0
_LOG = logging.getLogger(__name__)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 2.0, 600.0
_GIVE_UP_AFTER = timedelta(hours=24)
_TRIES_LEAST = 10
"""A row that has been due for long because nobody was running is not given up before so many tries."""
_FAULTS_MOST = 5
"""Tries of a row that makes a channel fail in a way it does not know itself."""
_CLAIM_MOST = 100
_HELD_MOST = 1000
_AT_ONCE = 64
_POLL_S = 5.0
"""How often expired leases of other processes are looked for; the database's clock wakes nobody."""
_RECORD_AGAIN_S = 1.0
_PURGE_EVERY = timedelta(minutes=10)


class Pace:
    """At most `per_s` parts a second for one channel, a second's worth at once; live ones go first."""

    def __init__(self, per_s: float) -> None:
        self._per_s = per_s
        self._tokens = per_s
        self._filled_at: float | None = None
        self._waiting: list[tuple[bool, int, asyncio.Event]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def slot(self, *, live: bool) -> None:
        """Return when the next part may go."""
        turn = asyncio.Event()
        heapq.heappush(self._waiting, (not live, next(self._order), turn))
        self._admit()
        await turn.wait()

    def _admit(self) -> None:
        loop = asyncio.get_running_loop()
        passed = loop.time() - self._filled_at if self._filled_at is not None else 0.0
        self._filled_at = loop.time()
        self._tokens = min(self._per_s, self._tokens + passed * self._per_s)
        while self._waiting and self._tokens >= 1:
            self._tokens -= 1
            heapq.heappop(self._waiting)[2].set()
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            self._timer = loop.call_later(max((1 - self._tokens) / self._per_s, 0.001), self._admit)


class Outbox:
    """The one way out. `deliver` takes rows leased by a commit; `run` sees to everything else until cancelled."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        clock: Clock,
        *,
        paces: Mapping[str, Pace] | None = None,
        jitter: Callable[[], float] = random.random,
        lease_s: float = LEASE_S,
    ) -> None:
        self.lease_s = lease_s
        self._store, self._channels, self._clock = store, channels, clock
        self._paces = paces or {}
        self._jitter = jitter
        self._queues: dict[UserId, deque[Row]] = {}
        self._held: dict[tuple[UserId, int], Row] = {}
        """Rows leased to us and not yet settled."""
        self._lapses: dict[tuple[UserId, int], float] = {}
        """When their leases run out, by the event loop's clock: a process that was held up sends nothing more."""
        self._claimed: set[tuple[UserId, int]] = set()
        """Those among them that were claimed: more of the same user may be due behind them."""
        self._failing: set[UserId] = set()
        """Users with a row that failed or was let go, not settled yet: what comes meanwhile must not overtake it."""
        self._unsettled: list[Settled] = []
        self._settler: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()

    def deliver(self, rows: Iterable[Row]) -> None:
        """Take rows that are leased to this process, and deliver each user's in the order given."""
        for row in rows:
            if (row.user, row.seq) in self._held:
                continue
            self._held[row.user, row.seq] = row
            self._lapses[row.user, row.seq] = asyncio.get_running_loop().time() + self.lease_s
            self._quiet.clear()
            if row.user in self._failing:
                self._settle(Released(row.user, row.seq))
            elif row.user in self._queues:
                self._queues[row.user].append(row)
            else:
                self._queues[row.user] = deque([row])
                self._start(self._drain(row.user))

    def wake(self) -> None:
        """Look again at what is due: rows were committed that nobody holds."""
        self._wake.set()

    async def run(self) -> None:
        """Claim and deliver what falls due, hold leases, forget what has had its time; until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._dispatching())
            group.create_task(self._holding())
            group.create_task(self._purging())

    async def dispatch(self) -> int:
        """Claim what is due now and set about delivering it; returns how many rows that is."""
        room = min(_CLAIM_MOST, _HELD_MOST - len(self._held))
        if room <= 0:
            return 0
        rows = await self._store.claim(now=self._clock.now(), limit=room, lease_s=self.lease_s, actions=SPOKEN)
        self._claimed.update((row.user, row.seq) for row in rows)
        self.deliver(rows)
        return len(rows)

    async def settled(self) -> None:
        """Return once everything that this process holds is delivered or not, and recorded."""
        await self._quiet.wait()

    async def idle(self) -> None:
        """Return once nothing is due: all said, all work done. Rows that wait to be tried again do not count."""
        while True:
            await self.settled()
            if await self.dispatch():
                continue
            if not await self._store.is_waiting(now=self._clock.now()):
                return
            await _first_of(self._wake.wait(), timeout_s=0.02)  # work is under way, or another process is at it

    async def close(self, *, timeout_s: float = 10.0) -> None:
        """Finish what is being handed over, give back the rest, and record both."""
        for queue in self._queues.values():
            while queue:
                row = queue.popleft()
                self._settle(Released(row.user, row.seq))
        await _first_of(self._quiet.wait(), timeout_s=timeout_s)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- one user's rows

    async def _drain(self, user: UserId) -> None:
        queue = self._queues[user]
        try:
            while queue:
                row = queue.popleft()
                outcome = await self._hand_over(row)
                if _stops_the_rest(outcome):
                    self._failing.add(user)
                    for later in queue:
                        self._settle(Released(later.user, later.seq))
                    queue.clear()
                self._settle(outcome)
        finally:
            del self._queues[user]

    async def _hand_over(self, row: Row) -> Settled:
        """One attempt. Never raises for anything that a channel does."""
        channel = self._channels.get(row.channel)
        if channel is None:
            return self._try_again(row, "its channel is not running", after_s=_LONGEST_PAUSE_S)
        if pace := self._paces.get(row.channel):
            await pace.slot(live=row.live)
        if asyncio.get_running_loop().time() >= self._lapses[row.user, row.seq]:
            return Released(row.user, row.seq)  # another process may be at it
        try:
            async with self._room, asyncio.timeout(self.lease_s):
                external_id = await self._say(channel, row)
        except Retryable as error:
            return self._try_again(row, type(error).__name__, after_s=error.retry_after_s)
        except TimeoutError:
            return self._try_again(row, "timed out")
        except Permanent as error:
            _LOG.warning("gave up row %s of user %s (gone: %s)", row.seq, row.user, error.recipient_gone)
            reason = "recipient gone" if error.recipient_gone else "refused"
            return Failed(row.user, row.seq, None, reason, recipient_gone=error.recipient_gone)
        except Exception as error:  # the rim of a delivery: one row's fault must not stop the others
            _LOG.error("delivering row %s of user %s raised %s", row.seq, row.user, type(error).__name__)
            if row.attempt >= _FAULTS_MOST:
                return Failed(row.user, row.seq, None, type(error).__name__)
            return self._try_again(row, type(error).__name__)
        return Delivered(row.user, row.seq, external_id)

    async def _say(self, channel: Channel, row: Row) -> str | None:
        try:
            return await channel.deliver(row.address, row.part, key=row.key, repeat=row.attempt > 1)
        except Permanent as error:
            if row.action is not Action.EDIT or error.recipient_gone:
                raise
        anew = {**row.part, "action": Action.SEND.value}
        return await channel.deliver(row.address, anew, key=row.key, repeat=row.attempt > 1)

    def _try_again(self, row: Row, reason: str, *, after_s: float | None = None) -> Failed:
        now = self._clock.now()
        if now - row.due_at > _GIVE_UP_AFTER and row.attempt >= _TRIES_LEAST:
            _LOG.error("gave up row %s of user %s after %d attempts: %s", row.seq, row.user, row.attempt, reason)
            return Failed(row.user, row.seq, None, reason)
        pause_s = min(_FIRST_PAUSE_S * 2 ** min(row.attempt - 1, 16), _LONGEST_PAUSE_S)
        pause_s = max(pause_s * (0.5 + self._jitter() / 2), after_s or 0.0)
        return Failed(row.user, row.seq, now + timedelta(seconds=pause_s), reason)

    # --- recording what became of them

    def _settle(self, outcome: Settled) -> None:
        self._unsettled.append(outcome)
        if self._settler is None or self._settler.done():
            self._settler = self._start(self._settling())

    async def _settling(self) -> None:
        while self._unsettled:
            batch, self._unsettled = self._unsettled, []
            await self._record(batch)
            for each in batch:
                key = each.user, each.seq
                self._held.pop(key, None)
                self._lapses.pop(key, None)
                if not isinstance(each, Delivered):
                    self._failing.discard(each.user)
                if not isinstance(each, Delivered) or key in self._claimed:
                    self._wake.set()  # what waits behind it may be claimed now
                self._claimed.discard(key)
        if not self._held:
            self._quiet.set()

    async def _record(self, batch: list[Settled]) -> None:
        while True:
            try:
                await self._store.settle(batch, now=self._clock.now())
            except Unavailable as error:
                _LOG.error("cannot record %d deliveries yet: %s", len(batch), error)
                await asyncio.sleep(_RECORD_AGAIN_S)
            except Exception as error:  # the rim: their leases run out, and they are delivered once more
                _LOG.error("recording %d deliveries raised %s", len(batch), type(error).__name__)
                return
            else:
                return

    # --- what runs beside

    async def _dispatching(self) -> None:
        alarm: tuple[datetime, asyncio.Task[None]] | None = None
        try:
            while True:
                self._wake.clear()
                due = None
                try:
                    if await self.dispatch():
                        continue
                    due = await self._store.next_due(after=self._clock.now())
                except Unavailable as error:
                    _LOG.error("cannot look for what is due: %s", error)
                if alarm and (alarm[1].done() or alarm[0] != due):
                    alarm[1].cancel()
                    alarm = None
                if due and alarm is None:
                    alarm = due, asyncio.ensure_future(self._ring(due))
                await _first_of(self._wake.wait(), timeout_s=_POLL_S)
        finally:
            if alarm:
                alarm[1].cancel()

    async def _ring(self, due: datetime) -> None:
        await self._clock.sleep_until(due)
        self._wake.set()

    async def _holding(self) -> None:
        """Renew the leases of rows that are taking long."""
        while True:
            await asyncio.sleep(self.lease_s / 3)
            await self.hold()

    async def hold(self) -> None:
        """Renew the leases of what this process holds."""
        at = asyncio.get_running_loop().time()
        try:
            ours = await self._store.renew(tuple(self._held.values()), lease_s=self.lease_s)
        except Unavailable as error:
            _LOG.error("cannot hold on to leased rows: %s", error)
            return
        for row in ours:
            if (row.user, row.seq) in self._lapses:
                self._lapses[row.user, row.seq] = at + self.lease_s

    async def _purging(self) -> None:
        while True:
            try:
                await self._store.purge(now=self._clock.now())
            except Unavailable as error:
                _LOG.error("cannot forget what has had its time: %s", error)
            await self._clock.sleep_until(self._clock.now() + _PURGE_EVERY)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _stops_the_rest(outcome: Settled) -> bool:
    """Whether what comes behind it for the user has to wait, or has become void."""
    if isinstance(outcome, Failed):
        return outcome.retry_at is not None or outcome.recipient_gone
    return isinstance(outcome, Released)


async def advance(clock: SettableClock, moment: datetime, store: Store, outbox: Outbox) -> None:
    """Move a settable clock through every due time up to `moment`, saying at each what is due then."""
    await outbox.idle()
    while (due := await store.next_due(after=clock.now())) is not None and due <= moment:
        clock.set(due)
        await outbox.idle()
    clock.set(moment)
    await outbox.idle()


async def _first_of(waiting: Awaitable[object], *, timeout_s: float) -> None:
    try:
        async with asyncio.timeout(timeout_s):
            await waiting
    except TimeoutError:
        pass
