"""How many orders lie between a holding and its forced exit (S1-09), against the vectors of the requirements."""

from fractions import Fraction
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.amounts import Rate
from jifen.pools.distance import ORDERS_MAX, Holder, State, orders_until_exit

MINTED, MULTIPLE = Rate(7, 10), Rate(6, 5)
POINT = 10**8
FIRST_ORDER = State(16_000, 112 * POINT)  # S1-E1: an order of 1,000 gives 160 to the pool and 112 points
SHARE = 16_000
FIRST_BUYER = Holder(112 * POINT, 100_000)


def plain_orders(state: State, holder: Holder, share: int, multiple: Rate) -> int:
    """Count orders one by one with exact fractions, as one would on paper; the points of each are rounded down."""
    money, supply, orders = state.money, state.supply, 0
    wanted = Fraction(multiple.num, multiple.den) * holder.consumption
    while Fraction(money, supply) * holder.points < wanted:
        supply += int(Fraction(share) * Fraction(7, 10) / Fraction(money, supply))
        money += share
        orders += 1
    return orders


def until(holders: list[Holder], *, state: State = FIRST_ORDER, multiple: Rate = MULTIPLE) -> list[int | None]:
    return orders_until_exit(state, holders, share=SHARE, minted=MINTED, multiple=multiple)


def test_the_first_member_exits_at_order_1137() -> None:
    """S1-D5: at 1.2 times the consumption; the pool stands after the first order."""
    assert until([FIRST_BUYER]) == [1137 - 1]


def test_at_twice_the_consumption_it_is_order_6238() -> None:
    assert until([FIRST_BUYER], multiple=Rate(2, 1)) == [6238 - 1]


@given(points=st.integers(POINT, 112 * POINT), spent=st.integers(1, 100_000))
def test_it_agrees_with_counting_one_by_one(points: int, spent: int) -> None:
    holder = Holder(points, min(spent, points * 2 // POINT * 100 + 1))

    assert until([holder]) == [plain_orders(FIRST_ORDER, holder, SHARE, MULTIPLE)]


def test_several_holdings_are_reached_in_their_order() -> None:
    later = Holder(POINT, 1_500)

    alone = [until([one])[0] for one in (FIRST_BUYER, later)]

    assert until([FIRST_BUYER, later]) == alone
    assert alone[0] is not None
    assert alone[1] is not None
    assert alone[0] < alone[1]


def test_more_orders_than_the_most_are_not_counted() -> None:
    far = Holder(POINT, 100_000)

    assert until([far]) == [None]


def test_without_orders_to_go_by_only_those_are_reached_who_are_there_already() -> None:
    reached = Holder(112 * POINT, 10_000)

    found = orders_until_exit(FIRST_ORDER, [reached, FIRST_BUYER], share=0, minted=MINTED, multiple=MULTIPLE)

    assert found == [0, None]


@pytest.mark.parametrize("state", [FIRST_ORDER, State(10**15, 10**17)])
def test_even_the_farthest_is_found_within_the_time_of_a_page(state: State) -> None:
    far = Holder(1, 10**12)
    times = []
    for _ in range(3):
        begun = perf_counter()
        assert until([far], state=state) == [None]
        times.append(perf_counter() - begun)

    assert min(times) < 0.25  # some 30 ms; the machine of the tests may be busy
    assert ORDERS_MAX == 100_000
