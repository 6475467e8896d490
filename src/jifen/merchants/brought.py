"""What the joining of stores brought those who had brought their owners, for operators who look after it (S2-24)."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db import connection

# Frozen points that became free stand once below nothing and once above it, and add up to nothing.
BROUGHT = """
    SELECT s.id, c.kind, sum(e.amount)::bigint
    FROM stores_store s
    JOIN ledger_entry e ON e.owner = s.referrer_id AND e.business_date = s.joined_on
    JOIN ledger_transfer t ON t.id = e.transfer_id AND t.business_date = e.business_date
    JOIN ledger_chart c ON c.id = e.chart
    WHERE s.id = ANY (%(stores)s) AND t.cause = 'store ' || s.code
    GROUP BY 1, 2 HAVING sum(e.amount) <> 0 ORDER BY 1, 2
"""


class Brought(NamedTuple):
    """Points of a kind, in minor units."""

    kind: str
    amount: int


def brought_by(store_ids: Collection[int]) -> dict[int, list[Brought]]:
    """Return what the joining of each store brought its referrer; stores that brought nothing are left out."""
    found: dict[int, list[Brought]] = {}
    if not store_ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(BROUGHT, {"stores": list(store_ids)})
        for store_id, kind, amount in cursor.fetchall():
            found.setdefault(store_id, []).append(Brought(kind, amount))
    return found


def together(all_brought: Iterable[list[Brought]]) -> list[Brought]:
    """Return the sums by kind."""
    sums: dict[str, int] = {}
    for brought in all_brought:
        for one in brought:
            sums[one.kind] = sums.get(one.kind, 0) + one.amount
    return [Brought(kind, amount) for kind, amount in sorted(sums.items())]
