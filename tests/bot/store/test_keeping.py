"""What is kept, what is forgotten and when, and what a user can take along or have destroyed."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.evidence import Link, commitment, first_fault
from bot.messages import UpdateKind, UserId, say
from bot.recognition import Recognition
from bot.session import HELD_FOR, Consent
from bot.store import keeping
from bot.store.keeping import FEED_MOST
from bot.turn import EraseEvidence, EraseUser, Turn, Work
from tests.storing import NOW, Bot, consents, declines, open_store, raw_files, running, update

DAY = timedelta(days=1)


def holds(turn: Turn) -> None:
    turn.hold(turn.text, sender=None, sent_at=None)
    turn.say(say("held"))


def saves(turn: Turn) -> None:
    if not turn.profile.keeps:
        turn.set_profile(consent=Consent(version=1, given=True, at=turn.now))
    held = turn.hold(turn.text, sender="95588", sent_at=NOW)
    saved = turn.save_evidence(held, Recognition(kind="reminder", signals=("a", "b")))
    turn.say(say(f"{saved.number} {saved.head}"))


def withdraws(turn: Turn) -> None:
    turn.set_profile(consent=Consent(version=1, given=False, at=turn.now))
    turn.say(say("withdrawn"))


def drops(turn: Turn) -> None:
    turn.write(EraseEvidence(int(turn.text.split()[1])))
    turn.say(say("dropped"))


def erases(turn: Turn) -> None:
    turn.write(EraseUser())
    turn.say(say("erased"))


SCRIPTS = {
    "hold": holds,
    "save": saves,
    "agree": consents,
    "decline": declines,
    "withdraw": withdraws,
    "drop": drops,
    "erase": erases,
}


async def held(bot: Bot) -> list[str]:
    return [each.text for each in (await bot.store.load(update(), frozenset())).session.held]


async def rows(bot: Bot, query: str) -> list[Any]:
    return [tuple(row) for row in await bot.store._reader.execute_fetchall(query)]


# --- seen ids


async def test_seen_ids_are_kept_seven_days(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        came = await bot.hears("hello")
        await bot.store.purge(now=NOW + 7 * DAY)
        assert (await bot.store.load(came, frozenset())).seen

        await bot.store.purge(now=NOW + 7 * DAY + timedelta(seconds=1))

        assert not (await bot.store.load(came, frozenset())).seen


async def test_purge_goes_in_batches_until_all_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_BATCH", 3)
    async with running(tmp_path) as bot:
        for _ in range(10):
            await bot.store.set_aside(update(), now=NOW)
        batches = []
        write = bot.store._write

        async def counted(work: Any) -> Any:
            batches.append(await write(work))
            return batches[-1]

        monkeypatch.setattr(bot.store, "_write", counted)
        await bot.store.purge(now=NOW + 8 * DAY)

        assert batches == [3, 3, 3, 1, 0]


async def test_delivered_rows_keep_no_words_and_go_after_seven_days(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        assert await rows(bot, "SELECT part, external_id, sent_at IS NOT NULL FROM outbox") == [(None, "m1", 1)]

        await bot.store.purge(now=NOW + 8 * DAY)

        assert await rows(bot, "SELECT * FROM outbox") == []


# --- messages held without consent


async def test_message_is_held_for_a_day_from_its_delivery_without_consent(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        bot.clock.set(NOW + timedelta(hours=1))
        await bot.hears("hold this")
        await bot.store.purge(now=bot.clock.now() + HELD_FOR - timedelta(seconds=1))
        assert await held(bot) == ["hold this"]

        await bot.store.purge(now=bot.clock.now() + HELD_FOR)

        assert await held(bot) == []


async def test_day_begins_with_the_delivery_and_not_before(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        bot.outbox.deliver = lambda rows: None  # type: ignore[method-assign]  # as if killed right after the commit
        await bot.conversation.door(update("hold this"))
    async with running(tmp_path, SCRIPTS) as bot:
        bot.clock.set(NOW + 3 * DAY)
        await bot.store.purge(now=bot.clock.now())
        await bot.outbox.idle()
        await bot.store.purge(now=bot.clock.now() + timedelta(hours=23))
        assert bot.channel.said == ["held"]
        assert await held(bot) == ["hold this"]

        await bot.store.purge(now=bot.clock.now() + HELD_FOR)

        assert await held(bot) == []


async def test_day_that_ends_while_nobody_is_running_is_made_up_for_at_the_start(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("hold this")
    async with running(tmp_path, SCRIPTS) as bot:
        bot.clock.set(NOW + 2 * DAY)
        purged = asyncio.Event()
        purge = bot.store.purge

        async def told(*, now: datetime) -> None:
            await purge(now=now)
            purged.set()

        bot.store.purge = told  # type: ignore[method-assign]
        async with bot.at_work():
            await purged.wait()

        assert await held(bot) == []


async def test_wiping_leaves_the_numbering_and_the_consent_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("decline")
        await bot.hears("hold this")
        await bot.store.purge(now=NOW + 2 * DAY)

        loaded = await bot.store.load(update(), frozenset())

        assert loaded.session.next_number == 2
        assert loaded.profile.consent and not loaded.profile.consent.given


async def test_message_stays_for_one_who_agreed(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("agree")
        await bot.hears("hold this")
        await bot.store.purge(now=NOW + 30 * DAY)

        assert await held(bot) == ["hold this"]


async def test_withdrawal_starts_the_day_again(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for text in ("agree", "hold this", "withdraw"):
            await bot.hears(text)
        await bot.store.purge(now=NOW + 2 * DAY)

        assert await held(bot) == []


async def test_damage_to_one_held_session_does_not_stop_the_purge(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("hold this", sender="hurt")
        await bot.hears("hold this")
        hurt = await bot.store.find("memory", "hurt")
        await bot.store._writer.execute("UPDATE sessions SET state = x'0102' WHERE user_id = ?", (hurt,))
        await bot.store._writer.commit()

        await bot.store.purge(now=NOW + 2 * DAY)

        assert await held(bot) == []


# --- consent


async def test_every_change_of_consent_is_logged_with_version_and_time(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for text in ("decline", "agree", "hello", "withdraw"):
            await bot.hears(text)

        logged = (await bot.export())["consents"]

        assert [(entry["version"], entry["given"]) for entry in logged] == [(1, False), (1, True), (1, False)]
        assert all(entry["at"] for entry in logged)


# --- evidence


async def test_evidence_is_a_chain_that_the_chat_has_told_the_heads_of(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for number in range(3):
            await bot.hears(f"save {number}")

        entries = (await bot.export())["evidence"]

        assert [f"{entry['number']} {entry['head'][:12]}" for entry in entries] == bot.channel.said
        assert first_fault(links(entries)) is None


async def test_export_opens_every_commitment(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("save this")

        (entry,) = (await bot.export())["evidence"]

        said = entry["entry"] | {"signals": ",".join(entry["entry"]["signals"])}
        assert set(entry["commitments"]) == {"text", "sender", "sent_at", "received_at", "saved_at", "kind", "signals"}
        for name, committed in entry["commitments"].items():
            assert commitment(bytes.fromhex(entry["salts"][name]), said[name]) == committed


async def test_erased_entry_leaves_the_chain_whole_and_no_words(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for text in ("save 1", "save 2", "save 3", "drop 2", "save 4"):
            await bot.hears(text)

        entries = (await bot.export())["evidence"]

        assert first_fault(links(entries)) is None
        assert [entry.get("entry", {}).get("text") for entry in entries] == ["save 1", None, "save 3", "save 4"]
        assert entries[1]["erased_at"] and "salts" not in entries[1]
        assert await rows(bot, "SELECT entry FROM evidence WHERE number = 2") == [(None,)]


def links(entries: list[dict[str, Any]]) -> list[Link]:
    return [Link(entry["number"], entry["commitments"], entry["head"]) for entry in entries]


# --- export and erasure


async def test_export_tells_all_that_is_kept(tmp_path: Path) -> None:
    def busy(turn: Turn) -> None:
        saves(turn)
        turn.set_profile(zone="Asia/Tokyo")
        turn.say(say("later", due_at=NOW + DAY))
        turn.write(Work("job", {"a": "b"}))

    async with running(tmp_path, {"save": busy}) as bot:
        await bot.hears("save this")
        await bot.store.append("memory", "u1", "k", {"text": "shown"}, NOW)

        kept = await bot.export()

        assert (kept["platform_id"], kept["address"], kept["channel"]) == ("u1", "to-u1", "memory")
        assert kept["conversation"]["held"][0]["text"] == "save this"
        assert [row["part"].get("text") or row["part"]["name"] for row in kept["to_be_said"]] == ["later", "job"]
        assert kept["said_on_the_page"] == [{"number": 1, "part": {"text": "shown"}}]
        assert kept["settings"]["zone"] == "Asia/Tokyo"


async def test_export_of_nobody_is_nothing(tmp_path: Path) -> None:
    store = await open_store(tmp_path)

    assert await store.export(UserId("nobody")) is None
    assert not await store.erase(UserId("nobody"), now=NOW)
    await store.close()


async def test_erasure_leaves_no_row_and_no_key(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for text in ("save this", "hello"):
            await bot.hears(text)
        await bot.store.append("memory", "u1", "k", {"text": "shown"}, NOW)
        user = await bot.store.find("memory", "u1")
        assert user
        (wrapped,) = (await rows(bot, "SELECT wrapped_key FROM users"))[0]

        assert await bot.store.erase(user, now=NOW)

        for table in ("users", "sessions", "consents", "evidence", "outbox", "feed"):
            assert await rows(bot, f"SELECT 1 FROM {table}") == [], table  # noqa: S608
        assert len(await rows(bot, "SELECT 1 FROM erasures")) == 1
    assert wrapped not in raw_files(tmp_path)


async def test_erasure_in_the_chat_leaves_no_key_in_the_files(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("save this")
        (wrapped,) = (await rows(bot, "SELECT wrapped_key FROM users"))[0]
        await bot.hears("erase")

        assert wrapped not in raw_files(tmp_path)


# --- the feed


async def test_feed_replays_in_order_and_takes_a_part_once(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        ids = [await bot.store.append("memory", "u1", key, {"text": key}, NOW) for key in ("a", "b", "a", "c")]

        assert ids == [1, 2, 1, 3]
        assert await bot.store.since("memory", "u1", 1) == [(2, {"text": "b"}), (3, {"text": "c"})]


async def test_feed_keeps_the_last_two_hundred(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        for number in range(FEED_MOST + 5):
            await bot.store.append("memory", "u1", str(number), {}, NOW)

        assert [id_ for id_, _ in await bot.store.since("memory", "u1", 0)] == list(range(6, FEED_MOST + 6))


async def test_feed_of_a_stranger_is_empty(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        assert await bot.store.append("memory", "nobody", "k", {}, NOW) == 0
        assert await bot.store.since("memory", "nobody", 0) == []


async def test_feed_is_wiped_after_a_day_unless_one_agreed(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for sender, word in (("stranger", "hello"), ("friend", "agree")):
            await bot.hears(word, sender=sender)
            await bot.store.append("memory", sender, "k", {}, NOW)
        await bot.store.purge(now=NOW + HELD_FOR)

        assert await bot.store.since("memory", "stranger", 0) == []
        assert len(await bot.store.since("memory", "friend", 0)) == 1


async def test_feed_ids_go_on_after_an_erasure(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("hello")
        await bot.store.append("memory", "u1", "k", {}, NOW)
        await bot.hears("erase")

        assert await bot.store.append("memory", "u1", "k", {}, NOW) == 2


async def test_user_who_blocked_the_bot_keeps_what_he_saved(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("save this")
        await bot.hears("", kind=UpdateKind.GONE)

        assert len((await bot.export())["evidence"]) == 1
