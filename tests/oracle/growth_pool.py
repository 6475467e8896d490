"""The profit pool: mints, sales, injections, forced exits; and what always holds of it (S1-02 … S1-10)."""

from datetime import date
from fractions import Fraction

from tests.oracle.growth_state import (
    CONVERTED,
    DISTRIBUTION,
    DIVIDENDS,
    ISSUED,
    MONEY,
    PLATFORM,
    POOL,
    RESERVE,
    TAKINGS,
    Exit,
    GrowthOrder,
    GrowthState,
    money,
    points,
)
from tests.oracle.state import Line, Row, Transfer, floor, minor_units

SUPPLY_MOST = 2**62
PROGRAMME_KEEPS = (POOL, RESERVE, TAKINGS, DIVIDENDS)


def minted_for(state: GrowthState, share: int) -> int:
    """Return the points that a share of the pool gives at the price before it (S1-02, S1-05)."""
    assert state.pool_rule is not None
    given = floor(share * Fraction(state.pool_rule.get("minted", "0.70")) / state.pool.price)
    return given if state.pool.supply + given <= SUPPLY_MOST else 0


def share_account(state: GrowthState, share: int) -> str:
    """Return where a share goes that enters now: without any points there is no pool yet."""
    return POOL if state.pool.supply > 0 or minted_for(state, share) > 0 else RESERVE


def enter_pool(state: GrowthState, order: GrowthOrder, share: int, day: date, keys: tuple[str, str]) -> list[Line]:
    """Take a share that the caller books; return the rows of its mint. `keys`: of the waiting money, of the mint."""
    pool = state.pool
    given = minted_for(state, share)
    if pool.supply == 0 and given == 0:
        pool.waiting += share
        return []
    if pool.supply == 0 and pool.waiting:
        moved = Transfer(day, keys[0], "profit_pool")
        state.post(moved, money(RESERVE, -pool.waiting), money(POOL, pool.waiting))
        pool.money += pool.waiting
        pool.waiting = 0
    pool.money += share
    pool.supply += given
    order.minted = given
    return [points(ISSUED, state.value_kind, -given), points(order.member, state.value_kind, given)]


def mint_at_once(state: GrowthState, order: GrowthOrder, day: date) -> None:
    """The share of an order is in the pool: its buyer gets points."""
    key = f"{state.programme.code}/order/{order.code}"
    lines = enter_pool(state, order, order.pool_part, day, (f"{key}/waiting", f"{key}/mint"))
    state.post(Transfer(day, f"{key}/mint", "profit_pool"), *lines)


def mint_later(state: GrowthState, order: GrowthOrder, day: date) -> None:
    """What a delayed order has left of its share enters the pool at a close."""
    share = order.pool_part - order.pool_part * order.refunded_fen // order.fen
    order.pending = False
    order.refunded_at_mint, state.moment = order.refunded_fen, order.moment
    state.pool.pending -= share
    if share == 0:
        return
    key = f"{state.programme.code}/{day}/mint/{order.code}"
    account = share_account(state, share)
    lines = enter_pool(state, order, share, day, (f"{key}/waiting", f"{key}/mint"))
    state.post(Transfer(day, f"{key}/share", "profit_pool"), money(RESERVE, -share), money(account, share))
    state.post(Transfer(day, f"{key}/mint", "profit_pool"), *lines)


def sale_value(state: GrowthState, amount: int) -> int:
    assert state.pool_rule is not None
    return floor(amount * state.pool.price * (1 - Fraction(state.pool_rule.get("kept", "0.20"))))


def sell_points(state: GrowthState, member: str, amount: int, transfer: Transfer) -> int:
    """Take points back for money; whoever sells the last ones leaves what is left to the reserve (S1-07, S1-Q6)."""
    pool = state.pool
    paid, price = sale_value(state, amount), pool.price
    pool.money -= paid
    pool.supply -= amount
    lines = [
        points(member, state.value_kind, -amount),
        points(CONVERTED, state.value_kind, amount),
        money(POOL, -paid),
        money(member, paid),
    ]
    state.post(transfer, *lines, *empty_pool(state, price))
    return paid


def empty_pool(state: GrowthState, price: Fraction) -> list[Line]:
    """Return the rows by which a pool without points is emptied; the price before stays."""
    pool = state.pool
    if pool.supply > 0:
        return []
    rest, pool.money = pool.money, 0
    pool.last_price = price
    return [money(POOL, -rest), money(RESERVE, rest)]


def sell(state: GrowthState, row: Row, key: str, day: date) -> bool:
    """A member sells points to the pool."""
    if state.pool_rule is None or row["points"] != state.value_kind:
        return False
    member, amount = row["party"], minor_units(row["amount"], state.programme.decimals(state.value_kind))
    if amount > state.holding(member) or state.pool.supply - amount < state.minimum_supply:
        return False
    if sale_value(state, amount) == 0:
        return False
    sell_points(state, member, amount, Transfer(day, f"{key}/sell", "sell"))
    return True


def inject(state: GrowthState, row: Row, key: str, day: date) -> bool:
    """Outside money enters the pool, or waits until there are points (S1-12)."""
    if state.pool_rule is None or row["points"] != MONEY:
        return False
    amount = minor_units(row["amount"], 2)
    account = put_money(state, amount)
    state.post(Transfer(day, f"{key}/inject", "inject"), money(ISSUED, -amount), money(account, amount))
    return True


def put_money(state: GrowthState, amount: int) -> str:
    """Count money that mints nothing; return the account that it belongs on."""
    if state.pool.supply > 0:
        state.pool.money += amount
        return POOL
    state.pool.waiting += amount
    return RESERVE


def force_exits(state: GrowthState, path: str, day: date) -> None:
    """Sell out whoever has the lowest exit price, as long as the price has reached it (S1-09)."""
    if state.pool_rule is None:
        return
    multiple = Fraction(state.pool_rule.get("exit_multiple", "1.2"))
    while True:
        holders = [
            (Fraction(state.consumption[member], state.holding(member)), state.since[member], number, member)
            for number, member in enumerate(state.members)
            if state.consumption[member] > 0 and state.holding(member) > 0
        ]
        if not holders:
            return
        *_, member = min(holders)
        holding = state.holding(member)
        if state.pool.price * holding < multiple * state.consumption[member]:
            return
        if state.pool.supply - holding < state.minimum_supply:
            return
        exit_member(state, member, path, day)


def exit_member(state: GrowthState, member: str, path: str, day: date) -> None:
    """Sell the whole holding of the member, who then takes part anew (S1-10)."""
    key = f"{path}/exit/{member}"
    before = sum(1 for row in state.exit_rows if row.key == key or row.key.startswith(f"{key}/"))
    if before:
        key = f"{key}/{before + 1}"
    holding, price = state.holding(member), state.pool.price
    paid = sell_points(state, member, holding, Transfer(day, key, "forced_exit"))
    assert price <= state.pool.price, f"{key}: the price falls"
    state.exit_rows.append(Exit(str(day), key, member, holding, paid, price, state.consumption[member]))
    state.consumption[member] = 0
    state.exits[member] += 1


# What always holds


def check_pool(state: GrowthState) -> None:
    """The accounts agree with what is remembered, and everybody can sell, in whatever order."""
    pool = state.pool
    assert state.free(POOL, MONEY) == pool.money >= 0
    assert sum(state.holding(member) for member in state.members) == pool.supply >= 0
    assert (pool.money > 0) == (pool.supply > 0)
    assert min(pool.waiting, pool.pending) >= 0
    assert state.free(RESERVE, MONEY) >= pool.waiting + pool.pending
    assert state.free(TAKINGS, MONEY) == sum(store.net for store in state.stores.values())
    assert state.free(DIVIDENDS, MONEY) == sum(store.fund for store in state.stores.values()) >= 0
    assert all(amount >= 0 for amount in state.consumption.values())
    if state.pool_rule is not None:
        by_size = sorted(state.members, key=state.holding)
        for order in (state.members, state.members[::-1], by_size, by_size[::-1]):
            check_selling_out(state, order)


def check_selling_out(state: GrowthState, members: list[str]) -> None:
    """Sell out one member after the other, on paper: the pool never owes, the price never falls."""
    assert state.pool_rule is not None
    left, supply = state.pool.money, state.pool.supply
    part = 1 - Fraction(state.pool_rule.get("kept", "0.20"))
    for member in members:
        holding = state.holding(member)
        if holding == 0:
            continue
        paid = floor(Fraction(holding * left, supply) * part)
        assert 0 <= paid <= left
        assert (left - paid) * supply >= left * (supply - holding)
        left, supply = left - paid, supply - holding
    assert supply == 0


def check_nothing_swept_stays(state: GrowthState) -> None:
    assert state.free(DISTRIBUTION, MONEY) == 0
    assert PLATFORM not in state.members
