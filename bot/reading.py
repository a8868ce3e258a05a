"""What the command line says of texts: recognised messages and ranked questions, as JSON lines or to be read.

Input is JSON lines if every line that isn't empty is an object with the expected key; otherwise it is plain text.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

from bot.answers import Answers
from bot.recognition import Fields, Finding, Recogniser, Recognition
from bot.recognition.card import answer as answer_message
from bot.recognition.distress import Distress
from bot.recognition.normalise import MOST as READ_MOST
from bot.recognition.normalise import normalise
from bot.recognition.provisions import Citation, cite_message, cite_signal, version_on
from bot.recognition.scripts import script_of
from bot.recognition.wording import Case
from content.check import Report, Runners
from content.check import check as check_content
from content.load import ROOT, Content, load

_TOLD = "recognise"
"""The conversation whose words a reading is told in."""


def recognise(text: str, *, today: date | None = None) -> Iterator[str]:
    """Read messages, JSON lines of `{id, text}` or one plain text, and yield lines to print."""
    content = load()
    recogniser = Recogniser(content)
    day = today or day_in_china()
    given = objects(text, "text")
    if given is None:
        yield from _told(content, Case(text, recogniser.recognise(text, day).alone(), day))
        return
    for line in given:
        reading = recogniser.recognise(line["text"], day)
        yield json.dumps(as_json(content, line.get("id"), reading, day), ensure_ascii=False)


def answer(text: str, *, today: date | None = None) -> Iterator[str]:
    """Rank the topics of questions, JSON lines of `{id, q}` or one question a line, and yield lines to print."""
    content = load()
    answers, day = Answers(content), today or day_in_china()
    given = objects(text, "q")
    for line in given if given is not None else [{"q": line} for line in text.splitlines() if line.strip()]:
        topics = [ranked.topic for ranked in answers.rank(line["q"])]
        named = content.answers[topics[0]].provisions
        cited = [version.id for id_ in named if (version := version_on(content, id_, day))]
        shown = {"id": line["id"]} if "id" in line else {"q": line["q"]}
        yield json.dumps({**shown, "topics": topics, "provisions": cited}, ensure_ascii=False)


def odd_line(text: str, key: str) -> int | None:
    """The first line that keeps a text from being JSON lines although its first one is; None where all is clear."""
    numbered = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not numbered or _object(numbered[0][1], key) is None:
        return None
    return next((number for number, line in numbered if _object(line, key) is None), None)


def unread(text: str) -> str | None:
    """Which messages are read only in their beginning, in words; None where all are read whole."""
    given = objects(text, "text")
    long = [place for place, line in enumerate(given or [{"text": text}], 1) if normalise(line["text"]).cut]
    if not long:
        return None
    which = "the text is" if given is None else f"{len(long)} of the messages are (the first is number {long[0]})"
    return f"{which} too long; only the first {READ_MOST} characters are read"


def check(root: Path | None) -> Report:
    """Validate a content folder, the program's own if none is named, and run its examples by the real program."""
    return check_content(root or ROOT, day=day_in_china(), runners=_runners)


def _runners(content: Content) -> Runners:
    # Examples hold the rules they stand beside; what was learnt is measured on whole texts.
    rules = replace(content, learnt={})
    recogniser, answers = Recogniser(rules), Answers(content)
    return Runners(
        signals=lambda text: recogniser.recognise(text).signals,
        kind=lambda text: recogniser.recognise(text).kind,
        route=lambda text: recogniser.route(text).value,
        topics=lambda question: [ranked.topic for ranked in answers.rank(question)],
        distress=Distress(rules).verdict,
        script=lambda example: script_of(content, example),
    )


def day_in_china() -> date:
    """Today, where the borrowers are."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


# --- for programs


def as_json(content: Content, id_: object, reading: Recognition, day: date) -> dict[str, Any]:
    """One reading as JSON values; sums as numbers, dates in ISO form. A finding's provision is the one in force that
    day which binds this lender."""
    words = [(finding.signal, finding.quote) for finding in reading.findings]
    cited = cite_message(content, words, lender=reading.lender, day=day).binding if words else ()
    return {
        "id": id_,
        "kind": reading.kind,
        "signals": list(reading.signals),
        "fields": field_values(reading.fields),
        "provisions": [citation.provision.id for citation in cited],
        "findings": [
            {
                "signal": finding.signal,
                "start": finding.start,
                "end": finding.end,
                "quote": finding.quote,
                "rule": finding.rule,
                "provision": first.provision.id if (first := _first(content, reading, finding, day)) else None,
            }
            for finding in reading.findings
        ],
    }


def _first(content: Content, reading: Recognition, finding: Finding, day: date) -> Citation | None:
    return cite_signal(content, finding.signal, lender=reading.lender, day=day, words=finding.quote).first


def field_values(fields: Fields) -> dict[str, Any]:
    """What was read, without what was not."""
    values: dict[str, Any] = {
        "lender": fields.lender,
        "collector": fields.collector,
        "amount_cny": _number(fields.amount_cny),
        "principal_cny": _number(fields.principal_cny),
        "overdue_days": fields.overdue_days,
        "deadline": fields.deadline.isoformat() if isinstance(fields.deadline, date) else fields.deadline,
        "phones": list(fields.phones),
        "links": list(fields.links),
        "case_number": fields.case_number,
    }
    return {name: value for name, value in values.items() if value not in (None, [])}


def _number(amount: Decimal | None) -> int | float | None:
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)


# --- for people


def _told(content: Content, case: Case) -> Iterator[str]:
    """What a person is told: the card as in chat, the words to say, what was read, and what each finding rests on."""
    reading, say = case.reading, content.conversations[_TOLD].texts
    name = content.replies.kind(reading.kind).name
    yield say["kind"].format(name=name, kind=reading.kind, rule=reading.kind_rule)
    card = answer_message(content, case)
    for block in card.blocks:
        yield f"\n{block.text}"
    if card.filled:
        yield f"\n{say['script']}"
        yield card.filled.text or "\n".join(card.filled.steps)
    if fields := field_values(reading.fields):
        yield f"\n{say['fields']}"
        for field, value in fields.items():
            shown = ", ".join(value) if isinstance(value, list) else value
            yield "  " + say["field"].format(name=say[field], value=shown)
    if reading.kind == "other":
        return
    yield f"\n{say['findings'] if reading.findings else say['nothing']}"
    for finding in reading.findings:
        signal = content.signals[finding.signal].name
        told = say["finding"].format(name=signal, signal=finding.signal, rule=finding.rule, quote=_line(finding.quote))
        yield f"  {told}"
        if first := _first(content, reading, finding, case.day):
            yield "    " + say["law"].format(source=first.source, quote=first.quote)


def _line(quote: str) -> str:
    return " ".join(quote.split())


# --- the input


def objects(text: str, key: str) -> list[dict[str, Any]] | None:
    """The lines as objects with `key`; None where the text is something else."""
    found = []
    for line in filter(str.strip, text.split("\n")):
        value = _object(line, key)
        if value is None:
            return None
        found.append(value)
    return found or None


def _object(line: str, key: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not isinstance(value.get(key), str):
        return None
    return {**value, key: _clean(value[key])}


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _clean(text: str) -> str:
    """Lone surrogates, which JSON may smuggle in, become question marks: they can't be printed."""
    return text.encode("utf-8", errors="replace").decode("utf-8")
