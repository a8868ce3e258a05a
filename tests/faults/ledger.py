"""What the parent of a killed bot sent and heard, and every promise that was not kept."""

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.evidence import Link, first_fault, short
from bot.store.sqlite import SqliteStore
from tests.faults.child import PARTS, is_work

USERS = 4


@dataclass
class Ledger:
    folder: Path
    sent: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    said: list[tuple[str, str, bool]] = field(default_factory=list)
    """(text, key of its row, marked as a possible repeat) of every delivery."""
    in_flight: set[tuple[str, str]] = field(default_factory=set)
    """(key of the row, who leased it) of what was leased and not recorded at a kill."""

    def open(self) -> list[str]:
        return [id_ for id_ in self.sent if id_ not in self.done]

    def next(self) -> str:
        self.sent.append(str(len(self.sent)))
        return self.sent[-1]

    def hear(self, line: dict[str, Any]) -> None:
        if "done" in line:
            self.done.add(line["done"])
        elif "delivered" in line:
            self.said.append((line["delivered"], line["key"], line["repeat"]))

    def count_in_flight(self) -> None:
        # Read-only, so that the log of the killed process is recovered by the next one and not here.
        path = self.folder / "buhuang.db"
        if not path.exists():
            return
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone():
                leased = "SELECT user_id || '-' || seq, lease_owner FROM outbox WHERE leased_until IS NOT NULL"
                self.in_flight.update(database.execute(leased).fetchall())

    async def faults(self) -> list[str]:
        found = [f"not acknowledged: {self.open()}"] if self.open() else []
        found += self._faults_of_repeats() + self._faults_of_order()
        store = await SqliteStore.open(f"sqlite:///{self.folder / 'buhuang.db'}", key_file=self.folder / "key")
        try:
            for number in range(USERS):
                own = [id_ for id_ in self.sent if int(id_) % USERS == number]
                user = await store.find("pipe", f"u{number}")
                kept = await store.export(user) if user else None
                found += self._faults_of_user(own, kept) if kept else [f"u{number} is unknown"] if own else []
        finally:
            await store.close()
        return found

    def _faults_of_repeats(self) -> list[str]:
        found, heard, keys = [], Counter[str](), defaultdict[str, set[str]](set)
        may_repeat = Counter(key for key, _ in self.in_flight)
        for text, key, marked in self.said:
            if heard[key] and not marked:
                found.append(f"{text} is a repeat that is not marked")
            if heard[key] > may_repeat[key]:
                found.append(f"{text} was said again, but was not in flight")
            heard[key] += 1
            keys[text].add(key)
        return found + [f"{text} was said by {len(own)} rows" for text, own in keys.items() if len(own) > 1]

    def _faults_of_order(self) -> list[str]:
        found, last = [], Counter[str]()
        for text, key, repeat in self.said:
            user, _, seq = key.rpartition("-")
            if repeat or "reminded" in text or not seq.isdecimal():
                continue
            if int(seq) < last[user]:
                found.append(f"{text} was overtaken")
            last[user] = int(seq)
        return found

    def _faults_of_user(self, own: list[str], kept: dict[str, Any]) -> list[str]:
        found, spoken = [], {text for text, _, _ in self.said}
        frames = kept["conversation"]["frames"]
        if (taken := frames[0]["slots"]["taken"] if frames else []) != own:
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
            found += [f"never said: {text}" for text in expected if text not in spoken]
        return found
