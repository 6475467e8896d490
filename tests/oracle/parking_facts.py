"""Orders of the parking programmes: paying in points, granting a lot, the referrer's bonus."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.oracle.parking_state import UNIT, ParkingOrder, ParkingState, Reward
from tests.oracle.state import FEN_PER_CNY, Draw, Line, Lot, Row, Rule, Transfer, floor, minor_units


def apply_order(state: ParkingState, row: Row, day: date) -> None:
    """Refuse the order, or let it do all that it does."""
    order = ParkingOrder(
        row["order"],
        row["member"],
        Fraction(minor_units(row["amount"], 2), FEN_PER_CNY),
        accepted_on=day,
        quantity=int(row.get("quantity") or "1"),
        channel=row.get("channel", ""),
    )
    state.orders[order.code] = order
    grant = state.programme.rule("on_order", "grant_units")
    order.of_units = grant is not None and row.get("product", "") == grant["product"]
    if not (fits_units(order, grant) and plain_spend(state, order, row, day)):
        order.refused = True
        state.refused.add((f"order {order.code}", order.member))
        return

    if order.of_units:
        assert grant is not None
        plain_grant_units(state, order, grant, day)
        state.month_units[order.member] += order.quantity
        bonus = state.programme.rule("on_order", "referral_bonus")
        if bonus is not None:
            plain_referral_bonus(state, order, bonus, day)


def fits_units(order: ParkingOrder, grant: Rule | None) -> bool:
    """Say whether an order of devices has the right channel and price."""
    if not order.of_units:
        return True
    assert grant is not None
    if grant.get("channel", "") and order.channel != grant["channel"]:
        return False
    return order.amount == order.quantity * Fraction(grant["price"])


def plain_spend(state: ParkingState, order: ParkingOrder, row: Row, day: date) -> bool:
    """Move the points paid to `programme:spent`; False when the order has to be refused."""
    pays = "units" if order.of_units else "goods"
    fitting = [rule for rule in state.rules("on_order", "spend") if rule["pays"] == pays]
    if Decimal(row.get("points_paid") or "0") == 0:
        return not fitting or any(least_share(rule) == 0 for rule in fitting)
    kind = row.get("points_kind", "") or (fitting[0]["kind"] if fitting else "")
    rules = [rule for rule in fitting if rule["kind"] == kind]
    if not rules:
        return False
    rule = rules[0]
    paid = minor_units(row["points_paid"], 4)
    whole = order.amount * UNIT
    if paid > floor(whole * Fraction(rule["share_max"])) or paid < -floor(-whole * least_share(rule)):
        return False
    if paid > state.free(order.member, kind):
        return False

    order.points_kind, order.points_paid = kind, paid
    state.post(
        Transfer(day, f"{state.programme.code}/order/{order.code}/spend", "spend"),
        Line(order.member, kind, "free", -paid),
        Line("programme:spent", kind, "free", paid),
    )
    return True


def least_share(rule: Rule) -> Fraction:
    return Fraction(rule.get("share_min", 0))


def plain_grant_units(state: ParkingState, order: ParkingOrder, rule: Rule, day: date) -> None:
    """Lock the multiple for this number of devices (S0-13, S0-D1)."""
    reached = [row for row in rule["tiers"] if row["quantity"] <= order.quantity]
    multiple = Fraction(max(reached, key=lambda row: int(row["quantity"]))["multiple"])
    granted = floor(order.amount * UNIT * multiple)
    kind = state.lot_kind
    order.lot = Lot(order.code, order.member, kind, day, granted)
    state.lots.append(order.lot)
    state.post(
        Transfer(day, f"{state.programme.code}/order/{order.code}/grant_units", "grant_units"),
        Line("programme:issued", kind, "free", -granted, order.code),
        Line(order.member, kind, "locked", granted, order.code),
    )


def plain_referral_bonus(state: ParkingState, order: ParkingOrder, rule: Rule, day: date) -> None:
    """Pay the direct referrer once, in two kinds, out of its own lots or beside them (S0-30, S0-62)."""
    receiver = state.referrer[order.member]
    if not receiver:
        return
    due = floor(order.amount * UNIT * bonus_rate(state, receiver, rule))
    consumes = bool(rule.get("consumes_lots", True))
    key = f"{state.programme.code}/order/{order.code}/referral_bonus"
    holds = state.locked_of(receiver)
    paid = min(due, holds) if consumes else (due if holds > 0 else 0)
    state.blocked[str(day), receiver, "referral_bonus"] += due - paid
    if paid == 0:
        return

    reward = Reward(
        day, "referral_bonus", receiver, rule["kind"], Fraction(1), {order.code: Fraction(1)}, due, key, key,
        consumes_lots=consumes, second_kind=rule.get("second_kind", ""),
        second_share=Fraction(rule.get("second_share", 0)), paid=paid,
    )  # fmt: skip
    order.bonus = reward
    lines = []
    if consumes:
        reward.draws = state.draw(state.lots, receiver, paid, day)
        lines += drawn_lines(reward.draws)
    second = floor(paid * reward.second_share)
    lines += issue_lines(receiver, reward.kind, paid - second)
    lines += issue_lines(receiver, reward.second_kind, second)
    state.post(Transfer(day, key, "referral_bonus"), *lines)


def drawn_lines(draws: list[Draw]) -> list[Line]:
    """Return the rows of locked points that become points of other kinds."""
    lines = [Line(draw.lot.member, draw.lot.kind, "locked", -draw.amount, draw.lot.order) for draw in draws]
    return [*lines, *(Line("programme:converted", draw.lot.kind, "free", draw.amount) for draw in draws)]


def issue_lines(member: str, kind: str, amount: int) -> list[Line]:
    """Return the rows that give a member new points of a kind, none for nothing."""
    if not amount:
        return []
    return [Line("programme:issued", kind, "free", -amount), Line(member, kind, "free", amount)]


def bonus_rate(state: ParkingState, member: str, rule: Rule) -> Fraction:
    """Return the rate of the highest listed rank that the member has reached, else the plain one."""
    table = [row["name"] for row in state.programme.document.get("ranks", {}).get("table", [])]
    rank = state.ranks.get(member, -1)
    listed = [(table.index(name), Fraction(rate)) for name, rate in rule.get("rank_rates", {}).items()]
    reached = [(place, rate) for place, rate in listed if place <= rank]
    return max(reached)[1] if reached else Fraction(rule["rate"])
