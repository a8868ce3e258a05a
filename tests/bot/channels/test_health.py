"""Who may ask whether this process lives, and what it answers."""

from collections.abc import Mapping

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels.health import health_routes
from bot.errors import Unavailable


async def well() -> Mapping[str, object]:
    return {"due": 3}


async def ill() -> Mapping[str, object]:
    raise Unavailable("locked")


def asking(ready: object = well, *, client: str = "127.0.0.1", host: str = "localhost") -> httpx.AsyncClient:
    app = Starlette(routes=health_routes(ready))  # type: ignore[arg-type]  # one of the two above
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(client, 9)), base_url=f"http://{host}")


async def test_everybody_may_ask_whether_it_lives() -> None:
    async with asking(ill, client="203.0.113.5", host="buhuang.example.org") as client:
        answer = await client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"ok": True})


async def test_this_machine_is_told_how_things_stand() -> None:
    async with asking() as client:
        answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"ok": True, "due": 3})


@pytest.mark.parametrize(
    ("client", "host"), [("203.0.113.5", "localhost"), ("127.0.0.1", "buhuang.example.org")], ids=["afar", "by proxy"]
)
async def test_others_are_not_told(client: str, host: str) -> None:
    async with asking(client=client, host=host) as asker:
        assert (await asker.get("/readyz")).status_code == 403


async def test_database_that_is_away_makes_it_not_ready() -> None:
    async with asking(ill) as client:
        answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()["error"]) == (503, "database")
