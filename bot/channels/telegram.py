"""Telegram: any Bot API server, fetched by long polling; messages in HTML, edited in place, files.

python-telegram-bot gives the types and the calls; its Application, which confirms an update before it is handled, is
not used. Its log, which holds whole messages, stays silent.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.channels import Door, Part
from bot.channels.telegram_polling import Polling, Sleep
from bot.channels.telegram_render import render, unmarked
from bot.channels.telegram_request import AiohttpRequest, TooManyRequests
from bot.channels.telegram_updates import NAME
from bot.clock import Clock
from bot.errors import ChannelError, Permanent, Retryable, SettingsError
from bot.messages import Reply
from bot.settings import is_address

PUBLIC_SERVER = "https://api.telegram.org"
_LOG = logging.getLogger(__name__)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "chat was deleted")
_TALKATIVE = ("telegram.Bot", "telegram.request.BaseRequest")
"""Loggers that write out messages or what a server sent."""


class Telegram:
    """The channel. `commands` are (name, description) of the command menu; files lie below `data_dir`."""

    name = NAME

    def __init__(
        self,
        token: str,
        *,
        clock: Clock,
        data_dir: Path,
        copy_label: str,
        commands: Iterable[tuple[str, str]] = (),
        server: str = PUBLIC_SERVER,
        proxy_url: str | None = None,
        sleep: Sleep = asyncio.sleep,
        read_timeout_s: float = 20.0,
        long_poll_s: float = 30.0,
    ) -> None:
        """`server` may end in `/bot`. Raises `SettingsError` for a value that can't be right."""
        if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", token):
            raise SettingsError("TELEGRAM_BOT_TOKEN", "should look like 123456789:AAH… as @BotFather gave it")
        for logger in _TALKATIVE:
            logging.getLogger(logger).addFilter(_say_nothing)
        self._data_dir = data_dir
        self._copy_label = copy_label
        self._request = AiohttpRequest(_proxy(proxy_url), read_timeout_s=read_timeout_s)
        base = _base_url(server)
        self._bot = Bot(
            token,
            base_url=base,
            base_file_url=base.removesuffix("bot") + "file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._polling = Polling(
            self._bot,
            self._request,
            clock,
            url=base + token,
            commands=commands,
            sleep=sleep,
            long_poll_s=long_poll_s,
        )

    def render(self, reply: Reply, *, replaces: str | None = None) -> tuple[Part, ...]:
        return render(reply, replaces=replaces, copy_label=self._copy_label)

    async def deliver(self, address: str, part: Part, *, key: str, repeat: bool = False) -> str | None:
        """Hand one part over. Telegram takes no key: after a lost answer the part may arrive twice."""
        try:
            return await self._hand_over(int(address), part)
        except TelegramError as error:
            failure = _failure(error)
        raise failure

    async def run(self, door: Door) -> None:
        await self._polling.run(door)

    async def username(self) -> str:
        """The bot's name as the server tells it. Raises `ChannelError`, also where the token is refused."""
        try:
            return (await self._bot.get_me()).username or ""
        except TelegramError as error:
            failure = _failure(error)
        raise failure

    async def close(self) -> None:
        """Close the connections, once nothing is to be delivered any more."""
        await self._request.shutdown()

    # --- delivering

    async def _hand_over(self, chat: int, part: Part) -> str | None:
        if part["action"] == "file":
            return await self._send_file(chat, part)
        text, keyboard = str(part["text"]), _keyboard(part)
        try:
            return await self._write(chat, part, text, keyboard, ParseMode.HTML)
        except BadRequest as error:
            if "can't parse" not in str(error).casefold():
                raise
        # An older server of one's own may not know expandable quotations or buttons that copy: say it plainly.
        return await self._write(chat, part, unmarked(text), _keyboard(part, copying=False), None)

    async def _write(
        self, chat: int, part: Part, text: str, keyboard: InlineKeyboardMarkup | None, mode: ParseMode | None
    ) -> str | None:
        if part["action"] != "edit":
            return await _sent(
                self._bot.send_message(
                    chat, text, parse_mode=mode, reply_markup=keyboard, link_preview_options=_NO_PREVIEW
                )
            )
        message = str(part["message"])
        try:
            await _sent(
                self._bot.edit_message_text(
                    text,
                    chat_id=chat,
                    message_id=int(message),
                    parse_mode=mode,
                    reply_markup=keyboard,
                    link_preview_options=_NO_PREVIEW,
                )
            )
        except BadRequest as error:
            if "message is not modified" not in str(error).casefold():
                raise
        return message

    async def _send_file(self, chat: int, part: Part) -> str | None:
        name = str(part["name"])
        try:
            content = await asyncio.to_thread(self._read, str(part["path"]))
        except OSError as error:
            raise Permanent(f"a file cannot be read: {type(error).__name__}") from None
        file = InputFile(content, filename=name)
        file.mimetype = str(part["mime"])
        return await _sent(self._bot.send_document(chat, file, reply_markup=_keyboard(part)))

    def _read(self, path: str) -> bytes:
        """The bytes of a file below the data directory."""
        root = self._data_dir.resolve()
        file = (root / path).resolve()
        if not file.is_relative_to(root):
            raise PermissionError("outside of the data directory")
        return file.read_bytes()


async def _sent(call: Awaitable[Message | bool]) -> str | None:
    """The id of what was sent. If Telegram took it and tells of it in a way that the library can't read, there is no
    id, and to send it again would double it."""
    try:
        message = await call
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        _LOG.warning("Telegram took a message and told of it unreadably: %s", type(error).__name__)
        return None
    return str(message.message_id) if isinstance(message, Message) else None


def _keyboard(part: Part, *, copying: bool = True) -> InlineKeyboardMarkup | None:
    rows = part.get("keyboard")
    if not isinstance(rows, list):
        return None
    buttons = [[_button(button) for button in row if copying or "press" in button] for row in rows]
    kept = [row for row in buttons if row]
    return InlineKeyboardMarkup(kept) if kept else None


def _button(button: dict[str, str]) -> InlineKeyboardButton:
    if "copy" in button:
        return InlineKeyboardButton(button["label"], copy_text=CopyTextButton(button["copy"]))
    return InlineKeyboardButton(button["label"], callback_data=button["press"])


def _failure(error: TelegramError) -> ChannelError:
    """What the outbox is to do about it. Order matters: PTB's `BadRequest` is a kind of `NetworkError`."""
    reason = f"{type(error).__name__}: {error}"
    if isinstance(error, TooManyRequests):
        return Retryable(reason, retry_after_s=error.retry_after_s)
    if isinstance(error, Forbidden):
        return Permanent(reason, recipient_gone=True)
    if isinstance(error, BadRequest):
        return Permanent(reason, recipient_gone=any(sign in reason.casefold() for sign in _GONE))
    return Retryable(reason)


def _base_url(server: str) -> str:
    """The address that the token is put behind."""
    url = server.strip().rstrip("/")
    if not is_address(url) or ":" in urlsplit(url).path:
        raise SettingsError("TELEGRAM_API_BASE_URL", f"should be an address such as {PUBLIC_SERVER}, without the token")
    return url if url.endswith("/bot") else f"{url}/bot"


def _proxy(url: str | None) -> str | None:
    if not url:
        return None
    if not is_address(url):
        raise SettingsError("TELEGRAM_PROXY_URL", "should be an HTTP proxy such as http://127.0.0.1:7890")
    return url


def _say_nothing(record: logging.LogRecord) -> bool:
    return False
