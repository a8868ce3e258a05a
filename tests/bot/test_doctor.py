"""The doctor says what is wrong and what to do, and touches nothing."""

import asyncio
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot import app
from bot.channels.health import health_routes
from bot.channels.web_server import serve
from bot.channels.web_site import Site
from bot.clock import SystemClock
from bot.doctor import Report, State, examine
from bot.messages import Update, UpdateKind
from bot.settings import Settings
from bot.store import Action, NewRow
from bot.turn import Outcome
from tests.telegram_double import TOKEN, USERNAME, BotApi


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_construct(data_dir=tmp_path / "data", web_port=0)


def found(report: Report, about: str) -> tuple[State, str]:
    return next((finding.state, finding.text) for finding in report.findings if finding.about == about)


async def test_a_bare_machine_is_well_and_told_what_could_be_set(settings: Settings) -> None:
    report = await examine(settings, app.open_store)

    assert report.healthy
    assert found(report, "Database")[0] is State.NOTE
    assert "@BotFather" in found(report, "Telegram")[1]
    assert list(report.lines())[-1] == "All is well."
    assert not settings.data_dir.exists()


async def test_a_port_that_another_program_holds_is_wrong(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0)
        taken = settings.model_copy(update={"web_port": other.getsockname()[1]})

        state, text = found(await examine(taken, app.open_store, patience_s=0.2), "Page")

    assert state is State.WRONG
    assert "WEB_PORT" in text


async def test_a_port_that_the_bot_itself_holds_is_well(settings: Settings) -> None:
    started: asyncio.Queue[str] = asyncio.Queue()

    async def ready() -> dict[str, object]:
        return {}

    served = Starlette(routes=health_routes(ready))
    serving = asyncio.create_task(serve(served, Site(port=0), started=started.put_nowait, stopping=lambda: None))
    port = int((await started.get()).rpartition(":")[2])
    try:
        state, text = found(await examine(settings.model_copy(update={"web_port": port}), app.open_store), "Page")
    finally:
        serving.cancel()
        await asyncio.wait([serving])

    assert state is State.OK
    assert "running" in text


async def test_replies_that_nobody_delivers_are_wrong(settings: Settings) -> None:
    now = SystemClock().now()
    update = Update("terminal", "1", "u1", "u1", UpdateKind.TEXT, now, text="hello")
    late = NewRow(Action.SEND, {"text": "hello"}, due_at=now - timedelta(minutes=10))
    store = await app.open_store(settings)
    loaded = await store.load(update, frozenset())
    await store.commit(update, loaded, Outcome((), loaded.session, ()), [late], now=now, lease_s=1)
    await store.close()

    report = await examine(settings, app.open_store)

    assert not report.healthy
    assert "10 min" in found(report, "Database")[1]


async def test_a_database_that_cannot_be_read_is_wrong(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "buhuang.db").write_bytes(b"no database at all, " * 400)

    state, text = found(await examine(settings, app.open_store), "Database")

    assert state is State.WRONG
    assert "damaged" in text


async def test_a_bot_that_telegram_knows_is_named(settings: Settings) -> None:
    async with BotApi() as server:
        connected = settings.model_copy(
            update={"telegram_bot_token": SecretStr(TOKEN), "telegram_api_base_url": server.url}
        )

        state, text = found(await examine(connected, app.open_store), "Telegram")

    assert (state, USERNAME in text) == (State.OK, True)


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (502, "Bad Gateway")])
async def test_telegram_that_does_not_answer_well_is_wrong_and_the_token_stays_secret(
    settings: Settings, status: int, description: str
) -> None:
    async with BotApi() as server:
        server.fail("getMe", status, description, times=5)
        connected = settings.model_copy(
            update={"telegram_bot_token": SecretStr(TOKEN), "telegram_api_base_url": server.url}
        )

        state, text = found(await examine(connected, app.open_store), "Telegram")

    assert state is State.WRONG
    assert "TELEGRAM_BOT_TOKEN" in text
    assert TOKEN not in text
