"""withdrawal: free points leave the programme, less a fee, of which a part may come back in another kind."""

from typing import ClassVar

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.lines import FEES, FREE, FROZEN, ISSUED, WITHDRAWN
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule

STEPS = {"hold_withdrawal": "withdrawal_hold", "return_withdrawal": "withdrawal_return"}  # what their lines are called


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Withdrawal(Rule):
    """Take free points of a withdrawable kind out of the programme, unless withdrawal is frozen (S4-21, S4-28).

    `fee` is kept, rounded so that what is paid is whole fen; `reward` of the amount, rounded down, is given in
    `reward_kind` (S0-48). On a platform a withdrawal is reviewed first: hold_withdrawal keeps the points aside (state
    frozen), then either pay_withdrawal takes them out or return_withdrawal makes them free again.
    """

    use: ClassVar[str] = "withdrawal"
    section: ClassVar[str] = "on_withdrawal"
    actions: ClassVar[tuple[str, ...]] = ("withdraw", "hold_withdrawal", "pay_withdrawal", "return_withdrawal")

    fee: Rate = Field(default=Rate(0, 1))
    reward: Rate = Field(default=Rate(0, 1))
    reward_kind: Name | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Withdrawal":
        if self.fee.num > self.fee.den or self.reward.num > self.reward.den:
            raise PydanticCustomError("share_of_withdrawal", "a share is at most 1")
        if self.reward.num and self.reward_kind is None:
            raise PydanticCustomError("second_kind", "a second kind is missing")
        return self

    def parts(self, amount: int, points_per_fen: int) -> tuple[int, int, int]:
        """Return (what is paid, the fee, what comes back in `reward_kind`) of an amount of points, in minor units.

        Without a fee everything is paid; with one, what is paid is rounded down to whole fen.
        """
        if not self.fee.num:
            return amount, 0, self.reward.floor(amount)
        net = amount * (self.fee.den - self.fee.num) // self.fee.den // points_per_fen * points_per_fen
        return net, amount - net, self.reward.floor(amount)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the withdrawal, or return why not."""
        leaves = action.action in ("withdraw", "hold_withdrawal")
        if leaves and not posting.kinds[action.kind].withdrawable:
            return say("{kind} cannot be withdrawn", kind=action.kind)
        source = FREE if leaves else FROZEN
        purse = posting.free if leaves else posting.held
        if action.amount > purse(action.member, action.kind):
            return say("too few free points") if leaves else say("too few points are held for withdrawal")
        rows = (Row(action.member, action.kind, source, -action.amount), *self._targets(posting, action))
        posting.transfer(key="withdrawal", rule=STEPS.get(action.action, self.use), rows=rows)
        if action.action == "return_withdrawal":
            posting.pay_debts(action.member)
        return None

    def _targets(self, posting: Posting, action: ActionFact) -> list[Row]:
        """Return where the points go: another state of the member, or out of the programme."""
        if action.action in STEPS:
            state = FROZEN if action.action == "hold_withdrawal" else FREE
            return [Row(action.member, action.kind, state, action.amount)]
        points_per_fen = 10 ** max(posting.kinds[action.kind].decimals - MONEY_DECIMALS, 0)
        net, fee, reward = self.parts(action.amount, points_per_fen)
        rows = [Row(WITHDRAWN, action.kind, FREE, net), Row(FEES, action.kind, FREE, fee)]
        if self.reward_kind is not None:
            rows += [
                Row(ISSUED, self.reward_kind, FREE, -reward),
                Row(action.member, self.reward_kind, FREE, reward),
            ]
        return rows
