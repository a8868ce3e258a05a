"""Reads one message: kind, signals, fields, findings."""

from bot.recognition.types import Recognition, Route
from content.load import Content


class Recogniser:
    """Built once from the content; reading a message is pure."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def recognise(self, text: str) -> Recognition:
        raise NotImplementedError

    def route(self, text: str) -> Route:
        raise NotImplementedError
