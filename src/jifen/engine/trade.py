"""What the book remembers of stores and of what was sold at them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import NOBODY, Int64s, Stores


@dataclass
class StoreBook:
    """Sums by store number, money in fen. A close pays what is there; what is negative after refunds stays."""

    turnover: Int64s  # orders less refunds since the last payment
    net: Int64s  # the same after commission: what the store is owed
    fund: Int64s  # set aside for its partners
    credit: Int64s  # how far its float may be below nothing, minor units (S3-Q3)
    settled_until: Int64s  # the day before which its last period ended, 0 for none (S3-17)
    floats: dict[str, Int64s] = field(default_factory=dict)  # by kind: what stores hold to give away (S3-29)
    owed: dict[int, dict[int, "Owed"]] = field(default_factory=dict)  # by store, then order: grants refused (S3-Q3)
    trades: dict[int, list["Trade"]] = field(default_factory=dict)  # by store: what no period has settled yet
    rates: dict[int, list["PeriodRate"]] = field(default_factory=dict)  # by store: those of its settled periods

    @classmethod
    def empty(cls, stores: int) -> "StoreBook":
        """Return the sums before the first fact."""
        turnover, net, fund, credit, settled = (np.zeros(stores, np.int64) for _ in range(5))
        return cls(turnover, net, fund, credit, settled)

    def float_in(self, kind: str) -> Int64s:
        """Return the column of what stores hold of a kind."""
        return self.floats.setdefault(kind, np.zeros(len(self.net), np.int64))


class Owed(NamedTuple):
    """What a store owes for an order because its float held too little (S3-Q3)."""

    amount: int  # minor units
    member: int  # the buyer
    code: str  # of the order


class Trade(NamedTuple):
    """A sale at a store on its day, or with a negative amount what was refunded of it later."""

    day: int
    sold_on: int
    amount: int  # fen
    stored: int  # of it, what points paid (such as stored value), as fen


class PeriodRate(NamedTuple):
    """The share of sales that a period was settled with."""

    start: int  # days
    until: int
    rate: Fraction


@dataclass(slots=True)
class Patron:
    """What a store remembers of a member (S1-28)."""

    amount: int = 0  # standing amounts of orders at the store, fen
    products: int = 0  # standing orders of the product that makes a partner
    partner: bool = False  # as the last close found
    since: int = 0  # the day of the close that found it, 0 where it is none


class Center(NamedTuple):
    """An operation centre: who holds it, and who promoted it (S2-13, S2-14)."""

    member: int
    parent: int  # NOBODY where nobody did


@dataclass(slots=True)
class Walk:
    """What a member walked and ran on the open day, and which tasks that has fulfilled (S2-44, S2-46)."""

    walked: int = 0
    run: int = 0
    tasks: set[str] = field(default_factory=set)


class Shareholder(NamedTuple):
    """Shares of a store (S1-32)."""

    share: int  # hundredths of a percent
    initiator: bool


@dataclass(slots=True)
class Note:
    """What an order was divided into when it counted, for its refunds and for what comes later. Money in fen."""

    commission: int = 0
    share: int = 0  # of it, the pool's
    distribution: int = 0
    minted: int = 0  # minor units of the pool's kind
    pending: bool = False  # the share waits for its mint
    exits: int = 0  # how often the buyer had been made to sell
    shopping: int = 0  # shopping points granted
    sourced: int = 0  # what a sourced product left to the platform
    new_user: int = NOBODY  # who is rewarded for bringing the buyer to the store (S1-31)
    card: int = NOBODY  # who is rewarded for the card (S1-32)
    weight: int = 0  # points granted for the concession (S2-06)
    store_weight: int = 0  # and to the store (S2-07)
    grant: int = 0  # points that its store gives for it, owed ones included (S3-12)
    owed: int = 0  # of them, what the store had not enough points for (S3-Q3)
    rebates: list[tuple[int, int]] = field(default_factory=list)  # by level: who is paid for the sale how much (S3-23)


@dataclass(slots=True)
class Sale:
    """An order of the open day, as the close shares it: amounts less refunds of the same day, fen."""

    member: int
    amount: int
    points: int = 0  # the part paid in points, as fen; of an airdrop's programme the points granted (S2-09)
    concession: int = 0
    store: int = NOBODY
    region: str = ""
    product: str = ""
    is_pack: bool = False  # by the version that it was sold under (S2-02)
    paid: int = 0  # fen: the part that points paid

    def base(self, shares: str) -> int:
        """Return what of the order is shared: its amount, the part paid in money, its concession or its points."""
        if shares == "amount":
            return self.amount
        if shares == "cash":
            return self.amount - self.paid
        return self.concession if shares == "concession" else self.points


@dataclass(frozen=True)
class Market:
    """The orders of a day, and who had which part in them at its close."""

    sales: Collection[Sale]
    stores: Stores
    territories: Mapping[str, int]  # who holds a region, by its code
    sourced: str = ""  # the product whose orders are not divided (S1-26), "" for none
    active: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))  # by member: whether activated
    centers: Mapping[str, Center] = field(default_factory=dict)  # by region
    earning: frozenset[int] = frozenset()  # those of their holders who have a pack for each of their centres
    units: Mapping[str, int] = field(default_factory=dict)  # minor units of a kind for one fen
    price: Fraction | None = None  # of one token in CNY, where one is declared
    rank: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))  # by member
    rank_names: Sequence[str] = ()  # the lowest first; rank 1 is the first of them

    def divides(self, sale: Sale) -> bool:
        """Return whether the commission of an order is divided."""
        return not self.sourced or sale.product != self.sourced

    def rank_of(self, member: int) -> str:
        """Return the name of a member's rank, "" for none."""
        rank = int(self.rank[member]) if len(self.rank) else 0
        return self.rank_names[rank - 1] if rank else ""

    def region_of(self, sale: Sale) -> str:
        """Return the region of an order: its own, else its store's."""
        if sale.region or sale.store == NOBODY:
            return sale.region
        return self.stores.region[sale.store]

    def owner_of(self, sale: Sale) -> int:
        """Return who owns the store of an order, or NOBODY."""
        return int(self.stores.owner[sale.store]) if sale.store != NOBODY else NOBODY

    def referrer_of(self, sale: Sale) -> int:
        """Return who brought the store of an order, or NOBODY."""
        return int(self.stores.referrer[sale.store]) if sale.store != NOBODY else NOBODY
