"""The second opinion on a text: a small linear model over its words and what the rules found in it.

It was trained from the labelled texts of `content/messages/` or `content/voices/` by `training.py` and is shipped as
data. The rules explain; the model weighs, where many weak signs together say more than any one of them.
"""

import math
import re
import struct
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import add

from content.schema_learnt import Weights

READ_MOST = 600
"""Characters that are weighed; what a message is shows early."""
_NUMBER = re.compile(r"[0-9]+(?:[.,:][0-9]+)*")
_COURTESY = re.compile("你好[,。!:]?|(?:拒收|退订)请?回复?(?:td?|r|n)|回复?(?:td?|r|n)(?:拒收|退订)")
_FACT = "fact:"
ALWAYS = "always"
_FINE = 1 << 24
"""How finely the logarithm of a count is taken: no probability changes in its sixth place."""


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
        self._rows = _Rows(weights)

    def weigh(self, text: str, facts: Collection[str]) -> Opinion:
        """The opinion on a folded text in which the rules found these facts: the weights of its features, added up."""
        counts = words_of(text)
        rows = list(map(self._rows.words.get, counts))
        known = [row for row in rows if row]
        added = sum(weights for weights, _ in known) * _FINE
        square = float(sum(square for _, square in known))
        for count, row in zip(counts.values(), rows, strict=True):
            if count > 1 and row:
                more = math.log(count)
                added += row[0] * round(more * _FINE)
                square += row[1] * ((1 + more) ** 2 - 1)
        by_words = _FINE * (math.sqrt(square) or 1.0)
        found = sum(self._rows.others.get(_FACT + fact, 0) for fact in facts)
        always = self._rows.others.get(ALWAYS, 0)
        scores = [
            (words / by_words + fact * self._fact_weight + base) / self._parts
            for words, fact, base in zip(*map(self._rows.unpacked, (added, found, always)), strict=True)
        ]
        split = len(self._kinds)
        kinds = dict(zip(self._kinds, softmax(scores[:split]), strict=True))
        return Opinion(kinds, dict(zip(self._signals, map(sigmoid, scores[split:]), strict=True)))

    def knows(self, text: str) -> bool:
        """Whether the text has any word that something was learnt about."""
        plain = _plain(text)
        return not self._rarity.keys().isdisjoint(chain(plain, map(add, plain, plain[1:])))

    def speaking(self, signal: str, text: str, stretches: Sequence[tuple[int, int]]) -> tuple[int, int]:
        """The stretch of a folded text whose words speak most for a signal."""
        place = len(self._kinds) + self._signals.index(signal)

        def weight(stretch: tuple[int, int]) -> float:
            words = words_of(text[slice(*stretch)])
            return sum(self._rarity[word] * row[place] for word in words if (row := self._weights.get(word)))

        return max(stretches, key=weight)


class _Rows:
    """The weights of each feature as one whole number with a lane for each, so that whole rows are added at once.

    A word's weights are multiplied by its rarity in hundredths, as `training` rounds it, and stand beside the square of
    that.
    """

    def __init__(self, weights: Weights) -> None:
        wide = len(weights.kinds) + len(weights.signals)
        self._lanes = struct.Struct(f"<{wide}q")
        self._middle = int.from_bytes(struct.pack(f"<{wide}Q", *[1 << 63] * wide), "little")
        """The middle of what each lane holds: added before lanes are parted, so that none of them is negative."""
        rows = {feature: self._packed(row) for feature, row in weights.weights.items()}
        self.words: dict[str, tuple[int, int]] = {}
        for word, rarity in weights.rarity.items():
            times = round(rarity * 100)
            self.words[word] = rows.get(word, 0) * times, times * times
        self.others = {feature: row for feature, row in rows.items() if feature not in self.words}

    def unpacked(self, row: int) -> tuple[int, ...]:
        lanes = (row + self._middle) ^ self._middle
        return self._lanes.unpack(lanes.to_bytes(self._lanes.size, "little"))

    def _packed(self, row: Sequence[int]) -> int:
        return (int.from_bytes(self._lanes.pack(*row), "little") ^ self._middle) - self._middle


def features(text: str, facts: Collection[str], rarity: Mapping[str, float], fact_weight: float) -> dict[str, float]:
    """The vector of one message: its words of one and two characters, rare ones weighing more, and the facts."""
    words = {word: (1 + math.log(count)) * rarity[word] for word, count in words_of(text).items() if word in rarity}
    length = math.sqrt(sum(value * value for value in words.values())) or 1.0
    vector = {word: value / length for word, value in words.items()}
    vector.update((_FACT + fact, fact_weight) for fact in sorted(facts))
    vector[ALWAYS] = 1.0
    return vector


def words_of(text: str) -> Counter[str]:
    """How often each single character and each pair of neighbours occurs in the plain text."""
    plain = _plain(text)
    return Counter(chain(plain, map(add, plain, plain[1:])))


def _plain(text: str) -> str:
    """The beginning of a text without spaces and courtesies; a number is one character, and 您 is 你."""
    return _COURTESY.sub("", _NUMBER.sub("0", "".join(text[:READ_MOST].split())).replace("您", "你"))


def softmax(scores: Sequence[float]) -> list[float]:
    """Probabilities in proportion to e to the power of each score."""
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def sigmoid(score: float) -> float:
    """The probability of something whose odds are e to the power of the score."""
    return 1 / (1 + math.exp(-score)) if score > -700 else 0.0
