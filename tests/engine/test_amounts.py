"""Amounts are whole, rates are exact, and what is split or shared out adds up."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.amounts import (
    Rate,
    common_denominator,
    format_amount,
    share_out,
    split,
    to_minor,
)
from tests.engine.books import rate_of, rates

minor_units = st.integers(0, 10**18)


def exact(rate: Rate) -> Fraction:
    return Fraction(rate.num, rate.den)


@pytest.mark.parametrize(
    ("text", "num", "den"),
    [("0.012", 3, 250), ("2.5", 5, 2), ("4", 4, 1), ("0", 0, 1), ("-0", 0, 1), ("1e-9", 1, 10**9), ("1E+2", 100, 1)],
)
def test_a_rate_is_the_exact_fraction_that_is_written(text: str, num: int, den: int) -> None:
    assert Rate.parse(text) == Rate(num, den)


@given(st.integers(0, 10**7), st.integers(1, 9))
def test_up_to_nine_decimals_are_read_exactly(digits: int, decimals: int) -> None:
    assert exact(rate_of(digits, decimals)) == Fraction(digits, 10**decimals)


@pytest.mark.parametrize("text", ["0.0000000001", "0.1234567891", "1.0000000001", "1e-10"])
def test_a_tenth_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="at most 9 decimals"):
        Rate.parse(text)


def test_a_tenth_decimal_that_is_zero_is_no_decimal() -> None:
    assert Rate.parse("0.5000000000000") == Rate(1, 2)


@pytest.mark.parametrize("text", ["-0.1", "-5", "NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_rate_is_a_number_and_not_negative(text: str) -> None:
    with pytest.raises(ValueError, match="a rate is a number that is not negative"):
        Rate.parse(text)


@given(rates())
def test_a_rate_is_written_as_it_is_read(rate: Rate) -> None:
    assert Rate.parse(str(rate)) == rate


@given(minor_units, rates(5))
def test_an_amount_times_a_rate_is_floored_once(amount: int, rate: Rate) -> None:
    assert rate.floor(amount) == floor(amount * exact(rate))


@given(st.lists(rates(), min_size=1, max_size=8))
def test_rates_are_whole_over_their_common_denominator(some: list[Rate]) -> None:
    den = common_denominator(some)

    assert 10**9 % den == 0
    assert [Fraction(rate.over(den), den) for rate in some] == [exact(rate) for rate in some]


@given(minor_units, rates(1))
def test_two_parts_of_a_split_are_the_whole(amount: int, second: Rate) -> None:
    first, rest = split(amount, second)

    assert first + rest == amount
    assert rest == floor(amount * exact(second))
    assert min(first, rest) >= 0


@given(minor_units, st.lists(st.integers(0, 10**18), max_size=20))
def test_shares_and_dust_are_the_whole_and_nobody_gets_a_unit_too_much(total: int, weights: list[int]) -> None:
    shares, dust = share_out(total, weights)

    assert sum(shares) + dust == total
    whole = sum(weights)
    if whole:
        assert shares == [floor(Fraction(total * weight, whole)) for weight in weights]
        assert 0 <= dust < len(weights)


def test_without_any_weight_everything_is_dust() -> None:
    assert share_out(100, []) == ([], 100)
    assert share_out(100, [0, 0]) == ([0, 0], 100)


@given(st.integers(-(10**18), 10**18), st.integers(0, 8))
def test_an_amount_is_read_as_it_is_written(minor: int, decimals: int) -> None:
    text = format_amount(minor, decimals)

    assert to_minor(Decimal(text), decimals) == minor
    assert len(text.partition(".")[2]) == decimals


def test_amounts_are_written_with_all_their_decimals() -> None:
    assert format_amount(360_000, 4) == "36.0000"
    assert format_amount(-5, 2) == "-0.05"
    assert format_amount(7, 0) == "7"


@pytest.mark.parametrize("text", ["0.001", "1.005", "NaN", "Infinity"])
def test_more_decimals_than_the_kind_has_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"(more than|at most) 2 decimals"):
        to_minor(Decimal(text), 2)


def test_a_decimal_far_behind_is_refused_too() -> None:
    with pytest.raises(ValueError, match="more than 2 decimals"):
        to_minor(Decimal("3000.00000000000000000000000001"), 2)


def test_a_rate_that_is_no_number_raises_a_value_error() -> None:
    with pytest.raises(ValueError, match="a rate is a number"):
        Rate.parse("abc")
