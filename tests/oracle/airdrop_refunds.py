"""Refunds in the airdrop programmes: packs, grants and the rewards of others go back in steps."""

from datetime import date
from fractions import Fraction

from tests.oracle.airdrop_facts import pack_parts
from tests.oracle.airdrop_state import DEBTS, FREE, FROZEN, ISSUED, SPENT, AirdropOrder, AirdropState, Reward
from tests.oracle.state import FEN_PER_CNY, Line, Row, Rule, Transfer, floor, minor_units


def apply_refund(state: AirdropState, row: Row, day: date) -> None:
    """Take back, in order: points spent, packs, what the concession gave, rewards of others."""
    order = state.orders[row["order"]]
    assert isinstance(order, AirdropOrder)
    order.refunds += 1
    rule: Rule | None = state.programme.document.get("refund")
    if order.refused or rule is None:
        state.refused.add((f"refund {order.code}/{order.refunds}", order.member))
        return

    refund = Transfer(day, f"{state.programme.code}/refund/{order.code}/{order.refunds}", "refund")
    before = order.refunded_fen
    order.refunded += Fraction(minor_units(row["amount"], 2), FEN_PER_CNY)
    came_back = return_points_spent(state, order, part_of(refund, "points_paid"))
    take_back_pack(state, order, before, refund)
    take_back_concession(state, order, before, refund)
    if rule["policy"] != "only_locked":
        for reward in state.rewards:
            take_back_reward(state, order, reward, (rule["policy"], refund))
    if came_back:
        state.pay_debts(day, refund.key, [order.member])


def part_of(refund: Transfer, name: str) -> Transfer:
    return Transfer(refund.day, f"{refund.key}/{name}", refund.rule)


def step(order: AirdropOrder, whole: int, before: int) -> int:
    """Return what this refund takes of the whole: the floors before and after it differ by that."""
    return whole * order.refunded_fen // order.fen - whole * before // order.fen


def return_points_spent(state: AirdropState, order: AirdropOrder, transfer: Transfer) -> bool:
    """Give back the points that paid the refunded part; say whether there were any."""
    back = order.points_paid * order.refunded_fen // order.fen - order.points_back
    order.points_back += back
    if back:
        kind = order.points_kind
        state.post(transfer, Line(SPENT, kind, FREE, -back), Line(order.member, kind, FREE, back))
    return back > 0


def take_back_pack(state: AirdropState, order: AirdropOrder, before: int, refund: Transfer) -> None:
    """Take back what the returned part of packs gave: what was frozen out of the frozen first."""
    for kind, where, amount in pack_parts(state, order):
        due = step(order, amount, before)
        take_back(state, (order.member, kind, where), due, (part_of(refund, "pack"), "pack_grant"))


def take_back_concession(state: AirdropState, order: AirdropOrder, before: int, refund: Transfer) -> None:
    """Take back what buyer and store got for the refunded part of the concession."""
    owner = state.stores[order.store].owner if order.store else ""
    for party, amount in ((order.member, order.weight), (owner, order.store_weight)):
        rule = state.programme.rule("on_order", "concession_grant")
        if rule is None or amount == 0:
            continue
        due = step(order, amount, before)
        take_back(state, (party, rule["kind"], FREE), due, (part_of(refund, "concession"), "concession_grant"))


def take_back(state: AirdropState, account: tuple[str, str, str], due: int, why: tuple[Transfer, str]) -> None:
    """Take back what an order gave, by the policy: what is missing is owed or lost, or only the frozen is taken."""
    (party, kind, where), (transfer, rule) = account, why
    policy = state.programme.document["refund"]["policy"]
    if policy == "only_locked":
        due = min(due, state.balances[party, kind, FROZEN]) if where == FROZEN else 0
    missing = take(state, account, due, (transfer, ISSUED))
    if policy == "debt" and kind == state.lot_kind:
        state.owed[party, kind] += missing
        state.post(transfer, Line(DEBTS, kind, FREE, -missing), Line(ISSUED, kind, FREE, missing))
    else:
        state.miss(Transfer(transfer.day, transfer.key, rule), party, kind, missing)


def take_back_reward(state: AirdropState, order: AirdropOrder, reward: Reward, terms: tuple[str, Transfer]) -> None:
    """Take back what the reward had of this order, and give it to the account that paid."""
    if order.code not in reward.parts:
        return
    policy, refund = terms
    share = reward.parts[order.code] / sum(reward.parts.values(), start=Fraction(0))
    asked = floor(reward.paid * share * order.fraction_refunded) - reward.taken[order.code]
    due = max(0, min(asked, reward.stands))
    reward.taken[order.code] += due
    account = (reward.receiver, reward.kind, reward.gets)
    missing = take(state, account, due, (part_of(refund, reward.key), reward.account))
    if reward.kind != state.lot_kind:
        state.miss(Transfer(refund.day, refund.key, reward.rule), reward.receiver, reward.kind, missing)
        return
    lent = missing if policy == "debt" else 0
    state.owed[reward.receiver, reward.kind] += lent
    state.written_off[reward.receiver, reward.kind] += missing - lent
    lines = [Line(DEBTS, reward.kind, FREE, -lent), Line(reward.account, reward.kind, FREE, lent)]
    state.post(part_of(refund, f"debt/{reward.key}"), *lines)


def take(state: AirdropState, account: tuple[str, str, str], due: int, into: tuple[Transfer, str]) -> int:
    """Take what is due as far as it is there, the frozen before the free; return what is missing."""
    (party, kind, where), (transfer, back_to) = account, into
    for place in (FROZEN, FREE) if where == FROZEN else (FREE,):
        there = min(due, state.balances[party, kind, place])
        due -= there
        state.post(transfer, Line(party, kind, place, -there), Line(back_to, kind, FREE, there))
    return due
