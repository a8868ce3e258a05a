"""What is kept of a user, in his own hands: see it, take it along, erase it, withdraw consent.

What cannot be undone is asked first, and the button that does it is never the first one.
"""

from collections.abc import Callable

from bot.gaps import LEFT_FOR, EraseQuestions
from bot.messages import Attachment, Block, Button, Style, say
from bot.recognition.wording import dated
from bot.session import CONSENT_VERSION, Consent, Session
from bot.turn import HELD_MOST, EraseEvidence, EraseUser, Handler, Need, State, Turn, Work

EXPORT = "export"
"""The name of the work; its result has the name, type and path of the file."""
SHORT = 20
"""Longer texts are not taken for a wish to erase."""


def wants(turn: Turn) -> bool:
    return turn.words.means("open", turn.text) or _wish(turn) is not None


def start(turn: Turn) -> None:
    {None: _show, "export": _export, "erase": _erase, "withdraw": _withdraw}[_wish(turn)](turn, "")


def _wish(turn: Turn) -> str | None:
    """What is wished for in plain words, beyond a look at what is kept."""
    for wish in ("export", "erase", "withdraw"):
        if turn.words.means(f"open_{wish}", turn.text):
            return wish
    words = turn.content.conversations[turn.handler].words
    text = "".join(turn.plain.split())
    if len(text) > SHORT or any(word in text for word in words["erase_not"]):
        return None
    speaks = all(any(word in text for word in words[of]) for of in ("erase_verbs", "erase_things"))
    return "erase" if speaks else None


# --- what is kept


def _show(turn: Turn, _argument: str) -> None:
    words, session = turn.words, turn.session
    held = "held_longer" if turn.profile.keeps else "held"
    lines = [words.text("evidence", count=_count(turn)), words.text(held, count=len(session.held), most=HELD_MOST)]
    if session.asked:
        lines.append(words.text("asked"))
    if session.frames:
        lines.append(words.text("open", count=len(session.frames)))
    lines.append(_consent(turn))
    if left := _left(turn):
        lines.append(words.text("left", count=left, days=LEFT_FOR.days))
    rows = [
        [Button("evidence:list", words.label("list")), turn.button("export")],
        [Button("characters:ask", words.label("characters"))],
        [turn.button("erase"), *([turn.button("withdraw")] if turn.profile.keeps else [])],
        [Button("unanswered:erase", words.label("erase_left"))] if left else [],
    ]
    head = Block(words.text("head"), Style.TITLE)
    turn.say(say(head, "\n".join(lines), Block(words.text("encrypted"), Style.NOTE), buttons=rows))


def _consent(turn: Turn) -> str:
    consent = turn.profile.consent
    if consent is None:
        return turn.words.text("not_asked")
    if not consent.given:
        return turn.words.text("declines")
    day = consent.at.astimezone(turn.zone).date()
    return turn.words.text("keeps", day=dated(day))


# --- taking it along


def _export(turn: Turn, _argument: str) -> None:
    turn.write(Work(EXPORT, {}))
    turn.say(say(turn.words.text("exporting")))


def _exported(turn: Turn) -> None:
    result = turn.update.work.result if turn.update.work else None
    if result is None:
        turn.say(say(turn.words.text("export_failed")))
        return
    file = Attachment(name=result["name"], mime=result["mime"], path=result["path"])
    turn.say(say(turn.words.text("exported"), attachments=[file]))


# --- erasing


def _erase(turn: Turn, _argument: str) -> None:
    turn.goto("erase")
    _ask_erase(turn)


def _ask_erase(turn: Turn) -> None:
    rows = [[turn.button("erase_no"), turn.button("export")], [turn.button("erase_yes")]]
    turn.say(say(turn.words.text("erase_ask", count=_count(turn)), buttons=rows))


def _answer_erase(turn: Turn) -> bool:
    return _answered(turn, _erase_yes, _erase_no)


def _erase_yes(turn: Turn, _argument: str) -> None:
    turn.session = Session()
    turn.write(EraseUser())
    turn.say(say(turn.words.text("erased")))


def _erase_no(turn: Turn, _argument: str) -> None:
    turn.finish()
    turn.say(say(turn.words.text("erase_no")))


# --- withdrawing consent


def _withdraw(turn: Turn, _argument: str) -> None:
    if not turn.profile.keeps and not _left(turn):
        turn.say(say(turn.words.text("nothing_to_withdraw")))
        return
    turn.goto("withdraw")
    _ask_withdraw(turn)


def _ask_withdraw(turn: Turn) -> None:
    rows = [[turn.button("withdraw_no"), turn.button("export")], [turn.button("withdraw_yes")]]
    turn.say(say(turn.words.text("withdraw_ask", count=_count(turn)), buttons=rows))


def _answer_withdraw(turn: Turn) -> bool:
    return _answered(turn, _withdraw_yes, _withdraw_no)


def _withdraw_yes(turn: Turn, _argument: str) -> None:
    turn.finish()
    turn.set_profile(consent=Consent(version=CONSENT_VERSION, given=False, at=turn.now))
    turn.write(EraseQuestions())
    for entry in turn.loaded.evidence or ():
        turn.write(EraseEvidence(entry.number))
    for held in turn.session.held:
        turn.rehold(held.model_copy(update={"evidence": None}))
    turn.say(say(turn.words.text("withdrawn")))


def _withdraw_no(turn: Turn, _argument: str) -> None:
    turn.finish()
    turn.say(say(turn.words.text("withdraw_no")))


def _answered(turn: Turn, yes: Callable[[Turn, str], None], no: Callable[[Turn, str], None]) -> bool:
    """Take a plain yes or no; anything else leaves things as they are and is asked again."""
    for id_, act in (("yes", yes), ("no", no)):
        if turn.words.means(id_, turn.text):
            act(turn, "")
            return True
    return False


def _count(turn: Turn) -> int:
    return len(turn.loaded.evidence or ())


def _left(turn: Turn) -> int:
    return len(turn.loaded.questions or ())


HANDLER = Handler(
    name="privacy",
    wants=wants,
    start=start,
    states={
        "erase": State(ask=_ask_erase, answer=_answer_erase, passing=True),
        "withdraw": State(ask=_ask_withdraw, answer=_answer_withdraw, passing=True),
    },
    actions={
        "show": _show,
        "export": _export,
        "erase": _erase,
        "erase_yes": _erase_yes,
        "erase_no": _erase_no,
        "withdraw": _withdraw,
        "withdraw_yes": _withdraw_yes,
        "withdraw_no": _withdraw_no,
    },
    commands=("privacy",),
    works={EXPORT: _exported},
    needs=frozenset({Need.EVIDENCE, Need.QUESTIONS}),
)
