"""The lines of one day, whole: what the verifier compares with a replay."""

from datetime import date

import numpy as np

from jifen.ledger.columns import Rows, read_columns
from jifen.ledger.connection import cursor

KEYS = "SELECT id, key FROM ledger_transfer WHERE programme_id = %s AND business_date = %s ORDER BY id"
LINES = """
SELECT e.transfer_id, e.owner, e.chart::bigint, e.lot, e.amount
FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
WHERE t.programme_id = %s AND e.business_date = %s
"""
LINE_DTYPE = np.dtype([(name, "i8") for name in ("transfer_id", "owner", "chart", "lot", "amount")])


def read_lines(programme_id: int, day: date) -> tuple[dict[int, str], Rows]:
    """Return a day's transfers (id → key, ascending; of a nightly run the part that its keys share) and their lines."""
    keys = dict(cursor().execute(KEYS, (programme_id, day)).fetchall())
    return keys, read_columns(LINES, LINE_DTYPE, (programme_id, day))
