"""The closes of the leasing programme that are measured: an ordinary day, and the end of a month (S0-15 … S0-47)."""

from copy import copy
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.trees import SEED, tree
from jifen import catalogue
from jifen.engine.book import NEVER, Book, Lots
from jifen.engine.close import Close
from jifen.engine.days import day_number, is_last_of_month
from jifen.engine.declared import DeclaredValues
from jifen.engine.document import load_programme
from jifen.engine.facts import FOR_EVER, DeclaredValue, Int32s, Int64s
from jifen.engine.forest import Forest
from jifen.engine.month import Month
from jifen.engine.monthly import month_of
from jifen.engine.rules.unit_rank import UnitRank
from jifen.engine.rules.weighted_dividend import WeightedDividend
from jifen.engine.settle import ALONE, Means, settle

PROGRAMME = load_programme(catalogue.read("parking"))
MONTH_END, ORDINARY = day_number(date(2025, 6, 30)), day_number(date(2025, 6, 18))
REVENUE = 12_345_678  # CNY, declared for the month
DECLARED = DeclaredValues([DeclaredValue("parking_revenue", 0, FOR_EVER, Fraction(REVENUE))])
AGENTS = {"realistic": 1, "stress": 63}  # of a thousand members
QUANTITIES, SHARES = np.array([1, 2, 10, 50], np.int64), (0.80, 0.15, 0.04, 0.01)
PERCENT_USED_UP, PERCENT_NEW, DAYS_OPEN = 15, 1, 900
LOT_OF_ONE = 7000 * 10_000  # the price of a device in minor units


def make_book(shape: str, members: int, density: str) -> Book:
    """Return a book with one lot of devices a member on average, agents with ranks, and sales of the month."""
    random = np.random.default_rng(SEED + 3)
    forest = Forest(tree(shape, members))
    owner = np.sort(random.integers(0, members, members))
    counts = np.bincount(owner, minlength=members)
    quantity = random.choice(QUANTITIES, members, p=SHARES)
    start = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))).astype(np.int32)
    book = Book(forest=forest, kinds=list(PROGRAMME.kinds), lots=_lots(start, quantity * LOT_OF_ONE, random))
    before = np.concatenate((np.zeros(1, np.int64), np.cumsum(quantity)))
    book.units[:] = np.diff(before[start])
    book.units_new[:] = book.units * (random.integers(0, 100, members) < PERCENT_NEW)
    book.month_units[:] = book.units * (random.integers(0, 20, members) == 0)
    book.agent[:] = random.integers(0, 1000, members) < AGENTS[density]
    book.agent[0] = True
    book.rank[:] = book.agent * random.integers(1, 4, members)
    book.rank[0] = 3
    book.carry[:] = book.agent * random.integers(0, 200, members)
    book.strikes[:] = book.agent * random.integers(0, 3, members)
    return book


def _lots(start: Int32s, base: Int64s, random: np.random.Generator) -> Lots:
    size = len(base)
    granted = 3 * base
    remaining = random.integers(0, granted + 1) * (random.integers(0, 100, size) >= PERCENT_USED_UP)
    never = np.full(size, NEVER, np.int32)
    return Lots(
        start=start,
        order=np.arange(size, dtype=np.int32),
        opened_on=(MONTH_END - random.integers(0, DAYS_OPEN, size)).astype(np.int32),
        closed_on=never,
        paid_back_on=never.copy(),
        base=base,
        granted=granted,
        released_scheduled=granted - remaining,
        released_accelerated=np.zeros(size, np.int64),
        cancelled=np.zeros(size, np.int64),
        claimed=np.zeros(size, np.int64),
        remaining=remaining,
    )


@dataclass(frozen=True)
class LeaseClose:
    """What the engine finds at one close; the last three at a month's end only."""

    close: Close
    month: Month | None = None
    shares: tuple[list[int], list[int]] | None = None  # of the dividend: members, and how much each
    reviewed: Book | None = None  # with the outcome of the review


def close_lease(book: Book, day: int, means: Means = ALONE) -> LeaseClose:
    """Settle a day; at a month's end share the dividend out and review all agents as well."""
    close = settle(PROGRAMME, book, day, means._replace(declared=DECLARED))
    if not is_last_of_month(day):
        return LeaseClose(close)
    month = month_of(PROGRAMME, book, close, book.rank, DECLARED)
    dividend, review = PROGRAMME.rule(WeightedDividend), PROGRAMME.review
    assert dividend is not None
    assert review is not None
    shared = dividend.share(month)
    after = copy(book)  # the review changes the columns of agents
    after.agent, after.carry, after.strikes = book.agent.copy(), book.carry.copy(), book.strikes.copy()
    review.run(after, month.sales, day)
    return LeaseClose(close, month, (list(shared.member), shared.shares(0)[0]), after)


@dataclass(frozen=True)
class LeaseSettled:
    """Everything that a close of the leasing programme finds, members by position.

    At an ordinary day nothing is released by time and nothing sold, shared or reviewed: those columns are zeros.
    """

    released: Int64s
    released_by_lot: Int64s
    second: Int64s
    differential: Int64s
    peer: Int64s
    blocked: NDArray[np.int64]
    drawn: Int64s
    rank: NDArray[np.int8]
    sold: Int64s
    dividend: Int64s
    carry: Int64s
    strikes: Int64s
    agent: NDArray[np.bool_]

    @classmethod
    def of(cls, found: LeaseClose, book: Book) -> "LeaseSettled":
        """Return what the engine found."""
        close, n = found.close, len(book)
        dividend, after = np.zeros(n, np.int64), found.reviewed or book
        if found.shares is not None:
            dividend[book.forest.layout.position[found.shares[0]]] = found.shares[1]
        return cls(
            released=close.scheduled.by_position,
            released_by_lot=close.scheduled.by_lot,
            second=close.second if close.second is not None else np.zeros(n, np.int64),
            differential=close.paid[0],
            peer=close.paid[1],
            blocked=close.blocked,
            drawn=close.drawn,
            rank=close.rank,
            sold=found.month.sales if found.month is not None else np.zeros(n, np.int64),
            dividend=dividend,
            carry=after.carry,
            strikes=after.strikes,
            agent=after.agent,
        )

    def differs(self, other: "LeaseSettled") -> list[str]:
        """Return the names of the columns that are not equal."""
        pairs = ((field.name, getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        return [name for name, mine, theirs in pairs if not np.array_equal(mine, theirs)]

    def columns(self) -> list[NDArray[Any]]:
        """Return all columns."""
        return [getattr(self, field.name) for field in fields(self)]

    def digest(self) -> str:
        """Return the SHA-256 of all columns."""
        found = sha256()
        for column in self.columns():
            found.update(np.ascontiguousarray(column).data)
        return found.hexdigest()


def bytes_touched(book: Book, settled: LeaseSettled, day: int) -> int:
    """Return the size of all arrays that a close reads and of all that it returns, each byte counted once."""
    lots, layout = book.lots, book.forest.layout
    read: list[NDArray[Any]] = [layout.size, layout.referrer, book.rank, book.agent, book.units, book.units_new]
    read += [lots.start, lots.opened_on, lots.remaining]
    if is_last_of_month(day):
        read += [lots.base, lots.released_scheduled, lots.released_accelerated, book.month_units]
        read += [book.agent_since, book.carry, book.strikes]
        return sum(column.nbytes for column in (*read, *settled.columns()))
    paid = (settled.differential, settled.peer, settled.blocked, settled.drawn, settled.rank)
    return sum(column.nbytes for column in (*read, *paid))


@dataclass(frozen=True)
class LeaseTerms:
    """The numbers of the leasing programme, for its peers."""

    amounts: tuple[int, ...]  # minor units for one device and day, by rank; 0 is no rank
    units: tuple[int, ...]  # of the team, by row of the table
    own_units: tuple[int, ...]
    sellers: int
    units_below: int
    fund: int  # of the dividend, minor units


def lease_terms() -> LeaseTerms:
    """Return the numbers of the catalogue's programme that rules hold."""
    ranks, dividend = PROGRAMME.ranks, PROGRAMME.rule(WeightedDividend)
    assert isinstance(ranks, UnitRank)
    assert dividend is not None
    rows = ranks.table
    return LeaseTerms(
        amounts=tuple(rate.num for rate in ranks.rates_in(PROGRAMME.lot_decimals)),
        units=tuple(row.units for row in rows),
        own_units=tuple(row.own_units for row in rows),
        sellers=ranks.active_sellers,
        units_below=ranks.units_below,
        fund=REVENUE * 10**PROGRAMME.lot_decimals * dividend.rate.num // dividend.rate.den,
    )
