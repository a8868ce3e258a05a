"""SIGKILL at any point: no update lost, none handled twice, every committed reply arrives, repeats only what was in
flight, no state torn, the chain of evidence whole.

The parent keeps the ledger: it re-sends what was not acknowledged, and at the end everything once more.
"""

import asyncio
import json
import random
import signal
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.evidence import Link, first_fault, short
from bot.store.sqlite import SqliteStore
from tests.faults.child import PARTS, is_work

ROOT = Path(__file__).parents[2]
KILLS = 45
USERS = 4
IN_FLIGHT = 12
"""How many updates the parent leaves unacknowledged at once."""

pytestmark = pytest.mark.faults


@dataclass
class Ledger:
    """What the parent sent, and what it heard."""

    folder: Path
    sent: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    delivered: Counter[str] = field(default_factory=Counter)
    heard: set[str] = field(default_factory=set)
    """Keys of what was delivered."""
    in_flight: int = 0
    """Rows that were leased and not recorded at the kills."""
    unmarked: list[str] = field(default_factory=list)
    """Repeats that were not marked as possible ones."""

    def open(self) -> list[str]:
        return [id_ for id_ in self.sent if id_ not in self.done]

    def next(self) -> str:
        self.sent.append(str(len(self.sent)))
        return self.sent[-1]

    def hear(self, line: dict[str, Any]) -> None:
        if "done" in line:
            self.done.add(line["done"])
        elif "delivered" in line:
            if line["key"] in self.heard and not line["repeat"]:
                self.unmarked.append(line["delivered"])
            self.heard.add(line["key"])
            self.delivered[line["delivered"]] += 1

    def count_in_flight(self) -> None:
        # Read-only, so that the log of the killed process is recovered by the next one and not here.
        path = self.folder / "buhuang.db"
        if path.exists():
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
                leased = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND leased_until IS NOT NULL"
                if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone():
                    self.in_flight += database.execute(leased).fetchone()[0]


class Child:
    def __init__(self, process: asyncio.subprocess.Process, ledger: Ledger) -> None:
        assert process.stdin and process.stdout
        self.process, self.ledger = process, ledger
        self.stdin, self.stdout = process.stdin, process.stdout

    @classmethod
    async def start(cls, ledger: Ledger, fault: str) -> "Child":
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.child", str(ledger.folder), *([fault] if fault else []),
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return cls(process, ledger)

    def send(self, id_: str) -> None:
        self.tell({"id": id_, "sender": f"u{int(id_) % USERS}"})

    def tell(self, line: dict[str, Any]) -> None:
        self.stdin.write((json.dumps(line) + "\n").encode())

    async def hear(self) -> bool:
        """Take one line; False when the child is gone."""
        line = await self.stdout.readline()
        if line:
            self.ledger.hear(json.loads(line))
        return bool(line)

    async def kill(self) -> None:
        """Kill it, and take what it had still written: that was delivered."""
        self.process.send_signal(signal.SIGKILL)
        while await self.hear():
            pass
        await self.process.wait()
        self.ledger.count_in_flight()


async def play(folder: Path, kills: int, *, fault: str = "", seed: int) -> Ledger:
    """Feed a child that is killed again and again; at last let one end in peace."""
    ledger, chance = Ledger(folder), random.Random(seed)  # noqa: S311  # the same kills every time
    for _ in range(kills):
        child = await Child.start(ledger, fault)
        for id_ in ledger.open():
            child.send(id_)
        lines = chance.randrange(60)
        for _ in range(lines):
            while len(ledger.open()) < IN_FLIGHT:
                child.send(ledger.next())
            await child.hear()
        await child.kill()
    child = await Child.start(ledger, fault)
    for id_ in (*ledger.open(), *ledger.sent):
        child.send(id_)
    child.tell({"quit": True})
    while await child.hear():
        pass
    assert await child.process.wait() == 0
    return ledger


async def faults_of(ledger: Ledger) -> list[str]:
    """Every promise that was not kept."""
    found = [f"{text} is no known repeat" for text in ledger.unmarked]
    if ledger.open():
        found.append(f"not acknowledged: {ledger.open()}")
    repeats = sum(ledger.delivered.values()) - len(ledger.delivered)
    if repeats > ledger.in_flight:
        found.append(f"{repeats} repeats, but only {ledger.in_flight} were in flight")
    store = await SqliteStore.open(f"sqlite:///{ledger.folder / 'buhuang.db'}", key_file=ledger.folder / "key")
    try:
        for number in range(USERS):
            own = [id_ for id_ in ledger.sent if int(id_) % USERS == number]
            user = await store.find("pipe", f"u{number}")
            kept = await store.export(user) if user else None
            found += _faults_of_user(own, kept, ledger) if kept else [f"u{number} is unknown"] if own else []
    finally:
        await store.close()
    return found


def _faults_of_user(own: list[str], kept: dict[str, Any], ledger: Ledger) -> list[str]:
    found = []
    if (taken := kept["conversation"]["frames"][0]["slots"]["taken"]) != own:
        found.append(f"the session took {taken} and not {own}")
    if (saved := [entry["entry"]["text"] for entry in kept["evidence"]]) != own:
        found.append(f"the evidence is {saved} and not {own}")
    links = [Link(entry["number"], entry["commitments"], entry["head"]) for entry in kept["evidence"]]
    if (broken := first_fault(links)) is not None:
        found.append(f"the chain breaks at {broken}")
    if kept["to_be_said"]:
        found.append("something is still to be said")
    heads = {entry["entry"]["text"]: f"{entry['number']} {short(entry['head'])}" for entry in kept["evidence"]}
    for id_ in own:
        expected = [f"{id_} part {part}" for part in range(PARTS)] + [f"{id_} reminded of {heads.get(id_)}"]
        expected += [f"{id_} worked"] if is_work(id_) else []
        found += [f"never said: {text}" for text in expected if not ledger.delivered[text]]
    return found


async def test_killed_at_many_points_it_keeps_every_promise(tmp_path: Path) -> None:
    ledger = await play(tmp_path, KILLS, seed=20261123)

    assert await faults_of(ledger) == []
    assert len(ledger.sent) > KILLS
    assert ledger.in_flight, "no kill hit anything in flight: the test has become too gentle"


@pytest.mark.parametrize(
    "fault",
    [
        "forgets-what-was-seen",
        "acknowledges-before-the-commit",
        "marks-sent-before-delivering",
        "never-looks-for-what-is-left",
    ],
)
async def test_ledger_finds_a_broken_promise(fault: str, tmp_path: Path) -> None:
    ledger = await play(tmp_path, 6, fault=fault, seed=7)

    assert await faults_of(ledger) != []
