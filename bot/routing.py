"""Which conversation takes an update.

In this order: words of distress, in every state; a button or its typed label; a command; 取消, 返回 and 继续; the
answer to what was asked; and then whoever wants it. A newly pasted message or a question interrupts: what was under
way waits on the stack and is offered again afterwards. Pure: it only calls handlers, which only record.
"""

from collections.abc import Callable, Sequence

from bot.messages import Block, Button, Reply, Style, Update, UpdateKind, say
from bot.recognition import Route
from bot.turn import Frame, Handler, Need, NeedsMore, State, Turn, Words
from content.load import Content

COMMON = "common"
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
        if kind is UpdateKind.JOIN:
            self._start(turn, self._commands["start"])
        elif kind is UpdateKind.PRESS:
            self._press(turn, turn.update.press or "")
        elif turn.text.strip():
            self._text(turn)
        else:
            self._without_text(turn)
        self._offer_waiting(turn)
        if turn.replies and not turn.profile.welcomed and not self._is_urgent(turn):
            turn.handler = "start"
            self._welcome(turn)

    # --- what arrived

    def _text(self, turn: Turn) -> None:
        for handler in self._handlers:
            if handler.urgent and self._wants(turn, handler):
                self._start(turn, handler)
                return
        if turn.text.startswith("/") and (commanded := self._commands.get(_command(turn.text))):
            self._start(turn, commanded)
            return
        if turn.update.kind is not UpdateKind.FORWARD:
            if press := _typed_choice(turn):
                self._press(turn, press)
                return
            if self._common_words(turn):
                return
        active = turn.session.active
        state = self._state(active)
        if active and state and self._answered(turn, active, state):
            return
        for handler in self._handlers[:-1]:
            if not handler.urgent and self._wants(turn, handler):
                self._start(turn, handler)
                return
        if active and state and turn.route is Route.OTHER:
            turn.handler = COMMON
            turn.say(say(turn.words.text("not_an_answer")))
            self._ask(turn, active, state)
            return
        self._start(turn, self._handlers[-1])

    def _answered(self, turn: Turn, active: Frame, state: State) -> bool:
        """Offer the text to the state that waits; False when it is something else."""
        if turn.update.kind is UpdateKind.FORWARD or turn.route is Route.MESSAGE:
            return False
        if turn.route is Route.QUESTION and (state.free or len(turn.text.strip()) > _SHORT_QUESTION):
            return False
        self._give(turn, self._named[active.handler])
        return state.answer(turn)

    def _press(self, turn: Turn, press: str) -> None:
        name, _, rest = press.partition(":")
        action, _, argument = rest.partition(":")
        if name == COMMON:
            self._common_action(turn, action)
            return
        handler = self._named.get(name)
        if handler is None or action not in handler.actions:
            turn.handler = COMMON
            turn.say(say(turn.words.text("button_stale")))
            return
        self._give(turn, handler)
        handler.actions[action](turn, argument)

    def _common_words(self, turn: Turn) -> bool:
        turn.handler = COMMON
        for action in ("cancel", "back", "resume"):
            if turn.words.means(action, turn.text) and (turn.session.frames or action != "resume"):
                self._common_action(turn, action)
                return True
        return False

    def _common_action(self, turn: Turn, action: str) -> None:
        turn.handler = COMMON
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

    def _wants(self, turn: Turn, handler: Handler) -> bool:
        turn.handler = handler.name
        return handler.wants(turn)

    def _start(self, turn: Turn, handler: Handler) -> None:
        self._give(turn, handler)
        handler.start(turn)

    def _ask(self, turn: Turn, frame: Frame, state: State) -> None:
        self._give(turn, self._named[frame.handler])
        state.ask(turn)

    @staticmethod
    def _give(turn: Turn, handler: Handler) -> None:
        turn.handler = handler.name
        if Need.EVIDENCE in handler.needs and turn.loaded.evidence is None:
            raise NeedsMore(handler.needs)

    def _state(self, frame: Frame | None) -> State | None:
        """The state a frame waits in; None for one that this version of the program no longer has."""
        handler = self._named.get(frame.handler) if frame else None
        return handler.states.get(frame.state) if frame and handler else None

    def _is_urgent(self, turn: Turn) -> bool:
        return any(self._named[reply.handler].urgent for reply in turn.replies if reply.handler in self._named)

    def _offer_waiting(self, turn: Turn) -> None:
        """Offer to pick up what was interrupted, once nobody else is asking."""
        active = turn.session.active
        said_now = any(reply.due_at is None for reply in turn.replies)
        if not said_now or active is None or self._state(active) is None or self._is_urgent(turn):
            return
        if any(reply.handler == active.handler for reply in turn.replies):
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


def _command(text: str) -> str:
    return text[1:].split(maxsplit=1)[0].split("@")[0].casefold() if len(text) > 1 and not text[1].isspace() else ""


def _typed_choice(turn: Turn) -> str | None:
    """The button whose label was typed, among those last shown."""
    typed = turn.text.strip()
    return next((id_ for id_, label in turn.session.choices if label == typed), None)


def _title(content: Content, frame: Frame) -> str:
    return content.conversations[frame.handler].title
