"""Passes over ranked members: differential, peer bonus, second-largest leg (S4-11 … S4-16)."""

import numpy as np
from numba import njit

from jifen.engine.facts import Int64s
from jifen.engine.kernels import HAS_CHILDREN, LAST_CHILD, ROOT, ROWS_MAX, Flags, Ranks, Rests, Rows


@njit(cache=True, nogil=True)
def share_differential(
    flags: Flags, released: Int64s, rank: Ranks, num: Int64s, den: int, whole: Int64s, rest: Rests
) -> None:
    """Fill whole, rest with Σ (q − h) × released ÷ den and its remainder; h is the highest rate paid below.

    A row holds, for each rank k, the releases below on whose way up k is the highest rank met so far.
    """
    ranks = len(num)
    rows = np.zeros((ROWS_MAX, ranks), np.int64)
    top = -1
    for p in range(len(flags) - 1, -1, -1):
        flag = flags[p]
        if flag & HAS_CHILDREN:
            own = rank[p]
            if own > 0:
                units = 0
                part = 0
                for k in range(own):
                    base = rows[top, k]
                    if base > 0:
                        step = num[own] - num[k]
                        units += base // den * step
                        part += base % den * step
                        units += part // den
                        part %= den
                        rows[top, own] += base
                        rows[top, k] = 0
                if units > 0 or part > 0:
                    whole[p] = units
                    rest[p] = part
            rows[top, 0] += released[p]
            if not flag & LAST_CHILD:
                for k in range(ranks):
                    if not flag & ROOT:
                        rows[top - 1, k] += rows[top, k]
                    rows[top, k] = 0
                top -= 1
        elif not flag & ROOT:
            if flag & LAST_CHILD:
                top += 1
            rows[top, 0] += released[p]


@njit(cache=True, nogil=True)
def share_peer(
    flags: Flags, released: Int64s, rank: Ranks, ranks: int, num: int, den: int, whole: Int64s, rest: Rests
) -> None:
    """Fill whole, rest with num × (releases below the nearest members of equal rank) ÷ den and its remainder.

    A row holds at 0 the releases of the subtrees, at k > 0 the markets of members of rank k whose nearest ancestor of
    at least that rank is still to come.
    """
    rows = np.zeros((ROWS_MAX, ranks), np.int64)
    top = -1
    for p in range(len(flags) - 1, -1, -1):
        flag = flags[p]
        if flag & HAS_CHILDREN:
            own = rank[p]
            if own > 0:
                base = rows[top, own]
                if base > 0:
                    units = base // den
                    part = (base - units * den) * num
                    whole[p] = units * num + part // den
                    rest[p] = part % den
                for k in range(1, own):
                    rows[top, k] = 0
                rows[top, own] = rows[top, 0]
            rows[top, 0] += released[p]
            if not flag & LAST_CHILD:
                for k in range(ranks):
                    if not flag & ROOT:
                        rows[top - 1, k] += rows[top, k]
                    rows[top, k] = 0
                top -= 1
        elif not flag & ROOT:
            if flag & LAST_CHILD:
                top += 1
            rows[top, 0] += released[p]


@njit(cache=True, nogil=True)
def rank_by_second_leg(flags: Flags, volume: Int64s, threshold: Int64s, rank: Ranks, legs: Rows) -> None:
    """Fill by member `rank`: how many `threshold`s (ascending) the second-largest leg reaches.

    Where `legs` has columns, fill its rows too: the volume below, of the largest and of the second-largest leg.
    """
    n = len(flags)
    wants_legs = legs.shape[1] > 0
    rows = np.zeros((ROWS_MAX, 3), np.int64)  # total, largest, second
    top = -1
    for p in range(n - 1, -1, -1):
        flag = flags[p]
        leg = volume[p]
        if flag & HAS_CHILDREN:
            reached = 0
            while reached < len(threshold) and rows[top, 2] >= threshold[reached]:
                reached += 1
            rank[p] = reached
            if wants_legs:
                for k in range(3):
                    legs[k, p] = rows[top, k]
            leg += rows[top, 0]
            rows[top, 0] = rows[top, 1] = rows[top, 2] = 0
            if not flag & LAST_CHILD:
                top -= 1
        elif flag & LAST_CHILD:
            top += 1
        if not flag & ROOT:
            rows[top, 0] += leg
            if leg > rows[top, 1]:
                rows[top, 2] = rows[top, 1]
                rows[top, 1] = leg
            elif leg > rows[top, 2]:
                rows[top, 2] = leg
