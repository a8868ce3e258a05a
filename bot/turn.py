"""One update handled as a whole: what a handler reads, and what it records.

A handler is pure. It reads a `Turn` and records replies, the next state and writes on it; nothing happens until the
conversation commits the `Outcome`, so running a handler again after a conflict is safe.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.answers import Answers
from bot.characters import Amended, Characters, in_traditional, simplified
from bot.evidence import GENESIS, Link, entry_salt, fields_of, link, short
from bot.gaps import CountGap, EraseQuestions, LeaveQuestion, LeftQuestion
from bot.lawbook import Lawbook
from bot.messages import Button, Reply, Update, UserId
from bot.recognition import Recogniser, Recognition, Route
from bot.recognition.corrections import correct
from bot.recognition.distress import Distress
from bot.session import Evidence, Frame, Held, Profile, Session, Slots, Step
from bot.words import Words
from content.load import Content

HELD_MOST = 12
_STACK_DEPTH = 3
_HISTORY_MOST = 10


class NeedsMore(Exception):
    """Raised by routing when the chosen conversation needs data that was not loaded: load again with `needs`."""

    def __init__(self, needs: frozenset["Need"]) -> None:
        super().__init__(", ".join(sorted(needs)))
        self.needs = needs


class Need(StrEnum):
    """Data of the user that a conversation must have before it can answer."""

    EVIDENCE = "evidence"
    QUESTIONS = "questions"
    """Those that he left for an editor."""


@dataclass(frozen=True, slots=True)
class SaveEvidence:
    """Write: append to the evidence ledger, as `Turn.save_evidence` makes it; `link` goes to the chain as it is."""

    link: Link
    salt: bytes
    saved_at: datetime
    text: str
    sender: str | None
    sent_at: datetime | None
    received_at: datetime
    kind: str
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EraseEvidence:
    """Write: destroy key and salt of one entry; the rest of the chain stays verifiable."""

    number: int


@dataclass(frozen=True, slots=True)
class SetProfile:
    """Write: the user's settings as they shall be from now on. A changed consent is logged with its version."""

    profile: Profile


@dataclass(frozen=True, slots=True)
class EraseUser:
    """Write: destroy the user's key, then every row of his. Replies of this turn are still delivered."""


@dataclass(frozen=True, slots=True)
class Work:
    """Write: a piece of slow work by name, with plain arguments; it comes back as a WORK_DONE update."""

    name: str
    arguments: dict[str, str]


@dataclass(frozen=True, slots=True)
class Saved:
    """What may be told of an entry just saved: its number, and the short hash of the chain's head after it."""

    number: int
    head: str


Write = SaveEvidence | EraseEvidence | SetProfile | EraseUser | Work | CountGap | LeaveQuestion | EraseQuestions


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the store knows of the sender of an update.

    `version` counts the session's commits (0: a new user). The next saved entry gets the number `next_evidence`,
    follows `head` in the chain, and is salted from `fresh_salt`, drawn at this load.
    """

    user: UserId
    version: int
    session: Session
    profile: Profile
    next_evidence: int = 1
    head: str = GENESIS
    fresh_salt: bytes = b""
    evidence: tuple[Evidence, ...] | None = None
    questions: tuple[LeftQuestion, ...] | None = None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one turn leaves behind: committed as a whole or not at all."""

    replies: tuple[Reply, ...]
    session: Session
    writes: tuple[Write, ...]


@dataclass(frozen=True, slots=True)
class Services:
    """What every handler may ask: the content, the recogniser, the ranked answers, the ear for distress, the lawbook.

    All pure.
    """

    content: Content
    recogniser: Recogniser
    answers: Answers
    zone: str = "Asia/Shanghai"
    """Of users who have set none."""
    distress: Distress = field(init=False)
    lawbook: Lawbook = field(init=False)
    amended: Amended = field(init=False)
    """What comes out wrong in traditional characters, with what is right."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "distress", Distress(self.content))
        object.__setattr__(self, "lawbook", Lawbook(self.content))
        amended = [(wrong, right) for right, each in self.content.traditional.items() for wrong in each.written]
        object.__setattr__(self, "amended", amended)


@dataclass
class Turn:
    """One update in the hands of one handler."""

    update: Update
    loaded: Loaded
    services: Services
    now: datetime
    handler: str = ""
    replies: list[Reply] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.session: Session = self.loaded.session
        self.profile: Profile = self.loaded.profile
        self._readings: dict[Held, Recognition] = {}

    # --- reading

    @property
    def content(self) -> Content:
        return self.services.content

    @property
    def text(self) -> str:
        """What was typed, pasted or forwarded."""
        return self.update.text

    @cached_property
    def plain(self) -> str:
        """The same in simplified characters, so that our words can be looked for in it."""
        return simplified(self.update.text)

    @property
    def zone(self) -> ZoneInfo:
        """The user's."""
        return ZoneInfo(self.profile.zone or self.services.zone)

    @property
    def local_now(self) -> datetime:
        """Now, in the user's zone."""
        return self.now.astimezone(self.zone)

    @cached_property
    def route(self) -> Route:
        """What the text is: a message somebody sent, a question, an answer, or none of these."""
        return self.services.recogniser.route(self.update.text)

    @property
    def words(self) -> Words:
        """The words of the conversation that has the turn."""
        return Words(self.content, self.handler)

    @property
    def frame(self) -> Frame | None:
        """This conversation's own frame, if it is under way and active."""
        active = self.session.active
        return active if active and active.handler == self.handler else None

    @property
    def slots(self) -> Slots:
        """A copy of what this conversation has collected so far."""
        return dict(self.frame.slots) if self.frame else {}

    def held(self, number: int) -> Held | None:
        """The message with this number, if it is still held."""
        return next((held for held in self.session.held if held.number == number), None)

    def reading(self, held: Held) -> Recognition:
        """A held message as it is read on its day, and as the user corrected it; read once a turn."""
        if held not in self._readings:
            self._readings[held] = self._read(held)
        return self._readings[held]

    def _read(self, held: Held) -> Recognition:
        recogniser, said = self.services.recogniser, held.corrected
        day = (held.sent_at.astimezone(self.zone) if held.sent_at else self.local_now).date()
        known = {kind.id for kind in self.content.replies.kinds}
        return correct(
            self.content,
            recogniser.recognise(held.text, day).alone(),
            kind=said.kind if said.kind in known else None,
            lender=recogniser.describe_lender(said.lender, held.text, day) if said.lender else None,
            amount=said.amount,
            days=said.days,
            dropped=said.dropped,
        )

    def button(self, id_: str, argument: str | int = "", *, label: str | None = None) -> Button:
        """A button of this conversation; `argument` comes back to its action."""
        name = f"{self.handler}:{id_}" + (f":{argument}" if argument != "" else "")
        return Button(name, label or self.words.label(id_))

    # --- recording

    def say(self, reply: Reply) -> None:
        self.replies.append(replace(reply, handler=self.handler))

    def write(self, write: Write) -> None:
        self.writes.append(write)

    def goto(self, state: str, **slots: Any) -> None:
        """Wait in `state` of this conversation, with these slots merged in; what was under way waits on the stack."""
        own = self.frame
        history = own.history if own else ()
        if own and own.state != state:
            history = (*history, Step(state=own.state, slots=own.slots))[-_HISTORY_MOST:]
        frame = Frame(handler=self.handler, state=state, slots={**self.slots, **slots}, history=history)
        below = self.session.frames[:-1] if self.frame else self.session.frames
        others = tuple(other for other in below if other.handler != self.handler)
        self.session = self.session.model_copy(update={"frames": (*others[-(_STACK_DEPTH - 1) :], frame)})

    def finish(self) -> None:
        """End this conversation, wherever it waits; what else was under way may be picked up again."""
        frames = tuple(frame for frame in self.session.frames if frame.handler != self.handler)
        self.session = self.session.model_copy(update={"frames": frames})

    def hold(
        self, text: str, *, sender: str | None, sent_at: datetime | None, joined_since: datetime | None = None
    ) -> Held:
        """Hold a message so that its buttons work; the oldest gives way."""
        held = Held(
            number=self.session.next_number,
            text=text,
            sender=sender,
            sent_at=sent_at,
            received_at=self.update.received_at,
            joined_since=joined_since,
        )
        kept = (*self.session.held, held)[-HELD_MOST:]
        self.session = self.session.model_copy(update={"held": kept, "next_number": held.number + 1})
        return held

    def rehold(self, held: Held) -> None:
        """Replace a held message by a corrected one of the same number."""
        kept = tuple(held if old.number == held.number else old for old in self.session.held)
        self.session = self.session.model_copy(update={"held": kept})

    def save_evidence(self, held: Held, recognition: Recognition) -> Saved:
        """Record that a held message is saved as evidence, and return what the reply may tell of it: both are true
        once the turn is committed. The held message then carries the number. Needs consent (`profile.keeps`)."""
        if not self.profile.keeps:
            raise ValueError("nothing is saved as evidence without consent")
        before = [write for write in self.writes if isinstance(write, SaveEvidence)]
        number = self.loaded.next_evidence + len(before)
        salt = entry_salt(self.loaded.fresh_salt, number)
        fields = fields_of(
            text=held.text,
            sender=held.sender,
            sent_at=held.sent_at,
            received_at=held.received_at,
            saved_at=self.now,
            kind=recognition.kind,
            signals=recognition.signals,
        )
        entry = link(before[-1].link.head if before else self.loaded.head, number, fields, salt)
        self.write(
            SaveEvidence(
                link=entry,
                salt=salt,
                saved_at=self.now,
                text=held.text,
                sender=held.sender,
                sent_at=held.sent_at,
                received_at=held.received_at,
                kind=recognition.kind,
                signals=recognition.signals,
            )
        )
        self.rehold(held.model_copy(update={"evidence": number}))
        return Saved(number, short(entry.head))

    def set_profile(self, **changes: Any) -> None:
        self.profile = self.profile.model_copy(update=changes)
        self.writes = [write for write in self.writes if not isinstance(write, SetProfile)]
        self.writes.append(SetProfile(self.profile))

    def outcome(self) -> Outcome:
        """What this turn leaves behind, said in the characters that the user reads; the last reply's buttons become the
        choices that can be typed."""
        choices = tuple((b.id, b.label) for reply in self.replies for row in reply.buttons for b in row)
        session = self.session.model_copy(update={"choices": choices}) if self.replies else self.session
        replies = tuple(self.replies)
        if self.profile.characters is Characters.TRADITIONAL:
            his = [*(self.loaded.evidence or ()), *self.loaded.session.held, *self.session.held]
            shown = [(each.text, each.sender) for each in his]
            shown += [(asked.text, None) for asked in (self.loaded.session.asked, self.session.asked) if asked]
            replies = in_traditional(replies, shown, self.services.amended)
        if replies and self.profile.keeps and not self.loaded.profile.keeps:
            replies = (*replies[:-1], replace(replies[-1], begins_keeping=True))
        return Outcome(replies, session, tuple(self.writes))


class Answering(Protocol):
    def __call__(self, turn: Turn) -> bool:
        """Take the text as the answer to what was asked; False says that it isn't one, and nothing was recorded."""
        ...


@dataclass(frozen=True, slots=True)
class State:
    """A point where a conversation waits: `ask` says (again) what is wanted, `answer` takes it."""

    ask: Callable[[Turn], None]
    answer: Answering
    free: bool = False
    """Takes any words as the answer; then a question asked in between is answered as a question."""
    passing: bool = False
    """A mere yes or no: it lapses when the talk goes on to something else, and is not offered again."""
    claims: Callable[[Turn], bool] | None = None
    """Says that words which look like a question or a message are this answer all the same."""
    unclear: Callable[[Turn], None] | None = None
    """Says what to write instead, where nobody else wants the words either; else a sentence for all, and `ask`."""


@dataclass(frozen=True, slots=True)
class Handler:
    """One conversation.

    `wants` says whether it starts on this update when nothing else claims it; `start` answers it. `states` are the
    points where it waits for words, `actions` its buttons (called with the button's argument).
    """

    name: str
    wants: Callable[[Turn], bool]
    start: Callable[[Turn], None]
    states: Mapping[str, State] = field(default_factory=dict)
    actions: Mapping[str, Callable[[Turn, str], None]] = field(default_factory=dict)
    commands: tuple[str, ...] = ()
    """Commands, without the slash, that start it."""
    calls: Callable[[Turn], bool] | None = None
    """Says of words that they call this conversation, whatever else is under way; beside commands and `open…` words."""
    works: Mapping[str, Callable[[Turn], None]] = field(default_factory=dict)
    """What to say when a piece of `Work` of this name is done (or failed): see `turn.update.work`."""
    needs: frozenset[Need] = frozenset()
    urgent: bool = False
    """Comes before everything, in every state (distress)."""
