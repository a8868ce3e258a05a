"""Where everything is kept, as the conversation and the outbox see it.

Two hops for a turn: one `load`, one `commit`. Commit is compare-and-set on the session's version. Every method may
raise `Unavailable`; nothing was written then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, Protocol

from bot.gaps import Counted, LeftQuestion
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


SPOKEN = frozenset({Action.SEND, Action.EDIT, Action.FILE})
"""What a channel delivers; the rest is work."""


class Lane(IntEnum):
    """What goes one after another for a user; reminders let his live replies go first."""

    LIVE = 0
    REMINDER = 1
    WORK = 2


@dataclass(frozen=True, slots=True)
class NewRow:
    """An outbox row to be committed.

    Without `due_at` it is due now, and leased to the committing process unless an earlier one of the user waits. Rows
    with the same `dedupe_key` replace those of earlier commits that are not on their way yet.
    """

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
    sender: str
    address: str
    action: Action
    part: Part
    due_at: datetime
    attempt: int
    live: bool
    """Answers a live turn; reminders wait for these."""

    @property
    def key(self) -> str:
        """Names the row at every attempt."""
        return f"{self.user}-{self.seq}"


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


@dataclass(frozen=True, slots=True)
class Released:
    """A leased row that was not tried: whoever claims next may have it."""

    user: UserId
    seq: int


Settled = Delivered | Failed | Released


@dataclass(frozen=True, slots=True)
class Health:
    """How the outbox stands: rows due and not yet done, and since when the oldest of them is due."""

    due: int
    oldest_due: datetime | None


_WORK_DONE = "work-done:"


def work_done_id(row: Row) -> str:
    """The id of the update that a piece of work comes back as."""
    return f"{_WORK_DONE}{row.user}:{row.seq}"


def work_row(update_id: str) -> tuple[UserId, int]:
    """The row that such an update completes. Raises ValueError for any other id."""
    user, _, seq = update_id.removeprefix(_WORK_DONE).partition(":")
    if not update_id.startswith(_WORK_DONE):
        raise ValueError("not the id of finished work")
    return UserId(user), int(seq)


class Store(Protocol):
    """What a database has to offer. Two implementations: SQLite (here) and PostgreSQL (later)."""

    async def load(self, update: Update, needs: frozenset[Need]) -> Loaded:
        """One hop: was it seen, who sent it, the session, the settings and what is needed.

        Raises `Unreadable` if what is kept of the sender is damaged.
        """
        ...

    async def commit(
        self, update: Update, loaded: Loaded, outcome: Outcome, rows: Sequence[NewRow], *, now: datetime, lease_s: float
    ) -> tuple[Row, ...]:
        """One transaction: the update's id, session, writes and rows. Returns the rows leased to the caller.

        Raises `Conflict` if another turn of the user came first. An update already seen commits nothing and returns
        (). A GONE update drops what the user was still to be sent; a WORK_DONE one completes its work row.
        """
        ...

    async def set_aside(self, update: Update, *, now: datetime) -> None:
        """Record an update as seen and nothing else."""
        ...

    async def claim(self, *, now: datetime, limit: int, lease_s: float, actions: frozenset[Action]) -> tuple[Row, ...]:
        """Lease due rows that nobody holds: only each recipient's oldest live row, live replies before reminders."""
        ...

    async def renew(self, rows: Sequence[Row], *, lease_s: float) -> tuple[Row, ...]:
        """Hold leased rows for longer; returns those that are still the caller's."""
        ...

    async def settle(self, settled: Sequence[Settled], *, now: datetime) -> None:
        """Record in one batch what became of leased rows."""
        ...

    async def next_due(self, *, after: datetime) -> datetime | None:
        """The first moment past `after` at which an open row falls due or may be tried again; None if there is none."""
        ...

    async def is_waiting(self, *, now: datetime) -> bool:
        """Whether a row is due and open, in work or not, leaving out those that wait to be tried again."""
        ...

    async def purge(self, *, now: datetime) -> None:
        """Drop what has had its time: seen ids, messages held without consent, delivered rows. In small batches."""
        ...

    async def find(self, channel: str, sender: str) -> UserId | None:
        """The user behind a platform's id."""
        ...

    async def export(self, user: UserId) -> dict[str, Any] | None:
        """All that is kept of a user, as JSON values; None if nothing is."""
        ...

    async def erase(self, user: UserId, *, now: datetime) -> bool:
        """Destroy the user's key, then every row of his. False if nothing was kept."""
        ...

    async def gaps(self, *, since: date) -> tuple[list[Counted], list[LeftQuestion]]:
        """How many questions had no good answer since a day, and all that users left for an editor to read."""
        ...

    async def backup(self, path: Path) -> None:
        """Write a consistent copy while everything runs. Raises `SettingsError` for a path that cannot be used."""
        ...

    async def health(self, *, now: datetime) -> Health: ...

    async def close(self) -> None: ...
