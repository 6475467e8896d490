"""How many equal orders lie between a holding and its forced exit, by doing them one after the other (S1-09, S1-11)."""

from collections.abc import Sequence
from typing import NamedTuple

from jifen.engine.amounts import Rate
from jifen.engine.pool import SUPPLY_MAX

ORDERS_MAX = 100_000
STRIDE = 512  # orders between two looks; the price never falls, so nobody is passed over


class Holder(NamedTuple):
    """A holding in minor units of points, and its consumption in fen."""

    points: int
    consumption: int


class State(NamedTuple):
    """A pool at some moment: money in fen, supply in minor units."""

    money: int
    supply: int

    def after(self, orders: int, share: int, minted: Rate) -> "State":
        """Return the pool after so many further orders with the same share, when nobody sells."""
        money, supply = self
        granted, den = share * minted.num, minted.den
        for _ in range(orders):
            points = granted * supply // (den * money)
            if supply + points <= SUPPLY_MAX:
                supply += points
            money += share
        return State(money, supply)

    def reaches(self, holder: Holder, multiple: Rate) -> bool:
        """Return whether a holding is worth its multiple of the consumption."""
        return self.money * holder.points * multiple.den >= multiple.num * holder.consumption * self.supply


def orders_until_exit(
    state: State, holders: Sequence[Holder], *, share: int, minted: Rate, multiple: Rate
) -> list[int | None]:
    """Return after how many equal orders each holding reaches its exit; None where ORDERS_MAX are too few.

    `share` is what each order gives to the pool, in fen. The holders come by exit price, the lowest first.
    """
    found: list[int | None] = []
    done = 0
    for holder in holders:
        assert holder.points > 0
        assert holder.consumption > 0
        while share and done < ORDERS_MAX and not state.reaches(holder, multiple):
            ahead = min(STRIDE, ORDERS_MAX - done)
            further = state.after(ahead, share, minted)
            if not further.reaches(holder, multiple):
                state, done = further, done + ahead
                continue
            while not state.reaches(holder, multiple):
                state, done = state.after(1, share, minted), done + 1
        found.append(done if state.reaches(holder, multiple) else None)
    return found
