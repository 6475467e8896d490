"""center_income: an operation centre shares in what its area's stores sell, and those of the centres it promoted."""

from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate, Share
from jifen.engine.facts import NOBODY
from jifen.engine.forest import Forest
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting
from jifen.engine.regions import regions_around
from jifen.engine.rule import STRICT, ActionFact, Reach
from jifen.engine.sale_reward import Income
from jifen.engine.trade import Center, Market, Sale


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CenterIncome(Income):
    """Pay the centres around an order's region, or those that promoted them, a share of it (S2-13 … S2-15, S2-57).

    Whoever is the nearest centre above when a centre opens has promoted it (S2-14, S2-58).
    """

    use: ClassVar[str] = "center_income"
    repeats: ClassVar[bool] = True
    by_generation: ClassVar[bool] = False
    actions: ClassVar[tuple[str, ...]] = ("open_center", "close_center")

    of: Literal["area", "sub"] = "area"
    rate: Share

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return the denominator of the rate."""
        return (self.rate.den,)

    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:  # noqa: ARG002 - of all rules
        """Return the holders of the centres around the order, or their parents."""
        region = market.region_of(sale)
        if not region or not self.counts(market, sale):
            return []
        around = (market.centers[code] for code in regions_around(region) if code in market.centers)
        receivers = (center.member if self.of == "area" else center.parent for center in around)
        return [Reach(0, receiver, self.rate.num) for receiver in receivers if receiver != NOBODY]

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Open a centre or close it, or return why not."""
        code, centers = action.to_kind, posting.book.centers
        if action.action == "close_center":
            if code not in centers or centers[code].member != action.member:
                return say("the centre of {region} is not the member's", region=code)
            del centers[code]
            return None
        if code in centers:
            return say("the region {region} has a centre", region=code)
        holders = {center.member for center in centers.values()}
        forest = posting.forest or posting.book.forest
        parent = next((member for member in forest.ancestors(action.member) if member in holders), NOBODY)
        centers[code] = Center(action.member, parent)
        return None
