"""The same day in NumPy, the forest level by level from the deepest upward."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.days import Day, Settled, Terms
from jifen.engine.facts import Int32s, Int64s


class Levels(NamedTuple):
    """A day with members sorted by level, siblings together in the order of their referrers.

    So the referrals of place i are [first[i], first[i + 1]), and those of a level are the next level.
    """

    position: Int32s  # by place
    lot: Int32s  # where each lot came from
    bounds: list[int]  # level d is [bounds[d], bounds[d + 1])
    first: Int32s
    day: int
    rank: NDArray[np.int8]
    volume: Int64s
    start: Int32s
    opened_on: Int32s
    base: Int64s
    remaining: Int64s


def lay_out(day: Day) -> Levels:
    """Sort a day by levels."""
    members = len(day.referrer)
    referrals = np.argsort(day.referrer, kind="stable").astype(np.int32)  # roots come first
    count = np.bincount(day.referrer + 1, minlength=members + 1)
    begin = np.cumsum(count) - count
    levels = [referrals[: count[0]]]
    while len(levels[-1]) > 0:
        levels.append(referrals[ranges(begin[levels[-1] + 1], count[levels[-1] + 1])])
    position = np.concatenate(levels)
    bounds = np.cumsum([0, *(len(level) for level in levels)]).tolist()
    first = np.full(members + 1, count[0], np.int32)
    first[1:] += np.cumsum(count[position + 1], dtype=np.int32)
    lots = np.diff(day.start)[position]
    start = np.zeros(members + 1, np.int32)
    np.cumsum(lots, out=start[1:])
    lot = ranges(day.start[position], lots)
    by_lot = (day.opened_on[lot], day.base[lot], day.remaining[lot])
    return Levels(position, lot, bounds, first, day.day, day.rank[position], day.volume[position], start, *by_lot)


def ranges(begin: NDArray[np.integer], count: NDArray[np.integer]) -> Int32s:
    """Return begin[0], begin[0] + 1, … (count[0] of them), begin[1], …"""
    ends = np.cumsum(count)
    return (np.repeat(begin - (ends - count), count) + np.arange(ends[-1] if len(ends) else 0)).astype(np.int32)


def settle_levels(day: Levels, terms: Terms) -> Settled:
    """Return everything that the day pays, by place."""
    takes_part = day.opened_on < day.day
    by_lot = part_of(day.base, *terms.daily)
    np.minimum(by_lot, day.remaining, out=by_lot)
    by_lot *= takes_part
    released = sums(by_lot, day.start)
    wishes = np.zeros((len(terms.shares) + 2, len(released)), np.int64)
    rest = np.zeros(wishes.shape, np.int32)
    below = released
    for row, (num, den) in enumerate(terms.shares):
        below = sums(below, day.first)
        wishes[row], rest[row] = part_of(below, num, den), rest_of(below, num, den)
    share_by_rank(day, terms, released, (wishes[-2:], rest[-2:]))
    rank = find_ranks(day, terms)
    held = (day.remaining - by_lot) * takes_part
    paid = np.minimum(np.cumsum(wishes, axis=0), sums(held, day.start))
    drawn = draw_oldest_first(day, held, paid[-1])
    paid[1:] -= paid[:-1].copy()
    return Settled(released, by_lot, paid, wishes - paid, rest, drawn, rank)


def part_of(amount: Int64s, num: int, den: int) -> Int64s:
    """Return floor(amount × num ÷ den) without overflow."""
    whole, rest = np.divmod(amount, den)
    rest *= num
    rest //= den
    whole *= num
    whole += rest
    return whole


def rest_of(amount: Int64s, num: int, den: int) -> Int64s:
    """Return amount × num modulo den."""
    rest = amount % den
    rest *= num
    rest %= den
    return rest


def sums(amount: NDArray[np.int64], first: Int32s) -> NDArray[np.int64]:
    """Return the sum of each [first[i], first[i + 1]) along the last axis; differences of running sums are exact."""
    running = np.zeros((*amount.shape[:-1], amount.shape[-1] + 1), np.int64)
    np.cumsum(amount, axis=-1, out=running[..., 1:])
    return np.diff(running[..., first], axis=-1)


def share_by_rank(
    day: Levels, terms: Terms, released: Int64s, out: tuple[NDArray[np.int64], NDArray[np.int32]]
) -> None:
    """Fill differential and peer bonus; rows of sums by rank climb from level to level.

    Of the rows, one for each rank k holds the releases on whose way up k is the highest rank met so far; one for each
    rank but none holds the markets that wait for their peer.
    """
    ranks = len(terms.rank_num)
    wishes, rest = out
    climbing = np.zeros((2 * ranks - 1, 0), np.int64)
    for s, e in zip(day.bounds[-2::-1], day.bounds[:0:-1], strict=True):
        climbing = sums(climbing, day.first[s : e + 1] - e)
        ranked = np.flatnonzero(day.rank[s:e])
        if len(ranked) > 0:
            own, rows = day.rank[s:e][ranked], climbing[:, ranked]
            wishes[0, s + ranked], rest[0, s + ranked] = differential(terms, own, rows[:ranks])
            base = rows[ranks - 1 + own, np.arange(len(own))]
            wishes[1, s + ranked], rest[1, s + ranked] = part_of(base, *terms.peer), rest_of(base, *terms.peer)
            climbing[:, ranked] = passed_up(own, rows, ranks)
        climbing[0] += released[s:e]


def differential(terms: Terms, own: NDArray[np.int8], below: NDArray[np.int64]) -> tuple[Int64s, Int64s]:
    """Return what ranked members get, and the remainders; `below` is by highest rank on the way."""
    num = np.array(terms.rank_num, np.int64)
    gain = np.maximum(num[own] - num[:, None], 0)
    whole, part = np.divmod(below, terms.rank_den)
    part_sum = (part * gain).sum(axis=0)
    return (whole * gain).sum(axis=0) + part_sum // terms.rank_den, part_sum % terms.rank_den


def passed_up(own: NDArray[np.int8], rows: NDArray[np.int64], ranks: int) -> NDArray[np.int64]:
    """Return what ranked members pass up: all below them counts as met by their rank, and waits for their peer."""
    each, rank = np.arange(len(own)), np.arange(ranks)[:, None]
    total = rows[:ranks].sum(axis=0)
    lower = rows[:ranks] * (rank < own)
    up = rows.copy()
    up[:ranks] -= lower
    up[own, each] += lower.sum(axis=0)
    up[ranks:] *= rank[1:] > own
    up[ranks - 1 + own, each] = total
    return up


def find_ranks(day: Levels, terms: Terms) -> NDArray[np.int8]:
    """Return ranks by the second-largest leg."""
    rank = np.zeros(len(day.rank), np.int8)
    volumes = np.array(terms.volumes, np.int64)
    legs = np.zeros(0, np.int64)  # of the level below
    for s, e in zip(day.bounds[-2::-1], day.bounds[:0:-1], strict=True):
        first = day.first[s : e + 1] - e
        count = np.diff(first)
        below = sums(legs, first)
        referrers = np.flatnonzero(count)
        if len(referrers) > 0:
            rank[s + referrers] = np.searchsorted(
                volumes, second_largest(legs, first[referrers], count[referrers]), "right"
            )
        legs = below + day.volume[s:e]
    return rank


def second_largest(legs: Int64s, first: Int32s, count: Int32s) -> Int64s:
    """Return the second-largest of each group of legs, 0 where there is but one."""
    is_largest = legs == np.repeat(np.maximum.reduceat(legs, first), count)
    others = np.maximum.reduceat(np.where(is_largest, 0, legs), first)
    return np.where(sums(is_largest, np.append(first, len(legs))) > 1, np.maximum.reduceat(legs, first), others)


def draw_oldest_first(day: Levels, held: Int64s, wanted: Int64s) -> Int64s:
    """Return what each lot gives of what its member is paid."""
    before = np.cumsum(held) - held
    lots = np.diff(day.start)
    owners = np.flatnonzero(lots)
    before -= np.repeat(before[day.start[owners]], lots[owners])
    drawn = np.repeat(wanted, lots) - before
    return np.clip(drawn, 0, held, out=drawn)


def by_position(found: Settled, day: Levels) -> Settled:
    """Return the same with members and lots in the order of the day that was laid out."""

    def back(column: NDArray[Any], order: Int32s) -> NDArray[Any]:
        moved = np.empty_like(column)
        moved[..., order] = column
        return moved

    return Settled(
        back(found.released, day.position),
        back(found.released_by_lot, day.lot),
        back(found.paid, day.position),
        back(found.blocked, day.position),
        back(found.rest, day.position),
        back(found.drawn, day.lot),
        back(found.rank, day.position),
    )
