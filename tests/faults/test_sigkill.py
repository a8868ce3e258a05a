"""SIGKILL at any point: no update lost, none handled twice, every committed reply arrives in order, repeats only what
was in flight and marked so, no state torn, the chain of evidence whole.

The parent keeps the ledger: it re-sends what was not acknowledged, and at the end everything once more.
"""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.ledger import USERS, Ledger
from tests.faults.nest import Nest
from tests.faults.planting import FAULTS

KILLS = 60
POINTS = 400
"""About how many points a bot passes before it has answered all that is in flight at once."""
IN_FLIGHT = 12
"""How many updates the parent leaves unacknowledged at once."""
FED_MOST = 40
"""How many new updates one life gets: enough for any point."""

pytestmark = pytest.mark.faults


@pytest.fixture
async def nest() -> AsyncIterator[Nest]:
    async with Nest.built() as nest:
        yield nest


async def live(nest: Nest, ledger: Ledger, *, fault: str = "", die_at: int = 0, lines: int = 1_000_000) -> None:
    """One bot's life: it ends at a point of its own, or by our hand when it has said so many lines."""
    child = await nest.hatch(folder=str(ledger.folder), fault=fault, die_at=die_at)
    for id_ in ledger.open():
        child.tell({"id": id_, "sender": f"u{int(id_) % USERS}"})
    heard, most = 0, len(ledger.sent) + FED_MOST
    while line := await child.hear():
        ledger.hear(line)
        heard += 1
        if heard == lines:
            child.kill()
        while heard < lines and len(ledger.open()) < IN_FLIGHT and len(ledger.sent) < most:
            id_ = ledger.next()
            child.tell({"id": id_, "sender": f"u{int(id_) % USERS}"})
    assert child.ended() == -9
    ledger.count_in_flight()


async def end(nest: Nest, ledger: Ledger, *, fault: str = "") -> None:
    """A last bot that gets everything once more, and ends in peace."""
    child = await nest.hatch(folder=str(ledger.folder), fault=fault, die_at=0)
    for id_ in (*ledger.open(), *ledger.sent):
        child.tell({"id": id_, "sender": f"u{int(id_) % USERS}"})
    child.tell({"quit": True})
    while line := await child.hear():
        ledger.hear(line)
    assert child.ended() == 0


async def play(nest: Nest, folder: Path, kills: int, *, fault: str = "", seed: int) -> Ledger:
    """Kill a bot again and again: one time at a point of its own, one time from outside."""
    ledger, chance = Ledger(folder), random.Random(seed)  # noqa: S311  # the same kills every time
    for number in range(kills):
        if number % 2:
            await live(nest, ledger, fault=fault, lines=chance.randrange(1, 60))
        else:
            await live(nest, ledger, fault=fault, die_at=chance.randrange(1, POINTS))
    await end(nest, ledger, fault=fault)
    return ledger


async def test_killed_at_many_points_it_keeps_every_promise(nest: Nest, tmp_path: Path) -> None:
    ledger = await play(nest, tmp_path, KILLS, seed=20261123)

    assert await ledger.faults() == []
    assert len(ledger.sent) > KILLS
    assert ledger.in_flight, "no kill hit anything in flight: the test has become too gentle"


async def test_killed_at_each_point_of_a_first_turn_it_keeps_every_promise(nest: Nest, tmp_path: Path) -> None:
    for die_at in range(2, 150, 13):
        ledger = Ledger(tmp_path / str(die_at))
        ledger.folder.mkdir()
        await live(nest, ledger, die_at=die_at)
        await end(nest, ledger)

        assert await ledger.faults() == [], die_at


@pytest.mark.parametrize("fault", FAULTS)
async def test_ledger_finds_a_broken_promise(nest: Nest, fault: str, tmp_path: Path) -> None:
    ledger = await play(nest, tmp_path, 10, fault=fault, seed=7)

    assert await ledger.faults() != []
