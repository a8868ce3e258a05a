"""Where the page is served, and whom it answers: names of the host, origins, and the headers of every response."""

import ipaddress
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.settings import Settings

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OURS = ("same-origin", "none")
"""What a browser says of a request made by our page, or by the address bar."""


@dataclass(frozen=True, slots=True)
class Site:
    """The address that is bound, and the one that people use."""

    host: str = "127.0.0.1"
    port: int = 8080
    public: bool = False
    public_url: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(settings.web_host, settings.web_port, settings.web_public, settings.public_url)

    @property
    def serves_page(self) -> bool:
        """On an address that others can reach the page needs the operator's word."""
        return self.public or is_loopback(self.host)

    @property
    def is_everywhere(self) -> bool:
        """Whether every address of this machine is bound, so that none of them names the site."""
        return _bare(self.host) in ("0.0.0.0", "::")  # noqa: S104  # compared, not bound

    def knows(self, host_header: str) -> bool:
        """Whether the Host header names this site; any other name may be a rebound one that an attacker owns."""
        name = _name(host_header)
        return bool(name) and (is_loopback(name) or name in (_bare(self.host), self._public_name))

    def is_ours(self, headers: Headers) -> bool:
        """Whether a request comes from the page itself (or from no browser at all)."""
        if headers.get("sec-fetch-site", "none") not in _OURS:
            return False
        origin = headers.get("origin")
        if origin is None:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if parts.scheme not in ("http", "https"):
            return False
        return parts.netloc.lower() == headers.get("host", "").lower() or origin.lower() == self._public_origin

    def is_secure(self, scheme: str, host_header: str) -> bool:
        """Whether the browser speaks HTTPS, be it with a proxy in between."""
        by_proxy = (self._public_origin or "").startswith("https:") and _name(host_header) == self._public_name
        return scheme == "https" or by_proxy

    @property
    def _public_name(self) -> str | None:
        return _name(urlsplit(self.public_url).netloc) if self.public_url else None

    @property
    def _public_origin(self) -> str | None:
        parts = urlsplit(self.public_url or "")
        return f"{parts.scheme}://{parts.netloc}".lower() if self.public_url else None


class Guard:
    """Turns away requests under another name, and those that another site made a browser send."""

    def __init__(self, app: ASGIApp, site: Site, *, page_only: bool) -> None:
        self._app, self._site, self._page_only = app, site, page_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        app = self._app
        if not self._site.knows(headers.get("host", "")):
            app = JSONResponse({"ok": False, "error": "unknown_host", "set": "PUBLIC_URL"}, 400)
        elif self._page_only and not self._site.is_ours(headers):
            app = JSONResponse({"ok": False, "error": "wrong_origin"}, 403)
        await app(scope, receive, send)


class SecureHeaders:
    """Puts the page's policy on every response, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def is_loopback(name: str) -> bool:
    """Whether a host name or address stays on this machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(_bare(name)).is_loopback
    except ValueError:
        return False


def _name(host_header: str) -> str:
    """The name of a Host header, without its port; "" for what is no name."""
    try:
        return (urlsplit(f"//{host_header}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _bare(host: str) -> str:
    return host.strip("[]").lower()
