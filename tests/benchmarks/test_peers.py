"""Every peer of the benchmarks finds what the engine finds, to the last unit."""

import numpy as np
import pytest
from benchmarks.days import TODAY, Day, Settled, Terms, make_book, release_programme
from benchmarks.levels import by_position, lay_out, settle_levels
from benchmarks.plain import Lists, settle_plain
from benchmarks.query import Query, totals_of
from benchmarks.trees import SHAPES, tree
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.engine.book import Book
from jifen.engine.settle import settle

PROGRAMME = release_programme()
TERMS = Terms.of(PROGRAMME)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """A small book of any shape, with whatever ranks."""
    members = draw(st.integers(2, 40))
    book = make_book(draw(st.sampled_from(sorted(SHAPES))), members)
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    book.rank[:] = random.integers(0, draw(st.integers(1, 8)), members)
    book.lots.remaining[:] = random.integers(0, 5_000_000, len(book.lots.remaining))
    book.volume[:] = random.integers(0, 10**13, members)
    return book


@given(books())
@settings(deadline=None)
def test_plain_python_finds_what_the_engine_finds(book: Book) -> None:
    engine = Settled.of(settle(PROGRAMME, book, TODAY))

    plain = settle_plain(Lists.of(Day.of(book, TODAY)), TERMS).settled()

    assert plain.differs(engine) == []


@given(books())
@settings(deadline=None)
def test_numpy_by_levels_finds_what_the_engine_finds(book: Book) -> None:
    engine = Settled.of(settle(PROGRAMME, book, TODAY))

    levels = lay_out(Day.of(book, TODAY))
    found = by_position(settle_levels(levels, TERMS), levels)

    assert found.differs(engine) == []


@pytest.mark.parametrize("shape", ["uniform", "power-law", "star"])
def test_postgresql_finds_what_the_engine_finds(address: str, shape: str) -> None:
    book = make_book(shape, 300)
    engine = Settled.of(settle(PROGRAMME, book, TODAY))

    query = Query(address, Day.of(book, TODAY), TERMS)
    query.settle(jit=False)

    assert query.settled().differs(engine) == []
    assert query.totals() == totals_of(engine)
    query.close()


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_referrer_is_an_earlier_member(shape: str) -> None:
    referrer = tree(shape, 1000)

    assert referrer[0] == -1
    assert (referrer[1:] >= 0).all()
    assert (referrer < np.arange(1000)).all()
