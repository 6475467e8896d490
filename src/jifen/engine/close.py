"""What a close pays, as columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import Int64s
from jifen.engine.lines import FREE, ISSUED
from jifen.engine.rule import ShareRule


@dataclass(frozen=True)
class Slot:
    """One row of rewards in the order of payment: a rule, or one generation of it."""

    rule: ShareRule
    generation: int  # 0 where the rule has no generations
    den: int
    kind: str  # what it pays
    of_month: bool = False  # shared out at the end of a month
    source: int = ISSUED  # the account that gives what no lot gives
    state: str = FREE  # in which it is paid

    @property
    def path(self) -> str:
        """The slot's part of a key: "generation_share/1" or "peer_bonus"."""
        return f"{self.rule.path}/{self.generation}" if self.generation else self.rule.path

    def pays_lot_kind(self, lot_kind: str) -> bool:
        """Return whether what it draws from lots becomes free as it is."""
        return self.kind == lot_kind and self.rule.consumes_lots


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
    second: Int64s | None  # by position: what of the scheduled releases is paid in the second kind
    paid: NDArray[np.int64]
    blocked: NDArray[np.int64]  # what an empty lot cut off; entitlement = paid + blocked
    rest: NDArray[np.int32]  # entitlement × den + rest is the exact weighted base
    drawn: Int64s  # by lot: what the rewards took
    rank: NDArray[np.int8]  # by position: found at the end of this close
    bases: Mapping[int, Int64s] = field(default_factory=dict)  # by slot, then position, where entitled × den is not it
    reported: Mapping[int, Int64s] = field(default_factory=dict)  # by slot, then position: paid elsewhere (S1-15)
