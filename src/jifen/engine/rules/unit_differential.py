"""unit_differential: each agent earns its own amount for every unit of its team and day, less what is paid below."""

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate
from jifen.engine.kernels.ranks import share_differential
from jifen.engine.reaches import differential_reach
from jifen.engine.rule import STRICT, Name, Payout, Reach, Releases, Shares, Switch, Upline
from jifen.engine.sale_reward import LotReward


@dataclass(frozen=True, kw_only=True, config=STRICT)
class UnitDifferential(LotReward):
    """Pay each ranked agent its rank's amount for each unit below and day, less the highest amount paid below (S0-36).

    Units bought on a day count from the next close on; one's own units pay others, never oneself. A reward that the
    receiver's lots cut off still counts as paid below (S0-11: no compression).
    """

    use: ClassVar[str] = "unit_differential"
    section: ClassVar[str] = "daily"
    by_generation: ClassVar[bool] = False
    shares: ClassVar[Shares] = "units"
    payout: ClassVar[Payout] = "ledger"

    kind: Name
    consumes_lots: Switch = True
    overflow: Literal["lose", "hold"] = "lose"

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - amounts are whole units
        """Return the denominator of amounts, which are whole minor units."""
        return (1,)

    def run(self, releases: Releases, whole: NDArray[np.int64], rest: NDArray[np.int32]) -> None:
        """Fill the entitlements, by position."""
        num = np.array([rate.num for rate in releases.rates], np.int64)
        size = releases.forest.layout.size
        share_differential(releases.leaders, size, releases.rank, releases.units_before, num, 1, whole[0], rest[0])

    def reach(self, upline: Upline, member: int) -> list[Reach]:
        """Return the ancestors whose amount exceeds every one on the way, with what is left for each."""
        return [Reach(0, ancestor, weight) for ancestor, weight in differential_reach(upline, member, 1)]
