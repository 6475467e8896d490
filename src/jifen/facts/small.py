"""The book of one fact: only the members whom it can touch, with the state that the rules read and change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import F

from jifen.engine.book import NEVER, Book
from jifen.engine.days import date_of, day_number
from jifen.engine.facts import NOBODY, Actions, Facts, Int32s, Int64s, Members, Orders, Refunds, Steps, no_steps
from jifen.engine.lines import Exit, PeriodClose
from jifen.engine.replay import Replay
from jifen.facts.floats import FloatBook
from jifen.facts.models import Fact
from jifen.facts.pooled import Held, PoolBook
from jifen.facts.posting import Numbers
from jifen.facts.terms import Terms
from jifen.facts.tokens import TokenBook
from jifen.facts.trade import TradeBook, rate_of, stores_of
from jifen.ledger.draws import purses_of
from jifen.ledger.lots import OPEN, Lot, note_lot
from jifen.members.models import KindVolume, Standing
from jifen.programmes.declared import declared_facts

PURSES = {"free": "free", "frozen": "held"}  # ledger role → column of the book
COLUMNS = (
    *("debt", "written_off", "volume", "volume_amount", "volume_points", "frozen"),
    *("units", "units_new", "month_units", "agent", "strikes", "carry", "bought", "released_tickets"),
    *("active", "center_packs", "shareholder"),
)
NO_REFUNDS = Refunds(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0, np.int64))
NO_ACTIONS = Actions([], NO_REFUNDS.order, NO_REFUNDS.order, [], [], NO_REFUNDS.at, NO_REFUNDS.order, NO_REFUNDS.amount)


@dataclass(frozen=True)
class OrderRow:
    """An order of the small book; of those that are there for their lots only the tick and the member matter."""

    tick: int
    member: int
    code: str = ""
    amount: int = 0
    points_paid: int = 0
    version: int = 0
    day: int = 0
    points_kind: str = ""
    quantity: int = 1
    product: str = ""
    channel: str = ""
    at_store: bool = False  # at the one store of the book
    region: str = ""
    rate: str = ""
    concession: int = 0
    ratio: str = ""

    @classmethod
    def of(cls, order: Fact, version: int) -> "OrderRow":
        """Return a recorded order."""
        assert order.member_id is not None
        return cls(
            order.tick,
            order.member_id,
            order.order_code,
            order.amount,
            order.points_paid,
            version,
            day_number(order.business_date),
            order.points_kind,
            order.quantity,
            order.product,
            order.channel,
            order.store_id is not None,
            order.region,
            order.rate,
            order.concession,
            order.ratio,
        )


def owed_rows(floats: FloatBook | None) -> list[OrderRow]:
    """Return the orders for which a store owes points (S3-Q3)."""
    return [OrderRow(note.tick, note.member_id, code) for note, code in floats.owed] if floats is not None else []


@dataclass
class Small:
    """A replay over a few members that stands at a state of the platform; a fact is applied to it and saved."""

    replay: Replay
    numbers: Numbers
    standings: Sequence[Standing]
    lots: Sequence[Lot]
    trade: TradeBook
    pooled: PoolBook | None = None
    tokens: TokenBook | None = None
    floats: FloatBook | None = None
    _lots_before: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        """The state, by position."""
        return self.replay.book

    def save(self, fact: Fact, exits: Sequence[Exit], periods: Sequence[PeriodClose] = ()) -> None:
        """Write what the rules changed beside the ledger: standings, lots' memory of refunds, stores, the pool."""
        changed = [standing for standing in self.standings if self._take_over(standing, fact)]
        Standing.objects.bulk_update(changed, (*COLUMNS, "agent_since", "shareholder_since"))
        self._save_kind_volumes()
        lots = self.book.lots
        for tick, place in zip(self.numbers.lots, self.book.place.tolist(), strict=True):
            after = int(lots.base[place]), int(lots.claimed[place])
            if after != self._lots_before.get(tick, (0, 0)):
                owner = self.numbers.members[int(self.replay.facts.orders.member[self.numbers.lots.index(tick)])]
                note_lot(owner=owner, lot=tick, base=after[0], claimed=after[1])
        self.trade.save(self.replay, self.numbers, fact)
        if self.tokens is not None:
            self.tokens.save(self.replay, self.numbers, fact)
        if self.floats is not None:
            self.floats.save(self.replay, self.numbers, fact, periods)
        if self.pooled is not None:
            self.pooled.save(self.replay, self.numbers, fact, exits)

    def fill_lots(self) -> None:
        """Put the stored lots into the book."""
        lots, number = self.book.lots, {tick: number for number, tick in enumerate(self.numbers.lots)}
        for row in self.lots:
            place = int(self.book.place[number[row.id]])
            lots.opened_on[place] = day_number(row.opened_on)
            lots.closed_on[place] = day_number(row.closed_on) if row.closed_on != OPEN else NEVER
            lots.base[place], lots.granted[place], lots.remaining[place] = row.base, row.granted, row.remaining
            lots.released_scheduled[place], lots.released_accelerated[place] = row.scheduled, row.accelerated
            lots.cancelled[place], lots.claimed[place] = row.cancelled, row.claimed
            self._lots_before[row.id] = row.base, row.claimed

    def _save_kind_volumes(self) -> None:
        """Add what orders were paid in each kind of points to what is kept (S0-83)."""
        for kind, column in self.book.volume_kinds.items():
            for position in np.flatnonzero(column).tolist():
                member = self.numbers.members[int(self.book.forest.layout.member[position])]
                row, _ = KindVolume.objects.get_or_create(member_id=member, kind=kind)
                KindVolume.objects.filter(pk=row.pk).update(own=F("own") + int(column[position]))

    def _take_over(self, standing: Standing, fact: Fact) -> bool:
        """Bring a standing to the state of the book; return whether anything differs."""
        position = self.book.at(self.numbers.members.index(standing.member_id))
        after: dict[str, object] = {name: getattr(self.book, name)[position].item() for name in COLUMNS}
        since = int(self.book.agent_since[position])
        after["agent_since"] = date_of(since) if since else None
        if after["shareholder"] != standing.shareholder:
            after["shareholder_since"] = fact.business_date if after["shareholder"] else None
        if all(getattr(standing, name) == value for name, value in after.items()):
            return False
        for name, value in after.items():
            setattr(standing, name, value)
        return True


@dataclass(frozen=True)
class Given:
    """The facts of a small book: orders by tick, and the refund or action that is to be applied."""

    orders: Sequence[OrderRow] = ()
    refunds: Refunds = NO_REFUNDS
    actions: Actions = NO_ACTIONS
    referrers: Int32s | None = None
    trade: TradeBook | None = None
    held: Held | None = None  # the pool, locked
    tokens: TokenBook | None = None
    floats: FloatBook | None = None
    steps: Steps | None = None
    others: Sequence[int] = ()  # members whose standings the fact does not touch: they may have to exit


def load_small(
    terms: Terms, standings: Sequence[Standing], given: Given, *, lots: Sequence[Lot] = (), prices: bool = False
) -> Small:
    """Return the book of some members; their standings are locked, so nothing of it can change meanwhile."""
    ids = sorted({standing.member_id for standing in standings} | set(given.others))
    trade = given.trade or TradeBook(terms.programme_id)
    number = {member: index for index, member in enumerate(ids)}
    rows = given.floats.rows if given.floats is not None else [trade.store] if trade.store is not None else []
    facts = Facts(
        members=_members(ids, given.referrers, given.floats),
        orders=_orders(given.orders, ids),
        refunds=given.refunds,
        actions=given.actions,
        declared=declared_facts(terms.programme_id) if prices else [],
        stores=stores_of(rows, number),
        steps=given.steps or no_steps(),
    )
    numbers = Numbers(ids, [order.tick for order in given.orders], [row.pk for row in rows])
    small = Small(Replay(terms.versions, facts), numbers, standings, lots, trade)
    _fill_members(small)
    small.fill_lots()
    refunded = given.refunds.order
    trade.fill(small.replay, numbers, int(refunded[0]) if len(refunded) else None)
    if given.tokens is not None:
        small.tokens = given.tokens
        small.tokens.fill(small.replay, numbers)
    if given.floats is not None:
        small.floats = given.floats
        small.floats.fill(small.replay, numbers)
    if given.held is not None:
        small.pooled = PoolBook(given.held, terms.pool_kind)
        small.pooled.fill(small.replay, numbers)
    return small


def _members(ids: Sequence[int], referrers: Int32s | None, floats: FloatBook | None) -> Members:
    n = len(ids)
    return Members(
        codes=[f"M{member}" for member in ids],
        names=[""] * n,
        referrer=referrers if referrers is not None else np.full(n, NOBODY, np.int32),
        at=np.zeros(n, np.int64),
        day=np.zeros(n, np.int32),
        home=floats.homes(ids) if floats is not None else None,
    )


def _orders(orders: Sequence[OrderRow], ids: Sequence[int]) -> Orders:
    return Orders(
        codes=[order.code for order in orders],
        member=np.array([ids.index(order.member) for order in orders], np.int32),
        at=_int64s(order.tick for order in orders),
        day=np.array([order.day for order in orders], np.int32),
        amount=_int64s(order.amount for order in orders),
        points_paid=_int64s(order.points_paid for order in orders),
        terms=np.array([order.version for order in orders], np.int32),
        quantity=_int64s(order.quantity for order in orders),
        product=[order.product for order in orders],
        points_kind=[order.points_kind for order in orders],
        channel=[order.channel for order in orders],
        store=np.array([0 if order.at_store else NOBODY for order in orders], np.int32),
        region=[order.region for order in orders],
        rate=[rate_of(order.rate) for order in orders],
        concession=_int64s(order.concession for order in orders),
        ratio=[rate_of(order.ratio) for order in orders],
    )


def _int64s(values: Iterable[int]) -> Int64s:
    return np.array(list(values), np.int64)


def _fill_members(small: Small) -> None:
    """Put balances and standings into the book."""
    book, ids = small.book, list(small.numbers.members)
    for standing in small.standings:
        position = book.at(ids.index(standing.member_id))
        for name in COLUMNS:
            getattr(book, name)[position] = getattr(standing, name)
        book.rank[position] = standing.rank
        book.agent_since[position] = day_number(standing.agent_since) if standing.agent_since is not None else 0
    for owner, balances in purses_of(ids).items():
        for (kind, role), amount in balances.items():
            if role in PURSES:
                getattr(book, PURSES[role])[kind][book.at(ids.index(owner))] = amount
