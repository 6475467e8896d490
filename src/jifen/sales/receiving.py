"""Packs on their way: they count when their receipt is confirmed, or come back with their money (S2-02)."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day, waiting
from jifen.programmes.terms import load
from jifen.sales.confirming import begin_to_count
from jifen.sales.dues import note_dues
from jifen.sales.errors import ReasonMissingError
from jifen.sales.models import CONFIRMED_STATES, Order, OrderState
from jifen.sales.money import return_payment
from jifen.sales.orders import OrderStateError
from jifen.sales.parcels import arrive, come_back
from jifen.sales.stock import put_back


def confirm_receipt(*, member_id: int, order_id: int) -> Order:
    """Let a member's order count, which has arrived; confirming again changes nothing."""
    with waiting(), transaction.atomic():
        order = _locked().get(id=order_id, member_id=member_id)
        _receive(order, actor=f"M{member_id}")
    return order


def receive_order(*, order_id: int, operator_id: int, reason: str) -> Order:
    """Confirm the receipt for a member who does not; confirming again changes nothing."""
    if not reason.strip():
        raise ReasonMissingError
    with waiting(), transaction.atomic():
        order = _locked().get(id=order_id)
        if _receive(order, actor=f"operator/{operator_id}"):
            _note(order, "receive_order", operator_id=operator_id, reason=reason.strip())
    return order


def take_back_order(*, order_id: int, operator_id: int, reason: str) -> Order:
    """Cancel an order that did not arrive: its money goes back, and its products into stock.

    Raises sales.money.MoneyShortError where the programme's accounts hold too little.
    """
    if not reason.strip():
        raise ReasonMissingError
    with transaction.atomic():
        order = _locked().get(id=order_id)
        if order.state == OrderState.CANCELLED and order.sent_at is not None:
            return order
        _check_on_the_way(order)
        put_back(dict(order.lines.values_list("product_id", "quantity")))
        return_payment(order, day=open_day(order.programme_id), operator_id=operator_id)
        order.state, order.cancelled_at, order.reserved, order.provider = OrderState.CANCELLED, timezone.now(), 0, ""
        order.save()
        come_back(order)
        _note(order, "take_back_order", operator_id=operator_id, reason=reason.strip())
    return order


def _receive(order: Order, *, actor: str) -> bool:
    """Let a locked order count; return whether anything changed."""
    if order.state in CONFIRMED_STATES and order.sent_at is not None:
        return False
    _check_on_the_way(order)
    begin_to_count(order, load(order.version_id), actor=actor)
    order.save()
    arrive(order)
    note_dues(order)
    return True


def _locked() -> QuerySet[Order]:
    return Order.objects.select_for_update(no_key=True, of=("self",)).select_related("programme")


def _check_on_the_way(order: Order) -> None:
    if order.state != OrderState.SENT:
        raise OrderStateError(say("this order is not on its way"))


def _note(order: Order, act: str, *, operator_id: int, reason: str) -> None:
    note_act(operator_id=operator_id, act=act, subject=f"order {order.number}", reason=reason)
