"""Builds the program from its settings and runs it; the only module that knows all the others."""

import asyncio
import base64
import contextlib
import json
import logging
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.answers import Answers
from bot.channels import Channel
from bot.channels.terminal import JsonTerminal, Terminal
from bot.clock import Clock, SettableClock, SystemClock
from bot.conversation import Conversation
from bot.errors import BuhuangError, SettingsError
from bot.outbox import Outbox, Pace, advance
from bot.recognition import Recogniser
from bot.routing import Routing
from bot.settings import Settings, read_settings
from bot.store.sqlite import SqliteStore
from bot.turn import Services
from bot.work import Worker, exporting
from content.load import load
from handlers import HANDLERS, welcome

TELEGRAM_PER_S = 30.0
"""https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""
_FILES = "files"


def settings() -> Settings:
    """The settings of this environment. Raises `SettingsError`."""
    return read_settings()


@dataclass
class Parts:
    """What a running bot is made of."""

    store: SqliteStore
    outbox: Outbox
    worker: Worker
    conversation: Conversation
    channels: dict[str, Channel]
    """Filled in before anything arrives: channels need the store, and the conversation needs the channels."""


@asynccontextmanager
async def assembled(settings: Settings, clock: Clock, services: Services) -> AsyncIterator[Parts]:
    """Everything but the channels, built and later closed in order."""
    folder = _data_folder(settings.data_dir)
    channels: dict[str, Channel] = {}
    store = await _open(settings)
    try:
        outbox = Outbox(store, channels, clock, paces={"telegram": Pace(TELEGRAM_PER_S)})
        files = folder / _FILES
        worker = Worker(store, {"export": exporting(store, files, clock)}, clock, files=files)
        routing = Routing(HANDLERS, welcome)
        conversation = Conversation(store, outbox, channels, routing, services, clock, worker)
        yield Parts(store, outbox, worker, conversation, channels)
        await outbox.close()
    finally:
        await store.close()


def build_services() -> Services:
    """Read the content and build what answers from it. Raises `ContentError`."""
    content = load()
    return Services(content, Recogniser(content), Answers(content))


# --- the commands


async def run(settings: Settings) -> int:
    """Serve every configured channel until stopped."""
    configure_logging(settings)
    services, clock = build_services(), SystemClock()
    async with assembled(settings, clock, services) as parts:
        await _serve(parts, tuple(parts.channels.values()))
    return 0


async def chat(settings: Settings, *, json_lines: bool, database: str | None, start: datetime | None) -> int:
    """Talk in the terminal, on a temporary database unless one is named."""
    configure_logging(settings.model_copy(update={"log_level": "WARNING"}))
    services = build_services()
    with tempfile.TemporaryDirectory(prefix="buhuang-") as folder:
        if database is None:
            temporary = {"data_dir": Path(folder), "database_url": None, "encryption_keys": ()}
            settings = settings.model_copy(update=temporary)
        else:
            settings = settings.model_copy(update={"database_url": database})
        clock: Clock = SettableClock(start or SystemClock().now()) if json_lines or start else SystemClock()
        async with assembled(settings, clock, services) as parts:
            terminal = _terminal(parts, clock, services, json_lines=json_lines)
            parts.channels[terminal.name] = terminal
            await _serve(parts, [terminal])
    return 0


async def upgrade(settings: Settings) -> str:
    """Bring the schema up to date, which opening does."""
    _data_folder(settings.data_dir)
    store = await _open(settings)
    await store.close()
    return f"{settings.store_url} is up to date."


async def backup(settings: Settings, path: Path) -> None:
    """Copy the database to `path` as of now."""
    store = await _open(settings)
    try:
        await store.backup(path)
    finally:
        await store.close()


async def export(settings: Settings, channel: str, user: str) -> str:
    """All that is kept of a user, as JSON; `null` where nothing is."""
    store = await _open(settings)
    try:
        known = await store.find(channel, user)
        return json.dumps(await store.export(known) if known else None, ensure_ascii=False, indent=2)
    finally:
        await store.close()


async def erase(settings: Settings, channel: str, user: str) -> bool:
    """Destroy all that is kept of a user; False where nothing was."""
    store = await _open(settings)
    try:
        known = await store.find(channel, user)
        return await store.erase(known, now=SystemClock().now()) if known else False
    finally:
        await store.close()


# --- what they share


async def _open(settings: Settings) -> SqliteStore:
    keys = [base64.b64decode(key.get_secret_value()) for key in settings.encryption_keys]
    return await SqliteStore.open(settings.store_url, configured=keys, key_file=settings.data_dir / "master.key")


def _data_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError("DATA_DIR", f"{folder} cannot be made ({error.strerror}); name a folder that can") from None
    return folder


def _terminal(parts: Parts, clock: Clock, services: Services, *, json_lines: bool) -> Terminal | JsonTerminal:
    if not json_lines:
        return Terminal(clock, parts.outbox.idle, services.content.conversations["common"].texts["terminal_hello"])

    async def move(moment: datetime) -> None:
        if isinstance(clock, SettableClock):
            await advance(clock, moment, parts.store, parts.outbox)

    return JsonTerminal(clock, parts.outbox.idle, move)


async def _serve(parts: Parts, channels: Sequence[Channel]) -> None:
    """Run the outbox, the worker and the channels; the end of any channel, or a signal, ends all."""
    door = parts.conversation.door
    beside = [parts.outbox.run(), parts.worker.run(door)]
    tasks = [asyncio.ensure_future(each) for each in (*beside, *(channel.run(door) for channel in channels))]
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in the loop
            loop.add_signal_handler(name, stop.set)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*tasks, stopping):
            task.cancel()
        ended = await asyncio.gather(*tasks, stopping, return_exceptions=True)
    _raise_first([result for result in ended if isinstance(result, Exception)])


def _raise_first(errors: Sequence[Exception]) -> None:
    """Raise what an operator can do something about, else whatever it was."""
    flat: list[Exception] = []
    for error in errors:
        flat += error.exceptions if isinstance(error, ExceptionGroup) else [error]
    for error in sorted(flat, key=lambda error: not isinstance(error, BuhuangError)):
        raise error


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        line: Mapping[str, str] = {
            "at": at, "level": record.levelname, "logger": record.name, "message": record.getMessage()
        }  # fmt: skip
        return json.dumps(line, ensure_ascii=False)


def configure_logging(settings: Settings) -> None:
    """Log to standard error. Libraries are kept to warnings: at DEBUG some of them print what people write."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(_JsonLines() if settings.log_format == "json" else plain)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("bot", "handlers", "content"):
        logging.getLogger(name).setLevel(settings.log_level)
