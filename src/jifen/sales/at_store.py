"""Paying at a store: an amount and no products, in points, in money, or in both (S1-01, S1-12, S1-27).

Where the document has concessions a store gives one, or nobody pays there (S2-05); to its owner it gives up nothing.
Where merchants settle in points buy in the mall only (S2-43).
"""

from datetime import date
from typing import NotRequired, TypedDict, Unpack

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.message import say
from jifen.engine.programme import Programme
from jifen.facts.days import open_day, waiting
from jifen.members.models import Member
from jifen.programmes.terms import in_force, load
from jifen.sales.confirming import confirm
from jifen.sales.errors import SaleError
from jifen.sales.models import PRICE_MAX, Order
from jifen.sales.placing import new_order, once
from jifen.sales.pricing import Part, Price, price_parts, split_price
from jifen.sales.sellers import concession_at, sell_at
from jifen.stores.concessions import gives_enough
from jifen.stores.models import Store
from jifen.stores.terms import counts_amounts, has_concessions, merchants_here


class StoreSaleError(SaleError):
    """The store does not sell this to this member."""


class StoreSale(TypedDict):
    """Who pays how much (fen) at which store: `points` (minor units of `points_kind`) a part of it, money the rest.

    Without a number of points it is as few as the programme asks for. `product` is what the document calls it where it
    is more than an amount, such as a card (S1-33).
    """

    member_id: int
    store_id: int
    amount: int
    points: int | None
    points_kind: NotRequired[str]
    key: str
    product: NotRequired[str]
    note: NotRequired[str]


def quote_at_store(*, member_id: int, store_id: int, amount: int, product: str = "") -> Price:
    """Return how an amount (fen) at a store may be paid now; refuse what pay_at_store refuses."""
    member = Member.objects.get(id=member_id)
    programme = load(in_force(member.programme_id, open_day(member.programme_id)).id)
    _open_store(member, store_id, programme)
    return _price(amount, product, programme)


def pay_at_store(**sale: Unpack[StoreSale]) -> Order:
    """Pay an amount at a store; the same key answers with the same order (S1-01).

    What points pay alone counts at once. Otherwise the order waits until a payment provider has seen its money come
    (jifen.payments), or an operator confirms it. Raises a SaleError, facts.record.RefusedError for points that are not
    there, and facts.days.NotNowError.
    """
    with waiting():
        return once(
            sale["member_id"],
            sale["key"],
            same=lambda known: _same(known, sale),
            make=lambda member, day: _pay(member, day, sale),
        )


def _pay(member: Member, day: date, sale: StoreSale) -> Order:
    version = in_force(member.programme_id, day)
    programme = load(version.id)
    store, product = _open_store(member, sale["store_id"], programme), sale.get("product", "")
    price = _price(sale["amount"], product, programme)
    order = new_order(member, day, split_price(price, sale["points"], programme, sale.get("points_kind", "")))
    order.version_id, order.key, order.product = version.id, sale["key"], product
    order.note = sale.get("note", "").strip()
    sell_at(order, store)
    if merchants_here(programme):
        order.concession = concession_at(store, order.amount, member.pk)
    order.save(force_insert=True)
    if order.cash == 0:
        confirm(order, programme)
    return order


def _open_store(member: Member, store_id: int, programme: Programme) -> Store:
    store = Store.objects.filter(programme_id=member.programme_id, id=store_id).first()
    if store is None:
        raise StoreSaleError(say("there is no such store in your programme; scan its code again"))
    if not store.active:
        raise StoreSaleError(say("{store} sells nothing here at the moment; ask the operator", store=store.title))
    if has_concessions(programme) and not store.concession:
        raise StoreSaleError(say("{store} gives no concession yet, so nobody can pay there", store=store.title))
    if not gives_enough(programme, store.concession):
        raise StoreSaleError(say("{store} gives less than the concession that all stores give, so nobody can pay there",
                                 store=store.title))  # fmt: skip
    if store.owner_id == member.pk and counts_amounts(programme):
        raise StoreSaleError(say("{store} is yours: what you would pay there comes back to you", store=store.title))
    return store


def _price(amount: int, product: str, programme: Programme) -> Price:
    if not 1 <= amount <= PRICE_MAX:
        most = format_amount(PRICE_MAX, MONEY_DECIMALS)
        raise StoreSaleError(say("an amount at a store is between 0.01 and {most}", most=most))
    named = {rule.product for rule in (programme.units, programme.sourced) if rule is not None}
    if product in named or (programme.packs is not None and programme.packs.pack_of(product) is not None):
        raise StoreSaleError(say("{product} is bought in the mall, and not at a store", product=product))
    points = not merchants_here(programme)
    return price_parts((Part(amount, {}, points_allowed=points, whole=points),), programme, product=product)


def _same(order: Order, sale: StoreSale) -> bool:
    """Return whether an order is the one that is asked for again."""
    sold = (order.store_id, order.amount, order.product) == (sale["store_id"], sale["amount"], sale.get("product", ""))
    points, kind = sale["points"], sale.get("points_kind", "")
    return sold and points in (None, order.points_paid) and kind in ("", order.points_kind)
