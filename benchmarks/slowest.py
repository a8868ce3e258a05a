"""Which pattern of the content takes longest on texts made against it of its own words."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.recognition.normalise import MOST
from bot.recognition.patterns import Patterns
from content.load import Content
from content.patterns import Choice, Gap, Token, parse_pattern

ROUNDS = 3
_AGAIN = 2
"""So many of a pattern's floods, the slowest, are measured again; the rest hardly differ."""
_SPANS = {
    "days": "3天", "limit": "3天", "sum": "100", "account": "62220202", "number": "1", "percent": "5%",
    "clock": "9点", "late": "11点", "night": "23:10", "night_stamp": "\n23:10",
}  # fmt: skip
Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, order=True)
class Slowest:
    """Seconds that a pattern took, the rule it belongs to, and how it is written."""

    seconds: float
    rule: str
    pattern: str


def slowest(content: Content) -> Slowest:
    """The slowest of all patterns of rules, marks, cues and signs; each on floods of its words, `MOST` long."""
    return max(Slowest(_worst(pattern, groups), rule, pattern) for rule, pattern, groups in _patterns(content))


def _patterns(content: Content) -> Iterator[tuple[str, str, Groups]]:
    groups = {group.id: group.words for group in content.vocabulary.values()}
    rules = [(f"{signal.id}.{rule.id}", rule) for signal in content.signals.values() for rule in signal.rules]
    rules += [(f"kinds.{rule.id}", rule) for rule in (content.kinds.marks if content.kinds else ())]
    for name, rule in rules:
        yield from ((name, text, groups) for text in (*rule.find, *rule.unless, *rule.not_in))
    for cue in content.route.cues if content.route else ():
        yield from ((f"route.{cue.id}", text, groups) for text in (*cue.find, *cue.unless))
    words = content.distress
    for sign in words.signs:
        yield from ((f"distress.{sign.id}", text, words.groups) for text in (*sign.find, *sign.unless))


def _worst(pattern: str, groups: Groups) -> float:
    """The longest time that finding the pattern takes on any of its floods; what seems long is taken again."""
    patterns = Patterns(groups, [(pattern, pattern)])
    took = {flood: _seconds(patterns, flood) for flood in _floods(pattern, groups)}
    longest = sorted(took, key=took.__getitem__)[-_AGAIN:]
    return max(min(took[flood], *(_seconds(patterns, flood) for _ in range(ROUNDS))) for flood in longest)


def _seconds(patterns: Patterns[str], text: str) -> float:
    began = time.perf_counter()
    list(patterns.find(text))
    return time.perf_counter() - began


def _floods(pattern: str, groups: Groups) -> Iterator[str]:
    """Its words repeated, alternated and doubled, up to each part of it, with all of it at the end."""
    words = [word for part in parse_pattern(pattern) if isinstance(part, Choice) and (word := _short(part, groups))]
    for count in range(1, len(words) + 1):
        for piece in ("".join(words[:count]), "".join(word * 2 for word in words[:count]), words[count - 1]):
            yield _flood(piece, words[-1])
            yield _flood(piece, "。" + "".join(words))


def _flood(piece: str, last: str) -> str:
    return piece * ((MOST - len(last)) // len(piece)) + last


def _short(part: Choice, groups: Groups) -> str:
    options = ("".join(_said(token, groups) for token in option) for option in part.options)
    return min(filter(None, options), key=len, default="")


def _said(token: Token | Gap, groups: Groups) -> str:
    if isinstance(token, Gap):
        return ""
    if not token.named:
        return token.text
    return _SPANS[token.text] if token.text in _SPANS else min(groups[token.text], key=len)
