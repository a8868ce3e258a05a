"""Which conversation takes an update.

In this order: words of distress, in every state; a text too long to be read, which is said; a button, pressed or typed
by its label or number; a command, with a slash or as the words that open a conversation; 取消, 返回 and 继续; the
answer to what was asked; whoever wants it. A newly pasted message or a question interrupts: what was under way waits
on the stack and is offered again afterwards. Whoever spoke of distress is listened to before anything else, and debts
wait. Pure: it only calls handlers, which only record.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from bot.characters import simplified, written_in
from bot.messages import Block, Button, Reply, Style, Update, UpdateKind, say
from bot.recognition import Route
from bot.recognition.normalise import MOST as READ_MOST
from bot.session import Frame
from bot.turn import Handler, Need, NeedsMore, State, Turn
from bot.words import Words
from content.load import Content

COMMON = "common"
_STOPS = "。.!！,，、)） "
_NUMERALS = "一二三四五六七八九"
_PRESS_MOST = 64
"""Characters of a button's id, on any channel; a longer one was never ours."""
_OWN_MOST = 1_000
"""Characters that people type themselves; a longer text is somebody else's."""
_SHORT_QUESTION = 12
"""A question of at most this many characters may still be an answer ("三千行吗"), unless the state takes any words."""


class Routing:
    """The table of contents at work: `handlers` in their order, the last one taking what nobody else wants."""

    def __init__(self, handlers: Sequence[Handler], welcome: Callable[[Turn], None]) -> None:
        self._handlers = tuple(handlers)
        self._named = {handler.name: handler for handler in handlers}
        self._commands = {command: handler for handler in handlers for command in handler.commands}
        self._works = {name: handler for handler in handlers for name in handler.works}
        self._welcome = welcome

    def needs(self, update: Update) -> frozenset[Need]:
        """What can be known before loading: the needs of the conversation that a button or a command names."""
        handler: Handler | None = None
        if update.kind is UpdateKind.PRESS and update.press:
            handler = self._named.get(update.press.split(":")[0])
        elif update.text.startswith("/"):
            handler = self._commands.get(_command(update.text))
        return handler.needs if handler else frozenset()

    def route(self, turn: Turn) -> None:
        """Let the right conversation answer. Raises `NeedsMore` when it was not given the data it needs."""
        kind = turn.update.kind
        if kind is UpdateKind.GONE:
            return
        if kind is UpdateKind.WORK_DONE:
            self._work_done(turn)
            return
        _notice_characters(turn)
        if kind is UpdateKind.JOIN:
            self._start(turn, self._commands["start"])
        elif kind is UpdateKind.PRESS:
            self._press(turn, turn.update.press or "")
        elif turn.text.strip():
            self._text(turn)
        else:
            self._without_text(turn)
        self._offer_waiting(turn)
        if turn.replies and not turn.profile.welcomed and not self._is_urgent(turn) and not self._is_asking(turn):
            turn.handler = "start"
            self._welcome(turn)

    # --- what arrived

    def _text(self, turn: Turn) -> None:
        for handler in self._handlers:
            if handler.urgent and self._wants(turn, handler):
                self._start(turn, handler)
                return
        if len(turn.text) > READ_MOST:
            turn.handler = COMMON
            turn.say(say(turn.words.text("too_long")))
            return
        active = turn.session.active
        state = self._state(active)
        if turn.update.kind is not UpdateKind.FORWARD and (press := _typed_choice(turn)):
            self._press(turn, press)
            return
        if commanded := self._commanded(turn):
            self._start(turn, commanded)
            return
        if self._taken_up(turn, active, state):
            return
        if wanting := self._wanting(turn):
            self._start(turn, wanting)
        elif active and state and turn.route is Route.OTHER and not self._named[active.handler].urgent:
            self._say_unclear(turn, active, state)
        else:
            self._start(turn, self._handlers[-1])

    def _taken_up(self, turn: Turn, active: Frame | None, state: State | None) -> bool:
        """Whether the conversation under way can do something with the text."""
        if turn.update.kind is UpdateKind.FORWARD:
            return False
        if active and state and self._named[active.handler].urgent:
            return self._listened(turn, active, state)
        return self._common_words(turn) or bool(active and state and self._answered(turn, active, state))

    def _commanded(self, turn: Turn) -> Handler | None:
        """The conversation that is called: with a slash, by the words that its content lists as `open`, or by what it
        knows for its own in every state."""
        if turn.text.startswith("/"):
            return self._commands.get(_command(turn.text))
        if turn.update.kind is UpdateKind.FORWARD:
            return None
        if opened := next((handler for handler in self._handlers if _opens(turn, handler.name)), None):
            return opened
        return next((handler for handler in self._handlers if self._calls(turn, handler)), None)

    def _listened(self, turn: Turn, active: Frame, state: State) -> bool:
        """Let an urgent conversation have the text. 继续 leads past it to what waits below."""
        below = turn.session.frames[:-1]
        if below and Words(turn.content, COMMON).means("resume", turn.text):
            self._common_action(turn, "resume")
            return True
        if turn.route is Route.MESSAGE:
            return False
        self._give(turn, self._named[active.handler])
        return state.answer(turn)

    def _answered(self, turn: Turn, active: Frame, state: State) -> bool:
        """Offer the text to the state that waits; False when it is something else."""
        if state.claims:
            turn.handler = active.handler
            if state.claims(turn):
                self._give(turn, self._named[active.handler])
                return state.answer(turn)
        if turn.route is Route.MESSAGE:
            return False
        if turn.route is Route.QUESTION and (state.free or len(turn.text.strip()) > _SHORT_QUESTION):
            return False
        if state.free and (other := self._wanting(turn)) and other.name != active.handler:
            return False
        self._give(turn, self._named[active.handler])
        return state.answer(turn)

    def _say_unclear(self, turn: Turn, active: Frame, state: State) -> None:
        if state.unclear:
            self._give(turn, self._named[active.handler])
            state.unclear(turn)
            return
        turn.handler = COMMON
        turn.say(say(turn.words.text("not_an_answer")))
        self._ask(turn, active, state)

    def _press(self, turn: Turn, press: str) -> None:
        name, _, rest = press.partition(":")
        action, _, argument = rest.partition(":")
        if name == COMMON:
            self._common_action(turn, action)
            return
        handler = self._named.get(name)
        if handler is None or action not in handler.actions or len(press) > _PRESS_MOST:
            turn.handler = COMMON
            turn.say(say(turn.words.text("button_stale")))
            return
        self._give(turn, handler)
        handler.actions[action](turn, argument)

    def _common_words(self, turn: Turn) -> bool:
        turn.handler = COMMON
        for action in ("cancel", "back", "resume"):
            if turn.words.means(action, turn.text):
                self._common_action(turn, action)
                return True
        return False

    def _common_action(self, turn: Turn, action: str) -> None:
        turn.handler = COMMON
        if action == "resume":
            self._step_aside(turn)
        active = turn.session.active
        state = self._state(active)
        if active is None or state is None:
            turn.session = turn.session.model_copy(update={"frames": turn.session.frames[:-1]})
            turn.say(say(turn.words.text("nothing_open")))
        elif action == "cancel":
            turn.session = turn.session.model_copy(update={"frames": turn.session.frames[:-1]})
            turn.say(say(turn.words.text("cancelled", title=_title(turn.content, active))))
        elif action == "back":
            self._back(turn, active, state)
        else:
            self._ask(turn, active, state)
            if not turn.replies:  # whoever listens had nothing to add, and nothing else was begun
                turn.handler = COMMON
                turn.say(say(turn.words.text("nothing_open")))

    def _step_aside(self, turn: Turn) -> None:
        """Whoever picks up what waited wants to go on: what only stands above it is over."""
        frames = turn.session.frames
        while len(frames) > 1 and self._gives_way(frames[-1]):
            frames = frames[:-1]
        turn.session = turn.session.model_copy(update={"frames": frames})

    def _gives_way(self, frame: Frame) -> bool:
        state = self._state(frame)
        return state is not None and (state.passing or self._named[frame.handler].urgent)

    def _lapse(self, turn: Turn) -> None:
        """Drop what only passes when the talk has gone on: others spoke, or something else was begun on top of it."""
        frames = turn.session.frames
        said = {reply.handler for reply in turn.replies}
        while frames and self._passes(frames[-1]) and frames[-1].handler not in said:
            frames = frames[:-1]
        frames = (*(frame for frame in frames[:-1] if not self._passes(frame)), *frames[-1:])
        turn.session = turn.session.model_copy(update={"frames": frames})

    def _passes(self, frame: Frame) -> bool:
        state = self._state(frame)
        return state is not None and state.passing

    def _back(self, turn: Turn, active: Frame, state: State) -> None:
        if not active.history:
            turn.say(say(turn.words.text("first_step")))
            self._ask(turn, active, state)
            return
        step = active.history[-1]
        earlier = active.model_copy(
            update={"state": step.state, "slots": step.slots, "history": active.history[:-1]},
        )
        turn.session = turn.session.model_copy(update={"frames": (*turn.session.frames[:-1], earlier)})
        self._ask(turn, earlier, self._state(earlier) or state)

    def _without_text(self, turn: Turn) -> None:
        turn.handler = COMMON
        said = {
            UpdateKind.PHOTO: "photo",
            UpdateKind.VOICE: "voice",
            UpdateKind.FILE: "file",
            UpdateKind.UNSUPPORTED: "unsupported",
        }.get(turn.update.kind, "empty")
        turn.say(say(turn.words.text(said)))

    def _work_done(self, turn: Turn) -> None:
        work = turn.update.work
        handler = self._works.get(work.name) if work else None
        if work and handler:
            self._give(turn, handler)
            handler.works[work.name](turn)

    # --- who gets it

    def _wanting(self, turn: Turn) -> Handler | None:
        """Whoever wants the text, the last one left out."""
        return next((each for each in self._handlers[:-1] if not each.urgent and self._wants(turn, each)), None)

    def _wants(self, turn: Turn, handler: Handler) -> bool:
        turn.handler = handler.name
        return handler.wants(turn)

    def _calls(self, turn: Turn, handler: Handler) -> bool:
        turn.handler = handler.name
        return handler.calls is not None and handler.calls(turn)

    def _start(self, turn: Turn, handler: Handler) -> None:
        self._give(turn, handler)
        handler.start(turn)

    def _ask(self, turn: Turn, frame: Frame, state: State) -> None:
        self._give(turn, self._named[frame.handler])
        state.ask(turn)

    @staticmethod
    def _give(turn: Turn, handler: Handler) -> None:
        turn.handler = handler.name
        given = {Need.EVIDENCE: turn.loaded.evidence, Need.QUESTIONS: turn.loaded.questions}
        if any(given[need] is None for need in handler.needs):
            raise NeedsMore(handler.needs)

    def _state(self, frame: Frame | None) -> State | None:
        """The state a frame waits in; None for one that this version of the program no longer has."""
        handler = self._named.get(frame.handler) if frame else None
        return handler.states.get(frame.state) if frame and handler else None

    def _is_urgent(self, turn: Turn) -> bool:
        return any(self._named[reply.handler].urgent for reply in turn.replies if reply.handler in self._named)

    @staticmethod
    def _is_asking(turn: Turn) -> bool:
        """Whether the reader was just asked something; then nothing is put between the question and his answer."""
        active = turn.session.active
        return active is not None and turn.replies[-1].handler == active.handler

    def _offer_waiting(self, turn: Turn) -> None:
        """Offer to pick up what was interrupted, once nobody else is asking."""
        self._lapse(turn)
        active = turn.session.active
        state = self._state(active)
        said_now = any(reply.due_at is None for reply in turn.replies)
        if not said_now or active is None or state is None or self._is_urgent(turn):
            return
        if any(reply.handler == active.handler for reply in turn.replies):
            return
        if self._named[active.handler].urgent:
            self._ask(turn, active, state)
            return
        turn.handler = COMMON
        label = turn.words.label("resume")
        note = Block(turn.words.text("waiting", title=_title(turn.content, active)), Style.NOTE)
        turn.say(say(note, buttons=[[Button(f"{COMMON}:resume", label), turn.button("cancel")]]))


def private_only(content: Content) -> Reply:
    """What is said in a group, where nothing is read and nothing stored."""
    return say(Words(content, COMMON).text("private_only"))


def apology(content: Content) -> Reply:
    """What is said when an update could not be handled, in words that blame nobody."""
    return say(Words(content, COMMON).text("apology"))


def _notice_characters(turn: Turn) -> None:
    """Answer in the characters that somebody writes himself; what was sent to him shows his sender's."""
    if turn.update.kind is not UpdateKind.TEXT or turn.profile.characters_chosen or len(turn.text) > _OWN_MOST:
        return
    written = written_in(turn.text)
    if written not in (None, turn.profile.characters) and turn.route is not Route.MESSAGE:
        turn.set_profile(characters=written)


def _command(text: str) -> str:
    return text[1:].split(maxsplit=1)[0].split("@")[0].casefold() if len(text) > 1 and not text[1].isspace() else ""


def _opens(turn: Turn, handler: str) -> bool:
    """Whether the text is one of the words that call a conversation from every state: its lists `open…`."""
    conversation = turn.content.conversations.get(handler)
    lists = [id_ for id_ in conversation.words if id_.startswith("open")] if conversation else []
    return any(Words(turn.content, handler).means(id_, turn.text) for id_ in lists)


def _typed_choice(turn: Turn) -> str | None:
    """The button, among those last shown, whose label was typed, or its place: 2, 第二个."""
    choices = turn.session.choices
    typed = turn.plain.strip().rstrip(_STOPS)
    if found := next((id_ for id_, label in choices if simplified(label) == typed), None):
        return found
    place = _place(typed)
    active = turn.session.active
    if place is None or (active and any(id_.split(":")[0] != active.handler for id_, _ in choices)):
        return None  # a number may well be the answer to what was asked
    named = next((id_ for id_, label in choices if re.findall(r"[0-9]+", label) == [str(place)]), None)
    return named or (choices[place - 1][0] if 0 < place <= len(choices) else None)


def _place(typed: str) -> int | None:
    """The number in 2, 2. or 第二个."""
    if found := re.fullmatch(rf"第?([0-9]{{1,2}}|[{_NUMERALS}])个?", unicodedata.normalize("NFKC", typed)):
        return int(found[1]) if found[1].isdecimal() else _NUMERALS.index(found[1]) + 1
    return None


def _title(content: Content, frame: Frame) -> str:
    return content.conversations[frame.handler].title
