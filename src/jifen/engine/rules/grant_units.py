"""grant_units: an order of units, such as devices, grants locked points, a multiple of its price by their number."""

from bisect import bisect_right
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import Field, field_validator
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, Rate, to_minor
from jifen.engine.lines import FREE, ISSUED, LOCKED
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, Cny, Name, OrderFact, Rule, Whole
from jifen.engine.steps import Step, check_steps


@dataclass(frozen=True, kw_only=True, config=STRICT)
class UnitTier:
    """A row of the table: from which number of units in one purchase it holds, and the multiple granted."""

    name: Name
    title: Name
    title_en: Name
    quantity: Annotated[Whole, Field(ge=1)]
    multiple: Rate


@dataclass(frozen=True, kw_only=True, config=STRICT)
class GrantUnits(Rule):
    """Grant a multiple of the price of N units as locked points, a lot of this order (S0-06, S0-07, S0-13, S0-14).

    An order of `product` costs its quantity times `price`. The multiple is that of the highest row whose quantity one
    purchase reaches (S0-Q5); earlier purchases do not count. With `channel` the product is bought by that way only
    (S0-78).
    """

    use: ClassVar[str] = "grant_units"
    section: ClassVar[str] = "on_order"

    kind: Name
    product: Name
    price: Cny
    tiers: Annotated[tuple[UnitTier, ...], Field(min_length=1, max_length=50)]
    channel: Annotated[str, Field(max_length=40)] = ""

    @field_validator("tiers")
    @classmethod
    def _ascends(cls, tiers: tuple[UnitTier, ...]) -> tuple[UnitTier, ...]:
        check_steps([Step(tier.name, tier.quantity, None) for tier in tiers])
        return tiers

    @cached_property
    def unit_price(self) -> int:
        """The price of one unit in minor units of money."""
        return to_minor(self.price, MONEY_DECIMALS)

    def multiple_of(self, quantity: int) -> Rate | None:
        """Return the multiple for a number of units bought at once, None below the first row."""
        reached = bisect_right([tier.quantity for tier in self.tiers], quantity)
        return self.tiers[reached - 1].multiple if reached else None

    def grants(self, order: OrderFact) -> bool:
        """Return whether the order is one of units."""
        return order.product == self.product

    def refuse(self, order: OrderFact) -> Message | None:
        """Return why an order of units cannot be taken, or None."""
        if self.channel and order.channel != self.channel:
            return say("{product} is bought through {channel} only", product=self.product, channel=self.channel)
        if order.amount != order.quantity * self.unit_price:
            return say(
                "{quantity} × {product} cost {price} each; the amount is another",
                quantity=order.quantity,
                product=self.product,
                price=self.price,
            )
        return None

    def on_order(self, posting: Posting, order: OrderFact, points_per_money: int, base: int) -> None:
        """Open the order's lot and post the grant; `base` is what its periodic release is computed from."""
        multiple = self.multiple_of(order.quantity)
        book, position = posting.book, posting.book.at(order.member)
        for column in (book.units, book.units_new, book.month_units):
            column[position] += order.quantity
        granted = multiple.floor(order.amount * points_per_money) if multiple else 0
        if granted == 0:
            return
        lots, lot = book.lots, int(book.place[order.number])
        lots.opened_on[lot], lots.granted[lot], lots.base[lot] = posting.day, granted, base
        rows = (
            Row(ISSUED, self.kind, FREE, -granted, order.number),
            Row(order.member, self.kind, LOCKED, granted, order.number),
        )
        posting.transfer(key="grant_units", rule="grant_units", rows=rows)
