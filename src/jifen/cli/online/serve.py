"""jifen serve: the web server."""

import argparse

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces

from jifen.cli.online.follow import end_with_parent
from jifen.cli.ports import refuse_taken_port
from jifen.cli.screen import Screen
from jifen.cli.trouble import TroubleError
from jifen.engine.message import say

TARGET = "jifen.config.wsgi:application"
STOP_SECONDS = 10  # what a request that still runs is given


def command(arguments: argparse.Namespace, _screen: Screen) -> None:
    """Run the command until it is asked to end."""
    for option in ("workers", "threads"):
        if getattr(arguments, option) < 1:
            raise TroubleError(say("{option} should be {least} or more", option=f"--{option}", least=1))
    refuse_taken_port(arguments.host, arguments.port)
    if arguments.follow:
        end_with_parent()
    server = Granian(
        TARGET,
        address=arguments.host,
        port=arguments.port,
        interface=Interfaces.WSGI,
        workers=arguments.workers,
        blocking_threads=arguments.threads,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_dictconfig=_logs(),
        process_name=None,
    )
    server.serve()


def _logs() -> dict[str, object]:
    """Return Django's logging, with the server's own records among the rest."""
    loggers = {"_granian": {"level": "WARNING"}, "granian.access": {"level": "WARNING"}}
    return settings.LOGGING | {"loggers": settings.LOGGING["loggers"] | loggers}
