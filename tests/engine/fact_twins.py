"""Plain twins of the rules that answer facts: a dictionary of balances, and one sum at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor

from jifen.engine.facts import DeclaredValue
from jifen.engine.kinds import PointKind
from jifen.engine.lines import ADJUSTED, CONVERTED, DEBTS, ISSUED, SPENT, WITHDRAWN
from jifen.engine.rule import ActionFact

POINTS = "points"


@dataclass
class Purses:
    """Free points of each party and kind, and what members owe; accounts of the programme are parties as well."""

    free: defaultdict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))
    debts: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    held: defaultdict[tuple[int, str], int] = field(default_factory=lambda: defaultdict(int))

    def move(self, giver: int, taker: int, kind: str, amount: int) -> None:
        """Move free points."""
        self.free[giver, kind] -= amount
        self.free[taker, kind] += amount

    def pay_debts(self, member: int) -> None:
        """Pay what a member owes from what it has."""
        due = min(self.debts[member], self.free[member, POINTS])
        self.debts[member] -= due
        self.move(member, DEBTS, POINTS, due)


def plain_adjustment(purses: Purses, action: ActionFact) -> bool:
    """Give or take; return whether it was done."""
    if purses.free[action.member, action.kind] + action.amount < 0:
        return False
    purses.move(ADJUSTED, action.member, action.kind, action.amount)
    purses.pay_debts(action.member)
    return True


def plain_member_transfer(purses: Purses, action: ActionFact, kind: PointKind) -> bool:
    """Move points to another member, who pays debts of them."""
    enough = purses.free[action.member, action.kind] >= action.amount
    if not kind.transferable or action.member == action.to_member or not enough:
        return False
    purses.move(action.member, action.to_member, action.kind, action.amount)
    purses.pay_debts(action.to_member)
    return True


def plain_withdrawal(purses: Purses, action: ActionFact, kind: PointKind) -> bool:
    """Let points leave, at once or after they were held."""
    mine = action.member, action.kind
    from_held = action.action in ("pay_withdrawal", "return_withdrawal")
    purse = purses.held if from_held else purses.free
    if purse[mine] < action.amount or not (from_held or kind.withdrawable):
        return False
    purse[mine] -= action.amount
    if action.action == "hold_withdrawal":
        purses.held[mine] += action.amount
    elif action.action == "return_withdrawal":
        purses.free[mine] += action.amount
        purses.pay_debts(action.member)
    else:
        purses.free[WITHDRAWN, action.kind] += action.amount
    return True


def plain_reserve(share: Fraction, cash: int) -> tuple[int, int]:
    """Keep a share of a payment, rounded up; the rest stays."""
    kept = ceil(share * cash)
    return kept, cash - kept


def plain_price(declared: Sequence[DeclaredValue], name: str, at: int) -> DeclaredValue | None:
    """Return of the values in force the one that starts last."""
    in_force = [value for value in declared if value.name == name and value.starts_at <= at < value.ends_at]
    return max(in_force, key=lambda value: value.starts_at, default=None)


def plain_convert(purses: Purses, action: ActionFact, declared: Sequence[DeclaredValue], minutes_max: int) -> bool:
    """Turn points (4 decimals) into the token (8 decimals) at the price in force."""
    price = plain_price(declared, "token_price", action.at)
    if (action.kind, action.to_kind) != (POINTS, "token") or price is None:
        return False
    minutes_old = Fraction(action.at - price.starts_at, 60_000_000)
    if minutes_max and minutes_old > minutes_max:
        return False
    bought = floor(Fraction(action.amount, 10**4) / price.value * 10**8)
    if bought == 0 or purses.free[action.member, POINTS] < action.amount:
        return False
    purses.move(action.member, CONVERTED, POINTS, action.amount)
    purses.move(ISSUED, action.member, "token", bought)
    return True


def plain_freeze(frozen: set[int], action: ActionFact) -> set[int]:
    """Return who is frozen after a freeze or an unfreeze."""
    return frozen | {action.member} if action.action == "freeze" else frozen - {action.member}


def plain_repurchase(purses: Purses, buyer: int, points_paid: int, most: int) -> bool:
    """Take the part of an order that is paid in points, if it is not too much."""
    if points_paid > most or purses.free[buyer, POINTS] < points_paid:
        return False
    purses.move(buyer, SPENT, POINTS, points_paid)
    return True


def plain_grant_locked(tiers: Sequence[tuple[int, Fraction]], amount: int, scale: int) -> int:
    """Return what an order of `amount` fen grants; `tiers` are (least fen, multiple)."""
    multiple = Fraction(0)
    for least, of_tier in tiers:
        if amount >= least:
            multiple = of_tier
    return floor(amount * scale * multiple)
