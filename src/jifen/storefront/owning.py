"""What the owner of a store sees of it on the phone; everybody else is refused (S1-26 … S1-33)."""

from datetime import UTC, date, datetime
from typing import NamedTuple

from django.db.models import Q, Sum

from jifen.engine.amounts import MONEY
from jifen.engine.digits import number_of
from jifen.engine.programme import Programme as Terms
from jifen.facts.days import open_day
from jifen.ledger.reading import daily_sums
from jifen.sales.models import Due, Order, Settlement, SettlementState
from jifen.sales.settlements import owed_to_store
from jifen.storefront.cap_table import CapTable, cap_table
from jifen.storefront.earnings import TAKINGS, earned
from jifen.storefront.figures import NOTHING, Figures, figures_of
from jifen.storefront.models import CardUse
from jifen.storefront.partners import Customer, Fund, fund_of, partners_of
from jifen.storefront.people import own_store
from jifen.storefront.terms import terms_now
from jifen.stores.models import Patron, Shareholding, Store
from jifen.stores.terms import owes_stores

REBATE = "store_rebate"
ORDERS_LISTED = 20
MICROSECONDS = 1_000_000
MOMENT_DIGITS = 17  # before the year 5139


class Span(NamedTuple):
    """A store in a time, with what the closes of these days paid its owner, in fen."""

    figures: Figures
    credited: int  # takings
    rebate: int  # for the platform's products, of all stores of the owner (S1-26)


class Dues(NamedTuple):
    """What head office owes a store of what its customers paid there, in fen (S2-05)."""

    left: int  # not in a settlement yet; refunds of what was settled before may make it negative
    proposed: int
    paid: int


class OwnersView(NamedTuple):
    """A store as its owner sees it; takings that no close has paid yet are `waiting`.

    `dues` are None where closes or periods settle.
    """

    store: Store
    day: date
    today: Span
    month: Span
    waiting: int
    fund: Fund | None
    partners: int
    shareholders: int
    uses_today: int
    dues: Dues | None


class DuePage(NamedTuple):
    """Some of what a store was owed, newest first, and its settlements; `next` as of orders."""

    dues: list[Due]
    next: str
    sums: Dues
    settlements: list[Settlement]


class OrderPage(NamedTuple):
    """Some orders of a store, newest first; `next` is where the following page begins, "" at the end."""

    orders: list[Order]
    next: str


def owners_view(member_id: int, code: str) -> OwnersView:
    """Return one's own store today and this month; raises NoSuchStoreError for anybody else's."""
    store = own_store(member_id, code)
    day, terms = open_day(store.programme_id), terms_now(store.programme_id)
    return OwnersView(
        store=store,
        day=day,
        today=span_of(store, member_id, day, day),
        month=span_of(store, member_id, day.replace(day=1), day),
        waiting=store.standing.net,
        fund=fund_of(store, terms, day),
        partners=Patron.objects.filter(store=store, partner=True).count(),
        shareholders=Shareholding.objects.filter(store=store, until_on__isnull=True).count(),
        uses_today=CardUse.objects.filter(store=store, used_on=day).count(),
        dues=dues_of(store) if owes_stores(terms) else None,
    )


def dues_of(store: Store) -> Dues:
    """Return what head office owes a store, and what it paid it."""
    settled = Settlement.objects.filter(store=store).order_by().values_list("state").annotate(sum=Sum("amount"))
    sums = dict(settled)
    return Dues(owed_to_store(store.pk), sums.get(SettlementState.PROPOSED, 0), sums.get(SettlementState.PAID, 0))


def own_dues(member_id: int, code: str, *, before: int = 0, limit: int = ORDERS_LISTED) -> DuePage:
    """Return what one's own store was owed for which order, below the id `before`, and its settlements."""
    store = own_store(member_id, code)
    rows = Due.objects.filter(store=store).select_related("order__member").order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: limit + 1])
    settlements = Settlement.objects.filter(store=store).exclude(state=SettlementState.DROPPED)
    return DuePage(
        found[:limit],
        str(found[limit - 1].pk) if len(found) > limit else "",
        dues_of(store),
        list(settlements.order_by("-number")[:ORDERS_LISTED]),
    )


def own_partners(member_id: int, code: str) -> list[Customer]:
    """Return the partners of one's own store."""
    store, terms, day = _at_hand(member_id, code)
    return partners_of(store, terms, day)


def own_cap_table(member_id: int, code: str) -> CapTable:
    """Return who holds one's own store."""
    store, _terms, day = _at_hand(member_id, code)
    return cap_table(store, day)


def own_orders(member_id: int, code: str, *, before: str = "", limit: int = ORDERS_LISTED) -> OrderPage:
    """Return orders at one's own store after the place `before` (the `next` of a page)."""
    rows = Order.objects.filter(store=own_store(member_id, code)).select_related("member")
    written, _, text = before.partition("-")
    moment, number = number_of(written, MOMENT_DIGITS), number_of(text)
    if moment is not None and number is not None:
        placed_at = datetime.fromtimestamp(moment // MICROSECONDS, UTC).replace(microsecond=moment % MICROSECONDS)
        rows = rows.filter(placed_at__lte=placed_at).filter(Q(placed_at__lt=placed_at) | Q(pk__lt=number))
    found = list(rows.order_by("-placed_at", "-pk")[: limit + 1])
    return OrderPage(found[:limit], _place(found[limit - 1]) if len(found) > limit else "")


def _place(order: Order) -> str:
    moment = order.placed_at.astimezone(UTC)
    return f"{int(moment.timestamp()) * MICROSECONDS + moment.microsecond}-{order.pk}"


def _at_hand(member_id: int, code: str) -> tuple[Store, Terms, date]:
    store = own_store(member_id, code)
    return store, terms_now(store.programme_id), open_day(store.programme_id)


def span_of(store: Store, member_id: int, first: date, last: date) -> Span:
    """Return a store in a time, with what its owner was paid."""
    sums = daily_sums(member_id, MONEY, first, last)
    return Span(
        figures=figures_of([store.pk], first, last).get(store.pk, NOTHING),
        credited=earned(store, [member_id], [TAKINGS], first, last).get((member_id, TAKINGS), 0),
        rebate=sum(amount for (_day, rule), amount in sums.items() if rule == REBATE),
    )
