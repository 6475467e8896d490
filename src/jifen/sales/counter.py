"""Sales that a store rings up at its own counter, for members who stand before it (S3-12, S3-28, S3-Q3).

The store takes the money itself, so that none of it comes to head office; or the member's stored value pays. A sale
counts on the day when it reaches us, with the key that its device gave it: what comes again is the sale that was.
"""

from datetime import date, datetime, timedelta
from typing import Literal, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.message import say
from jifen.engine.programme import Programme
from jifen.facts.days import waiting
from jifen.members.models import Member
from jifen.programmes.terms import in_force, load
from jifen.sales.confirming import COUNTER, confirm
from jifen.sales.errors import SaleError
from jifen.sales.models import PRICE_MAX, Order, Refund
from jifen.sales.placing import OrderKeyReusedError, new_order, once
from jifen.sales.pricing import MONEY_ONLY, Parts, points_to_fen
from jifen.sales.refunds import NewRefund, locked_order, refund_locked
from jifen.sales.sellers import sell_at
from jifen.stores.models import Store

CASH, STORED_VALUE = "cash", "stored_value"
AT_STORE = "at_store"  # what a kind of points pays that pays at stores
LATE_MAX = timedelta(days=7)  # from a sale without a connection until it reaches us

By = Literal["cash", "stored_value"]


class CounterError(SaleError):
    """The store cannot ring this up."""


class CounterSale(TypedDict):
    """What a store rings up: for whom, how much (fen), how it was paid, and by which key it comes once.

    `at` is when the device rang it up, `pay_step` the minute of the code by which the member let stored value be taken.
    """

    store_id: int
    member_id: int
    amount: int
    by: By
    key: str
    at: NotRequired[datetime | None]
    pay_step: NotRequired[int | None]


def sell_at_counter(**sale: Unpack[CounterSale]) -> Order:
    """Let a sale at a store's counter count; the same key of the store answers with the same order.

    Raises a SaleError, facts.record.RefusedError for stored value that is not there, and facts.days.NotNowError.
    """
    known = rung_up(sale["store_id"], sale["key"])
    if known is not None:
        if not _same(known, sale):
            raise OrderKeyReusedError
        return known
    with waiting():
        return once(
            sale["member_id"],
            sale["key"],
            same=lambda order: _same(order, sale),
            make=lambda member, day: _ring_up(member, day, sale),
        )


def rung_up(store_id: int, key: str) -> Order | None:
    """Return the order that a key of a store's counter made, None where it has not come yet."""
    return Order.objects.filter(store_id=store_id, key=key, rung_up=True).select_related("member").first()


def refund_at_counter(order: Order, amount: int, key: str, *, reason: str = "") -> Refund:
    """Refund a part of what a store rang up (fen); money that it took it gives back itself, stored value comes back.

    The same key answers with the same refund. Raises a SaleError and facts.days.NotNowError.
    """
    with waiting(), transaction.atomic():
        found = locked_order(order.pk)
        if not found.rung_up:
            raise CounterError(say("the store refunds what it rang up itself; the operator refunds the rest"))
        return refund_locked(found, NewRefund(amount, reason.strip() or "at the counter", key))


def stored_kind(programme: Programme) -> str:
    """Return the kind of points that pays at stores, "" where none does."""
    return next((rule.kind for rule in programme.spends if rule.pays == AT_STORE), "")


def _ring_up(member: Member, day: date, sale: CounterSale) -> Order:
    version = in_force(member.programme_id, day)
    programme = load(version.id)
    store = _open_store(member, sale, programme)
    order = new_order(member, day, _parts(sale, programme))
    order.version_id, order.key, order.rung_up = version.id, sale["key"], True
    order.taken_by_store = order.cash > 0
    order.placed_at = _moment(sale)
    order.pay_step = _pay_step(member, sale)
    sell_at(order, store)
    order.save(force_insert=True)
    confirm(order, programme, provider=COUNTER)
    return order


def _open_store(member: Member, sale: CounterSale, programme: Programme) -> Store:
    if programme.store_grant is None:
        raise CounterError(say("this programme has no sales at counters"))
    store = Store.objects.filter(programme_id=member.programme_id, id=sale["store_id"]).first()
    if store is None:
        raise CounterError(say("this card belongs to another programme"))
    if not store.active:
        raise CounterError(say("{store} sells nothing here at the moment; ask the operator", store=store.title))
    return store


def _parts(sale: CounterSale, programme: Programme) -> Parts:
    amount = sale["amount"]
    if not 1 <= amount <= PRICE_MAX:
        most = format_amount(PRICE_MAX, MONEY_DECIMALS)
        raise CounterError(say("an amount at a store is between 0.01 and {most}", most=most))
    if sale["by"] == CASH:
        return Parts(cash=amount, points_value=0, points_paid=0, points_kind=MONEY_ONLY)
    kind = stored_kind(programme)
    if not kind:
        raise CounterError(say("nothing but money pays at stores of this programme"))
    points = amount * points_to_fen(programme, kind)
    return Parts(cash=0, points_value=amount, points_paid=points, points_kind=kind)


def _moment(sale: CounterSale) -> datetime:
    """Return when a sale was rung up; a clock that runs ahead counts as now."""
    now, at = timezone.now(), sale.get("at")
    if at is not None and at < now - LATE_MAX:
        days = LATE_MAX // timedelta(days=1)
        raise CounterError(say("this sale is older than {days} days; ask the operator to enter it", days=days))
    return min(at or now, now)


def _pay_step(member: Member, sale: CounterSale) -> int | None:
    """Return the minute of the member's code, which pays once; the member is locked."""
    step = sale.get("pay_step")
    if step is not None and Order.objects.filter(member=member, pay_step=step).exists():
        raise CounterError(say("this code has paid already; let the member show the next one, a minute later"))
    return step


def _same(order: Order, sale: CounterSale) -> bool:
    """Return whether an order is the sale that comes again."""
    told = (sale["store_id"], sale["member_id"], sale["amount"], sale["by"] == CASH)
    return order.rung_up and (order.store_id, order.member_id, order.amount, order.taken_by_store) == told
