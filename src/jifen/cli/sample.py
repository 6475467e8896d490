"""jifen sample: a believable book to try a programme on."""

import argparse
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from jifen.cli.load import programme_named
from jifen.cli.screen import Screen
from jifen.cli.trouble import TroubleError
from jifen.engine.message import say
from jifen.messages import Translate
from jifen.tables.sample import sample_of, write_tables

FIRST_DAY = date(2026, 1, 1)
MEMBERS_MAX, DAYS_MAX = 10_000_000, 3650


def add_parser(commands: Any, translate: Translate) -> None:
    """Add the command to the parser."""
    text = translate("make a believable book with names")
    parser = commands.add_parser("sample", help=text, description=text, allow_abbrev=False)
    parser.add_argument(
        "programme", metavar="PROGRAMME", help=translate("a name of the catalogue, or the path of a programme file")
    )
    parser.add_argument("--members", metavar="N", type=int, required=True, help=translate("how many members join"))
    parser.add_argument("--days", metavar="D", type=int, required=True, help=translate("how many days the facts cover"))
    parser.add_argument("--out", metavar="BOOK", required=True, help=translate("the folder to write"))
    parser.add_argument("--seed", metavar="S", type=int, default=1, help=translate("which of the possible books (1)"))
    parser.set_defaults(command=command)


def command(arguments: argparse.Namespace, screen: Screen) -> None:
    """Run the command."""
    programme = programme_named(arguments.programme)
    if not 1 <= arguments.members <= MEMBERS_MAX:
        raise TroubleError(
            say("{option} should be from {least} to {most}", option="--members", least=1, most=f"{MEMBERS_MAX:,}")
        )
    if not 1 <= arguments.days <= DAYS_MAX:
        raise TroubleError(
            say("{option} should be from {least} to {most}", option="--days", least=1, most=f"{DAYS_MAX:,}")
        )
    if arguments.seed < 0:
        raise TroubleError(say("{option} should be 0 or more", option="--seed"))
    folder = Path(arguments.out)
    if folder.exists():
        raise TroubleError(say("{folder} is there already; name another folder", folder=arguments.out))
    try:
        size = {"members": arguments.members, "days": arguments.days, "seed": arguments.seed}
        write_tables(folder, sample_of(programme, **size, start=FIRST_DAY))
    except OSError as error:
        why = error.strerror or str(error)
        raise TroubleError(say("{folder} cannot be written: {why}", folder=arguments.out, why=why)) from None
    last = FIRST_DAY + timedelta(days=arguments.days - 1)
    screen.say(
        say(
            "{folder}: {members} members, from {first} to {last}",
            folder=arguments.out,
            members=f"{arguments.members:,}",
            first=FIRST_DAY,
            last=last,
        )
    )
