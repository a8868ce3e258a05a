"""What the recogniser did with a text, told step by step to whoever edits the content: `buhuang content explain`.

Nothing is judged here: all comes from the trace of the reading itself. Every word is content
(`conversations/explain.yaml`).
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

from bot import reading
from bot.recognition import Recogniser
from bot.recognition.kinds import OTHER
from bot.recognition.normalise import MOST as READ_MOST
from bot.recognition.provisions import Citation, cite_signal
from bot.recognition.rules import Held, Hit
from bot.recognition.trace import Judged, Trace
from bot.recognition.weighing import WEIGHED, least
from content.load import ROOT, Content, load

KINDS_MOST = 3
_NO_PATTERN = ("strange_link",)
"""Findings of the program itself; each has its sentence."""
_NAMELESS = "names_nobody"
_CLAUSE_END = ",。!?;:\n"
_INDENT = "  "


def explain(text: str, *, day: date | None = None, root: Path | None = None) -> Iterator[str]:
    """Explain messages, JSON lines of `{id, text}` or one plain text, and yield lines to print. Raises `ContentError`.

    The provisions are those of `day`, by default today's.
    """
    explainer = Explainer(load(root or ROOT))
    given = reading.objects(text, "text")
    if given is None:
        yield from explainer.explain(text, day or reading.day_in_china())
        return
    for line in given:
        yield explainer.say("number", id=line.get("id"))
        yield from explainer.explain(line["text"], day or reading.day_in_china())


class Explainer:
    """Built once from the content."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._recogniser = Recogniser(content)
        self._texts = content.conversations["explain"].texts
        self._field_names = content.conversations["recognise"].texts

    def say(self, id_: str, **blanks: object) -> str:
        """A sentence with its blanks filled."""
        return self._texts[id_].format_map(blanks)

    def explain(self, text: str, day: date) -> Iterator[str]:
        """The lines about one text that came on `day`."""
        trace = self._recogniser.trace(text, day)
        yield from self._section("text_head", self._text(trace))
        yield from self._section("route_head", self._route(text))
        for number, judged in enumerate(trace.judged, start=1):
            several = len(trace.judged) > 1
            yield self.say("part_head", number=number) if several else self.say("whole_head")
            yield from _indented(self._message(trace, judged, several=several))
        yield from self._section("result_head", self._result(trace))
        if fields := list(self._fields(trace)):
            yield from self._section("fields_head", fields)
        if trace.recognition.kind != OTHER:
            yield self.say("law_head", day=day)
            yield from _indented(self._law(trace, day))

    def _section(self, head: str, lines: Iterable[str]) -> Iterator[str]:
        yield self.say(head)
        yield from _indented(lines)

    # --- the text

    def _text(self, trace: Trace) -> Iterator[str]:
        folded, heard = trace.folded, trace.heard
        same = folded.text == folded.raw
        yield self.say("unchanged") if same else self.say("folded", text=_line(folded.text))
        if folded.cut:
            yield self.say("cut", most=READ_MOST)
        if heard.text != folded.text:
            for spoken, left in zip(folded.text.split("\n"), _lines_like(heard.text, folded.text), strict=True):
                if spoken.strip() and not left.strip():
                    yield self.say("own_line", words=spoken)
        if len(trace.judged) > 1:
            yield self.say("parts", count=len(trace.judged))
            for number, judged in enumerate(trace.judged, start=1):
                yield self.say("part", number=number, words=_line(heard.text[judged.start : judged.end]))

    def _route(self, text: str) -> Iterator[str]:
        routed = self._recogniser.trace_route(text)
        yield self.say("route", name=self.say(f"route_{routed.route}"), score=f"{routed.score:+d}")
        for cue, weight in routed.cues.items():
            place = self._place_of_entry("route.cues", cue)
            yield _INDENT + self.say("route_cue", cue=cue, weight=f"{weight:+d}", place=place)
        if routed.chance is not None:
            yield self.say("route_chance", chance=_percent(routed.chance))

    # --- one message

    def _message(self, trace: Trace, judged: Judged, *, several: bool) -> Iterator[str]:
        if several and judged is trace.decisive:
            yield self.say("decisive")
        verdict = judged.weighed.verdict
        silent = trace.recognition.kind == OTHER or (verdict.kind == OTHER and verdict.harmless)
        found = [line for hit in judged.weighed.told for line in self._found(trace, judged, hit, silent=silent)]
        yield self.say("found_head") if found else self.say("found_none")
        yield from _indented(found)
        if held := list(self._held(trace, judged)):
            yield self.say("held_head")
            yield from _indented(held)
        if judged.marks:
            yield self.say("marks_head")
            yield from _indented(self._mark(trace, mark) for mark in judged.marks)
        yield self.say("kind_head")
        yield from _indented([*self._step(judged), *self._opinion(judged)])

    def _found(self, trace: Trace, judged: Judged, hit: Hit, *, silent: bool) -> Iterator[str]:
        opinion, name = judged.weighed.opinion, self._content.signals[hit.signal].name
        shown = {"name": name, "signal": hit.signal, "quote": _quote(trace, hit)}
        end = self.say("not_told") if silent else ""
        if hit.rule == WEIGHED and opinion:
            yield self.say("added", **shown, chance=_percent(opinion.signals[hit.signal])) + end
        elif hit.rule in _NO_PATTERN:
            yield self.say("found", **shown) + end
            yield _INDENT + self.say(hit.rule)
        else:
            yield self.say("found", **shown) + end
            place = self._place_of_text(f"signals/{hit.signal}.yaml", hit.pattern)
            yield _INDENT + self.say("rule", rule=hit.rule, place=place, pattern=hit.pattern)

    def _held(self, trace: Trace, judged: Judged) -> Iterator[str]:
        inside = [each for each in trace.held if judged.start <= each.hit.start < judged.end]
        for held in _distinct(inside):
            yield self._not_counted(trace, held.hit, self._reason(trace, held))
        chances = judged.weighed.opinion.signals if judged.weighed.opinion else {}
        for hit in judged.weighed.dropped:
            chance, wanted = chances[hit.signal], least(hit.signal)
            yield self._not_counted(trace, hit, self.say("dropped", chance=_percent(chance), least=_percent(wanted)))
        for held in _distinct(judged.marks_held):
            if held.hit.rule not in judged.facts:
                quote, reason = _quote(trace, held.hit), self._reason(trace, held)
                yield self.say("mark_held", rule=held.hit.rule, quote=quote, reason=reason)

    def _not_counted(self, trace: Trace, hit: Hit, reason: str) -> str:
        name = self._content.signals[hit.signal].name
        return self.say("held", name=name, signal=hit.signal, rule=hit.rule, quote=_quote(trace, hit), reason=reason)

    def _reason(self, trace: Trace, held: Held) -> str:
        if held.by is None:
            return self.say("denied", words=_clause(trace.heard.text, held.hit))
        words, signal = _quote(trace, held.by), held.by.signal
        name = self._content.signals[signal].name if signal in self._content.signals else ""
        return self.say(held.reason, words=words, name=name, signal=signal)

    def _mark(self, trace: Trace, mark: Hit) -> str:
        place = self._place_of_text("kinds.yaml", mark.pattern)
        return self.say("mark", rule=mark.rule, quote=_quote(trace, mark), place=place, pattern=mark.pattern)

    # --- the kind

    def _step(self, judged: Judged) -> Iterator[str]:
        kinds = self._content.kinds
        step = next(step for step in (kinds.steps if kinds else ()) if step.id == judged.steps.rule)
        place = self._place_of_entry("kinds.steps", step.id)
        yield self.say("step", name=self._kind(step.kind), kind=step.kind, step=step.id, place=place)
        if step.all:
            yield _INDENT + self.say("step_all", facts=self._facts(step.all))
        if step.any:
            yield _INDENT + self.say("step_any", facts=self._facts(fact for fact in step.any if fact in judged.facts))
        if step.none:
            yield _INDENT + self.say("step_none", facts=self._facts(step.none))
        if not (step.all or step.any or step.none):
            yield _INDENT + self.say("step_last")

    def _opinion(self, judged: Judged) -> Iterator[str]:
        opinion, verdict = judged.weighed.opinion, judged.weighed.verdict
        if opinion is None:
            yield self.say("model_none")
            return
        likeliest = sorted(opinion.kinds, key=lambda kind: (-opinion.kinds[kind], kind))[:KINDS_MOST]
        shown = (
            self.say("model_kind", name=self._kind(kind), chance=_percent(opinion.kinds[kind])) for kind in likeliest
        )
        yield self.say("model_head", kinds=self.say("joint").join(shown))
        if verdict.kind != judged.steps.kind:
            yield self.say("model_changed", name=self._kind(verdict.kind), kind=verdict.kind)
        elif likeliest[0] == verdict.kind:
            yield self.say("model_agrees")
        else:
            yield self.say("model_weak", name=self._kind(likeliest[0]))

    # --- the outcome

    def _result(self, trace: Trace) -> Iterator[str]:
        result = trace.recognition
        shown = {"name": self._kind(result.kind), "kind": result.kind}
        if result.confidence is None:
            yield self.say("result", **shown)
        else:
            yield self.say("result_chance", **shown, chance=_percent(result.confidence))
        yield self.say("signals", names=self._facts(result.signals)) if result.signals else self.say("no_signals")
        for finding in result.findings:
            if finding.rule == _NAMELESS:
                name = self._content.signals[finding.signal].name
                yield self.say("names_nobody", name=name, signal=finding.signal)
        for doubt in result.unsure:
            yield self.say("unsure", text=self._content.replies.unsure[doubt])

    def _fields(self, trace: Trace) -> Iterator[str]:
        raw = trace.folded.raw
        for field, value in reading.field_values(trace.read.fields).items():
            name = self._field_names[field]
            shown = self.say("joint").join(value) if isinstance(value, list) else value
            words = [raw[start:end] for named, (start, end) in trace.read.places if named == field]
            if words and words != [shown]:
                joined = self.say("joint").join(map(_line, words))
                yield self.say("field_from", name=name, value=shown, words=joined)
            else:
                yield self.say("field", name=name, value=shown)

    def _law(self, trace: Trace, day: date) -> Iterator[str]:
        result, words = trace.recognition, dict[str, str]()
        for finding in result.findings:
            words.setdefault(finding.signal, finding.quote)
        for signal in result.signals:
            yield self.say("law_signal", name=self._content.signals[signal].name, signal=signal)
            cited = cite_signal(self._content, signal, lender=result.lender, day=day, words=words[signal])
            if cited.dated:
                yield _INDENT + self.say("law_later")
            for place, each in enumerate(cited.binding):
                shown = {"law": each.source, "id": each.provision.id}
                yield _INDENT + (
                    self.say("law", **shown) if place else self.say("law_first", **shown, quote=each.quote)
                )
            yield from _indented(map(self._conditional, cited.conditional))

    def _conditional(self, cited: Citation) -> str:
        shown = {"law": cited.source, "id": cited.provision.id}
        if not cited.lenders:
            return self.say("law_if_new", **shown, day=cited.provision.effective_from)
        names = self._content.replies.lender_kinds
        kinds = self.say("joint").join(names[kind] for kind in names if kind in cited.lenders)
        return self.say("law_if_lender", **shown, kinds=kinds)

    # --- names and places

    def _kind(self, kind: str) -> str:
        return self._content.replies.kind(kind).name

    def _facts(self, facts: Iterable[str]) -> str:
        """Facts by name: signals have one, marks and rules have none but their id."""
        signals = self._content.signals
        named = (f"{signals[fact].name}（{fact}）" if fact in signals else fact for fact in facts)
        return self.say("joint").join(named)

    def _place_of_text(self, file: str, text: str) -> str:
        line = self._content.lines.get((file, text.strip()))
        return f"content/{file}:{line}" if line else f"content/{file}"

    def _place_of_entry(self, collection: str, id_: str) -> str:
        file, line = self._content.places[(collection, id_)]
        return f"content/{file}:{line}"


def _quote(trace: Trace, hit: Hit) -> str:
    """The words of a hit as they stand in the text that was given."""
    start, end = trace.heard.span(hit.start, hit.end)
    return _line(trace.heard.raw[start:end])


def _clause(text: str, hit: Hit) -> str:
    """The clause that a hit stands in, up to its end."""
    begin = max(text.rfind(mark, 0, hit.start) for mark in _CLAUSE_END) + 1
    return _line(text[begin : hit.end])


def _distinct(held: Collection[Held]) -> list[Held]:
    """Of what one rule was held back for one reason in overlapping words, the first and shortest."""
    kept: list[Held] = []
    ends: dict[tuple[str, str, str], int] = {}
    for each in sorted(held, key=lambda each: (each.hit.start, each.hit.end)):
        what = each.hit.signal, each.hit.rule, each.reason
        if each.hit.start >= ends.get(what, 0):
            kept.append(each)
            ends[what] = each.hit.end
    return kept


def _lines_like(masked: str, text: str) -> Iterator[str]:
    """The lines of `text` as they stand in `masked`, in which some are blotted out by line ends."""
    start = 0
    for line in text.split("\n"):
        yield masked[start : start + len(line)]
        start += len(line) + 1


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (_INDENT + line for line in lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def _percent(chance: float) -> str:
    return f"{chance:.0%}"
