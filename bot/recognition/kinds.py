"""What a message is, decided by the steps of `content/kinds.yaml` in their order."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bot.recognition.rules import RuleFinder
from content.load import Content

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A kind and the step, or the harmless rule, that gave it."""

    kind: str
    rule: str


class Judge:
    """The steps, the marks and what is harmless, built once."""

    def __init__(self, groups: Mapping[str, Iterable[str]], content: Content) -> None:
        assert content.kinds is not None  # noqa: S101 loading fails without the file
        self._harmless = RuleFinder(groups, [(rule.id, rule) for rule in content.kinds.harmless])
        self._marks = RuleFinder(groups, [(rule.id, rule) for rule in content.kinds.marks])
        self._steps = content.kinds.steps

    def harmless(self, text: str) -> str | None:
        """The rule that makes a text no collection message, whatever else is in it."""
        hits, _ = self._harmless.find(text)
        return hits[0].rule if hits else None

    def decide(self, text: str, signals: Collection[str], *, named: bool) -> Verdict:
        """The kind of a message in which these signals were found."""
        if rule := self.harmless(text):
            return Verdict(OTHER, rule)
        marks, _ = self._marks.find(text)
        facts = {*signals, *(hit.rule for hit in marks), *(("named",) if named else ())}
        step = next(
            step
            for step in self._steps
            if facts.issuperset(step.all)
            and (not step.any or not facts.isdisjoint(step.any))
            and facts.isdisjoint(step.none)
        )
        return Verdict(step.kind, step.id)
