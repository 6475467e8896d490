"""What the report of a run shows: plain figures, filled in by the run.

Units: an amount of points is an `int` of minor units of the programme's main kind, `decimals` of them to the right of
the point; an amount of money is an `int` of fen (1 CNY = 100 fen). Texts are plain text in the reader's language,
never HTML. A rule is named as in the programme file, such as "generation_share".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

BY_TIME = "scheduled_release"  # the rule that releases by time; every other daily rule releases by the team


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many of each the run met."""

    members: int
    orders: int  # applied ones, like refunds and actions
    refunds: int
    actions: int
    refused: int  # facts that the rules refused
    left_alone: int  # facts after the last day


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Points in minor units, as they stand after the last close; money in fen.

    What lots were given went somewhere: granted = sum of `released` + cancelled + locked.
    """

    granted: int  # given into lots, before refunds
    released: Mapping[str, int]  # rule → released, less what went back into lots; BY_TIME first, then as they are paid
    blocked: Mapping[str, int]  # rule → cut because the lots held nothing more
    cancelled: int  # taken by refunds out of what was still locked
    claimed: int  # taken by refunds from free points, because it was released already
    locked: int  # still in lots
    free: int  # usable points that members hold
    withdrawn: int
    converted: int  # points given for another kind
    spent: int  # points paid for orders, less those that came back
    written_off: int  # claims and reversals of refunds that no free points were left for
    ordered: int  # fen: whole amounts of the applied orders, the part paid in points included
    received: int  # fen: what buyers paid in money, less the money refunded

    @property
    def owed(self) -> int:
        """Return what members still hold, locked or free, and somebody must pay for."""
        return self.locked + self.free

    @property
    def by_time(self) -> int:
        """Return what was released by time."""
        return self.released.get(BY_TIME, 0)

    @property
    def by_team(self) -> int:
        """Return what was released by all rules of the team."""
        return sum(self.released.values()) - self.by_time


@dataclass(frozen=True, kw_only=True)
class Day:
    """One settled day: what its close posted, before any later reversal, and its orders."""

    day: date
    released: Mapping[str, int]  # rule → minor units, never negative; a rule that paid nothing may be missing
    blocked: int  # minor units, all rules
    ordered: int  # fen, whole amounts of the day's applied orders


@dataclass(frozen=True, kw_only=True)
class RankCount:
    """How many members hold a rank after the last close."""

    name: str
    title: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Earner:
    """A member to whom much was released."""

    name: str  # "M0007 王芳"
    rank: str  # title, "" without a rank
    released: Mapping[str, int]  # rule → minor units, in sum over all days
    key: str  # of one transfer that `jifen why` explains, "" for none


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A transfer and what `jifen why` says about it."""

    key: str
    text: str  # lines of plain text


@dataclass(frozen=True, kw_only=True)
class PoolPoint:
    """A pool after the close of a day."""

    day: date
    money: int  # fen
    supply: int  # minor units of its points
    price: int  # of a whole point, in 12 places of a yuan, rounded down


@dataclass(frozen=True, kw_only=True)
class ExitLine:
    """A holding that was sold because it had reached its cap."""

    day: date
    name: str  # "M0007 王芳"
    key: str  # of its transfer
    points: int
    paid: int  # fen
    consumption: int  # fen


@dataclass(frozen=True, kw_only=True)
class OneOrder:
    """What the points of one order would be worth at the price of the last day."""

    amount: int  # fen
    points: int  # minor units
    worth: int  # fen, at the price
    sold: int  # fen, what a sale would pay
    cap: str  # the multiple of what was spent at which a holding is sold, "" where there is none
    cap_price: int  # the price at which they reach it, in 12 places of a yuan


@dataclass(frozen=True, kw_only=True)
class PoolReport:
    """What the report of a programme with a profit pool shows besides."""

    title: str  # what its points are called
    title_en: str
    decimals: int
    days: tuple[PoolPoint, ...]  # at least one, ascending
    order: OneOrder | None  # None where the last day's programme divides no orders
    exits: tuple[ExitLine, ...]  # the last ones, the newest first
    exits_count: int
    paid_at_exits: int  # fen
    exited: int  # members who were made to sell at least once
    buyers: int  # members with an order
    balances: int  # fen that members hold
    stores: int  # fen that stores and partners are still owed


@dataclass(frozen=True, kw_only=True)
class AirdropPoint:
    """An airdrop and how things stand after the close of its day; tokens in minor units."""

    day: date
    given: int
    dust: int  # left to share next
    left: int  # of the cap
    reserve: int
    blocked: int  # what the reserve could not pay that day
    price: int  # of one token, in 12 places of a yuan; 0 where none is declared
    members: int  # who shared
    weight: int  # minor units of weight, of all of them


@dataclass(frozen=True, kw_only=True)
class WeightGroup:
    """Those between two places, in hundredths of all, when all are sorted by weight, the heaviest first."""

    first: int
    last: int
    members: int
    weight: int


@dataclass(frozen=True, kw_only=True)
class CenterLine:
    """An operation centre after the last close."""

    region: str
    name: str  # "M0007 王芳"
    parent: str  # who promoted it, "" for nobody


@dataclass(frozen=True, kw_only=True)
class StepPoint:
    """What was walked and run on a day, and the credit that it made free."""

    day: date
    members: int
    steps: int
    by_tasks: int
    by_ladder: int


@dataclass(frozen=True, kw_only=True)
class StepReport:
    """What the report says of walking and of the credit that has to be unlocked."""

    title: str  # what the credit is called
    title_en: str
    decimals: int
    days: tuple[StepPoint, ...]  # at least one, ascending
    by_bringing: int  # made free by bringing members and stores
    frozen: int  # still to be unlocked


@dataclass(frozen=True, kw_only=True)
class TokenEarner:
    """A member who was paid many tokens at closes."""

    name: str
    rank: str
    paid: Mapping[str, int]  # rule → tokens
    key: str


@dataclass(frozen=True, kw_only=True)
class AirdropReport:
    """What the report of a programme with airdrops shows besides; tokens in minor units."""

    title: str  # what the token is called
    title_en: str
    decimals: int
    cap: int
    emitted: int  # given out by airdrops
    funded: int  # put into the reserve
    active: int  # activated members
    blocked: Mapping[str, int]  # rule → what the reserve could not pay
    days: tuple[AirdropPoint, ...]  # at least one, ascending
    groups: tuple[WeightGroup, ...]  # by the weight of the last airdrop; none where nobody had any
    centers: tuple[CenterLine, ...] | None  # None where the programme has none
    steps: StepReport | None
    earners: tuple[TokenEarner, ...]


@dataclass(frozen=True, kw_only=True)
class AlliancePoint:
    """Where the points of an alliance's stores are after the close of a day, and what moved on it."""

    day: date
    branches: int
    stores: int
    members: int
    redeemed: int  # by then
    elsewhere: int
    given: int  # by stores on this day
    spent: int  # for goods of head office on this day


@dataclass(frozen=True, kw_only=True)
class FloatLine:
    """What a store or a branch got, gave and still holds."""

    name: str  # "S0007"
    branch: str  # that it belongs to; "" for branches and direct stores
    is_branch: bool
    got: int
    gave: int
    balance: int
    owed: int  # to its customers
    paid: int  # fen, for points


@dataclass(frozen=True, kw_only=True)
class PeriodLine:
    """A period that was settled with a store; money in fen."""

    store: str
    start: date
    until: date
    rate: str  # "2.5%"
    sales: int
    refunds: int  # of its own sales and of earlier ones
    due: int


@dataclass(frozen=True, kw_only=True)
class RebateLine:
    """What a shareholder was credited for the stores that he brought."""

    name: str  # "M0007 王芳"
    amount: int  # less what refunds took back
    decimals: int
    kind: str  # in the reader's language


@dataclass(frozen=True, kw_only=True)
class AllianceReport:
    """What the report of an alliance shows besides; points of stores in minor units."""

    title: str  # what the points are called
    title_en: str
    decimals: int
    issued: int  # with money behind them
    unfunded: int
    days: tuple[AlliancePoint, ...]  # at least one, ascending
    floats: tuple[FloatLine, ...]  # branches first, each with its stores
    periods: tuple[PeriodLine, ...]  # the latest first
    periods_count: int
    due: int  # fen, of all periods
    rebates: tuple[RebateLine, ...]  # most first
    shareholders: int


@dataclass(frozen=True, kw_only=True)
class ReportData:
    """Everything the report of one run shows. The same data give the same page to the byte."""

    code: str
    title: str
    title_en: str
    points_title: str  # what the kind is called: "积分"
    points_title_en: str
    decimals: int  # of points
    first_day: date
    last_day: date
    version: str  # of the engine
    digest: str  # SHA-256 of the programme document, hexadecimal
    counts: Counts
    totals: Totals
    days: tuple[Day, ...]  # every day from first to last, ascending
    lots_open: int
    lots_used_up: int
    ranks: tuple[RankCount, ...]  # lowest first
    earners: tuple[Earner, ...]  # most first; ten are a good number
    explained: tuple[Explained, ...]
    checks: Mapping[str, bool]  # what was checked, in the reader's language → whether it holds
    refused: Mapping[str, int]  # reason in the reader's language → facts
    rule_titles: Mapping[str, str] = field(default_factory=dict)  # what rules are called in the reader's language
    pool: PoolReport | None = None
    airdrop: AirdropReport | None = None
    alliance: AllianceReport | None = None
