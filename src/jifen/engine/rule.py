"""What every rule of a programme document has, and what rules are given to work on."""

from dataclasses import dataclass as plain_dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, ClassVar, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, PlainValidator, Strict
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.facts import Int32s, Int64s
from jifen.engine.forest import Forest
from jifen.engine.kernels.ranks import leaders_of

if TYPE_CHECKING:
    from jifen.engine.message import Message
    from jifen.engine.posting import Posting

STRICT = ConfigDict(extra="forbid")
CNY_MAX = 10**12  # twice as much, in the finest unit of a lot kind, fits 63 bits


def _whole_fen(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("cny_type", "an amount")
    if not 0 < value <= CNY_MAX or (Fraction(value) * 10**MONEY_DECIMALS).denominator != 1:
        raise PydanticCustomError("cny_value", "an amount")
    return value


Name = Annotated[str, Field(min_length=1, max_length=60)]
Whole = Annotated[int, Strict()]
Switch = Annotated[bool, Strict()]
Cny = Annotated[Decimal | int, PlainValidator(_whole_fen)]  # a positive amount of CNY with at most 2 decimals


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Rule:
    """A rule of a programme: its fields are the keys of the document, the console's form and the reference page."""

    use: ClassVar[str]  # the rule's name, its module and its heading in the reference
    section: ClassVar[str]  # where in a document it stands

    source: Annotated[str, Field(min_length=3)]  # the clause that the numbers come from


@plain_dataclass(frozen=True)
class Releases:
    """What time released at one close, and the forest and ranks in which it is shared; arrays by position."""

    forest: Forest
    released: Int64s
    rank: NDArray[np.int8]
    rates: tuple[Rate, ...]  # by rank; 0 is no rank

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


@plain_dataclass(frozen=True)
class Upline:
    """Who stands above whom with which rank at one close, by member number."""

    forest: Forest
    rank: NDArray[np.int8]
    rates: tuple[Rate, ...]  # by rank; 0 is no rank


class Reach(NamedTuple):
    """One receiver's share of what one member releases: weight ÷ (denominator of the slot) of it."""

    slot: int  # generation - 1 for generation_share, else 0
    receiver: int
    weight: int


class RewardRule(Protocol):
    """A rule that pays receivers, out of their own lots, for what members below released today.

    A rule fills one slot (generation_share one a generation): entitlement and remainder over the slot's denominator, so
    that entitlement × denominator + remainder is the exact weighted base.
    """

    use: ClassVar[str]
    by_generation: ClassVar[bool]

    @property
    def source(self) -> str: ...

    @property
    def overflow(self) -> str: ...

    def denominators(self, rates: tuple[Rate, ...]) -> tuple[int, ...]: ...

    def run(self, releases: Releases, whole: NDArray[np.int64], rest: NDArray[np.int32]) -> None: ...

    def reach(self, upline: Upline, member: int) -> list[Reach]: ...


class OrderFact(NamedTuple):
    """An order at the moment it counts."""

    number: int
    code: str
    member: int
    amount: int  # money, minor units
    points_paid: int  # points, minor units


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


@runtime_checkable
class ActionRule(Protocol):
    """A rule that answers an action: it refuses with a reason, or posts."""

    use: ClassVar[str]
    actions: ClassVar[tuple[str, ...]]

    def act(self, posting: "Posting", action: ActionFact) -> "Message | None": ...
