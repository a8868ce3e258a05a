"""Simplified or traditional characters: which of them a person writes, and a reply put into traditional ones.

Characters are changed one for one (OpenCC's s2tw), never words: the wording of a law, its terms (信息, 网络) and the
names of authorities stay what they are on the mainland. Whatever is no Han character stays: numbers, links.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

import opencc

from bot.messages import Block, Button, Reply, Style

TELLING = 2
"""So many different characters that only one script has tell which script somebody writes; one may be a name."""
_SIMPLIFIED, _TRADITIONAL = opencc.OpenCC("tw2s"), opencc.OpenCC("s2tw")
_QUOTED = re.compile(r"(?<=“)[^“”]+(?=”)")


Amended = Sequence[tuple[str, str]]


class Characters(StrEnum):
    """The script that somebody reads and writes."""

    SIMPLIFIED = "simplified"
    TRADITIONAL = "traditional"


def simplified(text: str) -> str:
    """The text in simplified characters, so that words can be looked up in it."""
    if text.isascii():
        return text
    return "么".join(str(_SIMPLIFIED.convert(part)) for part in text.split("么"))  # taken for a traditional 幺


def traditional(text: str, amended: Amended = ()) -> str:
    """The text in traditional characters; `amended` are words that come out wrong, each with the right one."""
    if text.isascii():
        return text
    turned = str(_TRADITIONAL.convert(text))
    for wrong, right in amended:
        turned = turned.replace(wrong, right)
    return turned


def written_in(text: str) -> Characters | None:
    """The script of a text, if enough of its characters belong to that one alone and none to the other."""
    scripts = {char: script for char in set(text) if (script := _only_in(char))}
    if len(scripts) < TELLING or len(set(scripts.values())) > 1:
        return None
    return next(iter(scripts.values()))


def in_traditional(
    replies: Iterable[Reply], shown: Iterable[tuple[str, str | None]], amended: Amended = ()
) -> tuple[Reply, ...]:
    """The replies in traditional characters, their buttons too.

    `shown` are the messages that the user showed us, with their senders. They stay as they are written: a message as a
    block of its own, its words in quotation marks, and its sender.
    """
    known = list(shown)
    messages = {text for text, _ in known}
    senders = {sender for _, sender in known if sender}
    return tuple(_turned(reply, messages, senders, amended) for reply in replies)


def _turned(reply: Reply, messages: Collection[str], senders: Collection[str], amended: Amended) -> Reply:
    def turned(block: Block) -> Block:
        if block.text in messages:
            return block
        sources = set() if block.style is Style.QUOTE else messages  # a law is the law's own words, whoever repeats it
        return replace(block, text=_around(block.text, _kept(block.text, sources, senders), amended))

    rows = tuple(tuple(Button(b.id, traditional(b.label, amended)) for b in row) for row in reply.buttons)
    return replace(reply, blocks=tuple(map(turned, reply.blocks)), buttons=rows)


def _kept(text: str, messages: Collection[str], senders: Collection[str]) -> list[tuple[int, int]]:
    """(start, end) of what stays as it is written, in order."""
    quoted = (match for match in _QUOTED.finditer(text) if any(match[0].rstrip("…") in each for each in messages))
    named = (match for sender in senders for match in re.finditer(re.escape(sender), text))
    return sorted(match.span() for match in (*quoted, *named))


def _around(text: str, kept: list[tuple[int, int]], amended: Amended) -> str:
    """The text in traditional characters but for the stretches that are kept."""
    pieces, at = [], 0
    for start, end in kept:
        if start >= at:
            pieces += [traditional(text[at:start], amended), text[start:end]]
            at = end
    return "".join([*pieces, traditional(text[at:], amended)])


@lru_cache(maxsize=20_000)
def _only_in(char: str) -> Characters | None:
    """The one script that has this character; None for what both have (里, 后), and for all else."""
    if not char.isalpha() or char.isascii():
        return None
    if simplified(char) != char and not _is_in("gb2312", char):
        return Characters.TRADITIONAL
    if traditional(char) != char and not _is_in("big5", char):
        return Characters.SIMPLIFIED
    return None


def _is_in(standard: str, char: str) -> bool:
    """Whether a national character set has it."""
    try:
        char.encode(standard)
    except UnicodeEncodeError:
        return False
    return True
