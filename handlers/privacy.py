"""What is kept of a user, in his own hands: see it, take it along, erase it, withdraw consent."""

from bot.messages import say
from bot.turn import Handler, Need, Turn


def wants(turn: Turn) -> bool:
    return turn.words.means("open", turn.text)


def start(turn: Turn) -> None:
    turn.say(say(turn.words.text("kept", evidence=len(turn.loaded.evidence or ()))))


HANDLER = Handler(name="privacy", wants=wants, start=start, commands=("privacy",), needs=frozenset({Need.EVIDENCE}))
