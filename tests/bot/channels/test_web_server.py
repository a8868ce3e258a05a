"""The server itself: connections that say nothing, and too many of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from bot.channels import web_server
from tests.paging import Served, page

WHOLE = b"GET /style.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
STREAM = b"GET /api/feed HTTP/1.1\r\nHost: localhost\r\nCookie: buhuang=" + b"A" * 43 + b"\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest_asyncio.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with page(tmp_path) as served:
        yield served


@asynccontextmanager
async def connected(site: Served) -> AsyncIterator[Streams]:
    address = urlsplit(site.url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@pytest.mark.parametrize(
    "said",
    [b"", WHOLE[:-2], b"POST /api/visit HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"],
    ids=["nothing", "half a request", "half a body"],
)
async def test_connection_whose_request_does_not_come_is_closed(
    site: Served, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(web_server, "_REQUEST_S", 0.05)
    async with connected(site) as (reader, writer), asyncio.timeout(3):
        writer.write(said)

        await reader.read()


async def test_second_request_has_to_come_as_well(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "_REQUEST_S", 0.05)
    async with connected(site) as (reader, writer), asyncio.timeout(3):
        writer.write(WHOLE)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(WHOLE[:-2])

        await reader.read()


async def test_stream_that_was_asked_for_stays_open(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "_REQUEST_S", 0.05)
    async with connected(site) as (reader, writer):
        writer.write(STREAM)
        await reader.readuntil(b"ready")

        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await reader.readuntil(b"\r\n0\r\n")


async def test_connections_are_bounded_and_free_again_afterwards(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_server, "_CONNECTIONS_MOST", 2)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            _, writer = await stack.enter_async_context(connected(site))
            writer.write(STREAM)
        assert not await is_answered(site)

    async with asyncio.timeout(3):
        while not await is_answered(site):
            pass


async def is_answered(site: Served) -> bool:
    async with connected(site) as (reader, writer):
        with suppress(ConnectionError):
            writer.write(WHOLE)
            return await reader.readline() == b"HTTP/1.1 200 OK\r\n"
    return False
