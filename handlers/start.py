"""First contact and the short menu: what Buhuang does, that it is no lawyer, what it keeps."""

from bot.messages import say
from bot.turn import Handler, Turn


def welcome(turn: Turn) -> None:
    """Say once, after the first answer, who is speaking."""
    turn.set_profile(welcomed=True)
    turn.say(say(turn.words.text("welcome")))


def wants(turn: Turn) -> bool:
    return turn.words.means("menu", turn.text)


def start(turn: Turn) -> None:
    turn.say(say(turn.words.text("menu")))


HANDLER = Handler(name="start", wants=wants, start=start, commands=("start", "help"))
