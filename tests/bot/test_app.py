"""`buhuang run` as an operator meets it: a real process in an empty folder."""

import asyncio
import os
import re
import shutil
import signal
import socket
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from bot.app import build_services
from bot.settings import Settings
from tests.telegram_double import TOKEN, BotApi, message

ROOT = Path(__file__).parent.parent.parent
STARTED_S = 60
KEY = "A" * 43 + "="
OTHER_KEY = "B" * 42 + "E="


def environment(**variables: str) -> dict[str, str]:
    """This one without our variables, on any free port, and those given."""
    ours = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    bare = {name: value for name, value in os.environ.items() if name not in ours}
    return bare | {"PYTHONPATH": str(ROOT), "WEB_PORT": "0"} | variables


async def launch(folder: Path, **variables: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=folder,
        env=environment(**variables),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def refusal(folder: Path, **variables: str) -> tuple[int, str]:
    """The exit code and the complaint of a start that fails; nothing else may be printed."""
    process = await launch(folder, **variables)
    try:
        async with asyncio.timeout(STARTED_S):
            out, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert b"Traceback" not in complaint
    assert out == b"" or out.startswith(b"Buhuang is running")
    return process.returncode or 0, complaint.decode().replace(str(folder), "HERE")


@asynccontextmanager
async def running(folder: Path, **variables: str) -> AsyncIterator[tuple[str, list[str], asyncio.subprocess.Process]]:
    """A process that has said that it runs: the page's address and the lines it printed."""
    process = await launch(folder, **variables)
    assert process.stdout
    lines: list[str] = []
    try:
        async with asyncio.timeout(STARTED_S):
            while not lines or "Key" not in lines[-1]:
                line = (await process.stdout.readline()).decode()
                if not line:
                    raise AssertionError((await process.communicate())[1].decode())
                lines.append(line.rstrip("\n"))
        url = re.search(r"http://\S+", lines[1])
        yield url[0] if url else "", lines, process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def stop(process: asyncio.subprocess.Process, sign: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(sign)
    async with asyncio.timeout(STARTED_S):
        _, complaint = await process.communicate()
    return process.returncode or 0, complaint.decode()


# --- it runs


async def test_nothing_configured_serves_the_page_and_says_what_matters(tmp_path: Path) -> None:
    async with running(tmp_path) as (url, lines, process), httpx.AsyncClient(base_url=url) as client:
        answers = [await client.get(path) for path in ("/", "/healthz", "/readyz")]
        ended = await stop(process)

    assert lines == [
        "Buhuang is running. Ctrl+C stops it.",
        f"  Chat page  {url}",
        "  Telegram   off: put TELEGRAM_BOT_TOKEN=<token from @BotFather> into .env and start again",
        f"  Data       {tmp_path / 'data' / 'buhuang.db'} (SQLite, encrypted)",
        f"  Key        {tmp_path / 'data' / 'master.key'} (keep a copy elsewhere: without it the data is lost)",
    ]
    assert url.startswith("http://127.0.0.1:")
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[2].json() == {"ok": True, "due": 0, "oldest_due": None}
    assert ended == (0, "")


async def test_data_and_key_are_for_this_user_alone(tmp_path: Path) -> None:
    async with running(tmp_path):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}

    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert {modes["buhuang.db"], modes["master.key"]} == {0o600}


async def test_interrupt_stops_it_quietly(tmp_path: Path) -> None:
    async with running(tmp_path) as (_, _, process):
        assert await stop(process, signal.SIGINT) == (0, "")


async def test_token_brings_telegram_beside_the_page(tmp_path: Path) -> None:
    async with BotApi() as api:
        await api.push(message(1, "/start"))
        async with running(tmp_path, TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_BASE_URL=api.url) as (url, lines, process):
            async with asyncio.timeout(STARTED_S), httpx.AsyncClient(base_url=url) as client:
                await api.until(lambda: bool(api.sent))
                page = await client.get("/")
            code, complaint = await stop(process)

    assert lines[2] == "  Telegram   by polling; the log says when it listens"
    assert page.status_code == 200
    assert api.commands
    assert code == 0
    assert [line.partition(" INFO ")[2] for line in complaint.splitlines()] == [
        "bot.channels.telegram_polling: Telegram: listening as @BuhuangTestBot"
    ]


async def test_page_on_every_address_answers_to_its_public_name(tmp_path: Path) -> None:
    public = {"WEB_HOST": "0.0.0.0", "WEB_PUBLIC": "1", "PUBLIC_URL": "https://buhuang.example.org"}  # noqa: S104  # the subject of this test
    async with running(tmp_path, WEB_PORT=str(free_port()), **public) as (url, _, process):
        assert url == ""
        assert (await stop(process))[0] == 0


# --- it does not


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ({"WEB_PORT": "eighty"}, "WEB_PORT: should be a whole number"),
        ({"TELEGRAM_BOT_TOKEN": "secret"}, "TELEGRAM_BOT_TOKEN: should look like 123456789:AAH… as @BotFather gave it"),
        (
            {"WEB_HOST": "no such host", "WEB_PUBLIC": "1"},
            "WEB_HOST: no such host is no address; use 127.0.0.1, or 0.0.0.0 for all",
        ),
        ({"WEB_HOST": "192.0.2.1", "WEB_PUBLIC": "1"}, "WEB_HOST: 192.0.2.1 is no address of this machine "),
        ({"WEB_HOST": "0.0.0.0"}, "WEB_PUBLIC: the chat page is off, as others can reach 0.0.0.0; "),  # noqa: S104
        ({"WEB_HOST": "0.0.0.0", "WEB_PUBLIC": "1"}, "PUBLIC_URL: should be the address that people type, "),  # noqa: S104
        ({"DATA_DIR": "/dev/null/data"}, "DATA_DIR: /dev/null/data cannot be made (Not a directory); "),
        ({"DATABASE_URL": "sqlite:////dev"}, "DATABASE_URL: /dev is a folder; name a file in it, such as "),
        ({"ENCRYPTION_KEYS": "short"}, "ENCRYPTION_KEYS: should be keys of 32 bytes in Base64, "),
        ({"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_PROXY_URL": "socks5://x"}, "TELEGRAM_PROXY_URL: should be an HTTP"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, dict) else "",
)
async def test_wrong_setting_is_named_with_what_to_do(
    tmp_path: Path, variables: dict[str, str], complaint: str
) -> None:
    code, said = await refusal(tmp_path, **variables)

    assert code == 2
    assert said.startswith(f"buhuang: {complaint}")
    assert said.count("\n") == 1


async def test_taken_port_is_named_and_another_proposed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        code, said = await refusal(tmp_path, WEB_PORT=str(port))

    another = port + 1 if port < 65535 else 8080
    advice = f"port {port} is taken by another program; stop that one, or set another port such as {another}"
    assert (code, said) == (2, f"buhuang: WEB_PORT: {advice}\n")


async def test_token_that_telegram_refuses_stops_the_start(tmp_path: Path) -> None:
    async with BotApi() as api:
        wrong = "4242:" + "x" * 35

        code, said = await refusal(tmp_path, TELEGRAM_BOT_TOKEN=wrong, TELEGRAM_API_BASE_URL=api.url)

    assert code == 2
    assert said.startswith("buhuang: TELEGRAM_BOT_TOKEN: was refused by Telegram; ask @BotFather for the token ")
    assert wrong not in said


async def test_damaged_database_is_left_as_it_is(tmp_path: Path) -> None:
    database = tmp_path / "data" / "buhuang.db"
    database.parent.mkdir()
    database.write_bytes(b"no database at all" * 1000)

    code, said = await refusal(tmp_path)

    assert code == 3
    assert said == (
        "buhuang: The database data/buhuang.db is damaged or no database of ours; stop, move it away, and put the last "
        "backup in its place. Nothing was written.\n"
    )
    assert database.read_bytes() == b"no database at all" * 1000


async def test_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    code, said = await refusal(tmp_path, DATABASE_URL="sqlite:////dev/null/buhuang.db")

    assert code == 3
    assert said.startswith("buhuang: The database /dev/null/buhuang.db cannot be opened (")
    assert said.count("\n") == 1


async def test_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "theirs.db") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()

    code, said = await refusal(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'theirs.db'}")

    assert code == 3
    assert said.startswith("buhuang: HERE/theirs.db is a database of another program; set DATABASE_URL ")


async def test_data_without_its_key_is_not_opened_with_another(tmp_path: Path) -> None:
    async with running(tmp_path, ENCRYPTION_KEYS=KEY) as (url, _, process), httpx.AsyncClient(base_url=url) as client:
        await client.post("/api/visit", json={})
        await client.post("/api/send", json={"id": "message-1", "text": "hello"})
        await stop(process)

    missing, wrong = await refusal(tmp_path), await refusal(tmp_path, ENCRYPTION_KEYS=OTHER_KEY)

    assert missing == (
        2,
        "buhuang: ENCRYPTION_KEYS: the database is encrypted, but its key file data/master.key is missing; "
        "put it back or set the variable\n",
    )
    assert wrong[0] == 2
    assert wrong[1].startswith("buhuang: ENCRYPTION_KEYS: does not open data/buhuang.db: it lacks the key named ")
    assert wrong[1].count("\n") == 1


async def test_broken_content_is_named_by_file_and_line(tmp_path: Path) -> None:
    for package in ("bot", "handlers", "content"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    hotlines = tmp_path / "content" / "hotlines.yaml"
    hotlines.write_text("- id: [\n" + hotlines.read_text("utf-8"), encoding="utf-8")

    code, said = await refusal(tmp_path, PYTHONPATH=str(tmp_path))

    assert code == 1
    assert re.search(r"^(buhuang: )?content/hotlines.yaml:\d+: ", said, re.MULTILINE)
    assert said.endswith(" problem(s) in the content; correct them and try again\n")


def test_users_who_have_set_no_zone_live_in_the_one_that_is_set() -> None:
    assert build_services(Settings(tz_default="Asia/Tokyo")).zone == "Asia/Tokyo"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
