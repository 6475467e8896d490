"""What members of a made-up growth programme buy, sell and take out; a sketch of the pool tells what they have."""

from collections import defaultdict
from heapq import heappop, heappush

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from jifen.engine.amounts import Rate
from jifen.engine.facts import NOBODY, Int64s
from jifen.engine.pool import Pool
from jifen.tables.sample_growth_book import Deed, GrowthBook, Sale
from jifen.tables.sample_people import clock_times
from jifen.tables.times import DAY_SECONDS

PRICES = (38, 68, 128, 198, 298, 468, 680, 980, 1680, 2980, 5800)  # CNY
PRICE_WEIGHTS = (10, 16, 20, 16, 12, 9, 6, 5, 3, 2, 1)
SOURCED_PRICES = (99, 199, 399)
CARD_PRICES = (999, 1999)
SOON_SHARE = 0.2  # of orders that come within days of joining
AT_STORE, AT_HOME = 0.75, 0.7  # of all orders; of those in the store where one is at home
SOURCED_SHARE, CARD_SHARE, SUBSIDY_SHARE = 0.06, 0.01, 0.02  # of orders
SUBSIDIES = (2000, 5000, 10_000)  # fen
PAID_BACK = 0.015
REFUND_DAYS_MAX = 15
ALL_SOLD = 0.4  # of those who sell
MOST_PERCENT, HALF_PERCENT = 96, 48  # of what the sketch says; refunds and freezing make it differ a little
FOUNDERS = 1 / 200  # members who buy once, the cheapest, before all others
INJECTED = 0.04  # of what was ordered so far, after a third and after two thirds of the orders
OUT_SHARE = 0.5  # of the proceeds that somebody withdraws; the rest buys again
HOUR = 3600
SPENT_MIN = 1000  # fen


class Sketch:
    """The pool as orders and sales alone make it, and what members surely have."""

    def __init__(self, book: GrowthBook) -> None:
        rule, split = book.terms.pool, book.terms.split
        assert split is not None
        self.rule, self.split = rule, split
        decimals = book.terms.kinds[rule.kind].decimals if rule is not None else 0
        self.pool = rule.open(decimals) if rule is not None else Pool(1, 1)
        self.holding: defaultdict[int, int] = defaultdict(int)
        self.spent: defaultdict[int, int] = defaultdict(int)  # since the last exit, fen
        self.purse: defaultdict[tuple[int, str], int] = defaultdict(int)  # by member and kind

    def buy(self, member: int, amount: int, rate: Rate | None) -> None:
        """Note an order whose commission is divided."""
        if self.rule is None:
            return
        share = self.split.parts(amount, rate, pooled=True).share
        minted = self.pool.mintable(share, self.rule.minted)
        self.pool.money += share
        self.pool.supply += minted
        self.holding[member] += minted
        self.spent[member] += amount

    def sell(self, member: int, *, whole: bool) -> tuple[int, int]:
        """Let a member sell, and return (points, fen); (0, 0) for who has too little or was made to sell before."""
        assert self.rule is not None
        points = self.holding[member] * (MOST_PERCENT if whole else HALF_PERCENT) // 100
        if points <= 0 or self.pool.reaches(self.holding[member], self.spent[member], self.rule.exit_multiple):
            return 0, 0
        paid = self.pool.proceeds(points, self.rule.kept)
        if paid < SPENT_MIN or points >= self.pool.supply:
            return 0, 0
        self.pool.money -= paid
        self.pool.supply -= points
        self.holding[member] -= points
        return points, paid


class Trade:
    """Goes through the orders in the order of time, and lets members sell and spend in between."""

    def __init__(self, rng: Generator, book: GrowthBook, *, sells: float, end: int) -> None:
        self.rng, self.book, self.end, self.sells = rng, book, end, sells
        self.sketch = Sketch(book)
        self.rates = [Rate.parse(shop.rate) if shop.rate else None for shop in book.shops]
        self.to_come: list[tuple[int, int, bool]] = []  # sales of points: at, member, whether all
        self.refunding: set[int] = set()
        self.ordered = 0

    def run(self, orders: int) -> None:
        """Make the orders and all that comes with them."""
        rng, book = self.rng, self.book
        member, at = _when(rng, book, orders, self.end)
        store = _where(rng, book, member, at)
        amount = 100 * rng.choice(PRICES, orders, p=np.array(PRICE_WEIGHTS) / sum(PRICE_WEIGHTS))
        refunded, chance = rng.random(orders) < PAID_BACK, rng.random((5, orders))
        amount = np.where(member < _founders(book), 100 * PRICES[0], amount)
        self.refunding = set(member[refunded].tolist())
        columns = (member.tolist(), at.tolist(), amount.tolist(), store.tolist())
        for number, (who, when, fen, shop) in enumerate(zip(*columns, strict=True)):
            while self.to_come and self.to_come[0][0] < when:
                self._sell(*heappop(self.to_come))
            if number in (orders // 3, 2 * orders // 3):
                self._inject(when)
            sale = Sale(when, who, fen, shop)
            self._choose(sale, chance[:, number])
            self.ordered += fen
            book.sales.append(sale)
            if refunded[number] and sale.product == "":
                self._pay_back(number, sale)
        while self.to_come:
            self._sell(*heappop(self.to_come))

    def _inject(self, at: int) -> None:
        """Bring outside money into the pool."""
        amount, terms = int(self.ordered * INJECTED) // 100 * 100, self.book.terms
        if amount and "inject" in terms.actions:
            self.book.deeds.append(Deed(at=at, action="inject", kind=terms.lot_kind, amount=amount))
            self.sketch.pool.money += amount

    def _choose(self, sale: Sale, chance: NDArray[np.float64]) -> None:
        """Decide what an order is of and what pays it, and note what it brings."""
        terms = self.book.terms
        if sale.member < _founders(self.book):
            self.sketch.buy(sale.member, sale.amount, self.rates[sale.store] if sale.store != NOBODY else None)
            return
        if terms.sourced is not None and chance[0] < SOURCED_SHARE and self._buy_sourced(sale):
            return
        if terms.card is not None and sale.store != NOBODY and chance[1] < CARD_SHARE:
            self._buy_card(sale)
        elif chance[2] < SUBSIDY_SHARE and self._kind_of("subsidise"):
            self._subsidise(sale)
        else:
            self._pay_in_balance(sale)
        rate = self.rates[sale.store] if sale.store != NOBODY else None
        self.sketch.buy(sale.member, sale.amount, rate)
        if terms.shopping is not None and sale.store != NOBODY and sale.member not in self.refunding:
            self.sketch.purse[sale.member, terms.shopping.kind] += terms.shopping.multiple.floor(sale.amount)
        if terms.pool is not None and chance[3] < self.sells and sale.member not in self.refunding:
            later = sale.at + HOUR + int(chance[4] * 10 * DAY_SECONDS)
            heappush(self.to_come, (later, sale.member, bool(chance[0] < ALL_SOLD)))

    def _buy_sourced(self, sale: Sale) -> bool:
        """Buy what the platform sources, as far as there are points for it."""
        sourced = self.book.terms.sourced
        assert sourced is not None
        spend = next((one for one in self.book.terms.spends if one.product == sourced.product), None)
        if spend is None:
            return False
        amount = 100 * SOURCED_PRICES[sale.at % len(SOURCED_PRICES)]
        points = spend.share_max.floor(amount)
        if self.sketch.purse[sale.member, spend.kind] < points:
            return False
        self.sketch.purse[sale.member, spend.kind] -= points
        sale.amount, sale.product, sale.points, sale.kind = amount, sourced.product, points, spend.kind
        return True

    def _buy_card(self, sale: Sale) -> None:
        terms = self.book.terms
        assert terms.card is not None
        sale.product, sale.amount = terms.card.product, 100 * CARD_PRICES[sale.at % len(CARD_PRICES)]
        kind = self._kind_of("card_grant")
        if kind:
            self.book.deeds.append(
                Deed(at=sale.at, action="card_grant", member=sale.member, kind=kind, amount=sale.amount)
            )

    def _subsidise(self, sale: Sale) -> None:
        """Give a subsidy beforehand, of which the order uses what it may."""
        kind = self._kind_of("subsidise")
        amount = SUBSIDIES[sale.at % len(SUBSIDIES)]
        before = max(int(self.book.people.joined[sale.member]), sale.at - DAY_SECONDS)
        self.book.deeds.append(Deed(at=before, action="subsidise", member=sale.member, kind=kind, amount=amount))
        self._pay(sale, kind, amount if before < sale.at else 0)

    def _pay_in_balance(self, sale: Sale) -> None:
        kind = self.book.terms.lot_kind
        has = self.sketch.purse[sale.member, kind]
        if has >= SPENT_MIN:
            self.sketch.purse[sale.member, kind] -= self._pay(sale, kind, has)

    def _pay(self, sale: Sale, kind: str, has: int) -> int:
        """Pay what points of a kind may pay of an order; return how much that is."""
        spend = next((one for one in self.book.terms.spends if one.kind == kind and not one.product), None)
        points = min(has, spend.share_max.floor(sale.amount)) if spend is not None else 0
        if points:
            sale.points, sale.kind = points, kind
        return points

    def _kind_of(self, action: str) -> str:
        """Return the kind of points of the rule that answers an action, "" where none does."""
        return str(getattr(self.book.terms.actions.get(action), "kind", ""))

    def _sell(self, at: int, member: int, whole: bool) -> None:
        terms = self.book.terms
        assert terms.pool is not None
        if at >= self.end:
            return
        points, paid = self.sketch.sell(member, whole=whole)
        if not points:
            return
        self.book.deeds.append(Deed(at=at, action="sell", member=member, kind=terms.pool.kind, amount=points))
        out = int(paid * OUT_SHARE)
        later = at + HOUR + int(self.rng.integers(0, 2 * DAY_SECONDS))
        if terms.withdrawal is not None and self.rng.random() < OUT_SHARE:
            if later < self.end:
                self.book.deeds.append(
                    Deed(at=later, action="withdraw", member=member, kind=terms.lot_kind, amount=out)
                )
        else:
            self.sketch.purse[member, terms.lot_kind] += out

    def _pay_back(self, number: int, sale: Sale) -> None:
        """Refund an order, or a part of it."""
        latest = min(sale.at + REFUND_DAYS_MAX * DAY_SECONDS, self.end - 1)
        at = sale.at + int(self.rng.random() * (latest - sale.at))
        tenths = 10 if self.rng.random() < 0.5 else int(self.rng.integers(1, 8))
        self.book.refunds.append((at, number, sale.amount * tenths // 10))


def _founders(book: GrowthBook) -> int:
    """Return how many members, the first ones, buy once."""
    return int(np.ceil(len(book.people) * FOUNDERS))


def _when(rng: Generator, book: GrowthBook, orders: int, end: int) -> tuple[Int64s, Int64s]:
    """Return who buys when, by time: some soon after joining, all of them at usual hours."""
    founders, members = _founders(book), len(book.people)
    member = rng.integers(min(founders, members - 1), members, orders)
    member[:founders] = np.arange(founders)
    joined = book.people.joined[member]
    left = end - 1 - joined
    soon = rng.exponential(DAY_SECONDS, orders).astype(np.int64)
    later = (rng.random(orders) * left).astype(np.int64)
    at = joined + np.where((rng.random(orders) < SOON_SHARE) & (soon < left), soon, later)
    usual = at // DAY_SECONDS * DAY_SECONDS + clock_times(rng, orders)
    at = np.where((usual >= joined) & (usual < end), usual, at)
    at[:founders] = joined[:founders] + np.minimum(600, left[:founders])
    order = np.lexsort((member, at))
    return member[order], at[order]


def _where(rng: Generator, book: GrowthBook, member: Int64s, at: Int64s) -> Int64s:
    """Return the store of each order, mostly that where the buyer is at home, or NOBODY; only stores that are open."""
    if not book.shops:
        return np.full(len(member), NOBODY, np.int64)
    stores = len(book.shops)
    home = np.minimum((rng.random(len(book.people)) ** 2 * stores).astype(np.int64), stores - 1)
    follows = rng.random(len(home)) < AT_HOME
    for one, referrer in enumerate(book.people.referrer.tolist()):
        if referrer != NOBODY and follows[one]:
            home[one] = home[referrer]
    elsewhere = rng.integers(0, stores, len(member))
    store = np.where(rng.random(len(member)) < AT_HOME, home[member], elsewhere)
    opened = np.array([shop.at for shop in book.shops], np.int64)
    return np.where((rng.random(len(member)) < AT_STORE) & (opened[store] <= at), store, NOBODY)
