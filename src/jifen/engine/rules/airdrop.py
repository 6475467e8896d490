"""airdrop: a quantity of tokens each day, shared by weight among the activated."""

from calendar import isleap
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import plain, to_minor
from jifen.engine.days import date_of, day_number
from jifen.engine.declared import CNY, DeclaredName
from jifen.engine.lines import FREE, ISSUED, POOL
from jifen.engine.message import Message, say
from jifen.engine.posting import Posting, Row
from jifen.engine.rule import POINTS_DECIMALS, STRICT, ActionFact, Name, Points, Rule, Switch

_YEARS_SHOWN = 200  # halving a day's tokens so often leaves none


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Airdrop(Rule):
    """Share a day's tokens by the weight of all activated members (S2-16, S2-17, S2-28, S2-33, S2-Q3, S2-Q4).

    Each day of the first year after `launch` gives `daily`, of each later year half of the year before; or `years` says
    what each year gives, evenly over its days (S2-Q7, S2-Q8). Never more than `cap` in all, the reserve included.
    Shares are rounded down and the dust is shared out the next day. With `consumes` the weight is used up, with `carry`
    the tokens of a day on which nobody shares wait for the next one. Rewards in tokens come out of a reserve that is
    filled by hand; when it is empty they are not paid (S2-Q1). A price outside of `price_min` … `price_max` (CNY a
    token) takes a second operator.
    """

    use: ClassVar[str] = "airdrop"
    section: ClassVar[str] = "airdrop"
    actions: ClassVar[tuple[str, ...]] = ("fund_reserve",)

    kind: Name
    weight: Name
    launch: date
    daily: Points | None = None
    years: Annotated[tuple[Points, ...], Field(max_length=100)] = ()
    cap: Points
    consumes: Switch = False
    carry: Switch = False
    price: Name = "token_price"  # the declared value by which rewards are worth tokens
    price_min: Points | None = None
    price_max: Points | None = None

    @model_validator(mode="after")
    def _one_schedule(self) -> "Airdrop":
        if (self.daily is None) == (not self.years):
            raise PydanticCustomError("airdrop_schedule", "either daily or years")
        if self.price_min is not None and self.price_max is not None and self.price_min > self.price_max:
            raise PydanticCustomError("price_range", "price_min is above price_max")
        return self

    def declared_values(self) -> tuple[DeclaredName, ...]:
        """Return the price of a token, and what is usual of it."""
        least, most = (Fraction(one) if one is not None else None for one in (self.price_min, self.price_max))
        return (DeclaredName(self.price, least, most, None, CNY, is_price=True),)

    def warnings(self) -> list[Message]:
        """Return what the schedule gives in all, where that is not the cap (S2-E1)."""
        total = sum((self.year_total(year) for year in range(_YEARS_SHOWN)), Fraction(0))
        if round(total - Fraction(Decimal(self.cap)), POINTS_DECIMALS) == 0:
            return []
        return [say("the schedule gives {total} tokens in all, and the cap is {cap}",
                    total=plain(total), cap=plain(Fraction(Decimal(self.cap))))]  # fmt: skip

    def year_total(self, year: int) -> Fraction:
        """Return what a year of 365 days gives, year 0 being the first."""
        if self.years:
            return Fraction(Decimal(self.years[year])) if year < len(self.years) else Fraction(0)
        assert self.daily is not None
        return Fraction(Decimal(self.daily)) * Fraction(365, 2**year)

    def emission(self, day: int, decimals: int) -> int:
        """Return what a day gives, minor units, before the cap."""
        first, today = self.launch, date_of(day)
        if today < first:
            return 0
        year = _anniversaries(first, today)
        if self.daily is not None:
            return int(to_minor(Decimal(self.daily), decimals) >> year)
        if year >= len(self.years):
            return 0
        begin, end = (day_number(_anniversary(first, year + after)) for after in (0, 1))
        total = to_minor(Decimal(self.years[year]), decimals)
        return total * (day - begin + 1) // (end - begin) - total * (day - begin) // (end - begin)

    def left(self, posting: Posting) -> int:
        """Return how many tokens may still be given out or set aside; a later version may have lowered the cap."""
        cap = to_minor(Decimal(self.cap), posting.kinds[self.kind].decimals)
        return max(cap - posting.book.emitted - posting.book.funded, 0)

    def act(self, posting: Posting, action: ActionFact) -> Message | None:
        """Put tokens into the reserve, or return why not."""
        if action.kind != self.kind:
            return say("the reserve holds {kind}", kind=self.kind)
        if action.amount > self.left(posting):
            return say("the cap of {cap} leaves less than that", cap=self.cap)
        posting.book.funded += action.amount
        rows = (Row(ISSUED, self.kind, FREE, -action.amount), Row(POOL, self.kind, FREE, action.amount))
        posting.transfer(key="fund_reserve", rule="fund_reserve", rows=rows)
        return None


def _anniversary(first: date, years: int) -> date:
    """Return the day on which so many years have passed; of 29 February the day after the 28th."""
    year = first.year + years
    if (first.month, first.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return first.replace(year=year)


def _anniversaries(first: date, today: date) -> int:
    """Return how many whole years have passed."""
    years = today.year - first.year
    return years if today >= _anniversary(first, years) else years - 1
