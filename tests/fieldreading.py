"""Reads the fields of a text as the recogniser does, with the real content."""

from datetime import date

from bot.recognition.fields import FieldReader, Read
from bot.recognition.normalise import normalise
from bot.recognition.unmasking import Unmasking
from content.load import load

CONTENT = load()
READER = FieldReader(CONTENT)
TODAY = date(2026, 11, 24)
_UNMASKING = Unmasking(CONTENT)


def read(text: str, day: date | None = TODAY) -> Read:
    return READER.read(_UNMASKING.undo(normalise(text)), day)
