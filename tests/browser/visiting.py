"""A real Chromium on the chat page, with an eye on whatever it complains of.

async with visiting(browser, site.url, scheme="dark") as tab:
    await say(tab, "hello")
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESKTOP, NARROW = (390, 844), (1280, 860), (320, 640)
_WATCH_POLICY = "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective))"


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser. Without one the tests are skipped, but never in CI."""
    path = shutil.which("chromium")
    if path is None:
        says = "chromium is missing; on Debian: apt-get install chromium fonts-noto-cjk"
        pytest.fail(says) if os.environ.get("CI") == "true" else pytest.skip(says)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        await browser.close()


@asynccontextmanager
async def visiting(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = DESKTOP,
    scheme: str = "light",
    touch: bool = False,
    scale: float = 2,
    failing: bool = False,
) -> AsyncIterator[Page]:
    """A tab of a browser that has never been here. At the end nothing may have gone wrong in it: no error, nothing
    against the policy, nothing from elsewhere. `failing` says that some requests are meant to fail."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        has_touch=touch,
        is_mobile=touch,
        device_scale_factor=scale,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        permissions=["clipboard-read", "clipboard-write"],
    )
    await context.add_init_script(_WATCH_POLICY)
    tab = await context.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    tab.on("request", lambda request: None if request.url.startswith(url) else wrong.append(request.url))
    await tab.goto(url)
    await expect(tab.locator("#log")).to_have_attribute("aria-busy", "false")
    yield tab
    await context.close()
    if failing:
        wrong = [said for said in wrong if "Failed to load resource" not in said]
    assert wrong == []


async def say(tab: Page, text: str) -> None:
    """Type a message in one go, as a paste does, and send it."""
    await tab.locator("#text").fill(text)
    await tab.get_by_role("button", name="发送").click()


async def conversation(tab: Page) -> list[str]:
    """What stands in the conversation, one line a bubble: own words after ">"."""
    shown: list[str] = await tab.locator("#log article").evaluate_all(
        """articles => articles.map(article => {
          const said = article.querySelectorAll(".bubble > :not(.hidden), .script > p");
          const own = article.classList.contains("own") ? "> " : "";
          return own + Array.from(said, each => each.textContent).join(" | ");
        })"""
    )
    return shown
