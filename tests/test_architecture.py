"""The rules of docs/architecture.md that a reviewer would otherwise have to check by eye.

Each rule is a function over a folder; each is tried on the project and on a small tree with a planted violation.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "content")
LONGEST_FILE, LONGEST_TEST = 400, 800
"""Tests may run longer: a case more is not a noun more."""
_SENTENCE = re.compile(r"[\u4e00-\u9fff]{4,}")
_CHARACTER_CLASS = re.compile(r"\[[^\]]*\]")
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万萬亿億两兩半壹贰貳叁肆伍陆陸柒捌玖拾佰仟")

PURE = {"content", "bot.messages", "bot.errors", "bot.clock", "bot.characters"}
DOMAIN = {"bot.recognition", "bot.answers", "bot.money", "bot.lawbook", "bot.evidence", "bot.documents", "bot.gaps"}
MAY_IMPORT: dict[str, set[str]] = {
    "content": set(),
    "bot.messages": set(),
    "bot.errors": set(),
    "bot.clock": set(),
    "bot.settings": {"bot.errors"},
    **dict.fromkeys(DOMAIN, PURE | DOMAIN),
    "bot.characters": {"bot.messages"},
    "bot.session": {"bot.characters"},
    "bot.words": {"content", "bot.characters"},
    "bot.turn": PURE | DOMAIN | {"bot.session", "bot.words"},
    "bot.learning": PURE | DOMAIN,
    "bot.writing": PURE | DOMAIN,
    "bot.routing": PURE | DOMAIN | {"bot.turn", "bot.session", "bot.words"},
    "handlers": PURE | DOMAIN | {"bot.turn", "bot.session"},
    "bot.reading": PURE | DOMAIN,
    "bot.previewing": PURE | DOMAIN | {"bot.reading", "bot.routing", "bot.turn", "bot.session", "handlers"},
    "bot.explaining": PURE | DOMAIN | {"bot.reading"},
    "bot.doctor": {"content", "bot.clock", "bot.errors", "bot.settings", "bot.store", "bot.channels"},
    "bot.store": PURE | {"bot.turn", "bot.session", "bot.evidence", "bot.gaps"},
    "bot.conversation": PURE | {"bot.turn", "bot.routing", "bot.store", "bot.channels", "bot.outbox", "bot.evidence"},
    "bot.outbox": PURE | {"bot.turn", "bot.store", "bot.channels"},
    "bot.work": PURE | {"bot.turn", "bot.store", "bot.channels", "bot.documents"},
    "bot.channels": {"bot.messages", "bot.errors", "bot.settings", "bot.clock"},
}
"""Who may import what of ours. `bot.app`, `bot.cli` and `bot.__main__` know everything."""
KNOW_ALL = {"bot.app", "bot.cli", "bot.__main__"}
PROTOCOLS_ONLY = {"bot.conversation": "bot.store", "bot.outbox": "bot.store", "bot.work": "bot.store"}
"""These see the protocol of the store, in its `__init__`, never an implementation."""


def python_files(root: Path) -> Iterator[tuple[str, Path]]:
    """(module, path) of every Python file of the packages."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def unit(module: str) -> str:
    """The row of the table that a module belongs to."""
    parts = module.split(".")
    return parts[0] if parts[0] in ("content", "handlers") else ".".join(parts[:2])


def ours(path: Path, module: str) -> Iterator[tuple[int, str]]:
    """(line, imported module) for everything of ours that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                stem = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
                base = ".".join([*stem[: len(stem) - node.level + 1], base]).strip(".")
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] in PACKAGES:
                yield node.lineno, name


def import_violations(root: Path) -> list[str]:
    found = []
    for module, path in python_files(root):
        here = unit(module)
        if here in KNOW_ALL or module == "bot":
            continue
        if here not in MAY_IMPORT:
            found.append(f"{module} has no row in the table of imports; give it one")
            continue
        for line, name in ours(path, module):
            there = unit(name)
            if there == here:
                if here == "handlers" and module != "handlers":
                    found.append(f"{module}:{line} imports {name}; handlers never import each other")
                continue
            if there not in MAY_IMPORT[here]:
                found.append(f"{module}:{line} imports {name}, which {here} must not know")
            elif PROTOCOLS_ONLY.get(here) == there and len(name.split(".")) > 3:
                found.append(f"{module}:{line} imports {name}; it may see the store's protocol only")
    return found


def sentences_in_code(root: Path) -> list[str]:
    """String literals and f-strings with four or more Chinese characters in a row: they belong into content/.

    A run of numerals is no sentence, nor are the characters in the brackets of a pattern.
    """
    found = []
    for module, path in python_files(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            if id(node) in docstrings | statements:
                continue
            if any(set(run) - _NUMERALS for run in _SENTENCE.findall(_CHARACTER_CLASS.sub("[]", node.value))):
                found.append(f"{module}:{node.lineno} says {node.value[:20]!r}; write it in content/")
    return found


def overlong_files(root: Path) -> list[str]:
    found = []
    for folder, longest in (*((package, LONGEST_FILE) for package in PACKAGES), ("tests", LONGEST_TEST)):
        for path in sorted((root / folder).rglob("*.py")):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > longest:
                found.append(f"{path.relative_to(root).as_posix()} has {lines} lines; split it by noun")
    return found


RULES = [import_violations, sentences_in_code, overlong_files]


@pytest.mark.parametrize("rule", RULES)
def test_project_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


PLANTED = {
    "a handler imports the store": ("handlers/a.py", "from bot.store import Row\n", import_violations),
    "a handler imports another": ("handlers/a.py", "from handlers.b import HANDLER\n", import_violations),
    "content imports the machine": ("content/a.py", "import bot.messages\n", import_violations),
    "a channel imports the conversation": ("bot/channels/a.py", "from bot import conversation\n", import_violations),
    "the outbox imports SQLite": ("bot/outbox.py", "from bot.store.sqlite import SqliteStore\n", import_violations),
    "a relative import hides it": ("bot/recognition/a.py", "from ..turn import Turn\n", import_violations),
    "a module without a row": ("bot/extra.py", "x = 1\n", import_violations),
    "a sentence in code": ("bot/turn.py", 'SAID = "您已经逾期"\n', sentences_in_code),
    "a sentence in an f-string": ("handlers/a.py", 'SAID = f"您已经逾期{1}"\n', sentences_in_code),
    "a file that only grows": ("bot/turn.py", "x = 1\n" * (LONGEST_FILE + 1), overlong_files),
    "a test that only grows": ("tests/test_turn.py", "x = 1\n" * (LONGEST_TEST + 1), overlong_files),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_violation_is_found(name: str, tmp_path: Path) -> None:
    file, text, rule = PLANTED[name]
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_text(text, encoding="utf-8")

    assert rule(tmp_path) != []


@pytest.mark.parametrize(
    "text",
    ['"""Answers 您已经逾期七天."""\n', 'DIGITS = "一二三四五"\n', 'DAY = r"今[天日晚早夜晨]"\n'],
    ids=["docstring", "numerals", "character class"],
)
def test_what_is_no_sentence_may_stand_in_code(text: str, tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "a.py").write_text(text, encoding="utf-8")

    assert sentences_in_code(tmp_path) == []


def test_env_example_names_every_setting() -> None:
    from bot.settings import Settings

    text = (ROOT / ".env.example").read_text(encoding="utf-8")

    named = set(re.findall(r"^([A-Z_]+)=", text, re.MULTILINE))

    assert named == {name.upper() for name in Settings.model_fields}


def test_requirements_are_hashed_and_name_no_index() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*\\\n    --hash=", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) > 10
        assert "index-url" not in text.replace("--no-emit-index-url", "")
