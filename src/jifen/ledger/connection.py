"""Django's connection as psycopg has it: prepared statements, COPY, and the caller's transaction."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.rows import tuple_row

from jifen.ledger.errors import refusals

Row = tuple[Any, ...]


def cursor() -> psycopg.Cursor[Row]:
    """Return a cursor on Django's connection, in whatever transaction the caller has."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection, row_factory=tuple_row)


def call(query: str, values: Sequence[object]) -> Row:
    """Return the first row of a query; what the ledger refuses is raised by its name."""
    with refusals():
        row = cursor().execute(query, values).fetchone()
    assert row is not None
    return row
