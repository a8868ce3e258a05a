"""The recipes of docs/content.md and CONTRIBUTING.md, followed to the letter in a copy of the content."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot import reading
from bot.cli import main
from bot.previewing import preview
from content.check import Report, check
from content.load import ROOT, load


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has {text.count(old)} times {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def add(path: Path, *, after: str, text: str) -> None:
    """Write something right behind the first place of a line."""
    before, place, rest = path.read_text(encoding="utf-8").partition(after)
    assert place, f"{path.name} lacks {after!r}"
    path.write_text(before + place + text + rest, encoding="utf-8")


def entry(path: Path, id_: str) -> str:
    """One entry of a list as it is written."""
    text = path.read_text(encoding="utf-8")
    return next(part for part in re.split(r"(?m)^(?=- id: )", text) if part.startswith(f"- id: {id_}\n"))


def said(report: Report) -> str:
    return "\n".join(report.lines())


def test_a_law_that_is_revised(root: Path) -> None:
    old, new = root / "provisions/psapl-2025.yaml", root / "provisions/psapl-2027.yaml"
    was = entry(old, "psapl-2025-47")
    ended = was.replace("effective_to: null\n", "effective_to: 2027-02-28\n  superseded_by: psapl-2027-48\n")
    begun = was.replace("psapl-2025-47", "psapl-2027-48").replace("第四十七条", "第四十八条")
    begun = begun.replace("effective_from: 2026-01-01", "effective_from: 2027-03-01")
    begun = begun.replace("supersedes: psapl-2012-40", "supersedes: psapl-2025-47")
    edit(old, was, ended)
    new.write_text(begun, encoding="utf-8")
    edit(
        root / "facts/renumbering.yaml",
        "      provision: psapl-2025-47\n  examples:\n",
        "      provision: psapl-2025-47\n    - from: 2027-03-01\n      value: 48\n      provision: psapl-2027-48\n"
        "  examples:\n    - {on: 2027-02-28, expect: 47}\n    - {on: 2027-03-01, expect: 48}\n",
    )

    before, after = check(root, day=date(2027, 2, 28)), check(root, day=date(2027, 3, 1))

    assert before.sound and after.sound, said(after)
    assert "psapl-2027-48" not in said(before)
    assert "visit: names 'psapl-2025-47', in force until 2027-02-28; name 'psapl-2027-48'" in said(after)


def test_a_new_rate(root: Path) -> None:
    rates = root / "facts/rates.yaml"
    was = entry(rates, "lpr_1y")
    now = was.replace(
        "  examples:\n",
        "    - from: 2026-12-20\n      value: 2.90\n      source: 全国银行间同业拆借中心每月公布\n"
        "  examples:\n    - {on: 2026-12-19, expect: 3.00}\n    - {on: 2026-12-20, expect: 2.90}\n",
    )
    edit(rates, was, re.sub(r"last_confirmed: \S+", "last_confirmed: 2026-12-20", now))

    report = check(root, day=date(2026, 12, 20))

    assert report.sound, said(report)
    assert not [warning for warning in report.warnings if warning.id == "lpr_1y"]


def test_a_provision_a_phrase_and_a_script(root: Path) -> None:
    law = entry(root / "provisions/psapl-2025.yaml", "psapl-2025-47").replace("psapl-2025-47", "test-law-1")
    (root / "provisions/test-law.yaml").write_text(law.replace("  supersedes: psapl-2012-40\n", ""), encoding="utf-8")
    visit = root / "signals/visit.yaml"
    add(visit, after="provisions:\n", text="  - test-law-1\n")
    add(visit, after="    find:\n", text="      - '驾临[府上|贵府]'\n")
    add(visit, after="\nexamples:\n", text="  - 欠款不还，我们只好驾临贵府\n")
    add(visit, after="\nnear_misses:\n", text="  - 欢迎驾临本店\n")
    (root / "scripts/test.yaml").write_text(
        """
- id: test
  title: 请对方说明身份
  order: -1
  when:
    signals: [visit]
    words: [贵府]
  next: 先不开门。请对方在门外说清楚是谁。
  text: 贵方说“{quote}”。{ask_identity}关于{debt}，请书面联系我。
  examples:
    - {text: 欠款不还，我们只好驾临贵府, kind: visit_notice, signals: [visit]}
""",
        encoding="utf-8",
    )

    report = reading.check(root)

    assert report.sound, said(report)


def test_a_phrase_that_its_example_does_not_use_is_told(root: Path) -> None:
    visit = root / "signals/visit.yaml"
    add(visit, after="\nexamples:\n", text="  - 欠款不还，我们只好驾临贵府\n")

    report = reading.check(root)

    line = visit.read_text(encoding="utf-8").splitlines().index("  - 欠款不还，我们只好驾临贵府") + 1
    assert [(problem.file, problem.line) for problem in report.problems] == [("signals/visit.yaml", line)], said(report)


def test_a_topic_as_the_recipe_writes_it(root: Path) -> None:
    recipe = (ROOT.parent / "docs" / "content.md").read_text(encoding="utf-8")
    block = re.search(r"(?ms)^   ```yaml\n(   id: lost_contract\n.*?)^   ```$", recipe)
    assert block
    (root / "answers/lost_contract.yaml").write_text(re.sub(r"(?m)^   ", "", block[1]), encoding="utf-8")
    add(root / "answers/fees.yaml", after="related: [", text="lost_contract, ")

    report = reading.check(root)
    shown = "\n".join(preview("lost_contract", root=root))

    assert report.sound, said(report)
    assert "今天就去官方 App 里找一遍" in shown


def test_every_command_and_topic_that_the_recipes_name_is_there() -> None:
    recipe = (ROOT.parent / "docs" / "content.md").read_text(encoding="utf-8")

    for action in re.findall(r"buhuang content ([a-z]+)", recipe):
        with pytest.raises(SystemExit) as ended:
            main(["content", action, "--help"])
        assert ended.value.code == 0, action
    for topic in re.findall(r"content preview ([a-z_]+)", recipe):
        assert topic in load().answers
