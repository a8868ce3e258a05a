"""The answer to one message: what it is, the findings that matter, one provision, one next step.

Pure choice and composition; every word is content. The card is kept to one glance: when it grows too long, what
matters least is left out first, and stays behind the buttons.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.messages import Block, Style
from bot.recognition.normalise import normalise
from bot.recognition.provisions import Citation, Citations, cite, cite_message
from bot.recognition.quotes import quoted
from bot.recognition.scripts import Filled, choose_script, fill_script
from bot.recognition.types import CHOSEN, Finding, Recognition
from bot.recognition.weighing import WEIGHED
from bot.recognition.wording import QUOTE_MOST, Case, claim, money, plainly, shortened
from content.load import Content
from content.schema_reply import Script, SignalReply

CARD_MOST = 300
"""Characters of the first bubble, all blocks together."""
OTHER = "other"
SCAM = "scam"
RECENT = timedelta(days=730)
YEAR = timedelta(days=365)
_NIGHT = "night_contact"
_DOUBTS_OF_SIGNALS = {"lender": ("no_identity", "intimidation", "impersonation"), "impersonation": ("impersonation",)}
"""Doubts that beside such a finding say nothing new, or nothing that matters now."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding as it is told: the signal, its words of the message and its sentence."""

    signal: str
    quote: str
    sentence: str
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class Card:
    """The first bubble, the provision it cites, and the script that goes with it (None for what is no collection)."""

    blocks: tuple[Block, ...]
    citation: Citation | None = None
    filled: Filled | None = None


def answer(content: Content, case: Case) -> Card:
    """Compose the card of one message."""
    if case.reading.kind == OTHER:
        return Card((Block(_other(content, case.text)),))
    script, told = choose_script(content, case), tell(content, case)
    filled = fill_script(content, case, script)
    citations = _cited(content, case, script, told)
    return Card(_blocks(content, case, filled, told, citations), citations.first, filled)


def tell(content: Content, case: Case) -> tuple[Weighed, ...]:
    """The findings in words, one for each signal, the gravest first; what can't be shown by words isn't told."""
    quotes: dict[str, Finding] = {}
    for finding in case.reading.findings:
        known = quotes.get(finding.signal)
        if known is None or len(known.quote) > len(shortened(known.quote)) >= len(finding.quote):
            quotes[finding.signal] = finding
    card = bool(case.reading.lender and case.reading.lender.credit_card)
    told = []
    for reply in content.replies.signals:
        if reply.id not in case.reading.signals or not set(reply.unless).isdisjoint(case.reading.signals):
            continue
        found = quotes.get(reply.id)
        quoting = "{quote}" in reply.found
        quote = quoted(case.text, found.start, found.end, QUOTE_MOST) if found and quoting else ""
        if quoting and not quote:
            continue
        sentence = reply.sentence(quote, credit_card=card).format(quote=quote)
        told.append(Weighed(reply.id, quote, sentence, found))
    return tuple(told)


def provisions_of(content: Content, case: Case) -> Citations:
    """Every provision that fits this message, its day and its lender, the card's own first."""
    if case.reading.kind == OTHER:
        return Citations()
    return _cited(content, case, choose_script(content, case), tell(content, case))


def _cited(content: Content, case: Case, script: Script, told: tuple[Weighed, ...]) -> Citations:
    weighty = _weighty(content, case, told)
    words = {weighed.signal: weighed.quote for weighed in told}
    ordered = dict.fromkeys(weighed.signal for weighed in (*weighty, *told))
    kind = content.replies.kind(case.reading.kind)
    chosen = kind.provisions if case.reading.kind_rule == CHOSEN else ()
    return cite_message(
        content,
        [(signal, words[signal]) for signal in ordered],
        lender=case.reading.lender,
        day=case.day,
        before=(*script.provisions, *chosen),
        after=kind.provisions,
    )


def day_matters(content: Content, case: Case) -> bool:
    """Whether another day could change what is said: a contact at night, or a norm of the last two years."""
    if case.sent_at is not None:
        return False
    cited = provisions_of(content, case).binding
    return _NIGHT in case.reading.signals or any(_is_newer(case, each, RECENT) for each in cited)


# --- the parts


def _other(content: Content, text: str) -> str:
    others, plain = content.replies.others, normalise(text).text
    return next(other for other in others if not other.words or any(word in plain for word in other.words)).text


def _is_newer(case: Case, citation: Citation, than: timedelta) -> bool:
    return case.today - citation.provision.effective_from < than


def _weighty(content: Content, case: Case, told: tuple[Weighed, ...]) -> tuple[Weighed, ...]:
    """The one or two findings for the card: the gravest, and what a message of this kind is about (or the next).

    What it is about comes first where nothing graver than lawful notices was found; threats of harm come first always.
    """
    kind = content.replies.kind(case.reading.kind)
    told = tuple(weighed for weighed in told if weighed.signal not in kind.untold and not _guessed(weighed, told))
    own = next((weighed for weighed in told if weighed.signal in kind.plain), None)
    if own is None:
        return told[:1] + tuple(weighed for weighed in told[1:] if not _repeats(weighed, told[0]))[:1]
    others = tuple(weighed for weighed in told if weighed is not own and not _repeats(weighed, own))
    first = content.replies.signal(told[0].signal)
    grave = told[0] is not own and first.also is None and not first.yields
    yielding = kind.plain_first and first is not content.replies.signals[0]
    return (told[0], own) if grave and not yielding else (own, *others[:1])


def _guessed(weighed: Weighed, told: tuple[Weighed, ...]) -> bool:
    """Whether no rule found it, and a rule found something else in the same words."""
    own = weighed.finding
    if own is None or own.rule != WEIGHED:
        return False
    sure = (each.finding for each in told if each.quote and each.finding and each.finding.rule != WEIGHED)
    return any(other.start < own.end and own.start < other.end for other in sure)


def _repeats(weighed: Weighed, first: Weighed) -> bool:
    """Whether it would quote once more what the first quotes."""
    return bool(weighed.quote) and (weighed.quote in first.quote or first.quote in weighed.quote)


def _blocks(
    content: Content, case: Case, filled: Filled, told: tuple[Weighed, ...], citations: Citations
) -> tuple[Block, ...]:
    """All parts in their order, the least important left out until the card fits."""
    parts = _parts(content, case, filled, told, citations)
    while sum(len(block.text) for _, block in parts) > CARD_MOST and any(rank for rank, _ in parts):
        least = max(rank for rank, _ in parts)
        place = next(place for place in reversed(range(len(parts))) if parts[place][0] == least)
        parts = parts[:place] + parts[place + 1 :]
    return tuple(block for _, block in parts)


def _parts(
    content: Content, case: Case, filled: Filled, told: tuple[Weighed, ...], citations: Citations
) -> list[tuple[int, Block]]:
    """(rank, block): 0 always stays; the higher the rank, the sooner it gives way."""
    replies = content.replies
    phrases, kind = replies.phrases, replies.kind(case.reading.kind)
    weighty = _weighty(content, case, told)
    script = filled.script
    exactly = script.what if not script.what_for or kind.id in script.what_for else None
    guess = replies.unsure["scam"] if kind.id == SCAM and "kind" in case.reading.unsure else None
    parts: list[tuple[int, Block]] = [(0, Block(guess or exactly or kind.what, Style.TITLE))]

    def add(rank: int, text: str, style: Style = Style.PLAIN) -> None:
        if text:
            parts.append((rank, Block(text, style)))

    if case.reading.parts > 1:
        add(2, _several(content, case.reading))
    add(1, claim(content, kind, case.reading.fields))
    if filled.clause:
        add(0, phrases["clause"].format(clause=filled.clause))
    for place, weighed in enumerate(weighty):
        own = weighed.signal in kind.plain and script.about
        sentence = own.format(quote=weighed.quote) if own else weighed.sentence
        add(place and 4, sentence + _norm(content, case, replies.signal(weighed.signal)))
    for doubt in _doubts(case, citations, guessed=guess is not None):
        add(5, replies.unsure[doubt])
    if case.sent_at_night and _NIGHT not in case.reading.signals:
        said = phrases["sent_at_night"].format(time=f"{case.sent_at_night:%H:%M}")
        add(5, said + _norm(content, case, replies.signal(_NIGHT)))
    if not weighty:
        add(2, kind.fine or "")
    add(6, _also(content, case, told, weighty))
    if citations.conditional and "lender" not in case.reading.unsure and not _urgent(case):
        add(8, phrases["lender_open"], Style.NOTE)
    if citation := citations.first:
        add(0, phrases["source"].format(source=citation.source))
        add(0, citation.quote, Style.QUOTE)
        add(3, phrases["plain"].format(plain=plainly(citation.provision)))
        if citations.dated:
            add(1, phrases["newer_law"])
        elif case.sent_at is None and _is_newer(case, citation, YEAR):
            add(7, phrases["today_assumed"], Style.NOTE)
    add(0, phrases["next"].format(next=filled.next))
    return parts


def _several(content: Content, reading: Recognition) -> str:
    """How many messages were pasted, and what the others are if they come from others."""
    phrases = content.replies.phrases
    others = [
        phrases["beside" if other.amount_cny is None else "beside_amount"].format(
            lender=other.lender,
            kind=content.replies.kind(other.kind).name,
            amount=money(other.amount_cny) if other.amount_cny is not None else "",
        )
        for other in reading.beside
    ]
    which = "several_apart" if others else "several"
    return phrases[which].format(parts=reading.parts, others=phrases["joint"].join(others))


def _urgent(case: Case) -> bool:
    """Fraud, or a threat of harm: nothing else is worth a word now."""
    return case.reading.kind == SCAM or "intimidation" in case.reading.signals


def _doubts(case: Case, citations: Citations, *, guessed: bool) -> list[str]:
    """The doubts that are worth a sentence: not said already, and of the lender only where it changes the law."""
    doubts = []
    for doubt in case.reading.unsure:
        known = not set(_DOUBTS_OF_SIGNALS.get(doubt, ())).isdisjoint(case.reading.signals)
        idle = doubt == "lender" and not citations.conditional
        if not (known or idle or (doubt == "kind" and guessed)):
            doubts.append(doubt)
    return doubts


def _norm(content: Content, case: Case, reply: SignalReply) -> str:
    """The industry norm's sentence, where it applies to this lender on this day."""
    norm = reply.norm
    applies = norm and cite(content, (norm.provision,), lender=case.reading.lender, day=case.day)
    return norm.text if norm and applies else ""


def _also(content: Content, case: Case, told: tuple[Weighed, ...], weighty: tuple[Weighed, ...]) -> str:
    """What else is mentioned that is lawful to mention; never beside fraud or threats of harm."""
    if _urgent(case):
        return ""
    phrases = content.replies.phrases
    others = [content.replies.signal(other.signal) for other in told if other not in weighty]
    lawful = [other.also for other in others if other.also and set(other.silent).isdisjoint(case.reading.signals)]
    return phrases["also"].format(names=phrases["also_joint"].join(lawful)) if lawful else ""
