"""The Telegram channel over real HTTP, with the real library, against a Bot API server on loopback."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from telegram.error import NetworkError

from bot.channels import Part
from bot.channels.telegram import Telegram
from bot.channels.telegram_request import AiohttpRequest
from bot.clock import SettableClock
from bot.errors import Permanent, Retryable, SettingsError, Unavailable
from bot.messages import Attachment, Block, Button, Style, Update, UpdateKind, say
from tests.telegram_double import TOKEN, BotApi, Json, message, press

SECRET = "欠款壹万贰仟元"
COMMANDS = [("start", "开始"), ("help", "怎么用")]
Made = Callable[..., Telegram]


class Door:
    """A front door that remembers, and fails as told."""

    def __init__(self) -> None:
        self.taken: list[Update] = []
        self.tried: list[str] = []
        self.failing: dict[str, list[Exception]] = {}
        self.gate: asyncio.Event | None = None

    async def __call__(self, update: Update) -> None:
        number = update.id.split("-")[1]
        self.tried.append(number)
        if self.gate:
            await self.gate.wait()
        if self.failing.get(number):
            raise self.failing[number].pop(0)
        self.taken.append(update)

    @property
    def texts(self) -> list[str]:
        return [update.text for update in self.taken]


class Pauses(list[float]):
    """A sleep that takes no time and remembers how long it would have been."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def made(api: BotApi, tmp_path: Path, pauses: Pauses) -> AsyncIterator[Made]:
    channels: list[Telegram] = []

    def make(token: str = TOKEN, **options: object) -> Telegram:
        chosen: dict[str, object] = {"server": api.url, "commands": COMMANDS, "sleep": pauses, **options}
        clock = SettableClock(datetime(2026, 11, 24, tzinfo=UTC))
        channel = Telegram(token, clock=clock, data_dir=tmp_path, copy_label="复制", **chosen)  # type: ignore[arg-type]  # options vary by test
        channels.append(channel)
        return channel

    yield make
    for channel in channels:
        await channel.close()


@pytest.fixture
def telegram(made: Made) -> Telegram:
    return made()


@asynccontextmanager
async def running(channel: Telegram, door: Callable[[Update], Awaitable[None]]) -> AsyncIterator[asyncio.Task[None]]:
    """The channel receives until the block ends, as when the process is told to stop."""
    task = asyncio.ensure_future(channel.run(door))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def nothing_leaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever a test does: with every logger at DEBUG, neither the token nor anybody's words are written out."""
    caplog.set_level(logging.DEBUG)
    for name in ("telegram", "telegram.Bot", "telegram.request.BaseRequest", "aiohttp.client", "bot"):
        caplog.set_level(logging.DEBUG, logger=name)
    yield
    for record in [*caplog.get_records("setup"), *caplog.get_records("call")]:
        written = logging.Formatter().format(record)
        assert TOKEN.split(":")[1] not in written
        assert SECRET not in written


# --- receiving


async def test_update_reaches_the_door_and_is_confirmed(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    await api.push(message(1, SECRET), press(2))

    async with running(telegram, door):
        await api.confirmed()

    assert [(update.kind, update.text) for update in door.taken] == [(UpdateKind.TEXT, SECRET), (UpdateKind.PRESS, "")]


async def test_webhook_is_removed_and_nothing_that_waited_is_lost(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    api.webhook = "https://elsewhere.example.org"
    await api.push(message(1, "早"))

    async with running(telegram, door):
        await api.confirmed()

    assert door.texts == ["早"]
    assert api.calls[1] == ("deleteWebhook", {"drop_pending_updates": "false"})


async def test_command_menu_is_set(api: BotApi, telegram: Telegram) -> None:
    async with running(telegram, Door()):
        await api.until(lambda: bool(api.called("getUpdates")))

    assert api.commands == [{"command": "start", "description": "开始"}, {"command": "help", "description": "怎么用"}]


async def test_refused_command_menu_stops_nothing(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    api.fail("setMyCommands", 400, "Bad Request: BOT_COMMAND_INVALID")
    await api.push(message(1, "早"))

    async with running(telegram, door):
        await api.confirmed()

    assert door.texts == ["早"]


async def test_only_known_types_are_asked_for_in_full_batches(api: BotApi, telegram: Telegram) -> None:
    async with running(telegram, Door()):
        await api.until(lambda: bool(api.called("getUpdates")))

    (asked,) = api.called("getUpdates")
    assert asked["allowed_updates"] == '["message", "edited_message", "callback_query", "my_chat_member"]'
    assert (asked["limit"], asked["timeout"], "offset" in asked) == ("100", "30", False)


async def test_hundred_people_are_handled_at_once(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    door.gate = asyncio.Event()
    await api.push(*(message(number, f"第{number}人", sender=number) for number in range(1, 101)))

    async with running(telegram, door):
        await api.until(lambda: len(door.tried) == 100)
        unconfirmed = len(api.updates)
        door.gate.set()
        await api.confirmed()

    assert unconfirmed == 100
    assert len(door.taken) == 100
    assert api.fetched == [list(range(1, 101))]


async def test_one_persons_updates_are_handled_in_order(api: BotApi, telegram: Telegram) -> None:
    open_, most = 0, 0
    order: list[str] = []

    async def door(update: Update) -> None:
        nonlocal open_, most
        open_ += 1
        most = max(most, open_)
        await asyncio.sleep(0)
        order.append(update.text)
        open_ -= 1

    await api.push(*(message(number, str(number)) for number in range(1, 21)))

    async with running(telegram, door):
        await api.confirmed()

    assert order == [str(number) for number in range(1, 21)]
    assert most == 1


async def test_more_than_a_batch_is_fetched_in_turn(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    await api.push(*(message(number, sender=number, text="早") for number in range(1, 251)))

    async with running(telegram, door):
        await api.confirmed()

    assert [len(batch) for batch in api.fetched] == [100, 100, 50]
    assert len(door.taken) == 250


async def test_nothing_is_confirmed_while_one_update_is_not_kept(
    api: BotApi, telegram: Telegram, pauses: Pauses
) -> None:
    door = Door()
    door.failing["2"] = [Unavailable(SECRET), Unavailable(SECRET)]
    await api.push(*(message(number, f"{number}", sender=number) for number in (1, 2, 3)))

    async with running(telegram, door):
        await api.confirmed()

    assert api.fetched == [[1, 2, 3]] * 3
    assert sorted(door.texts) == ["1", "2", "3"]
    assert door.tried.count("1") == door.tried.count("3") == 1
    assert pauses == [1, 2]


async def test_later_words_of_a_person_wait_for_those_that_were_not_kept(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    door.failing["1"] = [Unavailable("database is locked")]
    await api.push(message(1, "一"), message(2, "二"))

    async with running(telegram, door):
        await api.confirmed()

    assert door.tried == ["1", "1", "2"]


async def test_update_that_was_in_hand_when_the_process_died_comes_again(api: BotApi, made: Made) -> None:
    first, second = Door(), Door()
    first.gate = asyncio.Event()
    await api.push(message(1, "在吗"))
    async with running(made(), first):
        await api.until(lambda: first.tried == ["1"])

    async with running(made(), second):
        await api.confirmed()

    assert first.texts == []
    assert second.texts == ["在吗"]


async def test_kept_update_that_was_not_confirmed_comes_again_with_the_same_id(api: BotApi, made: Made) -> None:
    first, second = Door(), Door()
    api.fail("getUpdates", 200, body=b'{"ok":true,"result":[' + json.dumps(message(1, "在吗")).encode() + b"]}")
    await api.push(message(1, "在吗"))
    api.hang("getUpdates")
    async with running(made(), first):
        await api.until(lambda: len(api.called("getUpdates")) == 2)

    async with running(made(), second):
        await api.confirmed()

    assert [update.id for update in first.taken] == [update.id for update in second.taken]


async def test_update_that_breaks_the_door_is_set_aside_after_three_tries(
    api: BotApi, telegram: Telegram, caplog: pytest.LogCaptureFixture
) -> None:
    door = Door()
    door.failing["1"] = [RuntimeError(SECRET)] * 9
    await api.push(message(1, SECRET), message(2, "二", sender=8))

    async with running(telegram, door):
        await api.confirmed()

    assert door.tried.count("1") == 3
    assert door.texts == ["二"]
    assert "Telegram update 1 raised RuntimeError (try 3)" in caplog.text


async def test_unreadable_updates_do_not_hold_up_their_neighbours(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    strange: list[Json] = [
        {"update_id": 1, "message": {"chat": SECRET}},
        {"update_id": 2, "telepathy": {}},
        {"update_id": 3},
    ]
    await api.push(*strange, message(4, "还在"))

    async with running(telegram, door):
        await api.confirmed()

    assert door.texts == ["还在"]


async def test_lower_ids_after_a_quiet_week_are_not_thrown_away(api: BotApi, made: Made) -> None:
    door = Door()
    await api.push(message(9_000_000, "上周"))

    async with running(made(long_poll_s=0.0), door):
        await api.until(lambda: len(api.called("getUpdates")) > 3)
        await api.push(message(5, "这周"))
        await api.confirmed()

    assert door.texts == ["上周", "这周"]


async def test_unhandled_updates_are_not_confirmed_on_the_way_out(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    door.gate = asyncio.Event()
    await api.push(message(1, "在吗"))

    async with running(telegram, door):
        await api.until(lambda: bool(door.tried))

    assert [update["update_id"] for update in api.updates] == [1]


# --- courtesies


async def test_typing_is_shown_and_a_press_is_acknowledged(api: BotApi, telegram: Telegram) -> None:
    await api.push(message(1, "早"), press(2))

    async with running(telegram, Door()):
        await api.until(lambda: bool(api.called("sendChatAction") and api.called("answerCallbackQuery")))

    assert api.called("sendChatAction") == [{"chat_id": "7", "action": "typing"}]
    assert api.called("answerCallbackQuery") == [{"callback_query_id": "q2"}]


async def test_press_is_acknowledged_while_the_door_is_still_busy(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    door.gate = asyncio.Event()
    await api.push(press(2, None, game_short_name="g"), press(3))

    async with running(telegram, door):
        await api.until(lambda: not api.queries)

    assert door.taken == []


async def test_failing_courtesies_stop_nothing(api: BotApi, telegram: Telegram) -> None:
    door = Door()
    api.fail("sendChatAction", 429, "Too Many Requests: retry after 5", retry_after=5)
    api.fail("answerCallbackQuery", 400, "Bad Request: query is too old")
    await api.push(message(1, "早"), press(2))

    async with running(telegram, door):
        await api.confirmed()
        await api.until(lambda: bool(api.called("answerCallbackQuery")))

    assert len(door.taken) == 2


# --- when Telegram refuses or fails


@pytest.mark.parametrize(("status", "description"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_refused_token_stops_with_the_name_of_the_setting(
    api: BotApi, telegram: Telegram, status: int, description: str
) -> None:
    api.fail("getMe", status, description)

    with pytest.raises(SettingsError) as stop:
        await telegram.run(Door())

    assert stop.value.variable == "TELEGRAM_BOT_TOKEN"
    assert "BotFather" in str(stop.value)


async def test_wrong_token_stops(api: BotApi, made: Made) -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN") as stop:
        await made("4242:" + "x" * 35).run(Door())

    assert "x" * 35 not in repr(stop.getrepr(showlocals=False, chain=True))


async def test_token_that_is_revoked_while_running_stops(api: BotApi, telegram: Telegram) -> None:
    api.fail("getUpdates", 401, "Unauthorized")

    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN"):
        await telegram.run(Door())


async def test_second_poller_ends_the_first_with_advice(api: BotApi, made: Made) -> None:
    async with running(made(), Door()) as first:
        await api.until(lambda: len(api.called("getUpdates")) == 1)
        async with running(made(), Door()):
            with pytest.raises(SettingsError, match="another program"):
                await first


async def test_webhook_set_by_somebody_else_while_running_is_a_clear_stop(api: BotApi, made: Made) -> None:
    channel = made(long_poll_s=0.0)
    async with running(channel, Door()) as task:
        await api.until(lambda: bool(api.called("getUpdates")))
        api.webhook = "https://elsewhere.example.org"

        with pytest.raises(SettingsError, match="another program"):
            await task


TROUBLES: dict[str, Callable[[BotApi, str], None]] = {
    "500": lambda api, method: api.fail(method, 500),
    "502 in HTML": lambda api, method: api.fail(method, 502, body=b"<html>Bad Gateway</html>"),
    "200 in HTML": lambda api, method: api.fail(method, 200, body=b"<html>hello</html>"),
    "cut off": lambda api, method: api.fail(method, 200, body=b'{"ok":true,"result":[{"upd'),
    "empty": lambda api, method: api.fail(method, 200, body=b""),
    "binary": lambda api, method: api.fail(method, 200, body=b"\xff\xfe\x00\x01"),
    "a list": lambda api, method: api.fail(method, 200, body=b"[]"),
    "no result": lambda api, method: api.fail(method, 200, body=b'{"ok":true}'),
    "a strange result": lambda api, method: api.fail(method, 200, body=b'{"ok":true,"result":[7]}'),
    "a secret": lambda api, method: api.fail(method, 200, body=f'{{"{SECRET}'.encode()),
    "a redirect": lambda api, method: api.fail(method, 302, body=b""),
    "no server for a while": lambda api, method: api.fail(method, 404, body=b"no such page"),
    "strange parameters": lambda api, method: api.fail(method, 500, body=b'{"ok":false,"parameters":[1]}'),
    "400 after logging out": lambda api, method: api.fail(method, 400, "Logged out"),
}


@pytest.mark.parametrize("method", ["getMe", "getUpdates"])
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_trouble_is_survived(api: BotApi, telegram: Telegram, pauses: Pauses, trouble: str, method: str) -> None:
    door = Door()
    TROUBLES[trouble](api, method)
    await api.push(message(1, "还在吗"))

    async with running(telegram, door):
        await api.confirmed()

    assert door.texts == ["还在吗"]
    assert pauses == [1]


async def test_pauses_grow_through_a_long_outage_and_shrink_after_it(
    api: BotApi, telegram: Telegram, pauses: Pauses
) -> None:
    api.fail("getUpdates", 503, times=8)
    await api.push(message(1, "一"))

    async with running(telegram, Door()):
        await api.confirmed()
        api.fail("getUpdates", 503)
        await api.push(message(2, "二"))
        await api.confirmed()

    assert pauses[:8] == [1, 2, 4, 8, 16, 30, 30, 30]
    assert set(pauses[8:]) <= {1}


async def test_flood_control_is_waited_out(api: BotApi, telegram: Telegram, pauses: Pauses) -> None:
    api.fail("getUpdates", 429, "Too Many Requests: retry after 17", retry_after=17)
    await api.push(message(1, "早"))

    async with running(telegram, Door()):
        await api.confirmed()

    assert pauses == [17]


@pytest.mark.parametrize("wait", ["1e400", "1000000000000", "9" * 400])
async def test_absurd_wait_is_cut_to_one_that_ends(api: BotApi, telegram: Telegram, pauses: Pauses, wait: str) -> None:
    body = f'{{"ok":false,"description":"Too Many Requests","parameters":{{"retry_after":{wait}}}}}'.encode()
    for method in ("getUpdates", "sendMessage"):
        api.fail(method, 429, body=body)
    (part,) = parts_of(telegram, SECRET)
    await api.push(message(1, "早"))

    async with running(telegram, Door()):
        await api.confirmed()
    with pytest.raises(Retryable) as failure:
        await telegram.deliver("7", part, key="k")

    assert [*pauses, failure.value.retry_after_s] == [3600, 3600]


async def test_server_that_never_answers_is_asked_again(api: BotApi, made: Made, pauses: Pauses) -> None:
    door = Door()
    api.hang("getMe")
    await api.push(message(1, "早"))

    async with running(made(read_timeout_s=0.05), door):
        await api.confirmed()

    assert door.texts == ["早"]
    assert pauses[0] == 1


async def test_nobody_at_the_address_is_survived(api: BotApi, made: Made, caplog: pytest.LogCaptureFixture) -> None:
    tried = asyncio.Event()

    async def sleep(seconds: float) -> None:
        tried.set()
        await asyncio.Event().wait()

    async with running(made(server="http://127.0.0.1:1", sleep=sleep), Door()):
        await tried.wait()

    assert "Telegram cannot be reached (NetworkError)" in caplog.text


# --- saying


def parts_of(channel: Telegram, *blocks: str | Block, **more: object) -> list[Part]:
    return list(channel.render(say(*blocks, **more)))  # type: ignore[arg-type]  # options vary by test


async def test_reply_arrives_as_it_was_meant(api: BotApi, telegram: Telegram) -> None:
    quote, script = Block("第一条 <合法>", Style.QUOTE), Block("您好", Style.SCRIPT)
    (part,) = parts_of(telegram, Block("标题", Style.TITLE), quote, script, buttons=[[Button("a:b", "更多")]])

    number = await telegram.deliver("7", part, key="k")

    (sent,) = api.sent
    assert number == str(sent.id)
    assert sent.text == "标题\n第一条 <合法>\n您好"
    assert sent.entities == ["b:标题", "blockquote:第一条 <合法>", "pre:您好"]
    assert sent.labels == ["复制", "更多"]
    assert sent.parameters["link_preview_options"] == '{"is_disabled": true}'


async def test_pressed_message_is_edited_in_place(api: BotApi, telegram: Telegram) -> None:
    (first,) = parts_of(telegram, "一", buttons=[[Button("a:b", "更多")]])
    number = await telegram.deliver("7", first, key="k")
    (second,) = telegram.render(say("二"), replaces=number)

    assert await telegram.deliver("7", second, key="k") == number

    (sent,) = api.sent
    assert (sent.text, sent.keyboard) == ("二", [])


async def test_edit_that_changes_nothing_counts_as_delivered(api: BotApi, telegram: Telegram) -> None:
    (part,) = parts_of(telegram, "一")
    number = await telegram.deliver("7", part, key="k")
    (edit,) = telegram.render(say("一"), replaces=number)

    assert await telegram.deliver("7", edit, key="k", repeat=True) == number


@pytest.mark.parametrize("why", ["deleted", "too old", "a file"])
async def test_edit_that_cannot_be_made_goes_out_as_a_new_message(
    api: BotApi, telegram: Telegram, tmp_path: Path, why: str
) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    attachments = [Attachment("a.pdf", "application/pdf", "a.pdf")]
    (first,) = parts_of(telegram, attachments=attachments) if why == "a file" else parts_of(telegram, "一")
    number = await telegram.deliver("7", first, key="k") or ""
    if why == "deleted":
        api.sent.clear()
    if why == "too old":
        api.not_editable.add(int(number))
    (edit,) = telegram.render(say(SECRET), replaces=number)

    with pytest.raises(Permanent) as failure:
        await telegram.deliver("7", edit, key="k")
    anew = await telegram.deliver("7", {**edit, "action": "send"}, key="k")

    assert not failure.value.recipient_gone
    assert anew != number
    assert api.sent[-1].text == SECRET


async def test_file_arrives_with_its_chinese_name(api: BotApi, telegram: Telegram, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "1.pdf").write_bytes(b"%PDF-1.7")
    attachments = [Attachment("还款 计划.pdf", "application/pdf", "made/1.pdf")]
    (part,) = parts_of(telegram, attachments=attachments, buttons=[[Button("a:b", "好")]])

    number = await telegram.deliver("7", part, key="k")

    (sent,) = api.sent
    assert (sent.file, sent.labels) == (("还款 计划.pdf", "application/pdf", b"%PDF-1.7"), ["好"])
    assert number == str(sent.id)


@pytest.mark.parametrize("path", ["made/none.pdf", "../outside.pdf", "/etc/hostname", "."])
async def test_file_that_cannot_or_must_not_be_read_is_given_up(telegram: Telegram, tmp_path: Path, path: str) -> None:
    (tmp_path.parent / "outside.pdf").write_bytes(b"secret")
    (part,) = parts_of(telegram, attachments=[Attachment("a.pdf", "application/pdf", path)])

    with pytest.raises(Permanent, match="a file cannot be read"):
        await telegram.deliver("7", part, key="k")


async def test_flood_control_is_left_to_the_outbox(api: BotApi, telegram: Telegram) -> None:
    api.fail("sendMessage", 429, "Too Many Requests: retry after 9", retry_after=9)
    (part,) = parts_of(telegram, SECRET)

    with pytest.raises(Retryable) as failure:
        await telegram.deliver("7", part, key="k")

    assert failure.value.retry_after_s == 9


@pytest.mark.parametrize(
    "trouble", [name for name in TROUBLES if name not in ("a strange result", "400 after logging out")]
)
async def test_trouble_while_sending_is_for_later(api: BotApi, telegram: Telegram, trouble: str) -> None:
    TROUBLES[trouble](api, "sendMessage")
    (part,) = parts_of(telegram, SECRET)

    with pytest.raises(Retryable):
        await telegram.deliver("7", part, key="k")
    await telegram.deliver("7", part, key="k", repeat=True)

    assert [sent.text for sent in api.sent] == [SECRET]


async def test_message_that_telegram_took_is_not_sent_twice_over_an_unreadable_receipt(
    api: BotApi, telegram: Telegram
) -> None:
    api.fail("sendMessage", 200, body=b'{"ok":true,"result":{"strange":1}}')
    (part,) = parts_of(telegram, SECRET)

    assert await telegram.deliver("7", part, key="k") is None


async def test_revoked_token_loses_no_reply(api: BotApi, telegram: Telegram) -> None:
    api.fail("sendMessage", 401, "Unauthorized")
    (part,) = parts_of(telegram, SECRET)

    with pytest.raises(Retryable):
        await telegram.deliver("7", part, key="k")


async def test_slow_server_is_for_later(api: BotApi, made: Made) -> None:
    channel = made(read_timeout_s=0.05)
    api.hang("sendMessage")
    (part,) = parts_of(channel, SECRET)

    with pytest.raises(Retryable):
        await channel.deliver("7", part, key="k")


async def test_whoever_blocked_the_bot_is_gone(api: BotApi, telegram: Telegram) -> None:
    api.blocked_by.add(7)
    api.no_chat.add(8)
    (part,) = parts_of(telegram, SECRET)

    for address in ("7", "8"):
        with pytest.raises(Permanent) as failure:
            await telegram.deliver(address, part, key="k")
        assert failure.value.recipient_gone


async def test_refused_message_is_given_up_without_its_words(api: BotApi, telegram: Telegram) -> None:
    api.fail("sendMessage", 400, f'Bad Request: wrong thing "{SECRET}" in bot{TOKEN}/sendMessage')
    (part,) = parts_of(telegram, SECRET)

    with pytest.raises(Permanent) as failure:
        await telegram.deliver("7", part, key="k")

    assert str(failure.value) == "BadRequest: Wrong thing"
    assert not failure.value.recipient_gone


async def test_server_of_ones_own_that_is_old_gets_plain_words(api: BotApi, telegram: Telegram) -> None:
    api.old_server = True
    buttons = [[Button("a:b", "更多")]]
    (part,) = parts_of(telegram, Block("<法>" * 200, Style.QUOTE), Block("您好", Style.SCRIPT), buttons=buttons)

    await telegram.deliver("7", part, key="k")

    (sent,) = api.sent
    assert (sent.text, sent.entities, sent.labels) == ("<法>" * 200 + "\n您好", [], ["更多"])


async def test_no_error_carries_the_token_or_the_words(api: BotApi, telegram: Telegram) -> None:
    (part,) = parts_of(telegram, SECRET)
    api.fail("sendMessage", 400, f"Bad Request: {SECRET} bot{TOKEN}")
    api.fail("sendMessage", 500, f"{SECRET} /bot{TOKEN}/sendMessage")
    api.fail("sendMessage", 200, body=f"{SECRET} {TOKEN}".encode())
    api.fail("sendMessage", 403, f"Forbidden: {TOKEN}")

    for _ in range(4):
        with pytest.raises((Permanent, Retryable)) as failure:
            await telegram.deliver("7", part, key="k")
        error: BaseException | None = failure.value
        while error:
            assert SECRET not in str(error)
            assert TOKEN.split(":")[1] not in str(error)
            error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/bot{}/getMe", "http://[bad/bot{}/getMe", "nothing://bot{}/getMe"]
)
async def test_failing_request_keeps_its_address_to_itself(address: str) -> None:
    request = AiohttpRequest()

    with pytest.raises(NetworkError) as failure:
        await request.call(address.format(TOKEN), {})
    await request.shutdown()

    assert TOKEN not in "".join(traceback.format_exception(failure.value, chain=True))
    assert failure.value.__context__ is None


# --- settings


@pytest.mark.parametrize("end", ["", "/", "/bot", "/bot/"])
async def test_server_may_be_named_with_or_without_bot(api: BotApi, made: Made, end: str) -> None:
    channel = made(server=api.url + end)
    (part,) = parts_of(channel, "好")

    await channel.deliver("7", part, key="k")

    assert len(api.sent) == 1


async def test_proxy_is_used(api: BotApi, made: Made) -> None:
    channel = made(server="http://api.telegram.invalid", proxy_url=api.url)
    (part,) = parts_of(channel, "好")

    await channel.deliver("7", part, key="k")

    assert len(api.sent) == 1


@pytest.mark.parametrize(
    ("variable", "wrong"),
    [
        ("TELEGRAM_API_BASE_URL", {"server": "api.telegram.org"}),
        ("TELEGRAM_API_BASE_URL", {"server": "ftp://api.telegram.org"}),
        ("TELEGRAM_API_BASE_URL", {"server": f"https://api.telegram.org/bot{TOKEN}"}),
        ("TELEGRAM_PROXY_URL", {"proxy_url": "socks5://127.0.0.1:1080"}),
        ("TELEGRAM_PROXY_URL", {"proxy_url": "127.0.0.1:7890"}),
        ("TELEGRAM_PROXY_URL", {"proxy_url": "http://["}),
        ("TELEGRAM_API_BASE_URL", {"server": "http://127.0.0.1:99999"}),
        ("TELEGRAM_BOT_TOKEN", {"token": "hello"}),
        ("TELEGRAM_BOT_TOKEN", {"token": f"{TOKEN} "}),
    ],
)
def test_wrong_setting_is_named_without_its_value(variable: str, wrong: dict[str, str], tmp_path: Path) -> None:
    clock = SettableClock(datetime(2026, 11, 24, tzinfo=UTC))
    with pytest.raises(SettingsError) as stop:
        Telegram(**{"token": TOKEN, "clock": clock, "data_dir": tmp_path, "copy_label": "复制", **wrong})  # type: ignore[arg-type]  # wrong on purpose

    assert stop.value.variable == variable
    assert TOKEN not in str(stop.value)
