"""The second opinion on a text: a small linear model over its words and what the rules found in it.

It was trained from the labelled texts of `content/messages/` or `content/voices/` by `training.py` and is shipped as
data. The rules explain; the model weighs, where many weak signs together say more than any one of them.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from content.schema_learnt import Weights

READ_MOST = 600
"""Characters that are weighed; what a message is shows early."""
_FACT = "fact:"
_ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Opinion:
    """How probable each kind is (together 1), and each signal by itself."""

    kinds: Mapping[str, float]
    signals: Mapping[str, float]


class Learnt:
    """The trained weights, ready to be asked."""

    def __init__(self, weights: Weights) -> None:
        self._kinds, self._signals = weights.kinds, weights.signals
        self._rarity, self._parts, self._weights = weights.rarity, weights.parts, weights.weights
        self._fact_weight = weights.fact_weight

    def weigh(self, text: str, facts: Collection[str]) -> Opinion:
        """The opinion on a folded text in which the rules found these facts."""
        sums = [0.0] * (len(self._kinds) + len(self._signals))
        for feature, value in features(text, facts, self._rarity, self._fact_weight).items():
            if row := self._weights.get(feature):
                sums = [total + weight * value for total, weight in zip(sums, row, strict=True)]
        scores = [total / self._parts for total in sums]
        split = len(self._kinds)
        kinds = dict(zip(self._kinds, softmax(scores[:split]), strict=True))
        return Opinion(kinds, dict(zip(self._signals, map(sigmoid, scores[split:]), strict=True)))

    def knows(self, text: str) -> bool:
        """Whether the text has any word that something was learnt about."""
        return not self._rarity.keys().isdisjoint(words_of(text))

    def speaking(self, signal: str, text: str, stretches: Sequence[tuple[int, int]]) -> tuple[int, int]:
        """The stretch of a folded text whose words speak most for a signal."""
        place = len(self._kinds) + self._signals.index(signal)

        def weight(stretch: tuple[int, int]) -> float:
            words = words_of(text[slice(*stretch)])
            return sum(self._rarity[word] * row[place] for word in words if (row := self._weights.get(word)))

        return max(stretches, key=weight)


def features(text: str, facts: Collection[str], rarity: Mapping[str, float], fact_weight: float) -> dict[str, float]:
    """The vector of one message: its words of one and two characters, rare ones weighing more, and the facts."""
    words = {word: (1 + math.log(count)) * rarity[word] for word, count in words_of(text).items() if word in rarity}
    length = math.sqrt(sum(value * value for value in words.values())) or 1.0
    vector = {word: value / length for word, value in words.items()}
    vector.update((_FACT + fact, fact_weight) for fact in sorted(facts))
    vector[_ALWAYS] = 1.0
    return vector


def words_of(text: str) -> Counter[str]:
    """How often each single character and each pair of neighbours occurs, spaces left out."""
    plain = "".join(text[:READ_MOST].split())
    return Counter(plain) + Counter(map("".join, pairwise(plain)))


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities in proportion to e to the power of each score."""
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def sigmoid(score: float) -> float:
    """The probability of something whose odds are e to the power of the score."""
    return 1 / (1 + math.exp(-score)) if score > -700 else 0.0
