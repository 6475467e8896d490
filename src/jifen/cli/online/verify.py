"""jifen verify: the proofs of the ledger."""

import argparse

from jifen.cli.online.settle import programmes_named
from jifen.cli.screen import Screen
from jifen.cli.trouble import Place, TroubleError
from jifen.engine.message import say
from jifen.settlement.verify import verify

SHOWN_MAX = 20


def command(arguments: argparse.Namespace, screen: Screen) -> None:
    """Run the command; whatever does not agree is trouble."""
    for programme in programmes_named(arguments.programme):
        with screen.share(say("verifying")) as reach:
            problems = verify(programme.pk, reach)
        if problems:
            places = [Place((problem.check,), problem.message) for problem in problems]
            raise TroubleError(
                say("{programme}: the ledger does not agree", programme=programme.code),
                places[:SHOWN_MAX],
                max(0, len(places) - SHOWN_MAX),
            )
        screen.say(say("{programme}: everything agrees", programme=programme.code))
