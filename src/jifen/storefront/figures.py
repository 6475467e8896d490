"""What stores sold and what became of it, by business days: exact sums of orders and refunds, in fen (S1-27)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from jifen.storefront.terms import SOURCED

SOLD = """
SELECT o.store_id, count(*), sum(o.amount)::bigint, coalesce(sum(n.commission), 0)::bigint,
    coalesce(sum(n.shopping), 0)::bigint, sum(o.concession)::bigint, coalesce(sum(n.store_weight), 0)::bigint
FROM sales_order o LEFT JOIN pools_ordernote n ON n.tick = o.fact_id
WHERE o.store_id = ANY(%(stores)s) AND o.business_date BETWEEN %(first)s AND %(last)s AND o.product <> %(sourced)s
GROUP BY 1
"""
# Of what an order was divided into a refund takes floor(part × refunded ÷ amount), less what refunds before it took.
BACK = """
SELECT o.store_id, sum(r.amount)::bigint,
    sum(div(n.commission::numeric * (b.amount + r.amount), o.amount) - div(n.commission::numeric * b.amount, o.amount)),
    sum(div(n.shopping::numeric * (b.amount + r.amount), o.amount) - div(n.shopping::numeric * b.amount, o.amount)),
    sum(div(o.concession::numeric * (b.amount + r.amount), o.amount)
        - div(o.concession::numeric * b.amount, o.amount)),
    sum(div(n.store_weight::numeric * (b.amount + r.amount), o.amount)
        - div(n.store_weight::numeric * b.amount, o.amount))
FROM sales_refund r
JOIN sales_order o ON o.id = r.order_id
LEFT JOIN pools_ordernote n ON n.tick = o.fact_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(e.amount), 0) AS amount FROM sales_refund e WHERE e.order_id = o.id AND e.number < r.number
) b
WHERE o.store_id = ANY(%(stores)s) AND o.refunded > 0 AND o.product <> %(sourced)s
    AND r.business_date BETWEEN %(first)s AND %(last)s
GROUP BY 1
"""


@dataclass(frozen=True)
class Figures:
    """A store in a time. Refunds are counted on their own day; points are minor units of the kind that stores grant."""

    orders: int = 0
    sold: int = 0
    refunded: int = 0
    commission: int = 0  # less what refunds gave back
    shopping: int = 0  # points granted, less what refunds claimed back
    concession: int = 0  # what the store gave up, less what refunds gave back (S2-05)
    weight: int = 0  # points that the owner got for it, less what refunds claimed back (S2-07)

    @property
    def turnover(self) -> int:
        """What was sold less what was refunded."""
        return self.sold - self.refunded

    @property
    def kept(self) -> int:
        """What of it a store keeps that gives a concession: what head office owes it, to the fen (S2-05)."""
        return self.turnover - self.concession

    @property
    def net(self) -> int:
        """What of it is the store's."""
        return self.turnover - self.commission


NOTHING = Figures()


def figures_of(store_ids: Collection[int], first: date, last: date) -> dict[int, Figures]:
    """Return the figures of stores in a time; stores without any are left out."""
    values = {"stores": list(store_ids), "first": first, "last": last, "sourced": SOURCED}
    sold = _rows(SOLD, values) if store_ids else {}
    back = _rows(BACK, values) if store_ids else {}
    found = {}
    for store in {*sold, *back}:
        orders, amount, *parts = sold.get(store, (0, 0, 0, 0, 0, 0))
        refunded, *returned = back.get(store, (0, 0, 0, 0, 0))
        left = [given - taken for given, taken in zip(parts, returned, strict=True)]
        found[store] = Figures(orders, amount, refunded, *left)
    return found


def _rows(statement: str, values: dict[str, Any]) -> dict[int, tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {int(row[0]): tuple(int(value or 0) for value in row[1:]) for row in cursor.fetchall()}
