"""An order begins to count: points, grant, money and what its suppliers are owed, all in one transaction."""

from django.utils import timezone

from jifen.engine.programme import Programme
from jifen.facts.new import NewOrder
from jifen.facts.record import record_order
from jifen.sales.dues import note_dues
from jifen.sales.models import Order, OrderState
from jifen.sales.money import take_payment


def confirm(order: Order, programme: Programme, *, operator_id: int | None = None, provider: str = "") -> None:
    """Let a locked order count (S4-20, S0-09), whose money an operator or a payment provider saw come.

    Without either it is the member's own act, and no money moves. `programme` is what the order's version says. When
    the member has too few free points, facts.record refuses.
    """
    assert operator_id is not None or provider or order.cash == 0
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
            actor=provider or (f"operator/{operator_id}" if operator_id is not None else f"M{order.member_id}"),
        )
    )
    order.provider = provider
    if operator_id is not None or provider:
        order.reserved = take_payment(order, day=recorded.business_date, operator_id=operator_id)
    order.state, order.confirmed_at, order.confirmed_by_id = OrderState.CONFIRMED, timezone.now(), operator_id
    order.fact_id, order.business_date = recorded.fact_id, recorded.business_date
    order.save()
    note_dues(order)
