"""Databases of a test's own, cloned from one that is ready; everything here needs an unblocked Django."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections

from jifen.ledger.chart import forget_charts

MAINTENANCE = "postgres"


def clone_database(name: str, *, template: str = "") -> None:
    """Copy a database, that of the tests where none is named; sessions that threads have left in it are closed."""
    source = template or connection.settings_dict["NAME"]
    _execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", source
    )
    _execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def create_database(name: str) -> None:
    """Make an empty database."""
    _execute(f'CREATE DATABASE "{name}"')


def drop_database(name: str) -> None:
    """Drop a database, whoever is connected to it."""
    _execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let Django work in another database while the block runs."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    forget_charts()  # a database of this name may have been another one before
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def _execute(statement: str, *values: str) -> None:
    with connected_to(MAINTENANCE), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
