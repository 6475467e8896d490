"""How what was bought or exchanged comes to its member: where to, and how far it is (S2-02, S2-21, S3-15, S3-19)."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from jifen.facts.acts import note_act
from jifen.members.sealed import is_newest
from jifen.sales.addresses import Address, open_address, rotate_kept_addresses, seal_address
from jifen.sales.models import Delivery, DeliveryState, DeliveryWay, Order


def delivery_of(order: Order) -> Delivery | None:
    """Return how an order comes to its member; None where nothing is sent."""
    return getattr(order, "delivery", None)


def deliver(order: Order, to: Address | None) -> None:
    """Note where an order that was just saved is sent; what was exchanged and is not sent is picked up."""
    if to is None and not order.redemption:
        return
    Delivery.objects.create(
        order=order,
        programme_id=order.programme_id,
        way=DeliveryWay.PICK_UP if to is None else DeliveryWay.ADDRESS,
        address_cipher=None if to is None else seal_address(to, bound_to=_bound_to(order.pk)),
    )


def address_of(delivery: Delivery | None) -> Address | None:
    """Return where goods are sent, in clear; None where they are not. Who may know it is the caller's to ask."""
    if delivery is None or delivery.address_cipher is None:
        return None
    return open_address(bytes(delivery.address_cipher), bound_to=_bound_to(delivery.order_id))


def read_address(*, order_id: int, operator_id: int) -> Address | None:
    """Return where an order is sent to an operator who sends it; the reading is noted."""
    with transaction.atomic():
        delivery = Delivery.objects.select_related("order").filter(order_id=order_id).first()
        found = address_of(delivery)
        if delivery is not None and found is not None:
            note_act(operator_id=operator_id, act="read_address", subject=f"order {delivery.order.number}")
    return found


def read_addresses(deliveries: Sequence[Delivery], *, operator_id: int) -> list[Address | None]:
    """Return where many orders are sent to an operator who sends them; the reading is noted once, with its extent."""
    found = [address_of(one) for one in deliveries]
    numbers = [one.order.number for one, address in zip(deliveries, found, strict=True) if address is not None]
    if numbers:
        subject = f"{len(numbers)} orders, {min(numbers)} … {max(numbers)}"
        note_act(operator_id=operator_id, act="read_addresses", subject=subject)
    return found


def call_off(order: Order) -> None:
    """Send no more what waits to be sent; what is on its way already is the member's to return."""
    waits = Delivery.objects.filter(order=order, state=DeliveryState.WAITING)
    waits.update(state=DeliveryState.CALLED_OFF)


def come_back(order: Order) -> None:
    """Note that what was on its way did not arrive."""
    under_way = Delivery.objects.filter(order=order, state__in=[DeliveryState.WAITING, DeliveryState.SENT])
    under_way.update(state=DeliveryState.CALLED_OFF, sent_at=None, sent_by=None)


def arrive(order: Order) -> None:
    """Note that a member has an order, whether or not somebody had noted that it was sent."""
    delivery = Delivery.objects.select_for_update(no_key=True).filter(order=order).first()
    if delivery is None or delivery.state not in (DeliveryState.WAITING, DeliveryState.SENT):
        return
    moment = timezone.now()
    delivery.state, delivery.received_at = DeliveryState.RECEIVED, moment
    delivery.sent_at = delivery.sent_at or moment
    delivery.save(update_fields=["state", "received_at", "sent_at"])


def rotate_addresses() -> int:
    """Close every address anew that is closed with an older key, of orders and of members' books; return how many."""
    done = rotate_kept_addresses()
    for delivery_id in list(Delivery.objects.filter(address_cipher__isnull=False).values_list("pk", flat=True)):
        with transaction.atomic():
            one = Delivery.objects.select_for_update().get(pk=delivery_id)
            address = address_of(one)
            if address is None or one.address_cipher is None or is_newest(bytes(one.address_cipher)):
                continue
            one.address_cipher = seal_address(address, bound_to=_bound_to(one.order_id))
            one.save(update_fields=["address_cipher"])
            done += 1
    return done


def _bound_to(order_id: int) -> str:
    return f"address of order {order_id}"
