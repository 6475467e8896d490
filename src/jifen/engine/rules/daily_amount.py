"""daily_amount: every unit releases an amount a day, fixed for the day or drawn in a range."""

import hashlib
from fractions import Fraction
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY_DECIMALS, Rate, to_minor
from jifen.engine.book import Book
from jifen.engine.close import Scheduled
from jifen.engine.days import iso
from jifen.engine.declared import CNY, DeclaredName, DeclaredValues
from jifen.engine.facts import Int64s
from jifen.engine.kernels.releases import release_scheduled
from jifen.engine.rule import STRICT, Cny, Name, Rule, floor_share

UNIT = 10_000  # the base of one unit in a lot


@dataclass(frozen=True, kw_only=True, config=STRICT)
class DailyAmount(Rule):
    """Release an amount of CNY for each unit and day until a lot is empty (S0-59, S0-60, S0-61, S0-Q15).

    The amount is the declared value in force on the day; else it is drawn between `amount_min` and `amount_max`, in
    whole fen, from the SHA-256 of programme, day and that day's seed (the declared value named by `seed`), which
    everybody can compute again once the seed is revealed; else it is `amount`. `second_share` of it, from the first
    release on, is paid in `second_kind` (S0-87).
    """

    use: ClassVar[str] = "daily_amount"
    section: ClassVar[str] = "daily"
    takes: ClassVar[Literal["amount", "units"]] = "units"

    amount: Cny
    amount_min: Cny
    amount_max: Cny
    declared: Name
    seed: Name
    second_kind: Name | None = None
    second_share: Rate = Field(default=Rate(0, 1))

    @model_validator(mode="after")
    def _whole(self) -> "DailyAmount":
        if self.second_share.num > self.second_share.den:
            raise PydanticCustomError("share_of_release", "a share is at most 1")
        if self.second_share.num and self.second_kind is None:
            raise PydanticCustomError("second_kind", "a second kind is missing")
        if self.amount_max < self.amount_min:
            raise PydanticCustomError("usual_order", "the range is empty")
        return self

    def declared_values(self) -> tuple[DeclaredName, ...]:
        """Return the amount for each unit and day."""
        least, most, usual = (Fraction(value) for value in (self.amount_min, self.amount_max, self.amount))
        return (DeclaredName(self.declared, least, most, usual, CNY),)

    def is_due(self, day: int) -> bool:  # noqa: ARG002 - every day is
        """Return whether the close of `day` releases anything."""
        return True

    def drawn(self, code: str, day: int, seed: int) -> int:
        """Return the amount in fen that a seed draws for a day of the programme `code`."""
        least, most = (to_minor(value, MONEY_DECIMALS) for value in (self.amount_min, self.amount_max))
        digest = hashlib.sha256(f"{code}/{iso(day)}/{seed}".encode()).hexdigest()
        return least + int(digest, 16) % (most - least + 1)

    def amount_on(self, code: str, day: int, declared: DeclaredValues) -> Rate:
        """Return the amount of CNY for one unit on a day, in whole fen."""
        value, seed = declared.on(self.declared, day), declared.on(self.seed, day)
        if value is not None:
            return Rate.within(value.value, MONEY_DECIMALS)
        if seed is not None:
            return Rate.within(Fraction(self.drawn(code, day, int(seed.value)), 10**MONEY_DECIMALS), MONEY_DECIMALS)
        return Rate.within(Fraction(self.amount), MONEY_DECIMALS)

    def run(
        self, book: Book, day: int, spare: Scheduled | None = None, declared: DeclaredValues | None = None
    ) -> Scheduled:
        """Return what time releases at the close of `day`, by lot and by position; written over `spare` if it fits."""
        lots, rate = book.lots, self.amount_on(book.code, day, declared or DeclaredValues(()))
        if spare is None or spare.by_lot.shape != lots.remaining.shape or len(spare.by_position) != len(book):
            spare = Scheduled(np.empty_like(lots.remaining), np.empty(len(book), np.int64))
        columns = (lots.start, lots.opened_on, lots.base, lots.remaining)
        release_scheduled(*columns, day, rate.num, rate.den, spare.by_lot, spare.by_position)
        return spare

    def second(self, book: Book, scheduled: Scheduled) -> Int64s:
        """Return by position what of the releases is paid in the second kind; rounded down once for each member."""
        if not self.second_share.num:
            return np.zeros(len(book), np.int64)
        return floor_share(scheduled.by_position, self.second_share)
