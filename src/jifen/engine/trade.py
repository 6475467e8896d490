"""What the book remembers of stores and of what was sold at them."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from jifen.engine.facts import NOBODY, Int64s


@dataclass
class StoreBook:
    """Sums by store number, money in fen. A close pays what is there; what is negative after refunds stays."""

    turnover: Int64s  # orders less refunds since the last payment
    net: Int64s  # the same after commission: what the store is owed
    fund: Int64s  # set aside for its partners

    @classmethod
    def empty(cls, stores: int) -> "StoreBook":
        """Return the sums before the first fact."""
        return cls(*(np.zeros(stores, np.int64) for _ in range(3)))


@dataclass
class Patron:
    """What a store remembers of a member (S1-28)."""

    amount: int = 0  # standing amounts of orders at the store, fen
    products: int = 0  # standing orders of the product that makes a partner
    partner: bool = False  # found by the last close
    since: int = 0  # the day of the close that found it, 0 where it is none


class Shareholder(NamedTuple):
    """Shares of a store (S1-32)."""

    share: int  # hundredths of a percent
    initiator: bool


@dataclass
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


@dataclass
class Sale:
    """An order of the open day, as the close shares it: amounts less refunds of the same day, fen."""

    member: int
    amount: int
    points: int = 0  # the part paid in points, as fen
    store: int = NOBODY
    region: str = ""
    product: str = ""
    split: bool = True  # whether its commission was divided; False: a sourced product
