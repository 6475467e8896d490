"""Amounts and rates: whole minor units, exact fractions, and the one place that rounds and splits (invariant 6).

Amounts are `int` (or int64 arrays) of a kind's minor unit. Nothing here or elsewhere in the engine is a float.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import gcd, lcm
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError, core_schema

MONEY = "money"
MONEY_DECIMALS = 2
RATE_DECIMALS_MAX = 9
RATE_MAX = 1_000_000
SHARE_MAX = 9


@dataclass(frozen=True, order=False)
class Rate:
    """An exact fraction such as 1.2 % or 2.5 times, with at most nine decimals: num ÷ den in lowest terms."""

    num: int
    den: int

    def __post_init__(self) -> None:
        assert self.num >= 0
        assert self.den > 0
        assert gcd(self.num, self.den) == 1

    @classmethod
    def parse(cls, value: Decimal | int | str) -> "Rate":
        """Return the rate that a decimal number writes; Rate.parse("0.012") is 3 ÷ 250.

        Raises ValueError for a negative or non-finite number and for more than nine decimals.
        """
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise ValueError("a rate is a number such as 0.012") from None
        if not number.is_finite() or number < 0:
            raise ValueError("a rate is a number that is not negative")
        if number > RATE_MAX:
            raise ValueError(f"a rate is at most {RATE_MAX}")
        if number and number.adjusted() < -RATE_DECIMALS_MAX:
            raise ValueError(f"a rate has at most {RATE_DECIMALS_MAX} decimals")
        num, den = number.as_integer_ratio()
        if 10**RATE_DECIMALS_MAX % den:
            raise ValueError(f"a rate has at most {RATE_DECIMALS_MAX} decimals")
        return cls(num, den)

    @classmethod
    def within(cls, value: Fraction, decimals: int = RATE_DECIMALS_MAX) -> "Rate":
        """Return a declared number as a rate: further decimals are cut off, and less than nothing is nothing."""
        kept = Fraction(max(value * 10**decimals // 1, 0), 10**decimals)
        return cls(kept.numerator, kept.denominator)

    def floor(self, amount: int) -> int:
        """Return amount × rate, rounded down once."""
        return amount * self.num // self.den

    def over(self, den: int) -> int:
        """Return the numerator of this rate over a denominator that its own one divides."""
        assert den % self.den == 0
        return self.num * (den // self.den)

    def __str__(self) -> str:
        places = 0
        while 10**places % self.den:
            places += 1
        return format_amount(self.num * 10**places // self.den, places)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._validate)

    @classmethod
    def _validate(cls, value: object) -> "Rate":
        if isinstance(value, Rate):
            return value
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise PydanticCustomError("rate_type", "a rate is a number such as 0.012")
        try:
            return cls.parse(value)
        except ValueError as error:
            raise PydanticCustomError("rate_value", "{why}", {"why": str(error)}) from None


def _at_most_nine(rate: Rate) -> Rate:
    # The kernels multiply a remainder, below 10^9, by the numerator, in 63 bits.
    if rate.num > SHARE_MAX * rate.den:
        raise PydanticCustomError("share_value", "a share is at most 9")
    return rate


Share = Annotated[Rate, AfterValidator(_at_most_nine)]  # a rate that kernels take of releases or order amounts


def common_denominator(rates: Sequence[Rate]) -> int:
    """Return the least denominator over which all rates are whole; at most 10^9."""
    return lcm(*(rate.den for rate in rates))


def split(amount: int, second: Rate) -> tuple[int, int]:
    """Split an amount in two: the second part is floored, the first takes the rest; they add up to the whole."""
    part = second.floor(amount)
    return amount - part, part


def share_out(total: int, weights: Sequence[int]) -> tuple[list[int], int]:
    """Share `total` by weights; every share is floored. Returns (shares, dust), which add up to `total`.

    With no weight at all nothing is shared and everything is dust.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights), total
    shares = [total * weight // whole for weight in weights]
    return shares, total - sum(shares)


def to_minor(value: Decimal | int, decimals: int) -> int:
    """Return a decimal number as whole minor units; raises ValueError when it has more decimals than the kind."""
    if not Decimal(value).is_finite():
        raise ValueError(f"{value} is not a number with at most {decimals} decimals")
    scaled = Fraction(value) * 10**decimals
    if scaled.denominator != 1:
        raise ValueError(f"{value} has more than {decimals} decimals")
    return int(scaled.numerator)


def plain(value: Fraction) -> str:
    """Return a number as people write it, with at most two decimals: plain(Fraction(363540)) == "363,540"."""
    hundredths = round(value * 100)
    return f"{hundredths // 100:,}.{hundredths % 100:02}".rstrip("0").rstrip(".")


def format_amount(minor: int, decimals: int) -> str:
    """Return minor units as a decimal string with all its decimals: format_amount(360000, 4) == "36.0000"."""
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else f"{sign}{digits}"
