"""The two transactions of a turn: what is read before it, and what it leaves behind."""

import json
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import Conflict
from bot.evidence import GENESIS, short
from bot.gaps import LEFT_MOST, LEFT_VERSION, CountGap, EraseQuestions, LeaveQuestion, LeftQuestion
from bot.messages import Update, UpdateKind, UserId
from bot.session import HELD_FOR, Evidence, Profile, Session
from bot.store import Action, Lane, NewRow, Part, Row, work_row
from bot.store.encryption import UserKey, new_key
from bot.store.hop import Hop, micros, moment, packed, unpacked
from bot.turn import EraseEvidence, EraseUser, Loaded, Need, Outcome, SaveEvidence, SetProfile

_LOG = logging.getLogger(__name__)
_FORGET_AFTER = timedelta(hours=24)
"""How long one who was erased stays, under a new key and blank, so that the last word reaches him."""
_M = TypeVar("_M", bound=BaseModel)


def load(hop: Hop, update: Update, needs: frozenset[Need]) -> Loaded:
    """What a turn has to know of its sender. Raises `Unreadable`."""
    seen = hop.one("is_seen", channel=update.channel, update_id=update.id) is not None
    row = hop.one("load_user", lookup=hop.keys.lookup(update.channel, update.sender))
    salt = secrets.token_bytes(32)
    if row is None:
        user = UserId(secrets.token_hex(16))
        return Loaded(user, 0, Session(), Profile(), fresh_salt=salt, evidence=(), questions=(), seen=seen)
    user, wrapped, profile, version, state = row
    key = hop.keys.of_user(user, wrapped)
    last = hop.one("last_link", user=user)
    return Loaded(
        user=UserId(user),
        version=version,
        session=_parsed(Session, key.open(state, "sessions", version), user),
        profile=_parsed(Profile, key.open(profile, "users", "profile"), user),
        next_evidence=last[0] + 1 if last else 1,
        head=last[1] if last else GENESIS,
        fresh_salt=salt,
        evidence=evidence_of(hop, key, user) if Need.EVIDENCE in needs else None,
        questions=questions_of(hop, key, user) if Need.QUESTIONS in needs else None,
        seen=seen,
    )


def commit(
    hop: Hop,
    update: Update,
    loaded: Loaded,
    outcome: Outcome,
    rows: Sequence[NewRow],
    now: datetime,
    lease_s: float,
) -> tuple[Row, ...]:
    """Everything that a turn leaves behind, or nothing. Raises `Conflict`, `Unreadable`."""
    at = micros(now)
    if not hop.run("add_seen", channel=update.channel, update_id=update.id, now=at):
        return ()
    if update.kind is UpdateKind.WORK_DONE:
        user, seq = work_row(update.id)
        if user != loaded.user or not hop.run("settle_work", user=user, seq=seq, now=at):
            return ()
    if update.kind is UpdateKind.GONE:
        hop.run("drop_words", user=loaded.user, now=at)
        return ()
    if loaded.version:
        _compare(hop, loaded)
    if any(isinstance(write, EraseUser) for write in outcome.writes):
        return _Commit(hop, update, _begin_anew(hop, update, loaded, at), now, lease_s).erased(rows)
    if not loaded.version:
        _add_user(hop, update, loaded.user, 1, at)
    return _Commit(hop, update, loaded, now, lease_s).ordinary(outcome, rows)


def evidence_of(hop: Hop, key: UserKey, user: str) -> tuple[Evidence, ...]:
    """A user's entries, without the erased ones."""
    return tuple(
        Evidence(number=number, head=short(head), **_entry(key, number, entry))
        for number, _, head, entry, _ in hop.all("evidence_of", user=user)
        if entry is not None
    )


def questions_of(hop: Hop, key: UserKey, user: str) -> tuple[LeftQuestion, ...]:
    """What a user left for an editor, the oldest first."""
    return tuple(
        left_question(key, number, left_at, entry) for number, left_at, entry in hop.all("questions_of", user=user)
    )


def left_question(key: UserKey, number: int, left_at: int, sealed: bytes) -> LeftQuestion:
    """Raises `Unreadable`."""
    entry = unpacked(key.open(sealed, "questions", number))
    return LeftQuestion(entry["topic"], entry["text"], moment(left_at))


def erase(hop: Hop, user: str, at: int) -> bool:
    """Destroy a user's key, then all that was sealed with it. False if there is no such user."""
    row = hop.one("user_row", user=user)
    if row is None:
        return False
    hop.run("destroy_key", user=user, nothing=b"\x00" * len(row[2]))
    hop.run("delete_user", user=user)
    hop.run("add_erasure", lookup=row[1], now=at)
    return True


class _Commit:
    """What a commit writes once the user's row is there and nobody came between."""

    def __init__(self, hop: Hop, update: Update, loaded: Loaded, now: datetime, lease_s: float) -> None:
        self._hop, self._update, self._loaded = hop, update, loaded
        self._user, self._now, self._lease_ms = loaded.user, now, round(lease_s * 1000)
        row = hop.one("user_row", user=loaded.user)
        if row is None:
            raise Conflict("the user is gone")
        _, _, wrapped, person, _, self._next_seq, _, _ = row
        self._key = hop.keys.of_user(self._user, wrapped)
        self._person = person

    def ordinary(self, outcome: Outcome, rows: Sequence[NewRow]) -> tuple[Row, ...]:
        profile = self._loaded.profile
        for write in outcome.writes:
            if isinstance(write, SetProfile):
                profile = write.profile
            elif isinstance(write, SaveEvidence):
                self._save(write)
            elif isinstance(write, EraseEvidence):
                self._hop.run("erase_evidence", user=self._user, number=write.number, now=micros(self._now))
            elif isinstance(write, CountGap):
                self._hop.run("count_gap", day=write.day.isoformat(), topic=write.topic, gap=write.gap.value)
            elif isinstance(write, LeaveQuestion):
                self._leave(write)
            elif isinstance(write, EraseQuestions):
                self._hop.run("erase_questions", user=self._user)
        self._log_consent(profile)
        self._set_session(outcome.session, profile)
        leased = self._add_rows(rows)
        self._set_user(profile, forget_at=None)
        return leased

    def erased(self, rows: Sequence[NewRow]) -> tuple[Row, ...]:
        """The replies of the turn that erased the user go to the blank one in his place; he is forgotten soon."""
        leased = self._add_rows([row for row in rows if row.action is not Action.WORK])
        self._set_user(Profile(), forget_at=micros(self._now + _FORGET_AFTER))
        return leased

    def _save(self, write: SaveEvidence) -> None:
        entry = {
            "salt": write.salt.hex(),
            "text": write.text,
            "sender": write.sender,
            "sent_at": write.sent_at.isoformat() if write.sent_at else None,
            "received_at": write.received_at.isoformat(),
            "saved_at": write.saved_at.isoformat(),
            "kind": write.kind,
            "signals": write.signals,
        }
        number = write.link.number
        self._hop.run(
            "add_evidence",
            user=self._user,
            number=number,
            commitments=json.dumps(dict(write.link.commitments), separators=(",", ":")),
            head=write.link.head,
            entry=self._key.seal(packed(entry), "evidence", number),
        )

    def _leave(self, write: LeaveQuestion) -> None:
        last = self._hop.one("last_question", user=self._user)
        number = (last[0] if last and last[0] else 0) + 1
        entry = {"topic": write.topic, "text": write.text, "agreed_version": LEFT_VERSION}
        sealed = self._key.seal(packed(entry), "questions", number)
        self._hop.run("add_question", user=self._user, number=number, now=micros(self._now), entry=sealed)
        self._hop.run("trim_questions", user=self._user, number=number - LEFT_MOST)

    def _log_consent(self, profile: Profile) -> None:
        consent = profile.consent
        if consent is None or consent == self._loaded.profile.consent:
            return
        last = self._hop.one("last_consent", user=self._user)
        number = (last[0] if last and last[0] else 0) + 1
        entry = self._key.seal(consent.model_dump_json().encode(), "consents", number)
        self._hop.run("add_consent", user=self._user, number=number, version=consent.version, entry=entry)
        wipe_at = None if profile.keeps else micros(self._now + HELD_FOR)
        self._hop.run("date_feed", user=self._user, wipe_at=wipe_at)

    def _set_session(self, session: Session, profile: Profile) -> None:
        # A question is held for a day whatever was agreed to: consent is to keeping messages.
        holds = session.asked is not None or (not profile.keeps and bool(session.held or session.frames))
        changed = self._hop.run(
            "set_session",
            user=self._user,
            version=max(self._loaded.version, 1),
            state=self._key.seal(session.model_dump_json().encode(), "sessions", max(self._loaded.version, 1) + 1),
            held_until=micros(self._now + HELD_FOR) if holds else None,
        )
        if not changed:
            raise Conflict(f"another turn of user {self._user} was committed first")

    def _set_user(self, profile: Profile, *, forget_at: int | None) -> None:
        person = {"sender": self._update.sender, "address": self._update.address}
        if unpacked(self._key.open(self._person, "users", "person")) != person:
            self._person = self._key.seal(packed(person), "users", "person")
        self._hop.run(
            "set_user",
            user=self._user,
            person=self._person,
            profile=self._key.seal(profile.model_dump_json().encode(), "users", "profile"),
            next_seq=self._next_seq,
            forget_at=forget_at,
        )

    def _add_rows(self, rows: Sequence[NewRow]) -> tuple[Row, ...]:
        dedupe = {row.dedupe_key: self._key.equal(row.dedupe_key) for row in rows if row.dedupe_key}
        for hash_ in dedupe.values():
            self._hop.run("drop_replaced", user=self._user, dedupe=hash_, now=micros(self._now))
            self._hop.run("free_dedupe", user=self._user, dedupe=hash_)
        held_up = bool(rows) and self._hop.one("is_held_up", user=self._user, owner=self._hop.owner) is not None
        leased = []
        for number, row in enumerate(rows):
            lane = _lane(row)
            mine = lane is Lane.LIVE and not held_up
            self._add_row(row, number, dedupe.get(row.dedupe_key or ""), lane, mine=mine)
            if mine:
                leased.append(self._row(self._next_seq, row))
            self._next_seq += 1
        return tuple(leased)

    def _add_row(self, row: NewRow, number: int, dedupe: bytes | None, lane: Lane, *, mine: bool) -> None:
        self._hop.run(
            "add_row",
            user=self._user,
            seq=self._next_seq,
            action=row.action.value,
            channel=self._update.channel,
            lane=lane,
            part=self._key.seal(packed(row.part), "outbox", self._next_seq),
            due_at=micros(row.due_at or self._now),
            dedupe=dedupe,
            dedupe_part=number if dedupe else None,
            attempts=int(mine),
            owner=self._hop.owner if mine else None,
            lease_ms=self._lease_ms,
        )

    def _row(self, seq: int, row: NewRow) -> Row:
        update, part = self._update, row.part
        return Row(
            self._user, seq, update.channel, update.sender, update.address, row.action, part, self._now, 1, live=True
        )


def open_row(hop: Hop, user: str, seq: int) -> Row:
    """An outbox row as whoever leased it needs it. Raises `Unreadable`."""
    row = hop.one("leased_row", user=user, seq=seq)
    if row is None:
        raise Conflict("the row is gone")
    wrapped, person, channel, action, sealed, due_at, attempts, lane = row
    key = hop.keys.of_user(user, wrapped)
    part: Part = unpacked(key.open(sealed, "outbox", seq))
    who = unpacked(key.open(person, "users", "person"))
    return Row(
        UserId(user), seq, channel, who["sender"], who["address"], Action(action), part, moment(due_at), attempts,
        live=lane == Lane.LIVE,
    )  # fmt: skip


def _lane(row: NewRow) -> Lane:
    if row.action is Action.WORK:
        return Lane.WORK
    return Lane.LIVE if row.due_at is None else Lane.REMINDER


def _compare(hop: Hop, loaded: Loaded) -> None:
    row = hop.one("session_of", user=loaded.user)
    if row is None or row[0] != loaded.version:
        raise Conflict(f"another turn of user {loaded.user} was committed first")


def _begin_anew(hop: Hop, update: Update, loaded: Loaded, at: int) -> Loaded:
    """Erase the user and put a blank one, with a key of its own, in his place. Only the feed's ids go on."""
    row = hop.one("user_row", user=loaded.user)
    erase(hop, loaded.user, at)
    fresh = UserId(secrets.token_hex(16))
    _add_user(hop, update, fresh, row[6] if row else 1, at)
    return Loaded(fresh, 1, Session(), Profile())


def _add_user(hop: Hop, update: Update, user: UserId, next_feed: int, at: int) -> None:
    raw = new_key()
    key = UserKey(raw, user)
    added = hop.run(
        "add_user",
        user=user,
        channel=update.channel,
        lookup=hop.keys.lookup(update.channel, update.sender),
        wrapped_key=hop.keys.ring.wrap(raw, user),
        wrapped_by=hop.keys.ring.first,
        person=key.seal(packed({"sender": update.sender, "address": update.address}), "users", "person"),
        profile=key.seal(Profile().model_dump_json().encode(), "users", "profile"),
        next_feed=next_feed,
        now=at,
    )
    if not added:
        raise Conflict("another turn of the same newcomer was committed first")
    state = key.seal(Session().model_dump_json().encode(), "sessions", 1)
    hop.run("add_session", user=user, state=state, held_until=None)


def _parsed(model: type[_M], plain: bytes, user: str) -> _M:
    """What was stored, or a fresh one where another version of the program stored what this one cannot read."""
    try:
        return model.model_validate_json(plain)
    except ValidationError:
        _LOG.warning("the %s of user %s is of another version and begins afresh", model.__name__, user)
        return model()


def _entry(key: UserKey, number: int, sealed: bytes) -> dict[str, object]:
    entry: dict[str, object] = unpacked(key.open(sealed, "evidence", number))
    del entry["salt"]
    return entry
