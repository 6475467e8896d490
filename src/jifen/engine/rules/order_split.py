"""order_split: the commission of an order is divided between the pool, the distribution and the platform."""

from functools import lru_cache
from math import gcd
from typing import ClassVar, Literal, NamedTuple

from pydantic import model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate, Share
from jifen.engine.rule import STRICT, Rule


class Parts(NamedTuple):
    """What an order's commission is divided into, fen."""

    commission: int
    share: int  # of the pool
    distribution: int

    @property
    def platform(self) -> int:
        """What is left of it."""
        return self.commission - self.share - self.distribution


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OrderSplit(Rule):
    """Take a commission of each order and divide it (S1-03, S1-27, S1-Q5).

    A part goes to the platform, one is distributed to referrers and territories, the rest feeds the pool. A store may
    have agreed on another commission; then the pool's part is another. What the distribution does not use by the end
    of the day goes to the platform, or into the pool (S1-Q7).
    """

    use: ClassVar[str] = "order_split"
    section: ClassVar[str] = "on_order"

    commission: Share
    platform: Rate
    distribution: Rate
    leftover: Literal["platform", "pool"] = "platform"

    @model_validator(mode="after")
    def _within(self) -> "OrderSplit":
        if self.commission.num > self.commission.den:
            raise PydanticCustomError("commission_of_order", "a commission is at most 1")
        if self.pool_rate(self.commission) is None:
            raise PydanticCustomError("split_parts", "the parts are more than the commission")
        return self

    def pool_rate(self, commission: Rate) -> Rate | None:
        """Return the rate of a commission that feeds the pool, None where the other parts are more than it."""
        return _left(commission, self.platform, self.distribution)

    def parts(self, amount: int, agreed: Rate | None, *, pooled: bool) -> Parts:
        """Return the parts of an order's amount (fen); without a pool its part is the platform's."""
        rate = agreed if agreed is not None else self.commission
        commission = rate.floor(amount)
        distribution = min(commission, self.distribution.floor(amount))
        left = self.pool_rate(rate)
        share = min(commission - distribution, left.floor(amount)) if pooled and left is not None else 0
        return Parts(commission, share, distribution)


@lru_cache(maxsize=1024)
def _left(commission: Rate, platform: Rate, distribution: Rate) -> Rate | None:
    """Return what two parts leave of a commission, None where they are more."""
    den = commission.den * platform.den * distribution.den
    left = commission.over(den) - platform.over(den) - distribution.over(den)
    common = gcd(left, den)
    return Rate(left // common, den // common) if left >= 0 else None
