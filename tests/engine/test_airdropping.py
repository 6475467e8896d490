"""Airdrops: E1, exact shares of sums beyond 64 bits, a reserve that wishes exceed (S2-E1, S2-17, S2-Q1)."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen import catalogue
from jifen.engine.airdropping import shares_of
from jifen.engine.days import day_number
from jifen.engine.document import load_programme
from jifen.engine.kernels.shares import sum_of
from jifen.engine.rules.airdrop import Airdrop
from jifen.engine.settle import _paid_in_turn

DOCUMENT = load_programme(catalogue.read("airdrop"))
RULE = next(rule for rule in DOCUMENT.rules if isinstance(rule, Airdrop))
UNIT = 10**8


@pytest.mark.parametrize(
    ("years", "total"),
    [(1, "181770"), (2, "272655"), (3, "318097.5"), (5, "352179.375"), (10, "363184.9804688")],
)
def test_e1_the_schedule_comes_to_less_than_the_cap(years: int, total: str) -> None:
    found = sum((RULE.year_total(year) for year in range(years)), Fraction(0))
    assert round(found, 7) == Fraction(total)
    assert found < 363_540 < RULE.cap


def test_halving_goes_by_the_anniversary_of_the_launch() -> None:
    rule = replace(RULE, launch=RULE.launch.replace(year=2024, month=2, day=29))
    days = {"2024-02-28": 0, "2024-02-29": 498, "2025-02-28": 498, "2025-03-01": 249, "2028-02-28": Fraction(249, 4)}
    days |= {"2028-02-29": Fraction(249, 8)}
    found = {day: Fraction(rule.emission(int(day_number(rule.launch.fromisoformat(day))), 8), UNIT) for day in days}
    assert found == days


@given(st.lists(st.integers(0, 10**9), min_size=5, max_size=5), st.integers(0, 3))
def test_the_days_of_a_year_give_its_total_exactly(totals: list[int], year: int) -> None:
    rule = replace(RULE, daily=None, years=tuple(total or 1 for total in totals))
    begin, end = (day_number(rule.launch.replace(year=rule.launch.year + year + after)) for after in (0, 1))
    days = [rule.emission(day, 8) for day in range(begin, end)]
    assert sum(days) == rule.years[year] * UNIT
    assert max(days) - min(days) <= 1


@given(
    st.lists(st.integers(0, 2**61), min_size=1, max_size=30), st.one_of(st.integers(1, 10**14), st.integers(1, 2**63))
)
def test_shares_are_the_exact_floors_and_their_dust_is_less_than_a_unit_each(weights: list[int], total: int) -> None:
    weight, whole = np.array(weights, np.int64), sum(weights)
    assert sum_of(weight) == whole
    if not whole:
        return
    share = np.empty_like(weight)
    given_out = shares_of(weight, total, whole, share)
    assert share.tolist() == [total * one // whole for one in weights]
    assert 0 <= total - given_out < len(weights)
    assert given_out == sum(share.tolist())


@given(st.lists(st.integers(0, 2**62), max_size=12), st.integers(0, 2**62))
def test_a_reserve_pays_in_turn_what_it_holds_however_much_is_wished(wishes: list[int], left: int) -> None:
    paid = _paid_in_turn(np.array(wishes, np.int64), left).tolist()
    for wish, got in zip(wishes, paid, strict=True):
        assert got == min(wish, left)
        left -= got
