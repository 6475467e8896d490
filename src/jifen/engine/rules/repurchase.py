"""repurchase: an order may be paid partly in free points."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import Rate
from jifen.engine.lines import FREE, SPENT
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, Name, OrderFact, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Repurchase(Rule):
    """Let a member pay part of an order in free points, at most a share of its amount (S4-19, S4-22).

    With 0.30 a purchase of 9000 takes 6300 in money and up to 2700 points; the grant is computed on the whole (S4-D3).
    """

    use: ClassVar[str] = "repurchase"
    section: ClassVar[str] = "on_order"

    kind: Name
    points_share_max: Rate

    def refuse(self, posting: Posting, order: OrderFact, points_per_money: int) -> Message | None:
        """Return why the points part cannot be paid, or None."""
        if order.points_paid > self.points_share_max.floor(order.amount * points_per_money):
            return say("at most {share} of an order may be paid in points", share=self.points_share_max)
        if order.points_paid > posting.free(order.member, self.kind):
            return say("too few free points")
        return None

    def on_order(self, posting: Posting, order: OrderFact) -> None:
        """Post the points part."""
        rows = (
            Row(order.member, self.kind, FREE, -order.points_paid),
            Row(SPENT, self.kind, FREE, order.points_paid),
        )
        posting.transfer(key="repurchase", rule="repurchase", rows=rows)
