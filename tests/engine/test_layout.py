"""The layout of a forest: pre-order, cycles refused with their ring (ADR 0003)."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jifen.engine.facts import NOBODY
from jifen.engine.forest import CycleError, Forest
from tests.engine.books import book_of, lots, referrers
from tests.engine.twins import ancestors, below


def forest_of(referrer: list[int]) -> Forest:
    return Forest(np.array(referrer, np.int32))


def children(referrer: list[int], member: int) -> list[int]:
    return [other for other, above in enumerate(referrer) if above == member]


@given(referrers())
def test_positions_are_a_permutation_of_the_members(referrer: list[int]) -> None:
    layout = forest_of(referrer).layout

    assert sorted(layout.position.tolist()) == list(range(len(referrer)))
    assert layout.member[layout.position].tolist() == list(range(len(referrer)))


@given(referrers())
def test_a_team_is_one_range_of_positions_behind_its_leader(referrer: list[int]) -> None:
    layout = forest_of(referrer).layout

    for member in range(len(referrer)):
        at = int(layout.position[member])
        team = layout.member[at : at + int(layout.size[at])].tolist()
        assert team[0] == member
        assert sorted(team[1:]) == below(referrer, member)


@given(referrers())
def test_referrers_are_known_by_position(referrer: list[int]) -> None:
    layout = forest_of(referrer).layout

    for member, above in enumerate(referrer):
        at = layout.position[member]
        assert layout.referrer[at] == (NOBODY if above == NOBODY else layout.position[above])


@given(referrers())
def test_ancestors_are_met_from_the_referrer_to_the_root(referrer: list[int]) -> None:
    forest = forest_of(referrer)

    for member in range(len(referrer)):
        assert list(forest.ancestors(member)) == list(ancestors(referrer, member))


def test_a_forest_of_nobody_has_an_empty_layout() -> None:
    assert len(forest_of([]).layout.member) == 0


@given(referrers(), st.data())
def test_a_cycle_is_refused_with_its_ring(referrer: list[int], data: st.DataObject) -> None:
    leader = data.draw(st.integers(0, len(referrer) - 1))
    end = data.draw(st.sampled_from([leader, *below(referrer, leader)]))
    closed = list(referrer)
    closed[leader] = end

    with pytest.raises(CycleError) as caught:
        _ = forest_of(closed).layout

    ring = caught.value.ring
    assert all(closed[member] == above for member, above in zip(ring, [*ring[1:], ring[0]], strict=True))
    assert sorted(ring) == sorted({end, leader, *(a for a in ancestors(referrer, end) if a in below(referrer, leader))})


@given(referrers(), st.data())
def test_a_move_below_oneself_is_refused_with_the_way_up(referrer: list[int], data: st.DataObject) -> None:
    leader = data.draw(st.integers(0, len(referrer) - 1))
    end = data.draw(st.sampled_from([leader, *below(referrer, leader)]))

    with pytest.raises(CycleError) as caught:
        forest_of(referrer).moved(leader, end)

    ring = caught.value.ring
    assert (ring[0], ring[-1]) == (end, leader)
    assert ring == [end, *ancestors(referrer, end)][: len(ring)]


@given(referrers(), st.data())
def test_a_move_changes_one_referrer_of_another_forest(referrer: list[int], data: st.DataObject) -> None:
    forest = forest_of(referrer)
    member = data.draw(st.integers(0, len(referrer) - 1))
    to = data.draw(st.integers(NOBODY, len(referrer) - 1))
    assume(to not in (member, *below(referrer, member)))

    moved = forest.moved(member, to)

    assert moved.referrer.tolist() == [*referrer[:member], to, *referrer[member + 1 :]]
    assert forest.referrer.tolist() == referrer


@given(st.data())
def test_a_book_laid_out_anew_says_the_same_of_every_member_and_order(data: st.DataObject) -> None:
    referrer = data.draw(referrers(20))
    n = len(referrer)
    other = data.draw(
        referrers(n).filter(lambda above: len(above) == n) if n < 3 else st.just([NOBODY, *[0] * (n - 1)])
    )
    some = data.draw(lots(n, 20_000))
    book, moved = book_of(referrer, some), book_of(other, some)
    book.free["points"][:] = book.forest.layout.member
    moved.free["points"][:] = moved.forest.layout.member

    book.move(moved.forest)

    for name, column in vars(moved.lots).items():
        assert np.array_equal(getattr(book.lots, name), column), name
    assert np.array_equal(book.place, moved.place)
    assert np.array_equal(book.free["points"], moved.free["points"])
    assert np.array_equal(book.locked(), moved.locked())
