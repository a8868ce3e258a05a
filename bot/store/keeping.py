"""Everything around the turns: the web page's feed, what privacy law grants, and forgetting in time."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from bot.errors import Unreadable
from bot.evidence import field_salt
from bot.gaps import COUNTED_FOR, LEFT_FOR, Counted, Gap, LeftQuestion
from bot.messages import UserId
from bot.session import HELD_FOR, Profile, Session
from bot.store import Part
from bot.store.encryption import UserKey
from bot.store.hop import Hop, micros, moment, packed, unpacked
from bot.store.turning import erase, left_question

FEED_MOST = 200
_LOG = logging.getLogger(__name__)
_SEEN_FOR = timedelta(days=7)
_DONE_FOR = timedelta(days=7)
_BATCH = 500


# --- the feed


def append(hop: Hop, channel: str, address: str, key: str, part: Part, now: datetime) -> int:
    row = hop.one("feed_user", lookup=hop.keys.lookup(channel, address))
    if row is None:
        return 0
    user, wrapped, profile, id_ = row
    known = hop.one("feed_id", user=user, key=key)
    if known is not None:
        return int(known[0])
    sealing = hop.keys.of_user(user, wrapped)
    keeps = Profile.model_validate_json(sealing.open(profile, "users", "profile")).keeps
    hop.run(
        "add_feed",
        user=user,
        id=id_,
        key=key,
        part=sealing.seal(packed(part), "feed", id_),
        wipe_at=None if keeps else micros(now + HELD_FOR),
    )
    hop.run("set_next_feed", user=user, next_feed=id_ + 1)
    hop.run("trim_feed", user=user, id=id_ - FEED_MOST)
    return int(id_)


def since(hop: Hop, channel: str, address: str, after: int) -> list[tuple[int, Part]]:
    row = hop.one("feed_user", lookup=hop.keys.lookup(channel, address))
    if row is None:
        return []
    user, wrapped, _, _ = row
    key = hop.keys.of_user(user, wrapped)
    return [(id_, unpacked(key.open(part, "feed", id_))) for id_, part in hop.all("feed_since", user=user, after=after)]


# --- what privacy law grants


def find(hop: Hop, channel: str, sender: str) -> UserId | None:
    row = hop.one("user_of", lookup=hop.keys.lookup(channel, sender))
    return UserId(row[0]) if row else None


def export(hop: Hop, user: str) -> dict[str, Any] | None:
    """All that is kept of a user. Each field of the evidence comes with the salt that opens its commitment."""
    row = hop.one("user_row", user=user)
    if row is None:
        return None
    channel, _, wrapped, person, profile, _, _, created_at = row
    key = hop.keys.of_user(user, wrapped)
    who = unpacked(key.open(person, "users", "person"))
    session = hop.one("session_of", user=user)
    return {
        "user": user,
        "channel": channel,
        "platform_id": who["sender"],
        "address": who["address"],
        "since": moment(created_at).isoformat(),
        "settings": unpacked(key.open(profile, "users", "profile")),
        "consents": [
            unpacked(key.open(entry, "consents", number)) for number, _, entry in hop.all("consents_of", user=user)
        ],
        "conversation": unpacked(key.open(session[1], "sessions", session[0])) if session else None,
        "evidence": [_evidence(key, *entry) for entry in hop.all("evidence_of", user=user)],
        "questions_left": [
            unpacked(key.open(entry, "questions", number)) | {"number": number, "at": moment(left_at).isoformat()}
            for number, left_at, entry in hop.all("questions_of", user=user)
        ],
        "to_be_said": [
            {
                "number": seq,
                "action": action,
                "due_at": moment(due_at).isoformat(),
                "part": unpacked(key.open(part, "outbox", seq)),
            }
            for seq, action, part, due_at in hop.all("open_rows_of", user=user)
        ],
        "said_on_the_page": [
            {"number": id_, "part": unpacked(key.open(part, "feed", id_))}
            for id_, part in hop.all("feed_of", user=user)
        ],
    }


def _evidence(
    key: UserKey, number: int, commitments: str, head: str, sealed: bytes | None, erased_at: int | None
) -> dict[str, Any]:
    kept: dict[str, Any] = {"number": number, "head": head, "commitments": unpacked(commitments.encode())}
    if sealed is None:
        return kept | {"erased_at": moment(erased_at).isoformat() if erased_at is not None else None}
    entry = unpacked(key.open(sealed, "evidence", number))
    salt = bytes.fromhex(entry.pop("salt"))
    return kept | {"entry": entry, "salts": {name: field_salt(salt, name).hex() for name in kept["commitments"]}}


# --- what an editor may see


def gaps(hop: Hop, since: date) -> tuple[list[Counted], list[LeftQuestion]]:
    """Damage to one user's question doesn't hide the others."""
    counted = [
        Counted(date.fromisoformat(day), topic, Gap(gap), count)
        for day, topic, gap, count in hop.all("gaps_since", day=since.isoformat())
    ]
    left = []
    for user, wrapped, number, left_at, entry in hop.all("questions_left"):
        try:
            left.append(left_question(hop.keys.of_user(user, wrapped), number, left_at, entry))
        except Unreadable as error:
            _LOG.error("question %s of user %s cannot be read: %s", number, user, type(error).__name__)
    return counted, left


# --- forgetting; each returns how much it did, so that the next batch follows


def purge_batch(hop: Hop, now: datetime) -> int:
    """Forget a little of everything that has had its time."""
    at = micros(now)
    done = hop.run("purge_seen", before=micros(now - _SEEN_FOR), limit=_BATCH)
    done += hop.run("purge_rows", before=micros(now - _DONE_FOR), limit=_BATCH)
    done += hop.run("purge_feed", now=at, limit=_BATCH)
    done += hop.run("purge_questions", before=micros(now - LEFT_FOR), limit=_BATCH)
    done += hop.run("purge_gaps", before=(now - COUNTED_FOR).date().isoformat(), limit=_BATCH)
    for user, version, state, wrapped, profile in hop.all("held_too_long", now=at, limit=_BATCH):
        _wipe_session(hop, user, version, state, wrapped, profile)
        done += 1
    for (user,) in hop.all("users_to_forget", now=at, limit=_BATCH):
        done += hop.run("delete_user", user=user)
    return done + _wrap_anew(hop)


def erase_again(hop: Hop, erasures: Sequence[tuple[bytes, int]]) -> int:
    """Erase whom a restored backup still knows, but not one who came back after his erasure."""
    done = 0
    for lookup, at in erasures:
        for (user,) in hop.all("users_before", lookup=lookup, at=at):
            done += erase(hop, user, at)
        hop.run("add_erasure", lookup=lookup, now=at)
    return done


def _wipe_session(hop: Hop, user: str, version: int, state: bytes, wrapped: bytes, profile: bytes) -> None:
    """Forget the last question; of one who agreed to nothing all that was said, so that only the numbering goes on."""
    try:
        key = hop.keys.of_user(user, wrapped)
        session = Session.model_validate_json(key.open(state, "sessions", version))
        keeps = Profile.model_validate_json(key.open(profile, "users", "profile")).keeps
    except (Unreadable, ValidationError) as error:
        _LOG.error("the session of user %s cannot be read and stays: %s", user, type(error).__name__)
        hop.run("stop_holding", user=user)
        return
    blank = session.model_copy(update={"asked": None}) if keeps else Session(next_number=session.next_number)
    sealed = key.seal(blank.model_dump_json().encode(), "sessions", version + 1)
    hop.run("set_session", user=user, version=version, state=sealed, held_until=None)


def _wrap_anew(hop: Hop) -> int:
    """Wrap keys by the first master key, so that the others can be retired."""
    ring = hop.keys.ring
    done = 0
    for user, wrapped in hop.all("users_wrapped_before", first=ring.first, limit=_BATCH):
        try:
            again = ring.wrap(ring.unwrap(wrapped, user), user)
        except Unreadable as error:
            _LOG.error("%s", error)
            continue
        done += hop.run("set_wrapped_key", user=user, wrapped_key=again, first=ring.first)
    return done
