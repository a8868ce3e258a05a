"""The outbox's transactions: lease what is due, and record what became of it."""

import logging
from collections.abc import Sequence
from datetime import datetime

from bot.errors import Unreadable
from bot.messages import UserId
from bot.session import HELD_FOR
from bot.store import SPOKEN, Action, Delivered, Failed, Health, Lane, Row, Settled
from bot.store.hop import Hop, micros, moment
from bot.store.turning import open_row

_LOG = logging.getLogger(__name__)


def claim(hop: Hop, now: datetime, limit: int, lease_s: float, actions: frozenset[Action]) -> tuple[Row, ...]:
    """Lease due rows, live ones first; rows that cannot be read are given up aloud."""
    rows: list[Row] = []
    for lane in Lane:
        wanted = Action.WORK in actions if lane is Lane.WORK else bool(actions & SPOKEN)
        if wanted and len(rows) < limit:
            name = "claimable_reminders" if lane is Lane.REMINDER else "claimable"
            due = hop.all(name, lane=lane, now=micros(now), limit=limit - len(rows))
            rows.extend(filter(None, (_lease(hop, user, seq, now, lease_s) for user, seq in due)))
    return tuple(rows)


def renew(hop: Hop, rows: Sequence[Row], lease_s: float) -> tuple[Row, ...]:
    lease = {"owner": hop.owner, "lease_ms": round(lease_s * 1000)}
    return tuple(row for row in rows if hop.run("renew", user=row.user, seq=row.seq, **lease))


def settle(hop: Hop, settled: Sequence[Settled], now: datetime) -> None:
    at = micros(now)
    for each in settled:
        where = {"user": each.user, "seq": each.seq}
        if isinstance(each, Delivered):
            hop.run("settle_delivered", **where, now=at, external_id=each.external_id)
            hop.run("hold_from_delivery", **where, held_until=micros(now + HELD_FOR))
        elif isinstance(each, Failed):
            _fail(hop, each, at)
        else:
            hop.run("settle_released", **where, owner=hop.owner)


def next_due(hop: Hop, after: datetime) -> datetime | None:
    row = hop.one("next_due", after=micros(after))
    return moment(row[0]) if row and row[0] is not None else None


def is_waiting(hop: Hop, now: datetime) -> bool:
    return hop.one("is_waiting", now=micros(now)) is not None


def health(hop: Hop, now: datetime) -> Health:
    due, oldest = hop.one("backlog", now=micros(now)) or (0, None)
    return Health(due, moment(oldest) if oldest is not None else None)


def _lease(hop: Hop, user: str, seq: int, now: datetime, lease_s: float) -> Row | None:
    hop.run("lease", user=user, seq=seq, owner=hop.owner, lease_ms=round(lease_s * 1000))
    try:
        return open_row(hop, user, seq)
    except Unreadable as error:
        _LOG.error("gave up row %s of user %s: %s", seq, user, error)
        _fail(hop, Failed(UserId(user), seq, None, "unreadable"), micros(now))
        return None


def _fail(hop: Hop, failed: Failed, at: int) -> None:
    where = {"user": failed.user, "seq": failed.seq, "owner": hop.owner}
    if failed.retry_at is not None:
        hop.run("settle_retry", **where, retry_at=micros(failed.retry_at))
    else:
        hop.run("settle_gave_up", **where, reason=failed.reason, now=at)
    if failed.recipient_gone:
        hop.run("drop_words", user=failed.user, now=at)
