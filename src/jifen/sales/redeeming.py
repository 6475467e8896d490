"""Exchanging points for goods of head office's catalogue, and how the goods come to their member (S3-15, S3-16, S3-19).

Points are taken at once, and wholly; nothing of it is money. The goods are picked up at the warehouse or sent.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import waiting
from jifen.members.models import Member
from jifen.members.phones import PhoneNotValidError, normalise
from jifen.members.sealed import is_newest, seal, unseal
from jifen.sales.errors import SaleError
from jifen.sales.models import Delivery, DeliveryState, DeliveryWay, Order
from jifen.sales.orders import OrderStateError
from jifen.sales.placing import OrderKeyReusedError, Payment, place

NAME_MAX, ADDRESS_MIN, ADDRESS_MAX, TRACKING_MAX = 40, 5, 200, 100


class AddressError(SaleError):
    """Nothing can be sent to this; `field` says what is wrong: name, phone or address."""

    def __init__(self, field: str) -> None:
        sentences = {
            "name": say("say who receives the goods, with at most {most} characters", most=NAME_MAX),
            "phone": say("say under which phone the one who receives the goods is reached: 11 digits"),
            "address": say(
                "say where the goods are sent: between {least} and {most} characters",
                least=ADDRESS_MIN,
                most=ADDRESS_MAX,
            ),
        }
        super().__init__(sentences[field])
        self.field = field


@dataclass(frozen=True)
class Address:
    """Who receives goods, and where."""

    name: str
    phone: str
    address: str

    def checked(self) -> "Address":
        """Return it as it is kept; raises AddressError."""
        name, address = self.name.strip(), " ".join(self.address.split())
        if not 1 <= len(name) <= NAME_MAX:
            raise AddressError("name")
        try:
            phone = normalise(self.phone)
        except PhoneNotValidError:
            raise AddressError("phone") from None
        if not ADDRESS_MIN <= len(address) <= ADDRESS_MAX:
            raise AddressError("address")
        return Address(name, phone, address)


def redeem(*, member_id: int, items: Mapping[int, int], to: Address | None, key: str) -> Order:
    """Exchange points for pieces by product, sent to an address or picked up; the same key answers with the same order.

    Raises a SaleError, facts.record.RefusedError for points that are not there, and facts.days.NotNowError.
    """
    checked = to.checked() if to is not None else None
    with waiting(), transaction.atomic():
        Member.objects.select_for_update(no_key=True).get(pk=member_id)  # the second of two with one key waits here
        known = Order.objects.filter(member_id=member_id, key=key).exists()
        order = place(member_id, items, Payment(None), key=key)
        if not order.redemption:
            raise OrderKeyReusedError
        delivery = order.delivery
        if known and address_of(delivery) != checked:
            raise OrderKeyReusedError
        if checked is not None and not known:
            delivery.way, delivery.address_cipher = DeliveryWay.ADDRESS, _seal(order, checked)
            delivery.save(update_fields=["way", "address_cipher"])
    return order


def address_of(delivery: Delivery) -> Address | None:
    """Return where goods are sent, in clear; None where they are picked up. Who may know it is the caller's to ask."""
    if delivery.address_cipher is None:
        return None
    return Address(**json.loads(unseal(bytes(delivery.address_cipher), bound_to=_bound_to(delivery.order_id))))


def send_goods(*, order_id: int, operator_id: int, tracking: str = "", reason: str = "") -> Delivery:
    """Note that goods are on their way, or ready to be picked up; again changes nothing but the parcel's number."""
    with transaction.atomic():
        delivery = _locked(order_id)
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
    """Note that a member has the goods; again changes nothing."""
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


def rotate_addresses() -> int:
    """Close every address anew that is closed with an older key, one at a time; return how many."""
    done = 0
    for delivery_id in list(Delivery.objects.filter(address_cipher__isnull=False).values_list("pk", flat=True)):
        with transaction.atomic():
            one = Delivery.objects.select_for_update().select_related("order").get(pk=delivery_id)
            address = address_of(one)
            if address is None or one.address_cipher is None or is_newest(bytes(one.address_cipher)):
                continue
            one.address_cipher = _seal(one.order, address)
            one.save(update_fields=["address_cipher"])
            done += 1
    return done


def _receive(delivery: Delivery) -> bool:
    if delivery.state == DeliveryState.RECEIVED:
        return False
    if delivery.state != DeliveryState.SENT:
        raise OrderStateError(say("these goods are not on their way"))
    delivery.state, delivery.received_at = DeliveryState.RECEIVED, timezone.now()
    delivery.save(update_fields=["state", "received_at"])
    return True


def _locked(order_id: int) -> Delivery:
    rows = Delivery.objects.select_for_update(no_key=True, of=("self",)).select_related("order")
    return rows.get(order_id=order_id)


def _seal(order: Order, address: Address) -> bytes:
    return seal(json.dumps(asdict(address), ensure_ascii=False), bound_to=_bound_to(order.pk))


def _bound_to(order_id: int) -> str:
    return f"address of order {order_id}"


def _note(delivery: Delivery, act: str, operator_id: int, reason: str) -> None:
    note_act(operator_id=operator_id, act=act, subject=f"order {delivery.order.number}", reason=reason)
