"""Orders and actions: each is one fact that is applied, or refused and changes nothing."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.oracle.state import FEN_PER_CNY, Line, Lot, Order, Row, Rule, State, Transfer, floor, minor_units


def apply_member(state: State, row: Row) -> None:
    """A member joins, below a referrer or at the top."""
    state.members.append(row["member"])
    state.referrer[row["member"]] = row.get("referrer", "")


def apply_order(state: State, row: Row, day: date) -> None:
    """Take the points paid, and open the lot that the order earns."""
    order = Order(row["order"], row["member"], Fraction(minor_units(row["amount"], 2), FEN_PER_CNY))
    state.orders[order.code] = order
    if Decimal(row.get("points_paid") or "0") > 0 and not pay_with_points(state, order, row, day):
        order.refused = True
        state.refused.add((f"order {order.code}", order.member))
        return

    grant_locked(state, order, day)


def pay_with_points(state: State, order: Order, row: Row, day: date) -> bool:
    """Move the points paid to `programme:spent`; False when the order has to be refused."""
    programme = state.programme
    rule = programme.rule("on_order", "repurchase")
    if rule is None:
        return False
    kind = rule["kind"]
    paid = minor_units(row["points_paid"], programme.decimals(kind))
    most = floor(order.amount * programme.unit(kind) * Fraction(rule["points_share_max"]))
    if paid > most or paid > state.free(order.member, kind):
        return False

    order.points_kind, order.points_paid = kind, paid
    state.post(
        Transfer(day, f"{programme.code}/order/{order.code}/repurchase", "repurchase"),
        Line(order.member, kind, "free", -paid),
        Line("programme:spent", kind, "free", paid),
    )
    return True


def grant_locked(state: State, order: Order, day: date) -> None:
    """Lock the multiple of the order's tier; below the lowest tier there is no lot."""
    rule = state.programme.rule("on_order", "grant_locked")
    if rule is None:
        return
    reached = [tier for tier in rule["tiers"] if Fraction(tier["amount"]) <= order.amount]
    if not reached:
        return
    tier = max(reached, key=lambda tier: Fraction(tier["amount"]))
    kind = rule["kind"]
    granted = floor(order.amount * state.programme.unit(kind) * Fraction(tier["multiple"]))

    order.lot = Lot(order.code, order.member, kind, day, granted)
    state.lots.append(order.lot)
    state.post(
        Transfer(day, f"{state.programme.code}/order/{order.code}/grant_locked", "grant_locked"),
        Line("programme:issued", kind, "free", -granted, order.code),
        Line(order.member, kind, "locked", granted, order.code),
    )


def apply_action(state: State, row: Row, number: int, moment: datetime) -> None:
    """Do what a member or an operator asks, or refuse it."""
    action = row["action"]
    done = {
        "member_transfer": member_transfer,
        "withdraw": withdraw,
        "convert": convert,
        "adjust": adjust,
        "freeze": freeze,
        "unfreeze": freeze,
        "move_referrer": move_referrer,
    }[action]
    key = f"{state.programme.code}/action/{number}"
    freeze_rule = state.programme.rule("on_freeze", "freeze")
    stopped = freeze_rule is not None and row["party"] in state.frozen and action in freeze_rule["stops"]
    if stopped or not done(state, row, key, moment):
        state.refused.add((f"action {number}", row["party"]))
        return
    state.repay_debts(moment.date(), key)


def amount_of(state: State, row: Row) -> int:
    return minor_units(row["amount"], state.programme.decimals(row["points"]))


def member_transfer(state: State, row: Row, key: str, moment: datetime) -> bool:
    """Free points go to another member (S4-19)."""
    rule = state.programme.rule("on_transfer", "member_transfer")
    kind, party, to, amount = row["points"], row["party"], row["to"], amount_of(state, row)
    if rule is None or not state.programme.kind(kind).get("transferable", False):
        return False
    if party == to or amount > state.free(party, kind):
        return False

    state.post(
        Transfer(moment.date(), f"{key}/member_transfer", "member_transfer"),
        Line(party, kind, "free", -amount),
        Line(to, kind, "free", amount),
    )
    return True


def withdraw(state: State, row: Row, key: str, moment: datetime) -> bool:
    """Free points leave the programme."""
    rule = state.programme.rule("on_withdrawal", "withdrawal")
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if rule is None or not state.programme.kind(kind).get("withdrawable", False):
        return False
    if amount > state.free(party, kind):
        return False

    state.post(
        Transfer(moment.date(), f"{key}/withdrawal", "withdrawal"),
        Line(party, kind, "free", -amount),
        Line("programme:withdrawn", kind, "free", amount),
    )
    return True


def convert(state: State, row: Row, key: str, moment: datetime) -> bool:
    """Points become a token at the price in force (S4-28, S4-29)."""
    kind, into, party, amount = row["points"], row["to"], row["party"], amount_of(state, row)
    rule = conversion(state, kind, into)
    if rule is None:
        return False
    price = price_in_force(state, rule, moment)
    if price is None or amount > state.free(party, kind):
        return False
    given = floor(Fraction(amount, state.programme.unit(kind)) / price * state.programme.unit(into))
    if given < 1:
        return False

    state.post(
        Transfer(moment.date(), f"{key}/convert", "convert"),
        Line(party, kind, "free", -amount),
        Line("programme:converted", kind, "free", amount),
        Line("programme:issued", into, "free", -given),
        Line(party, into, "free", given),
    )
    return True


def conversion(state: State, kind: str, into: str) -> Rule | None:
    """Return the rule that turns the kind into the other, or None."""
    rules: list[Rule] = state.programme.document.get("on_convert", [])
    fitting = [rule for rule in rules if rule["kind"] == kind and rule["into"] == into]
    if not fitting:
        return None
    return fitting[0]


def price_in_force(state: State, rule: Rule, moment: datetime) -> Fraction | None:
    """Return the declared price at the moment, None when there is none or it is too old."""
    holding = [
        (begins(state, row), Fraction(Decimal(row["value"])))
        for row in state.declared
        if row["name"] == rule["price"] and begins(state, row) <= moment and not ended(state, row, moment)
    ]
    if not holding:
        return None
    since, price = max(holding)
    age_max = int(rule.get("price_age_minutes_max", 0))
    if age_max > 0 and moment - since > timedelta(minutes=age_max):
        return None
    return price


def has_time(text: str) -> bool:
    return len(text) > len("2026-03-01")


def begins(state: State, row: Row) -> datetime:
    return state.programme.moment(row["from"])


def ended(state: State, row: Row, moment: datetime) -> bool:
    """Say whether the declared row no longer holds; a `to` without a time ends with that day."""
    text = row.get("to", "")
    if not text:
        return False
    if has_time(text):
        return moment >= state.programme.moment(text)
    return moment >= state.programme.midnight(date.fromisoformat(text) + timedelta(days=1))


def adjust(state: State, row: Row, key: str, moment: datetime) -> bool:
    """An operator adds or takes free points (S4-27)."""
    rule = state.programme.rule("on_adjust", "adjustment")
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if rule is None or state.free(party, kind) + amount < 0:
        return False

    state.post(
        Transfer(moment.date(), f"{key}/adjustment", "adjustment"),
        Line("programme:adjusted", kind, "free", -amount),
        Line(party, kind, "free", amount),
    )
    return True


def freeze(state: State, row: Row, _key: str, _moment: datetime) -> bool:
    """What the rule stops for the member stops, or goes on (S4-21)."""
    if state.programme.rule("on_freeze", "freeze") is None:
        return False
    if row["action"] == "freeze":
        state.frozen.add(row["party"])
    else:
        state.frozen.discard(row["party"])
    return True


def move_referrer(state: State, row: Row, _key: str, _moment: datetime) -> bool:
    """The member, with everybody below, gets another referrer, or none."""
    member, to = row["party"], row["to"]
    if to and (to == member or member in state.ancestors(to)):
        return False
    state.referrer[member] = to
    return True
