"""Sentences that say who acts for whom, and who is owed: templates of the content as patterns.

A template is tried only where one of its own words stands in the text. A blank at its beginning is what stands
before those words, read backwards; so the time taken grows with the text and not with the number of templates.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick_rs

from bot.recognition.normalise import normalise
from bot.recognition.spans import Span
from bot.recognition.templates import one_of
from content.templates import Blank, Words, parse_template

CHAR = r"[\u4e00-\u9fffa-z0-9]"
OPEN, CLOSE = '[“"「《]', '[”"」》]'
_NAME = rf"(?:{CHAR}|[()]){{2,24}}"
_BLANKS = {
    "lender": rf"{OPEN}?(?![表为方])(?P<lender>{_NAME}?){CLOSE}?",
    "sum": r"(?=[0-9一二两三四五六七八九])",
    "collector": rf"(?P<open>{OPEN})?(?P<collector>{_NAME}?){CLOSE}?",
}
_BACKWARDS = re.compile(rf"(?P<open>{OPEN})?(?P<name>{_NAME}){CLOSE}?$")
_REACH = 28
"""The longest name with its quotes."""
_MOST_BETWEEN = 60
"""The words of a template stand so near to where it begins."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a sentence gives a place in it; `quoted` when the collector stands in quotes."""

    lender: Span | None
    collector: Span | None
    quoted: bool


class Sentences:
    """Templates, ready for finding; built once from the content."""

    def __init__(self, templates: Iterable[str]) -> None:
        self._forms = [_Form.of(template) for template in templates]
        self._words = sorted({word for form in self._forms for word in form.words})
        users: dict[str, list[int]] = {}
        for place, form in enumerate(self._forms):
            for word in form.words:
                users.setdefault(word, []).append(place)
        self._users = [tuple(users[word]) for word in self._words]
        self._automaton = ahocorasick_rs.AhoCorasick(self._words)

    def find(self, text: str) -> Iterator[tuple[int, Said]]:
        """What the text says, with the number of the template; in the order of the templates."""
        first: dict[int, int] = {}
        for which, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for place in self._users[which]:
                first.setdefault(place, start)
        for place in sorted(first):
            for said in self._forms[place].find(text, max(first[place] - _MOST_BETWEEN, 0)):
                yield place, said


@dataclass(frozen=True, slots=True)
class _Form:
    """A template: its pattern without a leading blank, that blank, and words without which it can't match."""

    pattern: re.Pattern[str]
    lead: str | None
    words: tuple[str, ...]

    @classmethod
    def of(cls, template: str) -> "_Form":
        parts = list(parse_template(template))
        lead = parts[0].name if isinstance(parts[0], Blank) else None
        rest = parts[1:] if lead else parts
        source = "".join(_BLANKS[part.name] if isinstance(part, Blank) else one_of(part.options) for part in rest)
        needed = [part.options for part in parts if isinstance(part, Words) and all(part.options)]
        words = max(needed, key=lambda options: min(map(len, options)))
        return cls(re.compile(source), lead, tuple(dict.fromkeys(normalise(word).text for word in words)))

    def find(self, text: str, start: int) -> Iterator[Said]:
        end = -1
        for match in self.pattern.finditer(text, start):
            spans = {name: match.span(name) for name, value in match.groupdict().items() if value}
            if self.lead:
                before = _BACKWARDS.search(text, max(match.start() - _REACH, end, 0), match.start())
                if not before:
                    continue
                spans[self.lead] = before.span("name")
                if before["open"]:
                    spans["open"] = before.span("open")
            end = match.end()
            yield Said(spans.get("lender"), spans.get("collector"), "open" in spans)
