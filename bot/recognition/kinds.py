"""What a message is, decided by the steps of `content/kinds.yaml` in their order."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.recognition.rules import Held, Hit, RuleFinder
from content.load import Content

OTHER = "other"
_NAMED, OWN_WORDS = "named", "own_words"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A kind and the step that gave it."""

    kind: str
    rule: str
    unsure: bool = False
    harmless: bool = False
    """Whether it is no collection message because of what it is, and not for want of any sign."""
    nameless: bool = False
    """Whether the sender would have to say who he is."""


class Judge:
    """The steps and the marks, built once."""

    def __init__(self, groups: Mapping[str, Iterable[str]], content: Content) -> None:
        if content.kinds is None:
            raise ValueError("content without kinds.yaml can't be judged by")
        self._marks = RuleFinder(groups, [(rule.id, rule) for rule in content.kinds.marks], whole=True)
        self._steps = content.kinds.steps
        self._nameless_unless = content.kinds.nameless_unless

    def marks(self, text: str) -> tuple[list[Hit], list[Held]]:
        """The marks of a message, and those that are held back."""
        return self._marks.find(text)

    def facts(self, hits: Collection[Hit], marks: Collection[Hit], *, named: bool, own: bool) -> frozenset[str]:
        """What is known of a message with these signals and marks. `own`: the user himself is speaking."""
        facts = {hit.signal for hit in hits} | {hit.rule for hit in hits} | {mark.rule for mark in marks}
        return frozenset(facts | {fact for fact, holds in ((_NAMED, named), (OWN_WORDS, own)) if holds})

    def decide(self, facts: frozenset[str]) -> Verdict:
        """The kind of a message of which these facts are known."""
        step = next(
            step
            for step in self._steps
            if facts.issuperset(step.all)
            and (not step.any or not facts.isdisjoint(step.any))
            and facts.isdisjoint(step.none)
        )
        harmless = step.kind == OTHER and step is not self._steps[-1]
        nameless = facts.isdisjoint(self._nameless_unless)
        return Verdict(step.kind, step.id, step.unsure, harmless, nameless)
