"""Every peer of the leasing benchmark finds what the engine finds, to the last unit."""

import numpy as np
import pytest
from benchmarks.leasing import AGENTS, MONTH_END, ORDINARY, LeaseSettled, close_lease, lease_terms, make_book
from benchmarks.leasing_levels import close_levels, lay_lease_out, lease_by_position
from benchmarks.leasing_query import LeaseQuery, lease_totals
from benchmarks.trees import SHAPES
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.engine.book import Book
from jifen.engine.settle import Means

TERMS = lease_terms()
DAYS = pytest.mark.parametrize("day", [ORDINARY, MONTH_END], ids=["ordinary day", "month's end"])


@st.composite
def books(draw: st.DrawFn) -> Book:
    """A small book of any shape, with agents and ranks anywhere and teams around every threshold."""
    members = draw(st.integers(2, 40))
    book = make_book(draw(st.sampled_from(sorted(SHAPES))), members, draw(st.sampled_from(sorted(AGENTS))))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    book.agent[:] = random.integers(0, 2, members)
    book.rank[:] = random.integers(0, 4, members)
    book.units[:] = random.choice([0, 1, 10, 50, 100, 5000], members)
    book.units_new[:] = book.units * random.integers(0, 2, members)
    book.month_units[:] = random.integers(-20, 200, members)
    return book


@DAYS
@given(book=books())
@settings(deadline=None)
def test_numpy_by_levels_finds_what_the_engine_finds(day: int, book: Book) -> None:
    engine = LeaseSettled.of(close_lease(book, day), book)

    levels = lay_lease_out(book, day)

    assert lease_by_position(close_levels(levels, TERMS), levels).differs(engine) == []


@DAYS
@given(book=books())
@settings(deadline=None, max_examples=20)
def test_two_threads_close_byte_for_byte_what_one_closes(day: int, book: Book) -> None:
    one, two = (LeaseSettled.of(close_lease(book, day, Means(threads)), book) for threads in (1, 2))

    assert one.digest() == two.digest()


@DAYS
@pytest.mark.parametrize("shape", ["uniform", "power-law", "star"])
def test_postgresql_finds_what_the_engine_finds(address: str, shape: str, day: int) -> None:
    book = make_book(shape, 3000, "stress")
    book.units[book.agent] += 100
    engine = LeaseSettled.of(close_lease(book, day), book)

    query = LeaseQuery(address, book, day, TERMS)
    query.settle(jit=False)

    assert query.settled().differs(engine) == []
    assert query.totals() == lease_totals(engine)
    query.close()
