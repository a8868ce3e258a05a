"""Words of distress: answered before everything else, in every state, by someone who stays."""

from bot.messages import say
from bot.turn import Handler, Turn


def wants(turn: Turn) -> bool:
    return turn.words.means("hard", turn.text)


def start(turn: Turn) -> None:
    turn.set_profile(paused_since=turn.now)
    turn.say(say(turn.words.text("heard")))


HANDLER = Handler(name="distress", wants=wants, start=start, urgent=True)
