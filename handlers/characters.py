"""In which characters the bot answers: simplified or traditional, as somebody writes, or as he says here."""

from bot.characters import Characters
from bot.messages import say
from bot.turn import Handler, Turn


def start(turn: Turn) -> None:
    """Those that are named; else ask which."""
    _set(turn, said) if (said := _said(turn)) else _ask(turn, "")


def _said(turn: Turn) -> Characters | None:
    return next((each for each in Characters if turn.words.means(f"open_{each}", turn.text)), None)


def _ask(turn: Turn, _argument: str) -> None:
    words = turn.words
    row = [turn.button(each, label=words.label(each)) for each in Characters]
    turn.say(say(words.text(f"now_{turn.profile.characters}"), buttons=[row]))


def _simplified(turn: Turn, _argument: str) -> None:
    _set(turn, Characters.SIMPLIFIED)


def _traditional(turn: Turn, _argument: str) -> None:
    _set(turn, Characters.TRADITIONAL)


def _set(turn: Turn, characters: Characters) -> None:
    turn.set_profile(characters=characters, characters_chosen=True)
    turn.say(say(turn.words.text(characters)))


HANDLER = Handler(
    name="characters",
    wants=lambda turn: False,
    start=start,
    actions={"ask": _ask, "simplified": _simplified, "traditional": _traditional},
    commands=("lang",),
)
