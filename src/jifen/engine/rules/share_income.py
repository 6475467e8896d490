"""share_income: what somebody buys, or sells as a store, brings points to those who referred him."""

from itertools import islice
from typing import Annotated, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.forest import Forest
from jifen.engine.rule import STRICT, Reach, Switch
from jifen.engine.sale_reward import Income, above_of
from jifen.engine.trade import Market, Sale


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ShareIncome(Income):
    """Pay the generations above a buyer, or above a store, a share of each order (S2-09, S2-25, S2-29, S2-52).

    Above a buyer stands his referrer, above a store who brought it. With `active_only` a receiver who is not activated
    gets nothing, and nobody gets it in his place (S2-08).
    """

    use: ClassVar[str] = "share_income"
    repeats: ClassVar[bool] = True
    by_generation: ClassVar[bool] = True

    of: Literal["buyer", "store"] = "buyer"
    rates: Annotated[tuple[Share, ...], Field(min_length=1, max_length=20)]  # generation 1, generation 2, …
    active_only: Switch = True

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return one denominator a generation."""
        return tuple(rate.den for rate in self.rates)

    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:
        """Return those above, generation by generation."""
        if not self.counts(sale):
            return []
        receivers = enumerate(islice(above_of(forest, market, sale, self.of), len(self.rates)))
        able = (pair for pair in receivers if not self.active_only or market.active[pair[1]])
        return [Reach(generation, receiver, self.rates[generation].num) for generation, receiver in able]
