"""What is configured, reachable and healthy, and what to do about what isn't. Changes nothing, and makes nothing."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from bot.channels.telegram import Telegram
from bot.channels.web_server import listen
from bot.channels.web_site import Site
from bot.clock import SystemClock
from bot.errors import BuhuangError, SettingsError
from bot.settings import Settings
from bot.store import Store
from content.errors import ContentError
from content.load import load

_ROOM_BYTES = 200 * 1024 * 1024
_LATE_S = 60.0


class State(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Nothing is wrong; something could be set or looked after."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    state: State
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    findings: tuple[Finding, ...]

    @property
    def healthy(self) -> bool:
        return all(finding.state is not State.WRONG for finding in self.findings)

    def lines(self) -> Iterator[str]:
        for finding in self.findings:
            yield f"{finding.state:<5}  {finding.about:<8}  {finding.text}"
        wrong = sum(finding.state is State.WRONG for finding in self.findings)
        yield f"{wrong} thing(s) to put right." if wrong else "All is well."


async def examine(
    settings: Settings, open_store: Callable[[Settings], Awaitable[Store]], *, patience_s: float = 5.0
) -> Report:
    """Look at everything that a start would need, waiting so long for whoever is asked."""
    found = [_content(), await _database(settings, open_store), _disk(settings.data_dir)]
    found += [await _page(settings, patience_s), await _telegram(settings, patience_s)]
    return Report(tuple(found))


def _content() -> Finding:
    try:
        return Finding(State.OK, "Content", f"{len(load().places)} entries")
    except ContentError as error:
        return Finding(State.WRONG, "Content", f"{len(error.problems)} problem(s); run: buhuang content check")


async def _database(settings: Settings, open_store: Callable[[Settings], Awaitable[Store]]) -> Finding:
    path = _file_of(settings)
    if not await asyncio.to_thread(path.exists):
        return Finding(State.NOTE, "Database", f"{path} is not there yet; the first start makes it")
    try:
        store = await open_store(settings)
    except BuhuangError as error:
        return Finding(State.WRONG, "Database", str(error))
    try:
        now = SystemClock().now()
        health = await store.health(now=now)
    except BuhuangError as error:
        return Finding(State.WRONG, "Database", str(error))
    finally:
        await store.close()
    if health.oldest_due and (late := (now - health.oldest_due).total_seconds()) > _LATE_S:
        text = f"{path}: {health.due} waiting to be delivered, the oldest for {late / 60:.0f} min; is the bot running?"
        return Finding(State.WRONG, "Database", text)
    return Finding(State.OK, "Database", f"{path}, nothing is late")


def _file_of(settings: Settings) -> Path:
    return Path(settings.store_url.removeprefix("sqlite:///")).absolute()


def _disk(folder: Path) -> Finding:
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding(State.WRONG, "Disk", f"{there} cannot be written; set DATA_DIR to a folder that can")
    free = shutil.disk_usage(there).free
    if free < _ROOM_BYTES:
        return Finding(State.WRONG, "Disk", f"only {free // 1024**2} MB are free at {there}; make room")
    return Finding(State.OK, "Disk", f"{free // 1024**2} MB are free at {there}")


async def _page(settings: Settings, patience_s: float) -> Finding:
    site = Site.of(settings)
    if not site.serves_page:
        return Finding(State.NOTE, "Page", f"off, as others can reach {site.host}; WEB_PUBLIC=1 serves it")
    try:
        listen(site).close()
    except SettingsError as error:
        if await asyncio.to_thread(_is_ours, site, patience_s):
            return Finding(State.OK, "Page", f"a bot is running on port {site.port}")
        return Finding(State.WRONG, "Page", str(error))
    return Finding(State.OK, "Page", f"port {site.port} is free; `buhuang run` serves the page there")


def _is_ours(site: Site, patience_s: float) -> bool:
    """Whether what holds the port answers as this program does."""
    connection = HTTPConnection("127.0.0.1" if site.is_everywhere else site.host, site.port, timeout=patience_s)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read() == b'{"ok":true}'
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


async def _telegram(settings: Settings, patience_s: float) -> Finding:
    if settings.telegram_bot_token is None:
        return Finding(State.NOTE, "Telegram", "off; put TELEGRAM_BOT_TOKEN=<token from @BotFather> into .env")
    try:
        telegram = Telegram(
            settings.telegram_bot_token.get_secret_value(),
            clock=SystemClock(),
            data_dir=settings.data_dir,
            copy_label="",
            server=settings.telegram_api_base_url,
            proxy_url=settings.telegram_proxy_url,
            read_timeout_s=patience_s,
        )
    except SettingsError as error:
        return Finding(State.WRONG, "Telegram", str(error))
    try:
        return Finding(State.OK, "Telegram", f"answers as @{await telegram.username()}")
    except BuhuangError as error:
        server = settings.telegram_api_base_url
        advice = "look at TELEGRAM_BOT_TOKEN, the network and TELEGRAM_PROXY_URL"
        return Finding(State.WRONG, "Telegram", f"{server} does not answer as it should ({error}); {advice}")
    finally:
        await telegram.close()
