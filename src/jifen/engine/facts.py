"""What happened, as columns: the input of a replay.

Names are kept once, numbers refer to them: a member or an order is its row in its own table. Times are microseconds
since 1970 in UTC (they only order facts and find a price); days are days since 1970-01-01 in the programme's time
zone. Whoever makes a Facts has validated it (docs/reference/book.md): no unknown member, no cycle, no referrer that
joins later, refunds that fit their order. The engine trusts it.
"""

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from jifen.engine.amounts import Rate

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]

NOBODY = -1
FOR_EVER = np.iinfo(np.int64).max
NO_DAY = 2**31 - 1  # later than every day


@dataclass(frozen=True)
class Members:
    """Members in the order of joining (`joined_at`, then file order); the index is the member's number."""

    codes: list[str]
    names: list[str]  # shown to people, "" where the book gives none
    referrer: Int32s  # number of the referrer or NOBODY
    at: Int64s
    day: Int32s
    home: Int32s | None = None  # number of the store that registered the member, or NOBODY (S3-11); None: of nobody


@dataclass(frozen=True)
class Orders:
    """Orders in file order."""

    codes: list[str]
    member: Int32s
    at: Int64s  # the moment the order counts: confirmed_at, else paid_at
    day: Int32s
    amount: Int64s  # money, minor units (fen); the whole price
    points_paid: Int64s  # points, minor units of `points_kind`; part of the amount
    terms: Int32s | None = None  # the version of the programme an order was sold under; None where there is one only
    quantity: Int64s | None = None  # how many units, such as devices; None: one each
    product: list[str] | None = None  # as the document names it; None: none is named
    points_kind: list[str] | None = None  # "" or None: the first kind that may pay
    channel: list[str] | None = None  # by which way an order came; "" or None: our own
    store: Int32s | None = None  # number of the store at which it was, or NOBODY; None: at none
    region: list[str] | None = None  # code of its administrative division; "" or None: its store's
    concession: Int64s | None = None  # money that the store gives up (S2-05); None: nothing
    rate: list[Rate | None] | None = None  # the commission agreed with its store; None: the store's or the document's
    ratio: list[Rate | None] | None = None  # points for 1 CNY as its store gave them then (S3-12); None: the store's


@dataclass(frozen=True)
class Refunds:
    """Refunds in file order."""

    order: Int32s
    at: Int64s
    day: Int32s
    amount: Int64s  # money, minor units


@dataclass(frozen=True)
class Actions:
    """Actions in file order."""

    action: list[str]  # member_transfer, convert, withdraw, adjust, freeze, unfreeze, move_referrer, …
    member: Int32s  # the party; NOBODY for the programme itself
    to_member: Int32s  # NOBODY where `to` is empty or names a kind
    to_kind: list[str]  # the kind converted into, or the code of a region; "" where `to` is empty or names a member
    kind: list[str]  # the points kind moved, "" where the action moves none
    at: Int64s
    day: Int32s
    amount: Int64s  # minor units of the kind; signed only for adjust, 0 where the action moves none
    rows: Int64s | None = None  # what an action is called in keys; None: its row in the file
    store: Int32s | None = None  # number of the store that it is about, or NOBODY
    share: Int64s | None = None  # shares of a store, in hundredths of a percent of it
    role: list[str] | None = None  # of who buys shares: "initiator" or ""; of a grant "funded" or "unfunded" (S3-25)
    until: Int32s | None = None  # the day before which a period ends (S3-17), or NO_DAY; None: none does


@dataclass(frozen=True)
class Stores:
    """Stores in the order of joining; the index is the store's number. Owner and referrer never change."""

    codes: list[str]
    owner: Int32s  # number of a member, NOBODY for those of head office
    referrer: Int32s  # who brought the store (S1-17), or NOBODY
    region: list[str]  # code of its administrative division, or ""
    at: Int64s
    day: Int32s
    rate: list[Rate | None]  # its commission, or of a period its share of sales (S3-17); None: the document's
    branch: Int32s | None = None  # number of the branch that it buys points from (S3-27), or NOBODY; None: none has one
    is_branch: NDArray[np.bool_] | None = None  # whether it is a branch of head office (S3-24); None: none is
    ratio: list[Rate | None] | None = None  # points for 1 CNY spent there (S3-12); None: it gives none
    further: NDArray[np.bool_] | None = None  # whether its company has settled in before (S2-24); None: none has

    def branch_of(self, store: int) -> int:
        """Return the number of a store's branch, or NOBODY for direct ones and branches."""
        return int(self.branch[store]) if self.branch is not None else NOBODY

    def is_a_branch(self, store: int) -> bool:
        """Return whether a store is a branch of head office."""
        return self.is_branch is not None and bool(self.is_branch[store])

    def is_further(self, store: int) -> bool:
        """Return whether a store is a further one of its company, whose joining brings nobody anything (S2-24)."""
        return self.further is not None and bool(self.further[store])

    def ratio_of(self, store: int) -> Rate | None:
        """Return the points that a store gives for 1 CNY, None for nothing."""
        return self.ratio[store] if self.ratio is not None else None

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True)
class Steps:
    """What members walked and ran, as their devices report it, in file order (S2-44 … S2-48)."""

    member: Int32s
    at: Int64s
    day: Int32s
    walked: Int64s  # steps
    run: Int64s
    rows: Int64s | None = None  # what a report is called in keys; None: its row in the file

    def __len__(self) -> int:
        return len(self.member)


def no_steps() -> Steps:
    """Return the steps of a programme in which nobody walks."""
    none32, none64 = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return Steps(none32, none64, none32, none64, none64)


def no_stores() -> Stores:
    """Return the stores of a programme that has none."""
    none32, none64 = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return Stores([], none32, none32, [], none64, none32, [])


@dataclass(frozen=True)
class DeclaredValue:
    """A value that an operator declared for [starts_at, ends_at); the latest start in force wins.

    The close of a day takes the value in force on [first_day, end_day), the local dates of the same two moments.
    """

    name: str
    starts_at: int
    ends_at: int  # FOR_EVER when open
    value: Fraction
    first_day: int = 0
    end_day: int = NO_DAY


@dataclass(frozen=True)
class Facts:
    """Everything that happened to a programme."""

    members: Members
    orders: Orders
    refunds: Refunds
    actions: Actions
    declared: list[DeclaredValue]  # sorted by name, then starts_at
    stores: Stores = field(default_factory=no_stores)
    steps: Steps = field(default_factory=no_steps)
