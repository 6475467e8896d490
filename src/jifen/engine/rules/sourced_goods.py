"""sourced_goods: products that the platform buys cheaply and sells for money and points."""

from typing import ClassVar

from pydantic import model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY, Rate
from jifen.engine.lines import FREE, ISSUED, PLATFORM
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, Name, OrderFact, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SourcedGoods(Rule):
    """Let the platform keep what an order of such a product brings in money above its cost (S1-23, S1-25, S1-26).

    Rebates are paid out of that. These orders feed no pool.
    """

    use: ClassVar[str] = "sourced_goods"
    section: ClassVar[str] = "on_order"

    product: Name
    cost: Rate

    @model_validator(mode="after")
    def _cost_is_a_share(self) -> "SourcedGoods":
        if self.cost.num > self.cost.den:
            raise PydanticCustomError("cost_of_order", "a cost is at most 1")
        return self

    def on_order(self, posting: Posting, order: OrderFact, points: int) -> int:
        """Post what the order leaves to the platform; `points` is what of it points paid, as fen. Return it."""
        profit = max(0, order.amount - points - self.cost.floor(order.amount))
        rows = (Row(ISSUED, MONEY, FREE, -profit), Row(PLATFORM, MONEY, FREE, profit))
        posting.transfer(key="sourced", rule=self.use, rows=rows)
        return profit
