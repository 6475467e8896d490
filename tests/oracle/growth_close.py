"""The close of a day in the growth programme: mints that waited, rewards, stores, what is left over, partners."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.close import Bases, add, differential_bases, find_ranks, generation_bases, peer_bases
from tests.oracle.growth_pool import check_nothing_swept_stays, force_exits, mint_later, put_money
from tests.oracle.growth_state import (
    DISTRIBUTION,
    MONEY,
    PLATFORM,
    GrowthOrder,
    GrowthState,
    Reward,
    money,
)
from tests.oracle.growth_stores import close_stores, find_partners
from tests.oracle.state import Rule, Transfer, floor


@dataclass
class Slot:
    """What one rule pays at one close out of one account."""

    rule: Rule
    path: str
    account: str
    bases: Bases


def close_day(state: GrowthState, day: date) -> None:
    """Do everything that the end of the day does."""
    path = f"{state.programme.code}/{day}"
    delay = int((state.pool_rule or {}).get("mint_after_days", 0))
    for order in [one for one in state.sold if one.pending and one.day + timedelta(days=delay) <= day]:
        price = state.pool.price
        mint_later(state, order, day)
        assert price <= state.pool.price, f"{path}: the price falls"
        force_exits(state, path, day)
    sales = [order for order in state.sold if order.day == day]
    for slot in slots(state, sales):
        pay_slot(state, slot, day)
    close_stores(state, day)
    sweep(state, path, day)
    find_partners(state)
    state.pay_debts(day, path, state.members)
    find_ranks(state, day)
    state.pool_rows[str(day)] = (state.pool.money, state.pool.supply, state.pool.price)


def sweep(state: GrowthState, path: str, day: date) -> None:
    """What nobody earned of the distribution goes to the platform or the pool; what is missing the platform pays."""
    rules, left, price = state.rules("on_order", "order_split"), state.free(DISTRIBUTION, MONEY), state.pool.price
    if not rules or left == 0:
        return
    to_pool = left > 0 and rules[0].get("leftover", "platform") == "pool" and state.pool_rule is not None
    account = put_money(state, left) if to_pool else PLATFORM
    state.post(Transfer(day, f"{path}/leftover", "leftover"), money(DISTRIBUTION, -left), money(account, left))
    check_nothing_swept_stays(state)
    assert price <= state.pool.price
    force_exits(state, path, day)


# Rewards


def slots(state: GrowthState, sales: list[GrowthOrder]) -> list[Slot]:
    """Return what is shared out today, in the order of the document."""
    found = []
    for rule in state.programme.document.get("daily", []):
        if rule["use"] in SLOTS and rule.get("payout", "ledger") != "none":
            found += SLOTS[rule["use"]](state, rule, sales)
    return found


def pay_slot(state: GrowthState, slot: Slot, day: date) -> None:
    """Pay everybody's base, floored once; or only report it."""
    name = slot.rule["use"]
    for member in state.members:
        parts = slot.bases.get(member, {})
        due = floor(sum(parts.values(), start=Fraction(0)))
        if due == 0:
            continue
        key = f"{state.programme.code}/{day}/{slot.path}/{MONEY}/{member}"
        reward = Reward(day, name, key, member, slot.account, parts, due)
        reward.reported = slot.rule.get("payout", "ledger") == "report_only"
        state.rewards.append(reward)
        if reward.reported:
            state.reported[str(day), member, name, MONEY] += due
        else:
            state.post(Transfer(day, key, name), money(slot.account, -due), money(member, due))


def split_by_buyer(sales: list[GrowthOrder]) -> dict[str, dict[str, int]]:
    """Return what each buyer's split orders of today amount to."""
    found: dict[str, dict[str, int]] = {}
    for order in sales:
        if order.is_split and order.standing_fen > 0:
            found.setdefault(order.member, {})[order.code] = order.standing_fen
    return found


def weighted(bases: Bases, rate: Fraction) -> Bases:
    return {member: {order: part * rate for order, part in parts.items()} for member, parts in bases.items()}


def plain_generation_share(state: GrowthState, rule: Rule, sales: list[GrowthOrder]) -> list[Slot]:
    """Direct and indirect referrers earn a part of what is bought (S1-18)."""
    found = []
    for generation, rate in enumerate(rule["rates"], start=1):
        bases = generation_bases(state, split_by_buyer(sales), generation)
        found.append(Slot(rule, f"generation_share/{generation}", DISTRIBUTION, weighted(bases, Fraction(rate))))
    return found


def plain_rank_differential(state: GrowthState, rule: Rule, sales: list[GrowthOrder]) -> list[Slot]:
    return [Slot(rule, "rank_differential", DISTRIBUTION, differential_bases(state, split_by_buyer(sales)))]


def plain_peer_bonus(state: GrowthState, rule: Rule, sales: list[GrowthOrder]) -> list[Slot]:
    bases = peer_bases(state, split_by_buyer(sales))
    return [Slot(rule, "peer_bonus", DISTRIBUTION, weighted(bases, Fraction(rule["rate"])))]


def plain_store_rebate(state: GrowthState, rule: Rule, sales: list[GrowthOrder]) -> list[Slot]:
    """The owner of the store where platform goods were bought (S1-26)."""
    receivers = {order.code: state.stores[order.store].owner for order in sales if order.store}
    return [rebate(state, rule, sales, receivers)]


def plain_referrer_rebate(state: GrowthState, rule: Rule, sales: list[GrowthOrder]) -> list[Slot]:
    return [rebate(state, rule, sales, {order.code: state.referrer[order.member] for order in sales})]


def rebate(state: GrowthState, rule: Rule, sales: list[GrowthOrder], receivers: dict[str, str]) -> Slot:
    bases: Bases = {}
    rate, sourced = Fraction(rule["rate"]), state.programme.rule("on_order", "sourced_goods")
    for order in sales:
        if sourced is None or order.product != sourced["product"] or not receivers.get(order.code):
            continue
        base = Fraction(order.standing_fen)
        if rule.get("base", "amount") == "points":
            left = order.points_paid - order.points_back
            base = state.as_fen(left, order.points_kind) if order.points_kind else Fraction(0)
        give(bases, receivers[order.code], order, rate * base)
    return Slot(rule, rule["use"], PLATFORM, bases)


def give(bases: Bases, receiver: str, order: GrowthOrder, part: Fraction) -> None:
    if part > 0:
        add(bases, receiver, {order.code: 1}, part)


def plain_store_referral_bonus(state: GrowthState, rule: Rule, sales: list[GrowthOrder]) -> list[Slot]:
    """Whoever brought the store earns of its turnover (S1-17)."""
    bases: Bases = {}
    for order in sales:
        if order.is_split and order.store and (referrer := state.stores[order.store].referrer):
            give(bases, referrer, order, Fraction(rule["rate"]) * order.standing_fen)
    return [Slot(rule, rule["use"], DISTRIBUTION, bases)]


def plain_territory(state: GrowthState, rule: Rule, sales: list[GrowthOrder]) -> list[Slot]:
    """Agents of district, city and province earn by difference on every order in their region (S1-21)."""
    bases: Bases = {}
    for order in sales:
        highest = Fraction(0)
        for region in enclosing(order.region) if order.is_split else []:
            rate = Fraction(rule[level(region)])
            if region in state.territories and rate > highest:
                give(bases, state.territories[region], order, (rate - highest) * order.standing_fen)
                highest = rate
    return [Slot(rule, "territory", DISTRIBUTION, bases)]


def enclosing(region: str) -> list[str]:
    """Return the region and those around it, the smallest first."""
    return list(dict.fromkeys([region, f"{region[:4]}00", f"{region[:2]}0000"])) if region else []


def level(region: str) -> str:
    if region.endswith("0000"):
        return "province"
    return "city" if region.endswith("00") else "district"


SLOTS: dict[str, Callable[[GrowthState, Rule, list[GrowthOrder]], list[Slot]]] = {
    "generation_share": plain_generation_share,
    "rank_differential": plain_rank_differential,
    "peer_bonus": plain_peer_bonus,
    "store_rebate": plain_store_rebate,
    "referrer_rebate": plain_referrer_rebate,
    "store_referral_bonus": plain_store_referral_bonus,
    "territory": plain_territory,
}
