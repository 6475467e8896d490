"""What members, stores, branches and head office ask: each is done, or refused and changes nothing (S3)."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from tests.oracle.alliance_facts import pay_at_once, pay_what_is_owed, plain_shareholder_income
from tests.oracle.alliance_state import (
    ADJUSTED,
    FEES,
    FREE,
    FROZEN,
    ISSUED,
    UNFUNDED,
    WITHDRAWN,
    AllianceState,
    Period,
    Store,
)
from tests.oracle.state import FEN_PER_CNY, Line, Row, Transfer, floor, minor_units

Step = Callable[[AllianceState, Row, Transfer], bool]
SHARES = 10_000  # an action names a share in hundredths of a percent


def apply_action(state: AllianceState, row: Row, number: int, day: date) -> None:
    """Do what is asked, or refuse it; the fact's transfer holds its day and key."""
    action, party = row["action"], row["party"]
    fact = Transfer(day, f"{state.programme.code}/action/{number}", "")
    rule = state.rule("freeze")
    stops = rule.get("stops", ["withdraw"]) if rule is not None else []
    named = "withdraw" if action == "hold_withdrawal" else action
    if (party in state.frozen and named in stops) or not STEPS[action](state, row, fact):
        state.refusals.append((f"action {number}", party))


def amount_of(state: AllianceState, row: Row) -> int:
    return minor_units(row["amount"] or "0", state.programme.decimals(row["points"]))


def part_of(fact: Transfer, name: str, rule: str = "") -> Transfer:
    return Transfer(fact.day, f"{fact.key}/{name}", rule or name)


# Points of stores


def plain_point_sale(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """A store or a branch buys points by the price list of its class (S3-03, S3-10, S3-27)."""
    rule, store, kind = state.rule("point_sale"), state.stores[row["store"]], row["points"]
    if rule is None or kind != rule["kind"]:
        return False
    amount = amount_of(state, row)
    price = price_for(state, store, amount, kind)
    if price is None:
        return False
    points = Fraction(amount, state.programme.unit(kind))
    cost = -floor(-points * price * FEN_PER_CNY)
    source = ISSUED
    if store.branch:
        if state.within_reach(store.branch, kind) < amount:
            return False
        source = state.stores[store.branch].party
    lines = [Line(source, kind, FREE, -amount), Line(store.party, kind, FREE, amount)]
    state.post(part_of(fact, "point_sale"), *lines)
    store.paid += cost
    income = state.rule("shareholder_income")
    if income is not None and income.get("base", "top_up") == "top_up" and source == ISSUED:
        plain_shareholder_income(state, income, cost, (store.code, fact))
    pay_at_once(state, store, fact)
    return True


def price_for(state: AllianceState, store: Store, amount: int, kind: str) -> Fraction | None:
    """Return the price in CNY of a point, None where the list has none for so few, or for the buyer at all."""
    rule = state.rule("point_sale")
    assert rule is not None
    rows = [row for row in rule["prices"] if row["buyer"] == store.buyer]
    reached = [row for row in rows if state.minor(row.get("at_least", 0), kind) <= amount]
    return Fraction(max(reached, key=lambda row: Fraction(row.get("at_least", 0)))["price"]) if reached else None


def plain_branch_grant(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """Head office gives a branch its points in one go, with money behind them or without (S3-25)."""
    rule, store, kind = state.rule("branch_grant"), state.stores[row["store"]], row["points"]
    if rule is None or kind != rule["kind"] or not store.is_branch:
        return False
    amount, source = amount_of(state, row), UNFUNDED if row["role"] == "unfunded" else ISSUED
    lines = [Line(source, kind, FREE, -amount), Line(store.party, kind, FREE, amount)]
    state.post(part_of(fact, "branch_grant"), *lines)
    pay_at_once(state, store, fact)
    return True


def plain_branch_transfer(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """A branch hands points out to one of its stores, without a price (S3-25)."""
    rule, store, kind = state.rule("branch_transfer"), state.stores[row["store"]], row["points"]
    if rule is None or kind != rule["kind"] or not store.branch:
        return False
    amount, branch = amount_of(state, row), state.stores[store.branch]
    if state.within_reach(branch.code, kind) < amount:
        return False
    lines = [Line(branch.party, kind, FREE, -amount), Line(store.party, kind, FREE, amount)]
    state.post(part_of(fact, "branch_transfer"), *lines)
    pay_at_once(state, store, fact)
    return True


def plain_store_transfer(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """A store gives points to a member whom it registered (S3-11, S3-28)."""
    rule, store, kind, member = state.rule("store_transfer"), state.stores[row["store"]], row["points"], row["party"]
    if rule is None or kind != rule["kind"]:
        return False
    if rule.get("own_members_only", True) and state.home[member] != store.code:
        return False
    amount = amount_of(state, row)
    if state.float_of(store.code, kind) < amount:
        return False
    lines = [Line(store.party, kind, FREE, -amount), Line(member, kind, FREE, amount)]
    state.post(part_of(fact, "store_transfer"), *lines)
    state.pay_debts(fact.day, fact.key, [member])
    return True


def plain_credit_line(state: AllianceState, row: Row, _fact: Transfer) -> bool:
    """Head office lets a store give more than it holds (S3-Q3)."""
    rule, store, kind = state.rule("credit_line"), state.stores[row["store"]], row["points"]
    if rule is None or kind != rule["kind"]:
        return False
    amount = amount_of(state, row)
    if amount > state.minor(rule["most"], kind) or state.float_of(store.code, kind) < -amount:
        return False
    store.credit = amount
    return True


def pay_owed(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """A store pays grants that it owes, to all or to one member."""
    member = "" if row["party"] == "programme" else row["party"]
    return pay_what_is_owed(state, state.stores[row["store"]], member, fact) > 0


# Periods


def plain_period_settlement(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """The store's share of what it sold in [from, until), less that of what was refunded (S3-17)."""
    rule, store, until = state.rule("period_settlement"), state.stores[row["store"]], date.fromisoformat(row["until"])
    start = store.settled_until
    if rule is None or until <= start or until > fact.day:
        return False
    rate = Fraction(rule.get("rate", 0)) if store.rate is None else store.rate
    if int(row.get("share") or "0") > 0:
        rate = Fraction(int(row["share"]), SHARES)
    orders = [order for order in state.sold if order.store == store.code]
    sold = [order for order in orders if start <= order.day < until]
    sales, refunds, adjusted, less = sum(order.fen for order in sold), 0, 0, Fraction(0)
    stored = sum(state.fen_paid(order) for order in sold)
    for order in orders:
        for day, fen, back in order.returned:
            if not start <= day < until:
                continue
            stored -= back
            if order.day >= start:
                refunds += fen
                continue
            earlier = next(period for period in store.periods if period.start <= order.day < period.until)
            adjusted += fen
            less += fen * earlier.rate
    due = floor((sales - refunds) * rate - less)
    period = Period(store.code, start, until, rate, sales, refunds, adjusted, stored, due, len(sold))
    store.periods.append(period)
    state.closed.append(period)
    return True


# Members


def become_shareholder(state: AllianceState, row: Row, _fact: Transfer) -> bool:
    """Who pays the fee is a shareholder (S3-20)."""
    if state.rule("shareholder_income") is None or row["party"] in state.shareholders:
        return False
    state.shareholders.add(row["party"])
    return True


def leave_shareholders(state: AllianceState, row: Row, _fact: Transfer) -> bool:
    if state.rule("shareholder_income") is None or row["party"] not in state.shareholders:
        return False
    state.shareholders.remove(row["party"])
    return True


def plain_opening_balance(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """What a member, or a store, had before everything was recorded here."""
    kind, amount, transfer = row["points"], amount_of(state, row), part_of(fact, "opening_balance")
    of_float = row["action"] == "open_float"
    rule = state.rule("opening_balance")
    if rule is None or (of_float and kind != rule["kind"]):
        return False
    store = state.stores[row["store"]] if of_float else None
    source, party = UNFUNDED if kind == rule["kind"] else ISSUED, store.party if store else row["party"]
    state.post(transfer, Line(source, kind, FREE, -amount), Line(party, kind, FREE, amount))
    if store is not None:
        pay_at_once(state, store, fact)
    elif kind == state.lot_kind:
        state.pay_debts(fact.day, fact.key, [party])
    return True


def plain_top_up(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """A member's money is stored, up to a limit, or given back (S3-02)."""
    rule, kind, party, amount = state.rule("top_up"), row["points"], row["party"], amount_of(state, row)
    if rule is None or kind != rule["kind"]:
        return False
    free, most = state.free(party, kind), state.minor(rule.get("balance_max", 0), kind)
    if row["action"] == "return_top_up":
        if amount > free:
            return False
        amount = -amount
    elif most and free + amount > most:
        return False
    transfer = part_of(fact, "top_up", row["action"])
    state.post(transfer, Line(ISSUED, kind, FREE, -amount), Line(party, kind, FREE, amount))
    if amount > 0:
        state.pay_debts(fact.day, fact.key, [party])
    return True


def adjust(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """An operator adds or takes free points."""
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if state.rule("adjustment") is None or state.free(party, kind) + amount < 0:
        return False
    lines = [Line(ADJUSTED, kind, FREE, -amount), Line(party, kind, FREE, amount)]
    state.post(part_of(fact, "adjustment"), *lines)
    state.pay_debts(fact.day, fact.key, [party])
    return True


def withdraw(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """Money leaves the programme, less the fee; or it is first held for that."""
    rule, action, kind, party = state.rule("withdrawal"), row["action"], row["points"], row["party"]
    leaves = action in {"withdraw", "hold_withdrawal"}
    if rule is None or (leaves and not state.programme.kind(kind).get("withdrawable", False)):
        return False
    amount, where = amount_of(state, row), FREE if leaves else FROZEN
    if amount > state.balances[party, kind, where]:
        return False
    net = floor(amount - amount * Fraction(rule.get("fee", 0)))
    lines = [Line(WITHDRAWN, kind, FREE, net), Line(FEES, kind, FREE, amount - net)]
    if action in {"hold_withdrawal", "return_withdrawal"}:
        lines = [Line(party, kind, FROZEN if leaves else FREE, amount)]
    names = {"hold_withdrawal": "withdrawal_hold", "return_withdrawal": "withdrawal_return"}
    transfer = part_of(fact, "withdrawal", names.get(action, "withdrawal"))
    state.post(transfer, Line(party, kind, where, -amount), *lines)
    if action == "return_withdrawal":
        state.pay_debts(fact.day, fact.key, [party])
    return True


def member_transfer(state: AllianceState, row: Row, fact: Transfer) -> bool:
    """Points of the stores are for their members, not to be passed on."""
    kind, party, to, amount = row["points"], row["party"], row["to"], amount_of(state, row)
    if state.rule("member_transfer") is None or not state.programme.kind(kind).get("transferable", False):
        return False
    if party == to or amount > state.free(party, kind):
        return False
    lines = [Line(party, kind, FREE, -amount), Line(to, kind, FREE, amount)]
    state.post(part_of(fact, "member_transfer"), *lines)
    state.pay_debts(fact.day, fact.key, [to])
    return True


def freeze(state: AllianceState, row: Row, _fact: Transfer) -> bool:
    if state.rule("freeze") is None:
        return False
    if row["action"] == "freeze":
        state.frozen.add(row["party"])
    else:
        state.frozen.discard(row["party"])
    return True


def move_referrer(state: AllianceState, row: Row, _fact: Transfer) -> bool:
    """The member, with everybody below, gets another referrer, or none."""
    member, to = row["party"], row["to"]
    if to and (to == member or member in state.ancestors(to)):
        return False
    state.referrer[member] = to
    return True


STEPS: dict[str, Step] = {
    "buy_points": plain_point_sale,
    "grant_points": plain_branch_grant,
    "hand_out": plain_branch_transfer,
    "give_points": plain_store_transfer,
    "set_credit": plain_credit_line,
    "pay_owed": pay_owed,
    "settle_period": plain_period_settlement,
    "become_shareholder": become_shareholder,
    "leave_shareholders": leave_shareholders,
    "open_balance": plain_opening_balance,
    "open_float": plain_opening_balance,
    "top_up": plain_top_up,
    "return_top_up": plain_top_up,
    "adjust": adjust,
    "withdraw": withdraw,
    "hold_withdrawal": withdraw,
    "pay_withdrawal": withdraw,
    "return_withdrawal": withdraw,
    "member_transfer": member_transfer,
    "freeze": freeze,
    "unfreeze": freeze,
    "move_referrer": move_referrer,
}
