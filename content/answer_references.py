"""Whether answers fit together: related topics, hotlines and words for refusals exist, and no example stands twice."""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from content.patterns import named_groups
from content.schema_answer import Answer

if TYPE_CHECKING:
    from content.load import Content

Fault = Callable[[str, str, str], None]
"""Called with collection, id and message."""
NOTHING_FITS = "out_of_scope"
DISTRESS = "distress"
HANDLER = "question"


def check_answers(content: "Content", broken: Collection[str], fault: Fault) -> None:
    """Check everything that an answer names; `broken` ids are reported already."""
    answers = content.answers
    for needed in (NOTHING_FITS, DISTRESS) if answers else ():
        if needed not in answers and needed not in broken:
            fault("answers", needed, f"is missing; add answers/{needed}.yaml")
    seen: dict[str, str] = {}
    for answer in answers.values():
        _check_named(content, answer, broken, fault)
        for example in answer.questions:
            if example in seen:
                fault("answers", answer.id, f"the example “{example}” stands in '{seen[example]}' too; keep one")
            seen[example] = answer.id


def _check_named(content: "Content", answer: Answer, broken: Collection[str], fault: Fault) -> None:
    for related in answer.related:
        if related == answer.id or (related not in content.answers and related not in broken):
            fault("answers", answer.id, f"'related' names '{related}', which is no other topic; correct the id")
    for number in answer.hotlines:
        if number not in content.hotlines:
            fault("answers", answer.id, f"names the hotline '{number}', which hotlines.yaml lacks; add or correct it")
    concepts = {concept.id for concept in content.questions.concepts}
    words = content.conversations.get(HANDLER)
    for refusal in answer.refusals:
        if words and f"refuse_{refusal.id}" not in words.texts:
            fault("answers", answer.id, f"conversations/{HANDLER}.yaml has no text 'refuse_{refusal.id}'; write it")
    particulars = [written for each in answer.particulars for written in each.find]
    patterns = [
        *answer.cues,
        *particulars,
        *(each for refusal in answer.refusals for each in (*refusal.find, *refusal.unless)),
    ]
    for group in {group for pattern in patterns for group in named_groups(pattern)} - concepts:
        fault("answers", answer.id, f"names the words '{group}', which questions.yaml lacks; add them")
