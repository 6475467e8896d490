"""settle pays what the lots hold, oldest first, in the order of payment; on any number of threads."""

from fractions import Fraction
from math import floor
from typing import NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.amounts import Rate
from jifen.engine.book import Book
from jifen.engine.close import Close
from jifen.engine.programme import Programme
from jifen.engine.rules.generation_share import GenerationShare
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.rank_differential import RankDifferential
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.engine.rules.second_leg_rank import Rank, SecondLegRank
from jifen.engine.settle import Means, settle
from tests.engine.books import (
    AMOUNT_MAX,
    Lot,
    Team,
    book_of,
    by_member,
    lots,
    programme_of,
    rank_rates,
    rates,
    referrers,
    upline_of,
)
from tests.engine.twins import (
    plain_generation_share,
    plain_payment,
    plain_peer_bonus,
    plain_rank_differential,
    plain_scheduled_release,
)

DAY = 20_000
TABLE = (
    Rank(name="bronze", title="铜级", title_en="row", volume=50_000, rate=Rate.parse("0.10")),
    Rank(name="silver", title="银级", title_en="row", volume=200_000, rate=Rate.parse("0.26")),
)


class Numbers(NamedTuple):
    """The rates of a programme."""

    scheduled: Rate
    generations: tuple[Rate, ...]
    by_rank: tuple[Rate, ...]
    peer: Rate


class Case(NamedTuple):
    """A day to settle."""

    numbers: Numbers
    referrer: list[int]
    rank: list[int]
    lots: list[Lot]


@st.composite
def cases(draw: st.DrawFn, amount_max: int = AMOUNT_MAX) -> Case:
    by_rank = draw(rank_rates())
    generations = tuple(draw(st.lists(rates(1), min_size=1, max_size=4)))
    numbers = Numbers(draw(rates(1)), generations, by_rank, draw(rates(1)))
    referrer = draw(referrers(30))
    n = len(referrer)
    rank = draw(st.lists(st.integers(0, len(by_rank) - 1), min_size=n, max_size=n))
    return Case(numbers, referrer, rank, draw(lots(n, DAY, amount_max)))


def exact(rate: Rate) -> Fraction:
    return Fraction(rate.num, rate.den)


def programme_for(numbers: Numbers) -> Programme:
    table = tuple(
        Rank(name=f"r{row}", title="级", title_en="row", volume=row * 1000, rate=rate)
        for row, rate in enumerate(numbers.by_rank[1:], start=1)
    )
    return programme_of(
        SecondLegRank(source="S4-11", table=table),
        ScheduledRelease(source="S4-06", rate=numbers.scheduled),
        GenerationShare(source="S4-08", rates=numbers.generations),
        RankDifferential(source="S4-11"),
        PeerBonus(source="S4-15", rate=numbers.peer),
    )


def book_for(case: Case) -> Book:
    book = book_of(case.referrer, case.lots)
    book.rank[:] = np.array(case.rank, np.int8)[book.forest.layout.member]
    return book


def plain_released(case: Case) -> tuple[list[int], list[int]]:
    """Return what time releases by lot and by member."""
    by_lot = plain_scheduled_release(case.lots, DAY, exact(case.numbers.scheduled))
    by_owner = [0] * len(case.referrer)
    for lot, part in zip(case.lots, by_lot, strict=True):
        by_owner[lot.owner] += part
    return by_lot, by_owner


def plain_entitled(case: Case, released: list[int]) -> list[list[int]]:
    """Return the entitlements in the order of payment."""
    team, numbers = Team(case.referrer, released, case.rank), case.numbers
    by_rank = [exact(rate) for rate in numbers.by_rank]
    bases = [
        *plain_generation_share(team, [exact(rate) for rate in numbers.generations]),
        plain_rank_differential(team, by_rank),
        plain_peer_bonus(team, exact(numbers.peer), by_rank),
    ]
    return [[floor(part) for part in base] for base in bases]


def in_file_order(book: Book, column: np.ndarray) -> list[int]:
    return [int(value) for value in column[book.place]]


def everything(close: Close) -> list[bytes]:
    columns = (*close.scheduled, close.paid, close.blocked, close.rest, close.drawn, close.rank)
    return [column.tobytes() for column in columns]


@given(cases())
def test_a_close_pays_what_a_plain_computation_pays(case: Case) -> None:
    book = book_for(case)

    close = settle(programme_for(case.numbers), book, DAY)

    by_lot, released = plain_released(case)
    expected = plain_payment(case.lots, DAY, by_lot, plain_entitled(case, released))
    assert in_file_order(book, close.scheduled.by_lot) == by_lot
    assert by_member(book.forest, close.scheduled.by_position) == released
    assert [by_member(book.forest, row) for row in close.paid] == expected.paid
    assert [by_member(book.forest, row) for row in close.blocked] == expected.blocked
    assert in_file_order(book, close.drawn) == expected.drawn


@given(cases())
def test_what_is_paid_comes_out_of_lots_and_nothing_is_negative(case: Case) -> None:
    book = book_for(case)

    close = settle(programme_for(case.numbers), book, DAY)

    entitled = plain_entitled(case, plain_released(case)[1])
    assert [by_member(book.forest, row) for row in close.paid + close.blocked] == entitled
    assert int(close.drawn.sum()) == int(close.paid.sum())
    left = book.lots.remaining - close.scheduled.by_lot - close.drawn
    columns = (*close.scheduled, close.paid, close.blocked, close.rest, close.drawn, left)
    assert all((column >= 0).all() for column in columns)


@given(cases())
def test_lots_opened_today_or_used_up_take_no_part(case: Case) -> None:
    book = book_for(case)

    close = settle(programme_for(case.numbers), book, DAY)

    idle = (book.lots.opened_on >= DAY) | (book.lots.remaining == 0)
    assert not close.drawn[idle].any()
    assert not close.scheduled.by_lot[idle].any()


@given(cases())
def test_two_threads_settle_byte_for_byte_what_one_settles(case: Case) -> None:
    programme, book = programme_for(case.numbers), book_for(case)

    one, two = settle(programme, book, DAY), settle(programme, book, DAY, Means(threads=2))

    assert everything(one) == everything(two)


@given(cases())
def test_settling_changes_nothing_in_the_book(case: Case) -> None:
    book, untouched = book_for(case), book_for(case)

    settle(programme_for(case.numbers), book, DAY)

    for name, column in vars(book.lots).items():
        assert np.array_equal(column, getattr(untouched.lots, name))
    assert np.array_equal(book.rank, untouched.rank)
    assert not book.free["points"].any()


@given(cases())
def test_a_release_costs_no_more_than_its_rates(case: Case) -> None:
    """S4-D4: one point released costs at most 1 + every generation + the top rank, and a peer rate for each peer."""
    numbers = case.numbers
    close = settle(programme_for(numbers), book_for(case), DAY)

    released = plain_released(case)[1]
    once = 1 + sum(map(exact, numbers.generations)) + exact(numbers.by_rank[-1])
    upline, peer = (
        upline_of(Team(case.referrer, released, case.rank), numbers.by_rank),
        PeerBonus(source="S4-15", rate=numbers.peer),
    )
    bound = sum(
        amount * (once + len(peer.reach(upline, member)) * exact(numbers.peer))
        for member, amount in enumerate(released)
    )
    assert sum(released) + int(close.paid.sum() + close.blocked.sum()) <= bound


def test_the_oldest_lot_is_drawn_first_and_the_last_payment_is_cut() -> None:
    """B releases 100; A's first lot holds 30 and the second 50, so generation 1 gets its 50 and the differential 30."""
    a_first, a_second, a_today = Lot(0, DAY - 2, 0, 30, 30), Lot(0, DAY - 1, 0, 50, 50), Lot(0, DAY, 0, 99, 99)
    b = Lot(1, DAY - 1, 1000, 1000, 1000)
    rules = (
        ScheduledRelease(source="S4-06", rate=Rate.parse("0.1")),
        GenerationShare(source="S4-08", rates=(Rate.parse("0.5"),)),
        RankDifferential(source="S4-11"),
        PeerBonus(source="S4-15", rate=Rate.parse("0.03")),
        SecondLegRank(
            source="S4-11", table=(Rank(name="king", title="王者", title_en="row", volume=1, rate=Rate.parse("0.5")),)
        ),
    )
    book = book_of([-1, 0], [a_today, a_second, b, a_first])
    book.rank[book.at(0)] = 1

    close = settle(programme_of(*rules), book, DAY)

    assert close.paid[:, book.at(0)].tolist() == [50, 30, 0]
    assert close.blocked[:, book.at(0)].tolist() == [0, 20, 0]
    assert in_file_order(book, close.drawn) == [0, 50, 0, 30]


def test_rewards_are_paid_in_the_order_of_the_document() -> None:
    """A's lot holds 60 of two entitlements of 50; the one that stands first in the document is paid whole."""
    share = GenerationShare(source="S4-08", rates=(Rate.parse("0.5"),))
    ranked = SecondLegRank(
        source="S4-11", table=(Rank(name="king", title="王者", title_en="row", volume=1, rate=Rate.parse("0.5")),)
    )
    release, differential = ScheduledRelease(source="S4-06", rate=Rate.parse("0.1")), RankDifferential(source="S4-11")
    book = book_of([-1, 0], [Lot(0, DAY - 1, 0, 60, 60), Lot(1, DAY - 1, 1000, 1000, 1000)])
    book.rank[book.at(0)] = 1

    one = settle(programme_of(ranked, release, share, differential), book, DAY)
    other = settle(programme_of(ranked, release, differential, share), book, DAY)

    assert [slot.path for slot in one.slots] == ["generation_share/1", "rank_differential"]
    assert [slot.path for slot in other.slots] == ["rank_differential", "generation_share/1"]
    assert one.paid[:, book.at(0)].tolist() == other.paid[:, book.at(0)].tolist() == [50, 10]


def test_ranks_found_by_a_close_are_not_used_by_it() -> None:
    """A leads two legs of 200 000 and is silver from tomorrow; today it earns by having no rank."""
    book = book_of([-1, 0, 0], [Lot(0, DAY - 1, 0, 90, 90), Lot(1, DAY - 1, 100, 100, 100)])
    book.volume[[book.at(1), book.at(2)]] = 200_000 * 10**4
    ranks, release = SecondLegRank(source="S4-11", table=TABLE), ScheduledRelease(source="S4-06", rate=Rate(1, 10))

    close = settle(programme_of(ranks, release, RankDifferential(source="S4-11")), book, DAY)

    assert close.rank[book.at(0)] == 2
    assert not close.paid.any()


def test_a_programme_without_rewards_pays_only_what_time_releases() -> None:
    book = book_of([-1], [Lot(0, DAY - 1, 100, 100, 100)])

    close = settle(programme_of(ScheduledRelease(source="S4-06", rate=Rate(1, 10))), book, DAY)

    assert close.scheduled.by_lot.tolist() == [10]
    assert close.paid.shape == (0, 1)


def test_a_programme_without_a_release_by_time_pays_nothing() -> None:
    book = book_of([-1, 0], [Lot(0, DAY - 1, 100, 100, 100), Lot(1, DAY - 1, 100, 100, 100)])

    close = settle(programme_of(GenerationShare(source="S4-08", rates=(Rate(1, 2),))), book, DAY)

    assert not close.scheduled.by_lot.any()
    assert not close.paid.any()
