"""What a conversation says, and the words that it understands."""

from bot.characters import simplified
from content.load import Content


class Words:
    """The sentences and buttons of one conversation, from `content/conversations/<handler>.yaml`."""

    def __init__(self, content: Content, handler: str) -> None:
        self._conversation = content.conversations[handler]

    @property
    def title(self) -> str:
        return self._conversation.title

    def text(self, id_: str, **blanks: object) -> str:
        """The sentence with its blanks filled; raises KeyError for an unknown sentence or blank."""
        return self._conversation.texts[id_].format_map(blanks) if blanks else self._conversation.texts[id_]

    def label(self, id_: str) -> str:
        return self._conversation.buttons[id_]

    def means(self, id_: str, text: str) -> bool:
        """Whether `text` is one of the words listed for `id_`, give or take punctuation and spaces."""
        return _bare(text) in {_bare(word) for word in self._conversation.words[id_]}


def _bare(text: str) -> str:
    return "".join(char for char in simplified(text) if char.isalnum()).casefold()
