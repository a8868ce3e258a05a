"""The command line: what it answers, what it refuses in one line, and with which exit code."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from content.load import ROOT

SEED = "您已逾期7天，若3日内未还款，将上报央行征信系统并启动法律程序。"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


class Called:
    """Calls the command line within this process, in a folder and an environment of its own."""

    def __init__(self, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capture = patch, capture

    def __call__(self, *arguments: str, given: bytes = b"") -> Ended:
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = self._capture.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(ended.value.code, said.out, said.err)


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Called:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "ENCRYPTION_KEYS", "TELEGRAM_BOT_TOKEN", "WEB_HOST", "WEB_PORT", "WEB_PUBLIC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("WEB_PORT", "0")
    return Called(monkeypatch, capsys)


# --- reading


def test_a_message_on_standard_input_is_answered(call: Called) -> None:
    ended = call("recognise", given=SEED.encode())

    assert (ended.code, ended.err) == (0, "")
    assert "央行征信" in ended.out


def test_a_file_of_json_lines_with_a_mark_and_carriage_returns_is_read(call: Called, tmp_path: Path) -> None:
    file = tmp_path / "messages.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + f'{{"id": 1, "text": "{SEED}"}}\r\n{{"id": 2, "text": "好"}}\r\n'.encode())

    ended = call("recognise", str(file))

    assert [json.loads(line)["id"] for line in ended.out.splitlines()] == [1, 2]


def test_questions_are_answered_with_topics(call: Called) -> None:
    ended = call("answer", "-", given='{"id": 7, "q": "欠网贷不还会坐牢吗"}'.encode())

    assert json.loads(ended.out)["topics"][0] == "jail"


def test_a_text_is_explained_whether_named_filed_or_piped(call: Called, tmp_path: Path) -> None:
    file = tmp_path / "message.txt"
    file.write_text(SEED, encoding="utf-8")
    day = ("--day", "2025-12-31")

    named = call("content", "explain", SEED, *day)

    assert (named.code, named.err) == (0, "")
    assert "提及征信（credit_report）：“" in named.out
    assert "【2025-12-31 这天引的条文】" in named.out
    assert call("content", "explain", str(file), *day) == named
    assert call("content", "explain", "-", *day, given=SEED.encode()) == named


@pytest.mark.parametrize("command", ["recognise", "answer"])
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\n", "is empty"),
        ("第一行\n".encode() + b"\xc4\xfa\xd2\xd1", "line 2"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "no UTF-8 text"),
    ],
    ids=["empty", "blank", "GBK", "binary"],
)
def test_what_is_no_text_is_refused_in_one_line(call: Called, command: str, given: bytes, says: str) -> None:
    ended = call(command, given=given)

    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err and ended.err.count("\n") == 1


@pytest.mark.parametrize("name", ["missing.txt", ".", "a\0b"], ids=["missing", "a folder", "no name"])
def test_a_file_that_cannot_be_read_is_refused_in_one_line(call: Called, name: str) -> None:
    ended = call("recognise", name)

    assert ended.code == 2
    assert "cannot be read" in ended.err and ended.err.count("\n") == 1


@pytest.mark.parametrize(
    "given",
    [
        b"\0\0\0",
        "\x1b[31m\x07您已逾期\u202e\u200b".encode(),
        ("逾期" + "\u200b" * 300_000).encode(),
        ("逾期7天，" * 60_000).encode(),
        b'{"text": "\\ud800\\u0000"}',
    ],
    ids=["NUL", "controls", "a million bytes of nothing", "one long line", "surrogates"],
)
def test_any_text_is_answered(call: Called, given: bytes) -> None:
    ended = call("recognise", given=given)

    assert ended.code == 0 and ended.out


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("您已逾期7天。" * 2000, "the text is too long"),
        ('{"text": "a"}\n{"text": "' + "逾期" * 7000 + '"}', "1 of the messages are (the first is number 2) too long"),
    ],
    ids=["plain", "json"],
)
def test_what_is_read_only_in_part_is_said(call: Called, given: str, says: str) -> None:
    ended = call("recognise", given=given.encode())

    assert ended.code == 0
    assert says in ended.err and ended.err.count("\n") == 1


def test_a_broken_json_line_is_said_aloud(call: Called) -> None:
    ended = call("recognise", given=b'{"text": "a"}\n{"text": "b\n')

    assert "line 2 is no object with `text`" in ended.err


# --- content


def test_the_content_that_ships_is_right(call: Called) -> None:
    ended = call("content", "check")

    assert ended.code == 0, ended.out
    assert "examples are right" in ended.out


def test_all_that_is_wrong_with_content_is_said_at_once(call: Called, tmp_path: Path) -> None:
    (tmp_path / "content" / "provisions").mkdir(parents=True)
    first = (ROOT / "provisions" / "legal-aid.yaml").read_text(encoding="utf-8").partition("\n- id")[0]
    (tmp_path / "content" / "provisions" / "legal-aid.yaml").write_text(f"{first}\n{first}\n- oops: 1\n", "utf-8")

    ended = call("content", "check", "--root", "content")

    assert ended.code == 1
    assert "this id is taken" in ended.out and "unknown key 'oops'" in ended.out
    assert "content/provisions/legal-aid.yaml:" in ended.out


def test_a_topic_is_shown_as_its_user_will_see_it(call: Called) -> None:
    ended = call("content", "preview", "jail", "--day", "2026-11-23", "--lender", "bank")

    assert (ended.code, ended.err) == (0, "")
    assert "单纯还不上钱" in ended.out and "[更多]  [相关问题]" in ended.out


def test_a_topic_that_is_not_there_is_refused_in_one_line(call: Called) -> None:
    ended = call("content", "preview", "jial")

    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "jial: is no topic" in ended.err


def test_schemas_are_written_where_the_content_is(call: Called, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "keys.yaml").write_text("models: {}\n", encoding="utf-8")

    ended = call("content", "schema", "--root", "content")

    assert (ended.code, ended.err) == (0, "")
    assert (tmp_path / "content" / "schemas" / "answers.json").is_file()


def test_content_in_no_folder_is_refused(call: Called) -> None:
    assert call("content", "check", "--root", "nowhere").code == 2


# --- the database


def chatted(folder: Path, *texts: str) -> None:
    """Leave a database behind in which `u1` is known."""
    said = "".join(json.dumps({"user": "u1", "text": text}) + "\n" for text in texts or ("你好",)).encode()
    subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--json", "--db", f"sqlite:///{folder / 'data' / 'buhuang.db'}"],
        input=said,
        check=True,
        capture_output=True,
        env=os.environ | {"DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT.parent)},
    )


def test_a_user_is_exported_and_erased_by_any_of_his_names(call: Called, tmp_path: Path) -> None:
    chatted(tmp_path)

    kept = json.loads(call("export", "u1").out)

    assert kept["platform_id"] == "u1"
    assert json.loads(call("export", "terminal:u1").out) == kept
    assert json.loads(call("export", kept["user"]).out) == kept
    assert call("erase", "terminal:u1").code == 0
    assert call("export", "u1").code == 1
    assert call("erase", "u1").code == 1


def test_an_editor_sees_what_is_missing_and_only_the_words_that_were_left(call: Called, tmp_path: Path) -> None:
    chatted(tmp_path, "公司不给我交社保 能仲裁吗", "留给编辑看", "同意留下", "房东不退押金怎么告他")

    ended = call("content", "gaps", "--days", "7")

    assert (ended.code, ended.err) == (0, "")
    assert sum(int(line.split(" 次")[0]) for line in ended.out.splitlines() if " 次" in line) == 2
    assert "【用户同意留给编辑看的：1 条】" in ended.out
    assert "公司不给我交社保 能仲裁吗" in ended.out
    assert "房东" not in ended.out
    assert "u1" not in ended.out


_OF_A_DATABASE = [("export", "u1"), ("erase", "u1"), ("backup", "copy.db"), ("content", "gaps")]


@pytest.mark.parametrize("command", _OF_A_DATABASE)
def test_no_database_is_made_to_be_looked_at(call: Called, tmp_path: Path, command: Sequence[str]) -> None:
    ended = call(*command)

    assert ended.code == 3
    assert "There is no database" in ended.err
    assert not (tmp_path / "data").exists()


def test_a_damaged_database_is_said_and_left_alone(call: Called, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "buhuang.db").write_bytes(b"no database at all, " * 400)

    ended = call("db", "upgrade")

    assert ended.code == 3
    assert "damaged" in ended.err and ended.err.count("\n") == 1
    assert call("doctor").code == 1


def test_the_schema_is_brought_up_to_date(call: Called) -> None:
    assert call("db", "upgrade").code == 0
    assert "is up to date" in call("db", "upgrade").out


def test_a_copy_is_made(call: Called, tmp_path: Path) -> None:
    call("db", "upgrade")

    ended = call("backup", str(tmp_path / "copy.db"))

    assert ended.code == 0
    assert (tmp_path / "copy.db").stat().st_size > 0


# --- the call itself


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "dance",
        "content",
        "db",
        "export",
        "recognise a b",
        "recognise --on soon",
        "chat --now noon",
        "content gaps --days 0",
        "content preview",
        "content preview jail --lender uncle",
        "content gaps --days x",
        "chat --now 2026-12-07T09:00:00",
        "chat --db postgres://db",
    ],
)
def test_a_wrong_call_is_one_line_that_leads_on(call: Called, arguments: str) -> None:
    ended = call(*arguments.split())

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1 and "-h" in ended.err


def test_a_wrong_setting_is_one_line_that_names_it(call: Called, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "nonsense")

    ended = call("run")

    assert ended.code == 2
    assert "TELEGRAM_BOT_TOKEN" in ended.err and ended.err.count("\n") == 1


# --- as a process


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "SYSTEMROOT")}
    return kept | {"DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT.parent), "WEB_PORT": "0"}


@pytest.fixture
def serving(tmp_path: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "many.jsonl").write_text('{"id": 1, "text": "好的"}\n' * 3000, encoding="utf-8")
    python = f"'{sys.executable}' -m bot recognise many.jsonl"

    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{python} | head -n 1"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("\n") == 1


def test_utf8_is_spoken_whatever_the_locale_says(tmp_path: Path, environment: dict[str, str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "recognise"],
        input=SEED.encode(),
        cwd=tmp_path,
        env=environment | {"PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert "央行征信" in ended.stdout.decode("utf-8")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_stops_the_bot_in_good_order(serving: subprocess.Popen[str], stop: signal.Signals) -> None:
    assert serving.stdout is not None
    assert "running" in serving.stdout.readline()

    serving.send_signal(stop)
    _, said = serving.communicate(timeout=20)

    assert serving.returncode == 0
    assert "Traceback" not in said


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_ends_a_talk_that_waits_for_words(
    tmp_path: Path, environment: dict[str, str], stop: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "chat", "--json"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as talk:
        assert talk.stdin and talk.stdout
        talk.stdin.write('{"user": "u1", "text": "你好"}\n')
        talk.stdin.flush()
        while "done" not in talk.stdout.readline():
            pass

        talk.send_signal(stop)
        _, said = talk.communicate(timeout=20)

    assert (talk.returncode, said) == (0, "")
