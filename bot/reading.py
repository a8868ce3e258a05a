"""What the command line says of texts: recognised messages and ranked questions, as JSON lines or to be read.

Input is JSON lines if every line that isn't empty is an object with the expected key; otherwise it is plain text.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.answers import Answers
from bot.recognition import Fields, Recogniser, Recognition
from bot.recognition.provisions import cite_message, cite_signal
from bot.recognition.scripts import choose_script
from bot.recognition.wording import Case
from content.check import Report, Runners
from content.check import check as check_content
from content.load import ROOT, Content, load
from content.schema_reply import ScriptExample


def recognise(text: str, *, today: date | None = None) -> Iterator[str]:
    """Read messages, JSON lines of `{id, text}` or one plain text, and yield lines to print."""
    content = load()
    recogniser = Recogniser(content)
    day = today or _today()
    given = _objects(text, "text")
    if given is None:
        yield from _told(content, recogniser.recognise(text), day)
        return
    for line in given:
        reading = recogniser.recognise(line["text"])
        yield json.dumps(as_json(content, line.get("id"), reading, day), ensure_ascii=False)


def answer(text: str) -> Iterator[str]:
    """Rank the topics of questions, JSON lines of `{id, q}` or one question a line, and yield lines to print."""
    content = load()
    answers = Answers(content)
    given = _objects(text, "q")
    for line in given if given is not None else [{"q": line} for line in text.splitlines() if line.strip()]:
        topics = [ranked.topic for ranked in answers.rank(line["q"])]
        cited = list(content.answers[topics[0]].provisions) if topics else []
        shown = {"id": line["id"]} if "id" in line else {"q": line["q"]}
        yield json.dumps({**shown, "topics": topics, "provisions": cited}, ensure_ascii=False)


def check(root: Path | None) -> Report:
    """Validate a content folder, the program's own if none is named, and run its examples by the real program."""
    return check_content(root or ROOT, day=_today(), runners=_runners)


def _runners(content: Content) -> Runners:
    recogniser, answers = Recogniser(content), Answers(content)

    def script(example: ScriptExample) -> str:
        reading = Recognition(example.kind, example.signals, fields=Fields(overdue_days=example.days))
        return choose_script(content, Case(example.text, reading, _today())).id

    return Runners(
        signals=lambda text: recogniser.recognise(text).signals,
        kind=lambda text: recogniser.recognise(text).kind,
        topics=lambda question: [ranked.topic for ranked in answers.rank(question)],
        script=script,
    )


def _today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def as_json(content: Content, id_: object, reading: Recognition, day: date) -> dict[str, Any]:
    """One reading as JSON values; sums as numbers, dates in ISO form. A finding's provision is the one in force that
    day which binds this lender."""
    findings = [(finding.signal, finding.quote) for finding in reading.findings]
    cited = cite_message(content, findings, lender=reading.lender, day=day).binding if findings else ()
    return {
        "id": id_,
        "kind": reading.kind,
        "signals": list(reading.signals),
        "fields": _fields(reading),
        "provisions": [citation.provision.id for citation in cited],
        "findings": [
            {
                "signal": finding.signal,
                "start": finding.start,
                "end": finding.end,
                "quote": finding.quote,
                "rule": finding.rule,
                "provision": first.provision.id if (first := _first(content, reading, *pair, day)) else None,
            }
            for finding, pair in zip(reading.findings, findings, strict=True)
        ],
    }


def _first(content: Content, reading: Recognition, signal: str, words: str, day: date) -> Any:
    return cite_signal(content, signal, lender=reading.lender, day=day, words=words).first


def _fields(reading: Recognition) -> dict[str, Any]:
    """What was read, without what was not."""
    fields = reading.fields
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


def _told(content: Content, reading: Recognition, day: date) -> Iterator[str]:
    """A reading for a person: kind, fields, and each finding with its words, rule and provision."""
    yield f"kind      {reading.kind} {content.replies.kind(reading.kind).name} ({reading.kind_rule})"
    for name, value in _fields(reading).items():
        yield f"{name:<10}{value}"
    for finding in reading.findings:
        yield f"{finding.signal} {content.signals[finding.signal].name}: “{finding.quote}” ({finding.rule})"
        if first := _first(content, reading, finding.signal, finding.quote, day):
            yield f"  {first.source} {first.quote}"
    for id_ in reading.unsure:
        yield f"unsure    {id_}"


def _objects(text: str, key: str) -> list[dict[str, Any]] | None:
    """The lines as objects with `key`; None where the text is something else."""
    found = []
    for line in filter(str.strip, text.split("\n")):
        try:
            value = json.loads(line)
        except ValueError:
            return None
        if not isinstance(value, dict) or not isinstance(value.get(key), str):
            return None
        found.append({**value, key: _clean(value[key])})
    return found or None


def _clean(text: str) -> str:
    """Lone surrogates, which JSON may smuggle in, become replacement marks: they can't be printed."""
    return text.encode("utf-8", errors="replace").decode("utf-8")
