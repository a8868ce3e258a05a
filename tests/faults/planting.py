"""Promises broken on purpose, each as a mistake that somebody could make."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.messages import Update, UpdateKind
from bot.outbox import Outbox
from bot.store import Delivered, NewRow, Row, Settled
from bot.store.sqlite import SqliteStore
from bot.turn import Loaded, Need, Outcome
from tests.faults.child import ACKNOWLEDGES_FIRST, GAP_S, tell

FAULTS = (
    ACKNOWLEDGES_FIRST,
    "forgets-what-was-seen",
    "delivers-before-the-commit",
    "marks-sent-before-delivering",
    "never-looks-for-what-is-left",
    "commits-in-two-transactions",
    "leaves-a-repeat-unmarked",
)


def plant(fault: str, store: SqliteStore, outbox: Outbox) -> None:
    if fault and fault != ACKNOWLEDGES_FIRST:
        {
            "forgets-what-was-seen": _forgets,
            "delivers-before-the-commit": _delivers_first,
            "marks-sent-before-delivering": _marks_first,
            "never-looks-for-what-is-left": _never_looks,
            "commits-in-two-transactions": _commits_twice,
            "leaves-a-repeat-unmarked": _leaves_unmarked,
        }[fault](store, outbox)


def _forgets(store: SqliteStore, outbox: Outbox) -> None:
    load, commit = store.load, store.commit

    async def never_seen(update: Update, needs: frozenset[Need]) -> Loaded:
        return replace(await load(update, needs), seen=False)

    async def under_another_id(update: Update, *given: Any, **named: Any) -> tuple[Row, ...]:
        if update.kind is UpdateKind.TEXT:
            update = replace(update, id=f"{update.id}-{os.urandom(8).hex()}")
        return await commit(update, *given, **named)

    store.load, store.commit = never_seen, under_another_id  # type: ignore[method-assign]


def _delivers_first(store: SqliteStore, outbox: Outbox) -> None:
    commit = store.commit

    async def delivers(
        update: Update, loaded: Loaded, outcome: Outcome, rows: Sequence[NewRow], **named: Any
    ) -> tuple[Row, ...]:
        for row in rows:
            if "text" in row.part and row.due_at is None:
                tell({"delivered": row.part["text"], "key": f"early-{os.urandom(8).hex()}", "repeat": False})
        await asyncio.sleep(GAP_S)
        leased = await commit(update, loaded, outcome, rows, **named)
        await store.settle([Delivered(row.user, row.seq, None) for row in leased], now=datetime.now(UTC))
        return ()

    store.commit = delivers  # type: ignore[method-assign]


def _marks_first(store: SqliteStore, outbox: Outbox) -> None:
    hand_over = outbox._hand_over

    async def marks(row: Row) -> Settled:
        await store.settle([Delivered(row.user, row.seq, None)], now=datetime.now(UTC))
        await asyncio.sleep(GAP_S)
        return await hand_over(row)

    outbox._hand_over = marks  # type: ignore[method-assign]


def _never_looks(store: SqliteStore, outbox: Outbox) -> None:
    async def finds_nothing(**_: object) -> tuple[Row, ...]:
        return ()

    async def sees_nothing(**_: object) -> bool:
        return False

    store.claim, store.is_waiting = finds_nothing, sees_nothing  # type: ignore[method-assign]


def _commits_twice(store: SqliteStore, outbox: Outbox) -> None:
    commit = store.commit

    async def in_two(
        update: Update, loaded: Loaded, outcome: Outcome, rows: Sequence[NewRow], **named: Any
    ) -> tuple[Row, ...]:
        if update.kind is not UpdateKind.TEXT or not loaded.version:
            return await commit(update, loaded, outcome, rows, **named)
        await commit(update, loaded, replace(outcome, writes=()), (), **named)
        await asyncio.sleep(GAP_S)
        rest = replace(update, id=f"{update.id}-rest")
        loaded = replace(loaded, version=loaded.version + 1)
        return await commit(rest, loaded, outcome, rows, **named)

    store.commit = in_two  # type: ignore[method-assign]


def _leaves_unmarked(store: SqliteStore, outbox: Outbox) -> None:
    hand_over = outbox._hand_over

    async def as_if_first(row: Row) -> Settled:
        return await hand_over(replace(row, attempt=1))

    outbox._hand_over = as_if_first  # type: ignore[method-assign]
