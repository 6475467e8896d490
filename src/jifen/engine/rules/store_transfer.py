"""store_transfer: a store gives points to a member without a sale."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.lines import FREE, store_party
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule, Switch


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StoreTransfer(Rule):
    """Move points from a store's float to a member; with `own_members_only` to those whom it registered (S3-11, S3-28).

    A gift never uses the credit line.
    """

    use: ClassVar[str] = "store_transfer"
    section: ClassVar[str] = "on_float"
    actions: ClassVar[tuple[str, ...]] = ("give_points",)

    kind: Name
    own_members_only: Switch = True

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the gift, or say why not."""
        if action.kind != self.kind:
            return say("stores give {kind} only", kind=self.kind)
        if self.own_members_only and posting.home_of(action.member) != action.store:
            return say("a store gives points to the members only whom it registered")
        if action.amount > posting.float_of(action.store, self.kind):
            return say("the store holds less than that")
        rows = (
            Row(store_party(action.store), self.kind, FREE, -action.amount),
            Row(action.member, self.kind, FREE, action.amount),
        )
        posting.transfer(key=self.use, rule=self.use, rows=rows)
        posting.pay_debts(action.member)
        return None
