"""Rewards that share in the orders of a day: what they have in common (S1-15, S1-16)."""

from abc import abstractmethod
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate, Share
from jifen.engine.facts import NOBODY
from jifen.engine.forest import Forest
from jifen.engine.lines import DISTRIBUTION, FREE, FROZEN, ISSUED, PLATFORM
from jifen.engine.rule import STRICT, Name, Of, OrderFact, Payout, Reach, Releases, Rule, Shares, Slug, Switch, Upline
from jifen.engine.trade import Market, Sale

WISH_MAX = 2**58  # minor units of tokens that a reward may come to at one close, before the reserve is looked at


class LotReward(Rule):
    """A reward for those who have something locked."""

    needs_lots: ClassVar[bool] = True
    paid_from: ClassVar[int] = ISSUED
    paid_as: ClassVar[str] = FREE


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TeamReward(Rule):
    """A reward of those above for what a team released, or for the amounts of its orders of the day (S1-16).

    Of releases it is drawn from the receiver's own lots. Of orders it is money out of their distribution part, for
    which nobody needs anything locked.
    """

    paid_as: ClassVar[str] = FREE

    of: Of = "released"
    payout: Payout = "ledger"

    @model_validator(mode="after")
    def _orders_alone_are_reported(self) -> "TeamReward":
        if self.of == "released" and self.payout != "ledger":
            raise PydanticCustomError("payout_of_releases", "a share of releases is paid in the ledger")
        if self.of == "amount" and getattr(self, "overflow", "lose") == "hold":
            raise PydanticCustomError("overflow_of_orders", "a share of orders needs no lot that it could wait for")
        return self

    @property
    def shares(self) -> Shares:
        """What it is a share of."""
        return self.of

    @property
    def consumes_lots(self) -> bool:
        """Whether it is drawn from the receiver's own lots."""
        return self.of == "released"

    @property
    def needs_lots(self) -> bool:
        """Whether only those are paid who have something locked."""
        return self.of == "released"

    @property
    def paid_from(self) -> int:
        """The account that gives what no lot gives."""
        return DISTRIBUTION if self.of == "amount" else ISSUED


class SaleReward(Rule):
    """A reward that depends on each order: on its store, its region or its product."""

    section: ClassVar[str] = "daily"
    consumes_lots: ClassVar[bool] = False
    needs_lots: ClassVar[bool] = False
    overflow: ClassVar[str] = "lose"

    @property
    @abstractmethod
    def shares(self) -> Shares:
        """What of an order it is a share of."""

    @abstractmethod
    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:
        """Return the denominators of the weights, one for each slot."""

    @abstractmethod
    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:
        """Return who shares in an order, with which weight."""

    def reach(self, upline: Upline, member: int) -> list[Reach]:  # noqa: ARG002 - what a member releases
        """Return nobody: only orders are shared in."""
        return []

    def bases(self, releases: Releases) -> list[dict[int, int]]:
        """Return for each slot the exact weighted base of each receiver."""
        assert releases.market is not None
        bases: list[dict[int, int]] = [{} for _ in self.denominators(releases.rates)]
        for sale in releases.market.sales:
            base = sale.base(self.shares)
            for reach in self.reach_sale(releases.forest, releases.market, sale) if base else ():
                of_slot = bases[reach.slot]
                of_slot[reach.receiver] = of_slot.get(reach.receiver, 0) + reach.weight * base
        return bases


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MoneyReward(SaleReward):
    """A reward in money, out of what an order's commission left for it (S1-15)."""

    by_generation: ClassVar[bool] = False
    kind: ClassVar[str] = ""  # of the lots, which is money wherever orders are divided
    paid_from: ClassVar[int] = DISTRIBUTION
    paid_as: ClassVar[str] = FREE

    payout: Payout = "ledger"

    @property
    def shares(self) -> Shares:
        """What of an order it is a share of."""
        return "amount"

    def run(self, releases: Releases, whole: NDArray[np.int64], rest: NDArray[np.int32]) -> None:
        """Fill the entitlements and their remainders, by position."""
        (bases,), (den,), position = self.bases(releases), self.denominators(()), releases.forest.layout.position
        for receiver, base in bases.items():
            whole[0, position[receiver]], rest[0, position[receiver]] = divmod(base, den)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Rebate(MoneyReward):
    """A share of what a sourced product cost, out of what it left to the platform (S1-26).

    `base` is the order's amount, or the part of it that was paid in points (S1-Q4).
    """

    paid_from: ClassVar[int] = PLATFORM

    rate: Share
    base: Literal["amount", "points"] = "amount"

    @property
    def shares(self) -> Shares:
        """What of an order it is a share of."""
        return self.base

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:  # noqa: ARG002 - for rules by rank
        """Return the denominator of the rate."""
        return (self.rate.den,)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Income(SaleReward):
    """A reward in points for what teams buy or sell, or for what their stores give up (S2-09 … S2-14, S2-52 … S2-57).

    `base` is an order's amount, its concession, or the points that its buyer got for that. Tokens that are worth a
    share (`priced`) are counted by the price of the day; all tokens come out of their reserve.
    """

    paid_from: ClassVar[int] = ISSUED
    payout: ClassVar[Payout] = "ledger"

    name: Slug
    kind: Name
    base: Literal["amount", "concession", "points"]
    priced: Switch = False
    packs: Switch = False  # whether orders of packs count
    paid_in_points: Switch = True  # whether the part of an amount that points paid counts (G9)
    frozen: Switch = False  # whether what it pays has to be unlocked (S2-37)

    @model_validator(mode="after")
    def _worth_money(self) -> "Income":
        if self.priced and self.base == "points":
            raise PydanticCustomError("priced_base", "what is worth a share is a share of money")
        if not self.paid_in_points and self.base != "amount":
            raise PydanticCustomError("paid_in_points_base", "paid_in_points is about amounts")
        return self

    @property
    def shares(self) -> Shares:
        """What of an order it is a share of."""
        return self.base if self.paid_in_points else "cash"

    @property
    def paid_as(self) -> str:
        """The state of what it pays."""
        return FROZEN if self.frozen else FREE

    def counts(self, sale: Sale) -> bool:
        """Return whether an order counts."""
        return self.packs or not sale.is_pack

    def run(
        self,
        releases: Releases,
        whole: NDArray[np.int64],
        rest: NDArray[np.int32],  # noqa: ARG002 - the exact bases are kept
    ) -> None:
        """Fill the entitlements by position, and keep the exact bases, of which rounding and price leave nothing."""
        assert releases.market is not None
        market, position = releases.market, releases.forest.layout.position
        unit = market.units[self.kind] if self.base != "points" else 1
        price = market.price if self.priced else Fraction(1)
        kept = np.zeros_like(whole)
        releases.kept[id(self)] = kept
        if price is None:
            return
        for slot, (bases, den) in enumerate(zip(self.bases(releases), self.denominators(()), strict=True)):
            for receiver, base in bases.items():
                kept[slot, position[receiver]] = base
                worth = base * unit * price.denominator // (den * price.numerator)
                whole[slot, position[receiver]] = min(worth, WISH_MAX)


def one(receiver: int, weight: int) -> list[Reach]:
    """Return one receiver, nobody where there is none."""
    return [Reach(0, receiver, weight)] if receiver != NOBODY else []


def above_of(forest: Forest, market: Market, sale: Sale, of: str) -> Iterator[int]:
    """Yield who stands above an order's buyer, or above its store, the nearest first (S2-09, S2-10)."""
    if of == "buyer":
        return iter(forest.ancestors(sale.member))
    brought_by = market.referrer_of(sale)
    return chain((brought_by,), forest.ancestors(brought_by)) if brought_by != NOBODY else iter(())


def sale_of(order: OrderFact, points: int = 0) -> Sale:
    """Return an order as a close shares it, nothing of it refunded."""
    return Sale(
        member=order.member,
        amount=order.amount,
        points=points,
        concession=order.concession,
        store=order.store,
        region=order.region,
        product=order.product,
        is_pack=order.is_pack,
        paid=order.paid,
    )
