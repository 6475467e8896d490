"""What stores pay out at the close: shareholders, the partners' fund, the owner; and the partners' paydays."""

from calendar import monthrange
from datetime import date
from fractions import Fraction

from tests.oracle.growth_state import (
    DIVIDENDS,
    MONEY,
    PLATFORM,
    TAKINGS,
    GrowthState,
    Store,
    money,
)
from tests.oracle.state import FEN_PER_CNY, Rule, Transfer, floor

SUNDAY = 6
WHOLE = 10_000  # basis points


def close_stores(state: GrowthState, day: date) -> None:
    """Pay what every store took, by number; then share out the funds whose day it is."""
    partners = state.programme.rule("daily", "store_partners")
    for store in state.stores.values():
        if state.rules("daily", "store_takings") and store.turnover > 0 and store.net > 0:
            pay_store(state, store, day)
            store.turnover = store.net = 0
        if partners is not None and is_payday(partners, day):
            share_fund(state, store, partners, day)


def pay_store(state: GrowthState, store: Store, day: date) -> None:
    """Pay the shareholders of the turnover, the partners of the net, and the owner what is left (S1-29, S1-35)."""
    path = f"{state.programme.code}/{day}"
    rest = store.net
    shares = state.programme.rule("daily", "store_shares")
    if shares is not None:
        for member in [one for one in state.members if one in store.shares]:
            due = floor(store.turnover * Fraction(shares.get("share", "0.58")) * Fraction(store.shares[member], WHOLE))
            transfer = Transfer(day, f"{path}/store_shares/{store.code}/{member}", "store_shares")
            rest = pay_part(state, transfer, member, (due, rest))
        if store.initiator:
            due = floor(store.turnover * Fraction(shares.get("management", "0.02")))
            transfer = Transfer(day, f"{path}/store_management/{store.code}/{store.initiator}", "store_management")
            rest = pay_part(state, transfer, store.initiator, (due, rest))
    partners = state.programme.rule("daily", "store_partners")
    if partners is not None and store.partners:
        due = floor(store.net * Fraction(partners.get("share", "0.15")))
        transfer = Transfer(day, f"{path}/store_partners/{store.code}", "store_partners")
        left = pay_part(state, transfer, DIVIDENDS, (due, rest))
        store.fund += rest - left
        rest = left
    transfer = Transfer(day, f"{path}/store/{store.code}", "store_takings")
    state.post(transfer, money(TAKINGS, -rest), money(store.owner or PLATFORM, rest))


def pay_part(state: GrowthState, transfer: Transfer, receiver: str, amounts: tuple[int, int]) -> int:
    """Pay what is due as far as something is left; return what is left then."""
    due, rest = amounts
    paid = min(due, rest)
    state.post(transfer, money(TAKINGS, -paid), money(receiver, paid))
    if receiver != DIVIDENDS:
        state.blocked[str(transfer.day), receiver, transfer.rule] += due - paid
    return rest - paid


def is_payday(rule: Rule, day: date) -> bool:
    if rule.get("every", "week") == "week":
        return day.weekday() == SUNDAY
    return day.day == monthrange(day.year, day.month)[1]


def share_fund(state: GrowthState, store: Store, rule: Rule, day: date) -> None:
    """Share the fund among the partners, evenly or by what they bought; the dust stays (S1-30)."""
    by_amount = rule.get("weights", "equal") == "amount"
    weights = {
        member: state.standing_at(store.code, member) if by_amount else 1
        for member in state.members
        if member in store.partners
    }
    fund, everybody = store.fund, sum(weights.values())
    if fund <= 0 or everybody == 0:
        return
    for member, weight in weights.items():
        paid = fund * weight // everybody
        store.fund -= paid
        key = f"{state.programme.code}/{day}/dividend/{store.code}/{member}"
        state.post(Transfer(day, key, "store_dividend"), money(DIVIDENDS, -paid), money(member, paid))
    assert state.free(DIVIDENDS, MONEY) >= 0


def find_partners(state: GrowthState) -> None:
    """Find who is a partner of which store until the next close (S1-28)."""
    rule = state.programme.rule("daily", "store_partners")
    for store in state.stores.values():
        store.partners = {member for member in state.members if rule and is_partner(state, store, rule, member)}


def is_partner(state: GrowthState, store: Store, rule: Rule, member: str) -> bool:
    own = [order for order in state.sold if order.is_split and (order.store, order.member) == (store.code, member)]
    if not own:
        return False
    if rule.get("product") and any(one.product == rule["product"] and one.standing_fen > 0 for one in own):
        return True
    threshold = Fraction(rule.get("threshold", 0)) * FEN_PER_CNY
    return 0 < threshold <= state.standing_at(store.code, member)
