"""Any interleaving of turns, claims, deliveries, failures, lapses and crashes of two processes on one file.

The model is simple: what was committed for a user is a list, what was delivered is a list. Nothing is lost, nothing is
overtaken, only what was in flight at a lapse or a crash is said again.
"""

import asyncio
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.errors import Conflict
from bot.store import SPOKEN, Action, Delivered, Failed, NewRow, Released, Row, Settled
from bot.turn import Loaded, Outcome
from tests.storing import KEY, NOW, open_store, update

T = TypeVar("T")
WHO = st.sampled_from(["a", "b"])
WHICH = st.integers(0, 1)


class TwoProcesses(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.stores = [self.run(open_store(self.folder, KEY)) for _ in range(2)]
        self.now = NOW
        self.committed: dict[str, list[str]] = defaultdict(list)
        self.said: dict[str, list[str]] = defaultdict(list)
        self.hands: list[list[Row]] = [[], []]
        """What each process holds, in the order it got it."""
        self.may_repeat: set[str] = set()
        self.loaded: dict[tuple[int, str], tuple[Any, Loaded]] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        for who in "ab":
            self.load(0, who)
            self.commit(0, who, 1)

    # --- turns

    @rule(which=WHICH, who=WHO)
    def load(self, which: int, who: str) -> None:
        came = update(sender=who)
        self.loaded[which, who] = came, self.run(self.stores[which].load(came, frozenset()))

    @rule(which=WHICH, who=WHO, parts=st.integers(1, 3))
    def commit(self, which: int, who: str, parts: int) -> None:
        if (which, who) not in self.loaded:
            return
        came, loaded = self.loaded.pop((which, who))
        texts = [f"{who}{len(self.committed[who]) + number}" for number in range(parts)]
        rows = [NewRow(Action.SEND, {"text": text}) for text in texts]
        fresh = self.run(self.stores[0].load(update(sender=who), frozenset())).version
        session = loaded.session.model_copy(update={"next_number": loaded.session.next_number + 1})
        try:
            leased = self.run(
                self.stores[which].commit(came, loaded, Outcome((), session, ()), rows, now=self.now, lease_s=600)
            )
        except Conflict:
            assert loaded.version != fresh, "a conflict, though nobody came between"
            return
        assert loaded.version == fresh, "committed over another turn"
        self.committed[who] += texts
        self.hands[which] += leased

    # --- delivering

    @rule(which=WHICH)
    def claim(self, which: int) -> None:
        rows = self.run(self.stores[which].claim(now=self.now, limit=2, lease_s=600, actions=SPOKEN))
        held = {row.key for hand in self.hands for row in hand}
        assert not held & {row.key for row in rows}, "claimed what another holds"
        self.hands[which] += rows

    def settle(self, which: int, outcome: Settled) -> None:
        self.run(self.stores[which].settle([outcome], now=self.now))

    @precondition(lambda self: any(self.hands))
    @rule(which=WHICH)
    def deliver(self, which: int) -> None:
        if not self.hands[which]:
            return
        row = self.hands[which].pop(0)
        self.said[row.sender].append(str(row.part["text"]))
        assert row.attempt > 1 or self.said[row.sender].count(str(row.part["text"])) == 1, "a repeat that is not marked"
        self.settle(which, Delivered(row.user, row.seq, None))

    @precondition(lambda self: any(self.hands))
    @rule(which=WHICH)
    def fail(self, which: int) -> None:
        """The row waits to be tried again, and what the process holds behind it for that user is given back."""
        if not self.hands[which]:
            return
        row, *rest = self.hands[which]
        behind = [other for other in rest if other.user == row.user]
        self.hands[which] = [other for other in rest if other.user != row.user]
        for other in behind:
            self.settle(which, Released(other.user, other.seq))
        self.settle(which, Failed(row.user, row.seq, self.now + timedelta(minutes=1), "busy"))

    @rule(minutes=st.integers(1, 2))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # --- what goes wrong

    @rule(which=WHICH, heard=st.booleans())
    def crash(self, which: int, heard: bool) -> None:
        """Killed: what it held was said and not recorded, or not even said; its leases lapse."""
        hand, self.hands[which] = self.hands[which], []
        if hand and heard:
            self.said[hand[0].sender].append(str(hand[0].part["text"]))
            self.may_repeat.add(str(hand[0].part["text"]))
        self.loaded = {key: value for key, value in self.loaded.items() if key[0] != which}
        owner = self.stores[which]._owner
        self.run(self.stores[which].close())
        self.stores[which] = self.run(open_store(self.folder, KEY))
        writer = self.stores[which]._writer
        self.run(run_out(writer, owner))

    def teardown(self) -> None:
        try:
            self.check()
        finally:
            for store in self.stores:
                self.run(store.close())
            self.loop.close()
            shutil.rmtree(self.folder)

    def check(self) -> None:
        """Let everything be said that is still to be said, and look at what was heard."""
        for which in range(2):
            while self.hands[which]:
                self.deliver(which)
        self.now += timedelta(hours=1)
        while rows := self.run(self.stores[0].claim(now=self.now, limit=50, lease_s=600, actions=SPOKEN)):
            self.hands[0] += rows
            while self.hands[0]:
                self.deliver(0)
        for who, texts in self.committed.items():
            assert list(dict.fromkeys(self.said[who])) == texts, "lost, overtaken or never committed"
            for text in texts:
                assert self.said[who].count(text) == 1 or text in self.may_repeat, f"{text} was said again"
        assert not self.run(self.stores[0].is_waiting(now=self.now))


async def run_out(writer: Any, owner: str) -> None:
    await writer.execute("UPDATE outbox SET leased_until = 1 WHERE lease_owner = ? AND done_at IS NULL", (owner,))
    await writer.commit()


TwoProcesses.TestCase.settings = settings(
    max_examples=25, stateful_step_count=40, suppress_health_check=list(HealthCheck)
)
TestTwoProcesses = TwoProcesses.TestCase
