"""Looking up the law: a provision by its number, provisions by words, a dated figure by its name.

What the reference doesn't hold is said plainly, with what is nearest and who can be asked; nothing is made up. How a
provision and a figure are told stands in `bot/lawbook/telling.py`.
"""

from collections.abc import Iterable
from datetime import date

from bot.lawbook import Asked, Found, Lawbook, Reference, Span
from bot.lawbook.telling import Teller
from bot.messages import Block, Button, Style, say
from bot.recognition.wording import dated
from bot.turn import Handler, State, Turn
from content.schema import Provision, Rank
from content.schema_lawbook import Figure

MOST = 6
"""Provisions offered at once."""
LISTED = 8
"""Provisions of one norm."""
FIGURES = 2
_BY_RANK = {rank: place for place, rank in enumerate(Rank)}


def calls(turn: Turn) -> bool:
    """A reference, a figure or a search by itself, in whatever conversation it is said."""
    return _hear(turn).calls


def start(turn: Turn) -> None:
    if not _answer(turn, _hear(turn)):
        turn.goto("wanted")
        _ask(turn)


def _ask(turn: Turn) -> None:
    turn.say(say(turn.words.text("ask")))


def _take(turn: Turn) -> bool:
    """Whatever is written after the question what to look up; what finds nothing may be meant for somebody else."""
    asked = _hear(turn, commanded=True)
    questions = turn.content.conversations[HANDLER.name].words["question"]
    if asked.words and (any(word in turn.plain for word in questions) or not _search(turn, asked.words)):
        return False
    return _answer(turn, asked)


def _unclear(turn: Turn) -> None:
    turn.say(say(turn.words.text("ask_unclear")))


def _hear(turn: Turn, *, commanded: bool = False) -> Asked:
    text = turn.plain
    if text.startswith("/"):
        text, commanded = text.partition(" ")[2], True
    if not text.strip() or turn.words.means("open", text):
        return Asked()
    return _book(turn).listening.hear(text, _today(turn), commanded=commanded)


def _answer(turn: Turn, asked: Asked) -> bool:
    """Tell what was asked for; False where nothing was."""
    today = _today(turn)
    span = asked.span or Span.of(today)
    future = span.first > today
    if future:
        span = Span.of(today)
    if asked.figure:
        _say_figure(turn, asked.figure, span)
    elif len(asked.references) == 1:
        _say_reference(turn, asked.references[0], span, old=asked.old)
    elif asked.references:
        _say_several(turn, asked.references, span)
    elif asked.words:
        _say_search(turn, asked.words)
    else:
        return False
    if future:
        turn.say(say(Block(turn.words.text("future"), Style.NOTE)))
    turn.finish()
    return True


# --- articles


def _say_reference(turn: Turn, reference: Reference, span: Span, *, old: bool) -> None:
    if reference.unknown:
        _say_unknown(turn, reference, span)
        return
    found = _book(turn).find(reference, span, old=old)
    if len(found.current) == 1:
        _show(turn, found.current[0])
    elif found.current:
        _say_which(turn, reference, found.current)
    elif found.ended or found.coming:
        _say_other_time(turn, reference, found, span)
    else:
        near = "not_held_near" if found.nearest else "not_held"
        turn.say(say(turn.words.text(near, what=_what(turn, reference)), buttons=_rows(turn, found.nearest)))


def _say_which(turn: Turn, reference: Reference, found: Iterable[Provision]) -> None:
    words, provisions = turn.words, sorted(found, key=lambda each: _BY_RANK[each.kind])
    laws = {each.law for each in provisions}
    if reference.article is None:
        title = _teller(turn).title(provisions[0])
        text = words.text("norm" if len(provisions) > LISTED else "norm_all", title=title, count=LISTED)
        turn.say(say(text, buttons=_rows(turn, provisions[:LISTED])))
    elif len(laws) == 1:
        turn.say(say(words.text("which_version"), buttons=_rows(turn, provisions)))
    else:
        article = words.text("what_article", number=_number(reference))
        which = "which_many" if len(provisions) > MOST else "which"
        text = words.text(which, count=len(laws), article=article, number=_number(reference))
        turn.say(say(text, buttons=_rows(turn, provisions[:MOST])))


def _say_other_time(turn: Turn, reference: Reference, found: Found, span: Span) -> None:
    """The number existed before, or exists since; the version that stands in its place is offered first."""
    words, content = turn.words, turn.content
    what, day = _what(turn, reference), _day(turn, span)
    if found.ended:
        last = max(found.ended, key=lambda each: each.effective_to or each.effective_from)
        newer = [content.provisions[each.superseded_by] for each in found.ended if each.superseded_by]
        text = words.text("ended_before" if newer else "ended_no_newer", what=what, day=day, until=_until(last))
        turn.say(say(text, buttons=_rows(turn, [*newer, *found.ended][:MOST])))
        return
    since = dated(min(each.effective_from for each in found.coming))
    text = words.text("coming_after", what=what, since=since, day=day)
    older = [content.provisions[each.supersedes] for each in found.coming if each.supersedes]
    turn.say(say(text, buttons=_rows(turn, [*found.coming, *older][:MOST])))


def _say_unknown(turn: Turn, reference: Reference, span: Span) -> None:
    """The name of a norm that isn't held; one that is written much like it is offered."""
    book = _book(turn)
    near: list[Provision] = []
    for laws in book.listening.resembling(reference.unknown or ""):
        found = book.find(Reference(reference.article, laws), span)
        near += found.current or found.nearest
    text = turn.words.text("unknown_norm_near" if near else "unknown_norm", title=reference.unknown)
    turn.say(say(text, buttons=_rows(turn, near[:MOST])))


def _say_several(turn: Turn, references: tuple[Reference, ...], span: Span) -> None:
    found: list[Provision] = []
    missing = []
    for reference in references:
        current = () if reference.unknown else _book(turn).find(reference, span).current
        found += current
        missing += [] if current else [turn.words.text("not_held", what=_what(turn, reference))]
    head = turn.words.text("several", count=len(references)) if found else ""
    turn.say(say(head, *missing, buttons=_rows(turn, found[:MOST])))


def _what(turn: Turn, reference: Reference) -> str:
    """What was asked for, in words."""
    words, title = turn.words, reference.unknown
    if reference.laws:
        title = reference.laws[0].removeprefix(turn.content.citing.state)
    if title:
        return words.text("what_norm", title=title, number=_number(reference))
    return words.text("what_article", number=_number(reference))


def _number(reference: Reference) -> str:
    article = reference.article
    return "" if article is None else f"{article.number}" + (f"-{article.sub}" if article.sub else "")


# --- words


def _search(turn: Turn, words: str) -> list[list[Button]]:
    """The figures and the provisions that words lead to, as buttons."""
    book = _book(turn)
    figures = [[turn.button("figure", figure.id, label=figure.title)] for figure in book.listening.figures_in(words)]
    provisions = book.search(words, _today(turn), MOST - len(figures[:FIGURES]))
    return [*figures[:FIGURES], *_rows(turn, provisions)]


def _say_search(turn: Turn, words: str) -> None:
    rows = _search(turn, words)
    turn.say(say(turn.words.text("found" if rows else "nothing"), buttons=rows))


# --- buttons


def _press_show(turn: Turn, id_: str) -> None:
    if provision := _book(turn).get(id_):
        _show(turn, provision)
    else:
        turn.say(say(turn.words.text("gone")))


def _press_near(turn: Turn, id_: str) -> None:
    """The articles around one, in its own norm as it stood when that one was in force."""
    provision = _book(turn).get(id_)
    if provision is None:
        turn.say(say(turn.words.text("gone")))
        return
    near = _book(turn).neighbours(provision, provision.effective_to or _today(turn))
    text = turn.words.text("near_head" if near else "near_none", title=_teller(turn).title(provision))
    turn.say(say(text, buttons=_rows(turn, near)))


def _press_figure(turn: Turn, id_: str) -> None:
    if figure := next((each for each in turn.content.lawbook.figures if each.id == id_), None):
        _say_figure(turn, figure, Span.of(_today(turn)))
    else:
        turn.say(say(turn.words.text("gone")))


def _press_open(turn: Turn, argument: str) -> None:
    turn.goto("wanted")
    _ask(turn)


# --- telling


def _show(turn: Turn, provision: Provision) -> None:
    row = []
    if _book(turn).neighbours(provision, provision.effective_to or _today(turn)):
        row.append(turn.button("near", provision.id))
    if provision.superseded_by:
        row.append(turn.button("show", provision.superseded_by, label=turn.words.label("newer")))
    if provision.supersedes:
        row.append(turn.button("show", provision.supersedes, label=turn.words.label("older")))
    turn.say(say(*_teller(turn).provision(provision, _today(turn)), buttons=[row]))


def _say_figure(turn: Turn, figure: Figure, span: Span) -> None:
    told = _teller(turn).figure(figure, span)
    provisions = [each for id_ in told.provisions if (each := _book(turn).get(id_))]
    topic = Button(f"question:topic:{figure.topic}", turn.words.label("topic"))
    turn.say(say(*told.blocks, buttons=[*_rows(turn, provisions[:FIGURES]), [topic]]))


def _rows(turn: Turn, provisions: Iterable[Provision]) -> list[list[Button]]:
    teller, today = _teller(turn), _today(turn)
    distinct = {each.id: each for each in provisions}.values()
    return [[turn.button("show", each.id, label=teller.label(each, today))] for each in distinct]


def _day(turn: Turn, span: Span) -> str:
    if span == Span.of(_today(turn)):
        return turn.words.text("today")
    return _teller(turn).days(span)


def _until(provision: Provision) -> str:
    return dated(provision.effective_to) if provision.effective_to else ""


def _today(turn: Turn) -> date:
    return turn.local_now.date()


def _book(turn: Turn) -> Lawbook:
    return turn.services.lawbook


def _teller(turn: Turn) -> Teller:
    return Teller(turn.content, turn.words.text, _book(turn).numbers)


HANDLER = Handler(
    name="law",
    wants=lambda turn: False,
    calls=calls,
    start=start,
    states={"wanted": State(_ask, _take, passing=True, unclear=_unclear)},
    actions={"show": _press_show, "near": _press_near, "figure": _press_figure, "open": _press_open},
    commands=("law",),
)
