"""A play with the card and the conversations behind its buttons, on readings made by hand.

Apart from recognition and from the other conversations, so that a failure here is a failure of what is said.
"""

from collections.abc import Iterator
from functools import cache
from unittest.mock import patch

import pytest

from bot.answers import Answers
from bot.messages import say
from bot.routing import Routing
from bot.turn import Handler, Services, Turn
from content.load import load
from handlers.evidence import HANDLER as EVIDENCE
from handlers.forwarded import HANDLER as FORWARDED
from handlers.negotiate import HANDLER as NEGOTIATE
from handlers.settled import HANDLER as SETTLED
from tests.conversing import Play
from tests.readings import BY_NAME, ByHand


def _something_else(turn: Turn) -> None:
    turn.say(say("ELSE"))


REST = Handler(name="common", wants=lambda turn: True, start=_something_else)
ROUTING = Routing((FORWARDED, SETTLED, NEGOTIATE, EVIDENCE, REST), welcome=lambda turn: None)


@cache
def _services() -> Services:
    content = load()
    return Services(content, ByHand(), Answers(content))  # type: ignore[arg-type]  # has what a recogniser has


@pytest.fixture
def play() -> Iterator[Play]:
    """A user who has sent nothing yet."""
    with patch("tests.conversing.services", _services):
        yield Play(route=ROUTING)


def text_of(name: str) -> str:
    """The words of one of the messages by hand."""
    return BY_NAME[name].text
