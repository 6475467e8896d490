"""Rewards that share in the orders of a day: what they have in common (S1-15, S1-16)."""

from abc import abstractmethod
from collections import defaultdict
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import Rate, Share
from jifen.engine.facts import NOBODY
from jifen.engine.forest import Forest
from jifen.engine.lines import DISTRIBUTION, ISSUED, PLATFORM
from jifen.engine.rule import STRICT, Of, Payout, Reach, Releases, Rule, Shares, Upline
from jifen.engine.trade import Market, Sale


class LotReward(Rule):
    """A reward for those who have something locked."""

    needs_lots: ClassVar[bool] = True
    paid_from: ClassVar[int] = ISSUED


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TeamReward(Rule):
    """A reward of those above for what a team released, or for the amounts of its orders of the day (S1-16).

    Of releases it is drawn from the receiver's own lots. Of orders it is money out of their distribution part, for
    which nobody needs anything locked.
    """

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


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SaleReward(Rule):
    """A reward that depends on each order: on its store, its region or its product. It pays money."""

    section: ClassVar[str] = "daily"
    by_generation: ClassVar[bool] = False
    kind: ClassVar[str] = ""  # of the lots, which is money wherever orders are divided
    consumes_lots: ClassVar[bool] = False
    needs_lots: ClassVar[bool] = False
    overflow: ClassVar[str] = "lose"
    paid_from: ClassVar[int] = DISTRIBUTION

    payout: Payout = "ledger"

    @property
    def shares(self) -> Shares:
        """What of an order it is a share of."""
        return "amount"

    @abstractmethod
    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]:
        """Return the denominator of its weights."""

    @abstractmethod
    def reach_sale(self, forest: Forest, market: Market, sale: Sale) -> list[Reach]:
        """Return who shares in an order, with which weight."""

    def reach(self, upline: Upline, member: int) -> list[Reach]:  # noqa: ARG002 - what a member releases
        """Return nobody: only orders are shared in."""
        return []

    def run(self, releases: Releases, whole: NDArray[np.int64], rest: NDArray[np.int32]) -> None:
        """Fill the entitlements and their remainders, by position."""
        assert releases.market is not None
        bases: defaultdict[int, int] = defaultdict(int)
        for sale in releases.market.sales:
            for reach in self.reach_sale(releases.forest, releases.market, sale):
                bases[reach.receiver] += reach.weight * (sale.points if self.shares == "points" else sale.amount)
        (den,), position = self.denominators(releases.rates), releases.forest.layout.position
        for receiver, base in bases.items():
            whole[0, position[receiver]], rest[0, position[receiver]] = divmod(base, den)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Rebate(SaleReward):
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


def one(receiver: int, weight: int) -> list[Reach]:
    """Return one receiver, nobody where there is none."""
    return [Reach(0, receiver, weight)] if receiver != NOBODY else []
