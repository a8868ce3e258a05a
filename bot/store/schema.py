"""The tables. Each of a user begins with him, so that they can be partitioned by user later.

In clear are only ids, times, versions, counters (those of gaps with their topic) and hashes; everything else is sealed
under the user's own key.
Times are whole microseconds since 1970 in UTC; leases are milliseconds of the database's own clock.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

METADATA = MetaData()


def _user() -> Column[str]:
    return Column("user_id", Text, ForeignKey("users.user_id", ondelete="CASCADE"), nullable=False)


secrets = Table(
    "secrets",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("wrapped_by", Text, nullable=False),
)
"""Keys of the whole database, wrapped by a master key: the one for looking users up."""

users = Table(
    "users",
    METADATA,
    Column("user_id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("lookup", LargeBinary, nullable=False, unique=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("wrapped_by", Text, nullable=False, index=True),
    Column("person", LargeBinary, nullable=False),
    Column("profile", LargeBinary, nullable=False),
    Column("next_seq", BigInteger, nullable=False),
    Column("next_feed", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("forget_at", BigInteger),
)
"""`person` is the platform's id and address; `forget_at` is when one who was erased, and heard so, is forgotten."""

sessions = Table(
    "sessions",
    METADATA,
    _user(),
    Column("version", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("held_until", BigInteger),
    PrimaryKeyConstraint("user_id"),
)

consents = Table(
    "consents",
    METADATA,
    _user(),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("entry", LargeBinary, nullable=False),
    PrimaryKeyConstraint("user_id", "number"),
)

questions = Table(
    "questions",
    METADATA,
    _user(),
    Column("number", Integer, nullable=False),
    Column("left_at", BigInteger, nullable=False, index=True),
    Column("entry", LargeBinary, nullable=False),
    PrimaryKeyConstraint("user_id", "number"),
)
"""What a user agreed that an editor may read."""

evidence = Table(
    "evidence",
    METADATA,
    _user(),
    Column("number", Integer, nullable=False),
    Column("commitments", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("entry", LargeBinary),
    Column("erased_at", BigInteger),
    PrimaryKeyConstraint("user_id", "number"),
)
"""`entry` holds the words and the salt; NULL once erased."""

outbox = Table(
    "outbox",
    METADATA,
    _user(),
    Column("seq", BigInteger, nullable=False),
    Column("action", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("lane", Integer, nullable=False),
    Column("part", LargeBinary),
    Column("due_at", BigInteger, nullable=False),
    Column("retry_at", BigInteger),
    Column("dedupe", LargeBinary),
    Column("dedupe_part", Integer),
    Column("attempts", Integer, nullable=False),
    Column("repeats", Integer, nullable=False),
    Column("leased_until", BigInteger),
    Column("lease_owner", Text),
    Column("external_id", Text),
    Column("sent_at", BigInteger),
    Column("gave_up", Text),
    Column("done_at", BigInteger),
    PrimaryKeyConstraint("user_id", "seq"),
)
"""`done_at` is NULL while the row is open; `repeats` counts sends that an earlier attempt may have made already.

`lane` is a `bot.store.Lane`."""

_OPEN = text("done_at IS NULL")
_KEYED = text("done_at IS NULL AND dedupe IS NOT NULL")
Index("outbox_open", outbox.c.lane, outbox.c.due_at, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("outbox_open_of_user", outbox.c.user_id, outbox.c.lane, outbox.c.seq, sqlite_where=_OPEN, postgresql_where=_OPEN)
_REMINDER = text("done_at IS NULL AND lane = 1")
Index(
    "outbox_reminders_of_user",
    outbox.c.user_id,
    outbox.c.due_at,
    outbox.c.seq,
    sqlite_where=_REMINDER,
    postgresql_where=_REMINDER,
)
Index(
    "outbox_dedupe",
    outbox.c.user_id,
    outbox.c.dedupe,
    outbox.c.dedupe_part,
    unique=True,
    sqlite_where=_KEYED,
    postgresql_where=_KEYED,
)
_RETRIED = text("done_at IS NULL AND retry_at IS NOT NULL")
Index("outbox_retry", outbox.c.retry_at, sqlite_where=_RETRIED, postgresql_where=_RETRIED)
_DONE = text("done_at IS NOT NULL")
Index("outbox_done", outbox.c.done_at, sqlite_where=_DONE, postgresql_where=_DONE)
Index("users_to_forget", users.c.forget_at)
Index("sessions_held", sessions.c.held_until)

feed = Table(
    "feed",
    METADATA,
    _user(),
    Column("id", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("part", LargeBinary, nullable=False),
    Column("wipe_at", BigInteger, index=True),
    PrimaryKeyConstraint("user_id", "id"),
    Index("feed_key", "user_id", "key", unique=True),
)
"""What the web page has been given; without consent only until `wipe_at`."""

gaps = Table(
    "gaps",
    METADATA,
    Column("day", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("gap", Text, nullable=False),
    Column("count", Integer, nullable=False),
    PrimaryKeyConstraint("day", "topic", "gap"),
)
"""How many questions of a day had no good answer. No user, no words."""

seen = Table(
    "seen",
    METADATA,
    Column("channel", Text, nullable=False),
    Column("update_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    PrimaryKeyConstraint("channel", "update_id"),
)
"""Updates already handled. Without a user: it has to outlive his erasure."""

erasures = Table(
    "erasures",
    METADATA,
    Column("lookup", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("lookup", "at"),
)
"""Who was erased, as keyed hashes, so that it can be done again after a backup is restored."""
