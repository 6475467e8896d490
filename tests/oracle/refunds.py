"""Refunds: what an order moved goes back in proportion, as far as the policy says."""

from datetime import date
from fractions import Fraction

from tests.oracle.state import (
    FEN_PER_CNY,
    Draw,
    Line,
    Order,
    Posting,
    Row,
    Rule,
    State,
    Transfer,
    floor,
    minor_units,
)


def apply_refund(state: State, row: Row, day: date) -> None:
    """Take back, in order: points spent, volume, the lot, the rewards of others."""
    order = state.orders[row["order"]]
    order.refunds += 1
    rule: Rule | None = state.programme.document.get("refund")
    if order.refused or rule is None:
        state.refused.add((f"refund {order.code}/{order.refunds}", order.member))
        return

    key = f"{state.programme.code}/refund/{order.code}/{order.refunds}"
    policy = rule["policy"]
    order.refunded += Fraction(minor_units(row["amount"], 2), FEN_PER_CNY)
    return_points_spent(state, order, Transfer(day, f"{key}/points_paid", "refund"))
    if order.lot is not None:
        take_back_lot(state, order, policy, Transfer(day, key, "refund"))
        if policy != "only_locked":
            reverse_rewards(state, order, policy, Transfer(day, key, "refund"))
    state.repay_debts(day, key)


def return_points_spent(state: State, order: Order, transfer: Transfer) -> None:
    """Give the buyer the points that were spent on the refunded part."""
    back = floor(order.points_paid * order.fraction_refunded) - order.points_back
    order.points_back += back
    if back:
        state.post(
            transfer,
            Line("programme:spent", order.points_kind, "free", -back),
            Line(order.member, order.points_kind, "free", back),
        )


def take_back_lot(state: State, order: Order, policy: str, refund: Transfer) -> None:
    """Cancel what is still locked, and claim the rest from the owner's free points."""
    lot = order.lot
    assert lot is not None
    cut = floor(lot.granted * order.fraction_refunded) - order.grant_cut
    order.grant_cut += cut
    cancelled = min(lot.remaining, cut)
    if cancelled:
        lot.cancelled += cancelled
        lot.note_closing(refund.day)
        state.post(
            Transfer(refund.day, f"{refund.key}/lot", "refund"),
            Line(lot.member, lot.kind, "locked", -cancelled, lot.order),
            Line("programme:issued", lot.kind, "free", cancelled, lot.order),
        )
    claim = cut - cancelled
    if policy == "only_locked" or claim == 0:
        return
    lot.claimed += claim
    there, lent = collect(state, (lot.member, lot.kind), claim, policy)
    state.post(
        Transfer(refund.day, f"{refund.key}/claim", "refund"),
        Line(lot.member, lot.kind, "free", -there),
        Line("programme:debts", lot.kind, "free", -lent),
        Line("programme:issued", lot.kind, "free", there + lent),
    )


def collect(state: State, account: tuple[str, str], demanded: int, policy: str) -> tuple[int, int]:
    """Split a demand into what free points give and what `programme:debts` lends; record the rest."""
    there = min(state.free(*account), demanded)
    missing = demanded - there
    if policy == "debt":
        state.owed[account] += missing
        return there, missing
    state.written_off[account] += missing
    return there, 0


def reverse_rewards(state: State, order: Order, policy: str, refund: Transfer) -> None:
    """Take each reward back in the proportion in which it came from the order's lot."""
    for posting in state.postings:
        if order.code not in posting.parts:
            continue
        share = posting.parts[order.code] / sum(posting.parts.values())
        whole = posting.entitlement if posting.held else posting.paid
        taken = floor(whole * share * order.fraction_refunded)
        demand = taken - posting.taken[order.code]
        posting.taken[order.code] = taken

        dropped = min(posting.waiting, demand)
        posting.waiting -= dropped
        key = f"{refund.key}/{posting.key(state.programme.code)}"
        give_back(state, posting, demand - dropped, (policy, Transfer(refund.day, key, "refund")))


def give_back(state: State, posting: Posting, demand: int, terms: tuple[str, Transfer]) -> None:
    """Return paid points to the lots they were drawn from, the newest draw first."""
    while demand > 0:
        draw = posting.draws[-1]
        piece = min(draw.amount, demand)
        demand -= piece
        draw.amount -= piece
        if draw.amount == 0:
            posting.draws.pop()
        return_piece(state, Draw(draw.lot, piece), terms)


def return_piece(state: State, piece: Draw, terms: tuple[str, Transfer]) -> None:
    """Return one piece to its lot; what was already claimed of the lot no longer stands."""
    policy, transfer = terms
    lot = piece.lot
    void = min(piece.amount, lot.claimed)
    lot.claimed -= void
    there, lent = collect(state, (lot.member, lot.kind), piece.amount - void, policy)
    if there + lent == 0:
        return
    lot.accelerated -= there + lent
    lot.note_closing(transfer.day)
    state.post(
        transfer,
        Line(lot.member, lot.kind, "free", -there),
        Line("programme:debts", lot.kind, "free", -lent),
        Line(lot.member, lot.kind, "locked", there + lent, lot.order),
    )
