"""What `buhuang content check` finds."""

from datetime import date
from pathlib import Path

from content.check import Report, Runners, check
from content.load import ROOT, Content, load

TODAY = date(2026, 11, 23)


def warned(report: Report, id_: str) -> list[str]:
    return [warning.message for warning in report.warnings if warning.id == id_]


def test_the_content_that_ships_is_right() -> None:
    report = check(day=TODAY)

    assert report.sound
    assert report.entries > 400 and report.examples > 100
    assert list(report.lines())[-1].startswith(f"{report.entries} entries and ")


def test_a_provision_whose_time_is_over_is_warned_of_from_the_day_after() -> None:
    assert not warned(check(day=date(2026, 3, 31)), "one-off-credit-repair-2025")
    assert "no longer in force" in warned(check(day=date(2026, 4, 1)), "one-off-credit-repair-2025")[0]


def test_a_version_that_gave_way_to_another_is_no_reason_to_warn() -> None:
    assert not warned(check(day=TODAY), "psapl-2012-42")


def test_naming_an_old_version_is_warned_of_with_the_new_one(root: Path) -> None:
    visit = root / "signals/visit.yaml"
    visit.write_text(visit.read_text(encoding="utf-8").replace("psapl-2025-47", "psapl-2012-40"), encoding="utf-8")

    assert "name 'psapl-2025-47'" in warned(check(root, day=TODAY), "visit")[0]


def test_a_figure_is_asked_for_again_after_sixty_days() -> None:
    assert not warned(check(day=date(2026, 10, 19)), "lpr_1y")
    assert "look it up" in warned(check(day=date(2026, 10, 20)), "lpr_1y")[0]


def test_figures_of_one_file_are_asked_for_together() -> None:
    asked = [warning for warning in check(day=date(2027, 3, 1)).warnings if "last confirmed" in warning.message]

    assert len(asked) < 10
    assert any("more of this file too" in warning.message for warning in asked)


def test_a_figure_that_has_ended_needs_no_confirming() -> None:
    assert not warned(check(day=date(2028, 1, 1)), "one_off_repair_amount")


def test_faulty_content_is_a_report_and_no_exception(root: Path) -> None:
    (root / "facts/rates.yaml").write_text("")

    report = check(root, day=TODAY)

    assert not report.sound
    assert "error: content/facts/rates.yaml:1: is empty" in next(report.lines())
    assert list(report.lines())[-1].startswith("1 problem(s)")


def blind(content: Content, *found: str) -> Runners:
    """A program that finds the same in every text."""
    return Runners(
        signals=lambda text: found,
        kind=lambda text: "reminder",
        route=lambda text: "message",
        topics=lambda question: (),
        distress=lambda text: "none",
        script=lambda example: "",
    )


def test_an_example_in_which_nothing_is_found_is_named_with_its_line() -> None:
    example = load().signals["visit"].examples[0]

    problems = [each for each in check(day=TODAY, runners=blind).problems if each.file == "signals/visit.yaml"]

    assert len(problems) == len(load().signals["visit"].examples)
    lines = (ROOT / "signals/visit.yaml").read_text(encoding="utf-8").splitlines()
    assert all(each.message.split("”")[0].lstrip("“") in lines[each.line - 1] for each in problems)
    assert any(example in each.message and "not found" in each.message for each in problems)


def test_a_near_miss_in_which_it_is_found_is_named() -> None:
    report = check(day=TODAY, runners=lambda content: blind(content, *content.signals))

    faults = [each for each in report.problems if each.file == "signals/visit.yaml"]

    assert len(faults) == len(load().signals["visit"].near_misses)
    assert "near miss" in faults[0].message
