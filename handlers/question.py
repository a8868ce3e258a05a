"""Questions in people's own words. Not answered yet; says so, and what can be done instead."""

from bot.messages import say
from bot.turn import Handler, Turn


def start(turn: Turn) -> None:
    turn.say(say(turn.words.text("nothing_known")))


HANDLER = Handler(name="question", wants=lambda turn: True, start=start)
