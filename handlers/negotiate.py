"""Getting ready to negotiate: two questions, then the words for the phone and a text to send.

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
    amount = Decimal(0) if nothing else read_amount(turn.text)
    if amount is None or amount < 0 or amount > MOST:
        return False
    turn.goto("reason", amount=money(amount) if amount else "")
    _ask_reason(turn)
    return True


def _monthly_unclear(turn: Turn) -> None:
    turn.say(say(turn.words.text("monthly_unclear")))


# --- why it is hard


def _ask_reason(turn: Turn) -> None:
    amount = turn.slots.get("amount")
    asked = turn.words.text("reason_ask", amount=amount) if amount else turn.words.text("reason_ask_none")
    rows = [[turn.button("job"), turn.button("income")], [turn.button("ill"), turn.button("other")]]
    turn.say(say(asked, buttons=rows))


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
    """Say back what was understood; the opening, the answers and the text, each fit to be used as it stands."""
    words, slots = turn.words, turn.slots
    turn.finish()
    amount = str(slots.get("amount") or "")
    none = "" if amount else "_none"
    number = str(slots.get("number") or "")
    held = turn.held(int(number)) if number.isdecimal() else None
    reading = turn.reading(held) if held else None
    lender = (reading.fields.lender if reading else None) or turn.content.replies.phrases["blank"]
    blanks = {"lender": lender, "amount": amount, "reason": reason}
    card = bool(reading and reading.lender and reading.lender.credit_card)
    turn.say(
        say(
            words.text(f"summary{none}", **blanks),
            words.text("where"),
            words.text("credit_card") if card else "",
            words.text("opening_head"),
        )
    )
    turn.say(say(Block(words.text(f"opening{none}", **blanks), Style.SCRIPT)))
    answers = ("answer_refuse", "answer_threat", f"answer_bad{none}", "answer_fee")
    turn.say(
        say(
            Block(words.text("answers_head"), Style.TITLE),
            "\n".join(words.text(id_, **blanks) for id_ in answers),
            words.text("written"),
            words.text("text_head"),
        )
    )
    turn.say(say(Block(words.text(f"text{none}", **blanks), Style.SCRIPT)))
    turn.say(say(Block(words.text("later"), Style.NOTE)))


HANDLER = Handler(
    name="negotiate",
    wants=wants,
    start=start,
    states={
        "monthly": State(ask=_ask_monthly, answer=_take_monthly, unclear=_monthly_unclear),
        "reason": State(ask=_ask_reason, answer=_take_reason, free=True),
    },
    actions={"open": _open, "job": _job, "income": _income, "ill": _ill, "other": _other},
    commands=("negotiate",),
)
