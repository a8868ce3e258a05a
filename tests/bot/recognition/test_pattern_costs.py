"""No pattern of the content takes long, whatever the text: counted by what is tried, never by the clock."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from bot.recognition.patterns import _FIRST, _LONGEST, _MANY, _SOURCES, Patterns, _regex
from content.load import load
from content.patterns import SPANS, Choice, Gap, Token, parse_pattern
from content.schema_signal import Cue, Rule

CONTENT = load()
_FEW = 10
GROUPS = {group.id: group.words for group in CONTENT.vocabulary.values()}
SPAN_TEXTS = (
    "1" * 300, "1,." * 100, "三" * 300, "百分之" + "五" * 300, "¥ " + "9" * 300, "12:30" * 60, "3-5天" * 60,
    "62220202" * 40, "23:10" + " " * 300 + "23:10", "\n" + "【" * 300 + "02:10", "11点半" * 80, "3个工作日" * 50,
    "0.05%" * 60, "十二月" * 90,
)  # fmt: skip


def written() -> list[str]:
    """Every pattern of the rules, the marks and the cues."""
    rules: list[Rule] = [rule for signal in CONTENT.signals.values() for rule in signal.rules]
    rules += CONTENT.kinds.marks if CONTENT.kinds else ()
    cues: Sequence[Cue] = CONTENT.route.cues if CONTENT.route else ()
    found = [text for rule in rules for text in (*rule.find, *rule.unless, *rule.not_in)]
    return sorted({*found, *(text for cue in cues for text in (*cue.find, *cue.unless))})


def is_plain(pattern: str) -> bool:
    """Whether a pattern holds words and gaps between them alone, two words at least."""
    parts = parse_pattern(pattern)
    tokens = [token for part in parts if isinstance(part, Choice) for option in part.options for token in option]
    gaps = sum(isinstance(part, Gap) for part in parts)
    return gaps > 0 and not any(isinstance(token, Gap) or token.text in SPANS for token in tokens)


def words_of(pattern: str, groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A short word for each part."""
    for part in parse_pattern(pattern):
        if isinstance(part, Choice):
            options = ("".join(said(token, groups) for token in option) for option in part.options)
            yield min(filter(None, options), key=len)


def said(token: Token | Gap, groups: Mapping[str, Sequence[str]]) -> str:
    if isinstance(token, Gap):
        return ""
    return min(groups[token.text], key=len) if token.named else token.text


class Tries(Patterns[int]):
    """Counts the places where a pattern is tried in vain, of those where it could begin."""

    def __init__(self, pattern: str) -> None:
        super().__init__(GROUPS, [(pattern, 1)])

    def in_vain(self, text: str) -> int:
        search = self.search(text)
        starts = self.starts(search, search.possible)
        if len(starts.get(0, ())) < _MANY:
            return 0
        tried = self.leading(0, search, starts[0])
        return sum(self._regex(0).match(text, start) is None for start in tried)


@pytest.mark.parametrize("letter", range(8))
def test_a_pattern_that_could_begin_anywhere_is_hardly_tried_in_vain(letter: int) -> None:
    floods: dict[str, int] = {}
    for pattern in list(filter(is_plain, written()))[letter::8]:
        words = list(words_of(pattern, GROUPS))
        tries = Tries(pattern)
        for repeated in (words[:-1], words[:1], [word for word in words[:-1] for _ in range(2)]):
            flood = "".join(repeated) * 120 + "。" + "".join(words)
            floods[pattern] = max(floods.get(pattern, 0), tries.in_vain(flood))

    assert {pattern: count for pattern, count in floods.items() if count > _FEW} == {}


@pytest.mark.parametrize("span", sorted(SPANS))
def test_a_span_has_an_end_and_begins_as_it_is_looked_for(span: str) -> None:
    regex = _regex(_SOURCES[span])

    found = [match for text in SPAN_TEXTS for start in range(len(text)) if (match := regex.match(text, start))]

    assert found
    assert all(len(match.group()) <= _LONGEST and _FIRST[span].match(match.group()) for match in found)
