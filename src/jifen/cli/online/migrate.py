"""jifen migrate: tables, rights and files as this version needs them."""

import argparse

from django.conf import settings
from django.core.management import call_command

from jifen.cli.screen import Screen
from jifen.engine.message import say
from jifen.ledger.rights import grant_rights


def command(_arguments: argparse.Namespace, screen: Screen) -> None:
    """Run the command; what is up to date already stays as it is."""
    migrate()
    screen.say(say("the database is up to date"))
    if settings.STATIC_ROOT:
        screen.say(say("the files of the pages lie in {folder}", folder=settings.STATIC_ROOT))


def migrate() -> None:
    """Apply migrations, grant the web server its rights, and collect the files of the pages."""
    call_command("migrate", interactive=False, verbosity=0)
    grant_rights()
    if settings.STATIC_ROOT:
        call_command("collectstatic", interactive=False, verbosity=0)
