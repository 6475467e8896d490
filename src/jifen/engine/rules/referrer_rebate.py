"""referrer_rebate: what a sourced product leaves goes in part to its buyer's referrer."""

from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.forest import Forest
from jifen.engine.lines import PLATFORM
from jifen.engine.rule import STRICT, Reach, Shares
from jifen.engine.sale_reward import SaleReward, one
from jifen.engine.trade import Market, Sale


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReferrerRebate(SaleReward):
    """Pay the referrer of whoever buys a sourced product a share of what it cost (S1-26).

    `base` is the order's amount, or the part of it that was paid in points (S1-Q4).
    """

    use: ClassVar[str] = "referrer_rebate"
    paid_from: ClassVar[int] = PLATFORM

    rate: Share
    base: Literal["amount", "points"] = "amount"

    @property
    def shares(self) -> Shares:
        """What of an order it is a share of."""
        return self.base

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return the denominator of the rate."""
        return (self.rate.den,)

    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:
        """Return the buyer's referrer."""
        return one(int(forest.referrer[sale.member]), self.rate.num) if not market.divides(sale) else []
