"""opening_balance: what members and stores had in the system before."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.lines import FREE, ISSUED, UNFUNDED, store_party
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OpeningBalance(Rule):
    """Take over balances: those of `kind`, which stores hold too, are unfunded; others were paid for (S3-02)."""

    use: ClassVar[str] = "opening_balance"
    section: ClassVar[str] = "on_opening"
    actions: ClassVar[tuple[str, ...]] = ("open_balance", "open_float")

    kind: Name

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the balance, or say why not."""
        of_store = action.action == "open_float"
        if of_store and action.kind != self.kind:
            return say("stores hold {kind} only", kind=self.kind)
        source = UNFUNDED if action.kind == self.kind else ISSUED
        party = store_party(action.store) if of_store else action.member
        rows = (Row(source, action.kind, FREE, -action.amount), Row(party, action.kind, FREE, action.amount))
        posting.transfer(key=self.use, rule=self.use, rows=rows)
        if not of_store:
            posting.pay_debts(action.member)
        return None
