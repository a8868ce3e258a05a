"""The terminal: a conversation typed by hand, and the same as JSON lines for scripts and tests.

A paste of several lines arrives as one message: lines that come within a blink belong together.
"""

import asyncio
import contextlib
import json
import os
import re
import select
import sys
import threading
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar, cast

from bot.channels import Door, Part
from bot.clock import Clock
from bot.messages import Origin, Reply, Style, Update, UpdateKind

NAME = "terminal"
_BLINK_S = 0.05
_READING = timedelta(seconds=2)
"""What passes after each line of input, so that it is answered whole, and apart from the next one."""
_CHUNK = 1 << 16
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that command a terminal; a quoted message must not."""
_MISTAKES = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)
"""What reading a line raises that isn't what it should be: other JSON, nested too deep, a year without end."""
_T = TypeVar("_T")


class _Terminal:
    """What both ways of talking share: rendering, and updates with ids of their own."""

    name = NAME

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._prefix = uuid.uuid4().hex
        self._ids = count(1)

    def render(self, reply: Reply, *, replaces: str | None = None) -> tuple[Part, ...]:
        return (
            {
                "action": "send",
                "handler": reply.handler,
                "text": reply.text,
                "styles": [[block.style.value, block.text] for block in reply.blocks],
                "buttons": [[{"id": b.id, "label": b.label} for b in row] for row in reply.buttons],
                "files": [{"name": a.name, "mime": a.mime, "path": a.path} for a in reply.attachments],
            },
        )

    def _update(self, user: str, kind: UpdateKind, **details: Any) -> Update:
        return Update(NAME, f"{self._prefix}-{next(self._ids)}", user, user, kind, self._clock.now(), **details)


class JsonTerminal(_Terminal):
    """JSON lines in, JSON lines out; after each input's replies a line `{"done": true}`.

    `advance` moves a settable clock through every due time up to a moment, and returns when all is said.
    """

    def __init__(
        self,
        clock: Clock,
        advance: Callable[[datetime], Awaitable[None]],
    ) -> None:
        super().__init__(clock)
        self._advance = advance

    async def deliver(self, address: str, part: Part, *, key: str, repeat: bool = False) -> str | None:
        shown = {name: part[name] for name in ("handler", "text", "buttons", "files")}
        _write_json({"user": address, **shown})
        return key

    async def run(self, door: Door) -> None:
        read = _Lines(sys.stdin.fileno())
        while line := await _aside(read):
            if line.strip():
                try:
                    await self._take(json.loads(line), door)
                except _MISTAKES as error:
                    _write_json({"error": f"not understood: {type(error).__name__}: {error}"})
                _write_json({"done": True})

    async def _take(self, given: dict[str, Any], door: Door) -> None:
        if "now" in given:
            await self._advance(_time(given["now"]))
            return
        user = _clean(str(given["user"]))
        await door(self._read(user, given))
        await self._advance(self._clock.now() + _READING)

    def _read(self, user: str, given: dict[str, Any]) -> Update:
        if "text" in given:
            text = _clean(given["text"])
            kind = UpdateKind.JOIN if text.strip() == "/start" else UpdateKind.TEXT
            return self._update(user, kind, text=text)
        if "press" in given:
            return self._update(user, UpdateKind.PRESS, press=_clean(str(given["press"])))
        if "forward" in given:
            forward = given["forward"]
            sent_at = _time(forward["date"]) if forward.get("date") else None
            sender = forward.get("from")
            origin = Origin(None if sender is None else _clean(sender), sent_at)
            return self._update(user, UpdateKind.FORWARD, text=_clean(forward["text"]), origin=origin)
        for name, kind in (("photo", UpdateKind.PHOTO), ("voice", UpdateKind.VOICE), ("file", UpdateKind.FILE)):
            if name in given:
                return self._update(user, kind, file=_clean(str(given[name])), text=_clean(given.get("caption", "")))
        raise ValueError("expected one of text, forward, press, photo, voice, file or now")


class Terminal(_Terminal):
    """A conversation typed by hand. Buttons are numbered; a number presses one."""

    def __init__(self, clock: Clock, settled: Callable[[], Awaitable[None]], hello: str) -> None:
        super().__init__(clock)
        self._settled = settled
        self._hello = hello
        self._choices: list[tuple[str, str]] = []

    async def deliver(self, address: str, part: Part, *, key: str, repeat: bool = False) -> str | None:
        styles, buttons, files = part["styles"], part["buttons"], part["files"]
        if not (isinstance(styles, list) and isinstance(buttons, list) and isinstance(files, list)):
            raise TypeError("a part of another channel")
        print()
        for style, text in styles:
            print(_in_style(style, text))
        for file in files:
            print(f"  [{file['name']}] {file['path']}")
        labels = []
        for row in buttons:
            for button in row:
                self._choices.append((button["id"], button["label"]))
                labels.append(f"[{len(self._choices)}] {button['label']}")
        if labels:
            print("  " + "  ".join(labels))
        sys.stdout.flush()
        return key

    async def run(self, door: Door) -> None:
        print(self._hello)
        await door(self._update("me", UpdateKind.JOIN))
        await self._settled()
        while True:
            print("\n> ", end="", flush=True)
            typed = await _aside(_read_paste)
            if typed is None:
                print()
                return
            for text in _messages(typed):
                await door(self._heard(text))
                await self._settled()

    def _heard(self, text: str) -> Update:
        number = int(text) if re.fullmatch(r"\s*[0-9０-９]{1,4}\s*", text) else 0
        if 0 < number <= len(self._choices):
            press = self._choices[number - 1][0]
            self._choices.clear()
            return self._update("me", UpdateKind.PRESS, press=press)
        self._choices.clear()
        return self._update("me", UpdateKind.TEXT, text=text)


def _in_style(style: str, text: str) -> str:
    text = _COMMANDS.sub("", text)
    if style == Style.TITLE:
        return f"\033[1m{text}\033[0m" if sys.stdout.isatty() else text
    if style in (Style.QUOTE, Style.SCRIPT):
        return "\n".join(f"  | {line}" for line in text.splitlines())
    return text


async def _aside(read: Callable[[], _T]) -> _T:
    """Read in a thread that nobody waits for: a read that never returns must not hold up the end of the program."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[_T] = loop.create_future()

    def settle(result: _T | None, error: Exception | None) -> None:
        if outcome.cancelled():
            return
        if error:
            outcome.set_exception(error)
        else:
            outcome.set_result(cast(_T, result))

    def work() -> None:
        result, error = None, None
        try:
            result = read()
        except Exception as raised:  # handed over to whoever waits
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=work, daemon=True).start()
    return await outcome


class _Lines:
    """Reads line after line, past Python's own buffer: its lock would be held when the program ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor, self._rest = descriptor, b""

    def __call__(self) -> bytes:
        """The next line with its end; nothing at the end of input."""
        chunks = [self._rest]
        while b"\n" not in chunks[-1] and (chunk := os.read(self._descriptor, _CHUNK)):
            chunks.append(chunk)
        line, end, self._rest = b"".join(chunks).partition(b"\n")
        return line + end


def _read_paste() -> str | None:
    """What was typed or pasted at once; None at the end of input."""
    descriptor = sys.stdin.fileno()
    chunk = os.read(descriptor, _CHUNK)
    if not chunk:
        return None
    while not chunk.endswith(b"\n") or select.select([descriptor], [], [], _BLINK_S)[0]:
        more = os.read(descriptor, _CHUNK)
        if not more:
            break
        chunk += more
    return chunk.decode("utf-8", errors="replace")


def _messages(typed: str) -> Iterator[str]:
    """One message for what a person pasted; one a line where a script feeds the lines."""
    lines = [typed] if sys.stdin.isatty() else typed.splitlines()
    return (line.strip("\r\n") for line in lines)


def _write_json(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _clean(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError("text has to be a string")
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone, such as 2026-12-07T09:00:00+08:00")
    if not 1970 <= moment.year < 9999:
        raise ValueError("a time should be one that a message can have come at")
    return moment
