"""concession_grant: what a store gives up brings points to its customer and to the store."""

from typing import ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, Rate, Share
from jifen.engine.facts import NOBODY
from jifen.engine.lines import FREE, ISSUED
from jifen.engine.posting import Claim, Posting, Row
from jifen.engine.rule import STRICT, Name, OrderFact, Rule, Switch
from jifen.engine.trade import Note


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ConcessionGrant(Rule):
    """Give a multiple of an order's concession in points to the buyer and to the store's owner (S2-05 … S2-07).

    With `active_only` a buyer who is not activated gets nothing (S2-03). `least` is the smallest concession with which
    a store may settle in; who registers stores sees to it.
    """

    use: ClassVar[str] = "concession_grant"
    section: ClassVar[str] = "on_order"

    kind: Name
    member: Rate = Field(default=Rate(10, 1))
    store: Rate = Field(default=Rate(2, 1))
    active_only: Switch = True
    least: Share = Field(default=Rate(0, 1))

    def on_order(self, posting: Posting, order: OrderFact, owner: int, note: Note) -> None:
        """Post the points of both, and note them for refunds."""
        unit = int(10 ** (posting.kinds[self.kind].decimals - MONEY_DECIMALS))
        able = not self.active_only or posting.book.active[posting.book.at(order.member)]
        note.weight = self.member.floor(order.concession * unit) if able else 0
        note.store_weight = self.store.floor(order.concession * unit) if owner != NOBODY else 0
        rows = [Row(ISSUED, self.kind, FREE, -note.weight - note.store_weight)]
        rows += [Row(order.member, self.kind, FREE, note.weight), Row(owner, self.kind, FREE, note.store_weight)]
        posting.transfer(key="concession", rule=self.use, rows=rows)

    def take_back(self, posting: Posting, buyer: tuple[int, int], owner: tuple[int, int], policy: str) -> None:
        """Take back what a refund leaves too much of; `buyer` and `owner` are members and what is due of them."""
        dues: dict[int, int] = {}
        for member, due in (buyer, owner):
            if member != NOBODY:
                dues[member] = dues.get(member, 0) + due
        rows: list[Row] = []
        for member, due in dues.items():
            rows += posting.claim_free(Claim(member, self.use, due), self.kind, policy)
        posting.transfer(key="concession", rule="refund", rows=rows)
