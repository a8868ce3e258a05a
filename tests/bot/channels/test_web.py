"""The chat page over real HTTP: who may ask, what is sent, and what comes back by the feed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from bot.channels.web_api import TEXT_MOST, Allowance
from bot.channels.web_site import Site
from bot.messages import Attachment, Block, Button, Style, say
from bot.session import Consent
from bot.turn import Turn
from tests.paging import TOO_LONG, Served, page

Event = tuple[str, str, dict[str, Any]]
"""(id, name, data)"""
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"


def card(turn: Turn) -> None:
    turn.say(say(Block("what", Style.TITLE), Block("words", Style.QUOTE), buttons=[[Button("x:why:1", "why")]]))
    turn.say(say(Block("script", Style.SCRIPT)))


def why(turn: Turn) -> None:
    turn.say(say("because", replaces=True))


def consents(turn: Turn) -> None:
    turn.set_profile(consent=Consent(version=1, given=True, at=turn.now))
    turn.say(say("kept"))


def hands_a_file(turn: Turn) -> None:
    turn.say(say("here", attachments=[Attachment("letter.txt", "text/plain", "files/letter.txt")]))


SCRIPTS = {"card": card, "": why, "consent": consents, "file": hands_a_file}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """One page for all: every visitor has a conversation of his own."""
    async with page(tmp_path_factory.mktemp("page"), SCRIPTS) as served:
        yield served


@asynccontextmanager
async def visitor(site: Served, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with the page open: he has his cookie."""
    async with httpx.AsyncClient(base_url=site.url, headers=headers, timeout=10) as client:
        (await client.post("/api/visit", json={})).raise_for_status()
        yield client


async def send(client: httpx.AsyncClient, text: str, id_: str) -> httpx.Response:
    return await client.post("/api/send", json={"id": id_, "text": text})


async def feed(client: httpx.AsyncClient, *, after: int = 0, until: str = "ready", last_id: str = "") -> list[Event]:
    """The events of a stream up to the first one named `until`; "message:2" is the second message."""
    name, _, count = until.partition(":")
    events: list[Event] = []
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with asyncio.timeout(10), client.stream("GET", f"/api/feed?after={after}", headers=headers) as stream:
        stream.raise_for_status()
        current = {"event": "message", "id": "", "data": ""}
        async for line in stream.aiter_lines():
            if line:
                field, _, value = line.partition(": ")
                current[field] = value
            elif current["data"]:
                events.append((current["id"], current["event"], json.loads(current["data"])))
                current = {"event": "message", "id": "", "data": ""}
                if sum(each[1] == name for each in events) == int(count or 1):
                    return events
    raise AssertionError(f"the stream ended before {until}: {events}")


async def parts(client: httpx.AsyncClient, **options: Any) -> list[dict[str, Any]]:
    return [data for _, name, data in await feed(client, **options) if name == "message"]


def texts(shown: list[dict[str, Any]]) -> list[str]:
    """What is said, one line a part: own words after ">"."""
    return [f"> {part['text']}" if part.get("own") else part["blocks"][0]["text"] for part in shown]


# --- talking


async def test_message_and_its_answers_come_by_the_feed_in_order(site: Served) -> None:
    async with visitor(site) as client:
        answer = await send(client, "card", "message-1")

        shown = await parts(client, until="message:3")

    assert answer.status_code == 202
    assert texts(shown) == ["> card", "what", "script"]
    assert shown[1]["blocks"] == [{"style": "title", "text": "what"}, {"style": "quote", "text": "words"}]
    assert shown[1]["buttons"] == [[{"id": "x:why:1", "label": "why"}]]


async def test_answer_arrives_on_a_stream_that_is_open_already(site: Served) -> None:
    async with visitor(site) as client:
        following = asyncio.ensure_future(parts(client, until="message:2"))
        await send(client, "hello", "message-1")

        assert texts(await following) == ["> hello", "hello"]


async def test_button_edits_the_message_it_stands_under(site: Served) -> None:
    async with visitor(site) as client:
        await send(client, "card", "message-1")
        under = [id_ for id_, name, _ in await feed(client, until="message:3") if name == "message"][1]
        await client.post("/api/send", json={"id": "message-2", "press": "x:why:1", "label": "why", "message": under})

        shown = await parts(client, until="message:5")

    assert (shown[3]["press"], shown[3]["message"]) == ("x:why:1", under)
    assert (shown[4]["action"], shown[4]["message"]) == ("edit", under)


async def test_repeated_message_is_answered_once(site: Served) -> None:
    async with visitor(site) as client:
        await send(client, "hello", "message-1")
        again = await send(client, "hello", "message-1")
        await send(client, "bye", "message-2")

        shown = await parts(client, until="message:4")

    assert again.status_code == 202
    assert texts(shown) == ["> hello", "hello", "> bye", "bye"]


async def test_page_that_comes_back_gets_only_what_it_missed(site: Served) -> None:
    async with visitor(site) as client:
        await send(client, "one", "message-1")
        seen = (await feed(client, until="message:2"))[-1][0]
        await send(client, "two", "message-2")

        by_query = await parts(client, after=int(seen), until="message:2")
        by_header = await parts(client, last_id=seen, until="message:2")

    assert texts(by_query) == texts(by_header) == ["> two", "two"]


async def test_page_that_knows_more_than_is_kept_starts_anew(site: Served) -> None:
    async with visitor(site) as client:
        await send(client, "one", "message-1")
        await feed(client, until="message:2")

        events = await feed(client, after=99)

    assert [name for _, name, _ in events] == ["hello", "reset", "message", "message", "ready"]


async def test_conversation_survives_a_restart(site: Served) -> None:
    async with visitor(site) as client:
        await send(client, "one", "message-1")
        await feed(client, until="message:2")
        await site.stop()
        await site.start()
        await send(client, "one", "message-1")
        await send(client, "two", "message-2")

        shown = await parts(client, until="message:4")

    assert texts(shown) == ["> one", "one", "> two", "two"]


async def test_stop_does_not_wait_for_open_streams(site: Served) -> None:
    async with visitor(site) as client:
        following = asyncio.ensure_future(parts(client, until="message:9"))
        await feed(client)

        async with asyncio.timeout(5):
            await site.stop()

        with pytest.raises((AssertionError, httpx.HTTPError)):
            await following
    await site.start()


async def test_first_consent_brings_the_recovery_code_and_the_second_does_not(site: Served) -> None:
    async with visitor(site) as client:
        for number, word in enumerate(("hello", "consent", "consent")):
            await send(client, word, f"message-{number}")

        shown = await parts(client, until="message:6")

    assert [part["code"] for part in shown if not part.get("own")] == [False, True, False]


async def test_text_keeps_its_lines_and_loses_what_is_no_character(site: Served) -> None:
    async with visitor(site) as client:
        sent = '{"id": "message-1", "text": "a\\n\\ud800\\u200b<b>&amp;"}'
        await client.post("/api/send", content=sent, headers={"Content-Type": "application/json"})

        shown = await parts(client, until="message:2")

    assert texts(shown) == ["> a\n\ufffd\u200b<b>&amp;", "a\n\ufffd\u200b<b>&amp;"]


async def test_pressed_label_loses_what_is_no_character_and_the_feed_stays_readable(site: Served) -> None:
    async with visitor(site) as client:
        await send(client, "card", "message-1")
        pressed = '{"id": "message-2", "press": "x:why:\\ud800", "label": "\\ud800"}'
        await client.post("/api/send", content=pressed, headers={"Content-Type": "application/json"})

        shown = await parts(client, until="message:5")

    assert [part["label"] for part in shown if "label" in part] == ["\ufffd"]


# --- files


async def test_file_is_handed_to_whom_it_was_made_for(site: Served) -> None:
    (site.folder / "files").mkdir(exist_ok=True)
    (site.folder / "files" / "letter.txt").write_text("dear all", encoding="utf-8")
    async with visitor(site) as client, visitor(site) as other:
        await send(client, "file", "message-1")
        await send(other, "hello", "message-1")
        id_, _, part = (await feed(client, until="message:2"))[-1]

        mine = await client.get(f"/api/file/{id_}/0")
        theirs = await other.get(f"/api/file/{id_}/0")

    assert part["files"] == [{"name": "letter.txt"}]
    assert mine.text == "dear all"
    assert mine.headers["content-disposition"] == 'attachment; filename="letter.txt"'
    assert theirs.status_code == 404


async def test_file_that_is_gone_or_lies_elsewhere_is_not_served(site: Served, tmp_path: Path) -> None:
    def strays(turn: Turn) -> None:
        turn.say(say("here", attachments=[Attachment("key", "text/plain", "../key"), Attachment("b", "b/b", "b")]))

    async with page(tmp_path / "inner", {"file": strays}) as inner, visitor(inner) as client:
        (tmp_path / "key").write_text("secret", encoding="utf-8")
        await send(client, "file", "message-1")
        await feed(client, until="message:2")

        places = ("2/0", "2/1", "2/2", "9/0", "x/0", "2/x", f"{'9' * 30}/0", f"2/{'9' * 5000}")
        answers = [await client.get(f"/api/file/{which}") for which in places]

    assert [answer.status_code for answer in answers] == [410, 410, *[404] * 6]


# --- who may ask


async def test_other_visitor_reads_nothing(site: Served) -> None:
    async with visitor(site) as client, visitor(site) as other:
        await send(client, "secret", "message-1")
        await feed(client, until="message:2")

        assert await parts(other) == []
        assert await parts(other, after=1) == []


async def test_same_id_of_another_visitor_is_another_message(site: Served) -> None:
    async with visitor(site) as client, visitor(site) as other:
        await send(client, "mine", "message-1")
        await send(other, "theirs", "message-1")

        assert texts(await parts(other, until="message:2")) == ["> theirs", "theirs"]


async def test_recovery_code_brings_the_conversation_to_another_device(site: Served) -> None:
    async with visitor(site) as old, visitor(site) as new:
        await send(old, "one", "message-1")
        code = (await old.post("/api/code", json={})).json()["code"]

        taken = await new.post("/api/recover", json={"code": f" {code.lower().replace('-', ' ')} "})

        assert taken.status_code == 200
        assert texts(await parts(new, until="message:2")) == ["> one", "one"]


@pytest.mark.parametrize("code", ["", "0000", 7, "O" * 56, None])
async def test_wrong_recovery_code_changes_nothing(site: Served, code: object) -> None:
    async with visitor(site) as client:
        cookie = client.cookies["buhuang"]

        refused = await client.post("/api/recover", json={"code": code})

        assert (refused.status_code, refused.json()["error"]) == (400, "wrong_code")
        assert client.cookies["buhuang"] == cookie


async def test_recovery_code_with_one_wrong_character_is_refused(site: Served) -> None:
    async with visitor(site) as client:
        code = (await client.post("/api/code", json={})).json()["code"]
        wrong = ("1" if code[0] == "0" else "0") + code[1:]

        assert (await client.post("/api/recover", json={"code": wrong})).status_code == 400


async def test_forgotten_device_is_a_stranger(site: Served) -> None:
    async with visitor(site) as client:
        await send(client, "one", "message-1")

        await client.post("/api/forget", json={})

        assert "buhuang" not in client.cookies
        assert (await send(client, "two", "message-2")).status_code == 401


async def test_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(site: Served) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        cookie = (await client.post("/api/visit", json={})).headers["set-cookie"].lower()

    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie


async def test_cookie_is_secure_behind_https(tmp_path: Path) -> None:
    served_as = Site(port=0, public_url="https://buhuang.example.org")
    async with page(tmp_path, site=served_as) as site:
        headers = {"Host": "buhuang.example.org", "Origin": "https://buhuang.example.org"}
        async with httpx.AsyncClient(base_url=site.url, headers=headers) as client:
            answer = await client.post("/api/visit", json={})

    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "localhost.evil:80"])
async def test_other_name_for_this_host_is_turned_away(site: Served, host: str) -> None:
    async with httpx.AsyncClient(base_url=site.url, headers={"Host": host}) as client:
        answers = [await client.get("/"), await client.post("/api/visit", json={})]

    assert [answer.status_code for answer in answers] == [400, 400]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:80"])
async def test_names_of_this_machine_are_known(site: Served, host: str) -> None:
    async with httpx.AsyncClient(base_url=site.url, headers={"Host": host}) as client:
        assert (await client.get("/")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: " ".join(*headers.items()),
)
async def test_call_made_by_another_site_is_refused(site: Served, headers: dict[str, str]) -> None:
    async with visitor(site) as client:
        sent = await client.post("/api/send", json={"id": "message-1", "text": "hello"}, headers=headers)
        followed = await client.get("/api/feed", headers=headers)

        assert (sent.status_code, followed.status_code) == (403, 403)
        assert await parts(client) == []


async def test_form_of_another_site_cannot_speak_for_the_visitor(site: Served) -> None:
    async with visitor(site) as client:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            body = '{"id": "message-1", "text": "hello"}'
            refused = await client.post("/api/send", content=body, headers={"Content-Type": kind})

            assert (refused.status_code, refused.json()["error"]) == (415, "expected_json")


async def test_every_response_carries_the_policy(site: Served) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        answers = [await client.get(path) for path in ("/", "/app.js", "/nothing", "/api/feed", "/api/visit")]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 401, 405]
    for answer in answers:
        assert answer.headers["content-security-policy"].startswith(POLICY)
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


async def test_page_is_not_served_to_others_without_a_word(tmp_path: Path) -> None:
    everywhere = Site(host="0.0.0.0", port=0)  # noqa: S104  # the subject of this test
    async with page(tmp_path, site=everywhere) as site, httpx.AsyncClient(base_url=site.url) as client:
        answers = [await client.get("/"), await client.post("/api/visit", json={})]

    assert [answer.status_code for answer in answers] == [404, 404]


# --- bad input


async def test_too_long_a_text_is_told_in_a_sentence(site: Served) -> None:
    async with visitor(site) as client:
        answers = [await send(client, "长" * length, "message-1") for length in (TEXT_MOST + 1, 1 << 20)]

    assert [(answer.status_code, answer.json()["message"]) for answer in answers] == [(413, TOO_LONG)] * 2


async def test_longest_text_is_taken(site: Served) -> None:
    async with visitor(site) as client:
        assert (await send(client, "长" * TEXT_MOST, "message-1")).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"id": "message-1"}',
        '{"id": "a b", "text": "x"}',
        '{"id": 7, "text": "x"}',
        '{"id": "message-1", "text": 7}',
        '{"id": "message-1", "press": ""}',
        '{"id": "message-1", "press": "x", "message": "-1"}',
        '{"id": "message-1", "press": "' + "x" * 65 + '"}',
        '{"id": "message-1", "press": "\\ud800", "label": 7}',
        "[" * 100_000,
        "\xff\xfe",
    ],
)
async def test_call_that_makes_no_sense_is_refused(site: Served, body: str) -> None:
    async with visitor(site) as client:
        content, headers = body.encode("latin-1"), {"Content-Type": "application/json"}

        refused = await client.post("/api/send", content=content, headers=headers)

        assert refused.status_code == 400
        assert refused.json()["ok"] is False


@pytest.mark.parametrize("cookie", ["x", "=", "A" * 43 + "=", "é", "A" * 5000])
async def test_broken_cookie_is_no_visitor(site: Served, cookie: str) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        headers = [(b"Cookie", f"buhuang={cookie}".encode())]

        assert (await client.get("/api/feed", headers=headers)).status_code == 401


async def test_visitor_who_sends_too_fast_is_told_when_to_go_on(tmp_path: Path) -> None:
    sparing = Allowance(2, 0.5, timer=lambda: 0.0)
    async with page(tmp_path, allowance=sparing) as site, visitor(site) as client, visitor(site) as other:
        answers = [await send(client, "hello", f"message-{number}") for number in range(3)]
        calm = await send(other, "hello", "message-1")

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].headers["retry-after"] == "2"
    assert calm.status_code == 202


async def test_database_that_is_away_asks_to_come_back(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.errors import Unavailable

    async def away(*_: object, **__: object) -> None:
        raise Unavailable("locked")

    async with visitor(site) as client:
        with monkeypatch.context() as broken:
            broken.setattr(site.store, "load", away)
            refused = await send(client, "hello", "message-1")
        accepted = await send(client, "hello", "message-1")

        assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
        assert accepted.status_code == 202
        assert texts(await parts(client, until="message:2")) == ["> hello", "hello"]


async def test_unchanged_page_is_not_sent_again(site: Served) -> None:
    async with httpx.AsyncClient(base_url=site.url) as client:
        first = await client.get("/style.css")
        second = await client.get("/style.css", headers={"If-None-Match": first.headers["etag"]})

    assert (second.status_code, second.content) == (304, b"")
