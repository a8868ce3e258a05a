"""The terminal: JSON lines for scripts, numbered choices for people."""

import json
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.terminal import JsonTerminal, Terminal
from bot.clock import SettableClock
from bot.messages import Block, Button, Style, Update, UpdateKind, say

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
CARD = say(
    Block("title", Style.TITLE), Block("one\ntwo", Style.QUOTE), buttons=[[Button("x:yes", "好"), Button("x:no", "不")]]
)


async def nothing() -> None:
    return


Talk = Callable[[str], Awaitable[tuple[list[dict[str, Any]], list[Update]]]]


@pytest.fixture
def json_lines(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Talk:
    """Feed lines to the JSON terminal; get what it wrote and what came through the door."""

    async def talk(lines: str) -> tuple[list[dict[str, Any]], list[Update]]:
        with tempfile.TemporaryFile() as given:
            given.write(lines.encode())
            given.seek(0)
            monkeypatch.setattr("sys.stdin", given)
            return await fed()

    async def fed() -> tuple[list[dict[str, Any]], list[Update]]:
        clock = SettableClock(NOW)
        updates: list[Update] = []

        async def advance(moment: datetime) -> None:
            clock.set(moment)

        terminal = JsonTerminal(clock, advance)

        async def door(update: Update) -> None:
            updates.append(update)
            for number, part in enumerate(terminal.render(CARD)):
                await terminal.deliver(update.address, part, key=str(number))

        await terminal.run(door)
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()], updates

    return talk


async def test_each_input_is_answered_and_closed(json_lines: Talk) -> None:
    said, updates = await json_lines('{"user": "u1", "text": "您已逾期"}\n')

    assert said == [
        {
            "user": "u1",
            "handler": "",
            "text": "title\n\none\ntwo",
            "buttons": [[{"id": "x:yes", "label": "好"}, {"id": "x:no", "label": "不"}]],
            "files": [],
        },
        {"done": True},
    ]
    assert (updates[0].kind, updates[0].text, updates[0].sender) == (UpdateKind.TEXT, "您已逾期", "u1")


async def test_every_form_of_input_becomes_its_update(json_lines: Talk) -> None:
    lines = [
        {"user": "u", "text": "/start"},
        {"user": "u", "press": "x:yes:1"},
        {"user": "u", "forward": {"text": "t", "from": "106", "date": "2026-11-20T09:00:00+08:00"}},
        {"user": "u", "photo": "a.jpg", "caption": "c"},
        {"user": "u", "voice": "a.ogg"},
    ]

    _, updates = await json_lines("\n".join(map(json.dumps, lines)))

    kinds = [UpdateKind.JOIN, UpdateKind.PRESS, UpdateKind.FORWARD, UpdateKind.PHOTO, UpdateKind.VOICE]
    assert [update.kind for update in updates] == kinds
    assert updates[1].press == "x:yes:1"
    assert updates[2].origin is not None
    assert updates[2].origin.sent_at == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert (updates[3].file, updates[3].text) == ("a.jpg", "c")
    assert len({update.id for update in updates}) == len(updates)


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "3",
        "{}",
        '{"user": "u"}',
        '{"user": "u", "text": 3}',
        '{"now": "2026-12-07T09:00:00"}',
        '{"user": "u", "forward": 1}',
        '{"user": "u", "forward": {"text": "t", "from": 106}}',
        '{"user": "u", "forward": {"text": "t", "date": "0001-01-01T00:00:00+10:00"}}',
        '{"now": "9999-12-31T23:59:59+00:00"}',
        "[" * 100_000,
    ],
)
async def test_wrong_line_is_named_and_the_next_is_read(json_lines: Talk, line: str) -> None:
    said, updates = await json_lines(line + '\n{"user": "u", "text": "t"}\n')

    assert list(said[0]) == ["error"]
    assert said[1] == {"done": True}
    assert len(updates) == 1


async def test_clock_is_moved(json_lines: Talk) -> None:
    _, updates = await json_lines('{"now": "2026-12-07T09:00:00+08:00"}\n{"user": "u", "text": "t"}\n')

    assert updates[0].received_at == datetime(2026, 12, 7, 1, tzinfo=UTC)


async def test_lines_do_not_arrive_together(json_lines: Talk) -> None:
    _, updates = await json_lines('{"user": "u", "text": "t"}\n{"user": "u", "text": "t"}\n')

    assert updates[1].received_at - updates[0].received_at == timedelta(seconds=2)


async def test_lone_surrogate_is_replaced(json_lines: Talk) -> None:
    lines = [
        {"user": "u\ud800", "text": "a\ud800b"},
        {"user": "u", "press": "x\ud800"},
        {"user": "u", "forward": {"text": "t", "from": "\ud800"}},
        {"user": "u", "photo": "\ud800"},
    ]

    _, updates = await json_lines("\n".join(map(json.dumps, lines)))

    assert (updates[0].sender, updates[0].text, updates[1].press) == ("u?", "a?b", "x?")
    assert updates[2].origin is not None
    assert (updates[2].origin.sender, updates[3].file) == ("?", "?")


async def test_number_presses_the_button_and_a_sum_stays_a_sum(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["【甲】您已逾期\n第二行\n", "2\n", "1500\n", "9" * 5000, None])
    monkeypatch.setattr("bot.channels.terminal._read_paste", lambda: next(typed))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    terminal = Terminal(SettableClock(NOW), nothing, "hello")
    heard: list[Update] = []

    async def door(update: Update) -> None:
        heard.append(update)
        await terminal.deliver("me", terminal.render(CARD)[0], key="k")

    await terminal.run(door)

    kinds = [update.kind for update in heard]
    assert kinds == [UpdateKind.JOIN, UpdateKind.TEXT, UpdateKind.PRESS, UpdateKind.TEXT, UpdateKind.TEXT]
    assert heard[1].text == "【甲】您已逾期\n第二行"
    assert heard[2].press == "x:no"
    assert heard[3].text == "1500"
    shown = capsys.readouterr().out
    assert shown.startswith("hello")
    assert "  | one\n  | two" in shown
    assert "[1] 好  [2] 不" in shown


async def test_quoted_message_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(SettableClock(NOW), nothing, "hello")
    said = say(Block("a\x1b]0;gone\x07b\x9b2J\tc\nd", Style.QUOTE))

    await terminal.deliver("me", terminal.render(said)[0], key="k")

    assert capsys.readouterr().out == "\n  | a]0;goneb2J\tc\n  | d\n"
