"""rank_differential: each upline earns its own rate less what is already paid below."""

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, common_denominator
from jifen.engine.kernels.ranks import share_differential
from jifen.engine.rule import STRICT, Reach, Releases, Upline
from jifen.engine.sale_reward import TeamReward


@dataclass(frozen=True, kw_only=True, config=STRICT)
class RankDifferential(TeamReward):
    """Pay each ranked member its rate of what its team released today, less the highest rate below (S4-11, S4-13).

    The rates stand in the rank table. A member's own rank does not stop its own release (S4-Q4). Where someone of the
    same or a higher rank stands below, that branch pays nothing here (S4-31, S4-Q11). The reward is drawn from the
    receiver's own lots (S4-14); one that an empty lot cut off still counts as paid below (S4-Q9).
    """

    use: ClassVar[str] = "rank_differential"
    section: ClassVar[str] = "daily"
    by_generation: ClassVar[bool] = False
    kind: ClassVar[str] = ""  # of the lots

    overflow: Literal["lose", "hold"] = "lose"  # what an empty lot cuts off is lost, or waits (S4-Q8)

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:
        """Return the common denominator of the rank table."""
        return (common_denominator(rates),)

    def run(self, releases: Releases, whole: NDArray[np.int64], rest: NDArray[np.int32]) -> None:
        """Fill the entitlements and their remainders, by position."""
        den = common_denominator(releases.rates)
        num = np.array([rate.over(den) for rate in releases.rates], np.int64)
        size = releases.forest.layout.size
        share_differential(
            releases.leaders, size, releases.rank, releases.base_before(self.of), num, den, whole[0], rest[0]
        )

    def reach(self, upline: Upline, member: int) -> list[Reach]:
        """Return the ancestors whose rate exceeds every rate on the way, with what is left for each."""
        den = common_denominator(upline.rates)
        reached, paid = [], 0
        for ancestor in upline.forest.ancestors(member):
            rate = upline.rates[upline.rank[ancestor]].over(den)
            if rate > paid:
                reached.append(Reach(0, ancestor, rate - paid))
                paid = rate
        return reached
