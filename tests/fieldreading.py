"""Reads the fields of a text as the recogniser does, with the real content."""

from datetime import date

from bot.recognition.disguises import Disguises
from bot.recognition.fields import FieldReader, Read
from bot.recognition.normalise import normalise
from content.load import load

CONTENT = load()
READER = FieldReader(CONTENT)
TODAY = date(2026, 11, 24)
_DISGUISES = Disguises(CONTENT.disguises.values())


def read(text: str, day: date | None = TODAY) -> Read:
    return READER.read(_DISGUISES.undo(normalise(text)), day)
