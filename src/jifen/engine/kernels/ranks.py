"""Passes over ranked members: differential, peer bonus, second-largest leg (S4-11 … S4-16).

`before` are running sums by position, one longer than the members: what stands below p adds up to
before[p + size[p]] − before[p + 1]. `leaders` are the positions of ranked members with somebody below, ascending, and
the number of members at the end. A leader is opened when it is met and closed where its subtree ends; an open leader
has a row.
"""

import numpy as np

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.kernels import Ranks, Rests, Rows, kernel
from jifen.engine.kernels.fractions import portion, simple_up_to


@kernel
def leaders_of(size: Int32s, rank: Ranks) -> Int32s:
    """Return the positions of ranked members with somebody below, and the number of members behind them."""
    found, count = np.empty(len(rank) + 1, np.int32), 0
    for p in range(len(rank)):
        found[count] = p
        count += (rank[p] > 0) & (size[p] > 1)
    found[count] = len(rank)
    return found[: count + 1].copy()


@kernel
def share_differential(
    leaders: Int32s, size: Int32s, rank: Ranks, before: Int64s, num: Int64s, den: int, whole: Int64s, rest: Rests
) -> None:
    """Fill whole, rest with Σ (q − h) × released ÷ den and its remainder; h is the highest rate paid below.

    Column k > 0 of a row holds the releases below on whose way up k is the highest rank; column 0 those below other
    leaders, so that what is below none of them is the difference.
    """
    rows, opened = np.zeros((len(leaders), len(num)), np.int64), np.zeros(len(leaders), np.int32)
    simple = simple_up_to(num[-1])
    top = 0  # row 0 takes what nobody is left to earn
    for p in leaders:
        while top > 0 and opened[top] + size[opened[top]] <= p:
            leader, row = opened[top], rows[top]
            own, below = rank[leader], before[leader + size[leader]] - before[leader + 1]
            units, part = portion(below - row[0], num[own], den, simple)
            for k in range(1, own):
                more, left = portion(row[k], num[own] - num[k], den, simple)
                units, part = units + more, part + left
            whole[leader], rest[leader] = units + part // den, part % den
            top -= 1
            rows[top, 0] += below
            rows[top, own] += below
            for k in range(own + 1, len(num)):
                rows[top, own] -= row[k]
                rows[top, k] += row[k]
        top += 1
        opened[top % len(leaders)] = p
        rows[top % len(leaders)] = 0


@kernel
def share_peer(
    leaders: Int32s,
    size: Int32s,
    rank: Ranks,
    before: Int64s,
    rate: tuple[int, int, int, int],
    whole: Int64s,
    rest: Rests,
) -> None:
    """Fill whole, rest with num × (releases below the nearest members of equal rank) ÷ den and its remainder.

    `rate` is (num, den, ranks with that of having none, how many ranks earn nothing at all). Column k of a row holds
    the markets of the members of rank k below whose nearest ancestor of at least that rank is still to come.
    """
    num, den, ranks, unpaid = rate
    simple = simple_up_to(num)
    rows, opened = np.zeros((len(leaders), ranks), np.int64), np.zeros(len(leaders), np.int32)
    top = 0
    for p in leaders:
        while top > 0 and opened[top] + size[opened[top]] <= p:
            leader, row = opened[top], rows[top]
            own, below = rank[leader], before[leader + size[leader]] - before[leader + 1]
            whole[leader], rest[leader] = portion(row[own] if own > unpaid else 0, num, den, simple)
            top -= 1
            rows[top, own] += below
            for k in range(own + 1, ranks):
                rows[top, k] += row[k]
        top += 1
        opened[top % len(leaders)] = p
        rows[top % len(leaders)] = 0


@kernel
def rank_by_second_leg(size: Int32s, before: Int64s, threshold: Int64s, rank: Ranks) -> None:
    """Fill by position how many `threshold`s (ascending) the volume of the second-largest leg reaches.

    Two legs of a volume need a team of twice that, so most members need no look at their legs.
    """
    for p in range(len(rank)):
        end = p + size[p]
        if before[end] - before[p + 1] < 2 * threshold[0]:
            continue
        largest = second = 0
        child = p + 1
        while child < end:
            leg = before[child + size[child]] - before[child]
            child += size[child]
            second = max(second, min(leg, largest))
            largest = max(largest, leg)
        while rank[p] < len(threshold) and second >= threshold[rank[p]]:
            rank[p] += 1


@kernel
def measure_legs(size: Int32s, before: Int64s, legs: Rows) -> None:
    """Fill by position the rows of `legs`: the volume below, of the largest and of the second-largest leg."""
    for p in range(len(size)):
        end = p + size[p]
        largest = second = 0
        child = p + 1
        while child < end:
            leg = before[child + size[child]] - before[child]
            child += size[child]
            second = max(second, min(leg, largest))
            largest = max(largest, leg)
        legs[0, p], legs[1, p], legs[2, p] = before[end] - before[p + 1], largest, second
