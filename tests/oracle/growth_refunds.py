"""Refunds in the growth programme: split, mint, granted points and the rewards of others go back in steps."""

from datetime import date
from fractions import Fraction

from tests.oracle.growth_facts import return_points_spent
from tests.oracle.growth_pool import empty_pool, force_exits
from tests.oracle.growth_state import (
    DEBTS,
    DISTRIBUTION,
    ISSUED,
    MONEY,
    PLATFORM,
    POOL,
    RESERVE,
    TAKINGS,
    GrowthOrder,
    GrowthState,
    Reward,
    money,
    points,
)
from tests.oracle.state import FEN_PER_CNY, Line, Row, Rule, Transfer, floor, minor_units

Terms = tuple[str, Transfer, str, str]  # the policy, the refund, the key of what is taken, that of what is lent


def apply_refund(state: GrowthState, row: Row, day: date) -> None:
    """Take back, in order: points spent, the mint, the split, points granted, rewards; then look for exits."""
    order = state.orders[row["order"]]
    assert isinstance(order, GrowthOrder)
    order.refunds += 1
    rule: Rule | None = state.programme.document.get("refund")
    if order.refused or rule is None:
        state.refused.add((f"refund {order.code}/{order.refunds}", order.member))
        return

    refund = Transfer(day, f"{state.programme.code}/refund/{order.code}/{order.refunds}", "refund")
    before = order.refunded_fen
    order.refunded += Fraction(minor_units(row["amount"], 2), FEN_PER_CNY)
    came_back = return_points_spent(state, order, part_of(refund, "points_paid"))
    if order.is_split:
        take_back_split(state, order, before, refund)
        take_back_shopping(state, order, before, refund)
    if order.sourced:
        back = step(order, order.sourced, before)
        state.post(part_of(refund, "sourced"), money(PLATFORM, -back), money(ISSUED, back))
    if rule["policy"] != "only_locked":
        take_back_store_rewards(state, order, before, (rule["policy"], refund))
        for reward in state.rewards:
            take_back_reward(state, order, reward, (rule["policy"], refund))
    if came_back:
        state.pay_debts(day, refund.key, [order.member])
    force_exits(state, refund.key, day)


def part_of(refund: Transfer, name: str) -> Transfer:
    return Transfer(refund.day, f"{refund.key}/{name}", refund.rule)


def step(order: GrowthOrder, whole: int, before: int) -> int:
    """Return what this refund takes of the whole: the floors before and after it differ by that."""
    return whole * order.refunded_fen // order.fen - whole * before // order.fen


def take_back_split(state: GrowthState, order: GrowthOrder, before: int, refund: Transfer) -> None:
    price = state.pool.price
    emptied = burn(state, order, before, refund)
    share = step(order, order.pool_part, before)
    lines = take_back_share(state, order, share)
    if emptied:
        lines += empty_pool(state, price)
    commission = step(order, order.commission, before)
    distribution = step(order, order.distribution, before)
    lines += [money(DISTRIBUTION, -distribution), money(PLATFORM, -(commission - share - distribution))]
    if order.store:
        store, net = state.stores[order.store], step(order, order.fen, before) - commission
        store.turnover -= step(order, order.fen, before)
        store.net -= net
        lines.append(money(TAKINGS, -net))
    whole = -sum(line.amount for line in lines)
    state.post(part_of(refund, "split"), money(ISSUED, whole), *lines)
    if state.exits[order.member] == order.exits:
        state.consumption[order.member] -= step(order, order.fen, before)


def burn(state: GrowthState, order: GrowthOrder, before: int, refund: Transfer) -> bool:
    """Burn what the refunded part minted, as far as it is there; say whether no points are left."""
    asked = 0
    if order.minted:
        stood = order.fen - order.refunded_at_mint  # it was minted for this part alone
        now, then = order.refunded_fen - order.refunded_at_mint, before - order.refunded_at_mint
        asked = order.minted * now // stood - order.minted * then // stood
    burnt = min(asked, state.holding(order.member)) if asked else 0
    state.blocked[str(refund.day), order.member, "burn"] += asked - burnt
    if burnt == 0:
        return False
    kind = state.value_kind
    state.post(part_of(refund, "burn"), points(order.member, kind, -burnt), points(ISSUED, kind, burnt))
    state.pool.supply -= burnt
    return state.pool.supply == 0


def take_back_share(state: GrowthState, order: GrowthOrder, share: int) -> list[Line]:
    """Take the pool's part from where it is: what is pending or waits, the pool, the reserve's own, or the platform."""
    pool = state.pool
    if order.pending:
        pool.pending -= share
        return [money(RESERVE, -share)]
    from_pool = min(share, pool.money - (1 if pool.supply > 0 else 0))
    own = state.free(RESERVE, MONEY) - pool.waiting - pool.pending
    from_waiting = min(share - from_pool, pool.waiting) if pool.supply == 0 else 0
    from_reserve = min(share - from_pool - from_waiting, own)
    pool.money -= from_pool
    pool.waiting -= from_waiting
    rest = share - from_pool - from_waiting - from_reserve
    return [money(POOL, -from_pool), money(RESERVE, -from_reserve - from_waiting), money(PLATFORM, -rest)]


def take_back_shopping(state: GrowthState, order: GrowthOrder, before: int, refund: Transfer) -> None:
    """Take granted shopping points back as far as they are there (S1-24)."""
    rule = state.programme.rule("on_order", "shopping_grant")
    if rule is None or not order.shopping:
        return
    kind, asked = rule["kind"], step(order, order.shopping, before)
    there = min(asked, state.free(order.member, kind))
    state.blocked[str(refund.day), order.member, "shopping_grant"] += asked - there
    state.post(part_of(refund, "shopping"), points(order.member, kind, -there), points(ISSUED, kind, there))


def take_back_store_rewards(state: GrowthState, order: GrowthOrder, before: int, terms: tuple[str, Transfer]) -> None:
    """Take back what the store paid at once for a new user or a card."""
    policy, refund = terms
    for reward in order.store_rewards:
        due = step(order, reward.amount, before)
        if reward.reported:
            state.reported[str(refund.day), reward.receiver, reward.rule, MONEY] -= due
            continue
        state.stores[order.store].net += take_back(
            state, (reward.receiver, TAKINGS), due, (policy, refund, reward.rule, reward.rule)
        )


def take_back_reward(state: GrowthState, order: GrowthOrder, reward: Reward, terms: tuple[str, Transfer]) -> None:
    """Take back what the reward had of this order, and give it to the account that paid."""
    if order.code not in reward.parts:
        return
    policy, refund = terms
    share = reward.parts[order.code] / sum(reward.parts.values(), start=Fraction(0))
    asked = floor(reward.paid * share * order.fraction_refunded) - reward.taken[order.code]
    due = max(0, min(asked, reward.stands))
    reward.taken[order.code] += due
    if reward.reported:
        state.reported[str(refund.day), reward.receiver, reward.rule, MONEY] -= due
    else:
        take_back(
            state, (reward.receiver, reward.account), due, (policy, refund, reward.key, f"debt/{reward.plain_key}")
        )


def take_back(state: GrowthState, accounts: tuple[str, str], due: int, terms: Terms) -> int:
    """Take what is due from the receiver for the account that paid; return what this account has again."""
    (receiver, account), (policy, refund, key, debt_key) = accounts, terms
    there = min(due, state.free(receiver, MONEY))
    missing = due - there
    lent = missing if policy == "debt" else 0
    state.owed[receiver, MONEY] += lent
    state.written_off[receiver, MONEY] += missing - lent
    state.post(part_of(refund, key), money(receiver, -there), money(account, there))
    state.post(part_of(refund, debt_key), money(DEBTS, -lent), money(account, lent))
    return there + lent
