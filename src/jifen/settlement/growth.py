"""What the close of a growth programme needs beside members and lots: pool, stores, territories, orders of the day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from jifen.engine.book import Book
from jifen.engine.days import day_number
from jifen.engine.facts import NOBODY, Int64s, Orders, Stores
from jifen.engine.lines import ACCOUNTS
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.engine.trade import Sale, Shareholder
from jifen.facts.models import Fact
from jifen.facts.pooled import engine_pool
from jifen.facts.terms import Terms
from jifen.facts.trade import engine_note, engine_patron, holders_on, rate_of, stores_of
from jifen.ledger.columns import Rows, read_columns
from jifen.ledger.reading import programme_balances
from jifen.pools.models import OrderNote, Pool
from jifen.stores.models import Patron, Shareholding, Store, StoreStanding

HOLDING = ("points", "consumption", "exits", "since")
HOLDINGS = "SELECT member_id, points, consumption, exits::bigint, since FROM pools_holding WHERE programme_id = %s"
HOLDING_DTYPE = np.dtype([(name, "i8") for name in ("member_id", *HOLDING)])
Refunds = dict[int, tuple[tuple[int, int], ...]]  # by the order's tick: (day, total after) of each


@dataclass
class Growth:
    """What was read of it, to be compared with what the close leaves."""

    terms: Terms
    day: date
    orders: list[Fact] = field(default_factory=list)  # of the day, and those that wait for their mint
    refunds: Refunds = field(default_factory=dict)
    notes: dict[int, OrderNote] = field(default_factory=dict)  # of orders that wait for their mint, by tick
    weights: dict[int, int] = field(default_factory=dict)  # by tick: the points that the day's orders brought
    stores: list[Store] = field(default_factory=list)
    standings: dict[int, StoreStanding] = field(default_factory=dict)  # by store's id
    patrons: list[Patron] = field(default_factory=list)
    pool: Pool | None = None
    holdings: Rows = field(default_factory=lambda: np.zeros(0, HOLDING_DTYPE))

    @property
    def concerned(self) -> bool:
        """Whether a close of any version goes by it."""
        return bool(self.terms.notes_orders or self.terms.pool_kind)

    def columns(self, number: dict[int, int]) -> Stores:
        """Return the stores; `number` are those of members by id."""
        return stores_of(self.stores, number)


def read_growth(programme_id: int, terms: Terms, day: date) -> Growth:
    """Read what the close of a day goes by; nothing where no version has a pool or shares in orders."""
    growth = Growth(terms, day)
    if not growth.concerned:
        return growth
    ours = Fact.objects.filter(programme_id=programme_id)
    growth.notes = {note.tick: note for note in OrderNote.objects.filter(programme_id=programme_id, pending=True)}
    today = ours.filter(type=Fact.Type.ORDER, business_date=day)
    growth.orders = sorted({*today, *ours.filter(tick__in=growth.notes)}, key=lambda order: order.tick)
    growth.refunds = _refunds([order.tick for order in growth.orders])
    if terms.gives_weight:
        noted = OrderNote.objects.filter(tick__in=today.values("tick"), weight__gt=0)
        growth.weights = dict(noted.values_list("tick", "weight"))
    growth.stores = list(Store.objects.filter(programme_id=programme_id).order_by("joined_tick"))
    growth.standings = {one.pk: one for one in StoreStanding.objects.filter(store__programme_id=programme_id)}
    growth.patrons = list(Patron.objects.filter(store__programme_id=programme_id))
    growth.pool = Pool.objects.filter(pk=programme_id).first()
    growth.holdings = read_columns(HOLDINGS, HOLDING_DTYPE, (programme_id,))
    return growth


def growth_orders(growth: Growth, lots: Int64s, owner: Int64s, ids: Int64s) -> tuple[Orders, Int64s]:
    """Return the orders of a close, those of lots first, and their ticks."""
    known = set(lots.tolist())
    more = [order for order in growth.orders if order.tick not in known]
    ticks = np.concatenate([lots, np.array([order.tick for order in more], np.int64)])
    by_tick = {order.tick: order for order in growth.orders}
    facts = [by_tick.get(tick) for tick in ticks.tolist()]
    member = np.concatenate([owner, np.array([order.member_id for order in more], np.int64)])
    today = growth.terms.versions.index_on(day_number(growth.day))
    number = {store.pk: at for at, store in enumerate(growth.stores)}
    orders = Orders(
        codes=[fact.order_code if fact else "" for fact in facts],
        member=np.searchsorted(ids, member).astype(np.int32),
        at=ticks,
        day=np.array([day_number(fact.business_date) if fact else 0 for fact in facts], np.int32),
        amount=np.array([fact.amount if fact else 0 for fact in facts], np.int64),
        points_paid=np.array([fact.points_paid if fact else 0 for fact in facts], np.int64),
        terms=np.array([_version(growth.terms, fact) if fact else today for fact in facts], np.int32),
        product=[fact.product if fact else "" for fact in facts],
        store=np.array([number.get(fact.store_id or 0, NOBODY) if fact else NOBODY for fact in facts], np.int32),
        region=[fact.region if fact else "" for fact in facts],
        rate=[rate_of(fact.rate) if fact else None for fact in facts],
    )
    return orders, ticks


def fill_growth(growth: Growth, replay: Replay, ids: Int64s, ticks: Int64s) -> None:
    """Put it into the book of a close."""
    if not growth.concerned:
        return
    number = {member: at for at, member in enumerate(ids.tolist())}
    _fill_pool(growth, replay, ids)
    _fill_stores(growth, replay, number)
    _fill_orders(growth, replay, number, {tick: at for at, tick in enumerate(ticks.tolist())})


def fill_accounts(programme_id: int, terms: Terms, replay: Replay) -> None:
    """Put what the programme's own accounts hold into the book, where a close pays out of them."""
    if not terms.divides_orders and not terms.pool_kind and not terms.token:
        return
    for (kind, role), amount in programme_balances(programme_id).items():
        if kind in replay.book.accounts and role in ACCOUNTS:
            replay.book.accounts[kind][ACCOUNTS.index(role)] = amount


def _fill_pool(growth: Growth, replay: Replay, ids: Int64s) -> None:
    book, rows = replay.book, growth.holdings
    if not growth.terms.pool_kind:
        return
    number = np.searchsorted(ids, rows["member_id"])
    position = book.forest.layout.position[number]
    for name, column in zip(HOLDING, columns_of(book, growth.terms.pool_kind), strict=True):
        column[position] = rows[name]
    if growth.pool is not None:
        book.pool = engine_pool(growth.pool)
        columns = (number, rows["consumption"], rows["points"], rows["since"])
        book.pool.queue.fill(zip(*(column.tolist() for column in columns), strict=True))


def columns_of(book: Book, kind: str) -> tuple[Int64s, ...]:
    """Return what holdings are of, by position: points, consumption, exits, since."""
    return book.free[kind], book.consumption, book.exits, book.since


def _fill_stores(growth: Growth, replay: Replay, number: dict[int, int]) -> None:
    book, at_store = replay.book, {store.pk: at for at, store in enumerate(growth.stores)}
    for store, one in growth.standings.items():
        at = at_store[store]
        book.stores.turnover[at], book.stores.net[at], book.stores.fund[at] = one.turnover, one.net, one.fund
    for patron in growth.patrons:
        book.patrons.setdefault(at_store[patron.store_id], {})[number[patron.member_id]] = engine_patron(patron)
    book.partner_rule = any(patron.partner for patron in growth.patrons) or None
    for row in Shareholding.objects.filter(store__programme_id=growth.terms.programme_id, until_on__isnull=True):
        holders = book.shareholders.setdefault(at_store[row.store_id], {})
        holders[number[row.member_id]] = Shareholder(row.share_bp, row.initiator)
    holders_now = holders_on(growth.terms.programme_id, growth.day)
    book.territories = {region: number[member] for region, member in holders_now.items()}


def _fill_orders(growth: Growth, replay: Replay, number: dict[int, int], at_tick: dict[int, int]) -> None:
    """Put the day's sales into the book, less what was refunded of them, and the orders that wait for their mint."""
    book, at_store = replay.book, {store.pk: at for at, store in enumerate(growth.stores)}
    for order in growth.orders:
        at, programme = at_tick[order.tick], growth.terms.versions.programmes[_version(growth.terms, order)]
        refunds = growth.refunds.get(order.tick, ())
        if refunds:
            replay.refunded[at] = refunds
        if order.tick in growth.notes:
            book.notes[at] = engine_note(growth.notes[order.tick], number)
            book.pending.append(at)
        if order.business_date == growth.day and noted_by(programme):
            back = refunds[-1][1] if refunds else 0
            sale = _sale(order, back, _points(growth, order, programme))
            sale.member = number[order.member_id or 0]
            sale.store = at_store[order.store_id] if order.store_id is not None else NOBODY
            book.sales[at] = sale


def noted_by(programme: Programme) -> bool:
    """Return whether a version remembers its orders for the close."""
    return programme.counts_sales or programme.concession is not None


def _points(growth: Growth, order: Fact, programme: Programme) -> int:
    """Return what of an order was paid in points, as fen; of an airdrop's programme the points that it brought."""
    if programme.split is None:
        return growth.weights.get(order.tick, 0)
    return order.points_paid // programme.points_per_money


def _sale(order: Fact, back: int, points: int) -> Sale:
    """Return an order less what was refunded of it."""
    return Sale(
        member=NOBODY,
        amount=order.amount - back,
        points=points - points * back // order.amount,
        concession=order.concession - order.concession * back // order.amount,
        region=order.region,
        product=order.product,
    )


def _refunds(ticks: Sequence[int]) -> Refunds:
    found = Fact.objects.filter(type=Fact.Type.REFUND, order_tick__in=ticks).order_by("tick")
    refunds: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for tick, day, amount in found.values_list("order_tick", "business_date", "amount"):
        assert tick is not None
        before = refunds[tick][-1][1] if refunds[tick] else 0
        refunds[tick].append((day_number(day), before + amount))
    return {tick: tuple(rows) for tick, rows in refunds.items()}


def _version(terms: Terms, order: Fact) -> int:
    assert order.terms_id is not None
    return terms.index(order.terms_id)
