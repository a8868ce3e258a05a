"""Whether this process lives and can work, for whatever watches over it."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.web_site import is_loopback
from bot.errors import StoreError


def health_routes(ready: Callable[[], Awaitable[Mapping[str, object]]]) -> list[Route]:
    """`/healthz` for everybody, and `/readyz` for this machine. `ready` returns how things stand, or raises."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"ok": True}, headers={"Cache-Control": "no-store"})

    async def readyz(request: Request) -> Response:
        # A proxy on this machine comes from here too, but asks for its public name.
        here = request.client is not None and is_loopback(request.client.host)
        if not here or not is_loopback(request.url.hostname or ""):
            return JSONResponse({"ok": False, "error": "loopback_only"}, 403)
        try:
            standing = await ready()
        except StoreError:
            return JSONResponse({"ok": False, "error": "database"}, 503)
        return JSONResponse({"ok": True} | dict(standing), headers={"Cache-Control": "no-store"})

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
