"""What to do when the message is wrong: already paid, partly paid, or not the reader's loan.

Each ends with a text that disputes the account and asks for its correction, never with "just ignore it".
"""

from decimal import Decimal

from bot.messages import Block, Button, Style, say
from bot.recognition import Route
from bot.recognition.moments import read_moment
from bot.recognition.provisions import cite
from bot.recognition.typed import read_amount
from bot.recognition.wording import moment, money
from bot.turn import Handler, State, Turn

LONGEST = 40
"""Longer texts tell a story; they are for the questions."""
PATHS = ("not_mine", "part", "paid")
"""In the order in which their words are looked for: 先还了一部分 is no full payment."""
OBJECTION = "credit-reg-25"
SET_OFF = "civil-code-561"


def wants(turn: Turn) -> bool:
    return turn.route is not Route.MESSAGE and _path(turn) is not None


def start(turn: Turn) -> None:
    """Begun by words: they speak of the message that came last."""
    last = turn.session.held[-1].number if turn.session.held else ""
    {"paid": _paid, "part": _part, "not_mine": _not_mine}[_path(turn) or "paid"](turn, str(last))


def _path(turn: Turn) -> str | None:
    """Which of the three a short statement means; None for questions, plans and denials."""
    text = "".join(turn.plain.split())
    words = turn.content.conversations[HANDLER.name].words
    if not text or len(text) > LONGEST or any(word in text for word in words["asking"]):
        return None
    return next((path for path in PATHS if any(word in text for word in words[path])), None)


# --- paid, and partly paid: when, how much


def _paid(turn: Turn, argument: str) -> None:
    turn.goto("when", path="paid", number=argument, day="", amount="")
    _ask_when(turn)


def _part(turn: Turn, argument: str) -> None:
    turn.goto("when", path="part", number=argument, day="", amount="")
    _ask_when(turn)


def _ask_when(turn: Turn) -> None:
    turn.say(say(turn.words.text("part_when" if turn.slots.get("path") == "part" else "paid_when")))


def _take_when(turn: Turn) -> bool:
    if turn.words.means("unknown", turn.text):
        turn.goto("amount", day="")
        _ask_amount(turn)
        return True
    paid_on = read_moment(turn.plain, turn.local_now)
    if paid_on is None:
        return False
    if paid_on > turn.local_now:
        turn.say(say(turn.words.text("when_future")))
    else:
        turn.goto("amount", day=moment(paid_on.replace(hour=0, minute=0)))
        _ask_amount(turn)
    return True


def _when_unclear(turn: Turn) -> None:
    turn.say(say(turn.words.text("when_unclear")))


def _ask_amount(turn: Turn) -> None:
    turn.say(say(turn.words.text("how_much")))


def _take_amount(turn: Turn) -> bool:
    amount = read_amount(turn.plain)
    if turn.words.means("unknown", turn.text):
        turn.goto("amount", amount="")
    elif amount is None or amount <= 0:
        return False
    else:
        turn.goto("amount", amount=money(amount))
    slots = turn.slots
    turn.finish()
    path, number = str(slots.get("path") or "paid"), str(slots.get("number", ""))
    if path == "paid" and amount is not None and _is_less_than_claimed(turn, number, amount):
        path = "part"  # whoever paid less than is claimed must not write that nothing is owed
        turn.say(say(turn.words.text("less_than_claimed", amount=money(amount))))
    provision = OBJECTION if path == "paid" else SET_OFF
    _tell(turn, path, number, provision, day=slots.get("day", ""), amount=slots.get("amount", ""))
    return True


def _is_less_than_claimed(turn: Turn, number: str, amount: Decimal) -> bool:
    held = turn.held(int(number)) if number.isdecimal() else None
    claimed = turn.reading(held).fields.amount_cny if held else None
    return claimed is not None and amount < claimed


def _amount_unclear(turn: Turn) -> None:
    turn.say(say(turn.words.text("amount_unclear")))


# --- not mine: the one question that decides


def _not_mine(turn: Turn, argument: str) -> None:
    turn.goto("own", number=argument)
    _ask_own(turn)


def _ask_own(turn: Turn) -> None:
    number = turn.slots.get("number", "")
    row = [turn.button(id_, number) for id_ in ("none", "for_other", "unsure")]
    turn.say(say(turn.words.text("own_ask"), buttons=[row]))


def _take_own(turn: Turn) -> bool:
    number = str(turn.slots.get("number", ""))
    for word, action in (("own_none", _none), ("own_for_other", _for_other), ("own_unsure", _unsure)):
        if turn.words.means(word, turn.text):
            action(turn, number)
            return True
    return False


def _own_unclear(turn: Turn) -> None:
    turn.say(say(turn.words.text("own_unclear")))
    _ask_own(turn)


def _none(turn: Turn, argument: str) -> None:
    turn.finish()
    _tell(turn, "not_mine", argument, OBJECTION)


def _for_other(turn: Turn, argument: str) -> None:
    turn.finish()
    _tell(turn, "for_other", argument, None)


def _unsure(turn: Turn, argument: str) -> None:
    turn.finish()
    _tell(turn, "unsure", argument, None)


# --- what comes out


def _tell(turn: Turn, path: str, number: str, provision: str | None, *, day: str = "", amount: str = "") -> None:
    """What it means, the steps, the provision, and alone the text to send."""
    words = turn.words
    held = turn.held(int(number)) if number.isdecimal() else None
    reading = turn.reading(held) if held else None
    blank = turn.content.replies.phrases["blank"]
    lender = (reading.fields.lender if reading else None) or blank
    law: list[Block] = []
    if provision:
        of = reading.lender if reading else None
        for citation in cite(turn.content, (provision,), lender=of, day=turn.local_now.date()):
            law = [Block(words.text("law", source=citation.source)), Block(citation.quote, Style.QUOTE)]
    buttons = [[Button(f"evidence:save:{held.number}", words.label("save"))]] if held else []
    turn.say(say(words.text(f"{path}_head"), words.text(f"{path}_steps"), *law, buttons=buttons))
    blanks = {"lender": lender, "day": day or blank, "amount": amount or blank}
    turn.say(say(Block(words.text(f"{path}_script", **blanks), Style.SCRIPT)))
    if path in ("paid", "part"):
        turn.goto("told")


def _say_told(turn: Turn) -> None:
    turn.say(say(turn.words.text("told")))


def _take_told(turn: Turn) -> bool:
    """How it was paid (支付宝转的), added in a few words."""
    proofs = turn.content.conversations[turn.handler].words["proofs"]
    if len(turn.text) > LONGEST or not any(word in turn.plain for word in proofs):
        return False
    _say_told(turn)
    return True


HANDLER = Handler(
    name="settled",
    wants=wants,
    start=start,
    states={
        "when": State(ask=_ask_when, answer=_take_when, unclear=_when_unclear),
        "amount": State(ask=_ask_amount, answer=_take_amount, unclear=_amount_unclear),
        "told": State(ask=_say_told, answer=_take_told, passing=True, unclear=_say_told),
        "own": State(ask=_ask_own, answer=_take_own, unclear=_own_unclear),
    },
    actions={
        "paid": _paid,
        "part": _part,
        "not_mine": _not_mine,
        "none": _none,
        "for_other": _for_other,
        "unsure": _unsure,
    },
)
