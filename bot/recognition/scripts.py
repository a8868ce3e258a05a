"""Which words a borrower may say or send to a message, with the blanks filled as read."""

import re
from dataclasses import dataclass
from datetime import date

from bot.recognition.age import age_in_days
from bot.recognition.normalise import normalise
from bot.recognition.quotes import quoted
from bot.recognition.types import CHOSEN, Fields, Recognition
from bot.recognition.wording import Case, script_blanks, shortened
from content.load import Content
from content.schema_reply import Script, ScriptExample, When

_SCRIPT_QUOTE_MOST = 40
_CLAUSE_MOST = 48
_HARM = "intimidation"
_DATED = re.compile(r"\d|月|日|号|时|点")


@dataclass(frozen=True, slots=True)
class Filled:
    """A script as it is said: the next step, the texts to copy (or the steps), and the clause of the message."""

    script: Script
    next: str
    text: str | None
    other_text: str | None
    steps: tuple[str, ...]
    clause: str


def choose_script(content: Content, case: Case) -> Script:
    """The fitting script with the smallest order. The last one of all fits everything.

    A kind that the reader chose brings its own script, fit or not, unless he is threatened with harm.
    """
    ordered = sorted(content.scripts.values(), key=lambda script: script.order)
    bare = "".join(normalise(case.text).text.split())
    fitting = [script for script in ordered if _fits(script.when, case.reading, bare, case.day)]
    if case.reading.kind_rule != CHOSEN or _HARM in case.reading.signals:
        return fitting[0]
    own = [script for script in ordered if _is_of_kind(content, script.when, case.reading.kind)]
    general = [script for script in reversed(own) if not script.when.words]
    return next(iter([script for script in fitting if script in own] + general + fitting))


def fill_script(content: Content, case: Case, script: Script) -> Filled:
    """Fill every blank of a script, with 「____」 where nothing was read."""
    clause = _clause(case.text, script.clause_words)
    blanks = script_blanks(content, case, _quote(content, case, script), clause)
    return Filled(
        script=script,
        next=script.next.format_map(blanks),
        text=script.text and script.text.format_map(blanks),
        other_text=script.other_text and script.other_text.format_map(blanks),
        steps=tuple(step.format_map(blanks) for step in script.steps),
        clause=clause,
    )


def script_of(content: Content, example: ScriptExample) -> str:
    """The id of the script that is taken for an example; what checks the content calls it."""
    reading = Recognition(example.kind, example.signals, fields=Fields(overdue_days=example.days))
    return choose_script(content, Case(example.text, reading, date.min)).id


def _is_of_kind(content: Content, when: When, kind: str) -> bool:
    """Whether a script is for messages of this kind alone, or for what they are about."""
    return when.kinds == (kind,) or not set(content.replies.kind(kind).plain).isdisjoint(when.signals)


def _fits(when: When, reading: Recognition, bare: str, day: date) -> bool:
    """Whether a reading, and the folded text without its spaces, meet every condition."""
    signals = set(reading.signals)
    return (
        (not when.kinds or reading.kind in when.kinds)
        and (not when.signals or not signals.isdisjoint(when.signals))
        and signals.isdisjoint(when.without)
        and (not when.words or any(word in bare for word in when.words))
        and not any(word in bare for word in when.without_words)
        and (when.days_from is None or _days(when, reading, bare, day) >= when.days_from)
    )


def _days(when: When, reading: Recognition, bare: str, day: date) -> int:
    """How long the debt is overdue, in days as read, or told in years."""
    return max(reading.fields.overdue_days or 0, age_in_days(when.days_words, bare, day))


def _quote(content: Content, case: Case, script: Script) -> str:
    """The words that made the script fit: of its own signals first, the gravest first."""
    weight = {signal.id: place for place, signal in enumerate(content.replies.signals)}
    findings = sorted(
        (finding for finding in case.reading.findings if finding.signal in weight),
        key=lambda finding: (finding.signal not in script.when.signals, weight[finding.signal], finding.start),
    )
    return quoted(case.text, findings[0].start, findings[0].end, _SCRIPT_QUOTE_MOST) if findings else ""


def _clause(text: str, words: tuple[str, ...]) -> str:
    """The stretch of the message between two stops that holds one of `words` and a number (a date, a time)."""
    for stretch in re.split(r"[，,。；;！!？?\n]", text) if words else ():
        if any(word in stretch for word in words) and _DATED.search(stretch):
            return shortened(stretch, _CLAUSE_MOST)
    return ""
