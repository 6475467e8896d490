"""store_rebate: what a sourced product leaves goes in part to the store that brought its buyer."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.forest import Forest
from jifen.engine.rule import STRICT, Reach
from jifen.engine.sale_reward import Rebate, one
from jifen.engine.trade import Market, Sale


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StoreRebate(Rebate):
    """Pay the owner of an order's store a share of what a sourced product cost (S1-26).

    `base` is the order's amount, or the part of it that was paid in points (S1-Q4).
    """

    use: ClassVar[str] = "store_rebate"

    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:  # noqa: ARG002 - of all rules
        """Return the store's owner."""
        return one(market.owner_of(sale), self.rate.num) if not market.divides(sale) else []
