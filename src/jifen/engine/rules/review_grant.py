"""review_grant: a review of what was bought brings points."""

from decimal import Decimal
from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import to_minor
from jifen.engine.lines import FREE, ISSUED
from jifen.engine.message import Message
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Points, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReviewGrant(Rule):
    """Give points for a review of an order; who records it sees that each order is reviewed once (S2-19)."""

    use: ClassVar[str] = "review_grant"
    section: ClassVar[str] = "on_review"
    actions: ClassVar[tuple[str, ...]] = ("review",)

    kind: Name
    amount: Points

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the points."""
        amount = to_minor(Decimal(self.amount), posting.kinds[self.kind].decimals)
        rows = (Row(ISSUED, self.kind, FREE, -amount), Row(action.member, self.kind, FREE, amount))
        posting.transfer(key="review", rule=self.use, rows=rows)
        return None
