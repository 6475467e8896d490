"""The close of a day: releases by time, what agents earn of devices, the month's end, debts, ranks."""

from datetime import date
from fractions import Fraction
from hashlib import sha256

from tests.oracle.parking_facts import drawn_lines, issue_lines
from tests.oracle.parking_monthly import plain_sales_ranking, plain_weighted_dividend
from tests.oracle.parking_ranks import plain_rank_review, plain_unit_rank, rank_table
from tests.oracle.parking_state import UNIT, ParkingOrder, ParkingState, Reward, last_of_month, next_month
from tests.oracle.state import Draw, Line, Lot, Rule, Transfer, floor

Parts = dict[str, Fraction]  # of a base, by the order of the devices
Bases = dict[str, Parts]  # by receiver


def close_day(state: ParkingState, day: date) -> None:
    """Do everything that the end of the day does."""
    lots = [lot for lot in state.lots if lot.opened_on < day and lot.remaining > 0]
    held = {lot.member for lot in lots}
    release(state, lots, day)
    for reward in daily_rewards(state, day):
        pay(state, reward, lots, held)
        state.rewards.append(reward)
    if last_of_month(day):
        end_month(state, day, lots, held)
    pay_what_waits(state, lots, day)
    state.pay_debts(day, f"{state.programme.code}/{day}", state.members)
    plain_unit_rank(state, day)
    note_paid_back(state, day)


def end_month(state: ParkingState, day: date, lots: list[Lot], held: set[str]) -> None:
    """Share out what the month shares out, in the order of the document; then review the agents."""
    for rule in state.programme.document.get("monthly", []):
        if rule["use"] == "weighted_dividend":
            plain_weighted_dividend(state, rule, day, (lots, held))
        elif rule["use"] == "sales_ranking":
            plain_sales_ranking(state, rule, day, (lots, held))
    review = state.programme.rule("monthly", "rank_review")
    if review is not None:
        plain_rank_review(state, review, day)
    state.month_units.clear()


def note_paid_back(state: ParkingState, day: date) -> None:
    """Note the orders whose price has come back: the devices become the company's (S0-12)."""
    rule = state.release_rule
    if rule is None or rule["use"] != "monthly_release":
        return
    for lot in state.lots:
        order = state.orders[lot.order]
        assert isinstance(order, ParkingOrder)
        if order.paid_back_on is None and lot.scheduled + lot.accelerated >= state.lot_base(lot) > 0:
            order.paid_back_on = day


# Release by time


def release(state: ParkingState, lots: list[Lot], day: date) -> None:
    """Release what each lot releases today, and split off the second kind."""
    rule = state.release_rule
    if rule is None:
        return
    amount_of = plain_monthly_release if rule["use"] == "monthly_release" else plain_daily_amount
    for member in state.members:
        released = {lot.order: amount_of(state, rule, lot, day) for lot in lots if lot.member == member}
        beyond = sum(
            beyond_price(state, rule, lot, released[lot.order]) for lot in lots if released.get(lot.order, 0) > 0
        )
        whole = sum(released.values())
        if whole == 0:
            continue
        second = floor(beyond * Fraction(rule.get("second_share", 0)))
        lines = [Line(member, state.lot_kind, "free", whole - second)]
        lines.append(Line("programme:converted", state.lot_kind, "free", second))
        for lot in lots:
            if released.get(lot.order, 0) > 0:
                lines.append(Line(member, lot.kind, "locked", -released[lot.order], lot.order))
                lot.scheduled += released[lot.order]
                lot.note_closing(day)
        key = f"{state.programme.code}/{day}/{rule['use']}"
        state.post(Transfer(day, f"{key}/{member}", rule["use"]), *lines)
        if second:
            kind = rule["second_kind"]
            state.post(Transfer(day, f"{key}/{kind}/{member}", rule["use"]), *issue_lines(member, kind, second))


def plain_monthly_release(state: ParkingState, rule: Rule, lot: Lot, day: date) -> int:
    """Return the rate of the lot's month, of the price paid (S0-18, S0-19)."""
    if not last_of_month(day):
        return 0
    first = lot.opened_on.replace(day=1)
    if rule.get("first_month", "next") == "next" and lot.opened_on.day > 1:
        first = next_month(lot.opened_on)
    number = (day.year - first.year) * 12 + day.month - first.month + 1
    if number < 1:
        return 0
    rate = Fraction(rule["rate"])
    if number <= rule["first_months"]:
        rate = Fraction(rule["first_rate"])
    elif rule.get("declared") and (declared := state.value_on(rule["declared"], day)) is not None:
        rate = Fraction(declared)
    return min(lot.remaining, floor(state.lot_base(lot) * rate))


def plain_daily_amount(state: ParkingState, rule: Rule, lot: Lot, day: date) -> int:
    """Return the day's amount for each device (S0-59, S0-60)."""
    return min(lot.remaining, floor(state.lot_base(lot) * amount_on(state, rule, day)))


def amount_on(state: ParkingState, rule: Rule, day: date) -> Fraction:
    """Return the day's CNY for a device: fixed, drawn from the day's seed, or the usual one."""
    fixed = state.value_on(rule["declared"], day) if rule.get("declared") else None
    if fixed is not None:
        return Fraction(fixed)
    seed = state.value_on(rule["seed"], day) if rule.get("seed") else None
    if seed is None:
        return Fraction(rule["amount"])
    least, most = int(rule["amount_min"] * 100), int(rule["amount_max"] * 100)
    drawn = int(sha256(f"{state.programme.code}/{day}/{int(seed)}".encode()).hexdigest(), 16)
    return Fraction(least + drawn % (most - least + 1), 100)


def beyond_price(state: ParkingState, rule: Rule, lot: Lot, released: int) -> int:
    """Return the part of a release that is split: what lies beyond the price paid (S0-21, S0-22, S0-D4, S0-87)."""
    if rule["use"] == "daily_amount" or rule.get("split_from", "payback") == "first_release":
        return released
    before = lot.scheduled + lot.accelerated
    return max(0, min(released, floor(before + released - state.lot_base(lot))))


# What agents earn of devices, each day


def daily_rewards(state: ParkingState, day: date) -> list[Reward]:
    """Return what everybody is entitled to, in the order of the document, then by member."""
    rewards = []
    differential = plain_unit_differential(state, day)
    for rule in state.programme.document.get("daily", []):
        rate = Fraction(1)
        if rule["use"] == "unit_differential":
            bases = differential
        elif rule["use"] == "unit_peer":
            bases = plain_unit_peer(state, rule, differential, day)
            rate = Fraction(1) if rule["basis"] == "fixed_per_unit" else Fraction(rule["rate"])
        else:
            continue
        for member in state.members:
            parts = bases.get(member, {})
            base = sum(parts.values(), start=Fraction(0))
            if floor(base * rate) > 0:
                rewards.append(reward_of(state, rule, (day, member), parts, floor(base * rate)))
    return rewards


def reward_of(state: ParkingState, rule: Rule, place: tuple[date, str], parts: Parts, entitlement: int) -> Reward:
    day, member = place
    key = f"{state.programme.code}/{day}/{rule['use']}"
    return Reward(
        day, rule["use"], member, rule["kind"], sum(parts.values(), start=Fraction(0)), parts, entitlement,
        f"{key}/{member}", f"{key}/{rule['kind']}/{member}",
        consumes_lots=bool(rule.get("consumes_lots", True)), held=rule.get("overflow", "lose") == "hold",
    )  # fmt: skip


def per_unit(state: ParkingState, member: str) -> Fraction:
    if member not in state.ranks:
        return Fraction(0)
    return Fraction(rank_table(state)[state.ranks[member]]["per_unit"])


def plain_unit_differential(state: ParkingState, day: date) -> Bases:
    """Each device pays up the line what a rank's amount adds to the amounts below (S0-33 … S0-36, S0-D5)."""
    bases: Bases = {}
    for member in state.members:
        highest = Fraction(0)
        for ancestor in state.ancestors(member):
            amount = per_unit(state, ancestor)
            if amount > highest:
                add(bases, ancestor, state.parts_before(member, day), (amount - highest) * UNIT)
                highest = amount
    return bases


def plain_unit_peer(state: ParkingState, rule: Rule, differential: Bases, day: date) -> Bases:
    """The nearest upline of at least B's rank, if of the same, earns by what B earns or has below (S0-39, S0-68)."""
    bases: Bases = {}
    for member, rank in state.ranks.items():
        above = [other for other in state.ancestors(member) if state.ranks.get(other, -1) >= rank]
        if per_unit(state, member) == 0 or not above or state.ranks[above[0]] != rank:
            continue
        if rule["basis"] == "percent_of_peer_bonus":
            for order, part in differential.get(member, {}).items():
                add(bases, above[0], {order: part}, Fraction(1))
            continue
        amount = rule["amount"] if rule["basis"] == "fixed_per_unit" else per_unit(state, member)
        for other in state.below(member):
            add(bases, above[0], state.parts_before(other, day), Fraction(amount) * UNIT)
    return bases


def add(bases: Bases, receiver: str, parts: dict[str, int] | Parts, weight: Fraction) -> None:
    if not parts:
        return
    own = bases.setdefault(receiver, {})
    for order, amount in parts.items():
        own[order] = own.get(order, Fraction(0)) + weight * amount


def pay(state: ParkingState, reward: Reward, lots: list[Lot], held: set[str]) -> None:
    """Pay as far as the receiver's lots hold, or all or nothing where they are not drawn on."""
    if reward.consumes_lots:
        draws = state.draw(lots, reward.receiver, reward.entitlement, reward.day)
        pay_drawn(state, reward, draws)
    else:
        reward.paid = reward.entitlement if reward.receiver in held else 0
        lines = issue_lines(reward.receiver, reward.kind, reward.paid)
        state.post(Transfer(reward.day, reward.kind_key, reward.rule), *lines)
    missing = reward.entitlement - reward.paid
    state.blocked[str(reward.day), reward.receiver, reward.rule] += missing
    reward.waiting = missing if reward.held else 0


def pay_drawn(state: ParkingState, reward: Reward, draws: list[Draw]) -> None:
    """Turn drawn locked points into free points of the reward's kind."""
    paid = sum(draw.amount for draw in draws)
    reward.paid += paid
    reward.draws += draws
    state.post(Transfer(reward.day, reward.lot_key, reward.rule), *drawn_lines(draws))
    state.post(Transfer(reward.day, reward.kind_key, reward.rule), *issue_lines(reward.receiver, reward.kind, paid))


def pay_what_waits(state: ParkingState, lots: list[Lot], day: date) -> None:
    """Pay waiting parts as far as lots still hold something, the oldest day first; in one transfer."""
    for reward in state.rewards:
        if reward.waiting == 0 or reward.day == day:
            continue
        draws: list[Draw] = []
        if reward.consumes_lots:
            draws = state.draw(lots, reward.receiver, reward.waiting, day)
            paid = sum(draw.amount for draw in draws)
        else:
            held = sum(lot.remaining for lot in lots if lot.member == reward.receiver)
            paid = reward.waiting if held > 0 else 0
        reward.waiting -= paid
        reward.paid += paid
        reward.draws += draws
        key = f"{state.programme.code}/{day}/{reward.rule}/{reward.receiver}/{reward.day}"
        lines = [*drawn_lines(draws), *issue_lines(reward.receiver, reward.kind, paid)]
        state.post(Transfer(day, key, reward.rule), *lines)
