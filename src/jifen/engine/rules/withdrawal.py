"""withdrawal: free points leave the programme."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.lines import FREE, WITHDRAWN
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Withdrawal(Rule):
    """Take free points of a withdrawable kind out of the programme, unless withdrawal is frozen (S4-21, S4-28)."""

    use: ClassVar[str] = "withdrawal"
    section: ClassVar[str] = "on_withdrawal"
    actions: ClassVar[tuple[str, ...]] = ("withdraw",)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the withdrawal, or return why not."""
        if not posting.kinds[action.kind].withdrawable:
            return say("{kind} cannot be withdrawn", kind=action.kind)
        if action.amount > posting.free(action.member, action.kind):
            return say("too few free points")
        rows = (
            Row(action.member, action.kind, FREE, -action.amount),
            Row(WITHDRAWN, action.kind, FREE, action.amount),
        )
        posting.transfer(key="withdrawal", rule="withdrawal", rows=rows)
        return None
