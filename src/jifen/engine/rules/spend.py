"""spend: orders may be paid in points of a kind, in part or whole."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate
from jifen.engine.lines import FREE, SPENT
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, Name, OrderFact, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Spend(Rule):
    """Let points of a kind pay orders: units such as devices, or goods; at least and at most a share of the amount.

    Of goods, "at_store" are orders at a store only; "redemption" are those of head office's catalogue, at no store:
    they are paid wholly in points and their amount is a value in points, no money (S3-04, S3-15, S3-16).

    It may stand several times, once for each kind and zone (S0-02, S0-23 … S0-26, S0-77), or product (S1-25). One kind
    of points pays an order, money the rest. Where every kind that
    may pay an order has to pay a part, an order without points is refused.
    """

    use: ClassVar[str] = "spend"
    section: ClassVar[str] = "on_order"
    repeats: ClassVar[bool] = True

    kind: Name
    pays: Literal["units", "goods", "at_store", "redemption"]
    product: Annotated[str, Field(max_length=40)] = ""  # goods of this name only; "": all others
    share_min: Rate = Field(default=Rate(0, 1))
    share_max: Rate = Field(default=Rate(1, 1))

    @model_validator(mode="after")
    def _in_order(self) -> "Spend":
        least, most = self.share_min, self.share_max
        if most.num > most.den:
            raise PydanticCustomError("share_of_order", "a share of an order is at most 1")
        if least.num * most.den > most.num * least.den:
            raise PydanticCustomError("shares_order", "the least share is above the most")
        return self

    @property
    def least(self) -> Rate:
        """The least share of an order that points pay."""
        return Rate(1, 1) if self.pays == "redemption" else self.share_min

    def refuse(self, posting: Posting, order: OrderFact, points_per_money: int) -> Message | None:
        """Return why the points part cannot be paid, or None."""
        amount = order.amount * points_per_money
        if self.pays == "redemption" and order.points_paid != amount:
            return say("goods of the catalogue are paid wholly in {kind}", kind=self.kind)
        if order.points_paid > self.share_max.floor(amount):
            return say("at most {share} of an order may be paid in points", share=self.share_max)
        if order.points_paid < -(-amount * self.share_min.num // self.share_min.den):
            return say("at least {share} of this order is paid in {kind}", share=self.share_min, kind=self.kind)
        if order.points_paid > posting.free(order.member, self.kind):
            return say("too few free points")
        return None

    def on_order(self, posting: Posting, order: OrderFact) -> None:
        """Post the points part."""
        rows = (
            Row(order.member, self.kind, FREE, -order.points_paid),
            Row(SPENT, self.kind, FREE, order.points_paid),
        )
        posting.transfer(key="spend", rule="spend", rows=rows)
