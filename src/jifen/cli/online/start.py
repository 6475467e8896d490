"""Starts Django for a command, and turns what an installation can get wrong into a sentence."""

import argparse
from importlib import import_module

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError
from django.utils.translation import activate

from jifen.cli.screen import Screen
from jifen.cli.trouble import TroubleError
from jifen.engine.message import Message, say
from jifen.members.keys import FieldKeyError, field_keys


def run(module: str, arguments: argparse.Namespace, screen: Screen) -> None:
    """Start Django, and run the command of the module."""
    start_django()
    activate("en" if screen.language == "en" else "zh-hans")
    try:
        import_module(module).command(arguments, screen)
    except OperationalError as error:
        raise TroubleError(say("the database does not answer: {why}", why=_first_line(error))) from None
    except ProgrammingError as error:
        raise TroubleError(
            say(
                "the database is not up to date ({why}); run {command}", why=_first_line(error), command="jifen migrate"
            )
        ) from None


def start_django() -> None:
    """Read the settings; what is missing or wrong in them is trouble."""
    try:
        django.setup()
        field_keys()
    except ImproperlyConfigured as error:
        found = getattr(error, "message", None)
        raise TroubleError(found if isinstance(found, Message) else Message("{why}", {"why": str(error)})) from None
    except FieldKeyError as error:
        raise TroubleError(error.message) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
