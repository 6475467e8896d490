"""Refunds in the alliance programme: what was paid, what was given and what shareholders got go back in steps."""

from datetime import date
from fractions import Fraction

from tests.oracle.alliance_facts import pay_at_once
from tests.oracle.alliance_state import DEBTS, FREE, SPENT, AllianceOrder, AllianceState
from tests.oracle.state import FEN_PER_CNY, Line, Row, Rule, Transfer, floor, minor_units


def apply_refund(state: AllianceState, row: Row, day: date) -> None:
    """Take back, in order: points spent, the grant, the shares of shareholders."""
    order = state.orders[row["order"]]
    assert isinstance(order, AllianceOrder)
    order.refunds += 1
    rule: Rule | None = state.programme.document.get("refund")
    fact = f"refund {order.code}/{order.refunds}"
    if order.refused or rule is None:
        state.refusals.append((fact, order.member))
        return

    refund = Transfer(day, f"{state.programme.code}/refund/{order.code}/{order.refunds}", "refund")
    before, fen = order.refunded, minor_units(row["amount"], 2)
    order.refunded += Fraction(fen, FEN_PER_CNY)
    return_points_spent(state, order, refund)
    order.returned.append((day, fen, step(order, state.fen_paid(order), before)))
    take_back_grant(state, order, (before, rule["policy"]), refund)
    if rule["policy"] != "only_locked":
        take_back_rebates(state, order, before, (fact, refund))


def step(order: AllianceOrder, whole: int, before: Fraction) -> int:
    """Return what this refund takes of the whole: the floors before and after it differ by that."""
    return floor(whole * order.refunded / order.amount) - floor(whole * before / order.amount)


def return_points_spent(state: AllianceState, order: AllianceOrder, refund: Transfer) -> None:
    """Give back the points that paid the refunded part."""
    back = floor(order.points_paid * order.fraction_refunded) - order.points_back
    order.points_back += back
    if back:
        kind = order.points_kind
        lines = [Line(SPENT, kind, FREE, -back), Line(order.member, kind, FREE, back)]
        state.post(Transfer(refund.day, f"{refund.key}/points_paid", "refund"), *lines)
        state.pay_debts(refund.day, refund.key, [order.member])


def take_back_grant(state: AllianceState, order: AllianceOrder, terms: tuple[Fraction, str], refund: Transfer) -> None:
    """What is still owed is owed no longer; the rest the member gives back to the store, or comes to owe."""
    before, policy = terms
    due = step(order, order.grant, before)
    if due == 0:
        return
    store, member, rule = state.stores[order.store], order.member, state.rule("store_grant")
    assert rule is not None
    kind = rule["kind"]
    forgiven = min(due, store.owed.get(order.code, 0))
    if forgiven:
        store.owed[order.code] -= forgiven
        if store.owed[order.code] == 0:
            del store.owed[order.code]
    if policy == "only_locked":
        return
    taken = min(due - forgiven, state.free(member, kind))
    missing = due - forgiven - taken
    lent = missing if policy == "debt" else 0
    state.owed[member, kind] += lent
    state.written_off[member, kind] += missing - lent
    lines = [
        Line(member, kind, FREE, -taken),
        Line(DEBTS, kind, FREE, -lent),
        Line(store.party, kind, FREE, taken + lent),
    ]
    state.post(Transfer(refund.day, f"{refund.key}/store_grant", "refund"), *lines)
    if taken + lent:
        pay_at_once(state, store, refund)


def take_back_rebates(state: AllianceState, order: AllianceOrder, before: Fraction, of: tuple[str, Transfer]) -> None:
    """Take back what shareholders got for the refunded part, as far as they have it."""
    fact, refund = of
    for rebate in order.rebates:
        due = step(order, rebate.amount, before)
        taken = min(due, state.free(rebate.receiver, rebate.kind))
        lines = [
            Line(rebate.receiver, rebate.kind, FREE, -taken),
            Line(rebate.account, rebate.kind, FREE, taken),
        ]
        state.post(Transfer(refund.day, f"{refund.key}/shareholder_income/{rebate.level}", "refund"), *lines)
        state.block(fact, rebate.receiver, "shareholder_income", (rebate.kind, due - taken))
