"""Words of distress: answered before everything else, in every state, by somebody who stays.

No law, no method, no judgement: are you safe, is somebody near, who can be called. What was under way waits below and
is picked up again by 继续. Whoever worries about somebody else is told how to find him and how to be with him.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.messages import Block, Button, Reply, Style, say
from bot.recognition import Route
from bot.recognition.distress import Concern, Who
from bot.turn import Handler, State, Turn

HOTLINE = "12356"
SHORT = 20
"""Longer texts are listened to, whatever words are in them."""
SAME_TALK = timedelta(hours=6)
"""How long words that come later belong to the same talk."""
CLEAR = 0.6
"""How likely a question's topic is before its fear is answered."""
ASIDES_MOST = 3
"""So often it is said, after an answer about the debt, that somebody is still here."""
TURNS = 3
"""There are so many ways of saying each thing that is said again."""
ASKS_DIRECTLY, OFFERS_WORDS = 1, 3
"""Which of the sentences `again` ask about harm, and bring words to send."""


def wants(turn: Turn) -> bool:
    """Whether the words give reason to worry; within the talk only what says so outright begins it anew."""
    distress, active = turn.services.distress, turn.session.active
    talking = active is not None and active.handler == HANDLER.name
    if not talking and _hotline_fails(turn):
        return True
    return (distress.said if talking else distress.concern)(turn.text) is not None


def start(turn: Turn) -> None:
    concern = turn.services.distress.concern(turn.text) or Concern(Who.SELF, danger=False)
    if concern.who is Who.NEAR:
        _near(turn)
    elif concern.danger:
        _danger(turn)
    elif _talking(turn) and _says(turn, "denies"):
        _safe(turn)
    elif _talking(turn):
        _again(turn)
    elif _hotline_fails(turn):
        _listen_on(turn, "self")
        _no_answer(turn)
    else:
        _heard(turn)


# --- what is said first


def _heard(turn: Turn, _argument: str = "") -> None:
    _listen_on(turn, "self")
    words = turn.words
    stay = Block(words.text("stay_waiting" if _others_wait(turn) else "stay"), Style.NOTE)
    turn.say(say(words.text("heard"), words.text("help", hours=_hours(turn)), stay, buttons=_choices(turn)))


def _danger(turn: Turn, _argument: str = "") -> None:
    _listen_on(turn, "self", danger=True)
    words = turn.words
    turn.say(
        say(words.text("danger"), words.text("danger_wait"), buttons=[[turn.button("safe"), turn.button("alone")]])
    )


def _near(turn: Turn) -> None:
    _listen_on(turn, "near")
    words = turn.words
    buttons = [[turn.button("reached"), turn.button("lost")]]
    help_ = words.text("near_help", hours=_hours(turn))
    turn.say(say(words.text("near"), words.text("near_talk"), help_, buttons=buttons))


# --- what is said next


def _again(turn: Turn) -> None:
    """Words as heavy as the first ones: heard again, never with the same sentence twice running."""
    place = _count(turn, "again")
    turn.say(say(turn.words.text(f"again_{place}"), buttons=_choices(turn)))
    if place == ASKS_DIRECTLY:
        _note(turn, asked=True)
    if place == OFFERS_WORDS:
        turn.say(_to_someone(turn))


def _answer(turn: Turn) -> bool:
    """Whatever is said now is heard; only what is plainly about the debt is left to those who know."""
    slots = turn.slots
    if _is_about_the_debt(turn):
        return False
    if slots.get("asked"):
        _note(turn, asked=False)
        if turn.words.means("harm_yes", turn.text):
            _danger(turn)
            return True
        if turn.words.means("harm_no", turn.text):
            turn.say(say(turn.words.text("harm_no"), buttons=_choices(turn)))
            return True
    if calm := _calm(turn):
        turn.say(say(calm, turn.words.text("danger_ack" if slots.get("danger") else "calm"), buttons=_choices(turn)))
        return True
    for id_, act in FOLLOWING:
        if _says(turn, id_):
            act(turn)
            return True
    turn.say(say(turn.words.text(f"listen_{_count(turn, 'listen')}"), buttons=_choices(turn)))
    return True


def _answer_near(turn: Turn) -> bool:
    if _is_about_the_debt(turn):
        return False
    for id_, act in (("lost", _lost), ("reached", _reached), ("ack", _near_ack)):
        if _says(turn, id_):
            act(turn)
            return True
    buttons = [[turn.button("reached"), turn.button("lost")]]
    turn.say(say(turn.words.text(f"near_listen_{_count(turn, 'listen')}"), buttons=buttons))
    return True


def _ack(turn: Turn) -> None:
    id_ = "danger_ack" if turn.slots.get("danger") else f"ack_{_count(turn, 'ack')}"
    turn.say(say(turn.words.text(id_), buttons=_choices(turn)))


def _no_answer(turn: Turn) -> None:
    turn.say(say(turn.words.text("no_answer"), buttons=_choices(turn)))


def _no_call(turn: Turn) -> None:
    turn.say(say(turn.words.text("no_call"), buttons=_choices(turn)))


def _machine(turn: Turn) -> None:
    turn.say(say(turn.words.text("machine"), buttons=_choices(turn)))


def _someone(turn: Turn) -> None:
    turn.say(say(turn.words.text("someone"), buttons=[[turn.button("safe"), turn.button("danger")]]))


def _alone(turn: Turn, _argument: str = "") -> None:
    _listen_on(turn, "self")
    turn.say(say(turn.words.text("alone")))
    turn.say(_to_someone(turn))


def _safe(turn: Turn, _argument: str = "") -> None:
    _listen_on(turn, "self", safe=True)
    words = turn.words
    later = Block(words.text("safe_waiting" if _others_wait(turn) else "safe_later"), Style.NOTE)
    turn.say(say(words.text("safe"), later, buttons=[[turn.button("talk")]]))


def _later(turn: Turn) -> None:
    turn.finish()
    turn.say(say(turn.words.text("later"), buttons=[[turn.button("talk")]]))


def _reached(turn: Turn, _argument: str = "") -> None:
    _listen_on(turn, "near")
    turn.say(say(turn.words.text("reached"), buttons=[[turn.button("lost"), turn.button("talk")]]))


def _lost(turn: Turn, _argument: str = "") -> None:
    _listen_on(turn, "near")
    turn.say(say(turn.words.text("lost"), buttons=[[turn.button("reached")]]))


def _near_ack(turn: Turn, _argument: str = "") -> None:
    turn.say(say(turn.words.text("near_ack"), buttons=[[turn.button("lost"), turn.button("talk")]]))


def _still_here(turn: Turn) -> None:
    """Said after an answer about something else: not every time, and on another day as a question."""
    if not _talking(turn):
        turn.finish()
        turn.say(say(turn.words.text("how_now"), buttons=[[turn.button("safe"), turn.button("talk")]]))
        return
    asides = int(turn.slots.get("asides", 0)) + 1
    if asides == 1:
        turn.say(say(Block(turn.words.text("still_here"), Style.NOTE)))
    if asides < ASIDES_MOST:
        _note(turn, asides=asides)
    else:
        turn.finish()


FOLLOWING: tuple[tuple[str, Callable[[Turn], None]], ...] = (
    ("danger", _danger),
    ("no_answer", _no_answer),
    ("machine", _machine),
    ("no_call", _no_call),
    ("later", _later),
    ("stop", _later),
    ("alone", _alone),
    ("safe", _safe),
    ("someone", _someone),
    ("no", _alone),
    ("yes", _someone),
    ("ack", _ack),
)
"""What a short answer says, in the order in which it is looked for: 不安全 before 安全, 没有人接 before 没有人."""
WHOLE = frozenset(("yes", "no", "ack", "stop"))
"""These only as the whole answer, give or take its stops."""


# --- what they share


def _is_about_the_debt(turn: Turn) -> bool:
    """Whether to let it pass: a question, or anything at all once the reader said that he is safe."""
    asks = turn.route is Route.QUESTION or bool(turn.slots.get("safe"))
    return asks and turn.services.distress.is_practical(turn.text)


def _calm(turn: Turn) -> str | None:
    """What takes the fear away that a question speaks of (会坐牢吗), if it is clear which fear that is."""
    if turn.route is not Route.QUESTION:
        return None
    best = turn.services.answers.rank(turn.text)[0]
    return turn.content.answers[best.topic].calm if best.score > CLEAR else None


def _hotline_fails(turn: Turn) -> bool:
    """Whether somebody tried to be heard and nobody answered: that alone is reason to worry."""
    words = turn.content.conversations[HANDLER.name].words
    text = "".join(turn.plain.split())
    return len(text) <= SHORT and all(any(word in text for word in words[id_]) for id_ in ("hotline", "no_answer"))


def _says(turn: Turn, id_: str) -> bool:
    text = "".join(turn.plain.split())
    if id_ in WHOLE:
        return turn.words.means(id_, text)
    words = turn.content.conversations[turn.handler].words[id_]
    return len(text) <= SHORT and any(word in text for word in words)


def _listen_on(turn: Turn, state: str, *, safe: bool = False, danger: bool = False) -> None:
    """Stay, and let reminders of debts rest from now on."""
    turn.set_profile(paused_since=turn.now)
    turn.goto(state, since=turn.now.isoformat(), asides=0, safe=safe, danger=danger)


def _note(turn: Turn, **slots: int) -> None:
    """Remember something of the talk, in the state where it is."""
    turn.goto(turn.frame.state if turn.frame else "self", **slots)


def _count(turn: Turn, of: str) -> int:
    """Which of the ways of saying it comes next, from 1."""
    place = int(turn.slots.get(of, 0)) % TURNS + 1
    _note(turn, **{of: place})
    return place


def _talking(turn: Turn) -> bool:
    """Whether these words follow others of the same talk."""
    since = turn.slots.get("since")
    return isinstance(since, str) and turn.now - datetime.fromisoformat(since) < SAME_TALK


def _others_wait(turn: Turn) -> bool:
    return any(frame.handler != turn.handler for frame in turn.session.frames)


def _choices(turn: Turn) -> list[list[Button]]:
    return [[turn.button("safe"), turn.button("danger")], [turn.button("alone")]]


def _to_someone(turn: Turn) -> Reply:
    return say(Block(turn.words.text("to_someone"), Style.SCRIPT))


def _hours(turn: Turn) -> str:
    return turn.content.hotlines[HOTLINE].hours or ""


HANDLER = Handler(
    name="distress",
    wants=wants,
    start=start,
    states={
        "self": State(ask=_still_here, answer=_answer, free=True),
        "near": State(ask=_still_here, answer=_answer_near, free=True),
    },
    actions={
        "safe": _safe,
        "danger": _danger,
        "alone": _alone,
        "talk": _heard,
        "reached": _reached,
        "lost": _lost,
    },
    urgent=True,
)
