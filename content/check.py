"""Whether the content is right: it loads, its examples come out as written, and the law in it still holds.

Examples are run by what is passed in, since content knows nothing of the program. A problem must be corrected; a
warning is for a lawyer to look at.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from content.errors import ContentError, Problem
from content.load import ROOT, Content, load, load_messages, load_voices
from content.references import cited_provisions
from content.schema import Provision
from content.schema_learnt import fingerprint
from content.schema_reply import ScriptExample

CONFIRMED_FOR = timedelta(days=60)
"""How long a figure counts as confirmed."""


@dataclass(frozen=True, slots=True)
class Runners:
    """What runs the examples of one content."""

    signals: Callable[[str], Collection[str]]
    """The signals found in a text."""
    kind: Callable[[str], str]
    """The kind of a text."""
    route: Callable[[str], str]
    """What a text is: a message, a question, or neither."""
    topics: Callable[[str], Sequence[str]]
    """The topics of a question, the best first."""
    distress: Callable[[str], str]
    """Whose distress a text speaks of, and whether there is danger: the keys of the examples of `distress.yaml`."""
    script: Callable[[ScriptExample], str]
    """The script that is taken for a reading."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `examples` counts those that were run."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    examples: int = 0
    entries: int = 0

    @property
    def sound(self) -> bool:
        return not self.problems

    def lines(self) -> Iterator[str]:
        """The report as it is printed: warnings, problems, and one line that sums up."""
        yield from (f"warning: {warning}" for warning in self.warnings)
        yield from (f"error: {problem}" for problem in self.problems)
        if self.sound:
            yield f"{self.entries} entries and {self.examples} examples are right, {len(self.warnings)} warning(s)."
        else:
            yield f"{len(self.problems)} problem(s); correct them and check again."


def check(root: Path = ROOT, *, day: date, runners: Callable[[Content], Runners] | None = None) -> Report:
    """Check all content below `root` as of `day`; without `runners` only the figures' examples are run."""
    try:
        content = load(root)
    except ContentError as error:
        return Report(error.problems)
    examples = [problem for run in _runs(content, runners) for problem in run]
    figures = sum(len(fact.examples) for fact in content.facts.values())
    return Report(
        problems=tuple(sorted(problem for problem in examples if problem is not None)),
        warnings=tuple(sorted((*_outdated(content, day), *_unconfirmed(content, day), *_unlearnt(content, root)))),
        examples=len(examples) + figures,
        entries=len(content.places),
    )


# --- examples


def _runs(content: Content, runners: Callable[[Content], Runners] | None) -> Iterator[Iterator[Problem | None]]:
    """For each sort of example a problem, or None where it came out as written."""
    if runners is None:
        return
    runner = runners(content)
    yield _signals(content, runner)
    yield _whole_texts(content, "kinds.yaml", content.kinds.examples.items() if content.kinds else (), runner.kind)
    yield _whole_texts(content, "route.yaml", content.route.examples.items() if content.route else (), runner.route)
    yield _whole_texts(content, "distress.yaml", content.distress.examples.items(), runner.distress)
    yield _scripts(content, runner)
    yield _answers(content, runner)


def _signals(content: Content, runner: Runners) -> Iterator[Problem | None]:
    for signal in content.signals.values():
        file = f"signals/{signal.id}.yaml"
        for text in signal.examples:
            found = signal.id in runner.signals(text)
            yield None if found else _in(content, file, text, signal.id, "is not found in this example")
        for text in signal.near_misses:
            found = signal.id in runner.signals(text)
            yield _in(content, file, text, signal.id, "is found in this near miss") if found else None


def _whole_texts(
    content: Content, file: str, examples: Iterable[tuple[str, Sequence[str]]], run: Callable[[str], str]
) -> Iterator[Problem | None]:
    for expected, texts in examples:
        for text in texts:
            taken = run(text)
            yield None if taken == expected else _in(content, file, text, expected, f"is taken for '{taken}' instead")


def _scripts(content: Content, runner: Runners) -> Iterator[Problem | None]:
    for script in content.scripts.values():
        for example in script.examples:
            taken = runner.script(example)
            right = taken == script.id
            yield None if right else _at(content, "scripts", script.id, f"“{example.text}” takes '{taken}' instead")


def _answers(content: Content, runner: Runners) -> Iterator[Problem | None]:
    for answer in content.answers.values():
        file = f"answers/{answer.id}.yaml"
        for text in answer.questions:
            best = next(iter(runner.topics(text)), "nothing")
            right = best == answer.id
            yield None if right else _in(content, file, text, answer.id, f"this example ranks '{best}' first")
        for text in answer.counter_examples:
            wrong = answer.id in runner.topics(text)[:1]
            yield _in(content, file, text, answer.id, "this counter-example ranks the topic first") if wrong else None


# --- the law


def _outdated(content: Content, day: date) -> Iterator[Problem]:
    """Provisions whose time is over and that nothing follows, and references to a version that was replaced."""
    cited: dict[str, list[tuple[str, str]]] = {}
    for collection, id_, named, _ in cited_provisions(content):
        of_its_day = collection == "facts" or (
            collection == "citations.signals" and named in dict(content.citing.of(id_).own_clauses)
        )
        if not of_its_day:
            cited.setdefault(named, []).append((collection, id_))
    for provision in content.provisions.values():
        if provision.effective_to is None or provision.effective_to >= day:
            continue
        if provision.superseded_by is None:
            yield _at(content, "provisions", provision.id, _ended(provision, len(cited.get(provision.id, ()))))
            continue
        for collection, id_ in cited.get(provision.id, ()):
            message = (
                f"names '{provision.id}', in force until {provision.effective_to}; name '{provision.superseded_by}'"
            )
            yield _at(content, collection, id_, message)


def _ended(provision: Provision, places: int) -> str:
    named = f"; {places} place(s) name it" if places else ""
    return f"no longer in force since {provision.effective_to}, and nothing takes its place{named}"


def _unconfirmed(content: Content, day: date) -> Iterator[Problem]:
    """One warning for all figures of a file that were last confirmed on the same day."""
    old: dict[tuple[str, date], list[str]] = {}
    for fact in content.facts.values():
        if fact.on(day) is not None and day - fact.last_confirmed > CONFIRMED_FOR:
            old.setdefault((content.places["facts", fact.id][0], fact.last_confirmed), []).append(fact.id)
    for (_, confirmed), ids in old.items():
        others = f" ({len(ids) - 1} more of this file too)" if len(ids) > 1 else ""
        message = f"last confirmed {(day - confirmed).days} days ago{others}; look it up and set 'last_confirmed'"
        yield _at(content, "facts", ids[0], message)


def _in(content: Content, file: str, text: str, id_: str, message: str) -> Problem:
    """A problem with an example, on its own line."""
    return Problem(file, content.lines.get((file, text), 1), id_, f"“{text}” {message}")


def _unlearnt(content: Content, root: Path) -> Iterator[Problem]:
    """Labelled texts that were changed since the last training."""
    try:
        messages, voices = load_messages(root), load_voices(root)
    except ContentError as error:
        yield from error.problems
        return
    prints = {
        "messages": messages and fingerprint(messages.values()),
        "distress": voices and fingerprint(voices.values()),
        "route": messages and fingerprint(messages.values()),
    }
    for name, made_from in prints.items():
        known = content.learnt.get(name)
        if made_from and (known is None or known.made_from != made_from):
            yield Problem(f"learnt/{name}.json", 1, "", "was trained from other texts; run buhuang content train")


def _at(content: Content, collection: str, id_: str, message: str) -> Problem:
    file, line = content.places.get((collection, id_)) or (f"{collection.partition('.')[0]}.yaml", 1)
    return Problem(file, line, id_, message)
