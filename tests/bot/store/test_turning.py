"""The two transactions of a turn: compare-and-set, one user, any text there and back."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import Conflict
from bot.messages import Origin, UpdateKind, say
from bot.recognition import Recognition
from bot.session import Session
from bot.store import Row
from bot.turn import Loaded, Outcome, Turn
from tests.storing import NOW, Bot, consents, open_store, running, update


async def commit(bot: Bot, came: object, loaded: Loaded, session: Session | None = None) -> tuple[Row, ...]:
    outcome = Outcome((), session or loaded.session, ())
    return await bot.store.commit(came, loaded, outcome, [], now=NOW, lease_s=60)  # type: ignore[arg-type]


async def test_commit_on_an_older_session_is_a_conflict_and_writes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        first, second = update(), update()
        loaded = await bot.store.load(first, frozenset())
        await commit(bot, first, loaded, Session(next_number=5))

        with pytest.raises(Conflict):
            await commit(bot, second, loaded, Session(next_number=9))

        after = await bot.store.load(second, frozenset())
        assert (after.session.next_number, after.seen, after.version) == (5, False, loaded.version + 1)


async def test_two_first_turns_of_one_newcomer_make_one_user(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        first, second = update(), update()
        one, other = [await bot.store.load(each, frozenset()) for each in (first, second)]
        await commit(bot, first, one)

        with pytest.raises(Conflict):
            await commit(bot, second, other)

        assert (await bot.store.load(second, frozenset())).user == one.user


async def test_update_seen_already_commits_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        came = await bot.hears("hello")
        loaded = await bot.store.load(came, frozenset())
        await commit(bot, came, loaded, Session(next_number=9))

        assert (await bot.store.load(came, frozenset())).session.next_number == 1


async def test_address_follows_the_user(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        moved = update("again")
        await bot.conversation.door(
            type(moved)(**{name: getattr(moved, name) for name in moved.__slots__} | {"address": "new"})
        )
        await bot.outbox.settled()

        assert bot.channel.delivered[-1][0] == "new"


async def test_session_of_another_version_of_the_program_does_no_harm(tmp_path: Path) -> None:
    async with running(tmp_path) as bot:
        await bot.hears("hello")
        user = await bot.store.find("memory", "u1")
        (row,) = await bot.store._reader.execute_fetchall("SELECT wrapped_key FROM users")
        key = bot.store._keys.of_user(str(user), row[0])
        for state in (b'{"frames": "of another age"}', b'{"next_number": 3, "from_the_future": {"a": 1}}'):
            sealed = key.seal(state, "sessions", 2)
            await bot.store._writer.execute("UPDATE sessions SET state = ?, version = 2", (sealed,))
            await bot.store._writer.commit()
            loaded = await bot.store.load(update(), frozenset())

            assert loaded.session == Session(next_number=3 if b"future" in state else 1)
        await bot.hears("and on")
        assert bot.channel.said[-1] == "and on"


ODD = [
    "",
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff lone \ud83d",
    "\U0010ffff",
    "\u200b" * 100_000,
    "欠" * 350_000,
    "x" * 1_000_000,
    "<b>&amp;</b>'; DROP TABLE users; --",
]


def keeps(turn: Turn) -> None:
    held = turn.hold(turn.text, sender=turn.update.origin.sender if turn.update.origin else None, sent_at=None)
    turn.save_evidence(held, Recognition(kind="other"))
    turn.goto("asking", words=turn.text)
    turn.say(say(turn.text or "(nothing)"))


class Keeping(dict[str, object]):
    """Whatever comes is kept, once one has agreed."""

    def get(self, word: str, default: object = None) -> object:
        return consents if word == "agree" else keeps


def legible(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


@pytest.mark.parametrize("text", ODD, ids=lambda text: ascii(text[:8]))
async def test_odd_text_goes_through_the_door_into_the_store_and_back(text: str, tmp_path: Path) -> None:
    async with running(tmp_path, Keeping(agree=consents)) as bot:  # type: ignore[arg-type]
        await bot.hears("agree")
        await bot.hears(text, kind=UpdateKind.FORWARD, origin=Origin(sender=text[:50]))
    store = await open_store(tmp_path)
    loaded = await store.load(update(), frozenset())
    kept = await store.export(loaded.user)
    await store.close()

    assert loaded.session.held[-1].text == legible(text)
    assert kept and kept["evidence"][-1]["entry"]["text"] == legible(text)
    if text.strip():
        assert bot.channel.said[-1] == legible(text)


ANY = st.characters(codec=None)
"""Lone surrogates too."""


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(st.text(st.characters(codec=None), max_size=50), min_size=1, max_size=4), sender=st.text(max_size=9)
)
def test_any_texts_of_anybody_are_answered_in_order(
    texts: list[str], sender: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def play() -> list[str]:
        async with running(tmp_path_factory.mktemp("any"), {}) as bot:
            await asyncio.gather(*(bot.hears(f"echo {text}", sender=sender) for text in texts))
            assert await bot.store.find("memory", sender)
            return bot.channel.said

    assert asyncio.run(play()) == [legible(f"echo {text}") for text in texts]
