"""Reads the command line, calls one command, and turns trouble into a sentence and an exit code."""

import argparse
import gettext
import io
import os
import sys
from collections.abc import Sequence

import jifen
from jifen.cli import demo, platform, programmes, run, sample, why
from jifen.cli.screen import Screen
from jifen.cli.trouble import TroubleError
from jifen.engine.message import say
from jifen.messages import LOCALE_DIR, Translate, language_of_environment, translator

DONE, REFUSED = 0, 2
INTERRUPTED = 130  # what shells expect after Ctrl-C
COMMANDS = (demo, run, why, programmes, sample, platform)


def run_command(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when done, 2 when what was given cannot be used, 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a sign shows ?
    language = language_of_environment()
    os.environ["LANGUAGE"] = language  # argparse speaks through gettext's own domain
    gettext.bindtextdomain("jifen", str(LOCALE_DIR))
    gettext.textdomain("jifen")
    screen = Screen(translator(language), language)
    arguments = _parser(screen.translate).parse_args(argv)
    try:
        arguments.command(arguments, screen)
    except TroubleError as trouble:
        screen.trouble(trouble)
        return REFUSED
    except KeyboardInterrupt:
        screen.complain(getattr(arguments, "stopped", say("stopped; nothing was written")))
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _parser(translate: Translate) -> argparse.ArgumentParser:
    description = translate("Run points programmes exactly: settle a book offline, explain every line.")
    parser = argparse.ArgumentParser(prog="jifen", description=description, allow_abbrev=False)
    parser.add_argument(
        "--version", action="version", version=f"jifen {jifen.__version__}", help=translate("print the version")
    )
    commands = parser.add_subparsers(title=translate("commands"), required=True, metavar=translate("COMMAND"))
    for command in COMMANDS:
        command.add_parser(commands, translate)
    return parser
