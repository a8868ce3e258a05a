"""The command line: `buhuang COMMAND`.

Exit codes: 0 done; 1 the work was done and something is wrong (content with errors, an unknown user, what the doctor
found); 2 the call, its input or a setting is wrong; 3 the database cannot be used; 130 interrupted. Every refusal is
one line on standard error that says what to do.

What needs the whole program is imported by its command: that takes a second, and reading a message needs little of it.
"""

import argparse
import asyncio
import importlib.util
import io
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn, get_args

from bot import reading
from bot.errors import SettingsError, Unavailable
from bot.gaps import COUNTED_FOR
from content.errors import ContentError
from content.load import ROOT
from content.schema import LenderKind

DONE, WRONG, MISUSED, UNAVAILABLE, INTERRUPTED = 0, 1, 2, 3, 130


def main(argv: list[str] | None = None) -> NoReturn:
    """Run one command and exit with its code."""
    _speak_utf8()
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        code = run(arguments)
        sys.stdout.flush()
    except SettingsError as error:
        code = _refuse(str(error), MISUSED)
    except Unavailable as error:
        code = _refuse(str(error), UNAVAILABLE)
    except ContentError as error:
        code = _refuse(f"{error}\n{len(error.problems)} problem(s) in the content; correct them and try again", WRONG)
    except BrokenPipeError:  # `| head` has seen enough; what is left must not be flushed into the closed pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"{self.prog}: {message}; see {self.prog} -h\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="buhuang", description="A chatbot for people whose loans are overdue.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("run", help="start every configured channel")
    command.set_defaults(run=_run)

    command = commands.add_parser("chat", help="talk in the terminal")
    command.add_argument("--json", action="store_true", help="JSON lines in and out")
    command.add_argument("--db", metavar="URL", type=_database, help="the database (default: a temporary one)")
    command.add_argument("--now", metavar="ISO", type=_moment, help="the starting clock; it then stands still")
    command.set_defaults(run=_chat)

    command = commands.add_parser("recognise", help="read messages: kind, signals, fields, provisions")
    command.add_argument("file", nargs="?", default="-", help="JSONL of {id, text}, or one plain text (default: stdin)")
    command.add_argument("--on", metavar="DATE", type=_day, help="the day the message came (default: today)")
    command.set_defaults(run=_recognise)

    command = commands.add_parser("answer", help="rank the topics of questions")
    command.add_argument("file", nargs="?", default="-", help="JSONL of {id, q}, or one question a line")
    command.set_defaults(run=_answer)

    command = commands.add_parser("content", help="work on the content")
    actions = command.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("check", help="validate all content and run its examples")
    check.add_argument("--root", type=Path, metavar="FOLDER", help="another content folder")
    check.set_defaults(run=_content_check)

    told = actions.add_parser(
        "explain", help="how a text is read, step by step: what fired, what was held back and why"
    )
    told.add_argument("text", nargs="?", default="-", help="the text, or a file as for `recognise` (default: stdin)")
    told.add_argument("--day", metavar="DATE", type=_day, help="the day the message came (default: today)")
    told.add_argument("--root", type=Path, metavar="FOLDER", help="another content folder")
    told.set_defaults(run=_content_explain)

    train = actions.add_parser("train", help="learn anew from the labelled texts; takes a minute or two")
    train.add_argument("--root", type=Path, metavar="FOLDER", help="another content folder")
    train.set_defaults(run=_content_train)

    writing = actions.add_parser("writing", help="write anew how Chinese is written; needs the dev packages")
    writing.add_argument("--root", type=Path, metavar="FOLDER", help="another content folder")
    writing.set_defaults(run=_content_writing)

    shown = actions.add_parser("preview", help="a topic as its user will see it, page by page, with its provisions")
    shown.add_argument("topic", help="the name of a file of content/answers, without .yaml")
    shown.add_argument("--day", metavar="DATE", type=_day, help="as of this day (default: today)")
    shown.add_argument(
        "--lender", metavar="KIND", choices=get_args(LenderKind), help="after a message of such a lender"
    )
    shown.add_argument("--root", type=Path, metavar="FOLDER", help="another content folder")
    shown.set_defaults(run=_content_preview)

    schema = actions.add_parser("schema", help="write JSON Schemas of the content for editors that complete and check")
    schema.add_argument("--root", type=Path, metavar="FOLDER", help="another content folder")
    schema.set_defaults(run=_content_schema)

    gaps = actions.add_parser("gaps", help="which questions had no good answer, and what users left for an editor")
    gaps.add_argument("--days", metavar="N", type=_days, default=30, help="how far back to count (default: 30)")
    gaps.set_defaults(run=_content_gaps)

    command = commands.add_parser("doctor", help="what is configured, reachable and healthy, and what to do")
    command.set_defaults(run=_doctor)
    _add_store_commands(commands)
    return parser


def _add_store_commands(commands: "argparse._SubParsersAction[_Parser]") -> None:
    command = commands.add_parser("db", help="the database's schema")
    actions = command.add_subparsers(required=True, metavar="ACTION")
    upgrade = actions.add_parser("upgrade", help="bring the schema to this version's")
    upgrade.set_defaults(run=_db_upgrade)

    command = commands.add_parser("backup", help="a consistent copy of the database, also while it runs")
    command.add_argument("path", type=Path)
    command.set_defaults(run=_backup)

    command = commands.add_parser("restore", help="put a backup in the database's place, without whom was erased since")
    command.add_argument("path", type=Path)
    command.set_defaults(run=_restore)

    user = "as CHANNEL:ID (telegram:12345), the platform's id alone, or the id that the logs name"
    command = commands.add_parser("export", help="all that is kept of a user, as JSON")
    command.add_argument("user", help=user)
    command.set_defaults(run=_export)

    command = commands.add_parser("erase", help="destroy all that is kept of a user")
    command.add_argument("user", help=user)
    command.set_defaults(run=_erase)


# --- the commands


def _run(arguments: argparse.Namespace) -> int:
    from bot import app

    return asyncio.run(app.run(app.settings()))


def _chat(arguments: argparse.Namespace) -> int:
    from bot import app

    return asyncio.run(app.chat(app.settings(), json_lines=arguments.json, database=arguments.db, start=arguments.now))


def _recognise(arguments: argparse.Namespace) -> int:
    text = _input(arguments.file, "text")
    if unread := reading.unread(text):
        print(f"buhuang: {unread}", file=sys.stderr)
    return _print(reading.recognise(text, today=arguments.on))


def _answer(arguments: argparse.Namespace) -> int:
    return _print(reading.answer(_input(arguments.file, "q")))


def _content_check(arguments: argparse.Namespace) -> int:
    report = reading.check(_root(arguments))
    _print(report.lines())
    return DONE if report.sound else WRONG


def _content_explain(arguments: argparse.Namespace) -> int:
    from bot import explaining

    given: str = arguments.text
    text = _input(given, "text") if given == "-" or os.path.isfile(given) else given
    return _print(explaining.explain(text, day=arguments.day, root=_root(arguments)))


def _content_train(arguments: argparse.Namespace) -> int:
    from bot import learning

    if importlib.util.find_spec("sklearn") is None:
        raise SettingsError("content train", "needs scikit-learn, which isn't installed; run `make dev` once")
    written = learning.learn(_root(arguments) or ROOT)
    print(f"Learnt: {', '.join(map(str, written))}. Now run buhuang content check, and the tests.")
    return DONE


def _content_writing(arguments: argparse.Namespace) -> int:
    from bot import writing

    try:
        path = writing.write(_root(arguments) or ROOT)
    except ImportError as error:
        return _refuse(f"{error}; install the packages for developers, as CONTRIBUTING.md says, and try again", WRONG)
    print(f"Written: {path}. Now run buhuang content check, and the tests.")
    return DONE


def _content_preview(arguments: argparse.Namespace) -> int:
    from bot import previewing

    root = _root(arguments)
    return _print(previewing.preview(arguments.topic, day=arguments.day, lender=arguments.lender, root=root))


def _content_schema(arguments: argparse.Namespace) -> int:
    from content import shapes

    root = _root(arguments) or ROOT
    written = shapes.write_schemas(root)
    return _print([f"Written: {len(written)} schemas in {root / shapes.FOLDER}."])


def _content_gaps(arguments: argparse.Namespace) -> int:
    from bot import app

    return _print(asyncio.run(app.gaps(app.settings(), days=arguments.days)))


def _root(arguments: argparse.Namespace) -> Path | None:
    root: Path | None = arguments.root
    if root is not None and not root.is_dir():
        raise SettingsError("--root", f"{root} is no folder; name one that holds content like content/")
    return root


def _doctor(arguments: argparse.Namespace) -> int:
    from bot import app, doctor

    report = asyncio.run(doctor.examine(app.settings(), app.open_store))
    _print(report.lines())
    return DONE if report.healthy else WRONG


def _db_upgrade(arguments: argparse.Namespace) -> int:
    from bot import app

    return _print([asyncio.run(app.upgrade(app.settings()))])


def _backup(arguments: argparse.Namespace) -> int:
    from bot import app

    asyncio.run(app.backup(app.settings(), arguments.path))
    said = f"Copied to {arguments.path}. Keep the key file or ENCRYPTION_KEYS apart from it: the copy needs them."
    return _print([said])


def _restore(arguments: argparse.Namespace) -> int:
    from bot import app

    done = asyncio.run(app.restore(app.settings(), arguments.path))
    said = [f"Restored {arguments.path}; {done.erased} user(s) in it were erased again."]
    if not done.erasures_known:
        said.append("Who was erased since this backup could not be read: run `buhuang erase USER` for each again.")
    if done.replaced:
        said.append(f"The database that was there is {done.replaced} now; delete it once all is well.")
    return _print(said)


def _export(arguments: argparse.Namespace) -> int:
    from bot import app

    kept = asyncio.run(app.export(app.settings(), arguments.user))
    return _print([kept]) if kept is not None else _refuse(_unknown(arguments.user), WRONG)


def _erase(arguments: argparse.Namespace) -> int:
    from bot import app

    known = asyncio.run(app.erase(app.settings(), arguments.user))
    return _print([f"{arguments.user} is erased."]) if known else _refuse(_unknown(arguments.user), WRONG)


# --- reading the call


def _input(name: str, key: str) -> str:
    """The text of a file or of standard input. Raises `SettingsError` for what is no text."""
    shown = "standard input" if name == "-" else name
    if name == "-" and sys.stdin.isatty():
        print("Paste the text, then press Enter and Ctrl+D.", file=sys.stderr)
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no name of a file"
        raise SettingsError(shown, f"cannot be read ({reason}); name a file, or - for standard input") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        advice = f"is no UTF-8 text (line {line}); convert it, for example with iconv -f GBK -t UTF-8"
        raise SettingsError(shown, advice) from None
    if not text.strip():
        raise SettingsError(shown, f"is empty; give JSON lines with `{key}`, or plain text")
    if odd := reading.odd_line(text, key):
        print(f"buhuang: {shown}: line {odd} is no object with `{key}`, so all is read as plain text", file=sys.stderr)
    return text


def _database(text: str) -> str:
    from bot.store.upgrading import path_of

    try:
        path_of(text)
    except SettingsError as error:
        raise argparse.ArgumentTypeError(error.expected) from None
    return text


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise argparse.ArgumentTypeError("should be a time with its zone, such as 2026-12-07T09:00:00+08:00")
    return moment


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("should be a day such as 2026-11-20") from None


def _days(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= COUNTED_FOR.days:
        raise argparse.ArgumentTypeError(f"should be a number of days from 1 to {COUNTED_FOR.days}")
    return int(text)


# --- speaking


def _speak_utf8() -> None:
    """Speak UTF-8 whatever the locale says, and never fail at a character that cannot be written."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _print(lines: Iterable[str]) -> int:
    for line in lines:
        print(line)
    return DONE


def _unknown(user: str) -> str:
    return f"{user}: nothing is kept of this user; write CHANNEL:ID, such as telegram:12345"


def _refuse(message: str, code: int) -> int:
    print(f"buhuang: {message}", file=sys.stderr)
    return code
