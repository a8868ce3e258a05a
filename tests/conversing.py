"""A whole conversation in memory: real content, real handlers, real routing, no store and no channel.

play = Play()
play.says("【某某】您已逾期7天…")
assert "征信" in play.said
play.presses("forwarded:why:1")
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

from bot.answers import Answers
from bot.gaps import CountGap, EraseQuestions, LeaveQuestion, LeftQuestion
from bot.messages import Button, Origin, Reply, Update, UpdateKind, UserId, WorkOutcome
from bot.recognition import Recogniser
from bot.routing import Routing
from bot.session import Evidence, Profile, Session
from bot.turn import (
    EraseEvidence,
    EraseUser,
    Loaded,
    Need,
    NeedsMore,
    Outcome,
    SaveEvidence,
    Services,
    SetProfile,
    Turn,
)
from content.load import load

NIGHT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
"""Half past eleven at night in Shanghai."""


@cache
def services() -> Services:
    content = load()
    return Services(content, Recogniser(content), Answers(content))


@cache
def routing() -> Routing:
    from handlers import HANDLERS, welcome

    return Routing(HANDLERS, welcome)


class Play:
    """One user and the bot. `replies` are those of the last turn, `said` their text."""

    def __init__(self, now: datetime = NIGHT, *, profile: Profile | None = None, route: Routing | None = None) -> None:
        self.now = now
        self.pause_s = 3
        """What passes between two turns: people read an answer before they write again."""
        self.session = Session()
        self.profile = profile or Profile()
        self.evidence: list[Evidence] = []
        self.questions: list[LeftQuestion] = []
        self.gaps: list[CountGap] = []
        self.erased = False
        self.outcome: Outcome | None = None
        self.handler = ""
        self._routing = route or routing()
        self._ids = count(1)

    def says(self, text: str) -> "Play":
        return self._take(self._update(UpdateKind.TEXT, text=text))

    def forwards(self, text: str, *, sender: str | None = None, sent_at: datetime | None = None) -> "Play":
        return self._take(self._update(UpdateKind.FORWARD, text=text, origin=Origin(sender, sent_at)))

    def presses(self, id_: str) -> "Play":
        """Press a button by its id; the id may be shortened to its beginning among the buttons in view."""
        shown = [button.id for button in self.buttons]
        full = next((other for other in shown if other == id_ or other.startswith(id_ + ":")), id_)
        return self._take(self._update(UpdateKind.PRESS, press=full))

    def joins(self) -> "Play":
        return self._take(self._update(UpdateKind.JOIN))

    def sends(self, kind: UpdateKind, text: str = "") -> "Play":
        return self._take(self._update(kind, text=text, file="file"))

    def works(self, outcome: WorkOutcome) -> "Play":
        """Slow work is done."""
        return self._take(self._update(UpdateKind.WORK_DONE, work=outcome))

    def waits(self, time: timedelta) -> "Play":
        self.now += time
        return self

    @property
    def replies(self) -> tuple[Reply, ...]:
        return self.outcome.replies if self.outcome else ()

    @property
    def said(self) -> str:
        return "\n\n".join(reply.text for reply in self.replies)

    @property
    def buttons(self) -> list[Button]:
        return [button for reply in self.replies for row in reply.buttons for button in row]

    @property
    def handlers(self) -> list[str]:
        return [reply.handler for reply in self.replies]

    def _update(self, kind: UpdateKind, **details: object) -> Update:
        number = next(self._ids)
        self.now += timedelta(seconds=self.pause_s if number > 1 else 0)
        bare = Update("terminal", str(number), "u1", "u1", kind, self.now)
        return replace(bare, **details)  # type: ignore[arg-type]  # the callers above name fields of Update

    def _take(self, update: Update) -> "Play":
        needs = self._routing.needs(update)
        while True:
            loaded = Loaded(
                user=UserId("u1"),
                version=int(update.id),
                session=self.session,
                profile=self.profile,
                next_evidence=len(self.evidence) + 1,
                evidence=tuple(self.evidence) if Need.EVIDENCE in needs else None,
                questions=tuple(self.questions) if Need.QUESTIONS in needs else None,
            )
            turn = Turn(update, loaded, services(), self.now)
            try:
                self._routing.route(turn)
                break
            except NeedsMore as more:
                needs |= more.needs
        # Sessions live as JSON between turns; what does not survive that must not survive here.
        self.outcome = turn.outcome()
        self.session = Session.model_validate_json(self.outcome.session.model_dump_json())
        self.handler = turn.replies[0].handler if turn.replies else ""
        self._keep(self.outcome)
        return self

    def _keep(self, outcome: Outcome) -> None:
        for write in outcome.writes:
            if isinstance(write, SetProfile):
                self.profile = write.profile
            elif isinstance(write, EraseUser):
                self.__init__(self.now, route=self._routing)  # type: ignore[misc]  # a stranger again
                self.erased, self.outcome = True, outcome
            elif isinstance(write, EraseEvidence):
                self.evidence = [entry for entry in self.evidence if entry.number != write.number]
            elif isinstance(write, CountGap):
                self.gaps.append(write)
            elif isinstance(write, LeaveQuestion):
                self.questions.append(LeftQuestion(write.topic, write.text, self.now))
            elif isinstance(write, EraseQuestions):
                self.questions = []
            elif isinstance(write, SaveEvidence):
                entry = Evidence(
                    number=write.link.number, head=write.link.head[:12], text=write.text, sender=write.sender,
                    sent_at=write.sent_at, received_at=write.received_at, saved_at=write.saved_at, kind=write.kind,
                    signals=write.signals,
                )  # fmt: skip
                self.evidence.append(entry)
