"""The way of an order: placed → paid → confirmed, or cancelled; sandbox only, there is no live payment path."""

from collections.abc import Mapping
from datetime import date

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day
from jifen.facts.new import NewOrder
from jifen.facts.record import record_order
from jifen.members.models import Member
from jifen.programmes.terms import in_force, load
from jifen.sales.errors import SaleError
from jifen.sales.models import CONFIRMED_STATES, OPEN_STATES, Order, OrderLine, OrderState, Product
from jifen.sales.money import take_payment
from jifen.sales.pricing import CartNotValidError, Price, check_cart, price_cart, split_price


class OrderKeyReusedError(SaleError):
    """The key already names another order of this member (G2)."""

    def __init__(self) -> None:
        super().__init__(
            say("this order was already sent with other contents; look at your orders, then begin a new one")
        )


class OutOfStockError(SaleError):
    """There is less of a product than was ordered."""

    def __init__(self, product: Product) -> None:
        super().__init__(say("only {stock} of {product} left", stock=product.stock, product=product.title))
        self.product = product


class OrderStateError(SaleError):
    """The order stands where this can no longer be done."""


class ReasonMissingError(SaleError):
    """An operator's act needs a reason."""

    def __init__(self) -> None:
        super().__init__(say("give a reason; the member and other operators will read it"))


def quote(*, member_id: int, items: Mapping[int, int]) -> Price:
    """Return what a cart costs now, and how many points may pay for it (G13)."""
    check_cart(items)
    programme_id = Member.objects.values_list("programme_id", flat=True).get(id=member_id)
    programme = load(in_force(programme_id, open_day(programme_id)).id)
    return price_cart(_on_sale(programme_id, items, locked=False), items, programme)


def place_order(*, member_id: int, items: Mapping[int, int], points: int, key: str) -> Order:
    """Place an order for products and quantities, `points` (minor units) of it to be paid in points (S4-19).

    The same key answers with the same order. Points are not held: they are taken when the payment is confirmed.
    """
    check_cart(items)
    day = open_day(Member.objects.values_list("programme_id", flat=True).get(id=member_id))
    with transaction.atomic():
        # One order of a member at a time: the second of two with one key finds the first.
        member = Member.objects.select_for_update(no_key=True).get(id=member_id)
        known = Order.objects.filter(member=member, key=key).first()
        if known is not None:
            return _same_order(known, items, points)
        return _place(member, day, items=items, points=points, key=key)


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
        if order.state in CONFIRMED_STATES:
            return order
        if order.state == OrderState.CANCELLED:
            raise OrderStateError(say("a cancelled order cannot be confirmed"))
        recorded = record_order(
            NewOrder(
                programme_id=order.programme_id,
                member_id=order.member_id,
                order_code=order.number,
                amount=order.amount,
                points_paid=order.points_paid,
                version_id=order.version_id,
                actor=f"operator/{operator_id}",
            )
        )
        order.reserved = take_payment(order, day=recorded.business_date, operator_id=operator_id)
        order.state, order.confirmed_at, order.confirmed_by_id = OrderState.CONFIRMED, timezone.now(), operator_id
        order.fact_id, order.business_date = recorded.fact_id, recorded.business_date
        order.save()
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


def _place(member: Member, day: date, *, items: Mapping[int, int], points: int, key: str) -> Order:
    version = in_force(member.programme_id, day)
    programme = load(version.id)
    products = _on_sale(member.programme_id, items, locked=True)
    price = price_cart(products, items, programme)
    parts = split_price(price, points, programme)
    _take_stock(products, items)
    order = Order.objects.create(
        programme_id=member.programme_id,
        number=f"{day:%Y%m%d}-{_next_number():06}",
        member=member,
        version_id=version.id,
        amount=price.amount,
        cash=parts.cash,
        points_value=parts.points_value,
        points_paid=parts.points_paid,
        key=key,
        placed_at=timezone.now(),
    )
    OrderLine.objects.bulk_create([_line(order, product, items[product.id]) for product in products])
    return order


def _line(order: Order, product: Product, quantity: int) -> OrderLine:
    return OrderLine(
        order=order,
        product=product,
        title=product.title,
        title_en=product.title_en,
        price=product.price,
        quantity=quantity,
    )


def _same_order(order: Order, items: Mapping[int, int], points: int) -> Order:
    if dict(order.lines.values_list("product_id", "quantity")) != dict(items) or order.points_paid != points:
        raise OrderKeyReusedError
    return order


def _on_sale(programme_id: int, items: Mapping[int, int], *, locked: bool) -> list[Product]:
    """Return the products of a cart in the order of their ids, in which they are locked."""
    products = Product.objects.filter(programme_id=programme_id, active=True, id__in=items).order_by("id")
    found = list(products.select_for_update(no_key=True) if locked else products)
    if len(found) < len(items):
        raise CartNotValidError(say("a product of the cart is no longer on sale; remove it"))
    return found


def _take_stock(products: list[Product], items: Mapping[int, int]) -> None:
    for product in products:
        if product.stock is None:
            continue
        if product.stock < items[product.id]:
            raise OutOfStockError(product)
        Product.objects.filter(id=product.id).update(stock=F("stock") - items[product.id])


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('sales_order_number')")
        return int(cursor.fetchone()[0])


def _cancel(order: Order) -> bool:
    """Cancel a locked order and put its products back in stock; return whether anything changed."""
    if order.state == OrderState.CANCELLED:
        return False
    if order.state not in OPEN_STATES:
        raise OrderStateError(say("a confirmed order cannot be cancelled; refund it instead"))
    quantities = dict(order.lines.values_list("product_id", "quantity"))
    for product in Product.objects.filter(id__in=quantities).order_by("id").select_for_update(no_key=True):
        if product.stock is not None:
            Product.objects.filter(id=product.id).update(stock=F("stock") + quantities[product.id])
    order.state, order.cancelled_at = OrderState.CANCELLED, timezone.now()
    order.save(update_fields=["state", "cancelled_at"])
    return True


def _note(order: Order, act: str, *, operator_id: int, reason: str) -> None:
    note_act(operator_id=operator_id, act=act, subject=f"order {order.number}", reason=reason)
