"""Strategies for small forests with releases, ranks and lots, and helpers that make engine objects of them."""

from datetime import date
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from jifen.engine.amounts import Rate
from jifen.engine.book import Book
from jifen.engine.facts import NOBODY, Actions, Facts, Int64s, Members, Orders, Refunds
from jifen.engine.forest import Forest
from jifen.engine.kinds import PointKind
from jifen.engine.programme import Programme
from jifen.engine.rule import Releases, Rule, Upline

MICROSECONDS_A_DAY = 24 * 3_600_000_000
AMOUNT_MAX = 10**14
KINDS = {
    "points": PointKind(title="积分", title_en="points", decimals=4, withdrawable=True, transferable=True),
    "token": PointKind(title="通证", title_en="token", decimals=8, withdrawable=True),
    "medal": PointKind(title="奖章", title_en="medals", decimals=2),
}


class Team(NamedTuple):
    """A forest with what each member released today and its rank, by member number."""

    referrer: list[int]
    released: list[int]
    rank: list[int]


class Lot(NamedTuple):
    """A lot as a reader thinks of it."""

    owner: int
    opened_on: int
    base: int
    granted: int
    remaining: int


@st.composite
def referrers(draw: st.DrawFn, size_max: int = 60) -> list[int]:
    """Return everybody's referrer: a chain, a star, pairs, a caterpillar or anyhow, at times with moved referrers."""
    size = draw(st.integers(1, size_max))
    shape = draw(st.sampled_from(["chain", "star", "pairs", "caterpillar", "random", "alone"]))
    above = [parent(draw, shape, member) for member in range(size)]
    if not draw(st.booleans()):
        return above
    number = draw(st.permutations(range(size)))  # a referrer's number may now be greater than the member's
    moved = [NOBODY] * size
    for member, referrer in enumerate(above):
        moved[number[member]] = number[referrer] if referrer != NOBODY else NOBODY
    return moved


def parent(draw: st.DrawFn, shape: str, member: int) -> int:
    """Return the referrer of the next member of a shape."""
    if member == 0 or shape == "alone":
        return NOBODY
    places = {"chain": member - 1, "star": 0, "pairs": (member - 1) // 2, "caterpillar": (member - 1) // 2 * 2}
    return places[shape] if shape in places else draw(st.integers(NOBODY, member - 1))


def amounts(amount_max: int = AMOUNT_MAX) -> st.SearchStrategy[int]:
    """Return nothing, little, or much."""
    return st.one_of(st.just(0), st.integers(1, 20), st.integers(0, amount_max), st.just(amount_max))


def rates(most: int = 2) -> st.SearchStrategy[Rate]:
    """Return rates up to a number, with at most nine decimals."""
    few = st.integers(0, most * 100).map(lambda hundredths: rate_of(hundredths, 2))
    return st.one_of(few, st.integers(0, most * 10**9).map(lambda billionths: rate_of(billionths, 9)))


def rate_of(digits: int, decimals: int) -> Rate:
    """Return digits ÷ 10^decimals: rate_of(12, 3) is 0.012."""
    text = str(digits).rjust(decimals + 1, "0")
    return Rate.parse(f"{text[:-decimals]}.{text[-decimals:]}")


@st.composite
def rank_rates(draw: st.DrawFn) -> tuple[Rate, ...]:
    """Return rates by rank, none first, never falling."""
    steps = draw(st.lists(rates(1), min_size=1, max_size=8))
    return (Rate(0, 1), *sorted(steps, key=lambda rate: rate.over(10**9)))


@st.composite
def teams(draw: st.DrawFn, ranks: int) -> Team:
    """Return a forest, what its members released, and their ranks up to a highest one."""
    referrer = draw(referrers())
    size = len(referrer)
    released = draw(st.lists(amounts(), min_size=size, max_size=size))
    rank = draw(st.lists(st.integers(0, ranks), min_size=size, max_size=size))
    return Team(referrer, released, rank)


@st.composite
def lots(draw: st.DrawFn, owners: int, day: int, amount_max: int = AMOUNT_MAX) -> list[Lot]:
    """Return lots in file order: full ones, empty ones, nearly empty ones, and some opened today."""
    some = []
    for _ in range(draw(st.integers(0, 2 * owners))):
        granted = draw(amounts(amount_max))
        remaining = draw(st.one_of(st.just(granted), st.integers(0, granted), st.integers(0, min(granted, 20))))
        opened_on = draw(st.integers(day - 3, day))
        some.append(Lot(draw(st.integers(0, owners - 1)), opened_on, draw(amounts(amount_max)), granted, remaining))
    return some


def releases_of(team: Team, by_rank: tuple[Rate, ...]) -> Releases:
    """Return what a reward rule is given: arrays by position."""
    forest = Forest(np.array(team.referrer, np.int32))
    member = forest.layout.member
    return Releases(forest, np.array(team.released, np.int64)[member], np.array(team.rank, np.int8)[member], by_rank)


def upline_of(team: Team, by_rank: tuple[Rate, ...]) -> Upline:
    """Return what `reach` is given: arrays by member."""
    return Upline(Forest(np.array(team.referrer, np.int32)), np.array(team.rank, np.int8), by_rank)


def by_member(forest: Forest, column: Int64s) -> list[int]:
    """Return a column by position as a list by member."""
    return [int(value) for value in column[forest.layout.position]]


def programme_of(*rules: Rule) -> Programme:
    """Return a programme of these rules, without a document."""
    return Programme(
        code="trial",
        title="试",
        title_en="trial",
        effective_from=date(2026, 1, 1),
        time_zone="Asia/Shanghai",
        kinds=KINDS,
        rules=rules,
        readings=(),
        examples=(),
        text="",
        digest="",
    )


def book_of(referrer: list[int], some_lots: list[Lot]) -> Book:
    """Return a book of these members with these lots; everything else is empty."""
    n, none32, none64 = len(referrer), np.zeros(0, np.int32), np.zeros(0, np.int64)
    opened_on = np.array([lot.opened_on for lot in some_lots], np.int32)
    at = opened_on.astype(np.int64) * MICROSECONDS_A_DAY
    owner = np.array([lot.owner for lot in some_lots], np.int32)
    base = np.array([lot.base for lot in some_lots], np.int64)
    names = [f"M{number}" for number in range(n)]
    facts = Facts(
        members=Members(names, [""] * n, np.array(referrer, np.int32), np.zeros(n, np.int64), np.zeros(n, np.int32)),
        orders=Orders(
            [f"O{i + 1}" for i in range(len(base))], owner, at, opened_on, base, np.zeros(len(base), np.int64)
        ),
        refunds=Refunds(none32, none64, none32, none64),
        actions=Actions([], none32, none32, [], [], none64, none32, none64),
        declared=[],
    )
    book = Book.of(facts, KINDS)
    for lot, place in zip(some_lots, book.place.tolist(), strict=True):
        book.lots.opened_on[place] = lot.opened_on
        book.lots.base[place] = lot.base
        book.lots.granted[place] = lot.granted
        book.lots.remaining[place] = lot.remaining
    return book
