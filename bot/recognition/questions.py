"""What a question says, as weighted features: its characters, what its words mean, and how they come together.

Colloquial words are read as what they stand for. In a long story the last question weighs most, with as much before it
as it takes to know what it is about.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import combinations

import ahocorasick_rs

from bot.recognition.disguises import Disguises
from bot.recognition.normalise import normalise
from bot.recognition.orders import Orders
from bot.recognition.patterns import Patterns
from content.load import Content

Features = Mapping[str, float]

_STORY = 38
"""Texts of more characters tell a story."""
_ABOUT = 10
"""A question of fewer characters ("这样对吗") needs what stands before it."""
_AFTER, _BEFORE = 0.5, 0.35
"""How much counts what is said after the question, and before it."""
_MEANING, _TOGETHER, _FOREIGN, _HINT = 3.0, 1.0, 4.0, 5.0
"""Weights beside one run of characters: of a meaning, of two meanings together, of no word about debts, of a cue."""
_RUNS = (1, 2, 3)
_STRETCH = re.compile(r"[^\s,。;:、\"“”()\[\]【】!?]+[!?]*")
_NUMBER = re.compile(r"[0-9][0-9.,]*")


class Listener:
    """Built once from the content; hearing a question is pure."""

    def __init__(self, content: Content) -> None:
        questions = content.questions
        self._colloquial = Disguises(questions.colloquial)
        self._orders = Orders(content)
        self._asking = re.compile("|".join(map(re.escape, questions.asking)) or r"(?!)")
        self._general = {concept.id for concept in questions.concepts if concept.general}
        meanings: dict[str, set[str]] = {}
        for concept in questions.concepts:
            for word in concept.words:
                for written in (normalise(word).text, self._read(word)):
                    meanings.setdefault(written, set()).add(concept.id)
        self._meanings = list(meanings.values())
        self._words = ahocorasick_rs.AhoCorasick(list(meanings))
        groups = {concept.id: [*concept.words, *map(self._read, concept.words)] for concept in questions.concepts}
        cues = ((cue, answer.id) for answer in content.answers.values() for cue in answer.cues)
        self._cues = Patterns(groups, cues)
        particulars = ((answer.id, each) for answer in content.answers.values() for each in answer.particulars)
        finds = ((written, (topic, each.id)) for topic, each in particulars for written in each.find)
        self._particulars = Patterns(groups, finds)
        refusals = [refusal for answer in content.answers.values() for refusal in answer.refusals]
        self._refused = Patterns(groups, ((written, each.id) for each in refusals for written in each.find))
        self._excused = Patterns(groups, ((written, each.id) for each in refusals for written in each.unless))

    def hear(self, question: str) -> Features:
        """Take a question apart. Any text will do."""
        text = self._read(question)
        found = [match for match in _STRETCH.finditer(text) if match.group().strip("!?")]
        stretches = [match.group() for match in found]
        meanings = [self._meant(stretch) for stretch in stretches]
        weights = self._weights(stretches, meanings)
        features = _characters(stretches, weights)
        features |= self._meaning(meanings, weights)
        return features | self._hints(text, [match.end() for match in found], weights)

    def refusal(self, question: str) -> str | None:
        """The kind of request that is never granted, if the question is one."""
        text = self._read(question)
        excused = {match.owner for match in self._excused.find(text)}
        return next((match.owner for match in self._refused.find(text) if match.owner not in excused), None)

    def asked(self, question: str) -> str:
        """The question without orders to a machine around it; all of it where nothing else speaks of debts."""
        text = normalise(question)
        rest = self._orders.without(text).text
        return question if rest == text.text or "<>" in self.hear(rest) else rest

    def particulars(self, question: str) -> set[tuple[str, str]]:
        """What a question names that some topic answers in particular: the topics, and the ids of it there."""
        return {match.owner for match in self._particulars.find(self._read(question))}

    def _read(self, text: str) -> str:
        return self._colloquial.undo(normalise(text)).text

    def _meant(self, stretch: str) -> frozenset[str]:
        hits = self._words.find_matches_as_indexes(stretch, overlapping=True)
        return frozenset().union(*(self._meanings[number] for number, _, _ in hits))

    def _weights(self, stretches: Sequence[str], meanings: Sequence[frozenset[str]]) -> list[float]:
        """How much each stretch counts."""
        if sum(map(len, stretches)) <= _STORY:
            return [1.0] * len(stretches)
        asked = [place for place, stretch in enumerate(stretches) if self._asking.search(stretch)]
        last = asked[-1] if asked else len(stretches) - 1
        first, said, meant = last, len(stretches[last]), meanings[last]
        while first > 0 and (said < _ABOUT or meant <= self._general):
            first -= 1
            said += len(stretches[first])
            meant |= meanings[first]
        before = [_BEFORE * (0.6 + 0.4 * place / first) for place in range(first)]
        return [*before, *[1.0] * (last + 1 - first), *[_AFTER] * (len(stretches) - 1 - last)]

    def _meaning(self, meanings: Sequence[frozenset[str]], weights: Sequence[float]) -> dict[str, float]:
        strongest: dict[str, float] = {}
        for meant, weight in zip(meanings, weights, strict=True):
            for concept in meant:
                strongest[concept] = max(strongest.get(concept, 0.0), weight)
        features = {f"<{concept}>": _MEANING * weight for concept, weight in strongest.items()}
        for one, other in combinations(sorted(strongest), 2):
            features[f"<{one} {other}>"] = _TOGETHER * min(strongest[one], strongest[other])
        if strongest.keys() <= self._general:
            features["<>"] = _FOREIGN
        return features

    def _hints(self, text: str, ends: Sequence[int], weights: Sequence[float]) -> dict[str, float]:
        """The topics that cues hint at; a cue counts as much as the stretch where it ends."""
        hints: dict[str, float] = {}
        for match in self._cues.find(text):
            place = min(bisect_left(ends, match.end), len(ends) - 1)
            name = f"<{match.owner}?>"
            hints[name] = max(hints.get(name, 0.0), _HINT * weights[place])
        return hints


def _characters(stretches: Sequence[str], weights: Sequence[float]) -> dict[str, float]:
    features: dict[str, float] = {}
    for stretch, weight in zip(stretches, weights, strict=True):
        bare = _NUMBER.sub("0", stretch).rstrip("!?")
        for length in _RUNS:
            for place in range(len(bare) - length + 1):
                run = bare[place : place + length]
                if features.get(run, 0.0) < weight:
                    features[run] = weight
    return features
