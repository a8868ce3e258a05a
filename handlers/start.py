"""First contact and the short menu: what Buhuang does, that it is no lawyer, what it keeps."""

import re

from bot.messages import Block, Button, Style, say
from bot.turn import Handler, Turn

MENU = (
    (("negotiate", "negotiate:open"), ("evidence", "evidence:list")),
    (("privacy", "privacy:show"), ("law", "law:open")),
    (("distress", "distress:talk"),),
)
"""The rows of the menu: our own label, and the button of the conversation that answers it."""


def welcome(turn: Turn) -> None:
    """Say once, after the first answer, who is speaking."""
    turn.set_profile(welcomed=True)
    turn.say(say(Block(turn.words.text("welcome"), Style.NOTE)))


def wants(turn: Turn) -> bool:
    """A greeting may be said twice over: 你好，有人吗."""
    said = [part for part in re.split(r"\W+", turn.text) if part]
    greeting = bool(said) and all(turn.words.means("hello", part) for part in said)
    return turn.words.means("open", turn.text) or greeting or turn.words.means("hello", turn.text)


def start(turn: Turn) -> None:
    """Whoever comes for the first time is told who speaks; later the menu is enough."""
    words = turn.words
    rows = [[Button(id_, words.label(label)) for label, id_ in row] for row in MENU]
    if turn.profile.welcomed:
        turn.say(say(words.text("menu"), buttons=rows))
        return
    turn.set_profile(welcomed=True)
    turn.say(say(words.text("hello"), words.text("welcome"), buttons=rows))


HANDLER = Handler(name="start", wants=wants, start=start, commands=("start", "help"))
