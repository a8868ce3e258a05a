"""Word templates of the content (see `content/templates.py`) as regular expressions over normalised text."""

from collections.abc import Iterable, Mapping
from re import escape

from bot.recognition.normalise import normalise
from content.templates import Blank, parse_template


def source_of(template: str, blanks: Mapping[str, str]) -> str:
    """The regular expression of one template; `blanks` are those of its blanks."""
    return "".join(
        blanks[part.name] if isinstance(part, Blank) else one_of(part.options) for part in parse_template(template)
    )


def one_of(words: Iterable[str]) -> str:
    """The regular expression that finds any of these words, the longest first."""
    literals = sorted({literal_of(word) for word in words}, key=len, reverse=True)
    return f"(?:{'|'.join(literals)})" if literals else r"(?!)"


def literal_of(word: str) -> str:
    """The regular expression of a word, folded as the text is."""
    return escape(normalise(word).text)
