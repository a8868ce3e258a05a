"""A borrower pastes a message into the page: real recognition, real content, real handlers, a real browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.routing import Routing
from handlers import HANDLERS, welcome
from tests.browser.visiting import PHONE, chromium, conversation, say, visiting
from tests.paging import Served, page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MESSAGE = "【小米金融】您已逾期7天，若3日内未还款，将上报央行征信系统并启动法律程序。"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with page(tmp_path_factory.mktemp("page"), routing=Routing(HANDLERS, welcome)) as served:
        yield served


async def paste(tab: Page, text: str = MESSAGE) -> None:
    await say(tab, text)
    await expect(tab.locator(".script")).to_be_visible()


async def test_pasted_message_gets_a_card_a_provision_and_a_script(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url, size=PHONE, touch=True) as tab:
        await paste(tab)

        card, script = tab.locator("article.bot").nth(0), tab.locator(".script p")
        await expect(card.locator("h2")).to_contain_text("这是")
        await expect(card.locator(".bubble").first).to_contain_text("7 天")
        await expect(card.locator("blockquote")).to_have_count(1)
        await expect(card.get_by_role("button")).to_have_text(["保存证据", "继续协商", "为什么这么判断", "更多"])
        await expect(script).to_contain_text("小米金融")
        await tab.get_by_role("button", name="复制这段话").tap()
        await expect(tab.get_by_role("button", name="已复制")).to_be_visible()
        assert await tab.evaluate("navigator.clipboard.readText()") == await script.text_content()


async def test_reasons_replace_the_card_and_give_it_back(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await paste(tab)
        before = await conversation(tab)
        await tab.get_by_role("button", name="为什么这么判断").click()
        await expect(tab.locator("article.bot").first.locator("h2")).to_have_text("我为什么这么判断")
        assert len(await conversation(tab)) == len(before)
        await tab.get_by_role("button", name="返回这条消息").click()

        await expect(tab.get_by_role("button", name="为什么这么判断")).to_be_visible()
        assert await conversation(tab) == before


async def test_saving_asks_first_and_then_shows_number_and_recovery_code(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url, size=PHONE, touch=True) as tab:
        await paste(tab)
        await tab.get_by_role("button", name="保存证据").tap()
        await tab.get_by_role("button", name="同意保存").tap()

        await expect(tab.locator("article.bot").filter(has_text="已保存，第 1 条")).to_be_visible()
        await expect(tab.locator(".keep .code")).to_be_visible()
        shown = await conversation(tab)
        await tab.reload()
        await expect(tab.get_by_role("button", name="显示恢复码")).to_be_visible()
        assert await conversation(tab) == shown


async def test_example_of_an_empty_page_is_answered(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await expect(tab.locator("#welcome")).to_be_visible()
        await tab.locator("#example").click()

        await expect(tab.locator(".script")).to_be_visible()
        await expect(tab.locator("#welcome")).to_be_hidden()


async def test_own_data_can_be_taken_along_from_the_menu(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await paste(tab)
        await tab.get_by_role("button", name="菜单").click()
        await tab.get_by_role("button", name="我的数据").click()
        await expect(tab.get_by_role("dialog")).to_be_hidden()
        await tab.get_by_role("button", name="导出", exact=True).click()
        async with tab.expect_download() as downloading:
            await tab.get_by_role("link", name="buhuang-export.json").click()

        path = await (await downloading.value).path()
        assert MESSAGE in path.read_text(encoding="utf-8")


async def test_erasing_empties_every_open_page(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url) as tab:
        await paste(tab)
        other = await tab.context.new_page()
        await other.goto(site.url)
        await expect(other.locator(".script")).to_be_visible()
        await say(tab, "/privacy")
        await tab.get_by_role("button", name="全部删除", exact=True).click()
        await tab.get_by_role("button", name="确定，全部删除").click()

        for each in (tab, other):
            await expect(each.locator("article")).to_have_count(1)
            await expect(each.locator("article.bot")).to_contain_text("删掉了")
            await expect(each.get_by_role("heading", name="先别慌")).to_be_visible()


async def test_more_and_back_keep_the_buttons_in_view(browser: Browser, site: Served) -> None:
    async with visiting(browser, site.url, size=PHONE, touch=True) as tab:
        await paste(tab)
        for name, then in (("更多", "返回这条消息"), ("返回这条消息", "更多")):
            await tab.get_by_role("button", name=name, exact=True).tap()
            await expect(tab.get_by_role("button", name=then, exact=True)).to_be_in_viewport(ratio=1)
