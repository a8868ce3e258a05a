"""Trains a second opinion from labelled texts: logistic regression by scikit-learn, one for the kinds and one a signal.

The same texts and rules give the same weights, which are rounded so that machines agree. Only training needs
scikit-learn, which `make dev` installs; reading needs the weights alone.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.recognition.learnt import ALWAYS, features, words_of
from content.schema_learnt import Weights

_TRUST = 30.0
"""The inverse of how strongly the weights are kept small; chosen on messages that were not trained on."""
_ROUNDS = 300
_SEEN_LEAST = 2
"""A word that stands in fewer messages tells nothing about others."""
_PARTS = 16
_CERTAIN = 10.0


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
    vectors = [features(sample.text, sample.facts, rarity, fact_weight) for sample in samples]
    kinds = tuple(sorted({sample.kind for sample in samples}))
    weights = _fit(vectors, samples, kinds, signals)
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


def _fit(
    vectors: Sequence[dict[str, float]], samples: Sequence[Sample], kinds: Sequence[str], signals: Sequence[str]
) -> dict[str, tuple[float, ...]]:
    """One row of weights for each feature: first of the kinds, then of the signals."""
    # Imported here: a bot that only reads doesn't have it.
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    table = DictVectorizer()
    matrix = table.fit_transform(vectors)
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")  # as liblinear has it
    # What is rare counts for more, so that each answer weighs the same.
    settings = {"C": _TRUST, "class_weight": "balanced", "fit_intercept": False, "max_iter": _ROUNDS}
    of_kinds = LogisticRegression(**settings).fit(matrix, [sample.kind for sample in samples])
    columns = list(of_kinds.coef_) if len(kinds) > 2 else [-of_kinds.coef_[0] / 2, of_kinds.coef_[0] / 2]
    for signal in signals:
        has = [signal in sample.signals for sample in samples]
        if len(set(has)) > 1:
            one = LogisticRegression(**settings, solver="liblinear", random_state=0).fit(matrix, has)
            columns.append(one.coef_[0])
        else:  # nothing to tell apart: as all of them are
            columns.append([(_CERTAIN if has[0] else -_CERTAIN) * (name == ALWAYS) for name in table.feature_names_])
    return {name: tuple(float(column[place]) for column in columns) for name, place in table.vocabulary_.items()}
