"""The front door: an update comes in, its handler works, and everything it leaves behind is committed at once.

Each sender's updates are handled one after another, in the order they came. Nothing is said that was not committed;
after the commit the outbox delivers.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.channels import Channel
from bot.clock import Clock
from bot.errors import Conflict, Unavailable, Unreadable
from bot.messages import Reply, Update, UserId
from bot.outbox import Outbox
from bot.routing import Routing, apology, private_only
from bot.store import Action, NewRow, Store
from bot.turn import EraseUser, Loaded, NeedsMore, Outcome, Services, Turn, Work

_LOG = logging.getLogger(__name__)
_CONFLICTS_MOST = 20
_FAULTS_MOST = 3
"""Tries of an update before it is set aside."""
_GROUP_EVERY = timedelta(hours=1)
_GROUPS_MOST = 1000


class Workshop(Protocol):
    """Where slow work is done."""

    def wake(self) -> None:
        """Work was committed."""
        ...

    def forget(self, user: UserId) -> None:
        """The user is erased; so is what was made for him."""
        ...


class Conversation:
    """What every channel hands its updates to: `door`."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        channels: Mapping[str, Channel],
        routing: Routing,
        services: Services,
        clock: Clock,
        worker: Workshop,
    ) -> None:
        self._store, self._outbox, self._channels = store, outbox, channels
        self._routing, self._services, self._clock = routing, services, clock
        self._worker = worker
        self._lines: dict[tuple[str, str], _Line] = {}
        self._told: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    async def door(self, update: Update) -> None:
        """Handle an update; returns once it is committed, or set aside for good and answered with an apology.

        Raises `Unavailable` when nothing was written, so that it may come again.
        """
        if update.group:
            await self._turn_away(update)
            return
        update = _legible(update)
        async with self._in_line(update):
            if not await self._tried(update, self._routing.route) and not await self._tried(update, self._apologise):
                await self._set_aside(update)

    # --- a turn

    async def _tried(self, update: Update, handle: Callable[[Turn], None]) -> bool:
        """Whether the update could be handled so, in a few tries."""
        for attempt in range(1, _FAULTS_MOST + 1):
            try:
                await self._take(update, handle)
            except Unavailable:
                raise
            except Exception as error:  # the rim of a turn: one chat's fault never touches another
                _log_fault(update, error, attempt)
                if isinstance(error, Unreadable):
                    return False
            else:
                return True
        return False

    async def _take(self, update: Update, handle: Callable[[Turn], None]) -> None:
        """Load, handle, commit; again from the start when another turn of the user came between."""
        needs = self._routing.needs(update)
        for _ in range(_CONFLICTS_MOST):
            loaded = await self._store.load(update, needs)
            if loaded.seen:
                return
            turn = Turn(update, loaded, self._services, self._clock.now())
            try:
                handle(turn)
            except NeedsMore as more:
                needs |= more.needs
                continue
            try:  # whole even when the caller goes away: what is committed is leased to us, and has to be delivered
                await asyncio.shield(self._commit(update, loaded, turn.outcome(), turn.now))
            except Conflict:
                continue
            return
        raise Unavailable(f"the turns of user {loaded.user} kept coming between each other")

    def _apologise(self, turn: Turn) -> None:
        turn.say(apology(self._services.content))

    async def _commit(self, update: Update, loaded: Loaded, outcome: Outcome, now: datetime) -> None:
        rows = self._rows(update, outcome)
        leased = await self._store.commit(update, loaded, outcome, rows, now=now, lease_s=self._outbox.lease_s)
        self._outbox.deliver(leased)
        if any(row.action is Action.WORK for row in rows):
            self._worker.wake()
        if any(isinstance(write, EraseUser) for write in outcome.writes):
            self._worker.forget(loaded.user)
        if len(leased) < len(rows):
            self._outbox.wake()

    def _rows(self, update: Update, outcome: Outcome) -> list[NewRow]:
        rows = []
        for reply in outcome.replies:
            for part in self._render(update, reply):
                rows.append(NewRow(Action(str(part["action"])), part, reply.due_at, reply.dedupe_key))
        for write in outcome.writes:
            if isinstance(write, Work):
                rows.append(NewRow(Action.WORK, {"name": write.name, "arguments": dict(write.arguments)}))
        return rows

    def _render(self, update: Update, reply: Reply) -> tuple[dict[str, object], ...]:
        replaces = update.pressed_message if reply.replaces else None
        return self._channels[update.channel].render(reply, replaces=replaces)

    # --- what cannot be handled

    async def _set_aside(self, update: Update) -> None:
        """Say sorry past the outbox, which needs what cannot be read or rendered, and have done with the update."""
        _LOG.error("update %s of %s is set aside", update.id, update.channel)
        await self._store.set_aside(update, now=self._clock.now())
        await self._say_at_once(update, apology(self._services.content))

    async def _turn_away(self, update: Update) -> None:
        """Say in a group, now and then, that this is no place to talk; store nothing."""
        group, now = (update.channel, update.address), self._clock.now()
        if group in self._told and now - self._told[group] < _GROUP_EVERY:
            return
        self._told[group] = now
        self._told.move_to_end(group)
        while len(self._told) > _GROUPS_MOST:
            self._told.popitem(last=False)
        await self._say_at_once(update, private_only(self._services.content))

    async def _say_at_once(self, update: Update, reply: Reply) -> None:
        """Best effort, for what is not kept."""
        channel = self._channels[update.channel]
        try:
            for number, part in enumerate(channel.render(reply)):
                await channel.deliver(update.address, part, key=f"aside-{update.id}-{number}")
        except Exception as error:  # a rim as well: there is nobody left to tell
            _LOG.warning("could not answer update %s of %s: %s", update.id, update.channel, type(error).__name__)

    # --- one after another

    @asynccontextmanager
    async def _in_line(self, update: Update) -> AsyncIterator[None]:
        """Wait for the sender's earlier updates; the line is gone when nobody stands in it."""
        who = (update.channel, update.sender)
        line = self._lines.setdefault(who, _Line())
        line.waiting += 1
        try:
            async with line.lock:
                yield
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[who]


class _Line:
    """A sender's updates, waiting for each other."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


def _legible(update: Update) -> Update:
    """Lone surrogates, which are no characters and cannot be stored, become replacement marks."""
    origin = update.origin
    if origin and origin.sender:
        origin = replace(origin, sender=_characters(origin.sender))
    press = _characters(update.press) if update.press else update.press
    return replace(update, text=_characters(update.text), press=press, origin=origin)


def _characters(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _log_fault(update: Update, error: Exception, attempt: int) -> None:
    """With ids and the place, never with the words."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else "?"
    _LOG.error(
        "update %s of %s raised %s at %s (try %d of %d)",
        update.id, update.channel, type(error).__name__, where, attempt, _FAULTS_MOST,
    )  # fmt: skip
