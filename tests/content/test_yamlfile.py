"""Reading one file never fails: it yields data with lines, or problems."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content import yamlfile
from content.errors import Problem
from content.schema import Provision

SCRAPS = st.sampled_from(
    ["- id: x\n", "  law: y\n", "\t", "{", "[", "]", '"', "&a ", "*a", "!!int x", "2026-02-30", "null", "? ", "on: 1\n"]
)
MESSES = st.lists(SCRAPS | st.text(max_size=12), max_size=20).map("".join)


@given(MESSES)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_read_or_refused_with_a_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mess.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    problems: list[Problem] = []

    file = yamlfile.read(path, tmp_path)
    if isinstance(file.data, list):
        for index in range(len(file.data)):
            yamlfile.parse(file, Provision, (index,), problems)

    for problem in (*file.problems, *problems):
        assert problem.line >= 1
        assert problem.message


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    file = yamlfile.read(tmp_path / "gone.yaml", tmp_path)

    assert file.data is None
    assert "cannot be read" in file.problems[0].message


@pytest.mark.parametrize("key", ["on", "off", "yes", "no", "2020"])
def test_a_key_is_read_as_it_is_written(tmp_path: Path, key: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(f"{key}: 1\n")

    assert yamlfile.read(path, tmp_path).data == {key: 1}


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("- id: a\n  deep:\n    - one\n    - two\n- id: b\n")

    file = yamlfile.read(path, tmp_path)

    assert (file.line((0,)), file.line((0, "deep", 1)), file.line((1, "id"))) == (1, 4, 5)
    assert file.line((1, "missing", 7)) == 5
