"""store_grant: a sale at a store brings the customer points out of the store's own float."""

from collections.abc import Iterator
from typing import ClassVar, Literal, Protocol

from pydantic.dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, format_amount
from jifen.engine.facts import NOBODY
from jifen.engine.lines import DEBTS, FREE, store_party
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, ActionFact, Name, OrderFact, Rule, Switch
from jifen.engine.trade import Note, Owed


class Refunded(Protocol):
    """What the rule asks of a refund."""

    @property
    def order(self) -> OrderFact: ...

    def step(self, whole: int) -> int: ...


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StoreGrant(Rule):
    """Give floor(amount × the store's ratio) from the store's float to the customer (S3-11, S3-12, S3-13).

    With `own_members_only` a store gives points to those only whom it registered (S3-Q2). A float that does not hold
    the whole, credit line included, gives nothing: the sale stands, and the store owes the points (S3-Q3). They are
    paid, oldest first and each whole, by the action pay_owed, or with `pays_owed` = "at_once" as points come in.
    A refund takes back first what is owed, then what the customer has, and gives it to the store (S3-Q6).
    """

    use: ClassVar[str] = "store_grant"
    section: ClassVar[str] = "on_order"
    actions: ClassVar[tuple[str, ...]] = ("pay_owed",)

    kind: Name
    own_members_only: Switch = False
    pays_owed: Literal["by_hand", "at_once"] = "by_hand"

    def on_order(self, posting: Posting, order: OrderFact, note: Note) -> None:
        """Post the points of a sale, or note that the store owes them."""
        if order.ratio is None or (self.own_members_only and posting.home_of(order.member) != order.store):
            return
        unit = int(10 ** (posting.kinds[self.kind].decimals - MONEY_DECIMALS))
        note.grant = order.ratio.floor(order.amount * unit)
        if note.grant > posting.spendable(order.store, self.kind):
            note.owed = note.grant
            self._owe(posting, order, note.grant)
            posting.block(order.member, self.use, note.grant, self.kind)
            return
        self._give(posting, "store_grant", (order.store, order.member), note.grant)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Pay what a store owes to a member, or to all, as far as whole amounts go; say why nothing can be paid."""
        first = next((owed for _, owed in self._owed(posting, action.store, action.member)), None)
        if first is None:
            return say("the store owes nothing")
        missing = first.amount - posting.spendable(action.store, self.kind)
        if missing > 0:
            decimals = posting.kinds[self.kind].decimals
            return say("the store lacks {missing} {kind} to pay what it owes first",
                       missing=format_amount(missing, decimals), kind=self.kind)  # fmt: skip
        self._pay(posting, action.store, action.member)
        return None

    def pay_at_once(self, posting: Posting, store: int) -> None:
        """Pay what a store owes where points have come in and the document says so."""
        if self.pays_owed == "at_once":
            self._pay(posting, store, NOBODY)

    def take_back(self, posting: Posting, refund: Refunded, note: Note, policy: str) -> None:
        """Take back what a refund leaves too much of: of what is owed first, then of what the customer has."""
        order = refund.order
        due = refund.step(note.grant)
        waived = min(due, note.owed)
        if waived:
            note.owed -= waived
            self._owe(posting, order, note.owed)
        rest = due - waived
        if policy == "only_locked" or not rest:
            return
        taken = min(rest, posting.free(order.member, self.kind))
        lent = posting.lend(order.member, rest - taken, policy)
        rows = (
            Row(order.member, self.kind, FREE, -taken),
            Row(DEBTS, self.kind, FREE, -lent),
            Row(store_party(order.store), self.kind, FREE, taken + lent),
        )
        posting.transfer(key=self.use, rule="refund", rows=rows)
        if taken + lent:
            self.pay_at_once(posting, order.store)

    def _owe(self, posting: Posting, order: OrderFact, amount: int) -> None:
        owed = posting.book.stores.owed.setdefault(order.store, {})
        if amount:
            owed[order.number] = Owed(amount, order.member, order.code)
        else:
            del owed[order.number]

    def _owed(self, posting: Posting, store: int, member: int) -> Iterator[tuple[int, Owed]]:
        """Yield what a store owes, oldest first, by order; to one member where one is named."""
        for order, owed in posting.book.stores.owed.get(store, {}).items():
            if member in (NOBODY, owed.member):
                yield order, owed

    def _pay(self, posting: Posting, store: int, member: int) -> None:
        for order, owed in list(self._owed(posting, store, member)):
            if owed.amount > posting.spendable(store, self.kind):
                return
            self._give(posting, f"owed/{owed.code}", (store, owed.member), owed.amount)
            posting.book.notes[order].owed = 0
            del posting.book.stores.owed[store][order]

    def _give(self, posting: Posting, key: str, who: tuple[int, int], amount: int) -> None:
        store, member = who
        rows = (Row(store_party(store), self.kind, FREE, -amount), Row(member, self.kind, FREE, amount))
        posting.transfer(key=key, rule=self.use, rows=rows)
        posting.pay_debts(member)
