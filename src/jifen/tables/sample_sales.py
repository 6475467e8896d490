"""Made-up orders and refunds, and what buyers surely have to spend."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from jifen.engine.facts import Int64s
from jifen.tables.sample_people import People, clock_times
from jifen.tables.times import DAY_SECONDS

ORDERS_PER_MEMBER = 1.5
FIRST_ORDER_SHARE = 0.85  # members who buy soon after joining
PRICES = (1980, 3000, 3299, 6000, 9000, 12800, 27000, 51000)  # CNY; the lowest grants nothing
PRICE_WEIGHTS = (8, 36, 6, 13, 20, 9, 6, 2)
LOT_PRICE_MIN = 300_000  # fen; the lowest tier
CONFIRMED_SHARE = 0.08  # orders whose payment somebody checks first
REFUNDED_SHARE = 0.015
REFUND_DAYS_MAX = 20
POINTS_PERCENT = 30  # of the amount that a repurchase may pay in points
POINTS_SHARE = 0.5  # repurchases that use it when they can
EARLY_SHARE = 0.004  # repurchases that try to, but are too early
RELEASE_PER_MILLE = 12  # of the amount, a day

FEN_POINTS = 100  # minor units of points (4 decimals) in a fen
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Sales:
    """Orders by time of payment. Times are local seconds since 1970, amounts fen, points minor units."""

    member: Int64s
    paid: Int64s
    confirmed: Int64s  # the moment the order counts
    amount: Int64s
    points_paid: Int64s
    refunded: Bools
    too_early: Bools


@dataclass(frozen=True)
class Paybacks:
    """Refunds by time."""

    order: Int64s
    at: Int64s
    amount: Int64s


def make_sales(rng: Generator, people: People, *, end: int) -> Sales:
    """Return orders paid before `end` (local seconds)."""
    count = max(1, round(ORDERS_PER_MEMBER * len(people)))
    first = np.flatnonzero(rng.random(len(people)) < FIRST_ORDER_SHARE)[:count]
    member = np.append(first, rng.integers(0, len(people), count - len(first)))
    joined = people.joined[member]
    left = end - 1 - joined
    soon = (rng.exponential(DAY_SECONDS, count)).astype(np.int64)
    later = (rng.random(count) * left).astype(np.int64)
    paid = joined + np.where((np.arange(count) < len(first)) & (soon < left), soon, later)
    at_usual_hour = paid // DAY_SECONDS * DAY_SECONDS + clock_times(rng, count)
    paid = np.where((at_usual_hour >= joined) & (at_usual_hour < end), at_usual_hour, paid)

    order = np.lexsort((member, paid))
    member, paid = member[order], paid[order]
    amount = 100 * rng.choice(PRICES, count, p=np.array(PRICE_WEIGHTS) / sum(PRICE_WEIGHTS)).astype(np.int64)
    confirmed = paid + rng.integers(3600, DAY_SECONDS, count)
    confirmed = np.where((rng.random(count) < CONFIRMED_SHARE) & (confirmed < end), confirmed, paid)
    refunded = rng.random(count) < REFUNDED_SHARE
    nothing = np.zeros(count, np.int64)
    sales = Sales(member, paid, confirmed, amount, nothing, refunded, np.zeros(count, np.bool_))
    return _pay_with_points(rng, sales, len(people))


def _pay_with_points(rng: Generator, sales: Sales, members: int) -> Sales:
    """Let some repurchases, one a member at most, be paid with points: most of them covered, a few too early."""
    count = len(sales.member)
    share = sales.amount * POINTS_PERCENT // 100 * FEN_POINTS
    has_refund = np.zeros(members, np.bool_)
    has_refund[sales.member[sales.refunded]] = True
    released = Releases(sales, members).until(sales.member, sales.confirmed)
    open_to = ~has_refund[sales.member]

    early = open_to & (released == 0) & (rng.random(count) < EARLY_SHARE)
    tries_early = np.zeros(members, np.bool_)
    tries_early[sales.member[early]] = True
    covered = open_to & ~tries_early[sales.member] & (released >= share) & (rng.random(count) < POINTS_SHARE)
    rows = np.flatnonzero(covered)
    _, first = np.unique(sales.member[rows], return_index=True)
    once = np.zeros(count, np.bool_)
    once[rows[first]] = True
    points_paid = np.where(once | early, share, 0)
    return Sales(sales.member, sales.paid, sales.confirmed, sales.amount, points_paid, sales.refunded, early)


class Releases:
    """What the orders of members release by time alone, a lower bound of what they get."""

    def __init__(self, sales: Sales, members: int) -> None:
        counted = np.flatnonzero((sales.amount >= LOT_PRICE_MIN) & ~sales.refunded & ~sales.too_early)
        day = sales.confirmed[counted] // DAY_SECONDS
        self._days_max = int(day.max(initial=0)) + 1_000_000
        key = sales.member[counted] * self._days_max + day
        order = np.argsort(key, kind="stable")
        self._key = key[order]
        amount = sales.amount[counted][order]
        self._amounts = np.append(0, np.cumsum(amount))
        self._weighted = np.append(0, np.cumsum(amount * day[order]))
        self._members = members

    def until(self, member: Int64s, at: Int64s) -> Int64s:
        """Return the points (minor units) released to each member by the closes before that moment."""
        day = at // DAY_SECONDS
        low = np.searchsorted(self._key, member * self._days_max)
        high = np.searchsorted(self._key, member * self._days_max + day)
        amounts = self._amounts[high] - self._amounts[low]
        weighted = self._weighted[high] - self._weighted[low]
        fen_days = (day - 1) * amounts - weighted
        released: Int64s = fen_days * RELEASE_PER_MILLE * FEN_POINTS // 1000
        return released


def make_paybacks(rng: Generator, sales: Sales, *, end: int) -> Paybacks:
    """Return refunds: half of them of the whole order, half in part, and a few of the latter in two parts."""
    order = np.flatnonzero(sales.refunded)
    counts, amount = sales.confirmed[order], sales.amount[order]
    latest = np.minimum(counts + REFUND_DAYS_MAX * DAY_SECONDS, end - 1)
    at = counts + (rng.random(len(order)) * (latest - counts)).astype(np.int64)
    tenths = np.where(rng.random(len(order)) < 0.5, 10, rng.integers(1, 8, len(order)))
    again = np.flatnonzero((tenths < 5) & (rng.random(len(order)) < 0.2))
    again_at = at[again] + (rng.random(len(again)) * (end - 1 - at[again])).astype(np.int64)

    order, at = np.append(order, order[again]), np.append(at, again_at)
    amount = np.append(amount * tenths // 10, amount[again] // 2)
    sorted_ = np.lexsort((order, at))
    return Paybacks(order[sorted_], at[sorted_], amount[sorted_])
