"""Which topic a question is about, all topics ranked.

Learned at start from the examples in content/answers, the same each time: a naive Bayes of each topic against all
others over the weighted features of a question. Words of distress come before everything; what is never granted
(orders to the bot, forging, new loans) is out of scope whatever else it mentions.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.recognition.distress import Distress
from bot.recognition.questions import Features, Listener
from content.load import Content
from content.schema_answer import Answer

OUT_OF_SCOPE = "out_of_scope"
DISTRESS = "distress"
_SMOOTHING = 0.1
_CERTAIN = 10.0
"""How far above all that was learned a decision by rule stands."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A topic and how likely it is that the question is about it; the scores of all topics add up to 1."""

    topic: str
    score: float


class Answers:
    """Built once from the content; ranking is pure."""

    def __init__(self, content: Content, *, leave_out: Collection[str] = ()) -> None:
        """Examples in `leave_out` are not learned from, so that they can be asked."""
        self._content = content
        self._listener = Listener(content)
        self._distress = Distress(content)
        self._model = _Model(
            (answer.id, self._listener.hear(example))
            for answer in content.answers.values()
            for example in answer.questions
            if example not in leave_out
        )

    def rank(self, question: str) -> list[Ranked]:
        """Every topic, the best first. Where nothing fits, `out_of_scope` is the best."""
        asked = self._listener.asked(question)
        features = self._listener.hear(asked)
        scores = self._model.scores(features)
        if not features or self._listener.refusal(asked):
            scores[OUT_OF_SCOPE] = max(scores.values()) + _CERTAIN
        # Never learned: 想死你了 and 跳楼价 look too much like it, and a miss costs too much.
        heard = self._distress.speaks_of(question)
        scores[DISTRESS] = max(scores.values()) + _CERTAIN if heard else min(scores.values()) - _CERTAIN
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        likely = [math.exp(score - ranked[0][1]) for _, score in ranked]
        return [Ranked(topic, each / sum(likely)) for (topic, _), each in zip(ranked, likely, strict=True)]

    def told(self, topic: str, question: str) -> Answer:
        """The answer to a question of this topic, with what the question names in particular."""
        answer = self._content.answers[topic]
        named = self._listener.particulars(self._listener.asked(question))
        return answer.told(next((each for each in answer.particulars if (topic, each.id) in named), None))

    def refusal(self, question: str) -> str | None:
        """The kind of request that is never granted, if the question is one."""
        return self._listener.refusal(self._listener.asked(question))


class _Model:
    """For each topic, how much more often a feature stands in its examples than in all others."""

    def __init__(self, examples: Iterable[tuple[str, Features]]) -> None:
        learned = list(examples)
        self._rarity = _rarity([features for _, features in learned])
        total: dict[str, float] = {}
        per_topic: dict[str, dict[str, float]] = {topic: {} for topic, _ in learned}
        for topic, features in learned:
            own = per_topic[topic]
            for feature, weight in self._weighed(features).items():
                own[feature] = own.get(feature, 0.0) + weight
                total[feature] = total.get(feature, 0.0) + weight
        spread = _SMOOTHING * len(total)
        everything = sum(total.values())
        self._absent: dict[str, float] = {}
        """For each topic, what a feature that none of its examples has says against it."""
        self._present: dict[str, list[tuple[str, float]]] = {feature: [] for feature in total}
        """For each feature, the topics whose examples have it, with how much more than absence that says."""
        self._common = {feature: math.log(weight + _SMOOTHING) for feature, weight in total.items()}
        for topic, own in per_topic.items():
            inside = sum(own.values())
            size = math.log(everything - inside + spread) - math.log(inside + spread)
            self._absent[topic] = math.log(_SMOOTHING) + size
            for feature, weight in own.items():
                others = math.log(total[feature] - weight + _SMOOTHING)
                says = math.log(weight + _SMOOTHING) - others - (math.log(_SMOOTHING) - self._common[feature])
                self._present[feature].append((topic, says))

    def scores(self, features: Features) -> dict[str, float]:
        weighed = self._weighed(features)
        whole = sum(weighed.values())
        common = sum(weight * self._common[feature] for feature, weight in weighed.items())
        scores = {topic: whole * absent - common for topic, absent in self._absent.items()}
        for feature, weight in weighed.items():
            for topic, says in self._present[feature]:
                scores[topic] += weight * says
        return scores

    def _weighed(self, features: Features) -> dict[str, float]:
        """Rare features count more; the length of a question doesn't count. Unknown ones are left out."""
        weighed = {name: weight * self._rarity[name] for name, weight in features.items() if name in self._rarity}
        length = math.sqrt(sum(weight * weight for weight in weighed.values()))
        return {name: weight / length for name, weight in weighed.items()}


def _rarity(examples: list[Features]) -> dict[str, float]:
    found: dict[str, int] = {}
    for features in examples:
        for name in features:
            found[name] = found.get(name, 0) + 1
    return {name: math.log((1 + len(examples)) / (1 + count)) + 1 for name, count in found.items()}
