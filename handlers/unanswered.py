"""Questions without a good answer: hears that an answer didn't help, and lets the question be left for an editor.

A question is left only after its words were shown once more and the user agreed; nothing else goes with it.
"""

from bot.gaps import LEFT_FOR, CountGap, EraseQuestions, Gap, LeaveQuestion
from bot.messages import Block, Style, say
from bot.session import Asked
from bot.turn import Handler, State, Turn

ANSWERS = ("question:more:", "question:related:", "unanswered:unhelpful:")
"""Buttons that stand under an answer; each ends with its topic."""


def wants(turn: Turn) -> bool:
    return turn.words.means("unhelpful", turn.text) and _answered(turn) is not None


def start(turn: Turn) -> None:
    if topic := _answered(turn):
        _hear(turn, topic)


def _answered(turn: Turn) -> str | None:
    """The topic of the answer that was given last, if that was the last thing said."""
    shown = (
        id_.removeprefix(before) for id_, _ in turn.session.choices for before in ANSWERS if id_.startswith(before)
    )
    return next(shown, None)


def _unhelpful(turn: Turn, topic: str) -> None:
    _hear(turn, topic)


def _hear(turn: Turn, topic: str) -> None:
    """Take note that the answer didn't help: once for each time that it was given."""
    if topic in turn.content.answers and _answered(turn) == topic:
        turn.write(CountGap(turn.local_now.date(), topic, Gap.NOT_HELPED))
    asked = turn.session.asked
    if asked is None:
        turn.say(say(turn.words.text("sorry")))
    else:
        turn.say(say(turn.words.text("sorry_leave"), buttons=[[turn.button("leave", asked.key)]]))


# --- leaving the question


def _leave(turn: Turn, key: str) -> None:
    if asked := _asked(turn, key):
        turn.goto("leave", key=key)
        _ask_for(turn, asked)
    else:
        _say_gone(turn)


def _ask(turn: Turn) -> None:
    if asked := _asked(turn, turn.slots.get("key", "")):
        _ask_for(turn, asked)
    else:
        _say_gone(turn)


def _ask_for(turn: Turn, asked: Asked) -> None:
    words = turn.words
    consent = Block(words.text("consent", days=LEFT_FOR.days), Style.NOTE)
    row = [turn.button("leave_yes", asked.key), turn.button("leave_no", asked.key)]
    turn.say(say(words.text("ask"), Block(asked.text, Style.QUOTE), consent, buttons=[row]))


def _answer(turn: Turn) -> bool:
    for id_, act in (("yes", _yes), ("no", _no)):
        if turn.words.means(id_, turn.text):
            act(turn, turn.slots.get("key", ""))
            return True
    return False


def _yes(turn: Turn, key: str) -> None:
    asked = _asked(turn, key)
    if asked is None:
        _say_gone(turn)
        return
    turn.write(LeaveQuestion(asked.text, asked.topic))
    _forget(turn)
    turn.say(say(turn.words.text("left"), buttons=[[turn.button("erase")]]))


def _no(turn: Turn, key: str) -> None:
    if _asked(turn, key):
        _forget(turn)
    turn.finish()
    turn.say(say(turn.words.text("not_left")))


def _erase(turn: Turn, _argument: str) -> None:
    turn.write(EraseQuestions())
    turn.finish()
    turn.say(say(turn.words.text("erased")))


def _asked(turn: Turn, key: str) -> Asked | None:
    """The question that was asked last, if it is the one that the button stands under."""
    asked = turn.session.asked
    return asked if asked and asked.key == key else None


def _forget(turn: Turn) -> None:
    turn.finish()
    turn.session = turn.session.model_copy(update={"asked": None})


def _say_gone(turn: Turn) -> None:
    turn.finish()
    turn.say(say(turn.words.text("gone")))


HANDLER = Handler(
    name="unanswered",
    wants=wants,
    start=start,
    states={"leave": State(ask=_ask, answer=_answer, passing=True)},
    actions={
        "unhelpful": _unhelpful,
        "leave": _leave,
        "leave_yes": _yes,
        "leave_no": _no,
        "erase": _erase,
    },
)
