"""The reward rules agree with walking up the tree from every releaser, to the unit and to the remainder."""

from collections.abc import Callable
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jifen.engine.amounts import Rate
from jifen.engine.rule import RewardRule
from jifen.engine.rules.generation_share import GenerationShare
from jifen.engine.rules.peer_bonus import PeerBonus
from jifen.engine.rules.rank_differential import RankDifferential
from tests.engine.books import Team, by_member, rank_rates, rates, releases_of, teams, upline_of
from tests.engine.twins import plain_generation_share, plain_peer_bonus, plain_rank_differential


def exact(rate: Rate) -> Fraction:
    return Fraction(rate.num, rate.den)


def assert_pays(rule: RewardRule, team: Team, by_rank: tuple[Rate, ...], bases: list[list[Fraction]]) -> None:
    """Assert that whole and rest are the exact bases, and that so is the reach of every releaser added up."""
    releases = releases_of(team, by_rank)
    dens = rule.denominators(by_rank)
    whole = np.zeros((len(dens), len(team.referrer)), np.int64)
    rest = np.zeros((len(dens), len(team.referrer)), np.int32)
    rule.run(releases, whole, rest)

    reached = [[0] * len(team.referrer) for _ in dens]
    upline = upline_of(team, by_rank)
    for member, released in enumerate(team.released):
        for reach in rule.reach(upline, member):
            reached[reach.slot][reach.receiver] += reach.weight * released

    for slot, (den, base) in enumerate(zip(dens, bases, strict=True)):
        entitled, left = by_member(releases.forest, whole[slot]), by_member(releases.forest, rest[slot])
        assert entitled == [floor(part) for part in base]
        assert left == [part % 1 * den for part in base]
        assert reached[slot] == [units * den + part for units, part in zip(entitled, left, strict=True)]


@given(teams(0), st.lists(rates(), min_size=1, max_size=20))
def test_generation_share_is_what_each_releaser_gives_the_referrers_above(
    team: Team, by_generation: list[Rate]
) -> None:
    expected = plain_generation_share(team, [exact(rate) for rate in by_generation])

    assert_pays(GenerationShare(source="S4-08", rates=tuple(by_generation)), team, (Rate(0, 1),), expected)


@given(st.data())
def test_rank_differential_is_what_each_releaser_gives_on_the_way_up(data: st.DataObject) -> None:
    by_rank = data.draw(rank_rates())
    team = data.draw(teams(len(by_rank) - 1))

    expected = plain_rank_differential(team, [exact(rate) for rate in by_rank])

    assert_pays(RankDifferential(source="S4-11"), team, by_rank, [expected])


@given(st.data(), rates())
def test_peer_bonus_is_what_the_nearest_equal_earns_of_a_leader_s_team(data: st.DataObject, rate: Rate) -> None:
    by_rank = data.draw(rank_rates())
    team = data.draw(teams(len(by_rank) - 1))

    expected = plain_peer_bonus(team, exact(rate), [exact(one) for one in by_rank])

    assert_pays(PeerBonus(source="S4-15", rate=rate), team, by_rank, [expected])


@given(teams(2))
def test_all_differentials_of_a_releaser_add_up_to_the_highest_rate_above(team: Team) -> None:
    by_rank = (Rate(0, 1), Rate.parse("0.1"), Rate.parse("0.26"))
    upline = upline_of(team, by_rank)
    rule = RankDifferential(source="S4-11")

    for member in range(len(team.referrer)):
        highest = max((exact(by_rank[team.rank[a]]) for a in upline.forest.ancestors(member)), default=Fraction(0))
        weights = sum(reach.weight for reach in rule.reach(upline, member))
        assert Fraction(weights, rule.denominators(by_rank)[0]) == highest


@given(teams(0))
def test_nobody_with_a_rank_means_no_differential_and_no_peer(team: Team) -> None:
    by_rank = (Rate(0, 1), Rate.parse("0.1"))
    nothing = [[Fraction(0)] * len(team.referrer)]

    assert_pays(RankDifferential(source="S4-11"), team, by_rank, nothing)
    assert_pays(PeerBonus(source="S4-15", rate=Rate.parse("0.03")), team, by_rank, nothing)


@given(st.data())
def test_the_largest_amounts_and_finest_rates_stay_exact(data: st.DataObject) -> None:
    """Sixty members who release 10^14 each, at rates that only nine decimals can write."""
    fine = Rate.parse("1.999999999")
    team = data.draw(teams(2))
    team = team._replace(released=[10**14] * len(team.referrer))
    by_rank = (Rate(0, 1), Rate.parse("0.999999999"), fine)

    fractions = [exact(rate) for rate in by_rank]
    assert_pays(RankDifferential(source="S4-11"), team, by_rank, [plain_rank_differential(team, fractions)])
    assert_pays(PeerBonus(source="S4-15", rate=fine), team, by_rank, [plain_peer_bonus(team, exact(fine), fractions)])
    shares = plain_generation_share(team, [exact(fine)] * 3)
    assert_pays(GenerationShare(source="S4-08", rates=(fine,) * 3), team, by_rank, shares)


@pytest.mark.parametrize(
    "make",
    [lambda rate: GenerationShare(source="S4-08", rates=(rate,)), lambda rate: PeerBonus(source="S4-15", rate=rate)],
)
def test_a_share_above_nine_is_refused(make: Callable[[Rate], object]) -> None:
    make(Rate.parse("9"))

    with pytest.raises(ValidationError, match="at most 9"):
        make(Rate.parse("9.000000001"))
