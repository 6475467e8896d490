"""What every rule of a programme document has, and what rules are given to work on."""

from dataclasses import dataclass as plain_dataclass
from dataclasses import field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, PlainValidator, Strict
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.facts import NO_DAY, NOBODY, Int32s, Int64s
from jifen.engine.forest import Forest
from jifen.engine.kernels.ranks import leaders_of
from jifen.engine.trade import Market

if TYPE_CHECKING:
    from jifen.engine.book import Book
    from jifen.engine.close import Scheduled
    from jifen.engine.declared import DeclaredValues
    from jifen.engine.message import Message
    from jifen.engine.month import Month, Shared
    from jifen.engine.posting import Posting

STRICT = ConfigDict(extra="forbid")
POINTS_DECIMALS = 8  # the most that a kind may have
CNY_MAX = 10**12  # twice as much, in the finest unit of a lot kind, fits 63 bits


def _whole_fen(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("cny_type", "an amount")
    if not 0 < value <= CNY_MAX or (Fraction(value) * 10**MONEY_DECIMALS).denominator != 1:
        raise PydanticCustomError("cny_value", "an amount")
    return value


def _fen_or_nothing(value: object) -> object:
    return value if isinstance(value, int) and not isinstance(value, bool) and value == 0 else _whole_fen(value)


def _points(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("points_type", "an amount")
    if not 0 <= value <= CNY_MAX or (Fraction(value) * 10**POINTS_DECIMALS).denominator != 1:
        raise PydanticCustomError("points_value", "an amount")
    return value


Name = Annotated[str, Field(min_length=1, max_length=60)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]  # of keys: "referral", "pack_99"
# Released that day · units that count · units bought in the month · amounts of the day's orders · parts paid in money ·
# parts paid in points · concessions.
Shares = Literal["released", "units", "month_units", "amount", "cash", "points", "concession"]
Of = Literal["released", "amount"]  # what a daily reward is a share of: releases, or the day's orders (S1-16)
Payout = Literal["ledger", "report_only", "none"]  # paid · computed and paid elsewhere · not computed (S1-15)
Whole = Annotated[int, Strict()]
Switch = Annotated[bool, Strict()]
Cny = Annotated[Decimal | int, PlainValidator(_whole_fen)]  # a positive amount of CNY with at most 2 decimals
Points = Annotated[Decimal | int, PlainValidator(_points)]  # an amount of points, 0 or more, with its kind's decimals
CnyOrNone = Annotated[Decimal | int, PlainValidator(_fen_or_nothing)]  # the same, or 0


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Rule:
    """A rule of a programme: its fields are the keys of the document, the console's form and the reference page."""

    use: ClassVar[str]  # the rule's name, its module and its heading in the reference
    section: ClassVar[str]  # where in a document it stands
    repeats: ClassVar[bool] = False  # whether it may stand several times

    source: Annotated[str, Field(min_length=3)]  # the clause that the numbers come from

    @property
    def path(self) -> str:
        """The rule's part of keys: its name, and that of the one meant where it may stand several times."""
        name = getattr(self, "name", "")
        return f"{self.use}/{name}" if name else self.use

    def warnings(self) -> list["Message"]:
        """Return what is allowed and yet worth a second look, such as a gap between two rows."""
        return []


@plain_dataclass(frozen=True)
class Releases:
    """What time released at one close, and the forest and ranks in which it is shared; arrays by position."""

    forest: Forest
    released: Int64s
    rank: NDArray[np.int8]
    rates: tuple[Rate, ...]  # by rank; 0 is no rank; of a unit_rank table minor units for one unit
    units: Int64s | None = None  # that count at this close, such as devices; None where the programme has none
    decimals: int = 0  # of the kind that lots hold
    amounts: Int64s | None = None  # of the day's orders, fen; None where none are divided
    market: Market | None = None  # the day's orders one by one
    kept: dict[int, Int64s] = field(default_factory=dict)  # by id of a rule: exact bases, by slot, then position

    def base(self, of: Of) -> Int64s:
        """Return the column that a reward is a share of."""
        return self.released if of == "released" or self.amounts is None else self.amounts

    def base_before(self, of: Of) -> Int64s:
        """Return its running sums."""
        return self.before if of == "released" else self.amounts_before

    @cached_property
    def amounts_before(self) -> Int64s:
        """Running sums of `amounts`."""
        return running_sums(self.base("amount"))

    @cached_property
    def units_before(self) -> Int64s:
        """Running sums of `units`."""
        return running_sums(self.units if self.units is not None else np.zeros(len(self.rank), np.int64))

    @cached_property
    def before(self) -> Int64s:
        """Running sums of `released`: what stands before each position, and the whole at the end."""
        return running_sums(self.released)

    @cached_property
    def leaders(self) -> Int32s:
        """The positions of ranked members with somebody below, and the number of members at the end."""
        return leaders_of(self.forest.layout.size, self.rank)


def running_sums(column: Int64s) -> Int64s:
    """Return what stands before each position of a column, and the whole at the end: one more than the column."""
    sums = np.zeros(len(column) + 1, np.int64)
    np.cumsum(column, out=sums[1:])
    return sums


def sums_of(by_lot: Int64s, start: Int32s) -> Int64s:
    """Return by position what the lots of each add up to."""
    sums = running_sums(by_lot)
    return sums[start[1:]] - sums[start[:-1]]


def floor_share(column: Int64s, rate: Rate) -> Int64s:
    """Return floor(amount × rate) of a whole column, exactly in 63 bits."""
    return column // rate.den * rate.num + column % rate.den * rate.num // rate.den


@plain_dataclass(frozen=True)
class Upline:
    """Who stands above whom with which rank at one close, by member number."""

    forest: Forest
    rank: NDArray[np.int8]
    rates: tuple[Rate, ...]  # by rank; 0 is no rank; of a unit_rank table minor units for one unit
    agent: NDArray[np.bool_] | None = None  # None where the programme has no agents
    decimals: int = 0  # of the kind that lots hold
    market: Market | None = None  # without its sales: who held what at that close


class Reach(NamedTuple):
    """One receiver's share of what one member releases: weight ÷ (denominator of the slot) of it."""

    slot: int  # generation - 1 for generation_share, else 0
    receiver: int
    weight: int


class ShareRule(Protocol):
    """A rule that pays receivers for what those below them released, or bought.

    A rule fills one slot (generation_share one a generation): entitlement and remainder over the slot's denominator, so
    that entitlement × denominator + remainder is the exact weighted base. `kind` is what it pays, "" for the kind of
    the lots; with `consumes_lots` it draws on the receiver's own lots.
    """

    use: ClassVar[str]
    by_generation: ClassVar[bool]

    @property
    def shares(self) -> Shares: ...

    @property
    def source(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def consumes_lots(self) -> bool: ...

    @property
    def overflow(self) -> str: ...

    @property
    def payout(self) -> Payout: ...

    @property
    def needs_lots(self) -> bool: ...  # whether only those are paid who have something locked

    @property
    def paid_from(self) -> int: ...  # the account of the programme that gives what no lot gives

    @property
    def paid_as(self) -> str: ...  # the state of what it pays

    @property
    def path(self) -> str: ...  # its part of keys

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]: ...

    def reach(self, upline: Upline, member: int) -> list[Reach]: ...


class RewardRule(ShareRule, Protocol):
    """A reward of every day."""

    def run(self, releases: Releases, whole: NDArray[np.int64], rest: NDArray[np.int32]) -> None: ...


class MonthRewardRule(ShareRule, Protocol):
    """A reward that is shared out at the end of a month; it fills one slot of its own behind the daily ones."""

    def share(self, month: "Month") -> "Shared": ...


class ScheduledRule(Protocol):
    """A rule by which time releases; `takes` says what the base of a lot is computed from."""

    use: ClassVar[str]
    takes: ClassVar[Literal["amount", "units"]]

    @property
    def source(self) -> str: ...

    @property
    def second_kind(self) -> str | None: ...

    def is_due(self, day: int) -> bool: ...

    def run(
        self, book: "Book", day: int, spare: "Scheduled | None" = None, declared: "DeclaredValues | None" = None
    ) -> "Scheduled": ...

    def second(self, book: "Book", scheduled: "Scheduled") -> Int64s | None: ...


class RankRule(Protocol):
    """A rule that finds ranks; its table's rows have name, title and title_en."""

    use: ClassVar[str]

    @property
    def source(self) -> str: ...

    @property
    def volume(self) -> str: ...

    @property
    def table(self) -> "tuple[RankRow, ...]": ...

    def rates_in(self, decimals: int) -> tuple[Rate, ...]: ...

    def run(self, book: "Book", decimals: int) -> NDArray[np.int8]: ...


class RankRow(Protocol):
    """A row of a rank table."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def title_en(self) -> str: ...


class OrderFact(NamedTuple):
    """An order at the moment it counts."""

    number: int
    code: str
    member: int
    amount: int  # money, minor units
    points_paid: int  # points, minor units of points_kind
    points_kind: str = ""
    quantity: int = 1
    product: str = ""
    channel: str = ""
    day: int = 0  # the business day on which it counts
    store: int = NOBODY  # at which it was
    region: str = ""
    rate: Rate | None = None  # the commission agreed with its store
    concession: int = 0
    ratio: Rate | None = None  # points that its store gives for 1 CNY
    is_pack: bool = False  # whether it is of a pack of its version
    is_center_pack: bool = False  # of which a centre takes one, by its version
    paid: int = 0  # money: the part that points paid


class ActionFact(NamedTuple):
    """An action of a member, or an operator's on a member."""

    row: int
    action: str
    member: int
    to_member: int
    to_kind: str
    kind: str
    amount: int
    at: int
    store: int = NOBODY
    share: int = 0  # hundredths of a percent
    role: str = ""
    until: int = NO_DAY  # the day before which a period ends


@runtime_checkable
class ActionRule(Protocol):
    """A rule that answers an action: it refuses with a reason, or posts."""

    use: ClassVar[str]
    actions: ClassVar[tuple[str, ...]]

    def act(self, posting: "Posting", action: ActionFact) -> "Message | None": ...
