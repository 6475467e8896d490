"""What peers pass upward: each ranked member's own value to the nearest ancestor of at least its rank, if equal."""

import numpy as np

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.kernels import Ranks, kernel


@kernel
def pass_to_peers(
    leaders: Int32s, size: Int32s, rank: Ranks, unpaid: int, ranks: int, value: Int64s, base: Int64s
) -> None:
    """Add to `base` of each leader the `value` of its peers below, by position.

    `leaders` are the positions of ranked members with somebody below, ascending, and the number of members at the end;
    ranks up to `unpaid` pass nothing. `nearest` holds for each rank the innermost open leader that has it.
    """
    opened, outer = np.zeros(len(leaders), np.int32), np.zeros(len(leaders), np.int32)
    nearest = np.full(ranks, -1, np.int32)  # places in `opened`
    top = 0
    for p in leaders[:-1]:
        while top > 0 and opened[top - 1] + size[opened[top - 1]] <= p:
            top -= 1
            nearest[rank[opened[top]]] = outer[top]
        own, peer, higher = rank[p], nearest[rank[p]], -1
        for k in range(own + 1, ranks):
            higher = max(higher, nearest[k])
        if own > unpaid and peer > higher:
            base[opened[peer]] += value[p]
        opened[top], outer[top] = p, peer
        nearest[own] = top
        top += 1
