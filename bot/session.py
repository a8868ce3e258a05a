"""What is kept of a chat between its turns, as JSON in the database: where it stands, the user's settings, evidence."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.characters import Characters

HELD_FOR = timedelta(hours=24)
"""How long a message is held before consent to keep it (counted from its delivery)."""
CONSENT_VERSION = 1
"""Which words a user agrees to when he lets things be kept; counted up when they change."""
ASKED_MOST = 500
"""Characters held of a question: the end of a long story, where the question stands."""

Slots = dict[str, Any]
"""What a conversation has collected: JSON values only."""


class _Stored(BaseModel):
    """Data that is written to the database as JSON; unknown keys of a newer or older program do no harm."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Step(_Stored):
    """A state left behind, with the slots as they were: where 返回 leads."""

    state: str
    slots: Slots = {}


class Frame(_Stored):
    """One conversation under way: who is asking, in which state, and what has been collected."""

    handler: str
    state: str
    slots: Slots = {}
    history: tuple[Step, ...] = ()
    version: int = 1
    """The version of the handler's slots; a handler that meets another one starts afresh."""


class Corrections(_Stored):
    """What the user says is otherwise than a message was read; None where he left it as it was."""

    kind: str | None = None
    lender: str | None = None
    amount: Decimal | None = None
    days: int | None = None
    dropped: tuple[str, ...] = ()
    """Signals that he says are not there."""


class Shown(_Stored):
    """A message that the user showed us."""

    text: str
    sender: str | None = None


class Held(Shown):
    """A message that was answered and may still be asked about: its number in this chat, words, origin and time."""

    number: int
    sent_at: datetime | None = None
    """When the collector sent it, as far as the platform or the user told; None is unknown."""
    received_at: datetime
    joined_since: datetime | None = None
    """When the first of several messages came that arrived together; these are the later ones, as one text."""
    evidence: int | None = None
    """The number under which it was saved as evidence."""
    corrected: Corrections = Corrections()


class Asked(_Stored):
    """The question that was answered last: its words, so that its user may leave them for an editor, and the nearest
    topic."""

    text: str
    topic: str
    at: datetime

    @property
    def key(self) -> str:
        """Tells it from an earlier one: an old button leaves no newer question."""
        return str(round(self.at.timestamp() * 1000))


class Session(_Stored):
    """Where a chat stands. The last frame is active; those before it wait to be picked up again."""

    frames: tuple[Frame, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    """Buttons last shown, as (id, label), so that typing the label or its number does the same."""
    held: tuple[Held, ...] = ()
    next_number: int = 1
    asked: Asked | None = None

    @property
    def active(self) -> Frame | None:
        return self.frames[-1] if self.frames else None


class Consent(_Stored):
    """Agreement to keep things: which version of the words, when, and whether it was given or declined."""

    version: int
    given: bool
    at: datetime


class Profile(_Stored):
    """A user's settings."""

    zone: str | None = None
    """None: the zone of this bot."""
    characters: Characters = Characters.SIMPLIFIED
    """In which he is answered: those that he writes."""
    characters_chosen: bool = False
    """He said so himself; what he writes changes it no more."""
    welcomed: bool = False
    consent: Consent | None = None
    paused_since: datetime | None = None
    """Since when reminders rest after words of distress; None when they don't."""

    @property
    def keeps(self) -> bool:
        """Whether the user agreed that things are kept."""
        return self.consent is not None and self.consent.given


class Evidence(Shown):
    """One entry of a user's evidence ledger, decrypted."""

    number: int
    head: str
    """Short hash of the chain's head after this entry; told to the user when it was saved."""
    sent_at: datetime | None
    received_at: datetime
    saved_at: datetime
    kind: str
    signals: tuple[str, ...]
