"""pack_grant: packs and service cards activate a member and bring points."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field, field_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY_DECIMALS, to_minor
from jifen.engine.lines import FREE, FROZEN, ISSUED
from jifen.engine.message import Message, say
from jifen.engine.posting import Claim, Posting, Row
from jifen.engine.rule import STRICT, Cny, Name, OrderFact, Points, Rule, Slug, Switch


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Pack:
    """A product that brings points: what it costs, and what one of it brings."""

    name: Slug
    title: Name
    title_en: Name
    price: Cny
    points: Points = 0
    frozen: Points = 0  # of the kind that has to be unlocked
    activates: Switch = True


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PackGrant(Rule):
    """Activate whoever buys a pack, and give its points (S2-02 … S2-04, S2-13, S2-26, S2-36, S2-50).

    An order counts when its receipt is confirmed. A member stays active as long as one activating pack stands. Whether
    it is one of which an operation centre takes a pack is decided by the version that it was sold under.
    """

    use: ClassVar[str] = "pack_grant"
    section: ClassVar[str] = "on_order"

    kind: Name
    frozen_kind: str = ""
    packs: Annotated[tuple[Pack, ...], Field(min_length=1, max_length=50)]

    @field_validator("packs")
    @classmethod
    def _once(cls, packs: tuple[Pack, ...]) -> tuple[Pack, ...]:
        names = [pack.name for pack in packs]
        for name in names:
            if names.count(name) > 1:
                raise PydanticCustomError("pack_twice", "stands twice", {"row": name})
        return packs

    def pack_of(self, product: str) -> Pack | None:
        """Return the pack that a product is, or None."""
        return next((pack for pack in self.packs if pack.name == product), None)

    def refuse(self, order: OrderFact) -> Message | None:
        """Return why an order of a pack is refused, or None."""
        pack = self.pack_of(order.product)
        if pack is not None and order.amount != to_minor(Decimal(pack.price), MONEY_DECIMALS) * order.quantity:
            return say("a {pack} costs {price}", pack=pack.name, price=pack.price)
        return None

    def on_order(self, posting: Posting, order: OrderFact) -> None:
        """Post what a pack brings."""
        pack = self.pack_of(order.product)
        if pack is None:
            return
        rows = []
        for kind, state, amount in self._parts(posting, pack, order.quantity):
            rows += [Row(ISSUED, kind, FREE, -amount), Row(order.member, kind, state, amount)]
        posting.transfer(key="pack", rule=self.use, rows=rows)
        self._count(posting, pack, order, order.quantity)

    def take_back(self, posting: Posting, order: OrderFact, refunded: tuple[int, int], policy: str) -> None:
        """Take back what refunds leave too much of, which were of `refunded`: before this one, and with it."""
        pack = self.pack_of(order.product)
        if pack is None:
            return
        before, total = refunded
        rows: list[Row] = []
        for kind, state, amount in self._parts(posting, pack, order.quantity):
            due = amount * total // order.amount - amount * before // order.amount
            frozen = min(due, posting.held(order.member, kind)) if state == FROZEN else 0
            rows.append(Row(order.member, kind, FROZEN, -frozen))
            rows.append(Row(ISSUED, kind, FREE, frozen))
            rows += posting.claim_free(Claim(order.member, self.use, due - frozen), kind, policy)
        posting.transfer(key="pack", rule="refund", rows=rows)
        standing = [order.quantity * (order.amount - gone) // order.amount for gone in refunded]
        self._count(posting, pack, order, standing[1] - standing[0])

    def _count(self, posting: Posting, pack: Pack, order: OrderFact, packs: int) -> None:
        """Count so many packs more as standing."""
        book, position = posting.book, posting.book.at(order.member)
        if pack.activates:
            book.active[position] += packs
        if order.is_center_pack:
            book.center_packs[position] += packs

    def _parts(self, posting: Posting, pack: Pack, quantity: int) -> list[tuple[str, str, int]]:
        """Return (kind, state, amount) of what so many packs bring."""
        parts = [(self.kind, FREE, pack.points)]
        if self.frozen_kind:
            parts.append((self.frozen_kind, FROZEN, pack.frozen))
        unit = posting.kinds
        return [(kind, state, to_minor(Decimal(one), unit[kind].decimals) * quantity) for kind, state, one in parts]
