"""A topic shown to its editor is what its user sees: the same words, buttons and law, on the day and for the lender."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.previewing import Previewer, preview
from content.errors import ContentError
from content.load import load
from content.schema import LenderKind
from tests.conversing import Play, services

DAY = date(2026, 11, 23)


def shown(topic: str, *, day: date = DAY, lender: LenderKind | None = None) -> str:
    return "\n".join(Previewer(services(), day, lender).pages(topic))


def blocks(play: Play) -> list[str]:
    """Every line that the chat says, and every label of a button."""
    lines = [line for reply in play.replies for block in reply.blocks for line in block.text.splitlines()]
    return lines + [f"[{button.label}]" for button in play.buttons]


@pytest.fixture
def play() -> Play:
    play = Play()
    play.says("你好")
    return play


@pytest.mark.parametrize("topic", ["jail", "interest_cap", "scam", "reminders"])
def test_pages_are_those_of_the_chat(play: Play, topic: str) -> None:
    told = shown(topic)

    play.presses(f"question:topic:{topic}")
    first = play.buttons
    assert [line for line in blocks(play) if line not in told] == []
    for button in first:
        if button.label in ("更多", "相关问题"):
            play.presses(button.id)
            assert [line for line in blocks(play) if line not in told] == []


def test_every_topic_can_be_previewed() -> None:
    for topic, answer in load().answers.items():
        assert answer.title in shown(topic)


def test_length_of_the_first_screen_is_told(play: Play) -> None:
    play.presses("question:topic:jail")

    assert f"第一屏，{len(play.said)} 字" in shown("jail")


def test_particulars_are_asked_as_a_user_would_ask_them() -> None:
    particular = load().answers["home_visit"].particulars[0]

    told = shown("home_visit")

    assert f"（{particular.id}）：“{particular.examples[0]}”" in told
    assert particular.answer.splitlines()[0] in told


def test_kind_of_lender_decides_what_is_said_without_condition() -> None:
    assert "如果放款人是银行" in shown("interest_cap")

    told = shown("interest_cap", lender="bank")

    assert "银行" in told.splitlines()[1]
    assert "如果放款人是银行" not in told


def test_lender_of_a_kind_that_nobody_is_named_of_is_refused() -> None:
    with pytest.raises(SettingsError, match="private"):
        shown("interest_cap", lender="private")


def test_provision_is_listed_with_what_applies_on_the_day() -> None:
    topic = next(
        answer.id
        for answer in services().content.answers.values()
        if any(services().content.provisions[id_].supersedes for id_ in answer.provisions)
    )
    provisions = [services().content.provisions[id_] for id_ in load().answers[topic].provisions]
    new = next(each for each in provisions if each.supersedes)

    assert f"· {new.id}：" in shown(topic)
    before = date.fromordinal(new.effective_from.toordinal() - 1)
    assert f"这天有效的版本是 {new.supersedes}" in shown(topic, day=before)


def test_provision_that_is_quoted_is_marked() -> None:
    (line,) = [line for line in shown("jail").splitlines() if "第一屏引的是它" in line]

    assert line.startswith("· criminal-193：")


def test_topic_that_is_not_there_is_refused_with_one_that_is() -> None:
    with pytest.raises(SettingsError, match="is no topic; name a file of content/answers, such as about"):
        shown("jial")


def test_broken_content_is_refused(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "jail.yaml").write_text("id: jail\nanwser: 不会\n", encoding="utf-8")

    with pytest.raises(ContentError, match="anwser"):
        list(preview("jail", root=tmp_path))
