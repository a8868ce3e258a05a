"""Trains a second opinion from labelled texts: logistic regression by AdaGrad, one for the kinds and one a signal.

The same texts and rules give the same weights: the order is drawn from a fixed seed, and weights are rounded.
"""

import math
import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.recognition.learnt import features, sigmoid, softmax, words_of
from content.schema_learnt import Weights

_ROUNDS = 20
_STEP = 0.5
_SHRINK = 10.0
"""The smaller, the more the weights are kept small."""
_SEEN_LEAST = 2
"""A word that stands in fewer messages tells nothing about others."""
_SEED = 1
_PARTS = 16
_SMALLEST = 1e-3
"""Errors below this change nothing that would be seen after rounding."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled text: folded, with the facts that the rules found in it, what it is and what is in it."""

    text: str
    facts: Collection[str]
    kind: str
    signals: Collection[str] = ()


def train(samples: Sequence[Sample], *, signals: Sequence[str], fact_weight: float, made_from: str) -> Weights:
    """Weights for every kind among the samples and for `signals`; `made_from` names where the samples come from."""
    seen = Counter(word for sample in samples for word in words_of(sample.text))
    rarity = {
        word: round(math.log((1 + len(samples)) / (1 + count)) + 1, 2)
        for word, count in sorted(seen.items())
        if count >= _SEEN_LEAST
    }
    kinds = tuple(sorted({sample.kind for sample in samples}))
    weights = _Fit(samples, kinds, signals, rarity, fact_weight).run()
    rounded = {name: tuple(round(value * _PARTS) for value in row) for name, row in sorted(weights.items())}
    return Weights(
        made_from=made_from,
        kinds=kinds,
        signals=tuple(signals),
        rarity=rarity,
        fact_weight=fact_weight,
        parts=_PARTS,
        weights={name: row for name, row in rounded.items() if any(row)},
    )


class _Fit:
    def __init__(
        self,
        samples: Sequence[Sample],
        kinds: Sequence[str],
        signals: Sequence[str],
        rarity: dict[str, float],
        fact_weight: float,
    ) -> None:
        self._samples, self._kinds, self._signals = samples, kinds, signals
        self._vectors = [features(sample.text, sample.facts, rarity, fact_weight) for sample in samples]
        wide = len(kinds) + len(signals)
        self._weights = {name: [0.0] * wide for vector in self._vectors for name in vector}
        self._squares = {name: [1e-8] * wide for name in self._weights}
        # A feature is pulled towards zero whenever it is seen; a rare one each time the more.
        seen = Counter(name for vector in self._vectors for name in vector)
        self._shrink = {name: 1 / (_SHRINK * times) for name, times in seen.items()}
        # What is rare counts for more, so that each answer weighs the same.
        count = Counter(sample.kind for sample in samples)
        self._of_kind = {kind: len(samples) / (len(kinds) * count[kind]) for kind in kinds}
        having = Counter(signal for sample in samples for signal in sample.signals)
        self._with = {signal: len(samples) / (2 * max(having[signal], 1)) for signal in signals}
        self._without = {signal: len(samples) / (2 * max(len(samples) - having[signal], 1)) for signal in signals}

    def run(self) -> dict[str, list[float]]:
        order, chance = list(range(len(self._samples))), random.Random(_SEED)  # noqa: S311  # the same order every time
        for _ in range(_ROUNDS):
            chance.shuffle(order)
            for place in order:
                self._learn(self._samples[place], self._vectors[place])
        return self._weights

    def _learn(self, sample: Sample, vector: dict[str, float]) -> None:
        scores = [0.0] * (len(self._kinds) + len(self._signals))
        for name, value in vector.items():
            scores = [score + weight * value for score, weight in zip(scores, self._weights[name], strict=True)]
        errors = [(at, error) for at, error in enumerate(self._errors(sample, scores)) if abs(error) > _SMALLEST]
        for name, value in vector.items():
            row, square, shrink = self._weights[name], self._squares[name], self._shrink[name]
            for at, error in errors:
                slope = error * value + shrink * row[at]
                square[at] += slope * slope
                row[at] -= _STEP * slope / math.sqrt(square[at])

    def _errors(self, sample: Sample, scores: Sequence[float]) -> Iterator[float]:
        split = len(self._kinds)
        weight = self._of_kind[sample.kind]
        for kind, probability in zip(self._kinds, softmax(scores[:split]), strict=True):
            yield weight * (probability - (kind == sample.kind))
        for signal, score in zip(self._signals, scores[split:], strict=True):
            has = signal in sample.signals
            yield (self._with if has else self._without)[signal] * (sigmoid(score) - has)
