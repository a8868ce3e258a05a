"""Rows on their way: scripts that say things, and what a test needs to look at the outbox from outside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.messages import say
from bot.store import SPOKEN, Action, NewRow, Row
from bot.turn import Outcome, Turn
from tests.storing import NOW, Bot, update

SECOND = timedelta(seconds=1)


def talks(turn: Turn) -> None:
    """Say each word as a reply of its own."""
    for word in turn.text.split()[1:]:
        turn.say(say(word))


def reminds(turn: Turn) -> None:
    _, seconds, words = turn.text.split()
    turn.say(say(words, due_at=turn.now + timedelta(seconds=float(seconds)), dedupe_key=words))


def replaces(turn: Turn) -> None:
    """Say something later, in place of what was to be said so far."""
    turn.say(say(turn.text.split()[1], due_at=NOW + 60 * SECOND, dedupe_key="same"))


SCRIPTS: dict[str, Callable[[Turn], None]] = {"talk": talks, "remind": reminds, "replace": replaces}


async def committed(bot: Bot, text: str, **details: Any) -> tuple[Row, ...]:
    """What a commit leases, with nobody to deliver it: as in a process that is killed right then."""
    came = update(text, **details)
    loaded = await bot.store.load(came, frozenset())
    rows = [NewRow(Action.SEND, {"action": "send", "text": word}) for word in text.split()]
    return await bot.store.commit(came, loaded, Outcome((), loaded.session, ()), rows, now=NOW, lease_s=60)


async def lapse(bot: Bot) -> None:
    """Let all leases run out."""
    await bot.store._writer.execute("UPDATE outbox SET leased_until = 1 WHERE leased_until IS NOT NULL")
    await bot.store._writer.commit()


async def claim(bot: Bot, limit: int = 10) -> list[str]:
    rows = await bot.store.claim(now=bot.clock.now(), limit=limit, lease_s=60, actions=SPOKEN)
    return [str(row.part["text"]) for row in rows]


async def record(bot: Bot, *columns: str) -> list[Any]:
    rows = await bot.store._reader.execute_fetchall(f"SELECT {', '.join(columns)} FROM outbox ORDER BY seq")  # noqa: S608
    return [tuple(row) for row in rows]
