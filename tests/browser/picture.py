"""Takes the pictures of docs/images: a real conversation, in a real browser. Run it when the page or its words change.

.venv/bin/python -m tests.browser.picture
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import expect

from bot.routing import Routing
from handlers import HANDLERS, welcome
from tests.browser.test_conversation import MESSAGE
from tests.browser.visiting import chromium, say, visiting
from tests.paging import page

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
SHOTS = {"chat-phone": ((390, 1690), "light", True), "chat-desktop": ((1180, 1270), "dark", False)}


async def take() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with page(Path(folder), routing=Routing(HANDLERS, welcome)) as site, chromium() as browser:
            for name, (size, scheme, touch) in SHOTS.items():
                async with visiting(browser, site.url, size=size, scheme=scheme, touch=touch) as tab:
                    await say(tab, MESSAGE)
                    await expect(tab.locator(".script")).to_be_visible()
                    await tab.locator("main").evaluate("main => main.scrollTop = 0")
                    await tab.screenshot(path=IMAGES / f"{name}.png", scale="css" if not touch else "device")


if __name__ == "__main__":
    asyncio.run(take())
