"""adjustment: an operator gives or takes free points."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.lines import ADJUSTED, FREE, POOL
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Adjustment(Rule):
    """Add points to a member's free points, or remove them when the amount is negative (S4-27).

    Tokens come out of their reserve and go back into it, so that no more than their cap can ever be (S2-Q1).
    """

    use: ClassVar[str] = "adjustment"
    section: ClassVar[str] = "on_adjust"
    actions: ClassVar[tuple[str, ...]] = ("adjust",)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the adjustment, or return why not."""
        if -action.amount > posting.free(action.member, action.kind):
            return say("too few free points")
        of_token = action.kind == posting.token
        if of_token and action.amount > posting.book.accounts[action.kind][-1 - POOL]:
            return say("the reserve holds less than that")
        rows = (
            Row(POOL if of_token else ADJUSTED, action.kind, FREE, -action.amount),
            Row(action.member, action.kind, FREE, action.amount),
        )
        posting.transfer(key="adjustment", rule="adjustment", rows=rows)
        posting.pay_debts(action.member)
        return None
