"""What a borrower gets back after pasting or forwarding a message: the card, the script, and what lies behind them.

Every button carries the number of the held message, so each answers for its own however many came after; what the
reader corrects is held with it. Views of the card replace it and lead back to it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.messages import Block, Button, Origin, Reply, Style, UpdateKind, say
from bot.recognition import Route
from bot.recognition.card import Card, answer, day_matters, tell
from bot.recognition.corrections import read_correction
from bot.recognition.moments import read_moment
from bot.recognition.reasons import laws, why
from bot.recognition.types import Fields
from bot.recognition.wording import Case, moment, money
from bot.session import Corrections, Held
from bot.turn import Handler, State, Turn

TOGETHER = timedelta(seconds=2)
"""People send ten messages at once: those after the first are taken as one."""
LULL = timedelta(seconds=1)
"""So long the joint answer waits at least: more may have come already that only has its turn later."""
JOINED_MOST = 2_000
"""Characters that are answered jointly: each message that comes has all of them read anew. Then another text begins."""


def wants(turn: Turn) -> bool:
    return turn.update.kind is UpdateKind.FORWARD or turn.route is Route.MESSAGE


def start(turn: Turn) -> None:
    """Answer at once. What comes within two seconds of that is answered jointly, once they are over."""
    turn.finish()
    origin = turn.update.origin or Origin()
    last = turn.session.held[-1] if turn.session.held else None
    first_at = _together_since(turn, last)
    if last is None or first_at is None:
        held = turn.hold(turn.text, sender=origin.sender, sent_at=origin.sent_at)
        _answer(turn, held, str(held.number))
        return
    held = _join(turn, last, first_at, origin)
    due_at = max(min(first_at, turn.now) + TOGETHER, turn.now + LULL)
    before = len(turn.replies)
    _answer(turn, held, str(held.number))
    turn.replies[before:] = [
        replace(reply, due_at=due_at, dedupe_key=f"{turn.handler}:{held.number}") for reply in turn.replies[before:]
    ]


def _together_since(turn: Turn, last: Held | None) -> datetime | None:
    """When the first of the messages came that this one arrived together with; None if it came by itself."""
    first_at = (last.joined_since or last.received_at) if last else None
    if first_at is None or not timedelta() <= turn.update.received_at - first_at < TOGETHER:
        return None
    return first_at


def _join(turn: Turn, last: Held, first_at: datetime, origin: Origin) -> Held:
    """Hold this message with those that came after the first, as one text."""
    if last.joined_since is None or len(last.text) + len(turn.text) > JOINED_MOST:
        return turn.hold(turn.text, sender=origin.sender, sent_at=origin.sent_at, joined_since=first_at)
    changes = {
        "text": f"{last.text}\n\n{turn.text}",
        "sender": last.sender if last.sender == origin.sender else None,
        "sent_at": last.sent_at or origin.sent_at,
        "evidence": None,
        "corrected": Corrections(),
    }
    held = last.model_copy(update=changes)
    turn.rehold(held)
    return held


# --- the card and its views


def _answer(turn: Turn, held: Held, argument: str, *, replaces: bool = False, note: str = "") -> None:
    """Say the card and, in a bubble of its own, each text that may be copied."""
    case = _case(turn, held)
    card = answer(turn.content, case)
    turn.say(_card(turn, case, card, argument, replaces=replaces, note=note))
    if card.filled is None:
        return
    if card.filled.steps:
        steps = (f"{place}. {step}" for place, step in enumerate(card.filled.steps, 1))
        turn.say(say(Block(card.filled.script.title, Style.TITLE), "\n".join(steps)))
    for text in filter(None, (card.filled.text, card.filled.other_text)):
        turn.say(say(Block(text, Style.SCRIPT)))


def _card(
    turn: Turn, case: Case, card: Card, argument: str, *, replaces: bool, note: str = "", more: bool = False
) -> Reply:
    rows = _more(turn, case, argument) if more else _first(turn, card, argument)
    blocks = (*card.blocks, Block(note, Style.NOTE)) if note else card.blocks
    return say(*blocks, buttons=rows, replaces=replaces)


def _first(turn: Turn, card: Card, argument: str) -> list[list[Button]]:
    """Three in view, and what leads to the rest."""
    if card.filled is None:
        return [[turn.button("wrong", argument)]]
    save = _elsewhere(turn, "save", "evidence:save", argument)
    talk = _elsewhere(turn, "negotiate", "negotiate:open", argument)
    second = talk if card.filled.script.negotiable else turn.button("laws", argument)
    return [[save, second, turn.button("why", argument)], [turn.button("more", argument)]]


def _more(turn: Turn, case: Case, argument: str) -> list[list[Button]]:
    row = [turn.button("when", argument)] if day_matters(turn.content, case) else []
    return [
        [turn.button("laws", argument), _elsewhere(turn, "paid", "settled:paid", argument)],
        [
            _elsewhere(turn, "part", "settled:part", argument),
            _elsewhere(turn, "not_mine", "settled:not_mine", argument),
        ],
        [*row, turn.button("wrong", argument)],
        [turn.button("card", argument)],
    ]


def _show_card(turn: Turn, argument: str) -> None:
    if found := _find(turn, argument):
        _, case = found
        turn.say(_card(turn, case, answer(turn.content, case), argument, replaces=True))


def _show_more(turn: Turn, argument: str) -> None:
    if found := _find(turn, argument):
        _, case = found
        turn.say(_card(turn, case, answer(turn.content, case), argument, replaces=True, more=True))


def _show_why(turn: Turn, argument: str) -> None:
    if found := _find(turn, argument):
        blocks = why(turn.content, found[1])
        turn.say(say(*blocks, buttons=[[turn.button("card", argument)]], replaces=True))


def _show_laws(turn: Turn, argument: str) -> None:
    if found := _find(turn, argument):
        blocks = laws(turn.content, found[1])
        turn.say(say(*blocks, buttons=[[turn.button("card", argument)]], replaces=True))


# --- when it was sent


def _show_when(turn: Turn, argument: str) -> None:
    if _find(turn, argument):
        turn.goto("choose", argument=argument)
        rows = [
            [turn.button(id_, argument) for id_ in ("now", "today", "yesterday")],
            [turn.button("fill", argument), turn.button("card", argument)],
        ]
        turn.say(say(turn.words.text("when_ask"), buttons=rows, replaces=True))


def _now(turn: Turn, argument: str) -> None:
    _set_moment(turn, argument, turn.local_now)


def _today(turn: Turn, argument: str) -> None:
    _set_moment(turn, argument, _midnight(turn.local_now))


def _yesterday(turn: Turn, argument: str) -> None:
    _set_moment(turn, argument, _midnight(turn.local_now) - timedelta(days=1))


def _fill(turn: Turn, argument: str) -> None:
    if _find(turn, argument):
        turn.goto("when", argument=argument)
        _ask_when(turn)


def _ask_when(turn: Turn) -> None:
    turn.say(say(turn.words.text("when_fill")))


def _take_when(turn: Turn) -> bool:
    sent_at = read_moment(turn.plain, turn.local_now)
    if sent_at is None:
        return False
    if sent_at > turn.local_now:
        turn.say(say(turn.words.text("when_future")))
        return True
    _set_moment(turn, str(turn.slots.get("argument", "")), sent_at)
    return True


def _when_unclear(turn: Turn) -> None:
    turn.say(say(turn.words.text("when_unclear")))


def _set_moment(turn: Turn, argument: str, sent_at: datetime) -> None:
    """Look at the message again by the law of its day."""
    if found := _find(turn, argument):
        held = found[0].model_copy(update={"sent_at": sent_at})
        turn.rehold(held)
        _answer(turn, held, argument, note=turn.words.text("when_done", day=moment(sent_at)))


# --- corrections


def _show_wrong(turn: Turn, argument: str) -> None:
    if _find(turn, argument):
        rows = [
            [turn.button("wrong_kind", argument), turn.button("wrong_fields", argument)],
            [turn.button("wrong_words", argument), turn.button("card", argument)],
        ]
        turn.say(say(turn.words.text("wrong_ask"), buttons=rows, replaces=True))


def _wrong_kind(turn: Turn, argument: str) -> None:
    if found := _find(turn, argument):
        kinds = [kind for kind in turn.content.replies.kinds if kind.id != found[1].reading.kind]
        _offer(turn, argument, "wrong_kind", [turn.button("as", f"{argument}.{k.id}", label=k.name) for k in kinds])


def _wrong_words(turn: Turn, argument: str) -> None:
    if found := _find(turn, argument):
        signals = [turn.content.signals[weighed.signal] for weighed in tell(turn.content, found[1])]
        buttons = [turn.button("drop", f"{argument}.{signal.id}", label=signal.name) for signal in signals]
        _offer(turn, argument, "wrong_words" if buttons else "wrong_words_none", buttons)


def _offer(turn: Turn, argument: str, text: str, buttons: list[Button]) -> None:
    rows = [buttons[place : place + 2] for place in range(0, len(buttons), 2)]
    turn.say(say(turn.words.text(text), buttons=[*rows, [turn.button("card", argument)]], replaces=True))


def _as_kind(turn: Turn, argument: str) -> None:
    number, _, kind = argument.partition(".")
    if found := _find(turn, number):
        name = next((known.name for known in turn.content.replies.kinds if known.id == kind), None)
        done = turn.words.text("wrong_done", what=name) if name else ""
        _correct(turn, found[0], done, **({"kind": kind} if name else {}))


def _drop(turn: Turn, argument: str) -> None:
    number, _, signal = argument.partition(".")
    if found := _find(turn, number):
        known = turn.content.signals.get(signal)
        done = turn.words.text("wrong_dropped", name=known.name) if known else ""
        dropped = (*found[0].corrected.dropped, *([signal] if known else []))
        _correct(turn, found[0], done, dropped=tuple(dict.fromkeys(dropped)))


def _wrong_fields(turn: Turn, argument: str) -> None:
    if _find(turn, argument):
        turn.goto("correct", argument=argument)
        _ask_correct(turn)


def _ask_correct(turn: Turn) -> None:
    argument = str(turn.slots.get("argument", ""))
    turn.say(say(turn.words.text("wrong_fields"), buttons=[[turn.button("card", argument)]], replaces=True))


def _corrects(turn: Turn) -> bool:
    """Words that ask, or speak to the debtor, are somebody else's or another matter."""
    others = turn.content.conversations[turn.handler].words["not_correcting"]
    return not any(word in turn.plain for word in others) and _read_correction(turn) != Fields()


def _take_correct(turn: Turn) -> bool:
    if not _corrects(turn):
        return False
    said = _read_correction(turn)
    if found := _find(turn, str(turn.slots.get("argument", ""))):
        words = turn.words
        amount = "" if said.amount_cny is None else words.text("wrong_amount", amount=money(said.amount_cny))
        days = "" if said.overdue_days is None else words.text("wrong_days", days=said.overdue_days)
        what = words.text("laws_or").join(filter(None, (said.lender, amount, days)))
        changes = {"lender": said.lender, "amount": said.amount_cny, "days": said.overdue_days}
        given = {name: value for name, value in changes.items() if value is not None}
        _correct(turn, found[0], words.text("wrong_done", what=what), **given)
    return True


def _read_correction(turn: Turn) -> Fields:
    return read_correction(turn.services.recogniser, turn.text)


def _correct_unclear(turn: Turn) -> None:
    turn.say(say(turn.words.text("wrong_unclear")))


def _correct(turn: Turn, held: Held, note: str, **changes: object) -> None:
    """Hold the corrections with the message, and answer it anew."""
    held = held.model_copy(update={"corrected": held.corrected.model_copy(update=changes)})
    turn.rehold(held)
    _answer(turn, held, str(held.number), note=note)


# --- the message


def _find(turn: Turn, argument: str) -> tuple[Held, Case] | None:
    """The held message that a button means; says kindly where it is held no longer. Whatever was asked is over."""
    turn.finish()
    held = turn.held(int(argument)) if argument.isdecimal() else None
    if held is None:
        turn.say(say(turn.words.text("gone")))
        return None
    return held, _case(turn, held)


def _case(turn: Turn, held: Held) -> Case:
    sent_at = held.sent_at.astimezone(turn.zone) if held.sent_at else None
    reading, today = turn.reading(held), turn.local_now.date()
    return Case(text=held.text, reading=reading, today=today, sender=held.sender, sent_at=sent_at)


def _elsewhere(turn: Turn, label: str, id_: str, argument: str) -> Button:
    """A button that another conversation answers."""
    return Button(f"{id_}:{argument}", turn.words.label(label))


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


HANDLER = Handler(
    name="forwarded",
    wants=wants,
    start=start,
    states={
        "choose": State(ask=_ask_when, answer=_take_when, passing=True, unclear=_when_unclear),
        "when": State(ask=_ask_when, answer=_take_when, unclear=_when_unclear),
        "correct": State(
            ask=_ask_correct, answer=_take_correct, passing=True, claims=_corrects, unclear=_correct_unclear
        ),
    },
    actions={
        "card": _show_card,
        "more": _show_more,
        "why": _show_why,
        "laws": _show_laws,
        "when": _show_when,
        "now": _now,
        "today": _today,
        "yesterday": _yesterday,
        "fill": _fill,
        "wrong": _show_wrong,
        "wrong_kind": _wrong_kind,
        "wrong_fields": _wrong_fields,
        "wrong_words": _wrong_words,
        "as": _as_kind,
        "drop": _drop,
    },
)
