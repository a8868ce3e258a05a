"""All content, read and validated as a whole: every problem in every file is reported at once.

content = load()            # the content that ships with the program
content.provisions["civil-code-188"].decisive
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from pydantic import ValidationError

from content import yamlfile
from content.answer_references import check_answers
from content.coverage import check_replies
from content.errors import ContentError, Problem
from content.lawbook_references import check_lawbook
from content.lender_references import check_lenders
from content.references import check_law
from content.schema import Conversation, Entry, Hotline, Provision
from content.schema_answer import Answer, Questions
from content.schema_citing import NO_CITING, Citing, RankName
from content.schema_distress import Distress
from content.schema_fact import Fact
from content.schema_field import FieldWords
from content.schema_lawbook import LawNames
from content.schema_learnt import Labelled, Voice, Weights
from content.schema_lender import Lenders
from content.schema_reply import Replies, Script
from content.schema_signal import Disguise, Kinds, Routes, Signal, WordGroup
from content.schema_writing import Writing
from content.signal_references import check_signals
from content.yamlfile import YamlFile

ROOT = Path(__file__).parent
T = TypeVar("T", bound=Entry)


@dataclass(frozen=True)
class Content:
    """Everything a borrower may read and every rule a lawyer may change; all references hold."""

    provisions: Mapping[str, Provision]
    conversations: Mapping[str, Conversation]
    hotlines: Mapping[str, Hotline]
    facts: Mapping[str, Fact]
    ranks: Mapping[str, RankName]
    citing: Citing
    lawbook: LawNames
    signals: Mapping[str, Signal]
    vocabulary: Mapping[str, WordGroup]
    disguises: Mapping[str, Disguise]
    guarded: Mapping[str, WordGroup]
    """Words that are known however they are disguised."""
    ordinary: Mapping[str, WordGroup]
    """Words that only sound or look like those."""
    lookalikes: Mapping[str, Disguise]
    pictures: Mapping[str, Disguise]
    traditional: Mapping[str, Disguise]
    """What comes out wrong in traditional characters, by what is right; in order."""
    writing: Writing | None
    kinds: Kinds | None
    route: Routes | None
    lenders: Lenders | None
    field_words: FieldWords | None
    replies: Replies
    scripts: Mapping[str, Script]
    distress: Distress
    answers: Mapping[str, Answer]
    questions: Questions
    learnt: Mapping[str, Weights]
    """What was trained from labelled texts, by name: `messages`, `distress`. Without one the rules decide alone."""
    places: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict, repr=False)
    """Where each entry stands: (collection, id) to (file, line)."""
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict, repr=False)
    """On which line of its file a text stands: (file, text) to line. For patterns and examples, which have no id."""


@lru_cache(maxsize=4)
def load(root: Path = ROOT) -> Content:
    """Read all content below `root`. Raises `ContentError` with every problem found."""
    source = _Source(root)
    content = Content(
        provisions=source.lists("provisions", Provision, "id"),
        conversations=source.files("conversations", Conversation, "handler"),
        hotlines=source.list_file("hotlines.yaml", Hotline, "number"),
        facts=source.lists("facts", Fact, "id"),
        ranks=source.list_file("ranks.yaml", RankName, "rank"),
        citing=source.one("citations.yaml", Citing) or NO_CITING,
        lawbook=source.one("lawbook.yaml", LawNames) or LawNames(),
        signals=source.files("signals", Signal, "id"),
        vocabulary=source.list_file("vocabulary.yaml", WordGroup, "id"),
        disguises=source.list_file("disguises.yaml", Disguise, "means"),
        guarded=source.list_file("guarded.yaml", WordGroup, "id"),
        ordinary=source.list_file("ordinary.yaml", WordGroup, "id"),
        lookalikes=source.list_file("lookalikes.yaml", Disguise, "means"),
        pictures=source.list_file("pictures.yaml", Disguise, "means"),
        traditional=source.list_file("traditional.yaml", Disguise, "means"),
        writing=source.writing(),
        kinds=source.one("kinds.yaml", Kinds),
        route=source.one("route.yaml", Routes),
        lenders=source.one("lenders.yaml", Lenders),
        field_words=source.one("fields.yaml", FieldWords),
        replies=source.one("replies.yaml", Replies) or Replies(),
        scripts=source.lists("scripts", Script, "id"),
        distress=source.one("distress.yaml", Distress) or Distress(),
        answers=source.files("answers", Answer, "id"),
        questions=source.one("questions.yaml", Questions) or Questions(),
        learnt=source.learnt(),
        places=source.places,
        lines=source.lines,
    )
    check_law(content, source.broken, source.fault_at)
    check_replies(content, source.broken, source.fault_at)
    check_answers(content, source.broken, source.fault_at)
    check_lenders(content, source.fault_at)
    check_signals(content, source.broken, source.fault_in)
    if not source.problems:
        check_lawbook(content, source.fault_at)
    if source.problems:
        raise ContentError(source.problems)
    return content


def load_messages(root: Path = ROOT) -> Mapping[str, Labelled]:
    """The labelled messages, which only training and checking need. Raises `ContentError` with every problem found."""
    return _labelled(root, "messages", Labelled)


def load_voices(root: Path = ROOT) -> Mapping[str, Voice]:
    """The labelled words of users, likewise."""
    return _labelled(root, "voices", Voice)


def _labelled(root: Path, folder: str, model: type[T]) -> Mapping[str, T]:
    source = _Source(root)
    texts = source.lists(folder, model, "id")
    if source.problems:
        raise ContentError(source.problems)
    return texts


class _Source:
    """Reads files of entries and gathers problems and places."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.places: dict[tuple[str, str], tuple[str, int]] = {}
        self.lines: dict[tuple[str, str], int] = {}
        self.broken: set[str] = set()
        """Ids of entries that were written but could not be read: what names them is not at fault."""

    def lists(self, folder: str, model: type[T], key: str) -> Mapping[str, T]:
        """A folder of files, each a list of entries."""
        entries: dict[str, T] = {}
        for file in self._folder(folder):
            self._add_list(folder, file, model, key, entries)
        return MappingProxyType(entries)

    def files(self, folder: str, model: type[T], key: str) -> Mapping[str, T]:
        """A folder of files, each one entry named like its file."""
        entries: dict[str, T] = {}
        for file in self._folder(folder):
            entry = yamlfile.parse(file, model, (), self.problems) if file.data is not None else None
            if entry is None:
                self.broken.add(Path(file.name).stem)
                continue
            id_ = str(getattr(entry, key))
            self._note_texts(file)
            if id_ != Path(file.name).stem:
                self.fault(file, 1, id_, f"'{key}: {id_}' has to be the name of the file")
            self._add(folder, file, 1, id_, entry, entries)
        return MappingProxyType(entries)

    def list_file(self, name: str, model: type[T], key: str) -> Mapping[str, T]:
        """One file with a list of entries."""
        entries: dict[str, T] = {}
        file = self._read(self.root / name)
        self._note_texts(file)
        self._add_list(Path(name).stem, file, model, key, entries)
        return MappingProxyType(entries)

    def one(self, name: str, model: type[T]) -> T | None:
        """One file that is one entry."""
        file = self._read(self.root / name)
        stem = Path(name).stem
        self.places[(stem, "")] = (file.name, 1)
        self._note_texts(file)
        for group, entries in file.data.items() if isinstance(file.data, dict) else ():
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                if isinstance(entry, dict) and "id" in entry:
                    self.places[(f"{stem}.{group}", str(entry["id"]))] = (file.name, file.line((group, index)))
        return yamlfile.parse(file, model, (), self.problems) if file.data is not None else None

    def learnt(self) -> Mapping[str, Weights]:
        """What the program itself wrote when it was trained."""
        found: dict[str, Weights] = {}
        for path in sorted((self.root / "learnt").glob("*.json")):
            try:
                found[path.stem] = Weights.model_validate_json(path.read_bytes())
            except ValidationError as error:
                message = f"is damaged ({error.errors()[0]['msg']}); run buhuang content train"
                self.problems.append(Problem(f"learnt/{path.name}", 1, "", message))
        return MappingProxyType(found)

    def writing(self) -> Writing | None:
        """What the program itself wrote of how Chinese is written; without it only the tables are used."""
        path = self.root / "writing.json"
        try:
            return Writing.model_validate_json(path.read_bytes()) if path.exists() else None
        except ValidationError as error:
            message = f"is damaged ({error.errors()[0]['msg']}); run buhuang content writing"
            self.problems.append(Problem(path.name, 1, "", message))
            return None

    def fault(self, file: YamlFile, line: int, id_: str, message: str) -> None:
        self.problems.append(Problem(file.name, line, id_, message))

    def fault_at(self, collection: str, id_: str, message: str) -> None:
        """A problem of an entry that was read, such as a reference that leads nowhere."""
        name, line = self.places.get((collection, id_)) or (f"{collection.partition('.')[0]}.yaml", 1)
        self.problems.append(Problem(name, line, id_, message))

    def fault_in(self, file: str, id_: str, text: str, message: str) -> None:
        """A problem of one text in a file, such as a pattern."""
        self.problems.append(Problem(file, self.lines.get((file, text), 1), id_, message))

    def _note_texts(self, file: YamlFile) -> None:
        for place, line in () if file.problems else file.lines.items():
            value = file.at(place)
            if isinstance(value, str):
                self.lines.setdefault((file.name, value.strip()), line)

    def _folder(self, folder: str) -> Iterator[YamlFile]:
        for path in sorted((self.root / folder).glob("*.yaml")):
            yield self._read(path)

    def _read(self, path: Path) -> YamlFile:
        file = yamlfile.read(path, self.root)
        self.problems.extend(file.problems)
        if file.data is None and not file.problems:
            self.fault(file, 1, "", "is empty; write at least one entry or remove the file")
        return file

    def _add_list(self, collection: str, file: YamlFile, model: type[T], key: str, entries: dict[str, T]) -> None:
        if file.data is None:
            return
        if not isinstance(file.data, list):
            self.fault(file, 1, "", "has to be a list of entries, each beginning with '- '")
            return
        for index in range(len(file.data)):
            entry = yamlfile.parse(file, model, (index,), self.problems)
            if entry is None:
                self._break(file.data[index], key)
            else:
                self._add(collection, file, file.line((index,)), str(getattr(entry, key)), entry, entries)

    def _break(self, data: object, key: str) -> None:
        if isinstance(data, dict) and key in data:
            self.broken.add(str(data[key]))

    def _add(self, collection: str, file: YamlFile, line: int, id_: str, entry: T, entries: dict[str, T]) -> None:
        if id_ in entries:
            first = self.places[(collection, id_)]
            self.fault(file, line, id_, f"this id is taken by {first[0]}:{first[1]}; ids are never used twice")
            return
        self.places[(collection, id_)] = (file.name, line)
        entries[id_] = entry
