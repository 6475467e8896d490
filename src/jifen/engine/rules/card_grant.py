"""card_grant: a membership card of a store brings its holder points."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.lines import FREE, ISSUED
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CardGrant(Rule):
    """Give the points that a store's card promises, and take back what is there when the card is refunded (S1-33)."""

    use: ClassVar[str] = "card_grant"
    section: ClassVar[str] = "on_card"
    actions: ClassVar[tuple[str, ...]] = ("card_grant", "card_return")

    kind: Name

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Post the grant or its return, or say why not."""
        if action.kind != self.kind:
            return say("a card brings {kind}", kind=self.kind)
        amount = action.amount
        if action.action == "card_return":
            amount = -min(amount, posting.free(action.member, self.kind))
        rows = (Row(ISSUED, self.kind, FREE, -amount), Row(action.member, self.kind, FREE, amount))
        posting.transfer(key=action.action, rule=self.use, rows=rows)
        return None
