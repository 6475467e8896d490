"""Ranks by the units of a team (S0-33 … S0-42)."""

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.kernels import Ranks, kernel

Terms = tuple[int, int]  # active sellers and units that must stand below
Sums = tuple[Int64s, Int32s]  # units and active sellers before each position, and the whole at the end


@kernel
def mark_sellers(referrer: Int32s, units: Int64s, sells: NDArray[np.bool_], sums: Sums) -> None:
    """Fill `sums` by position with the units and the active sellers before; `sells` comes as falses.

    An active seller holds a unit and has referred somebody who does.
    """
    before, sellers = sums
    for p in range(len(units)):
        if units[p] > 0 and referrer[p] >= 0:
            sells[np.uint64(referrer[p])] = True
    for p in range(len(units)):
        before[p + 1] = before[p] + units[p]
        sellers[p + 1] = sellers[p] + (sells[p] and units[p] > 0)


@kernel
def rank_by_units(
    size: Int32s, able: NDArray[np.bool_], sums: Sums, terms: Terms, table: tuple[Int64s, Int64s], rank: Ranks
) -> None:
    """Fill by position the highest row of `table` (units of the team, own units) that is reached; `rank` is zeros."""
    before, sellers = sums
    units, own_units = table
    for p in range(len(rank)):
        end = p + size[p]
        total, own = before[end] - before[p], before[p + 1] - before[p]
        if not able[p] or total < units[0] or total - own < terms[1] or sellers[end] - sellers[p + 1] < terms[0]:
            continue
        for row in range(len(units)):
            if total >= units[row] and own >= own_units[row]:
                rank[p] = row + 1
