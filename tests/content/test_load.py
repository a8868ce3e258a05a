"""Faulty content is refused with file, line, id and what to do, everything at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from content.errors import ContentError, Problem
from content.load import load
from tests.breaking import break_file, problems

Break = Callable[[str], str]
PROVISIONS = "provisions/psapl-2025.yaml"


def only_problem(root: Path) -> Problem:
    found = problems(root)
    assert len(found) == 1, found
    return found[0]


def test_the_content_that_ships_is_sound() -> None:
    content = load()

    assert len(content.provisions) >= 258
    assert content.facts and content.hotlines and content.ranks


def test_an_unknown_key_is_named_with_its_line(root: Path) -> None:
    line = break_file(root, PROVISIONS, "  plain:", "  plian:")

    found = problems(root)

    assert {problem.line for problem in found} == {line, 1}
    assert any("unknown key 'plian'" in problem.message and problem.id == "psapl-2025-30" for problem in found)
    assert any("'plain' is missing" in problem.message for problem in found)


@pytest.mark.parametrize("day", ["2026-02-30", "'tomorrow'", "40/06/1976"])
def test_a_date_that_is_none_is_refused(root: Path, day: str) -> None:
    line = break_file(root, PROVISIONS, "effective_from: 2026-01-01", f"effective_from: {day}")

    assert (PROVISIONS, line) in {(problem.file, problem.line) for problem in problems(root)}


def test_a_provision_that_ends_before_it_begins_is_refused(root: Path) -> None:
    break_file(root, PROVISIONS, "effective_to: null", "effective_to: 2025-01-01")

    assert any("lies before 'effective_from'" in problem.message for problem in problems(root))


def test_an_id_used_twice_names_both_places(root: Path) -> None:
    line = break_file(root, PROVISIONS, "- id: psapl-2025-56", "- id: psapl-2025-58")

    found = [problem for problem in problems(root) if "is taken by" in problem.message]

    assert [problem.id for problem in found] == ["psapl-2025-58"]
    assert f"{PROVISIONS}:{line}" in found[0].message


def test_a_key_written_twice_is_refused(root: Path) -> None:
    break_file(root, PROVISIONS, "  verified: verbatim", "  verified: verbatim\n  verified: one_source")

    assert "'verified' stands here twice" in only_problem(root).message


def test_a_decisive_clause_that_is_not_in_the_text_is_refused(root: Path) -> None:
    line = break_file(root, PROVISIONS, "decisive: 追逐、拦截他人的", "decisive: 追逐、阻拦他人的")

    found = only_problem(root)

    assert "literal part of 'text'" in found.message
    assert found.line in (line, 1)


@pytest.mark.parametrize("text", ["", "# nothing here\n"], ids=["empty", "only-a-comment"])
def test_an_empty_file_is_named(root: Path, text: str) -> None:
    (root / "provisions/new.yaml").write_text(text)

    assert str(only_problem(root)).startswith("content/provisions/new.yaml:1: is empty")


@pytest.mark.parametrize(
    "text",
    ["- id: x\n\tlaw: y\n", "- id: [x\n", "{{{", "- id: 'x\n"],
    ids=["tabs", "open-bracket", "braces", "open-quote"],
)
def test_what_is_no_yaml_is_said_with_its_line(root: Path, text: str) -> None:
    (root / "provisions/new.yaml").write_text(text)

    found = only_problem(root)

    assert found.file == "provisions/new.yaml"
    assert found.line >= 1
    assert "check the indentation and quotes" in found.message


def test_bytes_that_are_no_text_are_refused(root: Path) -> None:
    (root / "provisions/new.yaml").write_bytes(b"\xff\xfe\x00garbage")

    assert "cannot be read as UTF-8" in only_problem(root).message


def test_a_file_of_the_wrong_shape_is_told_what_it_has_to_be(root: Path) -> None:
    (root / "provisions/new.yaml").write_text("id: x\nlaw: y\n")

    assert "has to be a list of entries" in only_problem(root).message


@pytest.mark.parametrize("text", ["- just words\n", "- 3\n", "- null\n", "- [a, b]\n"])
def test_an_entry_that_is_no_mapping_is_refused(root: Path, text: str) -> None:
    (root / "provisions/new.yaml").write_text(text)

    assert only_problem(root).file == "provisions/new.yaml"


@pytest.mark.parametrize("text", ["- &a {id: x}\n- *a\n", "- id: &x y\n  law: *x\n"])
def test_anchors_are_refused(root: Path, text: str) -> None:
    (root / "provisions/new.yaml").write_text(text)

    assert any("anchors and aliases" in problem.message for problem in problems(root))


def test_an_id_that_does_not_begin_with_its_file_is_refused(root: Path) -> None:
    (root / PROVISIONS).rename(root / "provisions/public-security.yaml")

    assert all("has to begin with 'public-security-'" in problem.message for problem in problems(root))


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("signals/visit.yaml", "  - psapl-2025-47", "  - psapl-2025-470"),
        ("citations.yaml", "provision: card-crime-interp-6", "provision: card-crime-interp-60"),
        ("citations.yaml", "otherwise: [criminal-293]", "otherwise: [criminal-2930]"),
        ("citations.yaml", "always: criminal-193", "always: criminal-1930"),
        ("replies.yaml", "provisions: [civil-code-676]", "provisions: [civil-code-6760]"),
        ("replies.yaml", "provision: gbt-45251-hours", "provision: gbt-45251-hour"),
        ("facts/rates.yaml", "provision: supreme-court-2017-22-2", "provision: supreme-court-2017-22-3"),
    ],
)
def test_a_reference_that_leads_nowhere_is_named_where_it_stands(root: Path, name: str, old: str, new: str) -> None:
    break_file(root, name, old, new)

    found = only_problem(root)

    assert found.file == name
    assert "does not exist; add it or correct the id" in found.message


def test_an_unverified_provision_may_not_be_named(root: Path) -> None:
    break_file(root, "provisions/pipl.yaml", "  verified: verbatim", "  verified: unverified")
    break_file(root, "signals/visit.yaml", "  - psapl-2025-47", "  - pipl-5")

    found = only_problem(root)

    assert (found.file, found.id) == ("signals/visit.yaml", "visit")
    assert "unverified; verify it or take another" in found.message


def test_a_provision_without_a_clause_may_not_be_shown(root: Path) -> None:
    break_file(root, "replies.yaml", "provisions: [civil-code-676]", "provisions: [civil-code-990]")

    assert "has no 'decisive' clause" in only_problem(root).message


@pytest.mark.parametrize(
    ("ends", "wrong"), [("2025-12-30", "a gap"), ("2026-01-01", "an overlap")], ids=["gap", "overlap"]
)
def test_versions_follow_each_other_day_by_day(root: Path, ends: str, wrong: str) -> None:
    break_file(root, "provisions/psapl-2012.yaml", "effective_to: 2025-12-31", f"effective_to: {ends}")

    assert wrong in only_problem(root).message


def test_a_version_that_is_not_named_back_is_found(root: Path) -> None:
    break_file(root, "provisions/psapl-2012.yaml", "  superseded_by: psapl-2025-30\n", "")

    found = only_problem(root)

    assert found.id == "psapl-2025-30"
    assert "does not name it back under 'superseded_by'" in found.message


def test_a_circle_of_versions_is_found(root: Path) -> None:
    break_file(
        root,
        PROVISIONS,
        "  supersedes: psapl-2012-26\n",
        "  supersedes: psapl-2012-26\n  superseded_by: psapl-2012-26\n",
    )
    break_file(
        root,
        "provisions/psapl-2012.yaml",
        "  superseded_by: psapl-2025-30\n",
        "  superseded_by: psapl-2025-30\n  supersedes: psapl-2025-30\n",
    )

    assert [problem.id for problem in problems(root) if "circle" in problem.message] == [
        "psapl-2012-26",
        "psapl-2025-30",
    ]


def test_a_clause_of_our_own_words_is_refused(root: Path) -> None:
    break_file(root, "citations.yaml", "pipl-44: 个人对其", "pipl-44: 任何人对其")

    assert "no literal part of its text" in only_problem(root).message


def test_an_order_for_a_signal_that_does_not_exist_is_refused(root: Path) -> None:
    break_file(root, "citations.yaml", "- id: night_contact", "- id: night_contacts")

    assert "is no signal" in only_problem(root).message


def test_a_rank_without_its_name_is_missed(root: Path) -> None:
    break_file(root, "ranks.yaml", "- rank: self_discipline", "- rank: self_disciplin")

    assert any("rank 'self_discipline' has no entry" in problem.message for problem in problems(root))


def test_a_faulty_entry_is_reported_once_and_not_by_all_who_name_it(root: Path) -> None:
    break_file(root, "provisions/credit-reg.yaml", "  kind: administrative_regulation", "  kind: regulation")

    assert only_problem(root).id == "credit-reg-13"


def test_all_problems_of_all_files_come_at_once(root: Path) -> None:
    break_file(root, PROVISIONS, "  plain:", "  plian:")
    break_file(root, "citations.yaml", "always: criminal-193", "always: criminal-1930")
    break_file(root, "signals/visit.yaml", "name:", "nmae:")
    break_file(root, "facts/rates.yaml", "unit: percent_per_year", "unit: percent")
    (root / "hotlines.yaml").write_text("- number: [1")

    files = {problem.file for problem in problems(root)}

    assert files >= {PROVISIONS, "citations.yaml", "signals/visit.yaml", "facts/rates.yaml", "hotlines.yaml"}


def test_an_error_reads_as_one_line_a_problem(root: Path) -> None:
    break_file(root, "signals/visit.yaml", "  - psapl-2025-47", "  - psapl-2025-470")

    with pytest.raises(ContentError, match=r"^content/signals/visit\.yaml:1: visit: names the provision '") as caught:
        load(root)

    assert str(caught.value).count("\n") == len(caught.value.problems) - 1
