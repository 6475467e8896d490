"""generation_share: each referrer's share of what the generations below released today."""

from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.kernels.generations import share_generations
from jifen.engine.rule import STRICT, Reach, Releases, Upline
from jifen.engine.sale_reward import TeamReward


@dataclass(frozen=True, kw_only=True, config=STRICT)
class GenerationShare(TeamReward):
    """Pay each referrer a share of what the generations below released by time today (S4-08), or bought (S1-18).

    Of releases the share comes out of the referrer's own lots, oldest first (S4-09, S4-10), so a referrer with nothing
    locked earns nothing. Of orders it is money, at whichever store they were. Each generation is a posting of its own.
    """

    use: ClassVar[str] = "generation_share"
    section: ClassVar[str] = "daily"
    by_generation: ClassVar[bool] = True
    kind: ClassVar[str] = ""  # of the lots

    rates: Annotated[tuple[Share, ...], Field(min_length=1, max_length=20)]  # generation 1, generation 2, …
    overflow: Literal["lose", "hold"] = "lose"  # what an empty lot cuts off is lost, or waits (S4-Q8)

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return one denominator a generation."""
        return tuple(rate.den for rate in self.rates)

    def run(self, releases: Releases, whole: NDArray[np.int64], rest: NDArray[np.int32]) -> None:
        """Fill each generation's entitlements and their remainders, by position."""
        num = np.array([rate.num for rate in self.rates], np.int64)
        den = np.array([rate.den for rate in self.rates], np.int64)
        share_generations(releases.forest.layout.referrer, releases.base(self.of), num, den, whole, rest)

    def reach(self, upline: Upline, member: int) -> list[Reach]:
        """Return who shares in `member`'s release: the referrer, the referrer's referrer, …"""
        receivers = zip(range(len(self.rates)), upline.forest.ancestors(member), strict=False)
        return [Reach(generation, receiver, self.rates[generation].num) for generation, receiver in receivers]
