"""Questions in people's own words: the short answer, the provision it rests on, one next step.

Takes what nobody else wants, so also greetings and noise. It never guesses: two topics that are close are offered as
buttons, and where none fits it says so, with the nearest three and who else can be asked.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.answers import DISTRESS, OUT_OF_SCOPE, Ranked
from bot.gaps import CountGap, Gap
from bot.messages import Block, Button, Reply, Style, say
from bot.recognition import LenderMatch
from bot.recognition.card import OTHER, SCAM, answer
from bot.recognition.normalise import is_han
from bot.recognition.provisions import Citation, Citations, cite_message
from bot.recognition.wording import Case, dated, plainly
from bot.session import ASKED_MOST, Asked
from bot.turn import Handler, Turn
from content.schema_answer import Answer

UNSURE = 0.3
"""Below this the best topic is a guess: the nearest ones are offered instead."""
CLOSE = 0.5
"""A second topic more than half as likely as the first is offered beside it."""
NEAREST = 3
MORE_LAWS = 3
MORE = "question:more:"
_NUMBERS = re.compile(r"\d{5,}")
"""Telephones, accounts, identity numbers: an editor needs none of them."""
SMALL_TALK = ("thanks", "fine")
FRAGMENT_MOST = 14
FEAR_MOST = 20
"""Longer texts say of what they are afraid."""
FRAGMENTS = {
    "about_paying": ("negotiate", "partial_payment"),
    "about_amount": ("negotiate", "partial_payment"),
    "about_truth": ("scam", "summons_real"),
    "about_ignoring": ("negotiate", "sued"),
    "about_others": ("third_party_harassment", "privacy"),
    "about_law": ("harassment", "complaint"),
    "about_gravity": ("negotiate", "jail"),
}
"""What is asked without saying about what, and the topics that say more of it."""
SAID_LEAST = 2
"""Different characters: fewer say nothing that could be looked for, or left for an editor (asdf啊啊啊)."""
ABOUT_US = ("about", "delete_data", "reminders")
"""Topics that nobody means who asks about a debt: not offered on a guess."""
ELSEWHERE = {"negotiate": "negotiate:open", "evidence": "evidence:list"}
"""The buttons of other conversations that an answer's action leads to."""


def start(turn: Turn) -> None:
    words = turn.words
    for id_ in SMALL_TALK:
        if words.means(id_, turn.text):
            turn.say(say(words.text(id_)))
            return
    if words.means("what_now", turn.text):
        _say_what_now(turn)
    elif fragment := _fragment(turn):
        _say_fragment(turn, fragment)
    elif _only_afraid(turn):
        _say_fear(turn)
    elif not any(char.isalpha() for char in turn.text):
        turn.say(say(words.text("noise")))
    else:
        _answer(turn)


def _say_what_now(turn: Turn) -> None:
    """Asked without saying about what: about the message that came last, if there is one."""
    if turn.session.held:
        turn.say(say(turn.words.text("about_message"), *_step(turn), buttons=[_card(turn)]))
    else:
        turn.say(_offer(turn, "tell_me", _common(turn)))


def _fragment(turn: Turn) -> str | None:
    """What a few words ask that don't say about what (要不要还, 真的假的), give or take what stands around them."""
    bare = "".join(filter(str.isalnum, turn.plain))
    words = turn.content.conversations[HANDLER.name].words
    while len(bare) <= FRAGMENT_MOST:
        if found := next((id_ for id_ in FRAGMENTS if bare in words[id_]), None):
            return found
        before = next((word for word in words["lead"] if bare.startswith(word)), "")
        after = next((word for word in words["trail"] if bare.endswith(word)), "")
        if not before and not after:
            break
        bare = bare[len(before) :] if before else bare[: -len(after)]
    return None


def _say_fragment(turn: Turn, id_: str) -> None:
    """Answer it for the message that came last; without one in general, and ask for the message."""
    topics = _topics(turn, FRAGMENTS[id_])
    if not turn.session.held:
        turn.say(say(turn.words.text(id_), turn.words.text("paste"), buttons=topics))
        return
    reading = _case(turn).reading
    if "intimidation" in reading.signals:
        id_, topics = "about_threat", _topics(turn, ["threats"])
    elif reading.kind == SCAM:
        id_, topics = "about_scam", _topics(turn, [SCAM])
    elif reading.kind == OTHER:
        id_, topics = "about_nothing", []
    turn.say(say(turn.words.text(id_), *_step(turn), buttons=[_card(turn), *topics]))


def _step(turn: Turn) -> list[str]:
    """The next step on the card of the message that came last; none for what is no collection message."""
    filled = answer(turn.content, _case(turn)).filled
    return [turn.words.text("next", step=filled.next)] if filled else []


def _card(turn: Turn) -> list[Button]:
    return [Button(f"forwarded:card:{turn.session.held[-1].number}", turn.words.label("card"))]


def _case(turn: Turn) -> Case:
    """The message that came last, read as of the day it was sent, or today."""
    held, today = turn.session.held[-1], turn.local_now.date()
    sent_at = held.sent_at.astimezone(turn.zone) if held.sent_at else None
    return Case(held.text, turn.reading(held), today, held.sender, sent_at)


def _afraid(turn: Turn) -> bool:
    """Whether short words say fear, whatever else."""
    text = "".join(filter(str.isalnum, turn.plain))
    words = turn.content.conversations[HANDLER.name].words["fear"]
    return len(text) <= FEAR_MOST and any(word in text for word in words)


def _only_afraid(turn: Turn) -> bool:
    """Whether they say nothing but fear, give or take a greeting and 怎么办."""
    text = "".join(filter(str.isalnum, turn.plain))
    words = turn.content.conversations[HANDLER.name].words
    around = (*words["fear"], *words["what_now"], *turn.content.conversations["start"].words["hello"])
    for word in sorted((*around, *words["lead"], *words["trail"]), key=len, reverse=True):
        text = text.replace(word, "")
    return not text and _afraid(turn)


def _say_fear(turn: Turn) -> None:
    """Calm first: somebody is here, and one thing to do."""
    heavy = [Button("distress:talk", turn.words.label("distress"))]
    if turn.session.held:
        turn.say(say(turn.words.text("fear_message"), *_step(turn), buttons=[_card(turn), heavy]))
    else:
        turn.say(say(turn.words.text("fear"), buttons=[*_topics(turn, _common(turn)[:2]), heavy]))


def _answer(turn: Turn) -> None:
    answers = turn.services.answers
    ranked = answers.rank(turn.text)
    first, second = ranked[0], ranked[1]
    if first.topic == OUT_OF_SCOPE:
        refusal = answers.refusal(turn.text)
        if refusal == "orders":
            turn.say(say(turn.words.text("refuse_orders")))
        elif refusal:
            turn.say(_offer(turn, f"refuse_{refusal}", _common(turn)[:2]))
        elif _afraid(turn):
            _say_fear(turn)
        else:
            _miss(turn, "nothing_fits", _nearest(turn, ranked))
    elif first.score < UNSURE and _afraid(turn):
        _say_fear(turn)
    elif first.score < UNSURE:
        _miss(turn, "which", _nearest(turn, ranked))
    elif second.score > CLOSE * first.score and _may_be_offered(first.topic) and _may_be_offered(second.topic):
        _remember(turn, first.topic)
        turn.say(_offer(turn, "which", [first.topic, second.topic]))
    else:
        told = answers.told(first.topic, turn.text)
        if told.answer is None:
            _count(turn, told.id, Gap.NOT_WRITTEN)
            turn.say(_may_be_left(turn, _tell(turn, told), told.id))
            return
        if told.id != DISTRESS:
            _remember(turn, told.id)
        turn.say(_tell(turn, told))


def _miss(turn: Turn, text: str, topics: Sequence[str]) -> None:
    """Offer the nearest topics for want of an answer; an editor learns which topic lacks something, and not what."""
    if len(set(filter(is_han, turn.plain))) < SAID_LEAST:
        turn.say(say(turn.words.text("noise")))
        return
    _count(turn, topics[0], Gap.NOT_FOUND)
    turn.say(_may_be_left(turn, _offer(turn, text, topics), topics[0]))


def _count(turn: Turn, topic: str, gap: Gap) -> None:
    turn.write(CountGap(turn.local_now.date(), topic, gap))


def _may_be_left(turn: Turn, reply: Reply, topic: str) -> Reply:
    leave = Button(f"unanswered:leave:{_remember(turn, topic).key}", turn.words.label("leave"))
    return replace(reply, buttons=(*reply.buttons, (leave,)))


def _remember(turn: Turn, topic: str) -> Asked:
    """Hold the question, so that its user may leave it for an editor."""
    text = _NUMBERS.sub(lambda match: "×" * len(match[0]), turn.text.strip()[-ASKED_MOST:])
    asked = Asked(text=text, topic=topic, at=turn.now)
    turn.session = turn.session.model_copy(update={"asked": asked})
    return asked


def _common(turn: Turn) -> tuple[str, ...]:
    """The topics that people ask about most."""
    return turn.content.conversations[HANDLER.name].words["common"]


def _nearest(turn: Turn, ranked: Sequence[Ranked]) -> list[str]:
    """The likeliest topics, after the one that was answered last: 那要多久 may well be about that."""
    before = [id_.removeprefix(MORE) for id_, _ in turn.session.choices if id_.startswith(MORE)]
    likely = (each.topic for each in ranked if each.score >= UNSURE or each.topic not in ABOUT_US)
    topics = [*before, *filter(_may_be_offered, likely)]
    return list(dict.fromkeys(topics))[:NEAREST]


def _may_be_offered(topic: str) -> bool:
    return topic not in (OUT_OF_SCOPE, DISTRESS)


def _offer(turn: Turn, text: str, topics: Iterable[str]) -> Reply:
    return say(turn.words.text(text), buttons=_topics(turn, topics))


def _topics(turn: Turn, topics: Iterable[str]) -> list[list[Button]]:
    return [[turn.button("topic", topic, label=turn.content.answers[topic].title)] for topic in topics]


# --- one answer


def _tell(turn: Turn, answer: Answer, *, replaces: bool = False) -> Reply:
    words = turn.words
    if answer.answer is None:
        blocks = [Block(words.text("not_yet", title=answer.title)), *_hotlines(turn, answer)]
        return say(*blocks, buttons=_topics(turn, _answered(turn, answer)), replaces=replaces)
    law = _first_law(turn, answer)
    limits = Block(answer.limits, Style.NOTE) if answer.limits else ""
    step = words.text("next", step=answer.next)
    return say(answer.answer, limits, *law, step, buttons=[_buttons(turn, answer)], replaces=replaces)


def _buttons(turn: Turn, answer: Answer) -> list[Button]:
    row = []
    if answer.action:
        row.append(Button(ELSEWHERE[answer.action], turn.words.label(answer.action)))
    if answer.more or answer.hotlines:
        row.append(turn.button("more", answer.id))
    if answer.related:
        row.append(turn.button("related", answer.id))
    return [] if answer.id == DISTRESS else row


def _show_topic(turn: Turn, argument: str) -> None:
    if answer := turn.content.answers.get(argument):
        turn.say(_tell(turn, answer))
    else:
        turn.say(say(turn.words.text("noise")))


def _show_more(turn: Turn, argument: str) -> None:
    """All else that is known of it: the rest of the answer, further provisions, who can be asked."""
    answer = turn.content.answers.get(argument)
    if answer is None or answer.answer is None:
        _show_topic(turn, argument)
        return
    words = turn.words
    cited = _citations(turn, answer)
    shown = [*cited.binding[1:], *cited.conditional] if cited.binding else cited.conditional[1:]
    laws = [block for citation in shown[:MORE_LAWS] for block in _law(turn, citation, told=True)]
    head = Block(words.text("more_head", title=answer.title), Style.TITLE)
    row = [turn.button("related", answer.id)] if answer.related else []
    if first := next(iter((*cited.binding, *cited.conditional)), None):
        row.append(Button(f"law:show:{first.provision.id}", words.label("law")))
    row.append(_unhelpful(turn, argument))
    turn.say(say(head, answer.more or words.text("more_none"), *laws, *_hotlines(turn, answer), buttons=[row]))


def _show_related(turn: Turn, argument: str) -> None:
    if answer := turn.content.answers.get(argument):
        back = turn.button("topic", argument, label=turn.words.label("answer"))
        rows = [*_topics(turn, answer.related), [_unhelpful(turn, argument), back]]
        turn.say(say(turn.words.text("related_head"), buttons=rows))
    else:
        _show_topic(turn, argument)


def _unhelpful(turn: Turn, topic: str) -> Button:
    return Button(f"unanswered:unhelpful:{topic}", turn.words.label("unhelpful"))


def _answered(turn: Turn, answer: Answer) -> list[str]:
    """The nearest topics that have an answer."""
    return [topic for topic in answer.related if turn.content.answers[topic].answer][:NEAREST]


def _hotlines(turn: Turn, answer: Answer) -> list[Block]:
    lines = [turn.words.text("ask_head")]
    for number in answer.hotlines:
        hotline = turn.content.hotlines[number]
        text = "ask_hours" if hotline.hours else "ask"
        lines.append(turn.words.text(text, number=number, use=hotline.use, hours=hotline.hours))
    return [Block("\n".join(lines))] if answer.hotlines else []


# --- the law


def _first_law(turn: Turn, answer: Answer) -> list[Block]:
    cited = _citations(turn, answer)
    first = next(iter((*cited.binding, *cited.conditional)), None)
    return _law(turn, first) if first else []


def _citations(turn: Turn, answer: Answer) -> Citations:
    """The answer's provisions that are in force today and bind the lender of the message that came last."""
    day = turn.local_now.date()
    found = cite_message(turn.content, (), lender=_lender(turn), day=day, before=answer.provisions)
    binding = tuple(citation for citation in found.binding if citation.provision.id in answer.provisions)
    return Citations(binding, found.conditional)


def _lender(turn: Turn) -> LenderMatch | None:
    held = turn.session.held
    return turn.reading(held[-1]).lender if held else None


def _law(turn: Turn, citation: Citation, *, told: bool = False) -> list[Block]:
    """A provision with its decisive clause, and with its condition where it doesn't bind for certain."""
    blocks = [Block(_source(turn, citation)), Block(citation.quote, Style.QUOTE)]
    if told:
        note = turn.words.text("plain", plain=plainly(citation.provision))
        if citation.rank.prose != citation.rank.name:
            note += citation.rank.prose + citation.rank.force
        blocks.append(Block(note, Style.NOTE))
    return blocks


def _source(turn: Turn, citation: Citation) -> str:
    words, names = turn.words, turn.content.replies.lender_kinds
    if citation.lenders:
        kinds = words.text("law_or").join(names[kind] for kind in names if kind in citation.lenders)
        return words.text("law_if_lender", kinds=kinds, source=citation.source)
    if citation.new_contracts:
        day = dated(citation.provision.effective_from)
        return words.text("law_if_new", day=day, source=citation.source)
    return words.text("law", source=citation.source)


HANDLER = Handler(
    name="question",
    wants=lambda turn: True,
    start=start,
    actions={"topic": _show_topic, "more": _show_more, "related": _show_related},
)
