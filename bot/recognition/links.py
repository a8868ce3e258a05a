"""Links that lead outside the domains of lenders and authorities."""

from collections.abc import Iterator

from bot.recognition.contacts import ContactReader
from bot.recognition.spans import Span
from content.load import Content


class Links:
    """Finds strange links; built once."""

    def __init__(self, content: Content) -> None:
        if content.field_words is None or content.kinds is None:
            raise ValueError("content without fields.yaml or kinds.yaml can't be read by")
        self._contacts = ContactReader(content.field_words)
        self._own = tuple(content.kinds.own_domains)

    def strange(self, text: str) -> Iterator[Span]:
        """Where links stand that belong to nobody known."""
        for start, end in self._contacts.links(text):
            if not self._is_own(text[start:end]):
                yield start, end

    def _is_own(self, link: str) -> bool:
        host = "".join(link.split()).split("://")[-1].split("/")[0].split("?")[0].split(":")[0]
        return any(host == own or host.endswith(f".{own}") for own in self._own)
