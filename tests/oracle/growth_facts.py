"""Stores and orders of the growth programme: what each is split into, and what it gives (S1-02, S1-03, S1-24)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.oracle.growth_pool import force_exits, mint_at_once, share_account
from tests.oracle.growth_state import (
    DISTRIBUTION,
    ISSUED,
    MONEY,
    PLATFORM,
    RESERVE,
    SPENT,
    TAKINGS,
    GrowthOrder,
    GrowthState,
    Store,
    StoreReward,
    money,
    points,
)
from tests.oracle.state import FEN_PER_CNY, Row, Rule, Transfer, floor, minor_units


def apply_store(state: GrowthState, row: Row) -> None:
    """A store takes part from now on."""
    rate = row.get("rate", "")
    state.stores[row["store"]] = Store(
        row["store"],
        row.get("owner", ""),
        row.get("referrer", ""),
        row.get("region", ""),
        Fraction(Decimal(rate)) if rate else None,
    )


def apply_order(state: GrowthState, row: Row, day: date) -> None:
    """Refuse the order, or let it do all that it does."""
    order = GrowthOrder(
        row["order"],
        row["member"],
        Fraction(minor_units(row["amount"], 2), FEN_PER_CNY),
        day=day,
        product=row.get("product", ""),
        store=row.get("store", ""),
        region=row.get("region", ""),
        moment=state.moment,
    )
    order.region = order.region or (state.stores[order.store].region if order.store else "")
    earlier = [one for one in state.sold if one.is_split and (one.store, one.member) == (order.store, order.member)]
    state.orders[order.code] = order
    if not plain_spend(state, order, row):
        order.refused = True
        state.refused.add((f"order {order.code}", order.member))
        return

    sourced = state.programme.rule("on_order", "sourced_goods")
    order.exits = state.exits[order.member]
    if sourced is not None and order.product == sourced["product"]:
        plain_sourced_goods(state, order, sourced)
    elif state.rules("on_order", "order_split"):
        plain_order_split(state, order)
        plain_shopping_grant(state, order)
        if order.store:
            plain_store_rewards(state, order, first=not earlier)
    force_exits(state, f"{state.programme.code}/order/{order.code}", day)


def plain_spend(state: GrowthState, order: GrowthOrder, row: Row) -> bool:
    """Take the points paid; False when the order has to be refused (S1-12, S1-25)."""
    named = [rule for rule in state.rules("on_order", "spend") if rule.get("product", "") == order.product]
    fitting = named or [rule for rule in state.rules("on_order", "spend") if not rule.get("product", "")]
    if Decimal(row.get("points_paid") or "0") == 0:
        return not fitting or any(Fraction(rule.get("share_min", 0)) == 0 for rule in fitting)
    kind = row.get("points_kind", "") or (fitting[0]["kind"] if fitting else "")
    rules = [rule for rule in fitting if rule["kind"] == kind]
    if not rules:
        return False
    paid = minor_units(row["points_paid"], 2)
    least, most = Fraction(rules[0].get("share_min", 0)), Fraction(rules[0].get("share_max", 1))
    if paid > floor(order.fen * most) or paid < -floor(-order.fen * least) or paid > state.free(order.member, kind):
        return False
    order.points_kind, order.points_paid = kind, paid
    key = f"{state.programme.code}/order/{order.code}/spend"
    state.post(Transfer(order.day, key, "spend"), points(order.member, kind, -paid), points(SPENT, kind, paid))
    return True


def plain_sourced_goods(state: GrowthState, order: GrowthOrder, rule: Rule) -> None:
    """What the platform earns of goods that it sourced itself (S1-23, S1-26)."""
    paid_in_points = floor(state.as_fen(order.points_paid, order.points_kind)) if order.points_kind else 0
    order.sourced = max(0, order.fen - paid_in_points - floor(order.fen * Fraction(rule.get("cost", "0.10"))))
    key = f"{state.programme.code}/order/{order.code}/sourced"
    lines = [money(ISSUED, -order.sourced), money(PLATFORM, order.sourced)]
    state.post(Transfer(order.day, key, "sourced_goods"), *lines)


def plain_order_split(state: GrowthState, order: GrowthOrder) -> None:
    """Split the commission; the rest is the store's (S1-03, S1-27)."""
    note_parts(state, order)
    share, rule = order.pool_part, state.pool_rule
    delayed = rule is not None and int(rule.get("mint_after_days", 0)) > 0
    order.pending = delayed and share > 0
    if order.pending:
        state.pool.pending += share
    account = RESERVE if delayed or not share else share_account(state, share)
    platform = order.commission - order.distribution - share
    lines = [money(account, share), money(DISTRIBUTION, order.distribution), money(PLATFORM, platform)]
    whole = order.commission
    if order.store:
        store = state.stores[order.store]
        store.turnover += order.fen
        store.net += order.fen - order.commission
        lines.append(money(TAKINGS, order.fen - order.commission))
        whole = order.fen
    key = f"{state.programme.code}/order/{order.code}/split"
    state.post(Transfer(order.day, key, "order_split"), money(ISSUED, -whole), *lines)
    state.consumption[order.member] += order.fen
    if share and not delayed:
        mint_at_once(state, order, order.day)


def note_parts(state: GrowthState, order: GrowthOrder) -> None:
    rule = state.rules("on_order", "order_split")[0]
    rate = Fraction(rule.get("commission", "0.20"))
    if order.store and (own := state.stores[order.store].rate) is not None:
        rate = own
    platform, distribution = Fraction(rule.get("platform", "0.02")), Fraction(rule.get("distribution", "0.02"))
    order.is_split = True
    order.commission = floor(order.fen * rate)
    order.distribution = min(order.commission, floor(order.fen * distribution))
    if state.pool_rule is not None:
        most = floor(order.fen * max(Fraction(0), rate - platform - distribution))
        order.pool_part = min(order.commission - order.distribution, most)


def plain_shopping_grant(state: GrowthState, order: GrowthOrder) -> None:
    """A store's customer gets a multiple in shopping points (S1-24)."""
    rule = state.programme.rule("on_order", "shopping_grant")
    if rule is None or not order.store:
        return
    kind = rule["kind"]
    order.shopping = floor(order.amount * Fraction(rule.get("multiple", 3)) * state.programme.unit(kind))
    key = f"{state.programme.code}/order/{order.code}/shopping"
    lines = [points(ISSUED, kind, -order.shopping), points(order.member, kind, order.shopping)]
    state.post(Transfer(order.day, key, "shopping_grant"), *lines)


def plain_store_rewards(state: GrowthState, order: GrowthOrder, *, first: bool) -> None:
    """The store rewards its partner for a new user, its shareholder for a card, at once (S1-31, S1-32)."""
    store, referrer = state.stores[order.store], state.referrer[order.member]
    for name in ("new_user_reward", "card_reward"):
        for rule in state.rules("on_order", name):
            if name == "new_user_reward":
                earned = first and referrer in store.partners
            else:
                earned = order.product == rule["product"] and referrer in store.shares
            if earned and rule.get("payout", "ledger") != "none":
                pay_store_reward(state, order, rule, referrer)


def pay_store_reward(state: GrowthState, order: GrowthOrder, rule: Rule, receiver: str) -> None:
    name, amount = rule["use"], floor(order.fen * Fraction(rule["rate"]))
    reward = StoreReward(name, receiver, amount, rule.get("payout", "ledger") == "report_only")
    order.store_rewards.append(reward)
    if reward.reported:
        state.reported[str(order.day), receiver, name, MONEY] += amount
        return
    key = f"{state.programme.code}/order/{order.code}/{name}"
    state.post(Transfer(order.day, key, name), money(TAKINGS, -amount), money(receiver, amount))
    state.stores[order.store].net -= amount


def return_points_spent(state: GrowthState, order: GrowthOrder, transfer: Transfer) -> bool:
    """Give back the points that paid the refunded part; say whether there were any."""
    back = order.points_paid * order.refunded_fen // order.fen - order.points_back
    order.points_back += back
    if back:
        state.post(
            transfer,
            points(SPENT, order.points_kind, -back),
            points(order.member, order.points_kind, back),
        )
    return back > 0
