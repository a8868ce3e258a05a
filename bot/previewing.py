"""A topic as its user will see it, for whoever edits it: `buhuang content preview`.

The screens are made by the conversation itself, handed through the routing as if somebody had pressed and asked; only
the headings and the list of provisions are of this command.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import reading
from bot.answers import Answers
from bot.errors import SettingsError
from bot.messages import Reply, Style, Update, UpdateKind, UserId
from bot.recognition import LenderMatch, Recogniser
from bot.recognition.provisions import version_on
from bot.routing import Routing
from bot.session import Corrections, Held, Profile, Session
from bot.turn import Loaded, Services, Turn
from content.load import ROOT, load
from content.schema import LenderKind
from content.schema_answer import Answer
from handlers import HANDLERS, welcome

_TOLD = "preview"
_NOON = time(12)
_FOLLOWED = ("more", "related")
"""The buttons under an answer whose pages are shown too."""


def preview(
    topic: str, *, day: date | None = None, lender: LenderKind | None = None, root: Path | None = None
) -> Iterator[str]:
    """The pages of a topic as lines to print: as of a day (today), after a message of a kind of lender.

    Raises `ContentError`, and `SettingsError` for a topic or a kind that is not there.
    """
    content = load(root or ROOT)
    services = Services(content, Recogniser(content), Answers(content))
    return Previewer(services, day or reading.day_in_china(), lender).pages(topic)


class Previewer:
    """One reader on one day, who may have been sent a message by a lender of one kind. Raises `SettingsError`."""

    def __init__(self, services: Services, day: date, kind: LenderKind | None = None) -> None:
        self._services, self._content, self._day = services, services.content, day
        self._texts = self._content.conversations[_TOLD].texts
        self._routing = Routing(HANDLERS, welcome)
        self._now = datetime.combine(day, _NOON, ZoneInfo(services.zone))
        self._kind = kind
        self._lender = self._named(kind) if kind else None

    def pages(self, topic: str) -> Iterator[str]:
        """The pages of one topic as lines. Raises `SettingsError`."""
        answer = self._content.answers.get(topic)
        if answer is None:
            one = next(iter(self._content.answers))
            raise SettingsError(topic, f"is no topic; name a file of content/answers, such as {one}")
        return self._pages(answer)

    def _pages(self, answer: Answer) -> Iterator[str]:
        yield self._texts["head"].format(title=answer.title, topic=answer.id, day=self._day)
        if self._lender and self._kind:
            kind = self._content.replies.lender_kinds[self._kind]
            yield self._texts["lender"].format(kind=kind, name=self._lender.name)
        first = self._press(f"question:topic:{answer.id}")
        yield from self._page("first", first, count=sum(len(reply.text) for reply in first))
        yield from self._followed(first)
        for particular in answer.particulars:
            question = particular.examples[0]
            told = self._turn(UpdateKind.TEXT, text=question)
            yield from self._page("particular", told, id=particular.id, question=question)
            if not any(particular.answer in reply.text for reply in told):
                yield self._texts["elsewhere"]
        yield from self._provisions(answer, first)

    def _followed(self, replies: tuple[Reply, ...]) -> Iterator[str]:
        buttons = [button for reply in replies for row in reply.buttons for button in row]
        for name in _FOLLOWED:
            for button in buttons:
                if button.id.startswith(f"question:{name}:"):
                    yield from self._page(name, self._press(button.id), label=button.label)

    def _page(self, head: str, replies: tuple[Reply, ...], **blanks: object) -> Iterator[str]:
        yield ""
        yield self._texts[head].format_map(blanks)
        for reply in replies:
            yield ""
            yield from _shown(reply)

    def _provisions(self, answer: Answer, first: tuple[Reply, ...]) -> Iterator[str]:
        yield ""
        yield self._texts["law_head"]
        quotes = {block.text for reply in first for block in reply.blocks if block.style is Style.QUOTE}
        for id_ in answer.provisions:
            provision = self._content.provisions[id_]
            current = version_on(self._content, id_, self._day)
            source = f"《{provision.law}》{provision.article}"
            decisive = (current or provision).decisive
            quoted = self._texts["quoted"] if current and decisive and any(decisive in text for text in quotes) else ""
            yield self._texts["law"].format(id=id_, source=source, state=self._state(id_) + quoted)
        if not answer.provisions:
            yield self._texts["law_none"]

    def _state(self, id_: str) -> str:
        """Whether a provision applies on the day, or what does instead."""
        provision, current = self._content.provisions[id_], version_on(self._content, id_, self._day)
        if current:
            return self._texts["in_force" if current.id == id_ else "replaced"].format(id=current.id)
        if self._day < provision.effective_from:
            return self._texts["not_yet"].format(day=provision.effective_from)
        return self._texts["ended"].format(day=provision.effective_to)

    # --- playing the chat

    def _press(self, press: str) -> tuple[Reply, ...]:
        return self._turn(UpdateKind.PRESS, press=press)

    def _turn(self, kind: UpdateKind, *, text: str = "", press: str | None = None) -> tuple[Reply, ...]:
        update = Update(_TOLD, _TOLD, _TOLD, _TOLD, kind, self._now, text=text, press=press)
        session = Session(held=(self._message(self._lender),)) if self._lender else Session()
        loaded = Loaded(UserId(_TOLD), 1, session, Profile(welcomed=True), evidence=(), questions=())
        turn = Turn(update, loaded, self._services, self._now)
        self._routing.route(turn)
        return turn.outcome().replies

    def _message(self, lender: LenderMatch) -> Held:
        """A message that came today, whose reader said who had lent."""
        return Held(number=1, text=lender.name, received_at=self._now, corrected=Corrections(lender=lender.name))

    def _named(self, kind: LenderKind) -> LenderMatch:
        """A lender of the list that is of this kind and no other, one that a source proves if there is one."""
        lenders = self._content.lenders
        names = [bank.names[0] for bank in lenders.banks] if lenders else []
        names += [each.names[0] for each in lenders.lenders] if lenders else []
        described = [self._services.recogniser.describe_lender(name, name, self._day) for name in names]
        found = sorted((each for each in described if each.kinds == (kind,)), key=lambda each: not each.certain)
        if not found:
            raise SettingsError("--lender", f"no lender of lenders.yaml is a {kind} and nothing else; leave it out")
        return found[0]


def _shown(reply: Reply) -> Iterator[str]:
    """A reply as plain text: quotations and scripts with a bar before them, a row of buttons on each line."""
    for index, block in enumerate(reply.blocks):
        if index:
            yield ""
        for line in block.text.splitlines():
            yield f"  | {line}" if block.style in (Style.QUOTE, Style.SCRIPT) else line
    for row in reply.buttons:
        yield "  " + "  ".join(f"[{button.label}]" for button in row)
