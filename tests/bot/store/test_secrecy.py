"""What a thief of the files, or a reader of the logs, can learn: nothing that was said, and not by whom."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.gaps import CountGap, Gap, LeaveQuestion
from bot.messages import UpdateKind, say
from bot.recognition import Recognition
from bot.session import Asked
from bot.turn import Turn, Work
from tests.storing import NOW, Bot, consents, raw_files, running

WORDS = "张三欠款壹万元"
PHONE = "13812345678"
SENDER = "wx-openid-7781"
SECRETS = (WORDS, PHONE, SENDER, f"to-{SENDER}", "Zhang San", "Asia/Chongqing")


def keeps_everything(turn: Turn) -> None:
    """All that can be stored, in one turn."""
    held = turn.hold(turn.text, sender=PHONE, sent_at=None)
    turn.save_evidence(held, Recognition(kind="reminder", signals=("criminal_threat",)))
    turn.goto("asking", name="Zhang San")
    turn.session = turn.session.model_copy(update={"asked": Asked(text=turn.text, topic="jail", at=turn.now)})
    turn.write(CountGap(turn.now.date(), "jail", Gap.NOT_FOUND))
    turn.write(LeaveQuestion(turn.text, "jail"))
    turn.set_profile(zone="Asia/Chongqing")
    turn.say(say(turn.text))
    turn.say(say(f"later {PHONE}", due_at=NOW + timedelta(days=1), dedupe_key=PHONE))
    turn.write(Work("job", {"name": "Zhang San"}))


def fails(turn: Turn) -> None:
    raise RuntimeError(turn.text)


async def whole_turn(bot: Bot) -> None:
    await bot.hears("agree", sender=SENDER)
    await bot.hears(f"keep {WORDS} {PHONE}", sender=SENDER)
    await bot.store.append("memory", SENDER, "k", {"text": WORDS}, NOW)


SCRIPTS = {"agree": consents, "keep": keeps_everything, "fail": fails}


def encodings(secret: str) -> Iterator[bytes]:
    yield secret.encode()
    yield secret.encode("utf-16-le")
    yield secret.encode("gb18030")
    yield secret.encode("unicode_escape")


async def test_no_word_phone_or_id_lies_in_the_files(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        await whole_turn(bot)
        open_files = raw_files(tmp_path)

    for files in (open_files, raw_files(tmp_path)):
        assert len(files) > 100_000
        for secret in SECRETS:
            for encoded in encodings(secret):
                assert encoded not in files, secret


async def test_no_word_phone_or_id_is_logged_at_any_level(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with running(tmp_path, SCRIPTS) as bot:
            await whole_turn(bot)
            await bot.hears(f"fail {WORDS} {PHONE}", sender=SENDER)
            bot.channel.faults = [RuntimeError(f"{WORDS} {PHONE}") for _ in range(3)]
            await bot.hears(f"echo {WORDS}", sender=SENDER)
            await bot.hears("", kind=UpdateKind.GONE, sender=SENDER)
            await bot.store.purge(now=NOW + timedelta(days=30))

    logged = "\n".join(f"{each.getMessage()} {each.args} {each.exc_text}" for each in caplog.records)
    assert "RuntimeError" in logged, "the fault itself is logged"
    for secret in SECRETS:
        assert secret not in logged


async def test_equal_words_are_not_seen_to_be_equal(tmp_path: Path) -> None:
    async with running(tmp_path, SCRIPTS) as bot:
        for sender in ("a", "b"):
            await bot.hears("agree", sender=sender)
            await bot.hears(f"keep {WORDS}", sender=sender)
        rows = await bot.store._reader.execute_fetchall("SELECT commitments, entry FROM evidence")
        dedupes = await bot.store._reader.execute_fetchall("SELECT dedupe FROM outbox WHERE dedupe IS NOT NULL")

        assert len({row[0] for row in rows}) == len({row[1] for row in rows}) == 2
        assert len({row[0] for row in dedupes}) == 2
