"""The closes of the leasing programme in NumPy, the forest level by level from the deepest upward."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.days import Day
from benchmarks.leasing import LeaseSettled, LeaseTerms
from benchmarks.levels import Levels, draw_oldest_first, lay_out, part_of, sums
from jifen.engine.book import Book
from jifen.engine.days import first_of_month, is_last_of_month
from jifen.engine.facts import Int32s, Int64s

FIRST, LATER, SECOND, PEER = (3, 100), (5, 100), (20, 100), (10, 100)
FIRST_MONTHS, TARGET, STRIKES, DIVIDEND_RANK, DIVIDEND_UNITS = 2, 100, 3, 3, 10_000


class LeaseLevels(NamedTuple):
    """A close with members sorted by level."""

    at: Levels
    units: Int64s
    counting: Int64s
    month_units: Int64s
    agent: NDArray[np.bool_]
    carry: Int64s
    strikes: Int64s
    released: Int64s  # by lot, before


class Climbed(NamedTuple):
    """What was found level by level, by place."""

    wishes: NDArray[np.int64]
    weight: Int64s
    sold: Int64s
    rank: NDArray[np.int8]


def lay_lease_out(book: Book, day: int) -> LeaseLevels:
    """Sort a close by levels."""
    at, lots = lay_out(Day.of(book, day)), book.lots
    released, place = lots.released_scheduled + lots.released_accelerated, at.position
    return LeaseLevels(
        at=at,
        units=book.units[place],
        counting=book.counting_units()[place],
        month_units=book.month_units[place],
        agent=book.agent[place],
        carry=book.carry[place],
        strikes=book.strikes[place],
        released=released[at.lot],
    )


def close_levels(book: LeaseLevels, terms: LeaseTerms) -> LeaseSettled:
    """Return everything that the close finds, by place."""
    at = book.at
    by_lot, second = release(book) if is_last_of_month(at.day) else (np.zeros_like(at.base), np.zeros_like(book.units))
    climbed = climb(book, terms)
    held = (at.remaining - by_lot) * (at.opened_on < at.day)
    paid = np.minimum(np.cumsum(climbed.wishes, axis=0), sums(held, at.start))
    drawn = draw_oldest_first(at, held, paid[-1])
    paid[1] -= paid[0]
    of_month = month_end(book, terms, climbed) if is_last_of_month(at.day) else nothing(book)
    return LeaseSettled(
        sums(by_lot, at.start), by_lot, second, paid[0], paid[1], climbed.wishes - paid, drawn, climbed.rank, *of_month
    )


def release(book: LeaseLevels) -> tuple[Int64s, Int64s]:
    """Return what time releases by lot, and what of it each member is paid in the second kind."""
    at = book.at
    young = at.opened_on > first_of_month(at.day, -FIRST_MONTHS)
    due = np.where(young, part_of(at.base, *FIRST), part_of(at.base, *LATER))
    by_lot = np.where(at.opened_on <= first_of_month(at.day), np.minimum(due, at.remaining), 0)
    beyond = np.clip(by_lot + book.released - at.base, 0, by_lot)
    return by_lot, part_of(sums(beyond, at.start), *SECOND)


def climb(book: LeaseLevels, terms: LeaseTerms) -> Climbed:
    """Return differential, peer bonus, units of teams, sales and ranks; all sums climb from level to level at once.

    Rows: units by the highest rank on their way; subsidies that wait for a peer, by rank; sales without an agent;
    all units; active sellers.
    """
    at, n, ranks = book.at, len(book.units), len(terms.amounts)
    amounts = np.array(terms.amounts, np.int64)
    holds = book.units > 0
    seller = holds & (sums(holds.astype(np.int64), at.first) > 0)
    wishes, weight, sold = np.zeros((2, n), np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    below, sellers = np.zeros(n, np.int64), np.zeros(n, np.int64)
    rows = np.zeros((2 * ranks + 2, 0), np.int64)
    for s, e in zip(at.bounds[-2::-1], at.bounds[:0:-1], strict=True):
        rows = sums(rows, at.first[s : e + 1] - e)
        weight[s:e] = rows[:ranks].sum(axis=0)
        below[s:e], sellers[s:e] = rows[-2], rows[-1]
        ranked = np.flatnonzero(at.rank[s:e])
        if len(ranked) > 0:
            own, each = at.rank[s:e][ranked], np.arange(len(ranked))
            some = rows[: 2 * ranks - 1, ranked]
            earned = (some[:ranks] * np.maximum(amounts[own] - amounts[:, None], 0)).sum(axis=0)
            wishes[0, s + ranked] = earned
            wishes[1, s + ranked] = part_of(some[ranks - 1 + own, each], *PEER)
            rows[: 2 * ranks - 1, ranked] = passed_up(own, some, ranks, earned)
        sales = rows[-3] + book.month_units[s:e]
        agent = book.agent[s:e]
        sold[s:e], rows[-3] = sales * agent, sales * ~agent
        rows[0] += book.counting[s:e]
        rows[-2] += book.units[s:e]
        rows[-1] += seller[s:e]
    rank = np.zeros(n, np.int8)
    able = book.agent & (sellers >= terms.sellers) & (below >= terms.units_below)
    for row, (units, own_units) in enumerate(zip(terms.units, terms.own_units, strict=True), start=1):
        rank[able & (below + book.units >= units) & (book.units >= own_units)] = row
    return Climbed(wishes, weight + book.counting, sold, rank)


def passed_up(own: NDArray[np.int8], rows: NDArray[np.int64], ranks: int, earned: Int64s) -> NDArray[np.int64]:
    """Return what ranked members pass up: units met by their rank, and their own subsidy that waits for a peer."""
    each, rank = np.arange(len(own)), np.arange(ranks)[:, None]
    up = rows.copy()
    lower = rows[:ranks] * (rank < own)
    up[:ranks] -= lower
    up[own, each] += lower.sum(axis=0)
    up[ranks:] *= rank[1:] > own
    up[ranks - 1 + own, each] = earned
    return up


def month_end(
    book: LeaseLevels, terms: LeaseTerms, climbed: Climbed
) -> tuple[Int64s, Int64s, Int64s, Int64s, NDArray[np.bool_]]:
    """Return sales, dividend, and what the review leaves: carry, strikes, agents."""
    weight = climbed.weight * (book.at.rank >= DIVIDEND_RANK) * (climbed.weight >= DIVIDEND_UNITS)
    some, everybody = np.flatnonzero(weight), int(weight.sum())
    dividend = np.zeros_like(weight)
    dividend[some] = [terms.fund * one // everybody for one in weight[some].tolist()]
    agent = book.agent
    short = np.maximum(TARGET + book.carry - climbed.sold, 0)
    strikes: Int64s = np.where(short > 0, book.strikes + 1, 0)
    out = agent & (strikes >= STRIKES)
    carry: Int64s = np.where(agent, short * ~out, book.carry)
    strikes = np.where(agent, strikes * ~out, book.strikes)
    return climbed.sold, dividend, carry, strikes, agent & ~out


def nothing(book: LeaseLevels) -> tuple[Int64s, Int64s, Int64s, Int64s, NDArray[np.bool_]]:
    """Return the same columns for an ordinary day."""
    zeros = np.zeros_like(book.units)
    return zeros, zeros, book.carry, book.strikes, book.agent


def lease_by_position(found: LeaseSettled, book: LeaseLevels) -> LeaseSettled:
    """Return the same with members and lots in the order of the close that was laid out."""

    def back(column: NDArray[Any], order: Int32s) -> NDArray[Any]:
        moved = np.empty_like(column)
        moved[..., order] = column
        return moved

    lot = ("released_by_lot", "drawn")
    columns: dict[str, Any] = vars(found)
    orders = {name: book.at.lot if name in lot else book.at.position for name in columns}
    return LeaseSettled(**{name: back(column, orders[name]) for name, column in columns.items()})
