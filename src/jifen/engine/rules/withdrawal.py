"""withdrawal: free points leave the programme."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.lines import FREE, FROZEN, WITHDRAWN
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Rule

STEPS = {"hold_withdrawal": "withdrawal_hold", "return_withdrawal": "withdrawal_return"}  # what their lines are called


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Withdrawal(Rule):
    """Take free points of a withdrawable kind out of the programme, unless withdrawal is frozen (S4-21, S4-28).

    On a platform a withdrawal is reviewed first: hold_withdrawal keeps the points aside (state frozen), then either
    pay_withdrawal takes them out or return_withdrawal makes them free again.
    """

    use: ClassVar[str] = "withdrawal"
    section: ClassVar[str] = "on_withdrawal"
    actions: ClassVar[tuple[str, ...]] = ("withdraw", "hold_withdrawal", "pay_withdrawal", "return_withdrawal")

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the withdrawal, or return why not."""
        leaves = action.action in ("withdraw", "hold_withdrawal")
        if leaves and not posting.kinds[action.kind].withdrawable:
            return say("{kind} cannot be withdrawn", kind=action.kind)
        source, target, state = self._way(action)
        purse = posting.held if source == FROZEN else posting.free
        if action.amount > purse(action.member, action.kind):
            return say("too few free points") if source == FREE else say("too few points are held for withdrawal")
        rows = (
            Row(action.member, action.kind, source, -action.amount),
            Row(target, action.kind, state, action.amount),
        )
        posting.transfer(key="withdrawal", rule=STEPS.get(action.action, self.use), rows=rows)
        if action.action == "return_withdrawal":
            posting.pay_debts(action.member)
        return None

    def _way(self, action: ActionFact) -> tuple[str, int, str]:
        """Return from which state of the member the points come, and to whom and which state they go."""
        ways = {
            "withdraw": (FREE, WITHDRAWN, FREE),
            "hold_withdrawal": (FREE, action.member, FROZEN),
            "pay_withdrawal": (FROZEN, WITHDRAWN, FREE),
            "return_withdrawal": (FROZEN, action.member, FREE),
        }
        return ways[action.action]
