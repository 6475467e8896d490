"""Sums over the generations below each member (S4-08)."""

import numpy as np

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.kernels import BLOCK, Rests, Rows, kernel
from jifen.engine.kernels.fractions import portion, simple_up_to


@kernel
def share_generations(referrer: Int32s, released: Int64s, num: Int64s, den: Int64s, whole: Rows, rest: Rests) -> None:
    """Fill whole[g], rest[g] with num[g] × (sum of `released` g + 1 generations below) ÷ den[g] and its remainder.

    `whole` comes as zeros. Everybody below a member stands behind it, so going backward a member's sum is complete when
    it is passed on; and its referrer stands near.
    """
    n = len(referrer)
    for g in range(len(num)):
        own = released if g == 0 else whole[g - 1]
        sums = whole[g]
        for i in range(n):
            p = np.uint64(n - 1 - i)
            up = referrer[p]
            if up >= 0:
                sums[np.uint64(up)] += own[p]
    earning = np.zeros(BLOCK, np.uint32)
    for g in range(len(num)):
        simple = simple_up_to(num[g])
        for first in range(0, n, BLOCK):
            sums, left = whole[g, first : first + BLOCK], rest[g, first : first + BLOCK]
            count = 0
            for i in range(len(sums)):
                earning[count] = i
                count += sums[i] > 0
            for j in range(count):
                i = earning[j]
                sums[i], left[i] = portion(sums[i], num[g], den[g], simple)
