"""How long a borrower waits: from the arrival of a message to the delivery of its answer, on SQLite on a real disk.

Run it by `.venv/bin/python -m benchmarks.answering`. Every message comes from somebody new, so each turn makes a user
and his key.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from bot import app
from bot.channels import Door, Part
from bot.clock import SystemClock
from bot.messages import Reply, Update, UpdateKind
from bot.settings import Settings

ROUNDS = 100
MESSAGES = (
    "您已逾期7天，若3日内未还款，将上报央行征信系统并启动法律程序。",
    "已委托第三方律所介入，不排除刑事追责。",
    "【招联金融】您的好期贷已逾期12天，应还5620.50元，请尽快还款，如有疑问致电95786",
    "明天不把钱转到王经理微信，就去你村里贴大字报，让你全家出名",
    "【菜鸟驿站】您的包裹已到，取件码 3-2-1024",
    "欠网贷不还会坐牢吗",
)


class Listener:
    """A channel that only notes when the first part of an answer is handed over."""

    name = "terminal"

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}

    def render(self, reply: Reply, *, replaces: str | None = None) -> tuple[Part, ...]:
        return ({"action": "send", "text": reply.text},)

    async def deliver(self, address: str, part: Part, *, key: str, repeat: bool = False) -> str | None:
        self.heard.setdefault(address, time.perf_counter())
        return key

    async def run(self, door: Door) -> None:
        raise NotImplementedError


async def measure(folder: Path) -> list[float]:
    """Seconds from arrival to delivery, one for each message."""
    settings = Settings(data_dir=folder, database_url=None, encryption_keys=())
    clock, listener = SystemClock(), Listener()
    waited = []
    async with app.assembled(settings, clock, app.build_services(settings)) as parts:
        parts.channels[listener.name] = listener
        for number in range(ROUNDS * len(MESSAGES)):
            who, text = str(number), MESSAGES[number % len(MESSAGES)]
            came = time.perf_counter()
            await parts.conversation.door(Update(listener.name, who, who, who, UpdateKind.TEXT, clock.now(), text=text))
            await parts.outbox.settled()
            waited.append(listener.heard[who] - came)
    return waited


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="buhuang-", dir=Path.cwd()) as folder:
        waited = sorted(asyncio.run(measure(Path(folder))))
    half, most, all_ = (waited[int((len(waited) - 1) * share)] * 1000 for share in (0.5, 0.99, 1))
    print(f"{len(waited)} messages: half within {half:.1f} ms, 99 % within {most:.1f} ms, all within {all_:.1f} ms")


if __name__ == "__main__":
    main()
