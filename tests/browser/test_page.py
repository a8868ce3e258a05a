"""The page in a real Chromium: keyboard, copying, reconnecting, narrow and dark, whatever is said."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Request, Route, expect

from bot.messages import Attachment, Block, Button, Style, say
from bot.session import Consent
from bot.turn import Turn
from tests.browser.visiting import DESKTOP, NARROW, PHONE, chromium, conversation, visiting
from tests.browser.visiting import say as says
from tests.paging import TOO_LONG, Served, page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SCRIPT = "请书面告诉我____的明细。\n谢谢。"
LONG_WORD = "https://example.org/" + "a" * 300


def card(turn: Turn) -> None:
    rows = [[Button("x:why:1", "为什么"), Button("x:save:1", "保存")], [Button("x:more:1", "更多")]]
    blocks = [
        Block("这是催收通知。", Style.TITLE),
        Block("对方说：" + LONG_WORD),
        Block("“不得骚扰”", Style.QUOTE),
        Block("按今天的规定看。", Style.NOTE),
    ]
    turn.say(say(*blocks, buttons=rows))
    turn.say(say(Block(SCRIPT, Style.SCRIPT)))


def pressed(turn: Turn) -> None:
    if turn.update.press == "x:save:1":
        turn.set_profile(consent=Consent(version=1, given=True, at=turn.now))
        turn.say(say("已保存。"))
    else:
        turn.say(say("因为这里写着。", buttons=[[Button("x:card:1", "返回")]], replaces=True))


def hands_a_file(turn: Turn) -> None:
    turn.say(say("好了。", attachments=[Attachment("信.txt", "text/plain", "letter.txt")]))


SCRIPTS = {"card": card, "": pressed, "file": hands_a_file}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with page(tmp_path_factory.mktemp("page"), SCRIPTS) as served:
        yield served


# --- with the keyboard


async def test_enter_sends_and_shift_enter_breaks_the_line(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await expect(tab.locator("#text")).to_be_focused()
        await tab.keyboard.type("one")
        await tab.keyboard.press("Shift+Enter")
        await tab.keyboard.type("two")
        await tab.keyboard.press("Enter")

        await expect(tab.locator("article.bot")).to_have_count(1)
        assert await conversation(tab) == ["> one\ntwo", "one\ntwo"]
        await expect(tab.locator("#text")).to_have_value("")
        await expect(tab.locator("#text")).to_be_focused()


async def test_enter_that_ends_a_composition_does_not_send(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await tab.locator("#text").fill("ni hao")
        for how in ("isComposing: true", "keyCode: 229"):
            await tab.evaluate(
                f"document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', {{key: 'Enter', {how}}}))"
            )

        await expect(tab.locator("#text")).to_have_value("ni hao")
        assert await conversation(tab) == []


async def test_button_edits_its_message_in_place_and_keeps_the_focus(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await says(tab, "card")
        await expect(tab.locator("article.bot")).to_have_count(2)
        for _ in range(6):
            await tab.keyboard.press("Shift+Tab")
            if await tab.evaluate("document.activeElement.textContent") == "为什么":
                break
        ring = "getComputedStyle(document.activeElement).outlineStyle"
        assert await tab.evaluate(ring) == "solid"
        await tab.keyboard.press("Enter")

        await expect(tab.get_by_role("button", name="返回", exact=True)).to_be_focused()
        assert await conversation(tab) == ["> card", "因为这里写着。", SCRIPT]


async def test_first_tab_leads_past_the_header(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url, touch=True) as tab:
        await tab.keyboard.press("Tab")
        await expect(tab.locator(".skip")).to_be_focused()
        await tab.keyboard.press("Enter")

        await expect(tab.locator("#text")).to_be_focused()


# --- what is shown


async def test_one_tap_copies_the_script_alone(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url, size=PHONE, touch=True) as tab:
        await says(tab, "card")
        await tab.get_by_role("button", name="复制这段话").tap()

        await expect(tab.get_by_role("button", name="已复制")).to_be_visible()
        assert await tab.evaluate("navigator.clipboard.readText()") == SCRIPT


async def test_quoted_words_and_scripts_look_apart_from_the_rest(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await says(tab, "card")
        await expect(tab.locator(".script")).to_be_visible()
        ground = "element => getComputedStyle(element).backgroundColor"

        grounds = [
            await tab.locator(which).first.evaluate(ground) for which in (".bot .bubble", "blockquote", ".script")
        ]

        assert len(set(grounds)) == 3
        assert await tab.locator("mark").all_text_contents() == ["____"]


async def test_markup_in_a_message_stays_text(browser: Browser, site: Served) -> None:
    nasty = "<img src=x onerror=alert(1)><b>b</b><script>alert(2)</script>&amp;"
    async with visiting(browser, site.url) as tab:
        await says(tab, nasty)
        await expect(tab.locator("article.bot")).to_have_count(1)

        assert await conversation(tab) == [f"> {nasty}", nasty]
        assert await tab.locator("#log img, #log b, #log script").count() == 0


async def test_new_answer_is_read_from_its_beginning(browser: Browser, site: Served) -> None:
    long = "\n".join(f"line {number}" for number in range(80))
    async with visiting(browser, site.url, size=PHONE, touch=True) as tab:
        await says(tab, long)
        await expect(tab.locator("article.bot")).to_have_count(1)

        await expect(tab.get_by_role("button", name="下面还有")).to_be_visible()
        top = await tab.locator("article.bot").evaluate("article => article.getBoundingClientRect().top")
        header = await tab.locator("main").evaluate("main => main.getBoundingClientRect().top")
        assert 0 <= top - header < 40

        await tab.get_by_role("button", name="下面还有").tap()
        await expect(tab.get_by_role("button", name="下面还有")).to_be_hidden()


async def test_long_paste_is_folded_and_opens(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await says(tab, "很长的消息。" * 4000)
        await expect(tab.locator("article.bot")).to_have_count(1)
        bubble = tab.locator("article.own .bubble")
        folded = await bubble.evaluate("element => element.clientHeight")

        await tab.get_by_role("button", name="展开全文").click()

        assert folded < 300 < await bubble.evaluate("element => element.clientHeight")


async def test_too_long_a_paste_is_kept_in_the_box_with_a_sentence(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await says(tab, "长" * 100_001)

        await expect(tab.locator("#notice")).to_contain_text("太长了")
        assert len(await tab.locator("#text").input_value()) == 100_001
        assert await conversation(tab) == []


async def test_refusal_of_the_server_gives_the_words_back(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url, failing=True) as tab:
        await tab.route("**/api/send", lambda route: route.fulfill(status=413, json={"ok": False, "message": TOO_LONG}))
        await says(tab, "hello")

        await expect(tab.locator("#notice")).to_have_text(TOO_LONG)
        await expect(tab.locator("#text")).to_have_value("hello")
        assert await conversation(tab) == []


async def test_file_is_downloaded_under_its_name(browser: Browser, site: Served) -> None:
    (site.folder / "letter.txt").write_text("dear all", encoding="utf-8")
    async with visiting(browser, site.url) as tab:
        await says(tab, "file")
        async with tab.expect_download() as downloading:
            await tab.get_by_role("link", name="信.txt").click()
        download = await downloading.value

        assert download.suggested_filename == "信.txt"
        assert (await download.path()).read_text(encoding="utf-8") == "dear all"


# --- who is there


async def test_recovery_code_is_shown_once_something_is_kept_and_works_elsewhere(
    browser: Browser, site: Served
) -> None:
    async with visiting(browser, site.url) as old, visiting(browser, site.url, failing=True) as new:
        await says(old, "card")
        await old.get_by_role("button", name="保存").click()
        code = await old.locator(".keep .code").text_content()
        await new.get_by_role("button", name="菜单").click()
        await new.get_by_role("button", name="输入恢复码").click()
        await new.locator("#code-input").fill("wrong")
        await new.get_by_role("button", name="接着那边的对话").click()
        await expect(new.locator("#code-wrong")).not_to_be_empty()
        await new.locator("#code-input").fill(code or "")
        await new.get_by_role("button", name="接着那边的对话").click()

        await expect(new.locator("article.own").first).to_contain_text("card")
        await expect(new.get_by_role("button", name="显示恢复码")).to_be_visible()
        assert (await conversation(new))[:3] == (await conversation(old))[:3]


async def test_forgotten_device_shows_nothing(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await says(tab, "secret")
        await expect(tab.locator("article.bot")).to_have_count(1)
        await tab.get_by_role("button", name="菜单").click()
        await tab.get_by_role("button", name="忘记这台设备").first.click()
        await tab.locator("#forget").click()

        await expect(tab.locator("#welcome")).to_be_visible()
        assert await conversation(tab) == []


async def test_menu_says_that_reminders_need_the_page_open(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await tab.get_by_role("button", name="菜单").click()

        await expect(tab.get_by_role("dialog")).to_contain_text("提醒只在这个页面打开时才看得到")


# --- what breaks


async def test_reload_keeps_the_conversation_and_the_draft(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await says(tab, "card")
        await expect(tab.locator(".script")).to_be_visible()
        await tab.get_by_role("button", name="为什么").click()
        await expect(tab.get_by_role("button", name="返回", exact=True)).to_be_visible()
        await tab.locator("#text").fill("half a")
        before = await conversation(tab)
        await tab.reload()

        await expect(tab.locator(".script")).to_be_visible()
        assert await conversation(tab) == before
        await expect(tab.locator("#text")).to_have_value("half a")


async def test_restart_of_the_server_loses_and_doubles_nothing(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url, failing=True) as tab:
        await says(tab, "one")
        await expect(tab.locator("article.bot")).to_have_count(1)
        await site.stop()
        try:
            await says(tab, "two")
            await says(tab, "three")
            await expect(tab.locator("article.own .state").last).to_be_visible()
            await expect(tab.locator("#notice")).to_contain_text("正在重新连接")
        finally:
            await site.start()

        await expect(tab.locator("article.bot")).to_have_count(3, timeout=30_000)
        await expect(tab.locator("#notice")).to_be_empty()
        assert await conversation(tab) == ["> one", "one", "> two", "two", "> three", "three"]


async def test_break_of_the_network_is_told_and_made_good(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url, failing=True) as tab:
        await says(tab, "one")
        await expect(tab.locator("article.bot")).to_have_count(1)
        await tab.context.set_offline(True)
        await says(tab, "two")
        await expect(tab.locator("#notice")).to_contain_text("正在重新连接")
        await tab.context.set_offline(False)

        await expect(tab.locator("article.bot")).to_have_count(2, timeout=30_000)
        await expect(tab.locator("#notice")).to_be_empty()
        assert await conversation(tab) == ["> one", "one", "> two", "two"]


async def test_what_is_unsent_survives_a_reload(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url, failing=True) as tab:
        await tab.route("**/api/send", lambda route: route.abort())
        await says(tab, "one")
        await expect(tab.locator("article.own .state")).to_be_visible()
        await tab.unroute("**/api/send")
        await tab.reload()

        await expect(tab.locator("article.bot")).to_have_count(1)
        assert await conversation(tab) == ["> one", "one"]


async def test_lost_answer_to_a_send_does_not_double_it(browser: Browser, site: Served) -> None:
    sent = 0

    async def swallow(route: Route) -> None:
        nonlocal sent
        sent += 1
        if sent == 1:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    async with visiting(browser, site.url, failing=True) as tab:
        await tab.route("**/api/send", swallow)
        await says(tab, "one")
        async with asyncio.timeout(20):
            while sent < 2:
                await tab.wait_for_event("requestfinished", lambda request: request.url.endswith("/api/send"))

        await expect(tab.locator("article.bot")).to_have_count(1)
        await expect(tab.locator("article.own .state")).to_have_count(0)
        assert await conversation(tab) == ["> one", "one"]


async def test_slow_network_shows_that_it_is_on_its_way(browser: Browser, site: Served) -> None:
    gate = asyncio.Event()

    async def slowly(route: Route, _: Request) -> None:
        await gate.wait()
        await route.continue_()

    async with visiting(browser, site.url) as tab:
        await tab.route("**/api/send", slowly)
        await says(tab, "one")

        await expect(tab.locator("article.own")).to_contain_text("正在发送")
        await expect(tab.locator("#typing")).to_be_visible()
        gate.set()
        await expect(tab.locator("article.bot")).to_have_count(1)
        await expect(tab.locator("#typing")).to_be_hidden()


async def test_two_tabs_of_one_visitor_show_the_same(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        other = await tab.context.new_page()
        await other.goto(site.url)
        await says(tab, "one")

        await expect(other.locator("article.bot")).to_have_count(1)
        assert await conversation(other) == ["> one", "one"]


# --- narrow, dark


async def fill(tab: Page) -> None:
    """A conversation with everything in it."""
    await says(tab, "card")
    await expect(tab.locator(".script")).to_be_visible()
    await tab.get_by_role("button", name="保存").click()
    await expect(tab.locator(".keep .code")).to_be_visible()
    await says(tab, LONG_WORD)
    await expect(tab.locator("article.bot")).to_have_count(4)


@pytest.mark.parametrize("size", [NARROW, PHONE, DESKTOP], ids=["narrow", "phone", "desktop"])
async def test_nothing_is_wider_than_the_screen(browser: Browser, site: Served, size: tuple[int, int]) -> None:
    async with visiting(browser, site.url, size=size, touch=size is not DESKTOP) as tab:
        await fill(tab)

        wide = await tab.evaluate(
            """() => Array.from(document.querySelectorAll("body, main, article, .bubble, .script, .chip, footer"))
              .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
              .concat(Array.from(document.querySelectorAll("body *"))
                .filter(each => each.getBoundingClientRect().right > innerWidth + 1))
              .map(each => each.className || each.tagName)"""
        )
        assert wide == []


@pytest.mark.parametrize("size", [NARROW, PHONE], ids=["narrow", "phone"])
async def test_everything_to_tap_is_large_enough(browser: Browser, site: Served, size: tuple[int, int]) -> None:
    async with visiting(browser, site.url, size=size, touch=True) as tab:
        await fill(tab)

        small = await tab.evaluate(
            """() => Array.from(document.querySelectorAll("button:not(.fold)"))
              .filter(each => each.offsetParent && (each.offsetHeight < 44 || each.offsetWidth < 44))
              .map(each => each.textContent)"""
        )
        assert small == []


_CONTRASTS = (Path(__file__).parent / "contrasts.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_ground(browser: Browser, site: Served, scheme: str) -> None:
    async with visiting(browser, site.url, scheme=scheme) as tab:
        await fill(tab)
        talking = await tab.evaluate(_CONTRASTS)
        await tab.get_by_role("button", name="菜单").click()
        in_the_menu = await tab.evaluate(_CONTRASTS)

    assert talking["seen"] > 15
    assert talking["poor"] == in_the_menu["poor"] == []


async def test_dark_is_dark_and_light_is_light(browser: Browser, site: Served) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
    async with visiting(browser, site.url, scheme="dark") as dark, visiting(browser, site.url) as light:
        assert max(await dark.evaluate(ground)) < 50
        assert min(await light.evaluate(ground)) > 200


async def test_every_word_of_the_scripts_stands_in_the_page(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        unknown = await tab.evaluate(
            """async () => {
              const { WORDS } = await import("/words.js");
              const read = async (path) => (await fetch(path)).text();
              const code = (await read("/app.js")) + (await read("/view.js"));
              const named = Array.from(code.matchAll(/WORDS\\.(\\w+)/g), (match) => match[1]);
              const used = new Set([...named, "sending", "waiting"]); // WORDS[state]
              return [
                ...[...used].filter((word) => !WORDS[word]),
                ...Object.keys(WORDS).filter((word) => !used.has(word)),
              ];
            }"""
        )

        assert unknown == []
