"""What the tests of the content share."""

import shutil
from pathlib import Path

import pytest

from content.load import ROOT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the content, to be broken."""
    copy = tmp_path / "content"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy
