"""Words written with characters split in halves, or with others that look like theirs: 亻言, 贷敖."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from bot.recognition.disguises import Spelling
from bot.recognition.normalise import normalise
from content.schema_writing import Writing

_EACH, _HALVES, _LOOKALIKE = 4, 3, 3
"""What such a disguise costs, as in `homophones.py`."""
_PLATES = frozenset("aeo")
"""Letters that stand behind a character for other reasons, as on number plates."""
_ENTRY = 10
"""A half that so many characters begin with is one that senders strew into a text."""


def spellings(words: Iterable[str], writing: Writing, lookalikes: Mapping[str, Iterable[str]]) -> Iterator[Spelling]:
    """How each word may look: any characters split, one that looks like another, or one by its first letter alone."""
    initials: dict[str, dict[str, None]] = {}
    for sounds in (writing.sounds, writing.other_sounds):
        for sound, chars in sounds.items():
            for char in chars:
                if sound[0] not in _PLATES:
                    initials.setdefault(char, {})[sound[0]] = None
    for word in words:
        for way in product(*([char, *writing.parts.get(char, ())] for char in word)):
            price = _EACH * len(word) + _HALVES * (len("".join(way)) - len(word))
            if price > _EACH * len(word):
                yield Spelling("".join(way), word, price)
            for place, char in enumerate(word):
                if way[place] == char:
                    others = (normalise(other).text for other in lookalikes.get(char, ()))
                    changed = ("".join((*way[:place], other, *way[place + 1 :])) for other in others)
                    yield from (Spelling(written, word, price + _LOOKALIKE) for written in changed)
        for place, char in enumerate(word):
            yield from (Spelling(word[:place] + letter + word[place + 1 :], word) for letter in initials.get(char, ()))


def bare_halves(writing: Writing) -> Iterator[Spelling]:
    """Halves that stand in no ordinary text: two that make a character, or that are strewn in and mean nothing."""
    bare = set(writing.bare)
    begins: dict[str, int] = {}
    for char, ways in writing.parts.items():
        for way in ways:
            if not bare.isdisjoint(way):
                yield Spelling(way, char, otherwise="".join(half for half in way if half not in bare))
                begins[way[0]] = begins.get(way[0], 0) + 1
    yield from (Spelling(half, "") for half, count in begins.items() if half in bare and count >= _ENTRY)
