"""The borrower's evidence: save a message, list what was saved, view and delete one.

Nothing is saved without consent; whoever has not given it is asked once, with a button of its own, and the message
that was meant is saved with the same press.
"""

import re
import unicodedata
from collections.abc import Callable

from bot.messages import Block, Button, Style, say
from bot.recognition.wording import moment
from bot.session import CONSENT_VERSION, Consent, Evidence, Held
from bot.turn import EraseEvidence, Handler, Need, State, Turn

LISTED_MOST = 10


def wants(turn: Turn) -> bool:
    return any(turn.words.means(id_, turn.text) for id_ in ("open", "open_save")) or _named_entry(turn) is not None


def start(turn: Turn) -> None:
    """The list; with a number (证据 3, /evidence 3, 删除第 3 条) that entry; 保存 saves the message that came last."""
    if named := _named_entry(turn):
        {"view": _view, "delete": _delete}[named[0]](turn, named[1])
    elif turn.words.means("open_save", turn.text):
        _save_last(turn)
    else:
        _list(turn, "")


def _save_last(turn: Turn) -> None:
    if turn.session.held:
        _save(turn, str(turn.session.held[-1].number))
    else:
        turn.say(say(turn.words.text("nothing_to_save")))


def _save(turn: Turn, argument: str) -> None:
    held = _held(turn, argument)
    if held is None:
        return
    if held.evidence is not None:
        buttons = [[turn.button("list"), _view_button(turn, held.evidence)]]
        turn.say(say(turn.words.text("saved_before", number=held.evidence), buttons=buttons))
    elif turn.profile.keeps:
        _keep(turn, held)
    else:
        turn.goto("consent", number=argument)
        _ask_consent(turn)


def _ask_consent(turn: Turn) -> None:
    buttons = [[turn.button("agree", str(turn.slots.get("number", ""))), turn.button("decline")]]
    turn.say(say(turn.words.text("consent_again" if turn.profile.consent else "consent"), buttons=buttons))


def _answer_consent(turn: Turn) -> bool:
    return _answered(turn, _agree, _decline)


def _agree(turn: Turn, argument: str) -> None:
    turn.finish()
    turn.set_profile(consent=Consent(version=CONSENT_VERSION, given=True, at=turn.now))
    if held := _held(turn, argument):
        _keep(turn, held)


def _decline(turn: Turn, _argument: str) -> None:
    turn.finish()
    turn.set_profile(consent=Consent(version=CONSENT_VERSION, given=False, at=turn.now))
    turn.say(say(turn.words.text("declined")))


def _keep(turn: Turn, held: Held) -> None:
    saved = turn.save_evidence(held, turn.reading(held))
    turn.say(
        say(
            turn.words.text("saved", number=saved.number, head=saved.head),
            Block(turn.words.text("saved_note"), Style.NOTE),
            buttons=[[turn.button("list"), _view_button(turn, saved.number)]],
        )
    )


# --- what was saved


def _list(turn: Turn, _argument: str) -> None:
    entries = turn.loaded.evidence or ()
    words = turn.words
    if not entries:
        turn.say(say(words.text("none")))
        return
    shown = entries[-LISTED_MOST:][::-1]
    lines = [
        words.text("list_line", number=entry.number, day=_local(turn, entry), kind=_kind(turn, entry), head=entry.head)
        for entry in shown
    ]
    more = words.text("list_more", shown=len(shown)) if len(shown) < len(entries) else ""
    buttons = [_view_button(turn, entry.number) for entry in shown]
    rows = [buttons[place : place + 3] for place in range(0, len(buttons), 3)]
    head = Block(words.text("list_head", count=len(entries)), Style.TITLE)
    turn.say(say(head, "\n".join(lines), Block(more, Style.NOTE), buttons=rows))


def _view(turn: Turn, argument: str) -> None:
    if entry := _entry(turn, argument):
        words = turn.words
        sent = moment(entry.sent_at.astimezone(turn.zone)) if entry.sent_at else ""
        facts = [
            words.text("view_kind", kind=_kind(turn, entry)),
            words.text("view_sender", sender=entry.sender) if entry.sender else "",
            words.text("view_sent", at=sent) if sent else words.text("view_sent_unknown"),
            words.text("view_saved", at=moment(entry.saved_at.astimezone(turn.zone))),
            words.text("view_head_hash", head=entry.head),
        ]
        head = Block(words.text("view_head", number=entry.number), Style.TITLE)
        text = "\n".join(filter(None, facts))
        buttons = [[turn.button("list"), turn.button("delete", entry.number)]]
        turn.say(say(head, Block(entry.text, Style.QUOTE), Block(text, Style.NOTE), buttons=buttons))


def _delete(turn: Turn, argument: str) -> None:
    """Ask first: what is erased cannot be brought back."""
    if entry := _entry(turn, argument):
        turn.goto("delete", number=str(entry.number))
        _ask_delete(turn)


def _ask_delete(turn: Turn) -> None:
    number = str(turn.slots.get("number", ""))
    buttons = [[turn.button("delete_no", number), turn.button("delete_yes", number)]]
    turn.say(say(turn.words.text("delete_ask", number=number), buttons=buttons))


def _answer_delete(turn: Turn) -> bool:
    return _answered(turn, _delete_yes, _delete_no)


def _delete_yes(turn: Turn, argument: str) -> None:
    turn.finish()
    if entry := _entry(turn, argument):
        turn.write(EraseEvidence(entry.number))
        for held in turn.session.held:
            if held.evidence == entry.number:
                turn.rehold(held.model_copy(update={"evidence": None}))
        turn.say(say(turn.words.text("deleted", number=entry.number)))


def _delete_no(turn: Turn, argument: str) -> None:
    turn.finish()
    turn.say(say(turn.words.text("kept", number=argument)))


# --- finding and naming


def _answered(turn: Turn, yes: Callable[[Turn, str], None], no: Callable[[Turn, str], None]) -> bool:
    """Take a plain yes or no about the message or entry that the state is about."""
    number = str(turn.slots.get("number", ""))
    for id_, act in (("yes", yes), ("no", no)):
        if turn.words.means(id_, turn.text):
            act(turn, number)
            return True
    return False


def _held(turn: Turn, argument: str) -> Held | None:
    held = turn.held(int(argument)) if argument.isdecimal() else None
    if held is None:
        turn.say(say(turn.words.text("gone")))
    return held


def _entry(turn: Turn, argument: str) -> Evidence | None:
    entries = turn.loaded.evidence or ()
    found = next((entry for entry in entries if str(entry.number) == argument), None)
    if found is None:
        turn.say(say(turn.words.text("not_found", number=argument), buttons=[[turn.button("list")]]))
    return found


def _named_entry(turn: Turn) -> tuple[str, str] | None:
    """What is asked of which entry: 证据 3, /evidence 3, 删除第 3 条."""
    found = re.fullmatch(r"(\D+?)([0-9]{1,6})条?", "".join(unicodedata.normalize("NFKC", turn.plain).split()))
    if found is None:
        return None
    if found[1] == f"/{turn.handler}":
        return "view", found[2]
    words = turn.content.conversations[turn.handler].words
    return next(((action, found[2]) for action in ("view", "delete") if found[1] in words[action]), None)


def _view_button(turn: Turn, number: int) -> Button:
    return turn.button("view", number, label=turn.words.label("view").format(number=number))


def _local(turn: Turn, entry: Evidence) -> str:
    at = (entry.sent_at or entry.received_at).astimezone(turn.zone)
    return f"{at:%Y-%m-%d}"


def _kind(turn: Turn, entry: Evidence) -> str:
    """What it was taken for; a kind that this version no longer has is named as it was kept."""
    return next((kind.name for kind in turn.content.replies.kinds if kind.id == entry.kind), entry.kind)


HANDLER = Handler(
    name="evidence",
    wants=wants,
    start=start,
    states={
        "consent": State(ask=_ask_consent, answer=_answer_consent, passing=True),
        "delete": State(ask=_ask_delete, answer=_answer_delete, passing=True),
    },
    actions={
        "save": _save,
        "agree": _agree,
        "decline": _decline,
        "list": _list,
        "view": _view,
        "delete": _delete,
        "delete_yes": _delete_yes,
        "delete_no": _delete_no,
    },
    commands=("evidence",),
    needs=frozenset({Need.EVIDENCE}),
)
