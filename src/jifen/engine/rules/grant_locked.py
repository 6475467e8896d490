"""grant_locked: an order grants locked points, a multiple of its amount by tier."""

from bisect import bisect_right
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import Field, field_validator
from pydantic.dataclasses import dataclass

from jifen.engine.amounts import MONEY_DECIMALS, Rate, to_minor
from jifen.engine.lines import FREE, ISSUED, LOCKED
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import STRICT, Cny, Name, OrderFact, Rule
from jifen.engine.steps import Step, check_steps


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Tier:
    """A row of the tier table: from which order amount (CNY) it holds, and the multiple granted."""

    name: Name
    title: Name
    title_en: Name
    amount: Cny
    below: Cny | None = None  # checked against the next row
    multiple: Rate


@dataclass(frozen=True, kw_only=True, config=STRICT)
class GrantLocked(Rule):
    """Grant a multiple of the whole order amount as locked points, a lot of this order (S4-01 … S4-05, S4-07).

    The tier is the highest one whose amount the order reaches; below the lowest there is no grant (S4-Q7). The part
    paid in points counts as well (S4-19).
    """

    use: ClassVar[str] = "grant_locked"
    section: ClassVar[str] = "on_order"

    kind: Name
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=50)]

    @field_validator("tiers")
    @classmethod
    def _ascends(cls, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        check_steps([Step(tier.name, tier.amount, tier.below) for tier in tiers])
        return tiers

    def multiple(self, amount: int) -> Rate | None:
        """Return the multiple for an order amount in minor units of money, None below the lowest tier."""
        reached = bisect_right(self._amounts, amount)
        return self.tiers[reached - 1].multiple if reached else None

    @cached_property
    def _amounts(self) -> list[int]:
        return [to_minor(tier.amount, MONEY_DECIMALS) for tier in self.tiers]

    def on_order(self, posting: Posting, order: OrderFact, points_per_money: int) -> None:
        """Open the order's lot and post the grant."""
        multiple = self.multiple(order.amount)
        granted = multiple.floor(order.amount * points_per_money) if multiple else 0
        if granted == 0:
            return
        lots, lot = posting.book.lots, int(posting.book.place[order.number])
        lots.opened_on[lot] = posting.day
        lots.granted[lot] = granted
        lots.base[lot] = order.amount * points_per_money
        rows = (
            Row(ISSUED, self.kind, FREE, -granted, order.number),
            Row(order.member, self.kind, LOCKED, granted, order.number),
        )
        posting.transfer(key="grant_locked", rule="grant_locked", rows=rows)
