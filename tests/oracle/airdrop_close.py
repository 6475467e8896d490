"""The close of a day in the airdrop programmes: what others' orders bring, the airdrop, the ladder, ranks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.airdrop_state import (
    CONVERTED,
    FREE,
    FROZEN,
    ISSUED,
    POOL,
    AirdropOrder,
    AirdropState,
    Reward,
)
from tests.oracle.close import rank_table
from tests.oracle.state import FEN_PER_CNY, Line, Rule, Transfer, floor

WISH_MOST = 2**58  # minor units of the token, before the reserve is looked at
Bases = dict[str, dict[str, Fraction]]  # receiver, order: its part of the weighted base, in CNY


@dataclass
class Slot:
    """What one rule pays at one close."""

    rule: Rule
    path: str
    bases: Bases


def close_day(state: AirdropState, day: date) -> None:
    """Do everything that the end of the day does, by its version; ranks are found for the next day, by that one's."""
    state.programme = state.life.on(day)
    path = f"{state.programme.code}/{day}"
    sales = [order for order in state.sold if order.day == day]
    for rule in state.programme.document.get("daily", []):
        for slot in SLOTS[rule["use"]](state, rule, sales) if rule["use"] in SLOTS and sales else []:
            pay_slot(state, slot, day)
    state.pay_debts(day, path, state.members)
    plain_airdrop(state, day)
    for rule in state.rules("daily", "step_ladder"):
        plain_step_ladder(state, rule, day)
    state.walks.clear()
    state.programme = state.life.on(day + timedelta(days=1))
    plain_partner_rank(state, day)
    check(state)


# Shares of orders


def pay_slot(state: AirdropState, slot: Slot, day: date) -> None:
    """Pay everybody's base, floored once, in points or in tokens at the price of the day."""
    rule, kind = slot.rule, slot.rule["kind"]
    worth = Fraction(state.unit(kind))
    if rule.get("priced", False):
        assert state.airdrop is not None
        price = state.value_on(state.airdrop.get("price", "token_price"), day)
        if price is None or price <= 0:
            return
        worth /= price
    where = FROZEN if rule.get("frozen", False) else FREE
    for member in state.members:
        parts = slot.bases.get(member, {})
        due = floor(sum(parts.values(), start=Fraction(0)) * worth)
        if kind == state.token:
            due = min(due, WISH_MOST)
        if due == 0:
            continue
        transfer = Transfer(day, f"{state.programme.code}/{day}/{slot.path}/{kind}/{member}", rule["use"])
        paid = state.give(transfer, member, due, (kind, where))
        account = POOL if kind == state.token else ISSUED
        state.rewards.append(Reward(day, rule["use"], transfer.key, member, kind, where, account, parts, paid))


def bases_of(state: AirdropState, rule: Rule, sales: list[AirdropOrder]) -> list[tuple[AirdropOrder, Fraction]]:
    """Return the orders that count for the rule, and what each counts for in CNY."""
    found = []
    for order in sales:
        if order.pack is not None and not rule.get("packs", False):
            continue
        if rule["base"] == "points":
            base = Fraction(order.left_of(order.weight), state.unit(state.lot_kind))
        else:
            base = Fraction(fen_of(state, rule, order), FEN_PER_CNY)
        if base > 0:
            found.append((order, base))
    return found


def fen_of(state: AirdropState, rule: Rule, order: AirdropOrder) -> int:
    """Return what is left of the order's concession or amount; without what points paid, where that does not count."""
    if rule["base"] == "concession":
        return order.left_of(order.concession)
    left, points = order.fen - order.refunded_fen, 0
    if not rule.get("paid_in_points", True) and order.points_kind:
        points = order.points_paid * FEN_PER_CNY // state.unit(order.points_kind)
    return left * (order.fen - points) // order.fen


def line_above(state: AirdropState, rule: Rule, order: AirdropOrder) -> list[str]:
    """Return who stands above the order: above its buyer, or whoever brought its store and those above."""
    if rule["of"] == "buyer":
        return state.ancestors(order.member)
    referrer = state.stores[order.store].referrer if order.store else ""
    return [referrer, *state.ancestors(referrer)] if referrer else []


def add(bases: Bases, receiver: str, order: AirdropOrder, part: Fraction) -> None:
    parts = bases.setdefault(receiver, {})
    parts[order.code] = parts.get(order.code, Fraction(0)) + part


def plain_share_income(state: AirdropState, rule: Rule, sales: list[AirdropOrder]) -> list[Slot]:
    """Direct and indirect referrers, of members or of stores, get a part (S2-09, S2-25, S2-29, S2-52)."""
    found = []
    for generation, rate in enumerate(rule["rates"], start=1):
        bases: Bases = {}
        for order, base in bases_of(state, rule, sales):
            line = line_above(state, rule, order)
            if len(line) < generation:
                continue
            receiver = line[generation - 1]
            if state.is_active(receiver) or not rule.get("active_only", True):
                add(bases, receiver, order, base * Fraction(rate))
        found.append(Slot(rule, f"share_income/{rule['name']}/{generation}", bases))
    return found


def plain_partner_income(state: AirdropState, rule: Rule, sales: list[AirdropOrder]) -> list[Slot]:
    """Everybody above with a rank gets its rate, or what it is above the rates below (S2-10 … S2-12, S2-54, S2-Q6)."""
    bases: Bases = {}
    names = [row["name"] for row in rank_table(state)]
    for order, base in bases_of(state, rule, sales):
        highest = Fraction(0)
        for member in line_above(state, rule, order):
            if member not in state.ranks or (rule.get("active_only", True) and not state.is_active(member)):
                continue
            rate = Fraction(rule["rates"].get(names[state.ranks[member]], 0))
            if rule.get("mode", "stack") == "stack":
                add(bases, member, order, base * rate)
            elif rate > highest:
                add(bases, member, order, base * (rate - highest))
                highest = rate
    return [Slot(rule, f"partner_income/{rule['name']}", bases)]


def plain_center_income(state: AirdropState, rule: Rule, sales: list[AirdropOrder]) -> list[Slot]:
    """Operation centres get a part of what is sold in their area, below them, or by their team (S2-14, S2-57)."""
    bases: Bases = {}
    for order, base in bases_of(state, rule, sales):
        for receiver in centers_for(state, rule, order):
            add(bases, receiver, order, base * Fraction(rule["rate"]))
    return [Slot(rule, f"center_income/{rule['name']}", bases)]


def centers_for(state: AirdropState, rule: Rule, order: AirdropOrder) -> list[str]:
    """Return who gets the rate of an order, once for each time; only centres that their packs cover earn."""
    covered = state.covered()
    holders = {state.centers[region].member for region in covered}
    if rule["of"] == "team":
        return [member for member in line_above(state, {"of": "store"}, order) if member in holders]
    region = order.region
    around = dict.fromkeys([region, f"{region[:4]}00", f"{region[:2]}0000"] if region else [])
    here = [place for place in around if place in state.centers]  # the smallest first
    if rule.get("nested", "all") == "nearest":
        here = here[:1]
    centers = [state.centers[place] for place in here if place in covered]
    if rule["of"] == "area":
        return [center.member for center in centers]
    return [center.parent for center in centers if center.parent in holders]


SLOTS: dict[str, Callable[[AirdropState, Rule, list[AirdropOrder]], list[Slot]]] = {
    "share_income": plain_share_income,
    "partner_income": plain_partner_income,
    "center_income": plain_center_income,
}

# The airdrop


def plain_airdrop(state: AirdropState, day: date) -> None:
    """Share the day's tokens among active members by their weight, and carry the dust (S2-16, S2-17, S2-28)."""
    rule = state.airdrop
    if rule is None or day < rule["launch"]:
        return
    emission, kind, weight = emission_on(state, rule, day), rule["kind"], rule["weight"]
    weights = {member: held for member in state.members if (held := state.free(member, weight)) > 0}
    weights = {member: held for member, held in weights.items() if state.is_active(member)}
    everything, everybody = emission + state.dust, sum(weights.values())
    if everybody == 0 and emission > 0 and rule.get("carry", False):
        state.emitted += emission
        state.airdrops[str(day)] = (emission, state.dust, 0, 0, 0)
        state.dust = everything
    if everybody == 0 or emission == 0:
        return
    before, state.emitted = state.dust, state.emitted + emission
    state.dust = everything
    path = f"{state.programme.code}/{day}/airdrop"
    for member, held in weights.items():
        share = everything * held // everybody
        state.dust -= share
        transfer = Transfer(day, f"{path}/{kind}/{member}", "airdrop")
        state.post(transfer, Line(ISSUED, kind, FREE, -share), Line(member, kind, FREE, share))
        if rule.get("consumes", False):
            transfer = Transfer(day, f"{path}/{weight}/{member}", "airdrop")
            state.post(transfer, Line(member, weight, FREE, -held), Line(CONVERTED, weight, FREE, held))
    state.airdrops[str(day)] = (emission, before, everything - state.dust, everybody, len(weights))
    assert 0 <= state.dust < len(weights)


def emission_on(state: AirdropState, rule: Rule, day: date) -> int:
    """Return the tokens of the day, as long as the cap allows (S2-16, S2-33, S2-Q1)."""
    unit, year = state.unit(rule["kind"]), years_passed(rule["launch"], day)
    if "years" in rule:
        totals = rule["years"]
        total = floor(Fraction(totals[year]) * unit) if year < len(totals) else 0
        first, after = anniversary(rule["launch"], year), anniversary(rule["launch"], year + 1)
        place, days = (day - first).days, (after - first).days
        emission = total * (place + 1) // days - total * place // days
    else:
        emission = floor(Fraction(rule["daily"]) * unit / (2**year if rule.get("halving", True) else 1))
    left = state.minor(rule["cap"], rule["kind"]) - state.emitted - state.funded
    return max(0, min(emission, left))  # a later version may have lowered the cap


def anniversary(launch: date, years: int) -> date:
    """Return when the years are over; of 29 February in a year without one, on 1 March."""
    if (launch.month, launch.day) == (2, 29):
        return date(launch.year + years, 2, 28) + timedelta(days=1)
    return launch.replace(year=launch.year + years)


def years_passed(launch: date, day: date) -> int:
    return sum(1 for years in range(1, day.year - launch.year + 1) if anniversary(launch, years) <= day)


# Sport


def plain_step_ladder(state: AirdropState, rule: Rule, day: date) -> None:
    """The highest step reached frees a part of what is frozen, once a day (S2-39, S2-Q11)."""
    for member in state.members:
        reached = [row for row in rule["ladder"] if row["steps"] <= state.walks[member, rule["sport"]]]
        if reached:
            share = max(reached, key=lambda row: int(row["steps"]))["share"]
            most = floor(state.frozen_points(member, rule["kind"]) * Fraction(share))
            transfer = Transfer(day, f"{state.programme.code}/{day}/step_ladder/{member}", "step_ladder")
            state.unlock(transfer, member, rule["kind"], most)


# Ranks


def plain_partner_rank(state: AirdropState, day: date) -> None:
    """Rank everybody by direct referrals and team, then by the ranks in the team (S2-10 … S2-12, S2-54, S2-55)."""
    rule = state.programme.document.get("ranks")
    found: dict[str, int] = {}
    for place, row in enumerate(rank_table(state)):
        met = [member for member in state.members if meets(state, member, (place, row), found)]
        found |= dict.fromkeys(met, place)
    assert rule is not None or not found
    for member, place in found.items():
        if state.ranks.get(member) != place:
            state.ranked_since[member] = day
    state.ranks = found


def meets(state: AirdropState, member: str, step: tuple[int, Rule], found: dict[str, int]) -> bool:
    """Say whether the member has what a row asks, given who has the rows below it."""
    rule, (place, row) = state.programme.document["ranks"], step
    direct, team = state.referrals(member), state.below(member)
    if place > 0:
        among = team if rule.get("scope", "team") == "team" else direct
        if sum(1 for other in among if found.get(other, -1) >= place - 1) < row.get("below", 0):
            return False
    if rule.get("counts", "all") == "active":
        direct = [other for other in direct if state.is_active(other)]
        team = [other for other in team if state.is_active(other)]
    return len(direct) >= int(row.get("direct", 0)) and len(team) >= int(row.get("team", 0))


# What always holds


def check(state: AirdropState) -> None:
    """The token is never more than the highest cap, and all of it is accounted for; nobody has less than nothing."""
    token = state.token
    if token:
        caps = [one.document["airdrop"]["cap"] for one in state.life.programmes if "airdrop" in one.document]
        assert state.emitted + state.funded <= max(state.minor(cap, token) for cap in caps)
        assert state.dust >= 0
        assert -state.free(ISSUED, token) == state.emitted - state.dust + state.funded
        assert state.free(POOL, token) >= 0
    assert all(amount >= 0 for (party, _, _), amount in state.balances.items() if party in state.referrer), (
        "somebody has less than nothing"
    )
