"""The wheel holds everything: YAML, the page, SQL, migrations. It is built, installed apart, and run from elsewhere."""

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "content")
SEED = "您已逾期7天，若3日内未还款，将上报央行征信系统并启动法律程序。"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    return next(folder.glob("buhuang-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the program as installed, and nothing else."""
    folder = tmp_path_factory.mktemp("installed 安装")
    pip("install", "--no-deps", "--target", str(folder), str(wheel))
    return folder


def pip(*arguments: str) -> None:
    quiet = ("--no-index", "--disable-pip-version-check", "--quiet")
    subprocess.run([sys.executable, "-m", "pip", *arguments, *quiet], check=True, capture_output=True)


def run(installed: Path, folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """`python -m bot`, from another folder, by the installed program alone."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "bot", *arguments],
        input=given,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(installed), "DATA_DIR": str(folder / "data"), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def test_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    expected = {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}

    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert held == expected
    assert {Path(name).suffix for name in held} >= {".py", ".yaml", ".sql", ".html", ".css", ".js", ".mako"}


def test_installed_program_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-P", "-c", "import bot, content, handlers; print(bot.__file__)"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(installed)},
        check=True,
        capture_output=True,
        text=True,
    )

    assert Path(where.stdout.strip()).is_relative_to(installed)


def test_installed_program_reads_a_message(installed: Path, tmp_path: Path) -> None:
    ended = run(installed, tmp_path, "recognise", given=json.dumps({"id": 1, "text": SEED}))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "credit_report" in json.loads(ended.stdout)["signals"]


def test_installed_content_is_whole(installed: Path, tmp_path: Path) -> None:
    ended = run(installed, tmp_path, "content", "check")

    assert "examples are right" in ended.stdout, ended.stdout


def test_installed_program_makes_a_database_and_talks(installed: Path, tmp_path: Path) -> None:
    assert run(installed, tmp_path, "db", "upgrade").returncode == 0

    ended = run(installed, tmp_path, "chat", "--json", given=json.dumps({"user": "u1", "text": SEED}) + "\n")

    said = [json.loads(line) for line in ended.stdout.splitlines()]
    assert said[-1] == {"done": True}
    assert said[0]["handler"] == "forwarded"
