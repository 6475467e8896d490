"""The rules of pools and stores against their plain twins (S1-05 … S1-36)."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen import catalogue
from jifen.engine.amounts import MONEY, Rate
from jifen.engine.document import load_programme
from jifen.engine.facts import NOBODY, Actions, Facts, Members, Orders, Refunds, Stores
from jifen.engine.lines import ACCOUNTS
from jifen.engine.pool import Pool
from jifen.engine.replay import Replay
from tests.engine.growth_twins import (
    plain_card_grant,
    plain_card_reward,
    plain_new_user_reward,
    plain_profit_pool,
    plain_store_partners,
    plain_store_shares,
    plain_store_takings,
    plain_subsidy,
)

GROWTH = load_programme(catalogue.read("growth"))
OWNER, PARTNER, FRIEND, INITIATOR, HOLDER, CARDED = range(6)
DAY = 86_400_000_000
STEPS = st.lists(st.tuples(st.sampled_from(["share", "sell"]), st.integers(1, 10**9)), max_size=30)
RATES = st.sampled_from(["0", "0.2", "0.7", "1"])


@given(st.integers(1, 10**12), st.integers(1, 10**15), STEPS, RATES, RATES)
def test_pool_grants_and_pays_what_fractions_say(
    money: int, supply: int, steps: list[tuple[str, int]], minted: str, kept: str
) -> None:
    pool = Pool(100, 10**8, money=money, supply=supply)
    for what, amount in steps:
        if what == "sell" and amount >= pool.supply:
            continue
        expected = plain_profit_pool((pool.money, pool.supply), (what, amount), Fraction(minted), Fraction(kept))
        if what == "share":
            came = pool.mintable(amount, Rate.parse(minted))
            pool.money, pool.supply = pool.money + amount, pool.supply + came
        else:
            came = pool.proceeds(amount, Rate.parse(kept))
            pool.money, pool.supply = pool.money - came, pool.supply - amount

        assert (pool.money, pool.supply, came) == expected


AMOUNTS = st.integers(1, 10**7)
SHARES = st.lists(st.integers(1, 4_000), min_size=2, max_size=2)


@settings(max_examples=60, deadline=None)
@given(st.lists(AMOUNTS, min_size=1, max_size=5), st.lists(AMOUNTS, max_size=3), SHARES)
def test_a_day_of_a_store_is_divided_as_plain_rules_say(orders: list[int], cards: list[int], shares: list[int]) -> None:
    """A partner brought who buys, a shareholder brought who opens cards; the store pays all of them."""
    replay = Replay(GROWTH, _facts(orders, cards, shares))
    replay.run_day(0)
    before = _money(replay)

    replay.run_day(1)

    sold = [*orders, *cards]
    rewards = plain_new_user_reward(orders, Fraction("0.02")), plain_card_reward(cards, Fraction("0.1"))
    net = sum(sold) - sum(amount // 5 for amount in sold) - sum(rewards)
    parts = plain_store_shares(sum(sold), [Fraction(one, 10_000) for one in shares], Fraction("0.58"), Fraction("0.02"))
    fund = plain_store_partners(net, Fraction("0.15"))
    direct = {PARTNER: sum(orders) * 3 // 1000, INITIATOR: sum(cards) * 3 // 1000}
    gained = {member: after - before[member] for member, after in enumerate(_money(replay))}
    assert gained[OWNER] == plain_store_takings(net, [*parts, fund])
    assert gained[PARTNER] == rewards[0] + direct[PARTNER]
    assert gained[INITIATOR] == parts[0] + rewards[1] + direct[INITIATOR]
    assert gained[HOLDER] == parts[1]
    assert replay.book.accounts[MONEY][ACCOUNTS.index("dividends")] == fund


@given(st.lists(st.tuples(st.sampled_from(["subsidise", "card_grant", "card_return"]), AMOUNTS), max_size=8))
def test_points_are_given_and_taken_back_as_plain_rules_say(steps: list[tuple[str, int]]) -> None:
    kinds = {"subsidise": "subsidy"}
    rows = [(what, FRIEND, NOBODY, amount, kinds.get(what, "shopping_points")) for what, amount in steps]
    replay = Replay(GROWTH, _facts([], [], [1, 1], rows))
    replay.apply_facts(0)
    replay.apply_facts(1)

    subsidy = points = 0
    for what, amount in steps:
        if what == "subsidise":
            subsidy = plain_subsidy(subsidy, amount)
        else:
            points = plain_card_grant(points, what, amount)
    free = {kind: int(column[replay.book.at(FRIEND)]) for kind, column in replay.book.free.items()}
    assert (free["subsidy"], free["shopping_points"]) == (subsidy, points)


def _money(replay: Replay) -> list[int]:
    return [int(replay.book.free[MONEY][replay.book.at(member)]) for member in range(CARDED + 1)]


def _facts(
    orders: list[int], cards: list[int], shares: list[int], more: list[tuple[str, int, int, int, str]] | None = None
) -> Facts:
    """Return a store on whose first day one becomes a partner and two buy shares; its second day has the orders."""
    sold = [(PARTNER, 500_000, "", 0)]
    sold += [(FRIEND, amount, "", DAY) for amount in orders] + [(CARDED, amount, "card", DAY) for amount in cards]
    acts = [("buy_shares", member, 0, 1, MONEY) for member in (INITIATOR, HOLDER)] + (more or [])
    at = np.array([1, 2, *(DAY + 1 + row for row in range(len(acts) - 2))], np.int64)
    order_at = np.array([moment + row for row, (*_, moment) in enumerate(sold)], np.int64)
    referrer = np.array([NOBODY, NOBODY, PARTNER, NOBODY, NOBODY, INITIATOR], np.int32)
    zeros, none = np.zeros(len(referrer), np.int32), np.zeros(1, np.int32)
    return Facts(
        members=Members([f"M{n}" for n in range(6)], [""] * 6, referrer, zeros.astype(np.int64), zeros),
        orders=Orders(
            [f"O{n}" for n in range(len(sold))],
            np.array([member for member, *_ in sold], np.int32),
            order_at,
            (order_at // DAY).astype(np.int32),
            np.array([amount for _, amount, _, _ in sold], np.int64),
            np.zeros(len(sold), np.int64),
            product=[product for _, _, product, _ in sold],
            store=np.zeros(len(sold), np.int32),
        ),
        refunds=Refunds(none[:0], at[:0], none[:0], at[:0]),
        actions=Actions(
            [what for what, *_ in acts],
            np.array([member for _, member, *_ in acts], np.int32),
            np.full(len(acts), NOBODY, np.int32),
            [""] * len(acts),
            [kind for *_, kind in acts],
            at,
            (at // DAY).astype(np.int32),
            np.array([amount for *_, amount, _ in acts], np.int64),
            store=np.array([store for _, _, store, *_ in acts], np.int32),
            share=np.array([*shares, *([0] * (len(acts) - 2))], np.int64),
            role=["initiator", *([""] * (len(acts) - 1))],
        ),
        declared=[],
        stores=Stores(["S"], none, none - 1, [""], none.astype(np.int64), none, [None]),
    )
