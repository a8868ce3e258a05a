"""A reading in plain words: what a message claims, and the blanks of a script.

Claims are attributed ("小米金融说…"), in sentences and in scripts alike: repeating one must not admit it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from bot.recognition.types import Fields, Recognition
from content.load import Content
from content.schema import Provision
from content.schema_reply import KindReply

QUOTE_MOST = 28
"""Longer words of a message are cut, so that the card stays one glance long."""
NIGHT_FROM, NIGHT_TO = time(22), time(8)
_OTHERS = frozenset(("third_party", "exposure"))
"""The signals that bring somebody else into it."""


@dataclass(frozen=True)
class Case:
    """One message with its reading, who sent it and when, as far as known; `sent_at` in the user's zone.

    A `sent_at` of exactly midnight is a day without an hour.
    """

    text: str
    reading: Recognition
    today: date
    sender: str | None = None
    sent_at: datetime | None = None

    @property
    def day(self) -> date:
        """The day whose law counts: the message's, or today where it isn't known."""
        return self.sent_at.date() if self.sent_at else self.today

    @property
    def sent_at_night(self) -> time | None:
        """The hour it was sent, if that is known and lies between 22:00 and 08:00."""
        if self.sent_at is None or self.sent_at.timetz().replace(tzinfo=None) == time():
            return None
        hour = self.sent_at.time()
        return hour if hour >= NIGHT_FROM or hour < NIGHT_TO else None


def money(amount: Decimal) -> str:
    """A sum as people write it: 642.18, 5620."""
    whole = amount == amount.to_integral_value()
    return str(amount.quantize(Decimal(1) if whole else Decimal("0.01")))


def moment(at: datetime) -> str:
    """A time as people write it; a bare day where the hour isn't known."""
    day = f"{at.year} 年 {at.month} 月 {at.day} 日"
    return day if at.time() == time() else f"{day} {at:%H:%M}"


def dated(day: date) -> str:
    """A day as people write it."""
    return moment(datetime.combine(day, time()))


def shortened(quote: str, most: int = QUOTE_MOST) -> str:
    """The words of a message on one line and not too many of them; what is left stays verbatim."""
    line = quote.strip().splitlines()[0].strip() if quote.strip() else ""
    return line if len(line) <= most else line[: most - 1] + "…"


def plainly(provision: Provision) -> str:
    """What a provision means in our own words, in the polite form in which we speak; never done to quoted law."""
    return provision.plain.replace("你", "您")


def claim(content: Content, kind: KindReply, fields: Fields) -> str:
    """Who says what, in one sentence; empty when neither can be read."""
    phrases = content.replies.phrases
    names = {"lender": fields.lender, "collector": fields.collector}
    if kind.who is None:
        return ""
    facts = _facts(content, kind, fields)
    if kind.pretended:
        which = ("pretends_and_asks" if facts else "pretends") if fields.lender else ("asks" if facts else "")
    else:
        by = {(True, True): "both", (True, False): "lender", (False, True): "collector"}.get(
            (fields.lender is not None, fields.collector is not None), "nobody" if facts else ""
        )
        which = by and (f"said_by_{by}" if facts else f"named_{by}")
    said = phrases[which].format(facts=facts, who=kind.who, **names) if which else ""
    if kind.amount and kind.amount_apart and fields.amount_cny is not None:
        said += kind.amount.format(amount=money(fields.amount_cny))
    if not facts and fields.deadline is not None and not kind.pretended:
        said += _limit(content, fields.deadline, "limit")
    return said


def _facts(content: Content, kind: KindReply, fields: Fields) -> str:
    phrases = content.replies.phrases
    facts = []
    if fields.overdue_days is not None and not kind.pretended:
        facts.append(phrases["days"].format(days=fields.overdue_days))
    if fields.amount_cny is not None and not kind.amount_apart:
        facts.append((kind.amount or phrases["amount"]).format(amount=money(fields.amount_cny)))
    said = phrases["joint"].join(facts)
    if said and fields.deadline is not None and not kind.pretended:
        said += phrases["demands"].format(limit=_limit(content, fields.deadline, "deadline"))
    return said


def _limit(content: Content, deadline: date | int, form: str) -> str:
    """The limit for payment; `form` is `deadline` within a sentence and `limit` in one of its own."""
    phrases = content.replies.phrases
    if isinstance(deadline, date):
        return phrases[f"{form}_date"].format(month=deadline.month, day=deadline.day)
    return phrases[f"{form}_days"].format(days=deadline) if deadline else phrases[f"{form}_today"]


def script_blanks(content: Content, case: Case, quote: str, clause: str = "") -> dict[str, str]:
    """What a script's blanks are filled with; 「____」 where nothing was read."""
    phrases = content.replies.phrases
    fields, blank = case.reading.fields, phrases["blank"]
    facts = []
    if fields.overdue_days is not None:
        facts.append(phrases["days"].format(days=fields.overdue_days))
    if fields.amount_cny is not None:
        facts.append(phrases["amount"].format(amount=money(fields.amount_cny)))
    said = phrases["debt_said"].format(facts=phrases["joint"].join(facts)) if facts else ""
    named = {"lender": fields.lender, "said": said}
    return {
        "lender": fields.lender or blank,
        "debt": phrases["debt" if fields.lender else "debt_nobody"].format(**named),
        "channel": phrases["channel" if fields.lender else "channel_nobody"].format(**named),
        "ask_identity": phrases["ask_identity"] if "no_identity" in case.reading.signals else "",
        "only_me": "" if _OTHERS.isdisjoint(case.reading.signals) else phrases["only_me"],
        "quote": quote or blank,
        "sender": case.sender or blank,
        "when": moment(case.sent_at) if case.sent_at else blank,
        "case": fields.case_number or blank,
        "amount": money(fields.amount_cny) if fields.amount_cny is not None else blank,
        "clause": clause or blank,
    }
