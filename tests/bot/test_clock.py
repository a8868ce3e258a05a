"""The settable clock wakes sleepers in order and never by itself."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import SettableClock, SystemClock

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def test_sleepers_wake_when_their_moment_has_come() -> None:
    clock = SettableClock(START)
    woken: list[int] = []

    async def sleep(hours: int) -> None:
        await clock.sleep_until(START + hours * HOUR)
        woken.append(hours)

    tasks = [asyncio.create_task(sleep(hours)) for hours in (3, 1, 2)]
    await asyncio.sleep(0)
    clock.set(START + 2 * HOUR)
    for _ in range(3):
        await asyncio.sleep(0)

    assert woken == [1, 2]
    assert not tasks[0].done()
    tasks[0].cancel()


async def test_past_moment_does_not_wait() -> None:
    clock = SettableClock(START)

    await clock.sleep_until(START - HOUR)
    await SystemClock().sleep_until(START)

    assert clock.now() == START


def test_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        SettableClock(datetime(2026, 1, 1))  # noqa: DTZ001  # that is the point


def test_clock_may_be_set_back() -> None:
    clock = SettableClock(START)

    clock.set(START - HOUR)

    assert clock.now() == START - HOUR
