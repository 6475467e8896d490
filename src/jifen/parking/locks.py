"""One lock a programme: reports and declarations of its revenue come one after the other."""

from django.db import connection

_LOCK_CLASS = 1_145_390_162  # beyond programme ids, with which the ledger's own locks begin


def lock_programme(programme_id: int) -> None:
    """Wait for the lock and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, programme_id])
