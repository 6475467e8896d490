"""territory: who bought a district, city or province shares in all orders in it."""

from functools import cached_property
from typing import ClassVar

from pydantic import model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY, Rate, Share, common_denominator
from jifen.engine.forest import Forest
from jifen.engine.lines import FEES, FREE, ISSUED
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.regions import CITY, PROVINCE, regions_around
from jifen.engine.rule import STRICT, ActionFact, Reach
from jifen.engine.sale_reward import MoneyReward
from jifen.engine.trade import Market, Sale


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Territory(MoneyReward):
    """Pay the holders of the district, city and province of an order, each its rate less what is paid below (S1-21).

    Whether the buyer stands in the holder's team does not matter. One member holds a region; the fee that it was
    bought for is the programme's (S1-22).
    """

    use: ClassVar[str] = "territory"
    actions: ClassVar[tuple[str, ...]] = ("assign_territory", "return_territory")

    district: Share
    city: Share
    province: Share

    @model_validator(mode="after")
    def _larger_regions_earn_no_less(self) -> "Territory":
        over = [rate.over(common_denominator(self._rates)) for rate in self._rates]
        if over != sorted(over):
            raise PydanticCustomError("territory_rates", "a larger region earns at least as much as a smaller one")
        return self

    @property
    def _rates(self) -> tuple[Rate, Rate, Rate]:
        return self.district, self.city, self.province

    @cached_property
    def _den(self) -> int:
        return common_denominator(self._rates)

    def rate_of(self, code: str) -> Rate:
        """Return the rate of a region, by the length of its code's end."""
        if code.endswith(PROVINCE):
            return self.province
        return self.city if code.endswith(CITY) else self.district

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return the common denominator of the three rates."""
        return (self._den,)

    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:  # noqa: ARG002 - of all rules
        """Return the holders around the order's region, with what each rate leaves above the one before."""
        if not market.territories:
            return []
        region = market.region_of(sale)
        if not region or not market.divides(sale):
            return []
        den, paid, reached = self._den, 0, []
        for code in regions_around(region):
            rate = self.rate_of(code).over(den)
            if code in market.territories and rate > paid:
                reached.append(Reach(0, market.territories[code], rate - paid))
                paid = rate
        return reached

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Give a region to a member against a fee, or take it back; or return why not."""
        code, held = action.to_kind, posting.book.territories
        if action.action == "return_territory":
            if held.get(code) != action.member:
                return say("the region {region} is not the member's", region=code)
            del held[code]
            return None
        if code in held:
            return say("the region {region} is taken", region=code)
        held[code] = action.member
        rows = (Row(ISSUED, MONEY, FREE, -action.amount), Row(FEES, MONEY, FREE, action.amount))
        posting.transfer(key="territory", rule=self.use, rows=rows)
        return None
