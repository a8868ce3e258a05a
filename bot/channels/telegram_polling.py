"""Fetching updates from Telegram, each at least once.

A batch is confirmed, by asking for what follows it, only when each of its updates is committed or set aside; until then
Telegram sends it again, also to the next process after a crash.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar

from telegram import Bot, BotCommand
from telegram.constants import ChatAction
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.channels import Door
from bot.channels.telegram_request import AiohttpRequest, TooManyRequests
from bot.channels.telegram_updates import ALLOWED, Translator
from bot.clock import Clock
from bot.errors import SettingsError, Unavailable
from bot.messages import Update, UpdateKind

_LOG = logging.getLogger(__name__)
_BATCH_MOST = 100
_LONG_POLL_S = 30.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0
_FAULTS_MOST = 3
"""Tries of an update that makes the door fail in a way that it promised not to."""
_COURTESIES_MOST = 200
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What the library raises on JSON of another shape than documented."""
_WORTH_TYPING = (UpdateKind.TEXT, UpdateKind.FORWARD, UpdateKind.JOIN)

Sleep = Callable[[float], Awaitable[None]]
_T = TypeVar("_T")


class Polling:
    """One run of fetching. `url` is the API's address with the token, for `request` alone."""

    def __init__(
        self,
        bot: Bot,
        request: AiohttpRequest,
        clock: Clock,
        *,
        url: str,
        commands: Iterable[tuple[str, str]] = (),
        sleep: Sleep = asyncio.sleep,
        long_poll_s: float = _LONG_POLL_S,
    ) -> None:
        self._bot, self._request, self._clock, self._url = bot, request, clock, url
        self._commands = [BotCommand(name, description) for name, description in commands]
        self._sleep = sleep
        self._long_poll_s = long_poll_s
        self._offset: int | None = None
        self._done: set[int] = set()
        """Ids of the batch under way that need not be handled again."""
        self._faults: dict[int, int] = {}
        self._courtesies: set[asyncio.Task[None]] = set()

    async def run(self, door: Door) -> None:
        """Fetch and handle until cancelled. Raises `SettingsError` where trying again is no use."""
        me = await self._persistently(self._bot.get_me)
        translator = Translator(me.id, me.username or "")
        await self._persistently(lambda: self._bot.delete_webhook(drop_pending_updates=False))
        await self._offer_commands()
        _LOG.info("Telegram: listening as @%s", me.username)
        pause_s = _FIRST_PAUSE_S
        try:
            while True:
                batch = await self._persistently(self._fetch)
                if await self._handled(batch, translator, door):
                    self._confirm(batch)
                    pause_s = _FIRST_PAUSE_S
                else:
                    await self._sleep(pause_s)
                    pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        finally:
            for task in self._courtesies:
                task.cancel()
            await asyncio.gather(*self._courtesies, return_exceptions=True)

    # --- fetching

    async def _persistently(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """The call's result, through outages; `SettingsError` where Telegram refuses for good."""
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                return await call()
            except InvalidToken:
                expected = "was refused by Telegram; ask @BotFather for the token (/mybots, API Token) and set it again"
            except Conflict:
                expected = (
                    "is in use by another program that fetches this bot's updates; "
                    "stop that one, or make a bot of its own with @BotFather"
                )
            except TooManyRequests as error:
                _LOG.warning("Telegram: %s", error)
                await self._sleep(error.retry_after_s)
                continue
            except (TelegramError, *_UNREADABLE) as error:
                words = error if isinstance(error, TelegramError) else "an answer that makes no sense"
                _LOG.warning("Telegram cannot be reached (%s): %s", type(error).__name__, words)
                await self._sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
                continue
            raise SettingsError("TELEGRAM_BOT_TOKEN", expected)

    async def _fetch(self) -> list[dict[str, Any]]:
        """The next updates as JSON, in their order. PTB's `get_updates` fails for all if it can't read one."""
        parameters: dict[str, object] = {
            "limit": _BATCH_MOST,
            "timeout": int(self._long_poll_s),
            "allowed_updates": ALLOWED,
        }
        if self._offset is not None:
            parameters["offset"] = self._offset
        result = await self._request.call(f"{self._url}/getUpdates", parameters, extra_read_s=self._long_poll_s)
        if not isinstance(result, list):
            raise TelegramError("the updates are no list")
        batch = [raw for raw in result if isinstance(raw, dict) and type(raw.get("update_id")) is int]
        if result and not batch:
            raise TelegramError("no update has an id")
        return sorted(batch, key=lambda raw: int(raw["update_id"]))

    def _confirm(self, batch: list[dict[str, Any]]) -> None:
        # An empty answer says that all is confirmed. To name no offset then matters after a quiet week: Telegram may
        # begin anew with lower ids, which an old offset would throw away.
        self._offset = batch[-1]["update_id"] + 1 if batch else None
        self._done.clear()
        self._faults.clear()

    # --- handling

    async def _handled(self, batch: list[dict[str, Any]], translator: Translator, door: Door) -> bool:
        """Whether every update of the batch is done with: people at once, each one's updates in order."""
        lines: dict[str, list[tuple[int, Update]]] = {}
        for raw in batch:
            update_id = raw["update_id"]
            if update_id in self._done:
                continue
            self._answer_press(raw)
            update = translator.translate(raw, self._clock.now())
            if update is None:
                self._done.add(update_id)
            else:
                lines.setdefault(update.sender, []).append((update_id, update))
        return all(await asyncio.gather(*(self._line(line, door) for line in lines.values())))

    async def _line(self, line: list[tuple[int, Update]], door: Door) -> bool:
        """One person's updates, in order; stops at the first that has to come again."""
        for update_id, update in line:
            self._show_typing(update)
            try:
                await door(update)
            except Unavailable:
                _LOG.warning("Telegram update %s could not be kept; it will be fetched again", update_id)
                return False
            except Exception as error:  # the rim: the door sets aside what it cannot handle; this is its own fault
                self._faults[update_id] = tries = self._faults.get(update_id, 0) + 1
                _LOG.error("Telegram update %s raised %s (try %d)", update_id, type(error).__name__, tries)
                if tries < _FAULTS_MOST:
                    return False
            self._done.add(update_id)
        return True

    # --- courtesies: best effort, beside the work

    async def _offer_commands(self) -> None:
        if self._commands:
            await _best_effort(self._bot.set_my_commands(self._commands), "the command menu was not set")

    def _answer_press(self, raw: dict[str, Any]) -> None:
        """End the little clock on a pressed button, whatever becomes of the press."""
        query = raw.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            self._beside(self._bot.answer_callback_query(query["id"]), "a press was not acknowledged")

    def _show_typing(self, update: Update) -> None:
        if update.kind in _WORTH_TYPING and not update.group and len(self._courtesies) < _COURTESIES_MOST:
            typing = self._bot.send_chat_action(int(update.address), ChatAction.TYPING)
            self._beside(typing, "typing was not shown")

    def _beside(self, courtesy: Coroutine[Any, Any, bool], otherwise: str) -> None:
        task = asyncio.ensure_future(_best_effort(courtesy, otherwise))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)


async def _best_effort(courtesy: Awaitable[bool], otherwise: str) -> None:
    try:
        await courtesy
    except TelegramError as error:
        _LOG.info("Telegram: %s: %s", otherwise, error)
