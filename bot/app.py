"""Builds the program from its settings and runs it; the only module that knows all the others."""

import asyncio
import base64
import contextlib
import json
import logging
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.answers import Answers
from bot.channels import Channel
from bot.channels.health import health_routes
from bot.channels.telegram import Telegram
from bot.channels.terminal import JsonTerminal, Terminal
from bot.channels.web import WebChannel
from bot.channels.web_site import Site
from bot.clock import Clock, SettableClock, SystemClock
from bot.conversation import Conversation
from bot.errors import BuhuangError, SettingsError, Unavailable
from bot.gaps import report
from bot.messages import UserId
from bot.outbox import Outbox, Pace, advance
from bot.recognition import Recogniser
from bot.routing import COMMON, Routing
from bot.settings import Settings, read_settings
from bot.store import restoring
from bot.store.restoring import Restored
from bot.store.sqlite import SqliteStore
from bot.store.upgrading import path_of
from bot.turn import Services
from bot.words import Words
from bot.work import Worker, exporting
from content.load import Content, load
from handlers import HANDLERS, welcome

TELEGRAM_PER_S = 30.0
"""https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""
KEY_FILE = "master.key"
_FILES = "files"
_CHANNELS = (Telegram.name, WebChannel.name, Terminal.name)


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
    store = await open_store(settings)
    try:
        outbox = Outbox(store, channels, clock, paces={"telegram": Pace(TELEGRAM_PER_S)})
        files = folder / _FILES
        worker = Worker(store, {"export": exporting(store, files, clock)}, clock, files=files)
        routing = Routing(HANDLERS, welcome)
        conversation = Conversation(store, outbox, channels, routing, services, clock, worker)
        try:
            yield Parts(store, outbox, worker, conversation, channels)
        finally:
            await outbox.close()
    finally:
        await store.close()


def build_services(settings: Settings) -> Services:
    """Read the content and build what answers from it. Raises `ContentError`."""
    content = load()
    return Services(content, Recogniser(content), Answers(content), settings.tz_default)


# --- the commands


async def run(settings: Settings) -> int:
    """Serve every configured channel until stopped. Raises `SettingsError` where there is nothing to serve."""
    configure_logging(settings)
    site = _site(settings)
    services, clock = build_services(settings), SystemClock()
    async with AsyncExitStack() as stack:
        telegram = _telegram(settings, clock, services.content)
        if telegram:  # its connections close last: the outbox may still be handing over
            stack.push_async_callback(telegram.close)
        parts = await stack.enter_async_context(assembled(settings, clock, services))
        channels: list[Channel] = [_web(settings, site, parts, clock, services.content)]
        channels += [telegram] if telegram else []
        parts.channels.update({channel.name: channel for channel in channels})
        await _serve(parts, channels)
    return 0


async def chat(settings: Settings, *, json_lines: bool, database: str | None, start: datetime | None) -> int:
    """Talk in the terminal, on a temporary database unless one is named."""
    configure_logging(settings.model_copy(update={"log_level": "WARNING"}))
    services = build_services(settings)
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
    store = await open_store(settings)
    await store.close()
    return f"{settings.store_url} is up to date."


async def backup(settings: Settings, path: Path) -> None:
    """Copy the database to `path` as of now."""
    store = await open_store(_existing(settings))
    try:
        await store.backup(path)
    finally:
        await store.close()


async def restore(settings: Settings, path: Path) -> Restored:
    """Put a backup in the database's place."""
    return await restoring.restore(
        settings.store_url,
        path,
        configured=_master_keys(settings),
        key_file=settings.data_dir / KEY_FILE,
        now=SystemClock().now(),
    )


async def export(settings: Settings, user: str) -> str | None:
    """All that is kept of a user, as JSON; None where nothing is."""
    store = await open_store(_existing(settings))
    try:
        known = await _known(store, user)
        return json.dumps(await store.export(known), ensure_ascii=False, indent=2) if known else None
    finally:
        await store.close()


async def erase(settings: Settings, user: str) -> bool:
    """Destroy all that is kept of a user; False where nothing was."""
    store = await open_store(_existing(settings))
    try:
        known = await _known(store, user)
        if known is None:
            return False
        clock = SystemClock()
        Worker(store, {}, clock, files=settings.data_dir / _FILES).forget(known)
        return await store.erase(known, now=clock.now())
    finally:
        await store.close()


async def gaps(settings: Settings, *, days: int) -> list[str]:
    """Which questions of the last days had no good answer, and what users left for an editor, as lines to print."""
    store = await open_store(_existing(settings))
    try:
        until = SystemClock().now().astimezone(ZoneInfo(settings.tz_default)).date()
        since = until - timedelta(days=days - 1)
        counted, left = await store.gaps(since=since)
        return list(report(load(), counted, left, since=since, until=until))
    finally:
        await store.close()


async def _known(store: SqliteStore, name: str) -> UserId | None:
    """The user meant by `telegram:12345`, by `12345` alone, or by our own id. Raises `SettingsError` if several are."""
    channel, colon, sender = name.partition(":")
    if colon and channel in _CHANNELS:
        return await store.find(channel, sender)
    found = {channel: user for channel in _CHANNELS if (user := await store.find(channel, name))}
    if len(found) > 1:
        raise SettingsError(name, f"is known on {' and '.join(found)}; write {next(iter(found))}:{name} or the like")
    own = UserId(name) if await store.export(UserId(name)) else None
    return next(iter(found.values()), own)


# --- what they share


async def open_store(settings: Settings) -> SqliteStore:
    """The database of these settings. Raises `SettingsError` or `Unavailable`."""
    return await SqliteStore.open(
        settings.store_url, configured=_master_keys(settings), key_file=settings.data_dir / KEY_FILE
    )


def _master_keys(settings: Settings) -> list[bytes]:
    return [base64.b64decode(key.get_secret_value()) for key in settings.encryption_keys]


def _existing(settings: Settings) -> Settings:
    """These settings, if they lead to a database that is there: nobody wants a new one copied."""
    path = path_of(settings.store_url)
    if not path.exists():
        raise Unavailable(f"There is no database {path}; set DATA_DIR or DATABASE_URL as the bot itself has them.")
    return settings


def _data_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError("DATA_DIR", f"{folder} cannot be made ({error.strerror}); name a folder that can") from None
    return folder.resolve()


# --- the channels


def _site(settings: Settings) -> Site:
    """Where the page is served. Raises `SettingsError` where nobody could use what would be started."""
    site = Site.of(settings)
    if not site.serves_page and settings.telegram_bot_token is None:
        advice = f"the chat page is off, as others can reach {site.host}; set 1 to serve it, or WEB_HOST=127.0.0.1"
        raise SettingsError("WEB_PUBLIC", advice)
    if site.serves_page and site.is_everywhere and site.public_url is None:
        advice = "should be the address that people type, such as https://buhuang.example.org; others are turned away"
        raise SettingsError("PUBLIC_URL", advice)
    return site


def _web(settings: Settings, site: Site, parts: Parts, clock: Clock, content: Content) -> WebChannel:
    async def ready() -> Mapping[str, object]:
        health = await parts.store.health(now=clock.now())
        return {"due": health.due, "oldest_due": health.oldest_due and health.oldest_due.isoformat()}

    def started(url: str) -> None:
        for line in _said_at_start(settings, site, url):
            print(line, flush=True)

    words = {"too_long": Words(content, COMMON).text("too_long")}
    others = health_routes(ready)
    return WebChannel(site, parts.store, clock, words, files=settings.data_dir, others=others, started=started)


def _telegram(settings: Settings, clock: Clock, content: Content) -> Telegram | None:
    if settings.telegram_bot_token is None:
        return None
    menu = [
        (handler.commands[0], content.conversations[handler.name].title) for handler in HANDLERS if handler.commands
    ]
    return Telegram(
        settings.telegram_bot_token.get_secret_value(),
        clock=clock,
        data_dir=settings.data_dir,
        copy_label=Words(content, COMMON).label("copy"),
        commands=menu,
        server=settings.telegram_api_base_url,
        proxy_url=settings.telegram_proxy_url,
    )


def _said_at_start(settings: Settings, site: Site, url: str) -> Iterator[str]:
    """What an operator wants to know once the port is open."""
    page = site.public_url or url
    yield "Buhuang is running. Ctrl+C stops it."
    yield f"  Chat page  {page}" if site.serves_page else "  Chat page  off: set WEB_PUBLIC=1 to serve it"
    if settings.telegram_bot_token:
        yield "  Telegram   by polling; the log says when it listens"
    else:
        yield "  Telegram   off: put TELEGRAM_BOT_TOKEN=<token from @BotFather> into .env and start again"
    yield f"  Data       {Path(settings.store_url.removeprefix('sqlite:///')).resolve()} (SQLite, encrypted)"
    if settings.encryption_keys:
        yield "  Key        from ENCRYPTION_KEYS"
    else:
        key = (settings.data_dir / KEY_FILE).resolve()
        yield f"  Key        {key} (keep a copy elsewhere: without it the data is lost)"


def _terminal(parts: Parts, clock: Clock, services: Services, *, json_lines: bool) -> Terminal | JsonTerminal:
    if not json_lines:
        return Terminal(clock, parts.outbox.idle, services.content.conversations[COMMON].texts["terminal_hello"])

    async def move(moment: datetime) -> None:
        if isinstance(clock, SettableClock):
            await advance(clock, moment, parts.store, parts.outbox)

    return JsonTerminal(clock, move)


# --- running


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
