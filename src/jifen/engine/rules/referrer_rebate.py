"""referrer_rebate: what a sourced product leaves goes in part to its buyer's referrer."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.forest import Forest
from jifen.engine.rule import STRICT, Reach
from jifen.engine.sale_reward import Rebate, one
from jifen.engine.trade import Market, Sale


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReferrerRebate(Rebate):
    """Pay the referrer of whoever buys a sourced product a share of what it cost (S1-26).

    `base` is the order's amount, or the part of it that was paid in points (S1-Q4).
    """

    use: ClassVar[str] = "referrer_rebate"

    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:
        """Return the buyer's referrer."""
        return one(int(forest.referrer[sale.member]), self.rate.num) if not market.divides(sale) else []
