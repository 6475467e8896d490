"""Exchanging points for goods of head office's catalogue; sending what was bought or exchanged (S2-02, S3-15 … S3-19).

Points of an exchange are taken at once, and wholly; nothing of it is money. The goods are picked up at the warehouse or
sent. What was bought is sent when its money was seen.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import waiting
from jifen.sales.addresses import Address
from jifen.sales.models import CONFIRMED_STATES, PAID_STATES, Delivery, DeliveryState, Order
from jifen.sales.orders import OrderStateError
from jifen.sales.placing import OrderKeyReusedError, Payment, Sent, place

TRACKING_MAX = 100


def redeem(*, member_id: int, items: Mapping[int, int], to: Address | None, key: str) -> Order:
    """Exchange points for pieces by product, sent to an address or picked up; the same key answers with the same order.

    Raises a SaleError, facts.record.RefusedError for points that are not there, and facts.days.NotNowError.
    """
    with waiting(), transaction.atomic():
        order = place(member_id, items, Payment(None), Sent(key, to=to))
        if not order.redemption:
            raise OrderKeyReusedError
    return order


def send_goods(*, order_id: int, operator_id: int, tracking: str = "", reason: str = "") -> Delivery:
    """Note that goods are on their way, or ready to be picked up; again changes nothing but the parcel's number."""
    with transaction.atomic():
        delivery = _locked(order_id)
        if delivery.order.state not in PAID_STATES:
            raise OrderStateError(say("nobody has seen the money of this order yet; it is sent afterwards"))
        if delivery.state not in (DeliveryState.WAITING, DeliveryState.SENT):
            raise OrderStateError(say("these goods do not wait to be sent"))
        if delivery.state == DeliveryState.SENT and delivery.tracking == tracking.strip():
            return delivery
        delivery.tracking = tracking.strip()[:TRACKING_MAX]
        delivery.state, delivery.sent_by_id = DeliveryState.SENT, operator_id
        delivery.sent_at = delivery.sent_at or timezone.now()
        delivery.save()
        _note(delivery, "send_goods", operator_id, reason.strip() or delivery.tracking)
    return delivery


def receive_goods(*, member_id: int, order_id: int) -> Delivery:
    """Note that a member has the goods; again changes nothing. What counts on receipt goes by sales.receiving."""
    with transaction.atomic():
        delivery = _locked(order_id)
        assert delivery.order.member_id == member_id
        _receive(delivery)
    return delivery


def hand_over_goods(*, order_id: int, operator_id: int, reason: str = "") -> Delivery:
    """Note that goods were handed over to the member, who need not say it; again changes nothing."""
    with transaction.atomic():
        delivery = _locked(order_id)
        if _receive(delivery):
            _note(delivery, "hand_over_goods", operator_id, reason.strip())
    return delivery


def _receive(delivery: Delivery) -> bool:
    if delivery.state == DeliveryState.RECEIVED:
        return False
    if delivery.state != DeliveryState.SENT or delivery.order.state not in CONFIRMED_STATES:
        raise OrderStateError(say("these goods are not on their way"))
    delivery.state, delivery.received_at = DeliveryState.RECEIVED, timezone.now()
    delivery.save(update_fields=["state", "received_at"])
    return True


def _locked(order_id: int) -> Delivery:
    rows = Delivery.objects.select_for_update(no_key=True, of=("self",)).select_related("order")
    return rows.get(order_id=order_id)


def _note(delivery: Delivery, act: str, operator_id: int, reason: str) -> None:
    note_act(operator_id=operator_id, act=act, subject=f"order {delivery.order.number}", reason=reason)
