"""How many requests a minute a program may send, counted in its own row."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

WINDOW = timedelta(minutes=1)

# Counting first and asking then means that parallel requests cannot be more than the limit either.
_COUNT = """
UPDATE {table} SET
    window_requests = CASE WHEN window_began > %(old)s THEN window_requests + 1 ELSE 1 END,
    window_began = CASE WHEN window_began > %(old)s THEN window_began ELSE %(now)s END
WHERE id = %(id)s RETURNING window_requests, window_began
"""


def seconds_to_wait(table: str, row_id: int, *, now: datetime) -> int:
    """Count a request in a row of a table; return 0, or from the one too many on how long to wait.

    The table has `window_began` and `window_requests`. Not inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT.format(table=connection.ops.quote_name(table)), {"id": row_id, "now": now, "old": now - WINDOW}
        )
        requests, began = cursor.fetchone()
    if requests <= settings.API_PER_MINUTE:
        return 0
    return max(1, int((began + WINDOW - now).total_seconds()))
