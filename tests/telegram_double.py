"""A Bot API server on loopback that behaves as https://core.telegram.org/bots/api says, for the methods Buhuang uses.

Updates stay until a higher offset confirms them; a second poller ends the first with 409; texts, entities and keyboards
are checked as the real server checks them. `fail` plans what goes wrong next.
"""

import asyncio
import json
import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Self

from aiohttp import web

TOKEN = "4242:AAtest-token_that-nobody-may-see-0123456"
USERNAME = "BuhuangTestBot"
BOT_ID = 4242
DAY = 1_795_000_000
"""The date of the messages made here, in seconds since 1970."""
Json = dict[str, Any]

_CONFLICT_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
_CONFLICT_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


class Refusal(Exception):
    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class Sent:
    """A message in a chat, as the server keeps it."""

    chat: int
    id: int
    text: str = ""
    entities: list[str] = field(default_factory=list)
    keyboard: list[list[Json]] = field(default_factory=list)
    file: tuple[str, str, bytes] | None = None
    parameters: Json = field(default_factory=dict)

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.keyboard for button in row]


class BotApi:
    """The server. Use as an async context manager; `url` is what TELEGRAM_API_BASE_URL would be."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[tuple[str, Json]] = []
        self.updates: list[Json] = []
        self.fetched: list[list[int]] = []
        """Ids of the updates in each answer that held any."""
        self.sent: list[Sent] = []
        self.commands: list[Json] = []
        self.webhook = ""
        self.blocked_by: set[int] = set()
        self.no_chat: set[int] = set()
        self.not_editable: set[int] = set()
        self.queries: set[str] = set()
        self.old_server = False
        """Knows neither expandable quotations nor buttons that copy."""
        self._planned: dict[str, deque[Callable[[], web.StreamResponse | None]]] = defaultdict(deque)
        self._changed = asyncio.Condition()
        self._poller: asyncio.Future[None] | None = None
        self._next_id = 1000

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.router.add_route("*", "/{prefix:.*}bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # --- what a test does

    async def push(self, *updates: Json) -> None:
        """Let something happen on Telegram."""
        async with self._changed:
            for update in updates:
                self.updates.append(update)
                if query := update.get("callback_query"):
                    self.queries.add(query["id"])
            self._changed.notify_all()

    def fail(
        self,
        method: str,
        status: int = 500,
        description: str = "Internal Server Error",
        *,
        body: bytes | None = None,
        times: int = 1,
        **parameters: int,
    ) -> None:
        """Plan an error, or any other answer, for the next calls of a method."""
        answer: Json = {"ok": False, "error_code": status, "description": description}
        if parameters:
            answer["parameters"] = parameters
        content = json.dumps(answer).encode() if body is None else body
        for _ in range(times):
            self._planned[method].append(
                lambda: web.Response(status=status, body=content, content_type="application/json")
            )

    def hang(self, method: str, *, times: int = 1) -> None:
        """Plan that the next calls of a method are never answered."""
        for _ in range(times):
            self._planned[method].append(lambda: None)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for calls until something holds."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(holds)

    async def confirmed(self) -> None:
        """Wait until the poller has confirmed all updates."""
        await self.until(lambda: not self.updates)

    def called(self, method: str) -> list[Json]:
        return [parameters for name, parameters in self.calls if name == method]

    # --- the server

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        parameters, files = await _parameters(request)
        self.calls.append((method, parameters))
        async with self._changed:
            self._changed.notify_all()
        try:
            if self._planned[method]:
                planned = self._planned[method].popleft()()
                if planned is None:
                    await asyncio.Event().wait()
                assert planned is not None
                return planned
            if request.match_info["token"] != TOKEN:
                raise Refusal(*((401, "Unauthorized") if ":" in request.match_info["token"] else (404, "Not Found")))
            handler = getattr(self, f"_do_{method.lower()}", None)
            if handler is None:
                raise Refusal(404, "Not Found")
            result = await handler(parameters, files)
            return web.json_response({"ok": True, "result": result})
        except Refusal as refusal:
            answer: Json = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            if refusal.parameters:
                answer["parameters"] = refusal.parameters
            return web.json_response(answer, status=refusal.status)
        finally:
            async with self._changed:
                self._changed.notify_all()

    async def _do_getme(self, *_: object) -> Json:
        return {"id": BOT_ID, "is_bot": True, "first_name": "不慌", "username": USERNAME}

    async def _do_deletewebhook(self, parameters: Json, _: object) -> bool:
        self.webhook = ""
        if parameters.get("drop_pending_updates") == "true":
            self.updates.clear()
        return True

    async def _do_setwebhook(self, parameters: Json, _: object) -> bool:
        self.webhook = parameters["url"]
        return True

    async def _do_getupdates(self, parameters: Json, _: object) -> list[Json]:
        if self.webhook:
            raise Refusal(409, _CONFLICT_WEBHOOK)
        if self._poller and not self._poller.done():
            self._poller.set_exception(Refusal(409, _CONFLICT_POLLER))
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poller = mine
        offset = int(parameters.get("offset", 0))
        limit = int(parameters.get("limit", 100))
        if not 1 <= limit <= 100:
            limit = 100
        self._forget_before(offset)
        async with self._changed:
            self._changed.notify_all()
        arrival = asyncio.ensure_future(self._arrival())
        try:
            done, _pending = await asyncio.wait(
                {arrival, mine},
                timeout=float(parameters.get("timeout", 0)),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if mine in done:
                await mine
        finally:
            arrival.cancel()
            if not mine.done():
                mine.cancel()
        self._forget_before(offset)
        batch = self.updates[:limit]
        if batch:
            self.fetched.append([update.get("update_id", -1) for update in batch])
        return batch

    def _forget_before(self, offset: int) -> None:
        """An offset confirms whatever has a lower id, also what came with one since."""
        self.updates = [update for update in self.updates if update.get("update_id", offset) >= offset]

    async def _arrival(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: bool(self.updates))

    async def _do_setmycommands(self, parameters: Json, _: object) -> bool:
        commands = json.loads(parameters["commands"])
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands = commands
        return True

    async def _do_sendchataction(self, parameters: Json, _: object) -> bool:
        self._chat(parameters)
        return True

    async def _do_answercallbackquery(self, parameters: Json, _: object) -> bool:
        if parameters["callback_query_id"] not in self.queries:
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        self.queries.discard(parameters["callback_query_id"])
        return True

    async def _do_sendmessage(self, parameters: Json, _: object) -> Json:
        chat = self._chat(parameters)
        text, entities = self._text(parameters)
        message = Sent(chat, self._new_id(), text, entities, self._keyboard(parameters), parameters=parameters)
        self.sent.append(message)
        return _message_json(message)

    async def _do_senddocument(self, parameters: Json, files: dict[str, tuple[str, str, bytes]]) -> Json:
        chat = self._chat(parameters)
        file = files.get("document")
        if file is None or not file[2]:
            raise Refusal(400, "Bad Request: file must be non-empty")
        message = Sent(chat, self._new_id(), keyboard=self._keyboard(parameters), file=file, parameters=parameters)
        self.sent.append(message)
        return _message_json(message)

    async def _do_editmessagetext(self, parameters: Json, _: object) -> Json:
        chat = self._chat(parameters)
        number = int(parameters["message_id"])
        message = next((m for m in self.sent if m.chat == chat and m.id == number), None)
        if message is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        if number in self.not_editable:
            raise Refusal(400, "Bad Request: message can't be edited")
        if message.file:
            raise Refusal(400, "Bad Request: there is no text in the message to edit")
        text, entities = self._text(parameters)
        keyboard = self._keyboard(parameters)
        if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
            raise Refusal(400, _NOT_MODIFIED)
        message.text, message.entities, message.keyboard = text, entities, keyboard
        return _message_json(message)

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _chat(self, parameters: Json) -> int:
        chat = int(parameters["chat_id"])
        if chat in self.blocked_by:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.no_chat:
            raise Refusal(400, "Bad Request: chat not found")
        return chat

    def _text(self, parameters: Json) -> tuple[str, list[str]]:
        text, entities = parameters.get("text", ""), list[str]()
        if parameters.get("parse_mode") == "HTML":
            text, entities = parse_html(text, old_server=self.old_server)
        return checked_text(text), entities

    def _keyboard(self, parameters: Json) -> list[list[Json]]:
        markup = json.loads(parameters.get("reply_markup", "{}"))
        rows: list[list[Json]] = markup.get("inline_keyboard", [])
        for button in (button for row in rows for button in row):
            check_button(button, old_server=self.old_server)
        return rows


# --- what the server checks


def checked_text(text: str) -> str:
    text = text.strip()
    if all(unicodedata.category(char) in ("Cc", "Cf", "Zs", "Zl", "Zp") for char in text):
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def check_button(button: Json, *, old_server: bool = False) -> None:
    actions = set(button) - {"text"}
    if len(actions) != 1 or not button.get("text", "").strip():
        raise Refusal(400, 'Bad Request: can\'t parse inline keyboard button: Field "text" must be of type String')
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    if "copy_text" in button:
        if old_server:
            text_only = "Text buttons are unallowed in the inline keyboard"
            raise Refusal(400, f"Bad Request: can't parse inline keyboard button: {text_only}")
        if not 1 <= len(button["copy_text"]["text"]) <= 256:
            raise Refusal(400, "Bad Request: BUTTON_COPY_TEXT_INVALID")


_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "a", "tg-spoiler"}
_MARKUP = re.compile(r"<(/?)([^<>]*)>|<|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


def parse_html(markup: str, *, old_server: bool = False) -> tuple[str, list[str]]:
    """The text and its entities as "tag:words", like the server's parser: raises on anything unbalanced or unknown."""
    text, entities, at = "", [], 0
    opened: list[tuple[str, str, int]] = []
    for match in _MARKUP.finditer(markup):
        text += markup[at : match.start()]
        at = match.end()
        offset = len(markup[: match.start()].encode())
        if match[0].startswith("&"):
            text += unescape(match[0])
        elif match[2] is None or not match[2].strip():
            raise Refusal(400, f'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset {offset}')
        elif match[1]:
            if not opened or opened[-1][0] != match[2]:
                raise Refusal(400, f"Bad Request: can't parse entities: Unmatched end tag at byte offset {offset}")
            _, name, start = opened.pop()
            if text[start:].strip():
                entities.append(f"{name}:{text[start:]}")
        else:
            tag, _, attributes = match[2].partition(" ")
            unknown = tag not in _TAGS or (
                attributes and (old_server or (tag, attributes) != ("blockquote", "expandable"))
            )
            if unknown:
                raise Refusal(
                    400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}" at byte offset {offset}'
                )
            if tag == "blockquote" and any(name.startswith("blockquote") for _, name, _ in opened):
                raise Refusal(400, "Bad Request: can't parse entities: blockquote entities can't be nested")
            if any(name == "pre" for _, name, _ in opened):
                raise Refusal(400, "Bad Request: can't parse entities: pre entities can't contain others")
            opened.append((tag, match[2], len(text)))
    if opened:
        raise Refusal(
            400, f"Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1][0]}\""
        )
    return text + markup[at:], entities


async def _parameters(request: web.Request) -> tuple[Json, dict[str, tuple[str, str, bytes]]]:
    parameters: Json = dict(request.query)
    files = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.filename, value.content_type, value.file.read()
        else:
            parameters[name] = value
    return parameters, files


def _message_json(message: Sent) -> Json:
    made: Json = {
        "message_id": message.id,
        "date": DAY,
        "chat": {"id": message.chat, "type": "private"},
        "from": {"id": BOT_ID, "is_bot": True, "first_name": "不慌"},
    }
    if message.file:
        name, mime, content = message.file
        made["document"] = {
            "file_id": "F1", "file_unique_id": "U1", "file_name": name, "mime_type": mime, "file_size": len(content)
        }  # fmt: skip
    else:
        made["text"] = message.text
    return made


# --- updates


def user(number: int = 7) -> Json:
    return {"id": number, "is_bot": False, "first_name": "小", "last_name": "王", "language_code": "zh-hans"}


def private(number: int = 7) -> Json:
    return {"id": number, "type": "private", "first_name": "小"}


def message(update_id: int, text: str | None = None, *, sender: int = 7, edited: bool = False, **fields: Any) -> Json:
    """An update with a message; `fields` are further fields of the message."""
    made: Json = {"message_id": update_id + 500, "date": DAY, "from": user(sender), "chat": private(sender), **fields}
    if text is not None:
        made["text"] = text
    return {"update_id": update_id, ("edited_message" if edited else "message"): made}


def press(
    update_id: int, data: str | None = "forwarded:why:1", *, sender: int = 7, on: int = 900, **fields: Any
) -> Json:
    """An update with a pressed button."""
    query: Json = {
        "id": f"q{update_id}",
        "from": user(sender),
        "chat_instance": "c",
        "message": {"message_id": on, "date": DAY, "chat": private(sender), "text": "…"},
        **fields,
    }
    if data is not None:
        query["data"] = data
    return {"update_id": update_id, "callback_query": query}
