"""monthly_release: every open lot releases a share of the price paid at the end of each month."""

from fractions import Fraction
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import SHARE_MAX, Rate, Share
from jifen.engine.book import Book
from jifen.engine.close import Scheduled
from jifen.engine.days import first_of_month, is_last_of_month
from jifen.engine.declared import RATE, DeclaredName, DeclaredValues
from jifen.engine.facts import Int64s
from jifen.engine.kernels.releases import release_by_age, split_beyond
from jifen.engine.rule import STRICT, Name, Rule, Whole, floor_share


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MonthlyRelease(Rule):
    """Release a monthly rate of the price paid until a lot is empty (S0-18 … S0-22, S0-Q1).

    The first months of a lot pay `first_rate`, later ones the declared value in force on the month's last day, or
    `rate` where nothing is declared. With first_month = "next" a lot's first month is its first whole calendar month,
    with "full" the month in which it was opened (S0-Q13). `split_from` says from when on `second_share` of a release is
    paid in `second_kind`: "payback" from the moment the releases of the lot have reached its price, at the crossing
    exactly (S0-D4), or "first_release" (S0-87). The last release of a lot is what remains.
    """

    use: ClassVar[str] = "monthly_release"
    section: ClassVar[str] = "monthly"
    takes: ClassVar[Literal["amount", "units"]] = "amount"

    first_months: Annotated[Whole, Field(ge=0, le=120)] = 0
    first_rate: Share = Field(default=Rate(0, 1))
    rate: Share
    declared: Name
    usual_min: Share
    usual_max: Share
    first_month: Literal["next", "full"] = "next"
    second_kind: Name | None = None
    second_share: Rate = Field(default=Rate(0, 1))
    split_from: Literal["payback", "first_release"] = "payback"

    @model_validator(mode="after")
    def _whole(self) -> "MonthlyRelease":
        if self.second_share.num > self.second_share.den:
            raise PydanticCustomError("share_of_release", "a share is at most 1")
        if self.second_share.num and self.second_kind is None:
            raise PydanticCustomError("second_kind", "a second kind is missing")
        if self.usual_max.num * self.usual_min.den < self.usual_min.num * self.usual_max.den:
            raise PydanticCustomError("usual_order", "the usual range is empty")
        return self

    def declared_values(self) -> tuple[DeclaredName, ...]:
        """Return the monthly rate."""
        least, most, usual = (Fraction(rate.num, rate.den) for rate in (self.usual_min, self.usual_max, self.rate))
        return (DeclaredName(self.declared, least, most, usual, RATE),)

    def is_due(self, day: int) -> bool:
        """Return whether the close of `day` releases anything."""
        return is_last_of_month(day)

    def rate_on(self, day: int, declared: DeclaredValues) -> Rate:
        """Return the rate of later months at the close of `day`."""
        value = declared.on(self.declared, day)
        return Rate.within(min(value.value, Fraction(SHARE_MAX))) if value is not None else self.rate

    def rate_for(self, opened_on: int, day: int, declared: DeclaredValues) -> Rate | None:
        """Return the rate of a lot at the close of a month's last day; None while its first month has not come."""
        young, end = self._bounds(day)
        if opened_on >= end:
            return None
        return self.first_rate if opened_on >= young else self.rate_on(day, declared)

    def _bounds(self, day: int) -> tuple[int, int]:
        """Return from which opening day on lots are in their first months, and from which on they pay nothing yet."""
        if self.first_month == "next":
            return first_of_month(day, -self.first_months) + 1, min(first_of_month(day) + 1, day)
        return first_of_month(day, 1 - self.first_months), day

    def run(
        self,
        book: Book,
        day: int,
        spare: Scheduled | None = None,  # noqa: ARG002 - a month's end needs no memory of the day before
        declared: DeclaredValues | None = None,
    ) -> Scheduled:
        """Return what time releases at the close of `day`, by lot and by position."""
        lots = book.lots
        if not self.is_due(day):
            return Scheduled(np.zeros_like(lots.remaining), np.zeros(len(book), np.int64))
        later = self.rate_on(day, declared or DeclaredValues(()))
        found = Scheduled(np.empty_like(lots.remaining), np.empty(len(book), np.int64))
        columns, rates = (lots.opened_on, lots.base, lots.remaining), [(r.num, r.den) for r in (self.first_rate, later)]
        release_by_age(columns, lots.start, self._bounds(day), rates[0], rates[1], *found)
        return found

    def second(self, book: Book, scheduled: Scheduled) -> Int64s:
        """Return by position what of the releases is paid in the second kind; rounded down once for each member."""
        if not self.second_share.num:
            return np.zeros(len(book), np.int64)
        if self.split_from == "first_release":
            return floor_share(scheduled.by_position, self.second_share)
        lots, second = book.lots, np.empty(len(book), np.int64)
        before = lots.released_scheduled, lots.released_accelerated
        rate = self.second_share.num, self.second_share.den
        split_beyond(lots.start, lots.base, before, scheduled.by_lot, rate, second)
        return second
