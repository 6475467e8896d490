"""What paying at a store would cost and bring, and what it cost and brought (S1-01 … S1-05, S1-24, S1-33)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.kinds import PointKind
from jifen.engine.message import Message
from jifen.engine.pool import Pool as EnginePool
from jifen.engine.programme import Programme as Terms
from jifen.explain.model import percent
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.payments.chosen import is_open
from jifen.pools.models import OrderNote
from jifen.pools.reads import PoolNow
from jifen.pools.terms import PoolTerms, pool_terms
from jifen.sales.at_store import quote_at_store
from jifen.sales.errors import SaleError
from jifen.sales.models import CONFIRMED_STATES, OPEN_STATES, Order
from jifen.sales.pricing import Way
from jifen.sales.sellers import concession_at
from jifen.storefront.discounts import Bill, bill_of
from jifen.storefront.models import CardPlan
from jifen.storefront.plans import plans_of
from jifen.storefront.terms import split_rule
from jifen.stores.concessions import gives_enough
from jifen.stores.models import Store
from jifen.stores.navigation import navigation_link
from jifen.stores.regions import full_name
from jifen.stores.terms import counts_amounts, merchants_here
from jifen.web.amounts import Amount, Money
from jifen.web.reads.cards import PlanTerms, terms_of_plan
from jifen.web.reads.growth import growth_here
from jifen.web.reads.payments import PaymentRow, can_pay_online, payments_of
from jifen.web.reads.places import services_of
from jifen.web.reads.reviews import Opinions, store_opinions
from jifen.web.reads.terms import Now, read_now
from jifen.web.reads.uses import share

STORES_SHOWN = 50
WHOLE = 10_000  # hundredths of a percent
YUAN = 100  # fen
NO_WEIGHT = Amount(0, 0)


@dataclass(frozen=True)
class Purse:
    """Points that may pay a part of an amount at a store."""

    name: str
    kind: PointKind
    free: Amount
    share: str  # of the bill at most, in percent


@dataclass(frozen=True)
class Gain:
    """What an order brings: points at the price of the moment, and points for the shopping zone."""

    points: Amount
    points_kind: PointKind | None  # None without a pool
    price: str
    later: int  # days until the points are there
    shopping: Amount
    shopping_kind: PointKind | None
    weight: Amount = NO_WEIGHT  # for what the store gives up (S2-06)
    weight_kind: PointKind | None = None
    inactive: bool = False  # whether it brings nothing because the member is not activated (S2-03)


@dataclass(frozen=True)
class StoreQuote:
    """What paying an amount would cost and bring; `problem` says why it cannot be paid like this."""

    bill: Money
    due: Money
    off: Money
    cash: Money
    points: Amount
    most: Amount
    kind: PointKind | None
    gain: Gain | None = None
    problem: Message | None = None

    @property
    def seen(self) -> str:
        """What of it the payer must have looked at: what is due after the card."""
        return str(self.due.minor)


@dataclass(frozen=True)
class CardOnSale:
    """A card that a store sells."""

    plan: CardPlan
    terms: PlanTerms


@dataclass(frozen=True)
class StorePage:
    """A store to somebody who pays there."""

    store: Store
    place: str
    purses: list[Purse]
    card: str  # what the member's card takes off, in percent; "" without one
    plans: list[CardOnSale]
    online: bool  # whether a provider takes the money
    services: Sequence[str] = ()
    navigation: str = ""
    gives_nothing: bool = False  # whether it has to give a concession, and gives none (S2-05)
    opinions: Opinions | None = None
    own: bool = False  # whether a merchant stands before his own store: it gives up nothing to him
    own_closed: bool = False  # whether he cannot pay there at all

    @property
    def has_points(self) -> bool:
        """Whether there is anything to choose from."""
        return any(purse.free for purse in self.purses)


@dataclass(frozen=True)
class Receipt:
    """An order at a store, and what it brought."""

    order: Order
    store: Store
    amount: Money
    points: Amount
    kind: PointKind | None
    cash: Money
    refunded: Money
    counts: bool
    open: bool
    online: bool  # whether it can be paid through a provider
    payments: list[PaymentRow]  # through providers
    gain: Gain | None


def store_at(programme_id: int, code: str) -> Store | None:
    """Return a store of a programme by its code."""
    return Store.objects.filter(programme_id=programme_id, code=code).first()


def read_stores(member: Member, text: str) -> list[tuple[Store, str]]:
    """Return stores with the places they are in: one's home store first, then those where one bought, then others."""
    found = Store.objects.filter(programme_id=member.programme_id, active=True)
    if text.strip():
        wanted = text.strip()
        by_name = Q(title__icontains=wanted) | Q(title_en__icontains=wanted)
        found = found.filter(by_name | Q(address__icontains=wanted) | Q(code__iexact=wanted))
    known = Store.objects.filter(Q(pk=member.home_store_id) | Q(patrons__member=member)).values("pk")
    mine = list(found.filter(pk__in=known).order_by("title", "pk")[:STORES_SHOWN])
    others = list(found.exclude(pk__in=known).order_by("title", "pk")[:STORES_SHOWN])
    mine.sort(key=lambda one: one.pk != member.home_store_id)
    return [(one, full_name(one.region)) for one in (*mine, *others)][:STORES_SHOWN]


def read_store_page(member: Member, store: Store) -> StorePage:
    """Return a store with the ways in which a member may pay there."""
    now, purses = read_now(member.programme_id), balances(member.pk)
    bill = bill_of(member.pk, store.pk, YUAN)
    card = bill.card.plan.visit_off if bill.card is not None else 0
    plans = [plan for plan in plans_of(store.pk) if plan.active]
    return StorePage(
        store=store,
        place=full_name(store.region),
        purses=[
            Purse(
                rule.kind,
                now.terms.kinds[rule.kind],
                Amount(purses.get((rule.kind, "free"), 0), now.terms.kinds[rule.kind].decimals),
                share(rule.share_max),
            )
            for rule in now.terms.spends
            if rule.pays == "goods" and not rule.product and not merchants_here(now.terms)
        ],
        card=percent(card, WHOLE) if card else "",
        plans=[CardOnSale(plan, terms_of_plan(plan, now.terms)) for plan in plans] if bill.card is None else [],
        online=is_open(member.programme),
        services=services_of(store),
        navigation=navigation_link(store),
        gives_nothing=not gives_enough(now.terms, store.concession),
        opinions=store_opinions(store.pk),
        own=store.owner_id == member.pk and merchants_here(now.terms),
        own_closed=store.owner_id == member.pk and counts_amounts(now.terms),
    )


def read_store_quote(member: Member, store: Store, asked: tuple[int, int, str]) -> StoreQuote | None:
    """Return what it costs to pay an amount (fen) with so many points of a kind; None for no amount."""
    amount, points, kind = asked
    if amount < 1:
        return None
    bill, now = bill_of(member.pk, store.pk, amount), read_now(member.programme_id)
    try:
        price = quote_at_store(member_id=member.pk, store_id=store.pk, amount=bill.due)
    except SaleError as error:
        return _quote(bill, None, 0, problem=error.message)
    way = price.way(kind) or price.ways[0]
    gain = weighed(_gain(now, store, bill.due), now.terms, member, concession_at(store, bill.due, member.pk))
    if not way.kind:
        return _quote(bill, None, 0, gain=gain)
    free = balances(member.pk).get((way.kind, "free"), 0)
    most = min(way.most, free - free % way.scale)
    used = max(min(points, most), 0)
    return _quote(bill, (way, now.terms.kinds[way.kind], most), used, gain=gain)


def read_receipt(member: Member, number: str) -> Receipt | None:
    """Return an order of the member at a store; what is bought in the mall has pages of its own."""
    found = Order.objects.filter(member=member, number=number, store__isnull=False, lines__isnull=True)
    order = found.select_related("store").first()
    if order is None:
        return None
    assert order.store is not None
    now = read_now(member.programme_id)
    kind = now.terms.kinds[order.points_kind] if order.points_kind else None
    counts = order.state in CONFIRMED_STATES
    return Receipt(
        order=order,
        store=order.store,
        amount=Money(order.amount),
        points=Amount(order.points_paid, kind.decimals if kind is not None else 0),
        kind=kind,
        cash=Money(order.cash),
        refunded=Money(order.refunded),
        counts=counts,
        open=order.state in OPEN_STATES,
        online=can_pay_online(order),
        payments=payments_of(order),
        gain=_gained(now, order) if counts else None,
    )


def _quote(
    bill: Bill,
    way: tuple[Way, PointKind, int] | None,
    used: int,
    *,
    gain: Gain | None = None,
    problem: Message | None = None,
) -> StoreQuote:
    kind, decimals, scale, most = None, 0, 1, 0
    if way is not None:
        kind, decimals, scale, most = way[1], way[1].decimals, way[0].scale, way[2]
    return StoreQuote(
        bill=Money(bill.full),
        due=Money(bill.due),
        off=Money(bill.off),
        cash=Money(bill.due - used // scale),
        points=Amount(used, decimals),
        most=Amount(most, decimals),
        kind=kind,
        gain=gain,
        problem=problem,
    )


def _gain(now: Now, store: Store, amount: int) -> Gain:
    """Return what an order of an amount at a store would bring at the price of this moment."""
    split, pool, here = split_rule(now.terms), pool_terms(now.terms), growth_here(store.programme_id)
    minted, price = 0, ""
    if split is not None and pool is not None and here is not None:
        rate = Rate.parse(store.rate) if store.rate is not None else None
        minted = _minted(here.pool, pool, split.parts(amount, rate, pooled=True).share)
        price = here.price
    shopping = now.terms.shopping
    granted = shopping.multiple.floor(amount * _unit(now, shopping.kind)) if shopping is not None else 0
    return _as_gain(now, minted, granted, price)


def weighed(gain: Gain, terms: Terms, member: Member, concession: int) -> Gain:
    """Return a gain with the points that a concession (fen) would bring to the member now (S2-03, S2-06)."""
    rule = terms.concession
    if rule is None or not concession:
        return gain
    kind = terms.kinds[rule.kind]
    able = not rule.active_only or member.standing.active > 0
    points = rule.member.floor(concession * 10 ** (kind.decimals - MONEY_DECIMALS)) if able else 0
    return replace(gain, weight=Amount(points, kind.decimals), weight_kind=kind, inactive=not able)


def _gained(now: Now, order: Order) -> Gain | None:
    """Return what an order brought, as its fact noted it."""
    note = OrderNote.objects.filter(tick=order.fact_id or 0).first()
    if note is None:
        return None
    gain, rule = _as_gain(now, note.minted, note.shopping, "", waits=note.pending), now.terms.concession
    if rule is None or not note.weight:
        return gain
    kind = now.terms.kinds[rule.kind]
    return replace(gain, weight=Amount(note.weight, kind.decimals), weight_kind=kind)


def _as_gain(now: Now, minted: int, shopping: int, price: str, *, waits: bool = True) -> Gain:
    pool, rule = pool_terms(now.terms), now.terms.shopping
    kinds = now.terms.kinds
    return Gain(
        points=Amount(minted, pool.decimals if pool is not None else 0),
        points_kind=kinds[pool.kind] if pool is not None else None,
        price=price,
        later=pool.mint_after_days if pool is not None and waits else 0,
        shopping=Amount(shopping, kinds[rule.kind].decimals if rule is not None else 0),
        shopping_kind=kinds[rule.kind] if rule is not None else None,
    )


def _minted(pool: PoolNow, terms: PoolTerms, given: int) -> int:
    price = pool.price
    engine = EnginePool(price.money, price.supply, money=pool.money, supply=pool.supply)
    return engine.mintable(given, terms.minted)


def _unit(now: Now, kind: str) -> int:
    return int(10 ** (now.terms.kinds[kind].decimals - MONEY_DECIMALS))
