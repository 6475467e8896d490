"""The figures of the page on the profit pool, computed again (S1-D1 … S1-D5)."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from jifen.engine.amounts import Rate
from jifen.engine.pool import Pool

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "profit-pool.md"
UNIT = 10**8
SPENT, SHARE = 100_000, 16_000  # fen: each order, and what of it feeds the pool
MINTED, KEPT = Rate.parse("0.7"), Rate.parse("0.2")
HALF = Fraction(1, 2)


@dataclass
class Story:
    """Equal orders, one by each member; who left with which order, and what was paid."""

    pool: Pool = field(default_factory=lambda: Pool(100, UNIT))
    held: list[int] = field(default_factory=list)
    left: dict[int, tuple[int, int]] = field(default_factory=dict)  # by member: the order's number, and fen
    prices: dict[int, Fraction] = field(default_factory=dict)  # after so many orders

    def order(self, multiple: Rate) -> None:
        minted, member = self.pool.mintable(SHARE, MINTED), len(self.held)
        self.held.append(minted)
        self.pool.money, self.pool.supply = self.pool.money + SHARE, self.pool.supply + minted
        self.pool.queue.file(member, SPENT, minted, member)
        while (one := self.pool.queue.lowest()) is not None and self.pool.reaches(self.held[one], SPENT, multiple):
            self.left[one] = (len(self.held), self.sell(one))
        self.prices[len(self.held)] = Fraction(*self.pool.price) * UNIT / 100

    def sell(self, member: int) -> int:
        paid = self.pool.proceeds(self.held[member], KEPT)
        self.pool.money, self.pool.supply = self.pool.money - paid, self.pool.supply - self.held[member]
        self.held[member] = 0
        self.pool.queue.file(member, 0, 0, 0)
        return paid

    def all_sell(self, order: range) -> list[int]:
        """Return what each member got in all, fen."""
        return [self.sell(one) if self.held[one] else self.left[one][1] for one in order]


def story(orders: int, multiple: str = "1.2") -> Story:
    told = Story()
    for _ in range(orders):
        told.order(Rate.parse(multiple))
    return told


@cache
def long_story(multiple: str) -> Story:
    return story(100_000, multiple)


def said(text: str) -> bool:
    """Return whether the page says it, wherever its lines break."""
    return " ".join(text.split()) in " ".join(PAGE.read_text("utf-8").split())


def row(name: str) -> list[str]:
    (found,) = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(f"| {name} |")]
    return [cell.strip() for cell in found.strip("|").split("|")][1:]


def money(fen: int | Fraction) -> str:
    return f"{int(fen + HALF) // 100:,}.{int(fen + HALF) % 100:02}"


def places(number: Fraction, digits: int = 6) -> str:
    whole, rest = divmod(int(number * 10**digits), 10**digits)
    return f"{whole}.{rest:0{digits}}"


def test_first_orders_and_prices() -> None:
    told = story(3)

    assert told.held == [112 * UNIT, 784 * UNIT // 10, 6664 * UNIT // 100]
    assert said(f"160 ÷ 112 = {places(told.prices[1])}…")
    assert said(f"The second is granted 78.4 points, the third 66.64; after it the price is {places(told.prices[3])}…")


@pytest.mark.parametrize(("multiple", "column"), [("1.2", 0), ("2", 1)])
def test_who_leaves_with_which_order(multiple: str, column: int) -> None:
    told, needed = long_story(multiple), Fraction(multiple) * 1000 / 112

    assert row("price that the first member's 112 points need")[column] == f"{float(needed):.6f}"
    assert row("reached with order")[column] == f"{told.left[0][0]:,}"
    assert row("the second member's, with order")[column] == f"{told.left[1][0]:,}"
    assert row("the tenth member's, with order")[column] == (f"{told.left[9][0]:,}" if 9 in told.left else "–")
    assert row("members who have left after 100,000 orders")[column] == f"{len(told.left)}, of 100,000"
    assert row("paid to the first one, who spent 1000")[column] == money(told.left[0][1])


def test_how_the_price_grows() -> None:
    prices = long_story("1.2").prices

    assert said(f"{places(prices[10])} after 10 orders, {places(prices[100])} after 100, {places(prices[1000])} after")
    assert said(f"{places(prices[10_000])} after 10,000 and {places(prices[100_000])} after 100,000")
    assert said(f"needs about {round((1.2 / 0.112) ** (1 / 0.3), -2):,.0f} times as many orders")
    assert Fraction(160, 960) == Fraction(1, 6)
    assert said("at most one in six")


ORDERS = {"in the order in which they came": range(10_000), "the last one first": range(9_999, -1, -1)}


@pytest.mark.parametrize("name", ORDERS)
def test_what_members_get_who_all_sell(name: str) -> None:
    paid = story(10_000).all_sell(ORDERS[name])

    assert sum(paid) <= 10_000 * SHARE
    assert row(name) == [
        money(Fraction(sum(paid), len(paid))),
        money(Fraction(median(paid))),
        str(sum(one >= SPENT for one in paid)),
    ]


def test_what_members_get_at_one_price() -> None:
    told = story(10_000)
    pool = told.pool
    paid = [pool.proceeds(held, KEPT) if held else told.left[member][1] for member, held in enumerate(told.held)]

    assert row("all at one moment, at one price") == [
        money(Fraction(sum(paid), len(paid))),
        money(Fraction(median(paid))),
        str(sum(one >= SPENT for one in paid)),
    ]


def test_who_sells_at_once_is_paid_nine_percent() -> None:
    told = story(1_001)

    assert round(told.sell(1_000) / 100, 1) == 89.6
    assert said("about 89.6 of 1000, or 9 %")
