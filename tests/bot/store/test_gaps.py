"""Gaps in the store: counts without a user, and questions that their users left, sealed, bounded and erasable."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.gaps import COUNTED_FOR, LEFT_FOR, LEFT_MOST, Counted, CountGap, EraseQuestions, Gap, LeaveQuestion
from bot.messages import say
from bot.session import HELD_FOR, Asked
from bot.turn import EraseUser, Need, Turn
from tests.storing import NOW, Bot, consents, raw_files, running, update

DAY = date(2026, 11, 23)
WORDS = "张三欠款壹万元会坐牢吗"


def counts(turn: Turn) -> None:
    turn.write(CountGap(DAY, "jail", Gap.NOT_FOUND))
    turn.say(say("counted"))


def leaves(turn: Turn) -> None:
    turn.write(LeaveQuestion(turn.text.removeprefix("leave "), "jail"))
    turn.say(say("left"))


def asks(turn: Turn) -> None:
    turn.session = turn.session.model_copy(update={"asked": Asked(text=turn.text, topic="jail", at=turn.now)})
    turn.hold("held", sender=None, sent_at=None)
    turn.say(say("asked"))


def writes(write: Any) -> Callable[[Turn], None]:
    def script(turn: Turn) -> None:
        turn.write(write)
        turn.say(say("done"))

    return script


SCRIPTS = {
    "count": counts,
    "leave": leaves,
    "ask": asks,
    "agree": consents,
    "drop": writes(EraseQuestions()),
    "erase": writes(EraseUser()),
}


async def left(bot: Bot) -> list[str]:
    _, questions = await bot.store.gaps(since=DAY)
    return [question.text for question in questions]


async def asked(bot: Bot) -> str | None:
    session = (await bot.store.load(update(), frozenset())).session
    return session.asked.text if session.asked else None


# --- counts


async def test_gaps_of_all_users_are_summed_by_day_and_topic(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for sender in ("u1", "u2", "u1"):
            await bot.hears("count", sender=sender)

        assert await bot.store.gaps(since=DAY) == ([Counted(DAY, "jail", Gap.NOT_FOUND, 3)], [])
        assert await bot.store.gaps(since=DAY + timedelta(days=1)) == ([], [])


async def test_update_that_comes_again_is_counted_once(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        came = await bot.hears("count")
        await bot.conversation.door(came)

        assert (await bot.store.gaps(since=DAY))[0][0].count == 1


async def test_count_names_nobody_and_outlives_whoever_asked(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("count")
        await bot.hears("erase")

        rows = [tuple(row) for row in await bot.store._reader.execute_fetchall("SELECT * FROM gaps")]
        assert rows == [("2026-11-23", "jail", "not_found", 1)]


async def test_counts_go_after_a_year(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("count")
        await bot.store.purge(now=NOW + COUNTED_FOR)
        assert (await bot.store.gaps(since=DAY))[0]

        await bot.store.purge(now=NOW + COUNTED_FOR + timedelta(days=1))

        assert await bot.store.gaps(since=DAY) == ([], [])


# --- questions that were left


async def test_left_question_is_read_by_an_editor_and_its_user_alone(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears(f"leave {WORDS}")

        assert await left(bot) == [WORDS]
        loaded = await bot.store.load(update(), frozenset({Need.QUESTIONS}))
        assert loaded.questions and loaded.questions[0].text == WORDS
        (entry,) = (await bot.export())["questions_left"]
        assert entry == {"topic": "jail", "text": WORDS, "agreed_version": 1, "number": 1, "at": NOW.isoformat()}
        for encoding in ("utf-8", "utf-16-le", "gb18030", "unicode_escape"):
            assert WORDS.encode(encoding) not in raw_files(tmp_path)


async def test_oldest_gives_way_when_one_leaves_many(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for number in range(LEFT_MOST + 2):
            await bot.hears(f"leave {number}")

        assert await left(bot) == [str(number) for number in range(2, LEFT_MOST + 2)]


async def test_left_question_goes_after_ninety_days(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears(f"leave {WORDS}")
        await bot.store.purge(now=NOW + LEFT_FOR - timedelta(seconds=1))
        assert await left(bot) == [WORDS]

        await bot.store.purge(now=NOW + LEFT_FOR)

        assert await left(bot) == []


@pytest.mark.parametrize("word", ["drop", "erase"])
async def test_erasure_takes_the_questions_and_leaves_no_trace_in_the_files(tmp_path: Path, word: str) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears(f"leave {WORDS}")
        ((entry,),) = await bot.store._reader.execute_fetchall("SELECT entry FROM questions")
        await bot.hears(word)

        assert await left(bot) == []
        assert (await bot.export())["questions_left"] == []
        assert bytes(entry) not in raw_files(tmp_path)


async def test_damage_to_one_question_does_not_hide_the_others(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("leave hurt", sender="hurt")
        await bot.hears("leave whole")
        hurt = await bot.store.find("memory", "hurt")
        await bot.store._writer.execute("UPDATE questions SET entry = x'0102' WHERE user_id = ?", (hurt,))
        await bot.store._writer.commit()

        assert await left(bot) == ["whole"]


# --- the question that was asked last


@pytest.mark.parametrize("agreed", [True, False])
async def test_question_is_held_for_a_day_whatever_was_agreed_to(tmp_path: Path, agreed: bool) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        if agreed:
            await bot.hears("agree")
        await bot.hears("ask this")
        await bot.store.purge(now=NOW + HELD_FOR - timedelta(seconds=1))
        assert await asked(bot) == "ask this"

        await bot.store.purge(now=NOW + HELD_FOR)

        assert await asked(bot) is None
        held = (await bot.store.load(update(), frozenset())).session.held
        assert [each.text for each in held] == (["held"] if agreed else [])


async def test_database_of_the_version_before_is_brought_up_and_keeps_its_users(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await bot.hears("agree")
        for change in ("DROP TABLE gaps", "DROP TABLE questions", "UPDATE alembic_version SET version_num = '0001'"):
            await bot.store._writer.execute(change)
        await bot.store._writer.commit()

    async with running(tmp_path, SCRIPTS) as bot:
        assert (await bot.store.load(update(), frozenset())).profile.keeps
        await bot.hears(f"leave {WORDS}")
        assert await left(bot) == [WORDS]
