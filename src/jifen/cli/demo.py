"""jifen demo: a whole running platform in a folder, with sample members."""

import argparse
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jifen import catalogue
from jifen.cli.children import ignore_signals
from jifen.cli.cluster import cluster_in
from jifen.cli.demo_folder import DemoFolder
from jifen.cli.platform import STOPPED, start
from jifen.cli.ports import refuse_taken_port
from jifen.cli.screen import Screen
from jifen.cli.trouble import TroubleError
from jifen.engine.document import load_programme
from jifen.engine.message import say
from jifen.messages import Translate
from jifen.tables.nearest import nearest

HOST = "127.0.0.1"
PROGRAMME = "release"
BEGINNING = {  # option → the setting that remembers it
    "--programme": "JIFEN_DEMO_PROGRAMME",
    "--members": "JIFEN_DEMO_MEMBERS",
    "--days": "JIFEN_DEMO_DAYS",
}
MEMBERS, MEMBERS_MAX = 2000, 1_000_000
DAYS, DAYS_MAX = 60, 3650
LEASE_DAYS = 120  # months of leasing programmes show more than days


def add_parser(commands: Any, translate: Translate) -> None:
    """Add the command to the parser."""
    text = translate("run a whole platform with sample members; Ctrl-C ends it, the next start goes on")
    parser = commands.add_parser("demo", help=text, description=text, allow_abbrev=False)
    parser.add_argument(
        "--programme", metavar="NAME", help=translate("a programme of the catalogue, such as parking (release)")
    )
    parser.add_argument("--members", metavar="N", type=int, help=translate("how many members join (2000)"))
    parser.add_argument(
        "--days",
        metavar="D",
        type=int,
        help=translate("how many days the facts cover (60; 120 where devices are leased)"),
    )
    parser.add_argument("--port", metavar="N", type=int, default=8000, help=translate("the port (8000)"))
    parser.add_argument("--folder", metavar="FOLDER", default="demo", help=translate("where everything lies (demo)"))
    parser.add_argument("--reset", action="store_true", help=translate("throw the data away and begin anew"))
    parser.set_defaults(command=command, stopped=STOPPED)


def command(arguments: argparse.Namespace, screen: Screen) -> None:
    """Run the command until it is asked to end."""
    _refuse_wrong_options(arguments)
    refuse_taken_port(HOST, arguments.port)
    signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))  # a closed terminal ends it cleanly too
    folder = DemoFolder(Path(arguments.folder).absolute())
    with folder.locked():
        if arguments.reset:
            folder.clear()
        known = folder.prepare(_beginning(arguments))
        for option, name in BEGINNING.items():
            asked = getattr(arguments, option[2:])
            if asked and str(asked) != known[name]:
                screen.complain(
                    say(
                        "{option} stays {known}; begin anew with {reset}",
                        option=option,
                        known=known[name],
                        reset="--reset",
                    )
                )
        with _database(folder, screen):
            os.environ.update({name: value for name, value in known.items() if name != "DATABASE_URL"})
            os.environ["JIFEN_STATIC"] = str(folder.path / "static")
            os.environ.setdefault("JIFEN_LOG_LEVEL", "error")
            start("demo", arguments, screen)


def _beginning(arguments: argparse.Namespace) -> dict[str, str]:
    """Return what a demo begins with, by setting."""
    programme = arguments.programme or PROGRAMME
    leases = load_programme(catalogue.read(programme)).counts_units
    found = (programme, arguments.members or MEMBERS, arguments.days or (LEASE_DAYS if leases else DAYS))
    return dict(zip(BEGINNING.values(), map(str, found), strict=True))


def _refuse_unknown(name: str) -> None:
    """Refuse a programme that is not in the catalogue, naming the nearest."""
    names = catalogue.names()
    if name in names:
        return
    near = nearest(name, names)
    if near:
        raise TroubleError(say("there is no programme {name}; did you mean {near}?", name=name, near=near))
    raise TroubleError(say("there is no programme {name}; there are {names}", name=name, names=", ".join(names)))


def _refuse_wrong_options(arguments: argparse.Namespace) -> None:
    if arguments.programme is not None:
        _refuse_unknown(arguments.programme)
    for option, most in (("members", MEMBERS_MAX), ("days", DAYS_MAX)):
        given = getattr(arguments, option)
        if given is not None and not 1 <= given <= most:
            raise TroubleError(
                say("{option} should be from {least} to {most}", option=f"--{option}", least=1, most=f"{most:,}")
            )
    if arguments.reset and os.environ.get("DATABASE_URL"):
        raise TroubleError(
            say(
                "{option} empties only a database of the demo's own; empty the one in {setting} yourself",
                option="--reset",
                setting="DATABASE_URL",
            )
        )


@contextmanager
def _database(folder: DemoFolder, screen: Screen) -> Iterator[None]:
    """Let DATABASE_URL name a database while the block runs: the one it names already, or one that we start."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    cluster = cluster_in(folder.database, prefer=os.environ.get("JIFEN_POSTGRES", ""))
    try:
        cluster.start()
        cluster.stop_with_us()
        screen.say(say("{postgres} runs in {folder}", postgres="PostgreSQL", folder=cluster.home))
        os.environ["DATABASE_URL"] = cluster.url()
        folder.remember(DATABASE_URL=cluster.url())
        yield
    finally:
        ignore_signals()
        cluster.stop()
