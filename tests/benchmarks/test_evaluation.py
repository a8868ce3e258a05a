"""The report on recognition: it is made from the sets that are there, and the READMEs quote it as it stands."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import evaluate as evaluate_command
from benchmarks import evaluation
from benchmarks.evaluation import (
    DataCard,
    Evaluation,
    Routing,
    Scored,
    SetCard,
    evaluate,
    fold_of,
    read_card,
    read_labels,
)
from benchmarks.evaluation_page import page, put, quote
from benchmarks.scoring import Answer, Label
from bot.learning import learn_messages
from content.load import Content, load
from content.schema_learnt import Labelled, Weights

ROOT = Path(__file__).parent.parent.parent
CARD = read_card()
MARKED = re.compile(r"<!-- evaluation -->\n(.*)\n<!-- /evaluation -->", re.DOTALL)


def lean(content: Content) -> Content:
    """The content without the examples beside its rules, so that training on it takes no time."""
    assert content.kinds is not None
    signals = {id_: signal.model_copy(update={"examples": ()}) for id_, signal in content.signals.items()}
    return replace(content, kinds=content.kinds.model_copy(update={"examples": {}}), signals=signals, learnt={})


def table(text: str, number: int = 0) -> list[list[str]]:
    """The rows of a table of a Markdown text, without its rule."""
    tables = re.findall(r"(?:^\|.*\|\n?)+", text, re.MULTILINE)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in tables[number].splitlines()]
    return [row for row in rows if set("".join(row)) - set("-: ")]


def section(report: str, title: str) -> str:
    """One part of a report, from its title to the next of its rank."""
    return report.split(f"\n## {title}")[1].split("\n## ")[0]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree with one held-out set, users' words, and labelled messages to learn from; the later set is missing."""
    held_out: list[dict[str, Any]] = [
        {"id": "a", "kind": "visit_notice", "signals": ["visit"], "text": "【招联】明天安排外访人员前往您的户籍地。",
         "fields": {"lender": "招联"}, "group": "adversarial"},
        {"id": "b", "kind": "reminder", "text": "【度小满】您已逾期3天，应还200元，请尽快还款。",
         "fields": {"lender": "度小满", "amount_cny": 200, "overdue_days": 4}},
        {"id": "c", "kind": "other", "text": "【京东】您的包裹已到驿站，请凭取件码领取。"},
        {"id": "d", "kind": "threat", "signals": ["insult"], "text": "妈我晚上回来吃饭，你多炒个菜"},
    ]  # fmt: skip
    learnt_from = [{**each, "id": f"{each['id']}{n}"} for each in held_out for n in range(4)]
    for each in learnt_from:
        each.pop("group", None)
    root = tmp_path_factory.mktemp("small")
    voices = [{"id": "v", "distress": False, "text": "催收说要去我单位，这合法吗"}]
    for path, entries in (
        ("tests/messages_unseen.yaml", held_out),
        ("tests/voices_unseen.yaml", voices),
        ("content/messages/one.yaml", learnt_from),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def evaluated(small: Path) -> Evaluation:
    return evaluate(lean(load()), CARD, small, lambda line: None)


def test_report_is_made_from_the_sets_that_are_there(evaluated: Evaluation) -> None:
    report = page(evaluated)

    assert [each.card.id for each in evaluated.sets] == ["unseen", "thirds"]
    head, *rows = table(report)
    figures = {row[0]: row[1] for row in rows}
    assert head == ["", "unseen", "thirds left out"]
    assert (figures["kind right"], figures["collection taken for harmless"]) == ("0.750", "0.333")
    assert figures["harmless with a false alarm"] == "0.000"
    assert evaluated.routing == Routing(sent=3, sent_astray=1, own=1, own_astray=0)
    fields = {row[0]: row[1:] for row in table(section(report, "Fields"))}
    assert fields["`lender`"][:4] == ["2", "1.000", "1.000", "1.000"]
    assert fields["`overdue_days`"][:4] == ["1", "0.000", "0.000", "0.000"]
    assert table(section(report, "Groups"))[1][:4] == ["`adversarial`", "1", "1.000", "0.667"]
    assert "`threat` read as `other`: 1\n  - d: `妈我晚上回来吃饭，你多炒个菜`" in report


def test_each_message_is_left_out_of_one_training(
    small: Path, evaluated: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[set[str]] = []

    def learn(content: Content, messages: list[Labelled]) -> Weights:
        known.append({message.id for message in messages})
        return learn_messages(content, messages)

    monkeypatch.setattr(evaluation, "learn_messages", learn)

    again = evaluate(lean(load()), CARD, small, lambda line: None)

    ids = {label.id for label, _ in again.sets[-1].beside}
    assert len(ids) == 16
    assert known == [{id_ for id_ in ids if fold_of(id_, 3) != fold} for fold in range(3)]
    assert page(again) == page(evaluated)


def test_parts_left_out_are_alike_in_size_and_always_the_same() -> None:
    ids = [f"m{number}" for number in range(300)]

    folds = [fold_of(id_, 3) for id_ in ids]

    assert folds == [fold_of(id_, 3) for id_ in ids]
    assert all(80 <= folds.count(fold) <= 120 for fold in range(3))


def scored(id_: str, *pairs: tuple[Label, Answer]) -> Scored:
    card = next(each for each in CARD.sets if each.id == id_)
    return Scored(card, pairs, pairs)


def made_of(*sets: Scored) -> Evaluation:
    return Evaluation(CARD, sets, Routing(100, 1, 100, 9))


def test_what_falls_short_is_listed_with_its_aim() -> None:
    right = [(Label(f"r{n}", "", "scam"), Answer("scam")) for n in range(30)]
    wrong = [(Label(f"w{n}", "", "threat"), Answer("scam")) for n in range(20)]

    rows = table(section(page(made_of(scored("fresh", *right, *wrong))), "What is not good yet"))

    assert ["fresh", "kind right", "0.600", "at least 0.92"] in rows
    assert ["fresh", "kind `threat`, F1 of 20", "0.000", "at least 0.85"] in rows
    assert ["held out", "user's own words taken for a message", "0.090", "at most 0.02"] in rows
    assert not [row for row in rows if "collection message not taken" in row[1]]


def test_a_long_text_is_cut_and_stays_on_its_line() -> None:
    text = "第一行\n`第二行`|" + "长" * 100

    report = page(made_of(scored("unseen", (Label("x", text, "threat"), Answer("other")))))

    (shown,) = re.findall(r"  - x: `(.*)`", report)
    assert shown == "第一行 '第二行'|" + "长" * 70 + "…"


def test_a_readme_takes_the_figures_between_its_marks_only() -> None:
    right = made_of(scored("unseen", (Label("x", "", "threat"), Answer("threat"))))
    readme = "前\n<!-- evaluation -->\nold\n<!-- /evaluation -->\n后\n"

    written = put(readme, quote(right, "zh"))

    assert written.startswith("前\n<!-- evaluation -->\n| ") and written.endswith("\n<!-- /evaluation -->\n后\n")
    assert ["种类对", "1.000"] in table(written)
    assert put(written, quote(right, "zh")) == written
    with pytest.raises(ValueError, match="no place"):
        put("nothing", "")


@pytest.mark.parametrize(("readme", "name"), [("README.md", "name"), ("README.zh-CN.md", "name_zh")])
def test_readmes_quote_the_report_as_it_stands(readme: str, name: str) -> None:
    reported = table((ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8"))
    marked = MARKED.search((ROOT / readme).read_text(encoding="utf-8"))
    assert marked

    head, *rows = table(marked[1])

    held_out = [each for each in CARD.sets if not each.folds and each.title in reported[0]]
    assert head[1:] == [each.title if name == "name" else each.title_zh for each in held_out]
    figures = {row[0]: [row[reported[0].index(each.title)] for each in held_out] for row in reported[1:]}
    quoted = {getattr(measure, name): measure.name for measure in CARD.measures if measure.quoted}
    assert {quoted[row[0]]: row[1:] for row in rows} == {name: figures[name] for name in quoted.values()}


def test_nothing_is_measured_by_a_model_of_other_texts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evaluate_command, "load_messages", dict)

    assert evaluate_command.main() == 1
    assert "run `buhuang content train` first" in capsys.readouterr().err


def test_a_set_without_fields_is_not_held_to_have_none(small: Path) -> None:
    where_given = SetCard(id="x", title="x", title_zh="x", messages=Path("m"), about="x", fields="where_given")
    everywhere = where_given.model_copy(update={"fields": "all"})
    path = small / "tests" / "messages_unseen.yaml"

    assert [label.fields is None for label in read_labels(path, where_given)] == [False, False, True, True]
    assert [label.fields is None for label in read_labels(path, everywhere)] == [False] * 4


def test_data_card_names_every_measure_it_aims_at() -> None:
    named = {measure.id for measure in CARD.measures}

    assert set(DataCard.model_validate(CARD.model_dump()).aims) - named == {
        "routing_error", "class_f1", "field_f1", "group_gap",
    }  # fmt: skip
