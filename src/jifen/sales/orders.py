"""The way of an order: placed → paid → confirmed, or cancelled; sandbox only, there is no live payment path.

What is sent before it counts goes on in jifen.sales.receiving.
"""

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.programmes.terms import load
from jifen.sales.confirming import confirm
from jifen.sales.errors import ReasonMissingError, SaleError
from jifen.sales.models import OPEN_STATES, PAID_STATES, Order, OrderState
from jifen.sales.parcels import call_off
from jifen.sales.placing import OrderKeyReusedError, place_bundle_order, place_order, quote
from jifen.sales.stock import OutOfStockError, put_back

__all__ = [
    "OrderKeyReusedError",
    "OrderStateError",
    "OutOfStockError",
    "ReasonMissingError",
    "cancel_order",
    "cancel_own_order",
    "confirm_payment",
    "place_bundle_order",
    "place_order",
    "quote",
    "report_payment",
]


class OrderStateError(SaleError):
    """The order stands where this can no longer be done."""


def report_payment(*, member_id: int, order_id: int, note: str) -> Order:
    """Note that the member says to have paid, with what finds the payment at the bank; the note may be mended."""
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True).get(id=order_id, member_id=member_id)
        if order.state not in OPEN_STATES:
            raise OrderStateError(say("this order waits for no payment"))
        order.state, order.payment_note = OrderState.PAID, note.strip()
        order.paid_at = order.paid_at or timezone.now()
        order.save(update_fields=["state", "payment_note", "paid_at"])
    return order


def confirm_payment(*, order_id: int, operator_id: int, reason: str = "") -> Order:
    """Confirm that an order's money has come: its points are taken, its grant and its money posted at once (S4-20).

    Confirming again changes nothing. When the member has too few free points left, facts.record refuses.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("programme").get(id=order_id)
        if order.state in PAID_STATES:
            return order
        if order.state == OrderState.CANCELLED:
            raise OrderStateError(say("a cancelled order cannot be confirmed"))
        confirm(order, load(order.version_id), operator_id=operator_id)
        _note(order, "confirm_payment", operator_id=operator_id, reason=reason.strip() or order.payment_note)
    return order


def cancel_own_order(*, member_id: int, order_id: int) -> Order:
    """Cancel an order for its member, as long as its payment is not confirmed."""
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True).get(id=order_id, member_id=member_id)
        _cancel(order)
    return order


def cancel_order(*, order_id: int, operator_id: int, reason: str) -> Order:
    """Cancel an order whose payment does not come."""
    if not reason.strip():
        raise ReasonMissingError
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True).get(id=order_id)
        if _cancel(order):
            _note(order, "cancel_order", operator_id=operator_id, reason=reason.strip())
    return order


def _cancel(order: Order) -> bool:
    """Cancel a locked order and put its products back in stock; return whether anything changed."""
    if order.state == OrderState.CANCELLED:
        return False
    if order.state not in OPEN_STATES:
        raise OrderStateError(say("a confirmed order cannot be cancelled; refund it instead"))
    put_back(dict(order.lines.values_list("product_id", "quantity")))
    order.state, order.cancelled_at = OrderState.CANCELLED, timezone.now()
    order.save(update_fields=["state", "cancelled_at"])
    call_off(order)
    return True


def _note(order: Order, act: str, *, operator_id: int, reason: str) -> None:
    note_act(operator_id=operator_id, act=act, subject=f"order {order.number}", reason=reason)
