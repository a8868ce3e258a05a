"""The front door over a real database: one turn at a time, all or nothing, each fault contained."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels import Part
from bot.characters import Characters
from bot.clock import SettableClock
from bot.errors import Conflict, Unavailable, Unreadable
from bot.messages import Reply, UpdateKind, say
from bot.store import NewRow, Row
from bot.turn import EraseUser, Loaded, Need, NeedsMore, Outcome, Turn
from tests.storing import NOW, Bot, MemoryChannel, assemble, consents, open_store, running, update


async def test_update_is_answered(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")

        assert bot.channel.delivered == [("to-u1", {"action": "send", "text": "hello", "replaces": None})]


async def test_repeated_update_is_answered_once(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello", id="same")
        await bot.hears("hello", id="same")

        assert bot.channel.said == ["hello"]


async def test_repeated_update_is_answered_once_when_both_come_together(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await asyncio.gather(*(bot.hears("hello", id="same") for _ in range(5)))

        assert bot.channel.said == ["hello"]


async def test_repeated_update_is_dropped_after_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello", id="same")
    async with running(tmp_path) as bot:
        await bot.hears("hello", id="same")

        assert bot.channel.said == []


async def test_same_id_on_another_channel_is_another_update(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        other = update("there", id="same", channel="other")
        await bot.hears("here", id="same")
        loaded = await bot.store.load(other, frozenset())

        assert not loaded.seen


def counts(turn: Turn) -> None:
    turn.goto("counting", count=turn.slots.get("count", 0) + 1)
    turn.say(say(str(turn.slots["count"])))


async def test_state_outlives_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path, {"count": counts}) as bot:
        await bot.hears("count")
    async with running(tmp_path, {"count": counts}) as bot:
        await bot.hears("count")

        assert bot.channel.said == ["2"]


def reads_traditional(turn: Turn) -> None:
    turn.set_profile(characters=Characters.TRADITIONAL)


async def test_characters_that_somebody_reads_outlive_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path, {"traditional": reads_traditional}) as bot:
        await bot.hears("traditional")
    async with running(tmp_path, {"tell": lambda turn: turn.say(say("请看这条消息"))}) as bot:
        await bot.hears("tell")

        assert bot.channel.said == ["請看這條消息"]


async def test_turns_of_two_processes_run_again_until_each_saw_the_other(tmp_path: Path) -> None:
    stores = [await open_store(tmp_path) for _ in range(2)]
    bots = [assemble(store, MemoryChannel(), {"count": counts}, SettableClock(NOW)) for store in stores]

    await asyncio.gather(*(bot.hears("count") for bot in bots for _ in range(10)))
    await asyncio.gather(*(bot.outbox.idle() for bot in bots))

    said = sorted(int(text) for bot in bots for text in bot.channel.said)
    assert said == list(range(1, 21))
    for bot in bots:
        await bot.outbox.close()
        await bot.store.close()


async def test_endless_conflict_says_that_nothing_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as bot:

        async def conflicts(*_: object, **__: object) -> tuple[Row, ...]:
            raise Conflict("always")

        monkeypatch.setattr(bot.store, "commit", conflicts)

        with pytest.raises(Unavailable):
            await bot.hears("hello")


async def test_turns_of_one_user_come_in_order_of_arrival(tmp_path: Path) -> None:
    async with running(tmp_path, {"count": counts}) as bot:
        await asyncio.gather(*(bot.hears("count") for _ in range(20)))

        assert bot.channel.said == [str(number) for number in range(1, 21)]


async def test_slow_recipient_holds_up_nobody_else(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        slow_may, quick_did = asyncio.Event(), asyncio.Event()

        async def gate(address: str, part: Part) -> None:
            if address == "to-slow":
                await slow_may.wait()
            else:
                quick_did.set()

        bot.channel.gate = gate
        await bot.conversation.door(update("first", sender="slow"))
        await bot.conversation.door(update("second", sender="quick"))
        await quick_did.wait()
        slow_may.set()
        await bot.outbox.settled()

        assert bot.channel.said == ["second", "first"]


def fails(turn: Turn) -> None:
    raise RuntimeError("the words of a borrower: 13800000000")


async def test_fault_of_a_handler_is_answered_with_an_apology(tmp_path: Path) -> None:
    async with running(tmp_path, {"boom": fails}) as bot:
        await bot.hears("boom", id="bad")
        await bot.hears("boom", id="bad")
        await bot.hears("hello")

        assert len(bot.channel.said) == 2
        assert bot.channel.said[-1] == "hello"


async def test_fault_is_logged_by_id_and_type_and_place_without_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path, {"boom": fails}) as bot:
        with caplog.at_level(logging.DEBUG, logger="bot"):
            await bot.hears("boom", id="bad-77")

    log = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("bot"))
    assert "bad-77" in log and "RuntimeError" in log and "test_conversation.py" in log
    assert "13800000000" not in log and "boom" not in log


async def test_fault_that_passes_is_not_noticed(tmp_path: Path) -> None:
    tries: list[int] = []

    def fails_once(turn: Turn) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError
        turn.say(say("done"))

    async with running(tmp_path, {"boom": fails_once}) as bot:
        await bot.hears("boom")

        assert bot.channel.said == ["done"]


async def test_reply_that_cannot_be_rendered_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as bot:

        def render(reply: Reply, **_: object) -> tuple[Part, ...]:
            raise ValueError

        monkeypatch.setattr(bot.channel, "render", render)
        came = await bot.hears("hello")

        assert (await bot.store.load(came, frozenset())).seen


async def test_damage_to_one_user_is_answered_and_touches_no_other(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello", sender="whole")
        await bot.hears("hello", sender="hurt")
        user = await bot.store.find("memory", "hurt")
        await bot.store._writer.execute("UPDATE sessions SET state = x'0102' WHERE user_id = ?", (user,))
        bot.channel.delivered.clear()

        came = await bot.hears("again", sender="hurt")
        await bot.hears("again", sender="whole")

        assert len(bot.channel.said_to("hurt")) == 1
        assert bot.channel.said_to("whole") == ["again"]
        with pytest.raises(Unreadable):
            await bot.store.load(came, frozenset())


async def test_database_that_is_away_leaves_the_update_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path) as bot:
        commit = bot.store.commit

        async def away(*_: object, **__: object) -> tuple[Row, ...]:
            raise Unavailable("away")

        monkeypatch.setattr(bot.store, "commit", away)
        with pytest.raises(Unavailable):
            await bot.hears("hello", id="same")
        monkeypatch.setattr(bot.store, "commit", commit)
        await bot.hears("hello", id="same")

        assert bot.channel.said == ["hello"]


async def test_what_a_conversation_needs_is_loaded_when_it_says_so(tmp_path: Path) -> None:
    def lists(turn: Turn) -> None:
        if turn.loaded.evidence is None:
            raise NeedsMore(frozenset({Need.EVIDENCE}))
        turn.say(say(f"{len(turn.loaded.evidence)} entries"))

    async with running(tmp_path, {"list": lists}) as bot:
        await bot.hears("list")

        assert bot.channel.said == ["0 entries"]


async def test_turn_takes_one_load_and_one_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        hops: list[str] = []
        for name, connection in (("load", bot.store._reader), ("commit", bot.store._writer)):
            transact = connection.transact

            async def counted(work: Any, *, writes: bool, name: str = name, transact: Any = transact) -> Any:
                hops.append(name)
                return await transact(work, writes=writes)

            monkeypatch.setattr(connection, "transact", counted)

        may_deliver = asyncio.Event()

        async def gate(address: str, part: Part) -> None:
            await may_deliver.wait()

        bot.channel.gate = gate
        await bot.conversation.door(update("again"))

        assert hops == ["load", "commit"]
        may_deliver.set()
        await bot.outbox.settled()
        assert hops == ["load", "commit", "commit"]  # the delivery is recorded in one more, with others' if there are


async def test_button_is_answered_in_the_message_it_belongs_to(tmp_path: Path) -> None:
    def changes(turn: Turn) -> None:
        turn.say(say("new words", replaces=True))

    async with running(tmp_path, {"": changes}) as bot:
        await bot.hears("", kind=UpdateKind.PRESS, press="x", pressed_message="m7")

        assert bot.channel.delivered == [("to-u1", {"action": "edit", "text": "new words", "replaces": "m7"})]


# --- groups, and users who go


async def test_group_is_told_once_an_hour_and_nothing_is_stored(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello", group=True)
        await bot.hears("hello again", group=True)
        bot.clock.set(NOW + timedelta(hours=1))
        await bot.hears("and again", group=True)

        assert len(bot.channel.said) == 2
        assert await bot.store.find("memory", "u1") is None


async def test_group_that_cannot_be_told_does_no_harm(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        bot.channel.faults = [RuntimeError()]

        await bot.hears("hello", group=True)

        assert bot.channel.said == []


def reminds(turn: Turn) -> None:
    turn.say(say("remember", due_at=turn.now + timedelta(days=7)))


async def test_user_who_blocked_the_bot_is_told_nothing_more(tmp_path: Path) -> None:
    async with running(tmp_path, {"remind": reminds}) as bot:
        await bot.hears("remind")
        await bot.hears("", kind=UpdateKind.GONE)

        assert await bot.store.next_due(after=NOW) is None


async def test_stranger_who_goes_leaves_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("", kind=UpdateKind.GONE)

        assert await bot.store.find("memory", "u1") is None


def erases(turn: Turn) -> None:
    turn.write(EraseUser())
    turn.say(say("erased"))


async def test_erased_user_is_told_so_and_is_a_stranger_again(tmp_path: Path) -> None:
    async with running(tmp_path, {"erase": erases, "agree": consents, "count": counts, "remind": reminds}) as bot:
        for word in ("agree", "count", "remind"):
            await bot.hears(word)
        before = await bot.store.find("memory", "u1")
        await bot.hears("erase")

        assert bot.channel.said[-1] == "erased"
        assert bot.workshop.forgotten == [before]
        loaded = await bot.store.load(update(), frozenset())
        assert (loaded.user, loaded.session.frames, loaded.profile.keeps) != (before, (), False)
        assert loaded.session.frames == () and not loaded.profile.keeps
        assert await bot.store.next_due(after=NOW) is None


async def test_word_of_erasure_survives_a_crash_before_its_delivery(tmp_path: Path) -> None:
    async with running(tmp_path, {"erase": erases}) as bot:
        await bot.hears("hello")
        bot.outbox.deliver = lambda rows: None  # type: ignore[method-assign]  # as if killed right after the commit
        await bot.hears("erase")
    async with running(tmp_path) as bot:
        await bot.outbox.idle()

        assert bot.channel.said == ["erased"]
        assert bot.channel.attempts[0][2], "it may be a repeat"


async def test_erased_user_is_forgotten_wholly_a_day_later(tmp_path: Path) -> None:
    async with running(tmp_path, {"erase": erases}) as bot:
        await bot.hears("hello")
        await bot.hears("erase")
        await bot.store.purge(now=NOW + timedelta(hours=23))
        assert await bot.store.find("memory", "u1") is not None

        await bot.store.purge(now=NOW + timedelta(hours=25))

        assert await bot.store.find("memory", "u1") is None


async def test_turn_under_way_while_the_user_is_erased_starts_again_as_a_stranger(tmp_path: Path) -> None:
    async with running(tmp_path, {"count": counts}) as bot:
        await bot.hears("count")
        stale = update("count")
        loaded = await bot.store.load(stale, frozenset())
        await bot.store.erase(loaded.user, now=NOW)

        with pytest.raises(Conflict):
            await _commit(bot, stale, loaded)
        await bot.hears("count")

        assert bot.channel.said == ["1", "1"]


async def _commit(bot: Bot, came: Any, loaded: Loaded, rows: tuple[NewRow, ...] = ()) -> tuple[Row, ...]:
    outcome = Outcome((), loaded.session, ())
    return await bot.store.commit(came, loaded, outcome, rows, now=NOW, lease_s=60)
