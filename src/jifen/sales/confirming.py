"""An order's money has come, and it begins to count: points, grant and what its suppliers are owed, all in one
transaction. Packs count later, when their receipt is confirmed (S2-02).
"""

from django.utils import timezone

from jifen.engine.programme import Programme
from jifen.facts.days import now, share_day
from jifen.facts.new import NewOrder
from jifen.facts.record import record_order
from jifen.sales.dues import note_dues
from jifen.sales.models import Order, OrderState
from jifen.sales.money import take_payment

COUNTER = "counter"  # who saw to it where a store rang it up


def confirm(order: Order, programme: Programme, *, operator_id: int | None = None, provider: str = "") -> None:
    """Let a locked order count (S4-20, S0-09), whose money an operator or a payment provider saw come.

    Without either it is the member's own act, and no money moves. `programme` is what the order's version says. A pack
    is only sent now. When the member has too few free points, facts.record refuses.
    """
    assert operator_id is not None or provider or order.cash == 0
    order.provider = provider
    order.confirmed_by_id = operator_id
    if counts_on_receipt(order, programme):
        _send(order, operator_id)
        return
    actor = provider or (f"operator/{operator_id}" if operator_id is not None else f"M{order.member_id}")
    begin_to_count(order, programme, actor=actor)
    assert order.business_date is not None
    if (operator_id is not None or provider) and not order.taken_by_store:
        order.reserved = take_payment(order, day=order.business_date, operator_id=operator_id)
    order.save()
    note_dues(order)


def counts_on_receipt(order: Order, programme: Programme) -> bool:
    """Return whether an order counts only when the member has what was bought: packs do (S2-02)."""
    return programme.packs is not None and programme.packs.pack_of(order.product) is not None


def begin_to_count(order: Order, programme: Programme, *, actor: str) -> None:
    """Record the fact of an order whose money is seen to; the caller saves it."""
    recorded = record_order(
        NewOrder(
            programme_id=order.programme_id,
            member_id=order.member_id,
            order_code=order.number,
            amount=order.amount,
            points_paid=order.points_paid,
            version_id=order.version_id,
            points_kind=order.points_kind if programme.spends else "",
            quantity=order.quantity,
            product=order.product,
            channel=order.channel,
            store_id=order.store_id,
            region=order.region,
            rate=order.rate,
            concession=order.concession,
            ratio=order.ratio,
            actor=actor,
        )
    )
    order.state, order.confirmed_at = OrderState.CONFIRMED, timezone.now()
    order.fact_id, order.business_date = recorded.fact_id, recorded.business_date


def _send(order: Order, operator_id: int | None) -> None:
    """Take the money of an order that counts later, and let it go on its way."""
    share_day(order.programme_id)
    day = now(order.programme_id).business_date
    order.reserved = take_payment(order, day=day, operator_id=operator_id)
    order.state, order.sent_at, order.paid_on = OrderState.SENT, timezone.now(), day
    order.save()
