"""Getting ready to negotiate: two questions, then the words for the phone; answers and a text by button.

The sum is the reader's own; nothing is promised for him, and no outcome to him.
"""

from decimal import Decimal

from bot.messages import Block, Style, say
from bot.recognition import Route
from bot.recognition.typed import read_amount
from bot.recognition.wording import money
from bot.turn import Handler, State, Turn

REASONS = ("job", "income", "ill")
REASON_MOST = 20
MOST = Decimal(1_000_000)


def wants(turn: Turn) -> bool:
    return turn.route is not Route.MESSAGE and turn.words.means("open", turn.text)


def start(turn: Turn) -> None:
    last = turn.session.held[-1].number if turn.session.held else ""
    _open(turn, str(last))


def _open(turn: Turn, argument: str) -> None:
    turn.goto("monthly", number=argument)
    _ask_monthly(turn)


# --- what can be paid each month


def _ask_monthly(turn: Turn) -> None:
    turn.say(say(turn.words.text("monthly_ask")))


def _take_monthly(turn: Turn) -> bool:
    nothing = turn.words.means("none", turn.text)
    amount = Decimal(0) if nothing else read_amount(turn.plain)
    if amount is None or amount < 0 or amount > MOST:
        return False
    turn.goto("reason", amount=money(amount) if amount else "")
    _ask_reason(turn)
    return True


def _monthly_unclear(turn: Turn) -> None:
    missed = bool(turn.slots.get("missed"))
    turn.goto("monthly", missed=True)
    turn.say(say(turn.words.text("monthly_unclear_again" if missed else "monthly_unclear")))


# --- why it is hard


def _ask_reason(turn: Turn) -> None:
    amount = turn.slots.get("amount")
    asked = turn.words.text("reason_ask", amount=amount) if amount else turn.words.text("reason_ask_none")
    rows = [[turn.button("job"), turn.button("income")], [turn.button("ill"), turn.button("other")]]
    turn.say(say(asked, buttons=rows))


def _names_reason(turn: Turn) -> bool:
    """Whether it names one of the reasons and asks nothing, whatever else it tells (失业了，还有孩子上学)."""
    words = turn.content.conversations[turn.handler].words
    told = any(word in turn.plain for id_ in REASONS for word in words[id_])
    return told and len(turn.text) <= REASON_MOST and not any(word in turn.plain for word in words["asking"])


def _take_reason(turn: Turn) -> bool:
    for id_ in (*REASONS, "other"):
        if turn.words.means(id_, turn.text):
            _set_reason(turn, id_)
            return True
    own = " ".join(turn.text.split()).rstrip("。.!！")
    if len(own) > REASON_MOST or not any(char.isalpha() for char in own):
        turn.say(say(turn.words.text("reason_unclear")))
        return True
    _tell(turn, own)
    return True


def _job(turn: Turn, _argument: str) -> None:
    _set_reason(turn, "job")


def _income(turn: Turn, _argument: str) -> None:
    _set_reason(turn, "income")


def _ill(turn: Turn, _argument: str) -> None:
    _set_reason(turn, "ill")


def _other(turn: Turn, _argument: str) -> None:
    _set_reason(turn, "other")


def _set_reason(turn: Turn, id_: str) -> None:
    """A button pressed later, after the conversation has gone on, asks again from the start."""
    if turn.frame is None or turn.frame.state != "reason":
        _open(turn, "")
        return
    _tell(turn, turn.words.label(id_) if id_ in REASONS else turn.content.replies.phrases["blank"])


# --- what comes out


def _tell(turn: Turn, reason: str) -> None:
    """Say back what was understood, and the opening for the phone; the rest is one button away."""
    words, number = turn.words, str(turn.slots.get("number") or "")
    turn.goto("told", reason=reason)
    blanks, none = _blanks(turn, ""), "" if turn.slots.get("amount") else "_none"
    held = turn.held(int(number)) if number.isdecimal() else None
    reading = turn.reading(held) if held else None
    card = bool(reading and reading.lender and reading.lender.credit_card)
    turn.say(
        say(
            words.text(f"summary{none}", **blanks),
            words.text("where"),
            words.text("credit_card") if card else "",
            words.text("opening_head"),
            buttons=[[turn.button("answers", _known(turn)), turn.button("text", _known(turn))]],
        )
    )
    turn.say(say(Block(words.text(f"opening{none}", **blanks), Style.SCRIPT)))


def _show_answers(turn: Turn, argument: str) -> None:
    words, blanks = turn.words, _blanks(turn, argument)
    none = "" if blanks["amount"] else "_none"
    answers = ("answer_refuse", "answer_threat", f"answer_bad{none}", "answer_fee")
    lines = "\n".join(words.text(id_, **blanks) for id_ in answers)
    row = [[turn.button("text", argument)]]
    turn.say(say(Block(words.text("answers_head"), Style.TITLE), lines, words.text("written"), buttons=row))


def _show_text(turn: Turn, argument: str) -> None:
    words, blanks = turn.words, _blanks(turn, argument)
    turn.say(say(words.text("text_head"), buttons=[[turn.button("answers", argument)]]))
    turn.say(say(Block(words.text("text" if blanks["amount"] else "text_none", **blanks), Style.SCRIPT)))


def _known(turn: Turn) -> str:
    """What the buttons must still know when the talk has gone on: message, sum and reason, as far as it fits one."""
    slots = turn.slots
    reason = next((id_ for id_ in REASONS if turn.words.label(id_) == slots.get("reason")), "")
    return f"{slots.get('number') or ''}/{slots.get('amount') or ''}/{reason}"


def _blanks(turn: Turn, argument: str) -> dict[str, str]:
    """The blanks from what was just told, or else from what the button knows."""
    slots, blank = turn.slots, turn.content.replies.phrases["blank"]
    number, amount, reason = (*argument.split("/"), "", "", "")[:3]
    if "reason" in slots and argument in ("", _known(turn)):
        number, amount, said = (str(slots.get(id_) or "") for id_ in ("number", "amount", "reason"))
    else:
        said = turn.words.label(reason) if reason in REASONS else blank
    held = turn.held(int(number)) if number.isdecimal() else None
    lender = turn.reading(held).fields.lender if held else None
    return {"lender": lender or blank, "amount": amount, "reason": said or blank}


def _ask_told(turn: Turn) -> None:
    turn.say(say(turn.words.text("later")))


def _take_told(turn: Turn) -> bool:
    """What is added afterwards in a few words about one's trouble."""
    if not any(word in turn.plain for word in turn.content.conversations[turn.handler].words["hard"]):
        return False
    turn.say(say(turn.words.text("hard"), buttons=[[turn.button("text", _known(turn))]]))
    return True


HANDLER = Handler(
    name="negotiate",
    wants=wants,
    start=start,
    states={
        "monthly": State(ask=_ask_monthly, answer=_take_monthly, unclear=_monthly_unclear),
        "reason": State(ask=_ask_reason, answer=_take_reason, free=True, claims=_names_reason),
        "told": State(ask=_ask_told, answer=_take_told, passing=True, unclear=_ask_told),
    },
    actions={
        "open": _open,
        "job": _job,
        "income": _income,
        "ill": _ill,
        "other": _other,
        "answers": _show_answers,
        "text": _show_text,
    },
    commands=("negotiate",),
)
