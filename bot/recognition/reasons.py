"""What lies behind a card: why the message was judged so, and what else the law says of it."""

from bot.messages import Block, Style
from bot.recognition.card import OTHER, provisions_of, tell
from bot.recognition.provisions import Citation, cite_signal
from bot.recognition.types import CHOSEN, Recognition
from bot.recognition.weighing import WEIGHED
from bot.recognition.wording import Case, dated, plainly
from content.load import Content

LAWS_MOST = 5
CONDITIONAL_MOST = 3
_WORDS = "forwarded"
"""The conversation whose sentences say it."""


def why(content: Content, case: Case) -> list[Block]:
    """The words that led here, with the provision of each finding; ids of rules mean nothing to a reader."""
    reading = case.reading
    kind = content.replies.kind(reading.kind).name
    chosen = reading.kind_rule == CHOSEN
    lines = [_text(content, "why_kind_chosen" if chosen else "why_kind", kind=kind) + _basis(content, reading)]
    lines += _findings(content, case) or [_text(content, "why_nothing")]
    lines += _frame(content, case)
    head = Block(_text(content, "why_head"), Style.TITLE)
    return [head, *map(Block, lines), Block(_text(content, "why_limit"), Style.NOTE)]


def laws(content: Content, case: Case) -> list[Block]:
    """What else the law says of this message; what depends on the lender is said with its condition."""
    citations = provisions_of(content, case)
    blocks = [Block(_text(content, "laws_head"), Style.TITLE)]
    for citation in citations.binding[:LAWS_MOST]:
        blocks += _law(content, citation, _text(content, "laws_source", source=citation.source))
    if not citations.binding:
        blocks.append(Block(_text(content, "laws_none")))
    for citation in citations.conditional[:CONDITIONAL_MOST]:
        blocks += _law(content, citation, _condition(content, citation))
    return blocks


def _basis(content: Content, reading: Recognition) -> str:
    """What the kind was judged by: the findings that its step asks for, by name."""
    if reading.kind_rule == WEIGHED:
        return _text(content, "why_weighed")
    steps = content.kinds.steps if content.kinds else ()
    asked = {fact for step in steps if step.id == reading.kind_rule for fact in (*step.all, *step.any)}
    signals = dict.fromkeys(each.signal for each in reading.findings if not asked.isdisjoint((each.signal, each.rule)))
    names = _text(content, "why_joint").join(content.signals[signal].name for signal in signals)
    return _text(content, "why_basis", names=names) if names else ""


def _findings(content: Content, case: Case) -> list[str]:
    lines = []
    for weighed in tell(content, case):
        name = content.signals[weighed.signal].name
        line = _text(content, "why_finding" if weighed.quote else "why_finding_bare", name=name, quote=weighed.quote)
        if weighed.finding and weighed.finding.rule == WEIGHED:
            line += _text(content, "why_weighed")
        quote = weighed.finding.quote if weighed.finding else ""
        first = cite_signal(content, weighed.signal, lender=case.reading.lender, day=case.day, words=quote).first
        if first:
            line += "\n" + _text(content, "why_law", law=first.source)
        lines.append(line)
    return lines


def _frame(content: Content, case: Case) -> list[str]:
    """Whose rules and which day's: what the provisions were chosen by."""
    lender, lines = case.reading.lender, []
    if lender:
        lines.append(_text(content, "why_lender", lender=lender.name, note=lender.note))
    if case.reading.kind != OTHER:
        day = dated(case.day)
        known = _text(content, "why_day_known", day=day)
        lines.append(known if case.sent_at else _text(content, "why_day_today"))
    return lines


def _law(content: Content, citation: Citation, source: str) -> list[Block]:
    provision = citation.provision
    note = _text(content, "laws_plain", plain=plainly(provision))
    if citation.rank.prose != citation.rank.name:
        note += citation.rank.prose + citation.rank.force
    if citation.newer:
        note += _text(content, "laws_newer", day=dated(citation.newer.effective_from))
    return [Block(source), Block(citation.quote, Style.QUOTE), Block(note, Style.NOTE)]


def _condition(content: Content, citation: Citation) -> str:
    """On what it depends: who the lender is, or when the loan was made."""
    names = content.replies.lender_kinds
    if citation.lenders:
        kinds = _text(content, "laws_or").join(names[kind] for kind in names if kind in citation.lenders)
        return _text(content, "laws_if_lender", kinds=kinds, source=citation.source)
    day = dated(citation.provision.effective_from)
    return _text(content, "laws_if_new", day=day, source=citation.source)


def _text(content: Content, id_: str, **blanks: str) -> str:
    return content.conversations[_WORDS].texts[id_].format_map(blanks)
