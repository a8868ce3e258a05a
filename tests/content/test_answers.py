"""Answers that don't hang together are refused with their place, and their examples are run."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from content.check import Runners, check
from content.load import ROOT, Content, load
from tests.breaking import problems, said_of

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "answers/jail.yaml",
            "related: [sued,",
            "related: [sued_for,",
            "jail.yaml:1: jail: 'related' names 'sued_for'",
        ),
        ("answers/jail.yaml", "related: [sued,", "related: [jail,", "'related' names 'jail'"),
        ("answers/jail.yaml", "[criminal-193,", "[criminal-1930,", "'criminal-1930', which does not exist"),
        ("answers/scam.yaml", '["96110"', '["96119"', "names the hotline '96119'"),
        ("answers/jail.yaml", "'{prison}'", "'{prisson}'", "names the words 'prisson'"),
        ("answers/jail.yaml", "id: jail", "id: jale", "has to be the name of the file"),
        ("answers/jail.yaml", "\nnext:", "\nnextt:", "unknown key 'nextt'"),
        ("answers/jail.yaml", "\nnext: ", "\nlimits_too: ", "unknown key 'limits_too'"),
        ("answers/jail.yaml", "欠网贷还不上会坐牢吗", "被网贷起诉了怎么办", "stands in 'jail' too"),
        ("answers/out_of_scope.yaml", "- id: orders", "- id: commands", "no text 'refuse_commands'"),
        ("answers/jail.yaml", "单纯还不上钱", "单纯还不上钱" + "很" * 200, "200 at most; move to 'more'"),
        ("answers/apr_calc.yaml", "\nexamples:", "\nlimits: 结果是参考。\nexamples:", "belong to an 'answer'"),
    ],
)
def test_what_does_not_fit_is_named(root: Path, file: str, old: str, new: str, said: str) -> None:
    assert said in said_of(root, file, old, new)


def test_distress_and_the_answer_for_what_fits_nothing_have_to_be_there(root: Path) -> None:
    for name in ("distress", "out_of_scope"):
        (root / "answers" / f"{name}.yaml").unlink()

    said = "\n".join(map(str, problems(root)))

    assert "add answers/distress.yaml" in said
    assert "add answers/out_of_scope.yaml" in said


def runners(topics: Callable[[str], Sequence[str]]) -> Callable[[Content], Runners]:
    """Runners that rank as told and find nothing else."""

    def made(content: Content) -> Runners:
        return Runners(
            signals=lambda text: (),
            kind=lambda text: "",
            route=lambda text: "",
            topics=topics,
            distress=lambda text: "none",
            script=lambda example: "",
        )

    return made


def test_example_and_counter_example_that_rank_wrongly_are_named_with_their_lines() -> None:
    answers = load().answers
    wrong, counter = answers["jail"].examples[0], answers["jail"].counter_examples[0]
    of = {example: answer.id for answer in answers.values() for example in answer.questions}
    of[wrong] = "sued"

    def topics(question: str) -> list[str]:
        return ["jail"] if question == counter else [of.get(question, "")]

    said = [str(problem) for problem in check(day=TODAY, runners=runners(topics)).problems]

    lines = (ROOT / "answers" / "jail.yaml").read_text(encoding="utf-8").splitlines()
    at = {text: next(n for n, line in enumerate(lines, 1) if line == f"  - {text}") for text in (wrong, counter)}
    assert [line for line in said if "answers/" in line] == [
        f"content/answers/jail.yaml:{at[wrong]}: jail: “{wrong}” this example ranks 'sued' first",
        f"content/answers/jail.yaml:{at[counter]}: jail: “{counter}” this counter-example ranks the topic first",
    ]
