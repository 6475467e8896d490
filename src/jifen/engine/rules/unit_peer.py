"""unit_peer: for a team that is led by an agent of equal rank."""

from collections import defaultdict
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate, Share, to_minor
from jifen.engine.kernels.peers import pass_to_peers
from jifen.engine.kernels.ranks import share_differential, share_peer
from jifen.engine.reaches import differential_reach, peers_on_the_way
from jifen.engine.rule import STRICT, CnyOrNone, Name, Payout, Reach, Releases, Shares, Switch, Upline
from jifen.engine.sale_reward import LotReward


@dataclass(frozen=True, kw_only=True, config=STRICT)
class UnitPeer(LotReward):
    """Pay an agent for its peers, the nearest agents of equal rank below with none higher between (S0-39, S0-68).

    One generation. `basis` says what of (S0-Q6): "percent_of_peer_bonus" a rate of the peer's own unit_differential of
    that day, before it is cut; "percent_of_base" a rate of the rank's amount for each unit below the peer;
    "fixed_per_unit" an `amount` (CNY) for each unit below the peer.
    """

    use: ClassVar[str] = "unit_peer"
    section: ClassVar[str] = "daily"
    by_generation: ClassVar[bool] = False
    shares: ClassVar[Shares] = "units"
    payout: ClassVar[Payout] = "ledger"

    basis: Literal["percent_of_peer_bonus", "percent_of_base", "fixed_per_unit"]
    rate: Share | None = None
    amount: CnyOrNone = Field(default=0)
    kind: Name
    consumes_lots: Switch = True
    overflow: Literal["lose", "hold"] = "lose"

    @model_validator(mode="after")
    def _rate_or_amount(self) -> "UnitPeer":
        fixed = self.basis == "fixed_per_unit"
        if fixed != (self.rate is None) or (not fixed and self.amount):
            raise PydanticCustomError("peer_basis", "a rate or an amount", {"basis": self.basis})
        return self

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return the denominator of the rate; amounts are whole minor units."""
        return (self.rate.den if self.rate is not None else 1,)

    def run(self, releases: Releases, whole: NDArray[np.int64], rest: NDArray[np.int32]) -> None:
        """Fill the entitlements and their remainders, by position."""
        base = np.zeros(len(releases.rank), np.int64)
        unpaid = sum(rate.num == 0 for rate in releases.rates[1:])
        size, num = releases.forest.layout.size, np.array([rate.num for rate in releases.rates], np.int64)
        ignored = np.zeros(len(releases.rank), np.int32)
        leading = releases.leaders[:-1]  # nobody else earns; all other pages of these columns stay untouched
        if self.basis == "percent_of_peer_bonus":
            own = np.zeros_like(base)
            share_differential(releases.leaders, size, releases.rank, releases.units_before, num, 1, own, ignored)
            pass_to_peers(releases.leaders, size, releases.rank, unpaid, len(num), own, base)
            due = base[leading]
        else:
            rate = (1, 1, len(num), unpaid)
            share_peer(releases.leaders, size, releases.rank, releases.units_before, rate, base, ignored)
            due = base[leading] * self._weights(releases.rates, releases.decimals)[releases.rank[leading]]
        if self.rate is None:
            whole[0][leading] = due
            return
        part = due % self.rate.den * self.rate.num
        whole[0][leading] = due // self.rate.den * self.rate.num + part // self.rate.den
        rest[0][leading] = part % self.rate.den

    def _weights(self, rates: tuple[Rate, ...], decimals: int) -> NDArray[np.int64]:
        """Return what a unit below a peer weighs by rank, in minor units."""
        if self.basis == "fixed_per_unit":
            return np.full(len(rates), to_minor(self.amount, decimals), np.int64)
        return np.array([rate.num for rate in rates], np.int64)

    def reach(self, upline: Upline, member: int) -> list[Reach]:
        """Return who earns from `member`'s units: for each pair of peers on the way up the one above."""
        weights: defaultdict[int, int] = defaultdict(int)
        num = self.rate.num if self.rate is not None else 1
        own = dict(differential_reach(upline, member, 1)) if self.basis == "percent_of_peer_bonus" else {}
        by_rank = self._weights(upline.rates, upline.decimals)
        for below, above in peers_on_the_way(upline, member):
            if self.basis == "percent_of_peer_bonus":
                weights[above] += own.get(below, 0) * num
            else:
                weights[above] += int(by_rank[upline.rank[above]]) * num
        return [Reach(0, receiver, weight) for receiver, weight in weights.items() if weight]
