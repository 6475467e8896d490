"""shareholder_income: who brought a store shares in what it buys or sells."""

from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import Field
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import MONEY, MONEY_DECIMALS, Share
from jifen.engine.facts import NOBODY
from jifen.engine.lines import FREE, ISSUED, UNFUNDED
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Cny, Name, OrderFact, Rule
from jifen.engine.trade import Note

LEVELS_MAX = 3


class Refunded(Protocol):
    """What the rule asks of a refund."""

    @property
    def order(self) -> OrderFact: ...

    def step(self, whole: int) -> int: ...


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ShareholderIncome(Rule):
    """Credit shareholders when a store that they brought buys points at head office, or sells (S3-20 … S3-23, S3-Q1).

    Who pays the fee becomes a shareholder. Level 1 is who brought the store, level 2 who referred him, level 3 the
    next; a level whose person is no shareholder is paid nothing. Points that are credited are unfunded. What was
    credited for sales goes back with their refunds; what was credited for bought points stays.
    """

    use: ClassVar[str] = "shareholder_income"
    section: ClassVar[str] = "on_shareholder"
    actions: ClassVar[tuple[str, ...]] = ("become_shareholder", "leave_shareholders")

    kind: Name
    fee: Cny
    base: Literal["top_up", "sales"] = "top_up"
    rates: Annotated[tuple[Share, ...], Field(min_length=1, max_length=LEVELS_MAX)]

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Note who is a shareholder, or say why not."""
        shareholder, position = posting.book.shareholder, posting.book.at(action.member)
        joins = action.action == "become_shareholder"
        if shareholder[position] == joins:
            return say("the member is a shareholder already") if joins else say("the member is no shareholder")
        shareholder[position] = joins
        return None

    def on_top_up(self, posting: Posting, store: int, cost: int) -> None:
        """Credit what a store has paid head office for points, fen."""
        if self.base == "top_up":
            self._credit(posting, store, cost)

    def on_order(self, posting: Posting, order: OrderFact, note: Note) -> None:
        """Credit what was sold at a store, and note whom for its refunds."""
        if self.base == "sales":
            note.rebates = self._credit(posting, order.store, order.amount)

    def take_back(self, posting: Posting, refund: Refunded, note: Note) -> None:
        """Take back what a refund leaves too much of, as far as it is there."""
        for level, (member, amount) in enumerate(note.rebates, start=1):
            due = refund.step(amount)
            taken = min(due, posting.free(member, self.kind)) if due else 0
            rows = (Row(member, self.kind, FREE, -taken), Row(self._source, self.kind, FREE, taken))
            posting.transfer(key=f"{self.use}/{level}", rule="refund", rows=rows)
            if due > taken:
                posting.block(member, self.use, due - taken, self.kind)

    def receivers(self, posting: Posting, store: int) -> list[int]:
        """Return who is paid for a store by level, NOBODY where a level's person is no shareholder."""
        member, found = int(posting.store_table.referrer[store]), []
        for _ in self.rates:
            paid = member != NOBODY and posting.book.shareholder[posting.book.at(member)]
            found.append(member if paid else NOBODY)
            member = posting.referrer(member) if member != NOBODY else NOBODY
        return found

    @property
    def _source(self) -> int:
        return ISSUED if self.kind == MONEY else UNFUNDED

    def _credit(self, posting: Posting, store: int, amount: int) -> list[tuple[int, int]]:
        """Credit every level its share of an amount in fen; return whom and how much, (NOBODY, 0) for nobody."""
        unit, credited = int(10 ** (posting.kinds[self.kind].decimals - MONEY_DECIMALS)), []
        for level, (member, rate) in enumerate(zip(self.receivers(posting, store), self.rates, strict=True), start=1):
            share = rate.floor(amount * unit) if member != NOBODY else 0
            credited.append((member, share))
            if not share:
                continue
            rows = (Row(self._source, self.kind, FREE, -share), Row(member, self.kind, FREE, share))
            posting.transfer(key=f"{self.use}/{level}", rule=self.use, rows=rows)
            if self.kind == posting.lot_kind:
                posting.pay_debts(member)
        return credited
