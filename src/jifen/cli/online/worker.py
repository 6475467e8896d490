"""jifen worker: background jobs."""

import argparse

from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from jifen.cli.online.follow import end_with_parent
from jifen.cli.screen import Screen
from jifen.cli.trouble import TroubleError
from jifen.engine.message import say

STOP_SECONDS = 30  # what a job that still runs is given


def command(arguments: argparse.Namespace, _screen: Screen) -> None:
    """Run the command until it is asked to end; a job that was cut off goes on where it stopped."""
    if arguments.threads < 1:
        raise TroubleError(say("{option} should be {least} or more", option="--threads", least=1))
    if arguments.follow:
        end_with_parent()
    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()) as worker:
        worker.run_worker(
            name="jifen",
            concurrency=arguments.threads,
            shutdown_graceful_timeout=STOP_SECONDS,
            delete_jobs="successful",
        )
