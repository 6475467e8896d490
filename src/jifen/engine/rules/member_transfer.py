"""member_transfer: free points from one member to another."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.lines import FREE
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MemberTransfer(Rule):
    """Move free points of a transferable kind from one member to another (S4-19)."""

    use: ClassVar[str] = "member_transfer"
    section: ClassVar[str] = "on_transfer"
    actions: ClassVar[tuple[str, ...]] = ("member_transfer",)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the transfer, or return why not."""
        if not posting.kinds[action.kind].transferable:
            return say("{kind} cannot be transferred", kind=action.kind)
        if action.to_member == action.member:
            return say("a transfer to oneself")
        if action.amount > posting.free(action.member, action.kind):
            return say("too few free points")
        rows = (
            Row(action.member, action.kind, FREE, -action.amount),
            Row(action.to_member, action.kind, FREE, action.amount),
        )
        posting.transfer(key="member_transfer", rule="member_transfer", rows=rows)
        posting.pay_debts(action.to_member)
        return None
