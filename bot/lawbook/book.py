"""The provisions by norm and number, by words, and as they stood on a day. Unverified ones are in no list."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.lawbook.asking import Listening, Numbered, Reference, numbers_of
from bot.lawbook.span import Span
from bot.recognition.normalise import normalise
from content.load import Content
from content.schema import Provision

NEAREST = 3
_HELD = {"plain": 2.0, "decisive": 1.5, "text": 1.0, "asked": 0.7}
"""How much a pair of characters counts by where it stands: our words, the deciding clause, the text, questions."""
_ENOUGH = 0.4
"""The share of what is sought, rare pairs counting more, that has to be found."""
_UNHEARD = 4.0
"""What a pair of characters weighs that stands in no provision."""
_CITED = 3
"""An answer's first provisions are what its questions are about."""


@dataclass(frozen=True, slots=True)
class Found:
    """What there is for a reference: `current` in the span asked for; else what came before or after, or is nearest."""

    current: tuple[Provision, ...] = ()
    ended: tuple[Provision, ...] = ()
    """Ended before the span, the latest version of each."""
    coming: tuple[Provision, ...] = ()
    """Begins after the span."""
    nearest: tuple[Provision, ...] = ()


class Lawbook:
    """Built once from the content; looking up is pure."""

    def __init__(self, content: Content) -> None:
        self._provisions = tuple(each for each in content.provisions.values() if each.verified != "unverified")
        by_id = {norm.law for norm in content.lawbook.norms if norm.number_in_id}
        self._numbers = {
            each.id: numbers_of(f"第{each.id.rpartition('-')[2]}条" if each.law in by_id else each.shown_article or "")
            for each in self._provisions
        }
        self.listening = Listening(content)
        self._spoken = content.lawbook.spoken
        self._weights = self._index(content)
        self._rarity = _rarity(self._weights.values())

    def get(self, id_: str) -> Provision | None:
        """A provision that may be shown."""
        return next((each for each in self._provisions if each.id == id_), None)

    def numbers(self, provision: Provision) -> tuple[Numbered, ...]:
        return self._numbers[provision.id]

    def find(self, reference: Reference, span: Span, *, old: bool = False) -> Found:
        """The article in force in `span`, or what comes closest to it; `old` asks for versions that ended before."""
        pool = [each for each in self._provisions if not reference.laws or each.law in reference.laws]
        if reference.unknown:
            return Found()
        if reference.article is None:
            return Found(current=tuple(each for each in pool if in_force_in(each, span)))
        same = [each for each in pool if reference.article in self._numbers[each.id]]
        current = tuple(each for each in same if in_force_in(each, span))
        ended = tuple(each for each in same if each.effective_to and each.effective_to < span.first)
        if old and ended:
            return Found(current=ended)
        if current:
            return Found(current=current)
        coming = tuple(each for each in same if each.effective_from > span.last)
        return Found((), ended, coming, self._nearest(pool, reference.article, span))

    def neighbours(self, provision: Provision, day: date) -> tuple[Provision, ...]:
        """The articles around one in its own norm, as it stood on `day`, in the order of their numbers."""
        own = [each for each in self._provisions if each.law == provision.law and each.id != provision.id]
        own = [each for each in own if each.in_force_on(day)] or own
        here = self._numbers[provision.id]
        if not here:
            return tuple(own[: 2 * NEAREST])
        return self._nearest(own, here[0], Span.of(day), 2 * NEAREST)

    def _nearest(
        self, pool: Sequence[Provision], article: Numbered, span: Span, most: int = NEAREST
    ) -> tuple[Provision, ...]:
        numbered = [each for each in pool if self._numbers[each.id] and in_force_in(each, span)]
        if not numbered:
            return tuple(each for each in pool if in_force_in(each, span))[:most]

        def far(each: Provision) -> tuple[int, int]:
            return min((abs(own.number - article.number), abs(own.sub - article.sub)) for own in self._numbers[each.id])

        chosen = sorted(numbered, key=far)[:most]
        return tuple(sorted(chosen, key=lambda each: (self._numbers[each.id][0].number, self._numbers[each.id][0].sub)))

    # --- by words

    def search(self, words: str, day: date, most: int) -> tuple[Provision, ...]:
        """The provisions in force on `day` that hold most of the words; none where too few are found."""
        sought = _pairs(words)
        meant: set[str] = set()
        for spoken in self._spoken:
            if any(say in words for say in spoken.say):
                meant |= _pairs(spoken.means)
        rare = {pair: self._rarity[pair] for pair in sought | meant if pair in self._rarity}
        whole = sum(rare[pair] for pair in sought if pair in rare) + _UNHEARD * len(sought - self._rarity.keys())
        scored = []
        for each in self._provisions:
            if not each.in_force_on(day):
                continue
            held = self._weights[each.id]
            reached = sum(weight for pair, weight in rare.items() if pair in held)
            score = sum(weight * min(held[pair], 3.0) for pair, weight in rare.items() if pair in held)
            if whole and reached / whole >= _ENOUGH:
                scored.append((score, each))
        scored.sort(key=lambda each: -each[0])
        best = scored[0][0] if scored else 0.0
        return tuple(each for score, each in scored[:most] if score >= best / 3)

    def _index(self, content: Content) -> dict[str, dict[str, float]]:
        """For each provision the pairs of characters in it, and how much each counts."""
        asked: dict[str, list[str]] = {}
        for answer in content.answers.values():
            for id_ in answer.provisions[:_CITED]:
                asked.setdefault(id_, []).append(answer.title)
        index: dict[str, dict[str, float]] = {}
        for each in self._provisions:
            held: dict[str, float] = {}
            fields = {"plain": each.plain, "decisive": each.decisive or "", "text": each.text}
            fields["asked"] = "\n".join(asked.get(each.id, ()))
            for field, text in fields.items():
                for pair in _pairs(text):
                    held[pair] = held.get(pair, 0.0) + _HELD[field]
            index[each.id] = held
        return index


def in_force_in(provision: Provision, span: Span) -> bool:
    """Whether it applied on any day of `span`."""
    return provision.effective_from <= span.last and (
        provision.effective_to is None or provision.effective_to >= span.first
    )


def _pairs(text: str) -> set[str]:
    runs = re.findall(r"[\u4e00-\u9fff]+", normalise(text).text)
    return {run[place : place + 2] for run in runs for place in range(len(run) - 1)}


def _rarity(documents: Iterable[dict[str, float]]) -> dict[str, float]:
    held = list(documents)
    counts = Counter(pair for each in held for pair in each)
    return {pair: math.log((1 + len(held)) / count) for pair, count in counts.items()}
