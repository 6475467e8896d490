"""Plain twins of the rules of pools and stores: each says in a few lines of Fractions what the rule comes to."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def plain_profit_pool(
    pool: tuple[int, int], step: tuple[str, int], minted: Fraction, kept: Fraction
) -> tuple[int, int, int]:
    """Return money and supply after an order's share or a sale, and what was granted or paid for it (S1-05 … S1-08)."""
    (money, supply), (what, amount) = pool, step
    price = Fraction(money, supply)
    if what == "share":
        granted = floor(amount * minted / price)
        return money + amount, supply + granted, granted
    paid = floor(amount * price * (1 - kept))
    return money - paid, supply - amount, paid


def plain_subsidy(before: int, amount: int) -> int:
    """Return a member's points after a subsidy (S1-12)."""
    return before + amount


def plain_card_grant(before: int, action: str, amount: int) -> int:
    """Return a member's points after a card brought some, or was given back: never less than nothing (S1-33)."""
    return before + amount if action == "card_grant" else max(0, before - amount)


def plain_new_user_reward(orders: Sequence[int], rate: Fraction) -> int:
    """Return what bringing a customer earns: a share of the first order alone (S1-31)."""
    return floor(orders[0] * rate) if orders else 0


def plain_card_reward(cards: Sequence[int], rate: Fraction) -> int:
    """Return what cards earn, each by itself (S1-32)."""
    return sum(floor(price * rate) for price in cards)


def plain_store_shares(turnover: int, shares: Sequence[Fraction], share: Fraction, management: Fraction) -> list[int]:
    """Return what shareholders get, the first being the initiator, who gets its management besides (S1-35, S1-36)."""
    parts = [floor(turnover * share * one) for one in shares]
    return [parts[0] + floor(turnover * management), *parts[1:]] if parts else []


def plain_store_partners(net: int, share: Fraction) -> int:
    """Return what is set aside for partners (S1-29)."""
    return floor(net * share)


def plain_store_takings(net: int, paid: Sequence[int]) -> int:
    """Return what is left to the store's owner (S1-27)."""
    return net - sum(paid)
