"""Refunds in the parking programmes: devices, lots, the referrer's bonus and what closes paid go back in proportion."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from tests.oracle.parking_state import ParkingOrder, ParkingState, Reward
from tests.oracle.refunds import return_points_spent
from tests.oracle.state import FEN_PER_CNY, Draw, Line, Row, Rule, Transfer, floor, minor_units

ISSUED = "programme:issued"
DEBTS = "programme:debts"
POOL = "programme:pool"


def apply_refund(state: ParkingState, row: Row, day: date) -> None:
    """Take back, in order: points spent, devices, the lot, the bonus, what closes paid."""
    order = state.orders[row["order"]]
    assert isinstance(order, ParkingOrder)
    order.refunds += 1
    rule: Rule | None = state.programme.document.get("refund")
    if order.refused or rule is None:
        state.refused.add((f"refund {order.code}/{order.refunds}", order.member))
        return

    key = f"{state.programme.code}/refund/{order.code}/{order.refunds}"
    policy = rule["policy"]
    units, before = order.standing_units, order.fraction_refunded
    order.refunded += Fraction(minor_units(row["amount"], 2), FEN_PER_CNY)
    state.month_units[order.member] -= units - order.standing_units
    back = order.points_back
    return_points_spent(state, order, Transfer(day, f"{key}/points_paid", "refund"))
    if order.lot is not None:
        refund = Transfer(day, key, "refund")
        take_back_lot(state, order, policy, refund)
        if policy != "only_locked":
            if order.bonus is not None:
                take_back_bonus(state, order, before, (policy, refund))
            for reward in in_order_of_claims(state):
                take_back_reward(state, order, reward, (policy, refund))
    if order.points_back > back:
        state.pay_debts(day, key, [order.member])


def take_back_lot(state: ParkingState, order: ParkingOrder, policy: str, refund: Transfer) -> None:
    """Cancel what is still locked, and claim the rest from all that rules have paid the owner."""
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
            Line(ISSUED, lot.kind, "free", cancelled, lot.order),
        )
    claim = cut - cancelled
    if policy == "only_locked" or claim == 0:
        return
    lot.claimed += claim
    lines, missing = [], claim
    for kind in claimed_kinds(state):
        there = min(state.free(lot.member, kind), missing)
        missing -= there
        lines += take_lines(lot.member, kind, there)
    if lend(state, lot.member, missing, policy):
        lines += [Line(DEBTS, lot.kind, "free", -missing), Line(ISSUED, lot.kind, "free", missing)]
    state.post(Transfer(refund.day, f"{refund.key}/claim", "refund"), *lines)


def claimed_kinds(state: ParkingState) -> list[str]:
    """Return the kind of lots, then the others that rules pay into, as the document orders them."""
    paid: set[str] = set()
    document = state.programme.document
    for section in ("on_order", "daily", "monthly"):
        for rule in document.get(section, []):
            if rule["use"] in {"spend", "grant_units"}:
                continue
            paid |= {rule.get("kind", ""), rule.get("second_kind", "")}
    return [state.lot_kind, *(kind for kind in document["points"] if kind in paid and kind != state.lot_kind)]


def take_lines(member: str, kind: str, amount: int) -> list[Line]:
    return [Line(member, kind, "free", -amount), Line(ISSUED, kind, "free", amount)] if amount else []


def lend(state: ParkingState, member: str, missing: int, policy: str) -> int:
    """Record what is missing; return what `programme:debts` lends of it."""
    account = (member, state.lot_kind)
    if policy == "debt":
        state.owed[account] += missing
        return missing
    state.written_off[account] += missing
    return 0


def take_back_bonus(state: ParkingState, order: ParkingOrder, before: Fraction, terms: tuple[str, Transfer]) -> None:
    """Take the bonus back in both of its kinds (S0-30)."""
    bonus = order.bonus
    assert bonus is not None
    whole = [floor(bonus.paid * fraction) for fraction in (before, order.fraction_refunded)]
    seconds = [floor(taken * bonus.second_share) for taken in whole]
    demand = min(whole[1] - whole[0], bonus.stands)
    bonus.taken[order.code] += demand
    take_back(state, bonus, (demand, seconds[1] - seconds[0]), terms)


def in_order_of_claims(state: ParkingState) -> list[Reward]:
    """Rewards are kept in this order: by day, by rule in order of payment, by member."""
    return list(state.rewards)


def take_back_reward(state: ParkingState, order: ParkingOrder, reward: Reward, terms: tuple[str, Transfer]) -> None:
    """Take back what the reward had of this order's devices."""
    if order.code not in reward.parts:
        return
    share = reward.parts[order.code] / reward.base
    whole = reward.entitlement if reward.held else reward.paid
    asked = floor(whole * share * order.fraction_refunded) - reward.taken[order.code]
    demand = max(0, min(asked, reward.stands))
    reward.taken[order.code] += demand
    dropped = min(reward.waiting, demand)
    reward.waiting -= dropped
    take_back(state, reward, (demand - dropped, 0), terms)


def take_back(state: ParkingState, reward: Reward, demands: tuple[int, int], terms: tuple[str, Transfer]) -> None:
    """Return what the receiver still has free to the lots it was drawn from, the newest draw first."""
    policy, refund = terms
    demand, second = demands
    pieces = pop_draws(reward, demand) if reward.consumes_lots else []
    for piece in pieces:
        void = min(piece.amount, piece.lot.claimed)  # was claimed of this lot already, and no longer stands
        piece.lot.claimed -= void
        piece.amount -= void
        demand -= void
    second = min(second, demand)
    lines = []
    taken = 0
    for kind, amount in ((reward.kind, demand - second), (reward.second_kind, second)):
        there = min(state.free(reward.receiver, kind), amount)
        taken += there
        lines.append((kind, there))
    lent = lend(state, reward.receiver, demand - taken, policy)
    back = return_to_lots(pieces, taken + lent, refund.day)
    post_reversal(state, reward, (lines, back, lent), refund)


def pop_draws(reward: Reward, demand: int) -> list[Draw]:
    """Take the newest draws off the reward, as many as the demand."""
    pieces = []
    while demand > 0:
        draw = reward.draws[-1]
        piece = min(draw.amount, demand)
        demand -= piece
        draw.amount -= piece
        if draw.amount == 0:
            reward.draws.pop()
        pieces.append(Draw(draw.lot, piece))
    return pieces


def return_to_lots(pieces: list[Draw], amount: int, day: date) -> list[Line]:
    """Put back what was really taken; return the rows."""
    lines = []
    for piece in pieces:
        part = min(piece.amount, amount)
        amount -= part
        if part:
            piece.lot.accelerated -= part
            piece.lot.note_closing(day)
            lines.append(Line(piece.lot.member, piece.lot.kind, "locked", part, piece.lot.order))
    return lines


def post_reversal(
    state: ParkingState, reward: Reward, moved: tuple[list[tuple[str, int]], list[Line], int], refund: Transfer
) -> None:
    """Book the two sides of a reversal under the keys of what they reverse."""
    taken, back, lent = moved
    lot_side = list(back)
    lot_side.append(Line("programme:converted", state.lot_kind, "free", -sum(line.amount for line in back)))
    counter = "programme:converted" if reward.consumes_lots else ISSUED
    lent_side = [Line(DEBTS, state.lot_kind, "free", -lent), Line(counter, state.lot_kind, "free", lent)]
    kind_side = [line for kind, amount in taken for line in take_lines(reward.receiver, kind, amount)]
    pool_side = []
    if reward.pool:  # back into the pool that paid it, and out of the pool again
        amount = sum(amount for _, amount in taken)
        through = Line(POOL, reward.kind, "free", amount)
        kind_side = [Line(reward.receiver, reward.kind, "free", -amount), through]
        pool_side = [replace(through, amount=-amount), Line(ISSUED, reward.kind, "free", amount)]
    for key, lines in (
        (reward.lot_key, lot_side),
        (reward.kind_key, kind_side),
        (f"debt/{reward.lot_key}", lent_side),
        (f"pool/{reward.lot_key}", pool_side),
    ):
        state.post(Transfer(refund.day, f"{refund.key}/{key}", "refund"), *lines)
