"""What a borrower gets back after pasting or forwarding a message: the card, the script, and what lies behind them.

Every button carries the number of the held message, with a kind after a dot where the reader corrected it, so each
answers for its own message however many came after. Views of the card replace it and lead back to it.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.messages import Block, Button, Origin, Reply, Style, UpdateKind, say
from bot.recognition import Recognition, Route
from bot.recognition.card import OTHER, Card, answer, day_matters, provisions_of, tell
from bot.recognition.moments import read_moment
from bot.recognition.provisions import Citation, cite_signal
from bot.recognition.weighing import WEIGHED
from bot.recognition.wording import Case, moment, plainly
from bot.session import Held
from bot.turn import Handler, State, Turn

TOGETHER = timedelta(seconds=2)
"""People send ten messages at once: those after the first are taken as one."""
LULL = timedelta(seconds=1)
"""So long the joint answer waits at least: more may have come already that only has its turn later."""
JOINED_MOST = 2_000
"""Characters that are answered jointly: each message that comes has all of them read anew. Then another text begins."""
LAWS_MOST = 5
CONDITIONAL_MOST = 3


def wants(turn: Turn) -> bool:
    return turn.update.kind is UpdateKind.FORWARD or turn.route is Route.MESSAGE


def start(turn: Turn) -> None:
    """Answer at once. What comes within two seconds of that is answered jointly, once they are over."""
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
    }
    held = last.model_copy(update=changes)
    turn.rehold(held)
    return held


# --- the card and its views


def _answer(turn: Turn, held: Held, argument: str, *, replaces: bool = False, note: str = "") -> None:
    """Say the card and, in a bubble of its own, each text that may be copied."""
    case = _case(turn, held, argument)
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
        return [[_wrong(turn, argument)]]
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
        [*row, _wrong(turn, argument)],
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
    """The words and rules that led here, with the provision of each finding."""
    found = _find(turn, argument)
    if not found:
        return
    _, case = found
    words, reading = turn.words, case.reading
    chosen = "." in argument
    rule = "" if chosen or not reading.kind_rule else _rule(turn, reading.kind_rule)
    kind = turn.content.replies.kind(reading.kind).name
    blocks = [words.text("why_kind_chosen" if chosen else "why_kind", kind=kind) + rule]
    blocks += _why_findings(turn, case) or [words.text("why_nothing")]
    blocks += _why_frame(turn, case)
    head = Block(words.text("why_head"), Style.TITLE)
    limit = Block(words.text("why_limit"), Style.NOTE)
    turn.say(say(head, *blocks, limit, buttons=[[turn.button("card", argument)]], replaces=True))


def _rule(turn: Turn, rule: str) -> str:
    return turn.words.text("why_weighed") if rule == WEIGHED else turn.words.text("why_rule", rule=rule)


def _why_findings(turn: Turn, case: Case) -> list[str]:
    words, lines = turn.words, []
    for weighed in tell(turn.content, case):
        signal = turn.content.signals[weighed.signal]
        line = words.text("why_finding" if weighed.quote else "why_finding_bare", name=signal.name, quote=weighed.quote)
        if weighed.finding:
            line += _rule(turn, weighed.finding.rule)
        quote = weighed.finding.quote if weighed.finding else ""
        first = cite_signal(turn.content, weighed.signal, lender=case.reading.lender, day=case.day, words=quote).first
        if first:
            line += "\n" + words.text("why_law", law=first.source)
        lines.append(line)
    return lines


def _why_frame(turn: Turn, case: Case) -> list[str]:
    """Whose rules and which day's: what the provisions were chosen by."""
    words, lender = turn.words, case.reading.lender
    lines = []
    if lender:
        lines.append(words.text("why_lender", lender=lender.name, note=lender.note))
    if case.reading.kind != OTHER:
        day = moment(datetime.combine(case.day, time()))
        lines.append(words.text("why_day_known", day=day) if case.sent_at else words.text("why_day_today"))
    return lines


def _show_laws(turn: Turn, argument: str) -> None:
    """What else the law says of this message; what depends on the lender is said with its condition."""
    found = _find(turn, argument)
    if not found:
        return
    _, case = found
    words = turn.words
    citations = provisions_of(turn.content, case)
    blocks: list[Block] = [Block(words.text("laws_head"), Style.TITLE)]
    for citation in citations.binding[:LAWS_MOST]:
        blocks += _law(turn, citation, words.text("laws_source", source=citation.source))
    if not citations.binding:
        blocks.append(Block(words.text("laws_none")))
    for citation in citations.conditional[:CONDITIONAL_MOST]:
        blocks += _law(turn, citation, _condition(turn, citation))
    turn.say(say(*blocks, buttons=[[turn.button("card", argument)]], replaces=True))


def _law(turn: Turn, citation: Citation, source: str) -> list[Block]:
    words, provision = turn.words, citation.provision
    note = words.text("laws_plain", plain=plainly(provision))
    if citation.rank.prose != citation.rank.name:
        note += citation.rank.prose + citation.rank.force
    if citation.newer:
        note += words.text("laws_newer", day=moment(datetime.combine(citation.newer.effective_from, time())))
    return [Block(source), Block(citation.quote, Style.QUOTE), Block(note, Style.NOTE)]


def _condition(turn: Turn, citation: Citation) -> str:
    """On what it depends: who the lender is, or when the loan was made."""
    words, names = turn.words, turn.content.replies.lender_kinds
    if citation.lenders:
        kinds = words.text("laws_or").join(names[kind] for kind in names if kind in citation.lenders)
        return words.text("laws_if_lender", kinds=kinds, source=citation.source)
    day = moment(datetime.combine(citation.provision.effective_from, time()))
    return words.text("laws_if_new", day=day, source=citation.source)


# --- when it was sent


def _show_when(turn: Turn, argument: str) -> None:
    if _find(turn, argument):
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
    sent_at = read_moment(turn.text, turn.local_now)
    if sent_at is None:
        turn.say(say(turn.words.text("when_unclear")))
        return True
    if sent_at > turn.local_now:
        turn.say(say(turn.words.text("when_future")))
        return True
    argument = str(turn.slots.get("argument", ""))
    turn.finish()
    _set_moment(turn, argument, sent_at)
    return True


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
        number = found[0].number
        kinds = [kind for kind in turn.content.replies.kinds if kind.id != found[1].reading.kind]
        buttons = [turn.button("as", f"{number}.{kind.id}", label=kind.name) for kind in kinds]
        rows = [buttons[place : place + 2] for place in range(0, len(buttons), 2)]
        turn.say(say(turn.words.text("wrong_kind"), buttons=[*rows, [turn.button("card", argument)]], replaces=True))


def _as_kind(turn: Turn, argument: str) -> None:
    if found := _find(turn, argument):
        _answer(turn, found[0], argument)


def _wrong_fields(turn: Turn, argument: str) -> None:
    turn.say(say(turn.words.text("wrong_fields"), buttons=[[turn.button("card", argument)]], replaces=True))


def _wrong_words(turn: Turn, argument: str) -> None:
    turn.say(say(turn.words.text("wrong_words"), buttons=[[turn.button("card", argument)]], replaces=True))


# --- the message


def _find(turn: Turn, argument: str) -> tuple[Held, Case] | None:
    """The held message that a button means; says kindly where it is held no longer."""
    number, _, kind = argument.partition(".")
    held = turn.held(int(number)) if number.isdecimal() else None
    if held is None or (kind and all(kind != known.id for known in turn.content.replies.kinds)):
        turn.say(say(turn.words.text("gone")))
        return None
    return held, _case(turn, held, argument)


def _case(turn: Turn, held: Held, argument: str = "") -> Case:
    today = turn.local_now.date()
    sent_at = held.sent_at.astimezone(turn.zone) if held.sent_at else None
    reading: Recognition = turn.services.recogniser.recognise(held.text, sent_at.date() if sent_at else today)
    if kind := argument.partition(".")[2]:
        reading = replace(reading, kind=kind, unsure=())
    return Case(text=held.text, reading=reading, today=today, sender=held.sender, sent_at=sent_at)


def _elsewhere(turn: Turn, label: str, id_: str, argument: str) -> Button:
    """A button that another conversation answers; it takes the bare number."""
    return Button(f"{id_}:{argument.partition('.')[0]}", turn.words.label(label))


def _wrong(turn: Turn, argument: str) -> Button:
    return turn.button("wrong", argument)


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


HANDLER = Handler(
    name="forwarded",
    wants=wants,
    start=start,
    states={"when": State(ask=_ask_when, answer=_take_when)},
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
    },
)
