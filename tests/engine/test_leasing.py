"""The loops and rules of leasing agree with plain walks over the tree, on forests of any shape (S0-18 … S0-69)."""

import hashlib
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.amounts import Rate
from jifen.engine.book import Book
from jifen.engine.days import date_of, day_number, is_last_of_month, iso
from jifen.engine.declared import DeclaredValues
from jifen.engine.facts import FOR_EVER, DeclaredValue
from jifen.engine.forest import Forest
from jifen.engine.month import Month
from jifen.engine.monthly import agents_sales
from jifen.engine.past import FEW, entries_of
from jifen.engine.rule import Releases
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.rank_review import RankReview
from jifen.engine.rules.sales_ranking import SalesRanking
from jifen.engine.rules.unit_differential import UnitDifferential
from jifen.engine.rules.unit_peer import UnitPeer
from jifen.engine.rules.unit_rank import UnitRank, UnitRankRow
from jifen.engine.rules.weighted_dividend import WeightedDividend
from tests.engine.books import Lot, book_of, by_member, rates, referrers
from tests.engine.lease_twins import (
    Agents,
    Leased,
    twin_beyond,
    twin_differential,
    twin_month,
    twin_peers,
    twin_rank,
    twin_review,
    twin_sales,
    twin_shares,
    twin_team,
)

AMOUNTS = [0, 0, 10_000, 10_000, 15_000, 25_000]  # by rank: one that earns nothing, and two of the same amount
BY_RANK = tuple(Rate(amount, 1) for amount in AMOUNTS)
UNPAID = 1
DEEP = 100_000


@st.composite
def agencies(draw: st.DrawFn) -> Agents:
    referrer = draw(referrers(30))
    n = len(referrer)

    def column(values: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(values, min_size=n, max_size=n))

    few = st.sampled_from([0, 0, 1, 2, 50, 10**6])
    agent = [bool(one) for one in column(st.integers(0, 1))]
    return Agents(referrer, column(few), column(st.integers(0, len(AMOUNTS) - 1)), agent, column(st.integers(-9, 40)))


def book_with(agents: Agents) -> Book:
    book = book_of(agents.referrer, [])
    member = book.forest.layout.member
    book.units[:] = np.array(agents.units, np.int64)[member]
    book.rank[:] = np.array(agents.rank, np.int8)[member]
    book.agent[:] = np.array(agents.agent, bool)[member]
    book.month_units[:] = np.array(agents.sold, np.int64)[member]
    return book


def run(rule: UnitDifferential | UnitPeer, book: Book) -> tuple[list[int], list[int]]:
    """Return entitlements and remainders by member."""
    whole, rest = np.zeros((1, len(book)), np.int64), np.zeros((1, len(book)), np.int32)
    rule.run(Releases(book.forest, np.zeros(len(book), np.int64), book.rank, BY_RANK, book.units, 4), whole, rest)
    return by_member(book.forest, whole[0]), by_member(book.forest, rest[0].astype(np.int64))


Basis = Literal["percent_of_peer_bonus", "percent_of_base", "fixed_per_unit"]


def peer_rule(basis: Basis, rate: Rate | None) -> UnitPeer:
    amount: dict[str, Any] = {"amount": Decimal("0.05")} if basis == "fixed_per_unit" else {"rate": rate}
    return UnitPeer(source="S0-39", basis=basis, kind="points", **amount)


@given(agencies())
def test_each_unit_pays_up_the_line_what_an_amount_adds(agents: Agents) -> None:
    paid, rest = run(UnitDifferential(source="S0-36", kind="points"), book_with(agents))

    assert paid == twin_differential(agents, AMOUNTS)
    assert not any(rest)


@given(agencies(), rates(1))
def test_a_peer_earns_a_rate_of_its_peers_subsidies(agents: Agents, rate: Rate) -> None:
    paid, rest = run(peer_rule("percent_of_peer_bonus", rate), book_with(agents))

    base = twin_peers(agents, twin_differential(agents, AMOUNTS), UNPAID)
    assert [units * rate.den + part for units, part in zip(paid, rest, strict=True)] == [one * rate.num for one in base]
    assert paid == [floor(one * Fraction(rate.num, rate.den)) for one in base]


@given(agencies(), rates(1), st.sampled_from(["percent_of_base", "fixed_per_unit"]))
def test_a_peer_earns_for_units_below_its_peers(agents: Agents, rate: Rate, basis: Basis) -> None:
    below = [twin_team(agents, member) - units for member, units in enumerate(agents.units)]
    by_unit = [500] * len(AMOUNTS) if basis == "fixed_per_unit" else AMOUNTS
    base = [units * by_unit[rank] for units, rank in zip(twin_peers(agents, below, UNPAID), agents.rank, strict=True)]

    paid, _ = run(peer_rule(basis, rate), book_with(agents))

    share = Fraction(1) if basis == "fixed_per_unit" else Fraction(rate.num, rate.den)
    assert paid == [floor(one * share) for one in base]


@given(agencies())
def test_an_agent_sells_what_is_bought_down_to_the_next_agents(agents: Agents) -> None:
    book = book_with(agents)

    assert by_member(book.forest, agents_sales(book)) == twin_sales(agents)


@given(agencies(), st.integers(0, 3), st.integers(0, 60), st.booleans())
def test_ranks_are_the_highest_rows_that_teams_and_own_units_reach(
    agents: Agents, sellers: int, units_below: int, only: bool
) -> None:
    table = [(1, 0), (3, 2), (60, 1), (10**6, 50), (5 * 10**6, 0)]
    rows = tuple(
        UnitRankRow(name=f"r{row}", title="级", title_en="row", units=units, own_units=own)
        for row, (units, own) in enumerate(table)
    )
    book = book_with(agents)

    rule = UnitRank(source="S0-33", table=rows, agents_only=only, active_sellers=sellers, units_below=units_below)

    assert by_member(book.forest, rule.run(book, 4).astype(np.int64)) == twin_rank(
        agents, table, sellers, units_below, only=only
    )


@st.composite
def leases(draw: st.DrawFn, day: int) -> list[Leased]:
    some = []
    for _ in range(draw(st.integers(0, 30))):
        base = draw(st.sampled_from([0, 1, 70_000_000, 10**14]))
        before = draw(st.one_of(st.integers(0, 3 * base), st.integers(max(base - 9, 0), base + 9)))
        remaining = draw(st.one_of(st.integers(0, 20), st.integers(0, 3 * base)))
        some.append(Leased(draw(st.integers(0, 9)), draw(st.integers(day - 130, day)), base, before, remaining))
    return some


def book_of_leases(some: list[Leased]) -> Book:
    book = book_of(
        [-1, *range(9)],
        [Lot(one.owner, one.opened_on, one.base, one.before + one.remaining, one.remaining) for one in some],
    )
    for one, place in zip(some, book.place.tolist(), strict=True):
        book.lots.released_scheduled[place] = one.before // 2
        book.lots.released_accelerated[place] = one.before - one.before // 2
    return book


def split(some: list[Leased], column: list[int], rate: Rate) -> list[int]:
    """Return by owner the floor of a rate of what its lots add up to."""
    sums = [0] * 10
    for one, part in zip(some, column, strict=True):
        sums[one.owner] += part
    return [floor(total * Fraction(rate.num, rate.den)) for total in sums]


@given(st.data(), st.sampled_from(["next", "full"]), st.sampled_from(["payback", "first_release"]))
def test_a_month_releases_the_rate_of_each_lot_s_month(
    data: st.DataObject, first: Literal["next", "full"], split_from: Literal["payback", "first_release"]
) -> None:
    day = data.draw(st.integers(day_number(date(2024, 1, 1)), day_number(date(2025, 4, 30))))
    last = data.draw(st.booleans())
    while last and not is_last_of_month(day):
        day += 1
    some, early, later, share = data.draw(leases(day)), *(data.draw(rates(1)) for _ in range(3))
    months = data.draw(st.integers(0, 4))
    rule = MonthlyRelease(
        source="S0-18",
        first_months=months,
        first_rate=early,
        rate=Rate(1, 3),
        declared="rate",
        usual_min=Rate(0, 1),
        usual_max=Rate(1, 1),
        first_month=first,
        second_kind="medal",
        second_share=share,
        split_from=split_from,
    )
    declared = DeclaredValues([DeclaredValue("rate", 0, FOR_EVER, Fraction(later.num, later.den))])
    book = book_of_leases(some)

    found = rule.run(book, day, None, declared)

    released, closing = [], date_of(day)
    for lot in some:
        opened = date_of(lot.opened_on)
        place = opened.year, opened.month, opened.day
        number = twin_month(closing.year * 12 + closing.month - 1, place, full=first == "full")
        rate = early if number <= months else later
        due = min(lot.remaining, floor(lot.base * Fraction(rate.num, rate.den)))
        released.append(due if is_last_of_month(day) and number >= 1 and lot.opened_on < day else 0)
    beyond = [twin_beyond(*pair) for pair in zip(some, released, strict=True)] if split_from == "payback" else released
    assert [int(part) for part in found.by_lot[book.place]] == released
    assert by_member(book.forest, found.by_position) == split(some, released, Rate(1, 1))
    assert by_member(book.forest, rule.second(book, found)) == split(some, beyond, share)


@given(st.data(), st.sampled_from(["declared", "drawn", "usual"]), rates(1))
def test_a_day_releases_the_amount_for_each_unit(data: st.DataObject, source: str, share: Rate) -> None:
    day = day_number(date(2025, 3, 3))
    some = data.draw(leases(day))
    rule = DailyAmount(
        source="S0-59",
        amount=12,
        amount_min=10,
        amount_max=20,
        declared="amount",
        seed="seed",
        second_kind="medal",
        second_share=share,
    )
    values = {"declared": [("amount", Fraction("13.37")), ("seed", Fraction(7))], "drawn": [("seed", Fraction(7))]}
    declared = DeclaredValues([DeclaredValue(name, 0, FOR_EVER, value) for name, value in values.get(source, [])])
    book = book_of_leases(some)
    book.code = "trial"

    found = rule.run(book, day, None, declared)

    drawn = int(hashlib.sha256(f"trial/{iso(day)}/7".encode()).hexdigest(), 16) % 1001 + 1000
    amount = {"declared": Fraction("13.37"), "drawn": Fraction(drawn, 100), "usual": Fraction(12)}[source]
    released = [min(lot.remaining, floor(lot.base * amount)) if lot.opened_on < day else 0 for lot in some]
    assert [int(part) for part in found.by_lot[book.place]] == released
    assert by_member(book.forest, rule.second(book, found)) == split(some, released, share)


def month_for(agents: Agents, **declared: int) -> Month:
    book = book_with(agents)
    values = DeclaredValues([DeclaredValue(name, 0, FOR_EVER, Fraction(value)) for name, value in declared.items()])
    names, held = ["a", "b", "c", "d", "e"], np.ones(len(book), bool)
    return Month(30, book.forest, book.rank, names, book.units, agents_sales(book), book.agent, held, values, 4)


@given(agencies(), st.integers(0, 10**9), st.sampled_from([0, 1, 50, 10**6]))
def test_a_dividend_is_shared_by_units_among_large_teams(agents: Agents, revenue: int, least: int) -> None:
    rule = WeightedDividend(
        source="S0-37", rank="c", units_min=least, rate=Rate(7, 100), declared="revenue", kind="points"
    )

    shared = rule.share(month_for(agents, revenue=revenue))

    teams = [twin_team(agents, member) for member in range(len(agents.units))]
    able = {m: units for m, units in enumerate(teams) if agents.rank[m] >= 3 and units >= max(least, 1)}
    assert dict(zip(shared.member, shared.base, strict=True)) == able
    assert list(shared.member) == sorted(able)
    if able:
        shares, dust = shared.shares(3)
        total = revenue * 700 + 3
        assert dict(zip(shared.member, shares, strict=True)) == twin_shares(total, able)
        assert sum(shares) + dust == total


@given(agencies(), st.integers(1, 6))
def test_a_ranking_takes_the_first_by_sales_then_by_joining(agents: Agents, places: int) -> None:
    rule = SalesRanking(source="S0-69", places=places, prize=100, declared="prize", kind="points")

    shared = rule.share(month_for(agents))

    sales = twin_sales(agents)
    best = sorted((m for m, sold in enumerate(sales) if sold > 0), key=lambda m: (-sales[m], m))[:places]
    assert list(shared.member) == sorted(best)
    assert list(shared.base) == [sales[member] for member in sorted(best)]
    if best:
        assert shared.shares(0)[0] == [1_000_000 // len(best)] * len(best)


@given(agencies(), st.data())
def test_a_review_carries_over_strikes_and_dismisses(agents: Agents, data: st.DataObject) -> None:
    book, n = book_with(agents), len(agents.units)
    member = book.forest.layout.member
    carry, strikes, since = (data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)) for _ in range(3))
    for name, column in (("carry", carry), ("strikes", strikes)):
        getattr(book, name)[:] = np.array(column, np.int64)[member]
    book.agent_since[:] = np.array(since, np.int32)[member]  # 0 is 1970-01-01, the first of the month reviewed
    sales = twin_sales(agents)

    reviews = RankReview(source="S0-45", new_units=10, strikes=3).run(book, agents_sales(book), 30)

    reviewed = [m for m in range(n) if agents.agent[m] and since[m] == 0]
    assert [one.member for one in reviews] == reviewed
    for one in reviews:
        expected = twin_review(sales[one.member], carry[one.member], strikes[one.member], (10, 3))
        at = book.at(one.member)
        assert (book.carry[at], book.strikes[at], not book.agent[at]) == expected
        assert (one.sold, one.target, one.dismissed) == (sales[one.member], 10 + carry[one.member], expected[2])
    others = [m for m in range(n) if m not in reviewed]
    assert [book.carry[book.at(m)] for m in others] == [carry[m] for m in others]
    assert [book.agent[book.at(m)] for m in others] == [agents.agent[m] for m in others]


@given(referrers(40), st.data())
def test_entries_are_the_members_with_something_however_many(referrer: list[int], data: st.DataObject) -> None:
    forest, n = Forest(np.array(referrer, np.int32)), len(referrer)
    filled = data.draw(st.sampled_from([0, max(n // FEW, 1), n]))
    column = [value if member < filled else 0 for member, value in enumerate(range(5, 5 + n))]

    member, amount = entries_of(forest.layout, np.array(column, np.int64)[forest.layout.member])

    expected = [(who, value) for who, value in enumerate(column) if value]
    assert list(zip(member.tolist(), amount.tolist(), strict=True)) == expected


@pytest.mark.parametrize("below_each", [0, 1], ids=["chain", "caterpillar"])
def test_a_chain_of_a_hundred_thousand_is_exact(below_each: int) -> None:
    """Everybody refers the next; sums from the bottom up, row by row, say the same."""
    referrer = np.arange(-1, DEEP - 1) if not below_each else (np.arange(DEEP) - 1) // 2 * 2
    referrer[0] = -1
    number = np.arange(DEEP)
    units, rank = number * 7 % 5, number * 31 % 11 % len(AMOUNTS)
    agents = Agents(
        referrer.tolist(), units.tolist(), rank.tolist(), (number % 17 < 2).tolist(), (number % 13 - 2).tolist()
    )
    book = book_with(agents)

    differential, _ = run(UnitDifferential(source="S0-36", kind="points"), book)
    peer, _ = run(peer_rule("percent_of_peer_bonus", Rate(1, 1)), book)

    rows = [[0] * (2 * len(AMOUNTS)) for _ in range(DEEP)]  # units by the highest rank on the way, subsidies waiting
    team, sold, expected = units.tolist(), list(agents.sold), ([0] * DEEP, [0] * DEEP)
    for member in range(DEEP - 1, -1, -1):
        row, own = rows[member], agents.rank[member]
        met, wait = row[: len(AMOUNTS)], row[len(AMOUNTS) :]
        if own:
            expected[0][member] = sum((AMOUNTS[own] - AMOUNTS[k]) * met[k] for k in range(own))
            expected[1][member] = wait[own] if own > UNPAID else 0
            met[own] += sum(met[:own])
            met[:own] = [0] * own
            wait[: own + 1] = [0] * own + [expected[0][member]]
        met[0] += agents.units[member]
        above = agents.referrer[member]
        if above >= 0:
            rows[above] = [a + b for a, b in zip(rows[above], met + wait, strict=True)]
            team[above] += team[member]
            sold[above] += 0 if agents.agent[member] else sold[member]
    assert differential == expected[0]
    assert peer == expected[1]
    assert by_member(book.forest, agents_sales(book)) == [
        amount if agent else 0 for amount, agent in zip(sold, agents.agent, strict=True)
    ]
    table = (UnitRankRow(name="r", title="级", title_en="row", units=1000, own_units=2),)
    ranks = by_member(book.forest, UnitRank(source="S0-33", table=table).run(book, 4).astype(np.int64))
    able = zip(team, agents.units, agents.agent, strict=True)
    assert ranks == [int(total >= 1000 and own >= 2 and agent) for total, own, agent in able]
