"""What a close pays, as columns."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import Int64s
from jifen.engine.rule import RewardRule


@dataclass(frozen=True)
class Slot:
    """One row of rewards in the order of payment: a rule, or one generation of it."""

    rule: RewardRule
    generation: int  # 0 where the rule has no generations
    den: int

    @property
    def path(self) -> str:
        """The slot's part of a key: "generation_share/1" or "peer_bonus"."""
        return f"{self.rule.use}/{self.generation}" if self.generation else self.rule.use


class Scheduled(NamedTuple):
    """What time releases at a close, by lot and summed by position."""

    by_lot: Int64s
    by_position: Int64s


@dataclass(frozen=True)
class Close:
    """What one close pays, as columns. Rewards have a row for each slot, a column for each position."""

    day: int
    slots: tuple[Slot, ...]
    scheduled: Scheduled
    paid: NDArray[np.int64]
    blocked: NDArray[np.int64]  # what an empty lot cut off; entitlement = paid + blocked
    rest: NDArray[np.int32]  # entitlement × den + rest is the exact weighted base
    drawn: Int64s  # by lot: what the rewards took
    rank: NDArray[np.int8]  # by position: found at the end of this close
