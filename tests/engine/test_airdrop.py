"""The rules of airdrops against their plain twins, and what holds on every day of random towns (S2-01 … S2-58)."""

from collections import Counter
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.engine.amounts import Rate
from jifen.engine.facts import NOBODY
from jifen.engine.lines import ISSUED, POOL, DayLines
from jifen.engine.replay import Replay
from jifen.engine.rules.partner_rank import PartnerRank, PartnerRow
from jifen.engine.sale_reward import Income
from tests.engine import airdrop_twins as twins
from tests.engine.books import referrers
from tests.engine.towns import DAYS, Town, small, towns

PROGRAMMES = {name: small(name) for name in ("airdrop", "airdrop_sport")}
TOWNS = st.sampled_from(list(PROGRAMMES)).flatmap(lambda name: st.tuples(st.just(name), towns(name)))
FEW = settings(max_examples=40, deadline=None)
WEIGHT, TOKEN, CHALLENGE = "weight", "token", "challenge_credit"
POINTS = st.integers(1, 10**7)


def by_member(replay: Replay, column: np.ndarray) -> list[int]:
    found: list[int] = column[replay.book.forest.layout.position].tolist()
    return found


def account(replay: Replay, kind: str, party: int) -> int:
    return replay.book.accounts[kind][-1 - party]


def paid_in(lines: DayLines, path: str) -> dict[int, int]:
    """Return by member what the blocks of a path gave and blocked."""
    found: Counter[int] = Counter()
    for block in lines.blocks:
        if f"/{path}/" in block.prefix:
            found.update(dict(zip(block.member.tolist(), block.amount.tolist(), strict=True)))
            found.update(dict(zip(block.blocked_member.tolist(), block.blocked_amount.tolist(), strict=True)))
    return {member: amount for member, amount in found.items() if amount}


# What holds every day


@FEW
@given(TOWNS)
def test_every_day_balances_and_never_gives_more_than_the_cap(drawn: tuple[str, Town]) -> None:
    name, town = drawn
    programme, replay = PROGRAMMES[name], town.replay(PROGRAMMES[name])
    assert programme.airdrop is not None
    cap = int(Fraction(programme.airdrop.cap) * 10**8)

    for day in range(DAYS):
        lines, book = replay.run_day(day), replay.book

        for kind in programme.kinds:
            of_members = int(book.free[kind].sum() + book.held[kind].sum())
            assert of_members + sum(book.accounts[kind]) == 0, kind
            assert min(book.free[kind].min(), book.held[kind].min()) >= 0
        dust = book.dust.get("airdrop", 0)
        assert book.emitted + book.funded <= cap
        assert -account(replay, TOKEN, ISSUED) == book.emitted + book.funded - dust
        assert account(replay, TOKEN, POOL) >= 0
        if lines.airdrop is not None:
            assert lines.airdrop.given + dust == lines.airdrop.emission + lines.airdrop.dust_before
            assert 0 <= dust < lines.airdrop.members or (programme.airdrop.carry and not lines.airdrop.members)
        assert not book.walks


@FEW
@given(TOWNS)
def test_buying_and_giving_everything_back_on_one_day_leaves_nothing(drawn: tuple[str, Town]) -> None:
    name, town = drawn
    idle = Town(town.referrer, [0] * len(town.joined))
    busy = Town(idle.referrer, idle.joined)
    busy.orders = [(who, 0, amount, pack, concession, NOBODY) for who, _, amount, pack, concession, _ in town.orders]
    busy.refunds = [(number, 0, order[2]) for number, order in enumerate(busy.orders)]

    states = []
    for each in (busy, idle):
        replay = each.replay(PROGRAMMES[name])
        lines = replay.run_day(0)
        book = replay.book
        columns = {**book.free, **{f"held {kind}": column for kind, column in book.held.items()}}
        columns |= {"active": book.active, "centers": book.center_packs, "volume": book.volume}
        states.append(({what: column.tolist() for what, column in columns.items()}, book.accounts, lines.cuts))

    assert states[0] == states[1]


# The close


@FEW
@given(TOWNS)
def test_incomes_airdrop_and_ladder_pay_what_their_twins_say(drawn: tuple[str, Town]) -> None:
    name, town = drawn
    programme, replay = PROGRAMMES[name], town.replay(PROGRAMMES[name])
    rule = programme.airdrop
    assert rule is not None

    for day in range(DAYS):
        walks = {who: (walk.walked, walk.run) for who, walk in replay.apply_facts(day).replay.book.walks.items()}
        frozen = {kind: by_member(replay, column) for kind, column in replay.book.held.items()}
        expected = expected_incomes(replay, town, day)
        weights = by_member(replay, replay.book.free[WEIGHT])
        active = [packs > 0 for packs in by_member(replay, replay.book.active)]
        lines = replay.close_day(day)

        for path, due in expected.items():
            assert paid_in(lines, path) == due, path
        for block in lines.blocks:
            if block.kind == WEIGHT and block.rule != rule.use:
                for member, amount in zip(block.member.tolist(), block.amount.tolist(), strict=True):
                    weights[member] += amount
        able = [weight if is_active else 0 for weight, is_active in zip(weights, active, strict=True)]
        shared = lines.airdrop is not None and bool(sum(able))
        if lines.airdrop is not None and shared:
            shares, _ = twins.plain_airdrop(lines.airdrop.emission + lines.airdrop.dust_before, able)
            assert paid_in(lines, f"airdrop/{TOKEN}") == {who: share for who, share in enumerate(shares) if share}
        used_up = {who: -weight for who, weight in enumerate(able) if weight} if shared else {}
        assert paid_in(lines, f"airdrop/{WEIGHT}") == (used_up if rule.consumes else {})
        if programme.ladder is not None:
            rungs = [(rung.steps, Fraction(rung.share.num, rung.share.den)) for rung in programme.ladder.ladder]
            late = {
                key: amount for key, amount in zip(lines.late.transfer, lines.late.amount, strict=True) if amount > 0
            }
            for who, (_, run) in walks.items():
                key = f"{name}/1970-01-0{day + 1}/step_ladder/M{who}"
                credit = frozen[CHALLENGE][who] + sum(
                    due.get(who, 0) for path, due in expected.items() if path.endswith(f"/{CHALLENGE}")
                )
                assert late.get(key, 0) == twins.plain_step_ladder(run, credit, rungs)


def expected_incomes(replay: Replay, town: Town, day: int) -> dict[str, dict[int, int]]:
    """Return by path and member what incomes of a day come to, blocked parts included, by their twins."""
    programme = replay.programme
    expected: dict[str, dict[int, int]] = {}
    declared = replay.declared.on("token_price", day)
    for rule in (one for one in programme.rules if isinstance(one, Income)):
        if rule.priced and declared is None:
            continue
        worth = Fraction(1 if rule.base == "points" else 10 ** (programme.kinds[rule.kind].decimals - 2))
        if rule.priced and declared is not None:
            worth /= declared.value
        for (generation, receiver), amount in due_of(replay, town, rule).items():
            path = f"{rule.path}/{generation}/{rule.kind}" if generation else f"{rule.path}/{rule.kind}"
            if floor(amount * worth):
                expected.setdefault(path, {})[receiver] = floor(amount * worth)
    return expected


def due_of(replay: Replay, town: Town, rule: Any) -> dict[tuple[int, int], Fraction]:
    """Return by generation and receiver the exact share of an income, in the unit of its base."""
    book, programme, members = replay.book, replay.programme, len(town.referrer)
    packs = {pack.name for pack in programme.packs.packs} if programme.packs is not None else set()
    active = by_member(replay, book.active)
    sales = [sale for sale in book.sales.values() if rule.packs or sale.product not in packs]
    up = [*town.referrer, *range(members)]  # behind the members somebody below each of them, for the stores he brought
    brought = [town.stores[sale.store][1] if sale.store != NOBODY else NOBODY for sale in sales]
    starts = [
        sale.member if rule.use != "center_income" and rule.of == "buyer" else members + who if who != NOBODY else who
        for sale, who in zip(sales, brought, strict=True)
    ]
    orders = [
        (start, Fraction(sale.base(rule.shares))) for start, sale in zip(starts, sales, strict=True) if start != NOBODY
    ]
    if rule.use == "share_income":
        able = {who for who in range(members) if not rule.active_only or active[who] > 0}
        return twins.plain_share_income(up, orders, [fraction(rate) for rate in rule.rates], able)
    if rule.use == "partner_income":
        ranks = by_member(replay, book.rank)
        able = {who for who, rank in enumerate(ranks) if rank and (not rule.active_only or active[who] > 0)}
        rate = {who: fraction(rule.rates[programme.rank_names[ranks[who] - 1]]) for who in able}
        return {(0, who): one for who, one in twins.plain_partner_income(up, orders, rate, rule.mode).items()}
    held = Counter(center.member for center in book.centers.values())
    bought = by_member(replay, book.center_packs)
    earning = {who for who, count in held.items() if bought[who] >= count}
    if rule.of == "team":
        rate = dict.fromkeys(earning, fraction(rule.rate))
        return {(0, who): one for who, one in twins.plain_partner_income(up, orders, rate, "stack").items()}
    centers = {region: (center.member, center.parent) for region, center in book.centers.items()}
    regions = [town.stores[sale.store][2] if sale.store != NOBODY else "" for sale in sales]
    of_sales = [(region, Fraction(sale.base(rule.shares))) for region, sale in zip(regions, sales, strict=True)]
    due = twins.plain_center_income(centers, of_sales, fraction(rule.rate), (rule.of, rule.nested, earning))
    return {(0, who): one for who, one in due.items()}


def fraction(rate: Rate) -> Fraction:
    return Fraction(rate.num, rate.den)


ROWS = st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(1, 2))


@given(referrers(size_max=14), st.data(), st.sampled_from(["team", "direct"]), st.sampled_from(["all", "active"]))
def test_partners_are_those_whom_a_search_finds(above: list[int], data: st.DataObject, scope: Any, counts: Any) -> None:
    direct, team, _ = data.draw(ROWS)
    rows = [(max(direct, 1), team, 0), *data.draw(st.lists(ROWS, max_size=2))]
    active = data.draw(st.lists(st.booleans(), min_size=len(above), max_size=len(above)))
    replay = Town(above, [0] * len(above)).replay(PROGRAMMES["airdrop"])
    book = replay.book
    book.joined = np.ones(len(above), bool)
    book.active = np.array(active, np.int64)[book.forest.layout.member]
    table = tuple(
        PartnerRow(name=f"r{n}", title="级", title_en="rank", direct=one[0], team=one[1], below=one[2])
        for n, one in enumerate(rows)
    )
    rule = PartnerRank(source="S2-10", table=table, scope=scope, counts=counts)

    found = rule.run(book, 4)

    counted = [who for who in range(len(above)) if counts == "all" or active[who]]
    assert by_member(replay, found) == twins.plain_partner_rank(above, counted, rows, scope)


# Facts


@FEW
@given(st.lists(st.tuples(st.sampled_from(["member", "store"]), st.booleans()), max_size=6), st.integers(0, 3 * 10**8))
def test_joining_gives_and_unlocks_what_the_twins_say(joins: list[tuple[str, bool]], funded: int) -> None:
    """Of version 2.0: somebody registers, then brings members and stores; tokens come out of a reserve."""
    programme = PROGRAMMES["airdrop_sport"]
    brought = [what for what, by_me in joins if by_me]
    town = Town([NOBODY, *(0 if by_me else NOBODY for what, by_me in joins if what == "member")], [])
    town.joined = [0] + [1] * (len(town.referrer) - 1)
    town.stores = [(NOBODY, 0 if by_me else NOBODY, "") for what, by_me in joins if what == "store"]
    town.actions = [("fund_reserve", NOBODY, 0, TOKEN, funded)] if funded else []
    replay = town.replay(programme)
    for day in range(2):
        replay.apply_facts(day)

    # Stores settle in on day 0, before the reserve is filled; members join on day 1.
    members, stores = brought.count("member"), brought.count("store")
    reserve, tokens = funded, 0
    for _ in range(members):
        paid, _ = twins.plain_join_grant(50_000_000, reserve)
        reserve, tokens = reserve - paid, tokens + paid
    frozen, freed = 1_000_000, 0
    for given_frozen, unlocked in [(1_000_000, 200_000)] * stores + [(500_000, 100_000)] * members:
        frozen, part = twins.plain_unlock(frozen + given_frozen, [unlocked])
        freed += part
    at = replay.book.at(0)
    free = {kind: int(column[at]) for kind, column in replay.book.free.items()}
    assert free[TOKEN] == tokens
    assert (int(replay.book.held[CHALLENGE][at]), free[CHALLENGE]) == (frozen, freed)
    assert free[WEIGHT] == 3_000_000 + members * 1_000_000 + stores * 2_000_000


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 10**6)), min_size=1, max_size=4), st.integers(0, 10**6))
def test_packs_and_concessions_bring_and_lose_what_the_twins_say(bought: list[tuple[int, int]], k: int) -> None:
    town = Town([NOBODY, NOBODY], [0, 0], stores=[(1, NOBODY, "")])
    town.orders = [(0, 0, 9_900, "pack_99", 0, NOBODY) for _ in bought]
    town.orders.append((0, 1, 10**6, "", k, 0))
    town.refunds = [(n, 2, min(part, 9_900)) for n, (_, part) in enumerate(bought) if part]
    replay = town.replay(PROGRAMMES["airdrop"])
    for day in range(3):
        replay.apply_facts(day)

    parts = [Fraction(min(part, 9_900), 9_900) for _, part in bought]
    packs = [(1, 990_000, 9_900)] * len(bought)
    points, standing = twins.plain_pack_grant(packs, parts)
    mine, stores = twins.plain_concession_grant(Fraction(k * 100), Fraction(10), Fraction(2))
    free = by_member(replay, replay.book.free[WEIGHT])
    assert free == [3_000_000 + points + mine, 3_000_000 + stores]
    assert by_member(replay, replay.book.active)[0] == standing


@given(st.lists(st.integers(0, 40_000), max_size=5), st.integers(0, 2))
def test_steps_fulfil_a_task_once_and_up_to_the_limit_of_a_day(reports: list[int], packs: int) -> None:
    town = Town([NOBODY], [0])
    town.steps = [(0, 0, walked, 0) for walked in reports]
    town.orders = [(0, 0, 9_900, "card_a", 0, NOBODY)] * packs
    replay = town.replay(PROGRAMMES["airdrop_sport"])
    replay.apply_facts(0)

    frozen = 1_000_000 + packs * 990_000
    freed = twins.plain_sport_task(reports, 50_000, 5_000, 20_000, frozen)
    at, book = replay.book.at(0), replay.book
    assert (int(book.held[CHALLENGE][at]), int(book.free[CHALLENGE][at])) == (frozen - freed, freed)
    assert [walk.walked for walk in book.walks.values()] == (
        [twins.plain_sport_limits(reports, 50_000)] if reports else []
    )


ASKED = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["110100", "110105", "110106", "310104"])), max_size=8)


@given(referrers(size_max=5), ASKED, st.lists(st.integers(0, 4), max_size=6), st.integers(0, 3))
def test_centers_open_as_their_twin_says(
    above: list[int], asked: list[tuple[int, str]], bought: list[int], reviews: int
) -> None:
    size = len(above)
    town = Town(above, [0] * size)
    town.orders = [(who % size, 0, 5_000_000, "pack_center", 0, NOBODY) for who in bought]
    town.actions = [("open_center", who % size, 1, region, 0) for who, region in asked]
    town.actions += [("review", 0, 1, "", 0)] * reviews
    replay = town.replay(PROGRAMMES["airdrop"])
    replay.apply_facts(0)
    before = by_member(replay, replay.book.free[WEIGHT])[0]
    replay.apply_facts(1)

    packs = Counter(who % size for who in bought)
    expected = twins.plain_operation_center([(who % size, region) for who, region in asked], packs, above)
    assert {region: tuple(center) for region, center in replay.book.centers.items()} == expected
    assert by_member(replay, replay.book.free[WEIGHT])[0] == twins.plain_review_grant(before, reviews, 50_000)
