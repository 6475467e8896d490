"""The profit pool: what must hold whatever happens (S1-06, S1-08, S1-09, S1-D4, S1-D5)."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen import catalogue
from jifen.engine.amounts import MONEY, Rate, share_out
from jifen.engine.document import load_programme
from jifen.engine.events import Events
from jifen.engine.facts import NOBODY, Actions, Facts, Int32s, Int64s, Members, Orders, Refunds, Stores
from jifen.engine.lines import ACCOUNTS
from jifen.engine.pool import ExitQueue, Pool, exit_key
from jifen.engine.programme import Programme
from jifen.engine.replay import ACTION, ORDER, REFUND, Replay

UNIT = 10**8
HOLDINGS = st.integers(1, 2**62)
MONEYS = st.integers(1, 2**62)


def growth(**changes: str) -> Programme:
    """Return the programme of the catalogue with other numbers: growth(exit_multiple="2")."""
    text = catalogue.read("growth")
    for name, value in changes.items():
        lines = [f"{name} = {value}" if line.startswith(f"{name} = ") else line for line in text.splitlines()]
        assert lines != text.splitlines() or f"{name} = {value}" in lines
        text = "\n".join(lines)
    return load_programme(text)


@given(MONEYS, HOLDINGS, MONEYS, HOLDINGS)
def test_keys_order_holdings_as_exact_fractions_do(c: int, h: int, other_c: int, other_h: int) -> None:
    one, other = Fraction(c, h), Fraction(other_c, other_h)

    assert (exit_key(c, h) < exit_key(other_c, other_h)) == (one < other)
    assert (exit_key(c, h) == exit_key(other_c, other_h)) == (one == other)


CHANGES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(0, 4), st.integers(1, 3)), max_size=40)


@given(CHANGES)
def test_queue_gives_whom_a_search_through_all_finds(changes: list[tuple[int, int, int, int]]) -> None:
    queue, held = ExitQueue(), {}
    for member, consumption, holding, since in changes:
        queue.file(member, consumption, holding, since)
        held[member] = (consumption, holding, since)
        able = [(Fraction(c, h), s, m) for m, (c, h, s) in held.items() if c and h]

        assert queue.lowest() == (min(able)[2] if able else None)
        assert len(queue) == len(able)


@given(st.integers(1, 10**12), st.integers(1, 10**15), st.data())
def test_whoever_sells_first_the_pool_pays_everybody(money: int, supply: int, data: st.DataObject) -> None:
    kept = Rate.parse(data.draw(st.sampled_from(["0", "0.2", "0.5", "1"])))
    parts = data.draw(st.lists(st.integers(1, supply), min_size=1, max_size=8))
    pool = Pool(100, UNIT, money=money, supply=supply)
    for part in parts:
        sold = min(part, pool.supply)
        if not sold:
            break
        before = Fraction(*pool.price)
        paid = pool.proceeds(sold, kept)
        pool.money, pool.supply = pool.money - paid, pool.supply - sold

        assert 0 <= paid <= before * sold
        assert pool.money >= 0
        assert pool.supply == 0 or Fraction(pool.money, pool.supply) >= before


@pytest.mark.parametrize(("multiple", "at_order"), [("1.2", 1137), ("2", 6238)])
def test_first_member_leaves_after_so_many_equal_orders(multiple: str, at_order: int) -> None:
    assert _exits_of(at_order - 1, multiple) == []
    assert _exits_of(at_order, multiple) == [0]


def test_of_100_000_equal_orders_38_members_leave() -> None:
    assert _exits_of(100_000, "1.2") == list(range(38))


def _exits_of(orders: int, multiple: str) -> list[int]:
    """Return who leaves while so many members each spend 1000 and nobody sells."""
    rate, minted, kept = Rate.parse(multiple), Rate.parse("0.7"), Rate.parse("0.2")
    pool, left, holdings = Pool(100, UNIT), [], []
    for member in range(orders):
        holding = pool.mintable(16_000, minted)
        holdings.append(holding)
        pool.money, pool.supply = pool.money + 16_000, pool.supply + holding
        pool.queue.file(member, 100_000, holding, member)
        while (lowest := pool.queue.lowest()) is not None and pool.reaches(holdings[lowest], 100_000, rate):
            paid = pool.proceeds(holdings[lowest], kept)
            pool.money, pool.supply = pool.money - paid, pool.supply - holdings[lowest]
            pool.queue.file(lowest, 0, 0, 0)
            left.append(lowest)
    return left


PEOPLE = 6
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["order", "order", "order", "sell", "refund", "inject"]),
        st.integers(0, PEOPLE - 1),
        st.integers(1, 10**7),
    ),
    min_size=1,
    max_size=30,
)
CASES = st.sampled_from([{}, {"exit_multiple": "1.01"}, {"mint_after_days": "1"}, {"leftover": '"pool"'}])


@settings(max_examples=60, deadline=None)
@given(STEPS, CASES)
def test_price_falls_on_refunds_only_and_the_pool_is_what_its_account_says(
    steps: list[tuple[str, int, int]], changes: dict[str, str]
) -> None:
    replay = Replay(growth(**changes), _facts(steps))
    replay.programme = replay.versions.on(0)
    for day in range(4):
        replay.open_pool()
        events = Events(replay, day)
        for fact_type, index in replay._queue.get(day, ()):
            before = Fraction(*_pool(replay).price)
            {ORDER: events.order, REFUND: events.refund, ACTION: events.action}[fact_type](index)
            assert fact_type == REFUND or Fraction(*_pool(replay).price) >= before
            _check(replay)
        before = Fraction(*_pool(replay).price)
        replay.close_day(day)
        assert Fraction(*_pool(replay).price) >= before
        _check(replay)


def _pool(replay: Replay) -> Pool:
    assert replay.book.pool is not None
    return replay.book.pool


def _check(replay: Replay) -> None:
    """Hold the pool against the accounts and what members have."""
    book, pool = replay.book, _pool(replay)
    account = dict(zip(ACCOUNTS, book.accounts[MONEY], strict=True))
    assert account["pool"] == pool.money >= 0
    assert account["pool_reserve"] >= pool.waiting + pool.pending >= 0
    assert account["takings"] == int(book.stores.net.sum())
    assert account["dividends"] == int(book.stores.fund.sum())
    assert int(book.free["value_points"].sum()) == pool.supply
    assert sum(account.values()) + int(book.free[MONEY].sum()) + int(book.held[MONEY].sum()) == 0


def _facts(steps: list[tuple[str, int, int]]) -> Facts:
    """Return one fact a step, in four days; refunds are of earlier orders, each at most once and in part or whole."""
    day_us = 86_400_000_000
    orders = [(index, *rest) for index, (what, *rest) in enumerate(steps) if what == "order"]
    refunds, done = [], set()
    for index, (what, who, amount) in enumerate(steps):
        earlier = [(row, order[2]) for row, order in enumerate(orders) if order[0] < index and row not in done]
        if what == "refund" and earlier:
            row, whole = earlier[who % len(earlier)]
            done.add(row)
            refunds.append((index, row, min(amount, whole)))
    acts = [(index, *step) for index, step in enumerate(steps) if step[0] in ("sell", "inject")]

    def at(rows: list[int]) -> tuple[Int64s, Int32s]:
        moment = np.array([row * 4 * day_us // len(steps) + row for row in rows], np.int64)
        return moment, (moment // day_us).astype(np.int32)

    zeros = np.zeros(PEOPLE, np.int32)
    order_at, order_day = at([order[0] for order in orders])
    refund_at, refund_day = at([refund[0] for refund in refunds])
    act_at, act_day = at([act[0] for act in acts])
    people = [who if what == "sell" else NOBODY for _, what, who, _ in acts]
    return Facts(
        members=Members(
            [f"M{n}" for n in range(PEOPLE)],
            [""] * PEOPLE,
            np.array([NOBODY, *range(PEOPLE - 1)], np.int32),
            zeros.astype(np.int64),
            zeros,
        ),
        orders=Orders(
            [f"O{n}" for n in range(len(orders))],
            np.array([order[1] for order in orders], np.int32),
            order_at,
            order_day,
            np.array([order[2] for order in orders], np.int64),
            np.zeros(len(orders), np.int64),
            store=np.array([order[1] % 2 - 1 for order in orders], np.int32),
        ),
        refunds=Refunds(
            np.array([refund[1] for refund in refunds], np.int32),
            refund_at,
            refund_day,
            np.array([refund[2] for refund in refunds], np.int64),
        ),
        actions=Actions(
            [what for _, what, _, _ in acts],
            np.array(people, np.int32),
            np.full(len(acts), NOBODY, np.int32),
            [""] * len(acts),
            ["value_points" if what == "sell" else MONEY for _, what, _, _ in acts],
            act_at,
            act_day,
            np.array([amount * (1000 if what == "sell" else 1) for _, what, _, amount in acts], np.int64),
        ),
        declared=[],
        stores=Stores(
            ["S"],
            np.array([0], np.int32),
            np.array([1], np.int32),
            ["440305"],
            np.zeros(1, np.int64),
            np.zeros(1, np.int32),
            [None],
        ),
    )


def test_a_long_queue_is_filled_at_once_as_one_by_one() -> None:
    rows = [(member, 1 + member * 7919 % 1000, 1 + member * 104_729 % 1000, member % 3) for member in range(500)]
    one_by_one, at_once = ExitQueue(), ExitQueue()
    for row in rows:
        one_by_one.file(*row)
    at_once.fill(rows)
    order = []
    while (lowest := at_once.lowest()) is not None:
        assert one_by_one.lowest() == lowest
        order.append(rows[lowest])
        for queue in (at_once, one_by_one):
            queue.file(lowest, 0, 0, 0)
    keys = [(Fraction(consumption, holding), since, member) for member, consumption, holding, since in order]
    assert all(one < other for one, other in pairwise(keys))
    assert len(order) == len(rows)


def test_shares_of_800_stores_come_to_what_the_source_estimates() -> None:
    """S1-E10: 49 % of 10 billion are 4.9 billion, 6.125 million a store, 510 417 for each of twelve ("500 000")."""
    partners = Rate.parse("0.49").floor(10**10 * 100)
    a_store, left = share_out(partners, [1] * 800)
    shares, dust = share_out(a_store[0], [1] * 12)

    assert (partners, set(a_store), left) == (490_000_000_000, {612_500_000}, 0)
    assert (shares[0], dust) == (51_041_666, 8)
