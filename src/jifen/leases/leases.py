"""Leases: opened when an order of devices counts (S0-06, S0-09)."""

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
