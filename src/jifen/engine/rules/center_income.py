"""center_income: an operation centre shares in what its area's stores sell, and those of the centres it promoted."""

from collections import Counter
from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.forest import Forest
from jifen.engine.regions import regions_around
from jifen.engine.rule import STRICT, Reach
from jifen.engine.sale_reward import Income, above_of
from jifen.engine.trade import Market, Sale


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CenterIncome(Income):
    """Pay operation centres a share of orders (S2-13 … S2-15, S2-57).

    `area`: those around an order's region; `sub`: those that promoted them; `team`: those whose team brought its store.
    Where centres lie in each other's regions all share, or with nested = "nearest" the smallest region's alone.
    Whoever lacks a pack for one of his centres earns nothing, and whoever holds no centre promotes none.
    """

    use: ClassVar[str] = "center_income"
    repeats: ClassVar[bool] = True
    by_generation: ClassVar[bool] = False

    of: Literal["area", "sub", "team"] = "area"
    rate: Share
    nested: Literal["all", "nearest"] = "all"

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return the denominator of the rate."""
        return (self.rate.den,)

    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:
        """Return the holders of the centres that share in an order."""
        if not self.counts(sale):
            return []
        if self.of == "team":
            receivers = [member for member in above_of(forest, market, sale, "store") if member in market.earning]
        else:
            receivers = [receiver for _, receiver in self.around(market, sale)]
        times = Counter(receivers)  # who has centres in a district and in its city
        return [Reach(0, receiver, self.rate.num * count) for receiver, count in times.items()]

    def around(self, market: Market, sale: Sale) -> list[tuple[str, int]]:
        """Return for which regions around an order who is paid, the smallest first."""
        region = market.region_of(sale)
        codes = [code for code in regions_around(region) if code in market.centers] if region else []
        centers = [(code, market.centers[code]) for code in (codes[:1] if self.nested == "nearest" else codes)]
        earning = ((code, center) for code, center in centers if center.member in market.earning)
        found = ((code, center.member if self.of == "area" else center.parent) for code, center in earning)
        return [(code, receiver) for code, receiver in found if receiver in market.earning]
