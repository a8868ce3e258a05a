"""The one HTTP server: a socket of our own, uvicorn on it, stopped by cancelling."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.channels.web_site import Site
from bot.errors import SettingsError

_PATIENCE_S = 3
"""How long a stop waits for answers under way."""
_REQUEST_S = 30
"""A request has to be there whole within this time, so that nobody holds connections by saying nothing."""
_CONNECTIONS_MOST = 500
"""More are closed at once: files and the other channels need descriptors as well."""


async def serve(app: ASGIApp, site: Site, *, started: Callable[[str], None], stopping: Callable[[], None]) -> None:
    """Serve until cancelled. `started` is told the address; `stopping` ends what would never end by itself.

    Raises `SettingsError` for an address or a port that cannot be used.
    """
    listener = listen(site)
    config = uvicorn.Config(
        app,
        access_log=False,
        http=_Connection,
        lifespan="off",
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE_S,
        ws="none",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        started(url_of(listener))
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        stopping()
        await serving
        raise


def listen(site: Site) -> socket.socket:
    """Bind the address; a port that is taken is said, with what to do."""
    try:
        found = socket.getaddrinfo(site.host.strip("[]"), site.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise SettingsError("WEB_HOST", f"{site.host} is no address; use 127.0.0.1, or 0.0.0.0 for all") from None
    family, kind, protocol, _, address = found[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise _refusal(error, site) from error
    listener.setblocking(False)
    return listener


def url_of(listener: socket.socket) -> str:
    """Where to open the page: what listens on every address is opened on this machine's own."""
    host, port = listener.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def _refusal(error: OSError, site: Site) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        other = site.port + 1 if site.port < 65535 else 8080
        advice = f"port {site.port} is taken by another program; stop that one, or set another port such as {other}"
        return SettingsError("WEB_PORT", advice)
    if error.errno == errno.EACCES:
        return SettingsError("WEB_PORT", f"port {site.port} is not allowed for this user; set one above 1023")
    return SettingsError("WEB_HOST", f"{site.host} is no address of this machine ({error.strerror}); use 127.0.0.1")


class _Connection(H11Protocol):
    """One connection, closed when its request doesn't come, or when there are too many."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        if len(self.connections) > _CONNECTIONS_MOST:
            transport.abort()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.more_body or self.cycle.response_complete:
            self._wait()
        elif self._late:
            self._late.cancel()
            self._late = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._late:
            self._late.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(_REQUEST_S, self.transport.close)


class _Server(uvicorn.Server):
    """Leaves the signals to whoever runs us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
