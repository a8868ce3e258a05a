"""Plays the whole conversations that stand beside this file, each told in the words of the people in it.

A step is what one person does; then follows what he must be told (`said`), must not be told (`unsaid`), by whom (`by`,
the handlers of the replies in their order, each named once) and what he can press (`buttons`, some of the labels).
`presses` names a button by its label: the newest of that name, or the one shown in step `of`, counted from 1.
"""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from bot.messages import Button, UpdateKind, WorkOutcome
from tests.conversing import Play

JOURNEYS = sorted(Path(__file__).parent.glob("*.yaml"))
EXPORTED = {"name": "buhuang-export.json", "mime": "application/json", "path": "files/u1-export.json"}


class Step(BaseModel):
    """One thing that one person does, and what must come of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: str = "我"
    says: str | None = None
    forwards: str | None = None
    presses: str | None = None
    of: int | None = None
    sends: Literal["photo", "voice", "file", "unsupported"] | None = None
    joins: bool = False
    exported: bool = False
    """The file of an export is ready."""
    hours_later: float = 0
    by: tuple[str, ...] | None = None
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    evidence: int | None = None
    """How many entries the person now has."""


class Journey:
    """The people of one file, each with what was shown at each step."""

    def __init__(self) -> None:
        self._plays: dict[str, Play] = {}
        self._shown: list[list[Button]] = []

    def take(self, step: Step) -> Play:
        play = self._plays.setdefault(step.who, Play())
        play.waits(timedelta(hours=step.hours_later))
        if step.says is not None:
            play.says(step.says)
        elif step.forwards is not None:
            play.forwards(step.forwards)
        elif step.presses is not None:
            play.presses(self._button(step.presses, step.of))
        elif step.sends is not None:
            play.sends(UpdateKind(step.sends))
        elif step.exported:
            play.works(WorkOutcome("export", {}, EXPORTED))
        else:
            play.joins()
        self._shown.append(play.buttons)
        return play

    def _button(self, label: str, of: int | None) -> str:
        where = [self._shown[of - 1]] if of else self._shown[::-1]
        return next(button.id for buttons in where for button in buttons if button.label == label)


@pytest.mark.parametrize("path", JOURNEYS, ids=lambda path: path.stem)
def test_journey_goes_as_told(path: Path) -> None:
    journey = Journey()

    for number, told in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))["steps"], 1):
        step = Step.model_validate(told)
        play = journey.take(step)
        where = f"{path.name}, step {number}: {told}\n--- said:\n{play.said}\n---"
        assert play.replies, where
        assert [each for each in step.said if each not in play.said] == [], where
        assert [each for each in step.unsaid if each in play.said] == [], where
        assert step.by is None or tuple(dict.fromkeys(play.handlers)) == step.by, where + str(play.handlers)
        labels = [button.label for button in play.buttons]
        assert [each for each in step.buttons if each not in labels] == [], where + str(labels)
        assert step.evidence is None or len(play.evidence) == step.evidence, where


def test_there_is_a_journey_for_each_of_the_ways_people_come() -> None:
    assert len(JOURNEYS) >= 12
