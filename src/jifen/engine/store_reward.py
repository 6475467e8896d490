"""Rewards that a store pays out of its takings at once with an order (S1-31, S1-32)."""

from typing import ClassVar

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import MONEY, Share
from jifen.engine.facts import NOBODY
from jifen.engine.lines import DEBTS, FREE, TAKINGS
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, OrderFact, Payout, Rule


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StoreReward(Rule):
    """A share of an order at a store, paid by the store to one member."""

    section: ClassVar[str] = "on_order"

    rate: Share
    payout: Payout = "ledger"

    def on_order(self, posting: Posting, order: OrderFact, receiver: int) -> int:
        """Post the reward; return who a refund has to ask for it, NOBODY where nothing was posted."""
        if receiver == NOBODY or self.payout == "none":
            return NOBODY
        reward = self.rate.floor(order.amount)
        if self.payout == "report_only":
            posting.report(receiver, self.use, MONEY, reward)
            return receiver
        rows = (Row(TAKINGS, MONEY, FREE, -reward), Row(receiver, MONEY, FREE, reward))
        posting.transfer(key=self.use, rule=self.use, rows=rows)
        posting.book.stores.net[order.store] -= reward
        return receiver

    def give_back(self, posting: Posting, store: int, receiver: int, due: int, policy: str) -> None:
        """Post what a refund takes back of a reward that was paid."""
        if policy == "only_locked":
            return
        if self.payout == "report_only":
            posting.report(receiver, self.use, MONEY, -due)
            return
        taken = min(due, posting.free(receiver, MONEY))
        lent = posting.lend(receiver, due - taken, policy)
        rows = (
            Row(receiver, MONEY, FREE, -taken),
            Row(DEBTS, MONEY, FREE, -lent),
            Row(TAKINGS, MONEY, FREE, taken + lent),
        )
        posting.transfer(key=self.use, rule="refund", rows=rows)
        posting.book.stores.net[store] += taken + lent
