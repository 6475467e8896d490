"""review_grant: a review of what was bought brings points."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import to_minor
from jifen.engine.lines import FREE, ISSUED
from jifen.engine.message import Message
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Cny, Name, Points, Rule, Whole


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReviewGrant(Rule):
    """Give points for a review of an order (S2-19).

    Who records it sees that each order is reviewed once, that at least `least` (CNY) of it was not refunded, and that a
    member is given this `per_day` times a day at most; 0 sets no limit.
    """

    use: ClassVar[str] = "review_grant"
    section: ClassVar[str] = "on_review"
    actions: ClassVar[tuple[str, ...]] = ("review",)

    kind: Name
    amount: Points
    least: Cny = Field(default=Decimal(0))
    per_day: Annotated[Whole, Field(ge=0, le=1_000_000)] = 0

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the points."""
        amount = to_minor(Decimal(self.amount), posting.kinds[self.kind].decimals)
        rows = (Row(ISSUED, self.kind, FREE, -amount), Row(action.member, self.kind, FREE, amount))
        posting.transfer(key="review", rule=self.use, rows=rows)
        return None
