"""Sums over the generations below each member, one pass (S4-08)."""

import numpy as np
from numba import njit

from jifen.engine.facts import Int64s
from jifen.engine.kernels import HAS_CHILDREN, LAST_CHILD, ROOT, ROWS_MAX, Flags, Rests, Rows


@njit(cache=True, nogil=True)
def share_generations(flags: Flags, released: Int64s, num: Int64s, den: Int64s, whole: Rows, rest: Rests) -> None:
    """Fill whole[g], rest[g] with num[g] × (sum of `released` g + 1 generations below) ÷ den[g] and its remainder."""
    generations = len(num)
    rows = np.zeros((ROWS_MAX, generations), np.int64)
    top = -1
    for p in range(len(flags) - 1, -1, -1):
        flag = flags[p]
        if flag & HAS_CHILDREN:
            for g in range(generations):
                base = rows[top, g]
                if base > 0:
                    units = base // den[g]
                    part = (base - units * den[g]) * num[g]
                    whole[g, p] = units * num[g] + part // den[g]
                    rest[g, p] = part % den[g]
            for g in range(generations - 1, 0, -1):
                rows[top, g] = rows[top, g - 1]
            rows[top, 0] = released[p]
            if not flag & LAST_CHILD:
                for g in range(generations):
                    if not flag & ROOT:
                        rows[top - 1, g] += rows[top, g]
                    rows[top, g] = 0
                top -= 1
        elif not flag & ROOT:
            if flag & LAST_CHILD:
                top += 1
            rows[top, 0] += released[p]
