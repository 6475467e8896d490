"""weighted_dividend: a share of a month's revenue, shared by units among the largest agents."""

from fractions import Fraction
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.declared import CNY, DeclaredName
from jifen.engine.month import Month, Shared
from jifen.engine.rule import STRICT, Name, Payout, Reach, Shares, Switch, Upline, Whole, running_sums
from jifen.engine.sale_reward import LotReward


@dataclass(frozen=True, kw_only=True, config=STRICT)
class WeightedDividend(LotReward):
    """Share a part of the declared revenue of a month among agents of at least a rank and team size (S0-37, S0-Q9).

    The weight is the units of the agent and everybody below. Shares are rounded down; the dust is kept for the next
    share-out. Where nothing is declared nothing is shared.
    """

    use: ClassVar[str] = "weighted_dividend"
    section: ClassVar[str] = "monthly"
    by_generation: ClassVar[bool] = False
    shares: ClassVar[Shares] = "units"
    payout: ClassVar[Payout] = "ledger"
    overflow: ClassVar[str] = "lose"

    rank: Name
    units_min: Annotated[Whole, Field(ge=0, le=10**9)] = 0
    rate: Share
    declared: Name
    kind: Name
    consumes_lots: Switch = True

    def declared_values(self) -> tuple[DeclaredName, ...]:
        """Return the revenue of the month."""
        return (DeclaredName(self.declared, None, None, None, CNY),)

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - weights are whole units
        """Return the denominator of weights."""
        return (1,)

    def share(self, month: Month) -> Shared:
        """Return who shares what."""
        value = month.declared.on(self.declared, month.day)
        revenue = value.value if value is not None else Fraction(0)
        total = int(revenue * 10**month.decimals * self.rate.num // self.rate.den)
        layout, before = month.forest.layout, running_sums(month.units)
        ranked = np.flatnonzero(month.rank >= month.rank_names.index(self.rank) + 1)
        weight = before[ranked + layout.size[ranked]] - before[ranked]
        able = weight >= max(self.units_min, 1)
        return Shared.by_weight(total, layout.member[ranked[able]], weight[able])

    def reach(self, upline: Upline, member: int) -> list[Reach]:
        """Return whose weight a member's units count in: its own and everybody's above."""
        return [Reach(0, receiver, 1) for receiver in (member, *upline.forest.ancestors(member))]
