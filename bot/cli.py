"""The command line: `buhuang COMMAND`.

Exit codes: 0 done; 1 the work was done and something is wrong (content with errors); 2 the call or a setting is wrong;
3 the database cannot be used. Every refusal is one line that says what to do.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from bot import reading
from bot.errors import SettingsError, Unavailable
from content.errors import ContentError

WRONG, MISUSED, UNAVAILABLE = 1, 2, 3


def main(argv: list[str] | None = None) -> NoReturn:
    """Run one command and exit with its code."""
    arguments = _parser().parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        code = run(arguments)
    except SettingsError as error:
        code = _refuse(str(error), MISUSED)
    except Unavailable as error:
        code = _refuse(str(error), UNAVAILABLE)
    except ContentError as error:
        code = _refuse(f"{error}\n{len(error.problems)} problem(s) in the content; correct them and try again", WRONG)
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except KeyboardInterrupt:
        code = 0
    sys.exit(code)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="buhuang", description="A chatbot for people whose loans are overdue.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("run", help="start every configured channel")
    command.set_defaults(run=_run)

    command = commands.add_parser("chat", help="talk in the terminal")
    command.add_argument("--json", action="store_true", help="JSON lines in and out")
    command.add_argument("--db", metavar="URL", help="the database (default: a temporary one)")
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
    _store_commands(commands)
    return parser


def _store_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser("db", help="the database's schema")
    actions = command.add_subparsers(required=True, metavar="ACTION")
    upgrade = actions.add_parser("upgrade", help="bring the schema to this version's")
    upgrade.set_defaults(run=_db_upgrade)

    command = commands.add_parser("backup", help="a consistent copy of the database, also while it runs")
    command.add_argument("path", type=Path)
    command.set_defaults(run=_backup)

    for name, help_ in (("export", "all that is kept of a user, as JSON"), ("erase", "destroy all of a user")):
        command = commands.add_parser(name, help=help_)
        command.add_argument("channel", help="telegram, web or terminal")
        command.add_argument("user", help="the user's id on that channel")
        command.set_defaults(run=_export if name == "export" else _erase)


# --- the commands


def _run(arguments: argparse.Namespace) -> int:
    from bot import app

    return asyncio.run(app.run(app.settings()))


def _chat(arguments: argparse.Namespace) -> int:
    from bot import app

    return asyncio.run(app.chat(app.settings(), json_lines=arguments.json, database=arguments.db, start=arguments.now))


def _recognise(arguments: argparse.Namespace) -> int:
    for line in reading.recognise(_input(arguments.file), today=arguments.on):
        print(line)
    return 0


def _answer(arguments: argparse.Namespace) -> int:
    for line in reading.answer(_input(arguments.file)):
        print(line)
    return 0


def _content_check(arguments: argparse.Namespace) -> int:
    report = reading.check(arguments.root)
    for line in report.lines():
        print(line)
    return 0 if report.sound else WRONG


def _db_upgrade(arguments: argparse.Namespace) -> int:
    from bot import app

    print(asyncio.run(app.upgrade(app.settings())))
    return 0


def _backup(arguments: argparse.Namespace) -> int:
    from bot import app

    asyncio.run(app.backup(app.settings(), arguments.path))
    print(f"Copied to {arguments.path}. Keep the key file or ENCRYPTION_KEYS apart from it: the copy needs them.")
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from bot import app

    print(asyncio.run(app.export(app.settings(), arguments.channel, arguments.user)))
    return 0


def _erase(arguments: argparse.Namespace) -> int:
    from bot import app

    known = asyncio.run(app.erase(app.settings(), arguments.channel, arguments.user))
    print("Erased." if known else "Nothing is kept of this user.")
    return 0


# --- reading the call


def _input(name: str) -> str:
    """The text of a file or of standard input; bytes that are no UTF-8 become replacement marks."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise SettingsError(name, f"cannot be read ({error.strerror}); name a file, or - for standard input") from None
    return raw.decode("utf-8-sig", errors="replace")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("needs a zone, such as 2026-12-07T09:00:00+08:00")
    return moment


def _day(text: str) -> "object":
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise argparse.ArgumentTypeError("should be a day such as 2026-11-20") from None


def _refuse(message: str, code: int) -> int:
    print(f"buhuang: {message}", file=sys.stderr)
    return code
