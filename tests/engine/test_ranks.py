"""Ranks and reported volumes agree with adding up every leg anew."""

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.amounts import Rate
from jifen.engine.book import Book
from jifen.engine.rules.network_volume import NetworkVolume
from jifen.engine.rules.second_leg_rank import Rank, SecondLegRank
from tests.engine.books import amounts, book_of, by_member, referrers
from tests.engine.twins import Volumes, plain_legs, plain_network_volume, plain_second_leg_rank

DECIMALS = 4
POINTS_PER_MONEY = 100


def table(thresholds: list[int]) -> tuple[Rank, ...]:
    """Return rank rows for volumes in minor units of money."""
    return tuple(
        Rank(name=f"r{fen}", title="级", title_en="row", volume=Decimal(fen).scaleb(-2), rate=Rate(0, 1))
        for fen in thresholds
    )


def in_book(referrer: list[int], volumes: Volumes) -> Book:
    book = book_of(referrer, [])
    member = book.forest.layout.member
    book.volume_amount[:] = np.array(volumes.amount, np.int64)[member]
    book.volume_points[:] = np.array(volumes.points, np.int64)[member]
    book.volume[:] = np.array(volumes.counted, np.int64)[member]
    return book


@st.composite
def sold(draw: st.DrawFn) -> tuple[list[int], Volumes]:
    """Return a forest and what its members bought; points are worth more than the unit of money can say."""
    referrer = draw(referrers())
    n = len(referrer)
    amount = draw(st.lists(amounts(10**12), min_size=n, max_size=n))
    points = [draw(st.integers(0, fen * POINTS_PER_MONEY)) for fen in amount]
    return referrer, Volumes(amount, points, [fen * POINTS_PER_MONEY for fen in amount])


@given(sold(), st.lists(st.integers(1, 10**13), min_size=1, max_size=8, unique=True))
def test_rank_is_how_many_volumes_the_second_leg_reaches(case: tuple[list[int], Volumes], volumes: list[int]) -> None:
    referrer, sales = case
    thresholds = sorted(volumes)
    book = in_book(referrer, sales)

    found = SecondLegRank(source="S4-11", table=table(thresholds)).run(book, DECIMALS)

    expected = plain_second_leg_rank(referrer, sales.counted, [fen * POINTS_PER_MONEY for fen in thresholds])
    assert by_member(book.forest, found.astype(np.int64)) == expected


@given(sold(), st.data())
def test_a_second_leg_of_exactly_the_volume_reaches_it(case: tuple[list[int], Volumes], data: st.DataObject) -> None:
    referrer, sales = case
    member = data.draw(st.integers(0, len(referrer) - 1))
    second = [*plain_legs(referrer, sales.amount, member), 0, 0][1]
    book = in_book(referrer, sales)

    at, beyond = (
        SecondLegRank(source="S4-11", table=table([fen])).run(book, DECIMALS)[book.at(member)]
        for fen in (max(second, 1), second + 1)
    )

    assert at == (second > 0)
    assert beyond == 0


@given(sold())
def test_reported_volumes_are_sums_over_the_team(case: tuple[list[int], Volumes]) -> None:
    referrer, sales = case
    book = in_book(referrer, sales)

    columns = NetworkVolume(source="S4-24").run(book, POINTS_PER_MONEY)

    expected = plain_network_volume(referrer, sales, POINTS_PER_MONEY)
    found = {name: by_member(book.forest, column) for name, column in columns.items()}
    assert found == {name: [row[name] for row in expected] for name in found}
    assert set(found) == set(expected[0])
