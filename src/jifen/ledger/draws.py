"""What lots gave to whom: the reader of refunds and of nightly runs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from jifen.ledger.columns import Rows, read_columns
from jifen.ledger.connection import cursor
from jifen.ledger.models import Balance, Lot

DRAWS = """
SELECT e.business_date, e.owner, e.lot, -e.amount, t.rule, t.end_owner > 0, t.key, t.cause
FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
WHERE e.owner = ANY(%s) AND e.business_date > %s AND e.lot > 0 AND e.amount < 0 AND e.part IN (1, 2)
ORDER BY e.business_date, t.id, e.lot
"""

OPEN_LOTS = """
SELECT owner, id, opened_on, base, remaining, scheduled + accelerated FROM ledger_lot
WHERE programme_id = %s AND NOT closed ORDER BY owner, id
"""
LOTS_OPEN_BEFORE = """
SELECT owner, id, opened_on, base, remaining, scheduled + accelerated FROM ledger_lot
WHERE programme_id = %s AND closed_on >= %s ORDER BY owner, id
"""
OPEN_LOTS_DTYPE = np.dtype(
    [
        *(("owner", "i8"), ("id", "i8"), ("opened_on", "M8[D]"), ("base", "i8"), ("remaining", "i8")),
        ("released", "i8"),
    ]
)


class Drawn(NamedTuple):
    """What one transfer took out of one lot."""

    business_date: date
    owner: int
    lot: int
    amount: int
    rule: str
    prefix: str  # of a nightly run's keys, "" for other transfers
    late_for: str  # the key of the reward that is paid late, "" for others
    key: str  # of the transfer; of a nightly run what the keys of its owners begin with


def draws_since(owners: Sequence[int], after: date) -> list[Drawn]:
    """Return what was drawn out of some owners' lots since the close of `after`, in the order of posting."""
    rows = cursor().execute(DRAWS, (list(owners), after)).fetchall()
    return [
        Drawn(day, owner, lot, amount, rule, key if nightly else "", "" if nightly else cause, key)
        for day, owner, lot, amount, rule, nightly, key, cause in rows
    ]


def read_open_lots(programme_id: int) -> Rows:
    """Return the lots of a programme that still hold something, by owner, then oldest first (OPEN_LOTS_DTYPE)."""
    return read_columns(OPEN_LOTS, OPEN_LOTS_DTYPE, (programme_id,))


def read_lots_open_before(programme_id: int, day: date) -> Rows:
    """Return, in the same form, the lots that were not closed before `day`."""
    return read_columns(LOTS_OPEN_BEFORE, OPEN_LOTS_DTYPE, (programme_id, day))


def lots_of(owners: Sequence[int]) -> list[Lot]:
    """Return all lots of some owners, closed ones too, oldest first."""
    return list(Lot.objects.filter(owner__in=owners).order_by("id"))


def purses_of(owners: Iterable[int]) -> dict[int, dict[tuple[str, str], int]]:
    """Return the balances of some owners by (kind, role), without those that lots hold."""
    found: defaultdict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = Balance.objects.filter(owner__in=list(owners)).select_related("account")
    for row in rows:
        found[row.owner][row.account.kind, row.account.role] = row.amount
    return dict(found)


RELEASED = """
SELECT owner, -sum(amount)::bigint FROM ledger_entry
WHERE owner = ANY(%s) AND business_date = %s AND lot > 0 AND amount < 0 AND part = 1
GROUP BY owner
"""


def released_on(owners: Sequence[int], day: date) -> dict[int, int]:
    """Return what time released to some owners at the close of a day."""
    return dict(cursor().execute(RELEASED, (list(owners), day)).fetchall())
