"""What tells disguises from ordinary words is made by one command, and shipped as it was made."""

from importlib.metadata import distributions
from pathlib import Path

from bot import writing
from content.load import ROOT
from content.schema_writing import Writing

SHIPPED = Writing.model_validate_json((ROOT / "writing.json").read_bytes())


def test_the_shipped_file_is_what_the_command_makes(tmp_path: Path) -> None:
    made_with = dict(each.split(" ") for each in SHIPPED.made_from.split(", "))
    installed = {each.metadata["Name"].replace("_", "-"): each.version for each in distributions()}
    assert made_with.items() <= installed.items(), "made with other versions: run `buhuang content writing`"

    path = writing.write(tmp_path)

    assert path.read_bytes() == (ROOT / "writing.json").read_bytes()


def test_a_character_of_two_sounds_is_listed_under_both() -> None:
    assert "还" in SHIPPED.sounds["hai"]
    assert "还" in SHIPPED.other_sounds["huan"]


def test_characters_are_listed_with_their_halves() -> None:
    assert "亻言" in SHIPPED.parts["信"]
    assert "亻" in SHIPPED.bare
    assert "人" not in SHIPPED.bare


def test_rarer_words_cost_more() -> None:
    rarity = {
        listed[place : place + 2]: rarity
        for rarity, listed in SHIPPED.words[2].items()
        for place in range(0, len(listed), 2)
    }

    assert rarity["我们"] < rarity["家人"] < rarity["征信"]
