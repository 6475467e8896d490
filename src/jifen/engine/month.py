"""What monthly rewards work on, and how a fixed quantity is shared out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jifen.engine.amounts import share_out
from jifen.engine.declared import DeclaredValues
from jifen.engine.facts import Int64s
from jifen.engine.forest import Forest


@dataclass(frozen=True)
class Month:
    """A programme at the close of a month's last day; arrays by position."""

    day: int
    forest: Forest
    rank: NDArray[np.int8]  # found by the close before
    rank_names: Sequence[str]
    units: Int64s  # that count at this close
    sales: Int64s  # of agents: what they sold this month
    agent: NDArray[np.bool_]
    held: NDArray[np.bool_]  # whether lots opened before held anything; for rewards that draw on none
    declared: DeclaredValues
    decimals: int  # of the kind that is paid


@dataclass(frozen=True)
class Shared:
    """A fixed quantity and who shares it: members ascending, each with its weight and its exact base for refunds."""

    total: int  # minor units, newly set aside
    member: Sequence[int]
    weight: Sequence[int]
    base: Sequence[int]

    @classmethod
    def by_weight(cls, total: int, member: NDArray[np.int32], weight: Int64s) -> "Shared":
        """Return a share-out by weights that are the bases too."""
        order = np.argsort(member)
        weights = weight[order].tolist()
        return cls(total, member[order].tolist(), weights, weights)

    def weighing(self, member: NDArray[np.int32], base: Int64s) -> "Shared":
        """Return the same share-out with other bases for refunds."""
        return replace(self, base=base[np.argsort(member)].tolist())

    def shares(self, dust: int) -> tuple[list[int], int]:
        """Return everybody's share, rounded down, and the dust that is left; `dust` was left before."""
        return share_out(self.total + dust, self.weight)
