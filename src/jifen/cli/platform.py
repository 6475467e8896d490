"""The commands of the platform. Django is imported only when one of them runs; the offline commands do without."""

import argparse
import os
import tempfile
from collections.abc import Callable
from importlib import import_module
from typing import Any

from jifen.cli.screen import Screen
from jifen.engine.message import say
from jifen.messages import Translate

SETTINGS = "jifen.config.settings"
ONLINE = "jifen.cli.online"
WEB_ROLE = "jifen_web"  # what the web server may do in the database; jifen.ledger.rights grants it

STOPPED = say("stopped; what is done stays, and the next start goes on from there")

Command = Callable[[argparse.Namespace, Screen], None]


def add_parser(commands: Any, translate: Translate) -> None:
    """Add the commands to the parser."""
    _add_migrate(commands, translate)
    _add_serve(commands, translate)
    _add_worker(commands, translate)
    _add_createoperator(commands, translate)
    _add_settle(commands, translate)
    _add_verify(commands, translate)


def online(module: str) -> Command:
    """Return the command of a module that works with Django; both are imported when it runs."""

    def command(arguments: argparse.Namespace, screen: Screen) -> None:
        os.environ.setdefault("JIFEN_LOG_LEVEL", "error")
        start(module, arguments, screen)

    return command


def start(module: str, arguments: argparse.Namespace, screen: Screen) -> None:
    """Start Django, and run the command of the module."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import_module(f"{ONLINE}.start").run(f"{ONLINE}.{module}", arguments, screen)


def _add_migrate(commands: Any, translate: Translate) -> None:
    text = translate("bring the database and its rights up to this version")
    parser = commands.add_parser("migrate", help=text, description=text, allow_abbrev=False)
    parser.set_defaults(command=online("migrate"), stopped=STOPPED)


def _add_serve(commands: Any, translate: Translate) -> None:
    text = translate("run the web server")
    parser = commands.add_parser("serve", help=text, description=text, allow_abbrev=False)
    parser.add_argument("--host", metavar="ADDRESS", default="127.0.0.1", help=translate("where to listen (127.0.0.1)"))
    parser.add_argument("--port", metavar="N", type=int, default=8000, help=translate("the port (8000)"))
    parser.add_argument("--workers", metavar="N", type=int, default=2, help=translate("how many processes (2)"))
    parser.add_argument("--threads", metavar="N", type=int, default=4, help=translate("how many threads in each (4)"))
    _add_follow(parser)
    parser.set_defaults(command=_serve)


def _serve(arguments: argparse.Namespace, screen: Screen) -> None:
    os.environ.setdefault("JIFEN_DATABASE_ROLE", WEB_ROLE)
    with tempfile.TemporaryDirectory(prefix="jifen-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder  # where the processes put their figures together
        start("serve", arguments, screen)


def _add_worker(commands: Any, translate: Translate) -> None:
    text = translate("run background jobs, above all the nightly settlement")
    parser = commands.add_parser("worker", help=text, description=text, allow_abbrev=False)
    parser.add_argument("--threads", metavar="N", type=int, default=2, help=translate("how many jobs at a time (2)"))
    _add_follow(parser)
    parser.set_defaults(command=_worker)


def _worker(arguments: argparse.Namespace, screen: Screen) -> None:
    start("worker", arguments, screen)


def _add_follow(parser: argparse.ArgumentParser) -> None:
    # A parent that holds our standard input open; when it is gone, however that came about, we end too.
    parser.add_argument("--follow", action="store_true", help=argparse.SUPPRESS)


def _add_createoperator(commands: Any, translate: Translate) -> None:
    text = translate("create an operator of the console")
    parser = commands.add_parser("createoperator", help=text, description=text, allow_abbrev=False)
    parser.add_argument("name", metavar="NAME", help=translate("the name to log in with"))
    parser.add_argument(
        "--role",
        metavar="ROLE",
        action="append",
        default=[],
        help=translate("what the operator may do; may be given more than once"),
    )
    parser.add_argument("--superuser", action="store_true", help=translate("the operator may do everything"))
    parser.set_defaults(command=online("operators"))


def _add_settle(commands: Any, translate: Translate) -> None:
    text = translate("settle the days that wait, in order")
    parser = commands.add_parser("settle", help=text, description=text, allow_abbrev=False)
    parser.add_argument(
        "day", metavar="DAY", nargs="?", help=translate("the last day to settle, such as 2026-03-01 (yesterday)")
    )
    _add_programme(parser, translate)
    parser.set_defaults(command=online("settle"), stopped=STOPPED)


def _add_verify(commands: Any, translate: Translate) -> None:
    text = translate("prove the ledger: its chain, balances, lots and sums, and a replay of all facts")
    parser = commands.add_parser("verify", help=text, description=text, allow_abbrev=False)
    _add_programme(parser, translate)
    parser.set_defaults(command=online("verify"))


def _add_programme(parser: argparse.ArgumentParser, translate: Translate) -> None:
    parser.add_argument("--programme", metavar="CODE", default="", help=translate("only this programme (all)"))
