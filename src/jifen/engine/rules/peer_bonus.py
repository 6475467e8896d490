"""peer_bonus: for a team that is led by someone of equal rank."""

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.kernels.ranks import share_peer
from jifen.engine.rule import STRICT, Reach, Releases, Upline
from jifen.engine.sale_reward import TeamReward


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PeerBonus(TeamReward):
    """Pay a member a rate of the whole release below its peers: the nearest members of equal rank (S4-15, S4-31).

    For each member B whose rank earns anything, the nearest ancestor of at least B's rank is looked at; if the ranks
    are equal, it earns the rate of what everybody below B released today, B itself excluded. One generation (S4-Q5).
    Drawn from the receiver's own lots (S4-16).
    """

    use: ClassVar[str] = "peer_bonus"
    section: ClassVar[str] = "daily"
    by_generation: ClassVar[bool] = False
    kind: ClassVar[str] = ""  # of the lots

    rate: Share
    overflow: Literal["lose", "hold"] = "lose"  # what an empty lot cuts off is lost, or waits (S4-Q8)

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return the denominator of the rate."""
        return (self.rate.den,)

    def run(self, releases: Releases, whole: NDArray[np.int64], rest: NDArray[np.int32]) -> None:
        """Fill the entitlements and their remainders, by position."""
        unpaid = sum(rate.num == 0 for rate in releases.rates[1:])
        rate = (self.rate.num, self.rate.den, len(releases.rates), unpaid)
        size = releases.forest.layout.size
        share_peer(releases.leaders, size, releases.rank, releases.base_before(self.of), rate, whole[0], rest[0])

    def reach(self, upline: Upline, member: int) -> list[Reach]:
        """Return who earns from `member`'s release: for each ranked ancestor, its peer above."""
        reached: list[Reach] = []
        open_ranks: set[int] = set()  # ranks met on the way whose nearest ancestor of at least that rank is to come
        for ancestor in upline.forest.ancestors(member):
            own = int(upline.rank[ancestor])
            if own in open_ranks and upline.rates[own].num:
                reached.append(Reach(0, ancestor, self.rate.num))
            if own:
                open_ranks = {other for other in open_ranks if other > own} | {own}
        return reached
