"""The order of facts: one number each, given by the database."""

from django.db import connection


def next_tick() -> int:
    """Return microseconds since 1970, more than any tick before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_tick()")
        tick: int = cursor.fetchone()[0]
    return tick
