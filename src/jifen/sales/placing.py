"""Placing an order: what it costs and how it is paid; one that points pay alone counts at once (S0-09, S0-26)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.engine.programme import Programme
from jifen.facts.days import open_day
from jifen.members.models import Member
from jifen.programmes.terms import in_force, load
from jifen.sales.addresses import Address
from jifen.sales.baskets import Choice, Entry, Wanted, fill
from jifen.sales.confirming import confirm
from jifen.sales.errors import SaleError
from jifen.sales.models import Order, OrderLine
from jifen.sales.parcels import address_of, deliver, delivery_of
from jifen.sales.pricing import CartNotValidError, Parts, Price, split_price
from jifen.sales.sellers import concession_of_goods, sell_at
from jifen.sales.stock import take_stock


class OrderKeyReusedError(SaleError):
    """The key already names another order of this member (G2)."""

    def __init__(self) -> None:
        super().__init__(
            say("this order was already sent with other contents; look at your orders, then begin a new one")
        )


@dataclass(frozen=True)
class Sent:
    """By which key and way an order is sent off, and the address to which its goods are sent, where they are."""

    key: str
    channel: str = ""
    to: Address | None = None


@dataclass(frozen=True)
class Payment:
    """What pays an order: points of a kind in minor units, money the rest.

    Without `points` it is as few as the products ask for; without a kind, the first one that may pay.
    """

    points: int | None = 0
    kind: str = ""


def quote(*, member_id: int, items: Wanted) -> Price:
    """Return what a cart or a bundle costs now, and how it may be paid (G13)."""
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=member_id)
    programme = load(in_force(programme_id, open_day(programme_id)).id)
    return fill(programme_id, items, programme).price(programme)


def place_order(
    *, member_id: int, items: Mapping[int, int], points: int | None, key: str, points_kind: str = ""
) -> Order:
    """Place an order for products and quantities, `points` (minor units) of it to be paid in points (S4-19, S0-02).

    The same key answers with the same order. Points of an order that money pays a part of are not held: they are taken
    when the payment is confirmed. An order that points pay alone is confirmed at once.
    """
    return place(member_id, items, Payment(points, points_kind), Sent(key))


def place_bundle_order(*, member_id: int, choice: Choice, points: int | None, key: str, points_kind: str = "") -> Order:
    """Place an order for a bundle of chosen products (S0-02), as `place_order` does for a cart."""
    return place(member_id, choice, Payment(points, points_kind), Sent(key))


def place(member_id: int, wanted: Wanted, payment: Payment, sent: Sent) -> Order:
    """Place an order once for each key of a member; it belongs to the region of the address that it is sent to.

    Raises AddressError for an address to which nothing can be sent.
    """
    checked = replace(sent, to=sent.to.checked() if sent.to is not None else None)
    return once(
        member_id,
        sent.key,
        same=lambda known: _same(known, wanted, payment, checked),
        make=lambda member, day: _place(member, day, wanted, payment, checked),
    )


def once(member_id: int, key: str, *, same: Callable[[Order], bool], make: Callable[[Member, date], Order]) -> Order:
    """Return the order of a member's key, made where there is none; refuse a key that names another order (G2)."""
    day = open_day(Member.objects.values_list("programme_id", flat=True).get(id=member_id))
    with transaction.atomic():
        # One order of a member at a time: the second of two with one key finds the first.
        member = Member.objects.select_for_update(no_key=True).get(id=member_id)
        known = Order.objects.filter(member=member, key=key).first()
        if known is None:
            return make(member, day)
        if not same(known):
            raise OrderKeyReusedError
        return known


def _place(member: Member, day: date, wanted: Wanted, payment: Payment, sent: Sent) -> Order:
    version = in_force(member.programme_id, day)
    programme = load(version.id)
    basket = fill(member.programme_id, wanted, programme, locked=True)
    if basket.unit:
        _check_channel(programme, sent.channel)
    price = basket.price(programme)
    parts = split_price(price, payment.points, programme, payment.kind)
    take_stock([entry.product for entry in basket.entries], basket.pieces)
    order = new_order(member, day, parts)
    order.quantity, order.product, order.bundle = basket.units, basket.product, basket.bundle
    order.version_id, order.key, order.channel = version.id, sent.key, sent.channel
    order.redemption = basket.redeemed
    if basket.sourced:
        sell_at(order, member.home_store)
    if sent.to is not None:  # where goods go is where they are sold, whatever store is named (S1-21, S2-57)
        order.region = sent.to.region
    if not basket.unit:  # packs and devices have no seller but the platform
        priced = [(entry.product, entry.price * entry.quantity) for entry in basket.entries]
        order.concession = concession_of_goods(priced, programme, order.member_id)
    order.save(force_insert=True)
    OrderLine.objects.bulk_create([_line(order, entry) for entry in basket.entries])
    deliver(order, sent.to)
    if order.cash == 0:
        confirm(order, programme)
    return order


def _check_channel(programme: Programme, channel: str) -> None:
    """Refuse devices that come by another way than the programme's (S0-78)."""
    rule = programme.units
    if rule is not None and rule.channel and rule.channel != channel:
        raise CartNotValidError(say("devices are bought through another way only: {channel}", channel=rule.channel))


def new_order(member: Member, day: date, parts: Parts) -> Order:
    """Return an order of goods with a number of its own, unsaved."""
    return Order(
        programme_id=member.programme_id,
        number=f"{day:%Y%m%d}-{_next_number():06}",
        member=member,
        amount=parts.cash + parts.points_value,
        cash=parts.cash,
        points_value=parts.points_value,
        points_paid=parts.points_paid,
        points_kind=parts.points_kind,
        placed_at=timezone.now(),
    )


def _line(order: Order, entry: Entry) -> OrderLine:
    return OrderLine(
        order=order,
        product=entry.product,
        title=entry.product.title,
        title_en=entry.product.title_en,
        price=entry.price,
        quantity=entry.quantity,
    )


def _same(order: Order, wanted: Wanted, payment: Payment, sent: Sent) -> bool:
    """Return whether an order is the one that is asked for again."""
    if isinstance(wanted, Choice):
        asked, bundle = dict.fromkeys(wanted.product_ids, wanted.quantity), wanted.bundle_id
    else:
        asked, bundle = dict(wanted), None
    contents = dict(order.lines.values_list("product_id", "quantity")) == asked and order.bundle_id == bundle
    paid = payment.points in (None, order.points_paid) and payment.kind in ("", order.points_kind)
    return contents and paid and order.channel == sent.channel and address_of(delivery_of(order)) == sent.to


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('sales_order_number')")
        return int(cursor.fetchone()[0])
