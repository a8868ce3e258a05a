"""Takes the pictures of docs/images: a real conversation, in a real browser. Run it when the page or its words change.

.venv/bin/python -m tests.browser.picture
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import expect

from bot.clock import SystemClock
from bot.routing import Routing
from handlers import HANDLERS, welcome
from tests.browser.test_conversation import MESSAGE
from tests.browser.visiting import chromium, say, visiting
from tests.paging import page

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
SHOTS: dict[str, dict[str, Any]] = {
    "chat-phone": {"size": (390, 1600), "touch": True, "scale": 1.6},
    "chat-desktop": {"size": (1180, 1200), "scheme": "dark", "scale": 1},
}


async def take() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with page(Path(folder), routing=Routing(HANDLERS, welcome)) as site, chromium() as browser:
            site.clock.set(SystemClock().now())
            for name, how in SHOTS.items():
                async with visiting(browser, site.url, **how) as tab:
                    await say(tab, MESSAGE)
                    await expect(tab.locator(".script")).to_be_visible()
                    await tab.locator("main").evaluate("main => main.scrollTop = 0")
                    await expect(tab.locator("#below")).to_be_hidden()
                    await tab.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    asyncio.run(take())
