"""shopping_grant: an order at a store grants points to be spent on the platform's products."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, Share
from jifen.engine.lines import FREE, ISSUED
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, Name, OrderFact, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ShoppingGrant(Rule):
    """Grant a multiple of what is spent at a store as points of a kind, free at once (S1-24)."""

    use: ClassVar[str] = "shopping_grant"
    section: ClassVar[str] = "on_order"

    kind: Name
    multiple: Share

    def on_order(self, posting: Posting, order: OrderFact) -> int:
        """Post the grant and return it, minor units of the kind."""
        unit = int(10 ** (posting.kinds[self.kind].decimals - MONEY_DECIMALS))
        granted = self.multiple.floor(order.amount * unit)
        rows = (Row(ISSUED, self.kind, FREE, -granted), Row(order.member, self.kind, FREE, granted))
        posting.transfer(key="shopping", rule=self.use, rows=rows)
        return granted
