"""Word patterns as content writes them, compiled to regular expressions over normalised text.

`[甲|乙|]` is a choice (an empty one makes it optional) and `{name}` a blank; everything else stands for itself. A
pattern of several templates tries the longer ones first.
"""

import re
from collections.abc import Iterable, Mapping

from bot.recognition.normalise import normalise

_PART = re.compile(r"\[([^\[\]{}]*)\]|\{([a-z_]+)\}|([^\[\]{}]+)")


def compile_templates(templates: Iterable[str], blanks: Mapping[str, str] | None = None) -> re.Pattern[str]:
    """One pattern that finds any of the templates; `blanks` are the regular expressions of the named blanks.

    Raises ValueError for a bracket that isn't closed and KeyError for an unknown blank. No templates match nothing.
    """
    sources = sorted({source_of(template, blanks or {}) for template in templates}, key=len, reverse=True)
    return re.compile("|".join(sources) if sources else r"(?!)")


def source_of(template: str, blanks: Mapping[str, str]) -> str:
    """The regular expression of one template."""
    parts, end = [], 0
    for match in _PART.finditer(template):
        if match.start() != end:
            break
        end = match.end()
        choice, blank, literal = match.groups()
        if choice is not None:
            parts.append(one_of(choice.split("|")))
        else:
            parts.append(blanks[blank] if blank else literal_of(literal))
    if end != len(template):
        raise ValueError(f"the pattern {template} has a bracket that isn't closed or stands inside another")
    return "".join(parts)


def one_of(words: Iterable[str]) -> str:
    """The regular expression that finds any of these words, the longest first."""
    literals = sorted({literal_of(word) for word in words}, key=len, reverse=True)
    return f"(?:{'|'.join(literals)})" if literals else r"(?!)"


def literal_of(word: str) -> str:
    """The regular expression of a word, folded as the text is."""
    return re.escape(normalise(word).text)
