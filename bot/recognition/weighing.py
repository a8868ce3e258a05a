"""What the rules say of a message and what the learnt model makes of it, put together.

A rule's finding stands unless the model thinks it improbable; the model's own finding needs more, and is shown by the
clause that speaks most for it. The kind follows the model only where it is clearly of another mind than the steps.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.recognition.kinds import OTHER, Verdict
from bot.recognition.learnt import Learnt, Opinion
from bot.recognition.rules import Hit
from content.load import Content

MESSAGES = "messages"
WEIGHED = "weighed"
"""Named as the rule where no single rule decided."""
_KIND_MARGIN = 0.1
"""By how much the model has to prefer another kind of collection."""
_COLLECTS_MARGIN = 0.4
"""And by how much before it takes for collection what the rules find harmless."""
_HARMLESS_MARGIN, _GRAVE_MARGIN = 0.0, 0.1
"""And for harmless what the rules find to collect; the second where something grave was found."""
_GRAVE = frozenset(
    ("criminal_threat", "impersonation", "intimidation", "insult", "exposure", "private_account", "suspicious_link")
)
_SURE = 0.6
_STEPS_UP = ("legal_notice", "visit_notice", "transfer_notice")
_MILDER = {
    "threat": frozenset((*_STEPS_UP, "settlement_offer", "credit_notice", "reminder")),
    **{kind: frozenset(("reminder",)) for kind in _STEPS_UP},
}
_MILDER_MARGIN = 0.4
"""What the words of a rule say outright is made no milder unless the model is much surer."""
_KEPT, _GRAVE_KEPT, _ADDED = 0.25, 0.15, 0.7
"""How probable a rule's finding has to be, a grave one, and one of the model's own."""
_BY_RULE_ALONE = frozenset(("suspicious_link", "night_contact", "no_identity"))
"""What hangs on a link, a time or a name can't be read from words around it."""
_CLAUSE = re.compile(r"[^，。；！？,;!?\n]+")


@dataclass(frozen=True, slots=True)
class Weighed:
    """The verdict and the findings after weighing; without an opinion, those of the rules."""

    verdict: Verdict
    told: tuple[Hit, ...]
    opinion: Opinion | None = None
    dropped: tuple[Hit, ...] = ()
    """Findings of the rules that the model thinks improbable."""
    added: tuple[Hit, ...] = ()
    """The model's own, which are among `told`."""


class Weighing:
    """Asks the learnt model, if the content has one."""

    def __init__(self, content: Content) -> None:
        weights = content.learnt.get(MESSAGES)
        self._learnt = Learnt(weights) if weights else None

    def weigh(
        self, text: str, facts: Collection[str], verdict: Verdict, hits: Sequence[Hit], held: Collection[str]
    ) -> Weighed:
        """Put both together. `held`: signals whose words are there, but denied or excused."""
        if self._learnt is None or not self._learnt.knows(text):
            return Weighed(verdict, tuple(hits))
        opinion = self._learnt.weigh(text, facts)
        unlikely = {hit.signal for hit in hits if opinion.signals.get(hit.signal, 1.0) <= least(hit.signal)}
        kept = [hit for hit in hits if hit.signal not in unlikely]
        added = _added(self._learnt, text, opinion, hits, held)
        return Weighed(
            verdict=decide_kind(verdict, opinion, hits),
            told=tuple(sorted([*kept, *added], key=lambda hit: (hit.start, hit.end))),
            opinion=opinion,
            dropped=tuple(hit for hit in hits if hit.signal in unlikely),
            added=tuple(added),
        )


def least(signal: str) -> float:
    """How probable the model has to find what a rule found, for it to stand."""
    return _GRAVE_KEPT if signal in _GRAVE else _KEPT


def decide_kind(verdict: Verdict, opinion: Opinion, hits: Sequence[Hit]) -> Verdict:
    """The kind that the model prefers clearly enough, else that of the steps."""
    kinds, of_steps = opinion.kinds, opinion.kinds.get(verdict.kind, 0.0)
    likeliest = max((kind for kind in kinds if kind != OTHER), key=kinds.__getitem__)
    grave = not _GRAVE.isdisjoint(hit.signal for hit in hits)
    if verdict.kind == OTHER:
        changed = likeliest if kinds[likeliest] - of_steps > _COLLECTS_MARGIN else OTHER
    elif kinds[OTHER] > kinds[likeliest] and kinds[OTHER] - of_steps > (_GRAVE_MARGIN if grave else _HARMLESS_MARGIN):
        changed = OTHER
    else:
        changed = likeliest if kinds[likeliest] - of_steps > _KIND_MARGIN else verdict.kind
    if changed == "credit_notice" and verdict.kind == "legal_notice":
        return verdict  # a suit and the credit record together are told as the suit
    if changed in _MILDER.get(verdict.kind, ()) and kinds[changed] - of_steps < _MILDER_MARGIN:
        return verdict
    if changed == verdict.kind:
        return verdict
    return replace(verdict, kind=changed, rule=WEIGHED, unsure=kinds[changed] < _SURE, harmless=False)


def _added(learnt: Learnt, text: str, opinion: Opinion, hits: Sequence[Hit], held: Collection[str]) -> list[Hit]:
    """What the rules have no word of and the model is sure enough of, shown by the clause that speaks most for it."""
    decided = {hit.signal for hit in hits} | set(held) | _BY_RULE_ALONE
    clauses = [match.span() for match in _CLAUSE.finditer(text) if match.group().strip()]
    # The words of another finding are that finding's own, as long as there are others to show.
    free = [span for span in clauses if not any(span[0] < hit.end and hit.start < span[1] for hit in hits)] or clauses
    wanted = (signal for signal, chance in opinion.signals.items() if chance > _ADDED and signal not in decided)
    return [Hit(signal, WEIGHED, *learnt.speaking(signal, text, free)) for signal in wanted] if free else []
