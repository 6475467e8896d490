"""Leases: opened when an order of devices counts (S0-06, S0-09)."""

from datetime import date

from django.db import connection

from jifen.leases.models import Agreement, Lease
from jifen.sales.models import Order


def open_lease(order: Order, fact_tick: int, units: int, price: int, agreement: Agreement) -> Lease:
    """Open the lease of an order that counts; `price` in fen. The same order again answers with the same lease."""
    assert order.business_date is not None
    lease, _new = Lease.objects.get_or_create(
        order=order,
        defaults={
            "programme_id": order.programme_id,
            "member_id": order.member_id,
            "agreement": agreement,
            "fact_tick": fact_tick,
            "units": units,
            "price": price,
            "opened_on": order.business_date,
        },
    )
    return lease


CHANNEL_LEASES = """
INSERT INTO leases_lease (programme_id, member_id, order_id, fact_tick, units, price, opened_on)
SELECT o.programme_id, o.member_id, o.id, o.fact_id, o.quantity, o.amount, o.business_date
FROM sales_order o
WHERE o.programme_id = %(programme)s AND o.business_date = %(day)s AND o.product <> '' AND o.channel <> ''
    AND NOT EXISTS (SELECT FROM leases_lease l WHERE l.order_id = o.id)
ORDER BY o.id
"""


def open_channel_leases(programme_id: int, day: date) -> int:
    """Open the leases of devices that were bought through a channel on a day, and return how many (S0-78).

    They have no agreement of ours. The settlement calls it before titles pass.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANNEL_LEASES, {"programme": programme_id, "day": day})
        return int(cursor.rowcount)
