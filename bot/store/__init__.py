"""Where everything is kept, as the conversation and the outbox see it.

Two hops for a turn: one `load`, one `commit`. Commit is compare-and-set on the session's version. Every method may
raise `Unavailable`; nothing was written then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.messages import Update, UserId
from bot.turn import Loaded, Need, Outcome

Part = dict[str, object]
"""One rendered part of a reply, as its channel understands it: JSON values only."""


class Action(StrEnum):
    """What an outbox row asks for."""

    SEND = "send"
    EDIT = "edit"
    FILE = "file"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class NewRow:
    """An outbox row to be committed. Without `due_at` it is due now and leased to the committing process."""

    action: Action
    part: Part
    due_at: datetime | None = None
    dedupe_key: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An outbox row in the hands of whoever leased it. `attempt` counts from 1; above it, a send may be a repeat."""

    user: UserId
    seq: int
    channel: str
    address: str
    action: Action
    part: Part
    due_at: datetime
    attempt: int
    live: bool
    """Answers a live turn; reminders wait for these."""


@dataclass(frozen=True, slots=True)
class Delivered:
    user: UserId
    seq: int
    external_id: str | None


@dataclass(frozen=True, slots=True)
class Failed:
    """A delivery that did not succeed: tried again at `retry_at`, or given up (None)."""

    user: UserId
    seq: int
    retry_at: datetime | None
    reason: str
    recipient_gone: bool = False


class Store(Protocol):
    """What a database has to offer. Two implementations: SQLite (here) and PostgreSQL (later)."""

    async def load(self, update: Update, needs: frozenset[Need]) -> Loaded:
        """One hop: was it seen, who sent it, the session, the settings and what is needed."""
        ...

    async def commit(
        self, update: Update, loaded: Loaded, outcome: Outcome, rows: Sequence[NewRow], *, now: datetime, lease_s: float
    ) -> tuple[Row, ...]:
        """One transaction: the update's id, session, writes and rows. Returns the rows leased to the caller.

        Raises `Conflict` if another turn of the user came first. An update already seen commits nothing and returns ().
        """
        ...

    async def claim(self, *, now: datetime, limit: int, lease_s: float, actions: frozenset[Action]) -> tuple[Row, ...]:
        """Lease due rows that nobody holds: only each recipient's oldest live row, live replies before reminders."""
        ...

    async def settle(self, delivered: Sequence[Delivered], failed: Sequence[Failed], *, now: datetime) -> None:
        """Record in one batch what became of leased rows."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next unsent row falls due; None when there is none."""
        ...

    async def purge(self, *, now: datetime) -> None:
        """Drop seen ids older than seven days, messages held for longer than 24 hours, and delivered rows' texts."""
        ...

    async def close(self) -> None: ...
