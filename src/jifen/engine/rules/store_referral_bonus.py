"""store_referral_bonus: who brought a store shares in its turnover."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.forest import Forest
from jifen.engine.rule import STRICT, Reach
from jifen.engine.sale_reward import MoneyReward, one
from jifen.engine.trade import Market, Sale


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StoreReferralBonus(MoneyReward):
    """Pay whoever brought a store a share of what is sold there each day (S1-17)."""

    use: ClassVar[str] = "store_referral_bonus"

    rate: Share

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return the denominator of the rate."""
        return (self.rate.den,)

    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:  # noqa: ARG002 - of all rules
        """Return the store's referrer."""
        return one(market.referrer_of(sale), self.rate.num) if market.divides(sale) else []
