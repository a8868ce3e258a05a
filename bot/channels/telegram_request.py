"""HTTP to a Bot API server on aiohttp, for python-telegram-bot's `Bot` and for fetching updates.

The address holds the token and the bodies hold what people write, so nothing of either gets into an error or a log:
errors are made here, from the kind of failure and a description that is stripped of whatever Telegram quotes back.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

_READ_S = 20.0
_CONNECT_S = 10.0
_UPLOAD_S = 120.0
_CONNECTIONS = 128
_WAIT_MOST_S = 3600.0
"""Longer waits are asked for by a broken server, or may as well be asked for again."""
_TOKEN = re.compile(r"\d+(?::|%3[aA])[\w-]{8,}")
_DESCRIPTION_MOST = 120


class TooManyRequests(TelegramError):
    """Telegram asks to wait. PTB's own `RetryAfter` warns of its future whenever it is made."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"too many requests, wait {retry_after_s:g} s")
        self.retry_after_s = retry_after_s


class AiohttpRequest(BaseRequest):
    """One pool of connections for everything. It opens with the first request; `shutdown` closes it."""

    def __init__(self, proxy_url: str | None = None, *, read_timeout_s: float = _READ_S) -> None:
        self._proxy_url = proxy_url
        self._read_timeout_s = read_timeout_s
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout_s

    async def initialize(self) -> None:
        """Nothing to do: the session needs a running loop and is opened when it is first used."""

    async def shutdown(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None

    async def call(self, url: str, parameters: Mapping[str, object], *, extra_read_s: float = 0.0) -> Any:
        """Call a method and return its `result` as JSON, so that one unreadable item doesn't spoil its neighbours."""
        form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}
        payload = await self._exchange("POST", url, form, self._read_timeout_s + extra_read_s)
        return self.parse_json_payload(payload)["result"]

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        read_s = self._read_timeout_s if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        form: dict[str, str] | aiohttp.FormData = request_data.json_parameters if request_data else {}
        if request_data and request_data.contains_files:
            form = _with_files(request_data)
            read_s = max(read_s or _READ_S, _UPLOAD_S)
        return HTTPStatus.OK, await self._exchange(method, url, form, read_s)

    async def _exchange(
        self, method: str, url: str, form: Mapping[str, str] | aiohttp.FormData, read_s: float | None
    ) -> bytes:
        """Send and return the body of an answer that says ok. The error is raised outside of the handler, so that
        the original, which may hold the address, is not chained to it."""
        timeout = aiohttp.ClientTimeout(
            total=None if read_s is None else read_s + _CONNECT_S, sock_connect=_CONNECT_S, sock_read=read_s
        )
        failure: TelegramError
        try:
            async with self._opened().request(
                method,
                url,
                data=form or None,
                timeout=timeout,
                proxy=self._proxy_url,
                allow_redirects=False,
                headers={"User-Agent": self.USER_AGENT},
            ) as response:
                payload = await response.read()
        except TimeoutError:
            failure = TimedOut()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # the rim: whatever HTTP can raise may carry the address
            failure = NetworkError(type(error).__name__)
        else:
            if response.status < HTTPStatus.MULTIPLE_CHOICES:
                return payload
            failure = _refusal(response.status, payload)
        raise failure

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS))
        return self._session

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer that says ok. PTB's own method logs a body that it can't parse."""
        parsed = _parsed(payload)
        if "result" not in parsed:
            raise NetworkError("the answer is not one of a Bot API server")
        return parsed


def _refusal(status: int, payload: bytes) -> TelegramError:
    """What an answer other than 2xx means."""
    answer = _parsed(payload)
    parameters = answer.get("parameters")
    wait_s = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(wait_s, int | float) and wait_s > 0:
        return TooManyRequests(float(min(wait_s, _WAIT_MOST_S)))
    words = answer.get("description")
    if not isinstance(words, str):
        # Not Telegram's own words: a proxy, a gateway or some other server answered.
        return NetworkError(f"status {status} without an answer of a Bot API server")
    description = _without_quotations(words)
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:
            return InvalidToken(description)
        case HTTPStatus.FORBIDDEN:
            return Forbidden(description)
        case HTTPStatus.BAD_REQUEST:
            return BadRequest(description)
        case HTTPStatus.CONFLICT:
            return Conflict(description)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return TooManyRequests(1.0)
        case _:
            return NetworkError(f"status {status}: {description}")


def _parsed(payload: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _without_quotations(description: str) -> str:
    """Telegram's words up to where it quotes from the request; never the token, never other than ASCII."""
    own = _TOKEN.sub("…", description.split('"')[0])
    return "".join(char for char in own if " " <= char <= "~")[:_DESCRIPTION_MOST].strip()


def _with_files(request_data: RequestData) -> aiohttp.FormData:
    # Names of files are Chinese; quoted fields would arrive as %E6%AC%A0.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
