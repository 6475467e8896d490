"""Lines: what the rules want posted, as columns; parties and lots are numbers.

A party is a member's number, or for an account of the programme itself a negative code (ACCOUNTS), always in state
free; far below these stand the stores with the points that they hold to give away (their floats, S3-29), free as well.
A line is one signed amount of a kind in a state; the lines of one transfer sum to zero for each kind (invariant 2).
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.message import Message

ACCOUNTS = (
    *("issued", "spent", "withdrawn", "converted", "adjusted", "debts", "pool", "fees"),
    *("pool_reserve", "distribution", "platform", "takings", "dividends", "unfunded"),
)
ISSUED, SPENT, WITHDRAWN, CONVERTED, ADJUSTED, DEBTS, POOL, FEES = (-1 - i for i in range(8))
POOL_RESERVE, DISTRIBUTION, PLATFORM, TAKINGS, DIVIDENDS, UNFUNDED = (-9 - i for i in range(6))
STORE_PARTY = -(2**20)  # the party of store 0; the next ones lie below
NO_LOT = -1
FREE, LOCKED, FROZEN = "free", "locked", "frozen"


def account_name(party: int) -> str:
    """Return the name of a programme account: account_name(ISSUED) == "programme:issued"."""
    assert STORE_PARTY < party < 0
    return f"programme:{ACCOUNTS[-1 - party]}"


def store_party(store: int) -> int:
    """Return the party of a store by its number."""
    return STORE_PARTY - store


def is_store(party: int) -> bool:
    """Return whether a party is a store."""
    return party <= STORE_PARTY


def store_number(party: int) -> int:
    """Return the number of the store that a party is."""
    assert is_store(party)
    return STORE_PARTY - party


@dataclass
class Journal:
    """Lines caused by facts, row by row, in the order of posting."""

    transfer: list[str] = field(default_factory=list)
    party: list[int] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    state: list[str] = field(default_factory=list)
    amount: list[int] = field(default_factory=list)
    rule: list[str] = field(default_factory=list)
    lot: list[int] = field(default_factory=list)  # number of the order, or NO_LOT
    cause: list[str] = field(default_factory=list)  # the fact, or the key of the transfer that is reversed

    def __len__(self) -> int:
        return len(self.transfer)


class WholeRows(NamedTuple):
    """Rows of a block: whose transfer, which party (an account of the programme is negative), lot and amount."""

    member: Int32s
    party: Int32s
    lot: Int32s
    amount: Int64s


@dataclass(frozen=True)
class Block:
    """All transfers of one rule (and generation) at one close, sorted by member, then lot; all of one kind.

    The key of a row's transfer is `prefix` + the member's code. A transfer's rows are the lots that it draws from
    (locked, negative, oldest first), then the member's free row (NO_LOT, positive). Where these do not add up to zero,
    `contra` names the account of the programme that takes the opposite.
    """

    rule: str
    prefix: str
    kind: str
    member: Int32s
    lot: Int32s
    amount: Int64s
    blocked_member: Int32s  # whom the rule would have paid more
    blocked_amount: Int64s
    contra: int = 0  # a programme account, 0 for none
    state: str = FREE  # of the rows without a lot

    @property
    def locked(self) -> NDArray[np.bool_]:
        """Whether a row is in state locked (else free)."""
        return np.not_equal(self.lot, NO_LOT)

    def whole(self) -> "WholeRows":
        """Return all rows with those of the contra account, each behind its member's."""
        if not self.contra or not len(self.member):
            return WholeRows(self.member, self.member, self.lot, self.amount)
        starts = np.flatnonzero(np.diff(self.member, prepend=-1))
        sums = np.add.reduceat(self.amount, starts)
        ends = np.append(starts[1:], len(self.member))
        who, some = self.member[starts], sums != 0
        return WholeRows(
            np.insert(self.member, ends[some], who[some]),
            np.insert(self.member, ends[some], self.contra),
            np.insert(self.lot, ends[some], NO_LOT),
            np.insert(self.amount, ends[some], -sums[some]),
        )


@dataclass(frozen=True)
class Cut:
    """What a fact, or a monthly reward, would have paid a member more, had its lots held it."""

    party: int
    rule: str
    amount: int
    kind: str  # that of the lots
    fact: str = ""  # "order O7", "" for a close


class Review(NamedTuple):
    """One agent's monthly review: units sold, the target with what was carried over, and what follows."""

    member: int
    sold: int
    target: int
    short: int  # carried over to the next month
    strikes: int
    dismissed: bool


@dataclass(frozen=True)
class Refused:
    """A fact that the rules refused."""

    at: int
    fact: str  # "order O7", "refund O7/1", "action 12"
    party: int
    why: Message


class Exit(NamedTuple):
    """A holding that was sold because it had reached its cap (S1-09): for how much, at which exact price."""

    transfer: str
    member: int
    points: int  # minor units of the pool's kind
    paid: int  # fen
    price_money: int  # the price before it: fen …
    price_supply: int  # … for so many minor units
    consumption: int  # fen, that it had been counted against


class Reported(NamedTuple):
    """What a reward came to that is not paid here (payout = "report_only", S1-15)."""

    party: int
    rule: str
    kind: str
    amount: int


class StoreClose(NamedTuple):
    """What a close has shared out of a store: its takings, or what was set aside for its partners (S1-27 … S1-36)."""

    store: int
    turnover: int = 0  # orders less refunds since the last time, fen
    net: int = 0  # of them, after commission and rewards
    fund: int = 0  # what partners shared
    weight: int = 0  # the sum of their weights


class PeriodClose(NamedTuple):
    """What a store owes head office for the sales of [start, until), fen (S3-17); below 0 head office owes it."""

    store: int
    start: int  # days
    until: int
    rate: Fraction  # the share of sales
    sales: int
    refunds: int  # of these sales, made in the period
    adjusted: int  # refunds made in the period of sales of earlier periods, each with its period's rate
    stored: int  # what of all this was paid in points that head office holds money for, such as stored value
    due: int
    orders: int


class Dropped(NamedTuple):
    """An airdrop: what of it came out of the cap and what out of earlier days' dust, and by what it was shared."""

    emission: int  # minor units of the token
    dust_before: int
    given: int  # emission + dust_before less this is the dust that is left
    weight: int  # of all who are activated, minor units of its kind
    members: int  # how many they are, with any weight


class PoolState(NamedTuple):
    """A pool at a moment: fen, and minor units of its kind."""

    money: int
    supply: int


@dataclass(frozen=True)
class DayLines:
    """Everything one day posted: by its facts, by its close, and late by its close (waiting parts, debts)."""

    day: int
    journal: Journal
    refused: list[Refused]
    blocks: list[Block]
    late: Journal = field(default_factory=Journal)
    cuts: list[Cut] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    reported: list[Reported] = field(default_factory=list)
    pool: PoolState | None = None  # after the close
    price_before: tuple[int, int] | None = None  # of the pool's points when the day began: fen for minor units
    stores: list[StoreClose] = field(default_factory=list)
    airdrop: Dropped | None = None  # where there was one
    periods: list[PeriodClose] = field(default_factory=list)
