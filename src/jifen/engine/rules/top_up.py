"""top_up: a company credits points for money that has come to its account, and takes them back for money returned."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import to_minor
from jifen.engine.lines import FREE, ISSUED
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, CnyOrNone, Name, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TopUp(Rule):
    """Credit points of a kind for a bank transfer, one point for 1 CNY (S0-08, S0-09, S0-23).

    return_top_up takes free ones back when the money is returned. With `balance_max` (CNY; 0 is no limit) nobody can
    come to have more: prepaid money has a limit (S3-02).
    """

    use: ClassVar[str] = "top_up"
    section: ClassVar[str] = "on_top_up"
    actions: ClassVar[tuple[str, ...]] = ("top_up", "return_top_up")

    kind: Name
    balance_max: CnyOrNone = 0

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the credit or its return, or say why not."""
        if action.kind != self.kind:
            return say("{kind} cannot be topped up", kind=action.kind)
        back = action.action == "return_top_up"
        if back and action.amount > posting.free(action.member, action.kind):
            return say("too few free points")
        most = to_minor(self.balance_max, posting.kinds[action.kind].decimals)
        if most and not back and posting.free(action.member, action.kind) + action.amount > most:
            return say("a balance of {kind} is at most {most}", kind=action.kind, most=str(self.balance_max))
        amount = -action.amount if back else action.amount
        rows = (Row(ISSUED, action.kind, FREE, -amount), Row(action.member, action.kind, FREE, amount))
        posting.transfer(key="top_up", rule=action.action, rows=rows)
        if not back:
            posting.pay_debts(action.member)
        return None
