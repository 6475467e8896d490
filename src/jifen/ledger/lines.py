"""The lines of one day, whole: what the verifier compares with a replay."""

from datetime import date

import numpy as np

from jifen.ledger.chart import MONEY, PROGRAMME, REAL_MONEY, chart_of
from jifen.ledger.columns import Rows, read_columns
from jifen.ledger.connection import cursor

KEYS = "SELECT id, key FROM ledger_transfer WHERE programme_id = %s AND business_date = %s ORDER BY id"
LINES = """
SELECT transfer_id, owner, chart::bigint, lot, amount FROM ledger_entry WHERE business_date = %s AND chart = ANY(%s)
"""
LINE_DTYPE = np.dtype([(name, "i8") for name in ("transfer_id", "owner", "chart", "lot", "amount")])


def read_lines(programme_id: int, day: date) -> tuple[dict[int, str], Rows]:
    """Return a day's transfers (id → key, ascending; of a nightly run the part that its keys share) and their lines."""
    keys: dict[int, str] = dict(cursor().execute(KEYS, (programme_id, day)).fetchall())
    return keys, read_columns(LINES, LINE_DTYPE, (day, list(chart_of(programme_id).places)))


MONEY_LINES = """
SELECT t.key, least(e.owner, %s), c.role, sum(e.amount)::bigint
FROM ledger_entry e
JOIN ledger_chart c ON c.id = e.chart AND c.programme_id = %s AND c.kind = %s AND c.role = ANY(%s)
JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
GROUP BY 1, 2, 3
"""


def read_money(programme_id: int) -> list[tuple[str, int, str, int]]:
    """Return every movement of real money as (key, owner, role, fen); the programme's stripes count as one owner."""
    return list(cursor().execute(MONEY_LINES, (PROGRAMME, programme_id, MONEY, list(REAL_MONEY))).fetchall())
