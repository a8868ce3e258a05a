"""Reads the labelled sets of the data card by the rules alone and with the model beside them."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from benchmarks.scoring import OTHER, Answer, Label, Pair
from bot.learning import learn_messages
from bot.reading import field_values
from bot.recognition import Recogniser, Route
from content.load import Content, load_messages
from content.schema_learnt import Labelled

CARD = Path(__file__).with_name("data_card.yaml")
VOICES = "tests/voices_unseen.yaml"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SetCard(_Entry):
    """One set as the data card describes it. `folds`: the model is trained anew for each part left out."""

    id: str
    title: str
    title_zh: str
    messages: Path
    about: str
    fields: Literal["all", "where_given"]
    """Whether a message without fields has none to read, or was not labelled for them."""
    folds: int = 0


class Measure(_Entry):
    """One figure of a set, by its name; `quoted` in the READMEs."""

    id: str
    name: str
    name_zh: str = ""
    quoted: bool = False


class DataCard(_Entry):
    """What is said of the sets, and by what they are judged."""

    day: date
    sets: tuple[SetCard, ...]
    biases: tuple[str, ...]
    aims: dict[str, float]
    least_support: int
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """One set, read by the rules with the model beside them, and by the rules alone.

    `seen`: read by the model as shipped, which was trained on these very messages.
    """

    card: SetCard
    beside: tuple[Pair, ...]
    alone: tuple[Pair, ...]
    seen: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True)
class Routing:
    """How texts are taken whose author is known."""

    sent: int
    """Collection messages of the held-out sets."""
    sent_astray: int
    """Those that are not taken for a message."""
    own: int
    """Users' own words."""
    own_astray: int
    """Those that are taken for somebody else's message."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that the report is written from."""

    card: DataCard
    sets: tuple[Scored, ...]
    routing: Routing


def read_card(path: Path = CARD) -> DataCard:
    """The data card."""
    return DataCard.model_validate(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))  # our own file


def evaluate(content: Content, card: DataCard, root: Path, say: Callable[[str], None]) -> Evaluation:
    """Read every set that is there. `root` is what the paths of the card start from."""
    rules = replace(content, learnt={})
    whole, alone = Recogniser(content), Recogniser(rules)
    scored = []
    for each in card.sets:
        if not (root / each.messages).exists():
            continue
        labels = read_labels(root / each.messages, each)
        say(f"{each.title}: {len(labels)} messages")
        shipped, by_rules = _answers(whole, labels, card.day), _answers(alone, labels, card.day)
        if each.folds:
            left_out = _left_out(rules, labels, each.folds, card.day, say)
            scored.append(Scored(each, left_out, by_rules, seen=shipped))
        else:
            scored.append(Scored(each, shipped, by_rules))
    return Evaluation(card, tuple(scored), _routing(whole, scored, root))


def read_labels(path: Path, card: SetCard) -> list[Label]:
    """The labelled messages of a file, or of a content folder's `messages/`."""
    if path.is_dir():
        entries = [each.model_dump() for each in load_messages(path.parent).values()]
    else:
        entries = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)  # our own file
    labels = []
    for entry in entries:
        fields = entry.get("fields") or (None if card.fields == "where_given" else {})
        signals = frozenset(entry.get("signals", ()))
        labels.append(Label(entry["id"], entry["text"], entry["kind"], signals, fields, entry.get("group", "")))
    return labels


def fold_of(id_: str, folds: int) -> int:
    """In which part a message is left out."""
    return int(hashlib.sha256(id_.encode()).hexdigest(), 16) % folds


def _left_out(
    rules: Content, labels: Sequence[Label], folds: int, day: date, say: Callable[[str], None]
) -> tuple[Pair, ...]:
    pairs: dict[str, Pair] = {}
    for fold in range(folds):
        say(f"  training without part {fold + 1} of {folds} ...")
        known = [_labelled(label) for label in labels if fold_of(label.id, folds) != fold]
        learnt = {"messages": learn_messages(rules, known)}
        left_out = [label for label in labels if fold_of(label.id, folds) == fold]
        for pair in _answers(Recogniser(replace(rules, learnt=learnt)), left_out, day):
            pairs[pair[0].id] = pair
    return tuple(pairs[label.id] for label in labels)


def _labelled(label: Label) -> Labelled:
    return Labelled(id=label.id, text=label.text, kind=label.kind, signals=tuple(sorted(label.signals)))


def _answers(recogniser: Recogniser, labels: Iterable[Label], day: date) -> tuple[Pair, ...]:
    """Each label with the reading of its text; fields are read only where they were labelled."""
    pairs = []
    for label in labels:
        reading = recogniser.recognise(label.text, day)
        fields = {} if label.fields is None else field_values(reading.fields)
        pairs.append((label, Answer(reading.kind, frozenset(reading.signals), fields, reading.confidence)))
    return tuple(pairs)


def _routing(recogniser: Recogniser, scored: Iterable[Scored], root: Path) -> Routing:
    """How the collection messages of the held-out sets are taken, and the users' own words that nobody trained on."""
    labels = [label for each in scored if not each.card.folds for label, _ in each.beside if label.kind != OTHER]
    sent = [recogniser.route(label.text) for label in labels]
    voices = yaml.load((root / VOICES).read_text(encoding="utf-8"), yaml.CSafeLoader)  # our own file
    own = [recogniser.route(voice["text"]) for voice in voices if "\n" not in voice["text"]]
    astray = [route for route in sent if route is not Route.MESSAGE]
    return Routing(len(sent), len(astray), len(own), own.count(Route.MESSAGE))
