"""Deliveries that fail: tried again in order, given up aloud, and recorded once the database is back."""

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import bot.outbox
from bot.errors import Permanent, Retryable, Unavailable
from bot.messages import say
from bot.outbox import advance
from bot.store import Action, NewRow
from bot.turn import Outcome, Turn
from tests.delivering import SCRIPTS, SECOND, committed, lapse, record
from tests.storing import NOW, running, update


async def test_refusal_for_now_is_tried_again_later_each_time_and_in_order(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        bot.channel.faults = [Retryable("busy") for _ in range(3)]
        await bot.hears("talk a b")
        pauses, before = [], NOW
        while (due := await bot.store.next_due(after=bot.clock.now())) is not None:
            pauses.append((due - before).total_seconds())
            bot.clock.set(before := due)
            await bot.outbox.idle()

        assert pauses == [2, 4, 8]
        assert bot.channel.said == ["a", "b"]
        assert [repeat for _, _, repeat in bot.channel.attempts] == [False, True, True, True, False]
        assert await record(bot, "attempts", "repeats") == [(4, 3), (1, 0)]


async def test_platform_that_says_when_is_heeded(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        bot.channel.faults = [Retryable("too many", retry_after_s=37)]
        await bot.hears("hello")

        assert await bot.store.next_due(after=NOW) == NOW + 37 * SECOND


async def test_reply_committed_while_an_earlier_one_waits_does_not_overtake(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        bot.channel.faults = [Retryable("busy", retry_after_s=60)]
        await bot.hears("first")
        await bot.hears("second")
        await bot.hears("elsewhere", sender="u2")
        assert bot.channel.said == ["elsewhere"]

        await advance(bot.clock, NOW + 61 * SECOND, bot.store, bot.outbox)

        assert bot.channel.said_to("u1") == ["first", "second"]


async def test_refusal_for_good_is_given_up_aloud_and_the_rest_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        bot.channel.faults = [Permanent("too long")]
        await bot.hears("talk a b")

        assert bot.channel.said == ["b"]
        assert "gave up row 1" in caplog.text
        assert await record(bot, "gave_up", "part") == [("refused", None), (None, None)]


async def test_user_who_is_gone_is_sent_nothing_more(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("remind 60 later")
        bot.channel.faults = [Permanent("blocked", recipient_gone=True)]
        await bot.hears("talk a b c")
        await advance(bot.clock, NOW + 120 * SECOND, bot.store, bot.outbox)

        assert len(bot.channel.attempts) == 1
        assert {gave_up for (gave_up,) in await record(bot, "gave_up")} == {"recipient gone"}
        await bot.hears("back again")
        assert bot.channel.said == ["back again"]


@pytest.mark.parametrize("fault", [Retryable("busy"), RuntimeError("unknown"), TimeoutError()])
async def test_row_that_cannot_be_delivered_for_a_day_is_given_up_aloud(
    tmp_path: Path, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as bot:
        bot.channel.faults = [fault] * 10_000
        await bot.hears("hello")
        await advance(bot.clock, NOW + timedelta(hours=25), bot.store, bot.outbox)

        assert await record(bot, "done_at IS NOT NULL", "gave_up") == [(1, type(fault).__name__)] or isinstance(
            fault, TimeoutError
        )
        assert any(each.levelno >= logging.ERROR for each in caplog.records)
        assert await bot.store.next_due(after=bot.clock.now()) is None


async def test_long_downtime_alone_is_no_reason_to_give_up(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("remind 60 later")
    async with running(tmp_path, SCRIPTS) as bot:
        bot.clock.set(NOW + timedelta(days=3))
        bot.channel.faults = [Retryable("still waking up")]
        await bot.outbox.idle()
        await advance(bot.clock, NOW + timedelta(days=3, hours=1), bot.store, bot.outbox)

        assert bot.channel.said == ["later"]


async def test_row_of_a_channel_that_is_not_running_waits_for_it(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.store.commit(
            came := update("hello", channel="elsewhere"),
            loaded := await bot.store.load(came, frozenset()),
            Outcome((), loaded.session, ()),
            [NewRow(Action.SEND, {"action": "send", "text": "hello"})],
            now=NOW,
            lease_s=60,
        )
        await lapse(bot)
        await bot.outbox.idle()

        assert bot.channel.said == []
        assert await bot.store.next_due(after=NOW) is not None


async def test_edit_that_cannot_be_made_becomes_a_new_message(tmp_path: Path) -> None:
    def changes(turn: Turn) -> None:
        turn.say(say("new words", replaces=True))

    async with running(tmp_path, {"": changes}) as bot:
        bot.channel.faults = [Permanent("message to edit not found")]
        await bot.hears("", pressed_message="m7")

        ((_, part),) = bot.channel.delivered
        assert (part["action"], part["text"]) == ("send", "new words")


async def test_unreadable_row_is_given_up_aloud_and_the_next_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as bot:
        await committed(bot, "hurt whole")
        await lapse(bot)
        await bot.store._writer.execute("UPDATE outbox SET part = x'01' WHERE seq = 1")
        await bot.store._writer.commit()
        await bot.outbox.idle()

        assert bot.channel.said == ["whole"]
        assert "gave up row 1" in caplog.text


async def test_delivery_is_recorded_once_the_database_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.outbox, "_RECORD_AGAIN_S", 0)
    async with running(tmp_path) as chat:
        settle, tries = chat.store.settle, []

        async def away_once(*given: Any, **named: Any) -> None:
            tries.append(1)
            if len(tries) == 1:
                raise Unavailable("away")
            await settle(*given, **named)

        monkeypatch.setattr(chat.store, "settle", away_once)
        await chat.hears("hello")

        assert len(tries) == 2
        assert await record(chat, "external_id") == [("m1",)]
