"""Delivering what was committed: in order, at least once, within the platform's limits, and giving up aloud."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels import Part
from bot.clock import SettableClock
from bot.outbox import Outbox, Pace, advance
from bot.store import Row
from tests.delivering import SCRIPTS, SECOND, claim, committed, lapse, record
from tests.storing import NOW, MemoryChannel, assemble, open_store, running, update

# --- order


async def test_parts_of_replies_arrive_in_order(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("talk a b c d")

        assert bot.channel.said == ["a", "b", "c", "d"]
        assert await record(bot, "external_id") == [("m1",), ("m2",), ("m3",), ("m4",)]


async def test_only_the_oldest_row_of_a_recipient_may_be_claimed(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await committed(bot, "a1 a2", sender="a")
        await committed(bot, "b1 b2", sender="b")
        assert await claim(bot) == []
        await lapse(bot)

        assert sorted(await claim(bot)) == ["a1", "b1"]
        assert await claim(bot) == []


async def test_reply_waits_behind_one_that_another_process_died_with(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await committed(bot, "first second")
        await lapse(bot)
        await bot.hears("third")
        await bot.outbox.idle()

        assert bot.channel.said == ["first", "second", "third"]


async def test_reply_waits_behind_one_from_a_process_whose_clock_is_ahead(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        bot.clock.set(NOW + timedelta(minutes=5))
        bot.outbox.deliver = lambda rows: None  # type: ignore[method-assign]
        await bot.conversation.door(update("talk ahead"))
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("talk behind")
        await bot.outbox.idle()

        assert bot.channel.said == ["ahead", "behind"]


async def test_live_replies_go_before_reminders(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("remind 1 later", sender="a")
        await bot.hears("remind 1 later", sender="b")
        await committed(bot, "now", sender="b")
        await lapse(bot)
        bot.clock.set(NOW + SECOND)

        assert await claim(bot) == ["now", "later"]
        await bot.outbox.dispatch()

        assert bot.channel.said == [], "b's reminder waits for the reply that is on its way"


async def test_reminders_arrive_in_the_order_of_their_moments(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for text in ("remind 30 third", "remind 10 first", "remind 20 second"):
            await bot.hears(text)

        await advance(bot.clock, NOW + 60 * SECOND, bot.store, bot.outbox)

        assert bot.channel.said == ["first", "second", "third"]


async def test_two_processes_on_one_file_neither_overtake_nor_double(tmp_path: Path) -> None:
    stores = [await open_store(tmp_path) for _ in range(2)]
    bots = [assemble(store, MemoryChannel(), SCRIPTS, SettableClock(NOW)) for store in stores]
    said: list[tuple[str, str]] = []

    async def gate(address: str, part: Part) -> None:
        await asyncio.sleep(0)
        said.append((address, str(part["text"])))

    for each in bots:
        each.channel.gate = gate
    for number in range(20):
        for sender in "abc":
            doors = [each.conversation.door(update(f"talk {number}.{n}", sender=sender)) for n, each in enumerate(bots)]
            await asyncio.gather(*doors)
    await asyncio.gather(*(each.outbox.idle() for each in bots))

    for sender in "abc":
        own = [text for address, text in said if address == f"to-{sender}"]
        assert len(own) == len(set(own)) == 40
        assert [int(text.split(".")[0]) for text in own] == sorted(int(text.split(".")[0]) for text in own)
    for each in bots:
        await each.outbox.close()
        await each.store.close()


async def test_process_whose_lease_ran_out_sends_nothing_more(tmp_path: Path) -> None:
    stores = [await open_store(tmp_path) for _ in range(2)]
    one, other = (assemble(store, MemoryChannel(), SCRIPTS, SettableClock(NOW)) for store in stores)
    may_go, came = asyncio.Event(), asyncio.Event()

    async def gate(address: str, part: Part) -> None:
        came.set()
        await may_go.wait()

    one.channel.gate = gate
    await one.conversation.door(update("talk a b c"))
    await came.wait()
    await lapse(other)
    await other.outbox.idle()
    for key in one.outbox._lapses:
        one.outbox._lapses[key] = 0.0  # as long as it was held up
    may_go.set()
    await one.outbox.settled()

    assert other.channel.said == ["a", "b", "c"]
    assert one.channel.said == ["a"], "what was in flight, and nothing behind it"
    for each in (one, other):
        await each.outbox.close()
        await each.store.close()


async def test_lease_that_is_renewed_is_still_ours(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        came, may_go = asyncio.Event(), asyncio.Event()

        async def gate(address: str, part: Part) -> None:
            came.set()
            await may_go.wait()

        bot.channel.gate = gate
        await bot.conversation.door(update("talk a b"))
        await came.wait()
        for key in bot.outbox._lapses:
            bot.outbox._lapses[key] = 0.0
        await bot.outbox.hold()
        may_go.set()
        await bot.outbox.settled()

        assert bot.channel.said == ["a", "b"]


async def test_caller_that_goes_away_between_commit_and_delivery_loses_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        committing, commit = asyncio.Event(), bot.store.commit

        async def told(*given: Any, **named: Any) -> tuple[Row, ...]:
            committing.set()
            return await commit(*given, **named)

        bot.store.commit = told  # type: ignore[method-assign]
        caller = asyncio.ensure_future(bot.conversation.door(update("talk first")))
        await committing.wait()
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        await bot.hears("talk second")

        assert bot.channel.said == ["first", "second"]


# --- later rows


async def test_row_with_the_same_key_takes_the_place_of_one_not_yet_sent(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("replace old")
        await bot.hears("replace new")
        await advance(bot.clock, NOW + 61 * SECOND, bot.store, bot.outbox)
        bot.clock.set(NOW)
        await bot.hears("replace newest")
        await advance(bot.clock, NOW + 61 * SECOND, bot.store, bot.outbox)

        assert bot.channel.said == ["new", "newest"]
        assert [gave_up for (gave_up,) in await record(bot, "gave_up")] == ["replaced", None, None]


async def test_keys_of_two_users_do_not_meet(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for sender in "ab":
            await bot.hears("replace words", sender=sender)
        await advance(bot.clock, NOW + 61 * SECOND, bot.store, bot.outbox)

        assert len(bot.channel.said) == 2


async def test_row_on_its_way_is_not_replaced(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("replace old")
        bot.clock.set(NOW + 60 * SECOND)
        assert await claim(bot) == ["old"]
        await bot.hears("replace new")
        await lapse(bot)
        await bot.outbox.idle()

        assert bot.channel.said == ["old", "new"]


async def test_later_row_is_said_by_the_clock_while_the_outbox_runs(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        said = asyncio.Event()

        async def gate(address: str, part: Part) -> None:
            said.set()

        async def sleep_until(moment: datetime) -> None:
            set_.set()
            await SettableClock.sleep_until(bot.clock, moment)

        bot.channel.gate = gate
        set_ = asyncio.Event()
        await bot.hears("remind 600 later")
        bot.clock.sleep_until = sleep_until  # type: ignore[method-assign]
        async with bot.at_work():
            await set_.wait()
            bot.clock.set(NOW + timedelta(hours=1))
            await said.wait()
            await bot.outbox.settled()

        assert bot.channel.said == ["later"]


async def test_closing_gives_back_what_was_not_begun(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        came, may_go = asyncio.Event(), asyncio.Event()

        async def gate(address: str, part: Part) -> None:
            came.set()
            await may_go.wait()

        bot.channel.gate = gate
        await bot.conversation.door(update("talk a b c"))
        await came.wait()
        closing = asyncio.ensure_future(bot.outbox.close())
        await asyncio.sleep(0)
        may_go.set()
        await closing

        assert bot.channel.said == ["a"]
        kept = await record(bot, "attempts", "done_at IS NULL", "leased_until")
        assert kept == [(1, 0, None), (0, 1, None), (0, 1, None)]


# --- pace


class Loop:
    """An event loop's clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Callable[[], None]) -> "Loop":
        self.timers = [(self.now + delay, call)]
        return self

    def cancel(self) -> None:
        self.timers = []

    def pass_until(self, moment: float) -> None:
        while self.timers and self.timers[0][0] <= moment:
            self.now, call = self.timers.pop()
            call()
        self.now = moment


async def test_pace_lets_a_second_s_worth_through_and_then_that_many_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, pace, gone = Loop(), Pace(10), []
    monkeypatch.setattr("bot.outbox.asyncio.get_running_loop", lambda: loop)

    async def part(number: int, *, live: bool) -> None:
        await pace.slot(live=live)
        gone.append(number)

    tasks = [asyncio.Task(part(number, live=number % 2 == 0), loop=asyncio.get_event_loop()) for number in range(30)]
    for moment, expected in ((0.0, 10), (0.5, 15), (1.0, 20), (2.0, 30)):
        await asyncio.sleep(0)
        loop.pass_until(moment)
        for _ in range(3):
            await asyncio.sleep(0)
        assert len(gone) == pytest.approx(expected, abs=1)

    assert all(number % 2 for number in gone[-10:]), "reminders go last"
    await asyncio.gather(*tasks)


async def test_pace_holds_back_what_goes_out(tmp_path: Path) -> None:
    class Closed(Pace):
        def __init__(self) -> None:
            self.asked: list[bool] = []

        async def slot(self, *, live: bool) -> None:
            self.asked.append(live)

    async with running(tmp_path, SCRIPTS) as bot:
        pace = Closed()
        bot.outbox = Outbox(bot.store, {"memory": bot.channel}, bot.clock, paces={"memory": pace})
        bot.conversation._outbox = bot.outbox
        await bot.hears("talk a b")
        await bot.hears("remind 1 later")
        await advance(bot.clock, NOW + SECOND, bot.store, bot.outbox)

        assert pace.asked == [True, True, False]
