"""The page's routes: its files, and the few calls that its script makes.

A call answers `{"ok": true}` or `{"ok": false, "error": ...}`. Sending is idempotent by the client's own id, so that
the page may try again until it hears 202; 429 and 503 say when.
"""

import hashlib
import json
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from bot.channels import Door, Part
from bot.channels.web_feed import NAME, EventStream, LiveFeed, follow
from bot.channels.web_site import Guard, Site
from bot.channels.web_visitor import Visitor
from bot.clock import Clock
from bot.errors import Unavailable, Unreadable
from bot.messages import Update, UpdateKind

TEXT_MOST = 100_000
"""Characters of one message."""
COOKIE = "buhuang"
_COOKIE_DAYS = 400
"""The longest that browsers keep a cookie; each visit counts anew."""
_BODY_MOST = 1 << 20
_DRAINED_MOST = 1 << 24
"""A longer body than allowed is still read up to here, so that the browser hears the answer."""
_RETRY_AFTER_S = 2
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_NUMBER = re.compile(r"[0-9]{1,15}")
_PRESS_BYTES = 64
_LABEL_MOST = 64
_STATIC = Path(__file__).parent / "static"
_FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/app.js": ("app.js", "text/javascript; charset=utf-8"),
    "/words.js": ("words.js", "text/javascript; charset=utf-8"),
    "/view.js": ("view.js", "text/javascript; charset=utf-8"),
    "/style.css": ("style.css", "text/css; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}

Answer = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """A call that cannot be answered: the status, and a word for the page."""

    def __init__(self, status: int, error: str, *, retry_after_s: int | None = None, message: str = "") -> None:
        super().__init__(error)
        self.status, self.error, self.retry_after_s, self.message = status, error, retry_after_s, message

    def response(self) -> Response:
        body = {"ok": False, "error": self.error} | ({"message": self.message} if self.message else {})
        headers = {"Retry-After": str(self.retry_after_s)} if self.retry_after_s is not None else {}
        return JSONResponse(body, self.status, headers | {"Cache-Control": "no-store"})


class Allowance:
    """How much one visitor may send: a burst, and then one a second. The least recent visitors are forgotten."""

    def __init__(
        self, burst: int = 30, per_second: float = 1.0, *, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._per_second, self._timer = burst, per_second, timer
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, address: str) -> int:
        """Take one; 0, or the seconds to wait when nothing is left."""
        now = self._timer()
        left, at = self._left.pop(address, (float(self._burst), now))
        left = min(self._burst, left + (now - at) * self._per_second)
        self._left[address] = (left - 1 if left >= 1 else left, now)
        while len(self._left) > 10_000:
            self._left.popitem(last=False)
        return 0 if left >= 1 else ceil((1 - left) / self._per_second)


class Api:
    """What the calls share."""

    def __init__(
        self,
        door: Door,
        feed: LiveFeed,
        site: Site,
        clock: Clock,
        words: Mapping[str, str],
        files: Path,
        allowance: Allowance,
    ) -> None:
        self._door, self._feed, self._site, self._clock = door, feed, site, clock
        self._words, self._files, self._allowance = words, files, allowance

    # --- who is there

    async def visit(self, request: Request) -> Response:
        """Called when the page opens: gives a first visitor his cookie, and others theirs for longer.

        Not done with the page itself: a link on another site opens it without the cookie (SameSite=Strict), and a new
        cookie would take the place of the old one.
        """
        visitor = _visitor_of(request) or Visitor.new()
        return self._with_cookie(request, visitor, JSONResponse({"ok": True, "who": visitor.tag, "most": TEXT_MOST}))

    async def show_code(self, request: Request) -> Response:
        visitor = _required(request)
        return JSONResponse({"ok": True, "code": visitor.code, "id": visitor.address})

    async def recover(self, request: Request) -> Response:
        """Become the visitor of a recovery code."""
        code = (await self._json(request)).get("code")
        visitor = Visitor.from_code(code) if isinstance(code, str) else None
        if visitor is None:
            raise Refused(400, "wrong_code")
        self._leave(request)
        return self._with_cookie(request, visitor, JSONResponse({"ok": True, "who": visitor.tag}))

    async def forget(self, request: Request) -> Response:
        """Take the cookie away; every open page of this visitor notices."""
        self._leave(request)
        response = JSONResponse({"ok": True})
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=self._is_secure(request))
        return response

    # --- what is said

    async def send(self, request: Request) -> Response:
        visitor = _required(request)
        wait_s = self._allowance.wait_s(visitor.address)
        if wait_s:
            raise Refused(429, "too_many", retry_after_s=wait_s)
        update, own = self._read(visitor, await self._json(request))
        await self._feed.take(self._door, update, own)
        return JSONResponse({"ok": True, "who": visitor.tag}, 202)

    async def follow(self, request: Request) -> Response:
        """Server-sent events. `Last-Event-ID` (or `after`, when the page itself connects again) is the last part seen
        as the visitor `who`; somebody else starts anew."""
        visitor = _required(request)
        after = _number(request.headers.get("last-event-id") or request.query_params.get("after"))
        known = request.query_params.get("who", visitor.tag) == visitor.tag
        return EventStream(follow(self._feed, visitor.address, visitor.tag, after if known else 0))

    async def download(self, request: Request) -> Response:
        """A file of the visitor's own feed, by the part that it came with and its place there."""
        visitor = _required(request)
        named_by = request.path_params["part"], request.path_params["place"]
        if not all(map(_NUMBER.fullmatch, named_by)):
            raise Refused(404, "no_file")
        id_, place = map(int, named_by)
        rows = await self._feed.since(visitor.address, id_ - 1)
        named = rows[0][1].get("files") if rows and rows[0][0] == id_ else None
        if not isinstance(named, list) or place >= len(named):
            raise Refused(404, "no_file")
        file = named[place]
        root = self._files.resolve()
        path = (root / str(file["path"])).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise Refused(410, "file_gone")
        return FileResponse(path, filename=str(file["name"]), media_type=str(file["mime"]))

    def _read(self, visitor: Visitor, given: dict[str, Any]) -> tuple[Update, Part]:
        """The update that a call carries, and the visitor's own words as his page shows them."""
        id_ = given.get("id")
        if not isinstance(id_, str) or not _ID.fullmatch(id_):
            raise Refused(400, "wrong_id")
        now = self._clock.now()
        own: Part = {"action": "own", "own": True, "id": id_, "at": now.isoformat()}
        # Ids are kept in clear, so they must not tell whose they are.
        unique = hashlib.sha256(f"{visitor.address} {id_}".encode()).hexdigest()[:32]
        about = (NAME, unique, visitor.address, visitor.address)
        if isinstance(text := given.get("text"), str):
            if len(text) > TEXT_MOST:
                raise Refused(413, "too_long", message=self._words["too_long"])
            text = _clean(text)
            return Update(*about, UpdateKind.TEXT, now, text=text), own | {"text": text}
        press, label, message = given.get("press"), given.get("label", ""), given.get("message")
        if not _is_text(press, _PRESS_BYTES) or not _is_text(label, _LABEL_MOST) or not press:
            raise Refused(400, "expected_text_or_press")
        if message is not None and not (_is_text(message, 20) and message.isdecimal()):
            raise Refused(400, "wrong_message")
        press = _clean(press)
        own |= {"press": press, "label": _clean(label), "message": message}
        return Update(*about, UpdateKind.PRESS, now, press=press, pressed_message=message), own

    async def _json(self, request: Request) -> dict[str, Any]:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refused(415, "expected_json")
        body, size = bytearray(), 0
        async for chunk in request.stream():
            size += len(chunk)
            if size <= _BODY_MOST:
                body += chunk
            elif size > _DRAINED_MOST:
                break
        if size > _BODY_MOST:
            raise Refused(413, "too_long", message=self._words["too_long"])
        try:
            given = json.loads(body)
        except (ValueError, RecursionError):
            raise Refused(400, "expected_json") from None
        if not isinstance(given, dict):
            raise Refused(400, "expected_object")
        return given

    # --- the cookie

    def _leave(self, request: Request) -> None:
        if (visitor := _visitor_of(request)) is not None:
            self._feed.end(visitor.address)

    def _with_cookie(self, request: Request, visitor: Visitor, response: Response) -> Response:
        response.set_cookie(
            COOKIE,
            visitor.cookie,
            max_age=_COOKIE_DAYS * 86_400,
            path="/",
            httponly=True,
            samesite="strict",
            secure=self._is_secure(request),
        )
        return response

    def _is_secure(self, request: Request) -> bool:
        return self._site.is_secure(request.url.scheme, request.headers.get("host", ""))


def routes(
    door: Door,
    feed: LiveFeed,
    site: Site,
    clock: Clock,
    words: Mapping[str, str],
    *,
    files: Path,
    allowance: Allowance | None = None,
) -> list[Route]:
    """The page and its calls; none where the page isn't served. `words` has `too_long`."""
    if not site.serves_page:
        return []
    api = Api(door, feed, site, clock, words, files, allowance or Allowance())
    anyone = [Middleware(Guard, site=site, page_only=False)]
    page_only = [Middleware(Guard, site=site, page_only=True)]
    calls: list[tuple[str, str, Answer]] = [
        ("POST", "/api/visit", api.visit),
        ("POST", "/api/send", api.send),
        ("GET", "/api/feed", api.follow),
        ("GET", "/api/file/{part}/{place}", api.download),
        ("POST", "/api/code", api.show_code),
        ("POST", "/api/recover", api.recover),
        ("POST", "/api/forget", api.forget),
    ]
    return [
        *(Route(path, _file(name, mime), middleware=anyone) for path, (name, mime) in _FILES.items()),
        *(
            Route(path, partial(_answered, call), methods=[method], middleware=page_only)
            for method, path, call in calls
        ),
    ]


async def _answered(call: Answer, request: Request) -> Response:
    """Run a call; whatever keeps it from being answered becomes a status that the page understands."""
    try:
        response = await call(request)
    except Refused as refused:
        return refused.response()
    except Unavailable:
        return Refused(503, "unavailable", retry_after_s=_RETRY_AFTER_S).response()
    except Unreadable:
        return Refused(409, "damaged").response()
    except ClientDisconnect:
        return Response(status_code=400)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _file(name: str, mime: str) -> Answer:
    body = (_STATIC / name).read_bytes()
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}

    async def answer(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers | {"Content-Type": mime})

    return answer


def _visitor_of(request: Request) -> Visitor | None:
    return Visitor.from_cookie(request.cookies.get(COOKIE))


def _required(request: Request) -> Visitor:
    visitor = _visitor_of(request)
    if visitor is None:
        raise Refused(401, "no_cookie")
    return visitor


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and len(value.encode("utf-8", errors="replace")) <= most


def _number(text: str | None) -> int:
    return int(text) if text and _NUMBER.fullmatch(text) else 0


def _clean(text: str) -> str:
    """Without lone surrogates, which are no characters."""
    return text.encode("utf-16", errors="surrogatepass").decode("utf-16", errors="replace")
