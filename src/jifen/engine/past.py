"""The closes that were posted: rewards with their draws, so that a refund can go back through them (invariant 9)."""

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from jifen.engine.book import Book
from jifen.engine.close import Close, Slot
from jifen.engine.days import iso
from jifen.engine.facts import Int32s, Int64s
from jifen.engine.forest import Layout
from jifen.engine.kernels.rows import count_draws, list_draws
from jifen.engine.lines import FREE, NO_LOT, Block
from jifen.engine.rule import Upline

FEW = 8  # where fewer than one member of so many has anything, they are sorted instead of looking everybody up
Entries = tuple[Int32s, Int64s]  # members ascending, and how much each


@dataclass(frozen=True)
class Draws:
    """Whom one slot paid out of which lots: members ascending; the draws of member i are [start[i], start[i + 1])."""

    member: Int32s
    start: Int64s
    order: Int32s
    amount: Int64s

    @property
    def paid(self) -> Int64s:
        """What each member was paid."""
        sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(self.amount)))
        return sums[self.start[1:]] - sums[self.start[:-1]]

    def find(self, member: int) -> int:
        """Return the index of a member, or -1."""
        return _index_of(self.member, member)


def _index_of(members: Int32s, member: int) -> int:
    """Return where a member stands among `members` (ascending), or -1."""
    # A plain int would make NumPy copy all members into 64 bits first.
    index = int(members.searchsorted(np.int32(member)))
    return index if index < len(members) and members[index] == member else -1


def entries_of(layout: Layout, column: Int64s) -> Entries:
    """Return who has something in a column by position: members ascending, and how much."""
    some = np.flatnonzero(column)
    if len(some) * FEW > len(column):
        by_member = column[layout.position]
        member = np.flatnonzero(by_member).astype(np.int32)
        return member, by_member[member]
    member = np.sort(layout.member[some])
    return member, column[layout.position[member]]


def draws_of(book: Book, drawn: Int64s, paid: NDArray[np.int64]) -> list[Draws]:
    """Return for each row of `paid` who got it out of which lots; `drawn` (by lot) is what all rows took together."""
    if len(paid) == 0:
        return []
    layout, start = book.forest.layout, book.lots.start
    payees, _ = entries_of(layout, np.bitwise_or.reduce(paid))
    position = layout.position[payees]
    members, draws = count_draws(position, start, drawn, paid)
    member_end, draw_end = np.cumsum(members), np.cumsum(draws)
    member = np.empty(member_end[-1], np.int32)
    draw_start = np.empty(member_end[-1], np.int64)
    order = np.empty(draw_end[-1], np.int32)
    amount = np.empty(draw_end[-1], np.int64)
    first_member, first_draw = member_end - members, draw_end - draws
    list_draws(
        position,
        start,
        book.lots.order,
        drawn,
        paid,
        first_member,
        first_draw,
        member,
        draw_start,
        order,
        amount,
    )
    rows = []
    for m_end, m, d_end, d in zip(member_end, members, draw_end, draws, strict=True):
        begin = d_end - d
        starts = np.append(draw_start[m_end - m : m_end], d_end) - begin
        rows.append(Draws(payees[member[m_end - m : m_end]], starts, order[begin:d_end], amount[begin:d_end]))
    return rows


class Paying(NamedTuple):
    """How the lines of a block are written."""

    rule: str
    prefix: str
    kind: str
    contra: int = 0
    state: str = FREE


def block_of(draws: Draws, paying: Paying, *, free: Int64s, blocked: Entries) -> Block:
    """Return the lines of a slot: each member's draws out of its lots, then what becomes free.

    `free` is by member of the draws; without it nothing becomes free.
    """
    counts, frees = np.diff(draws.start), (free > 0).astype(np.int64)
    end = np.cumsum(counts + frees)
    free_row = end[frees > 0] - 1
    total = int(end[-1]) if len(end) else 0
    is_draw = np.ones(total, bool)
    is_draw[free_row] = False
    lot = np.full(total, NO_LOT, np.int32)
    lot[is_draw] = draws.order
    amount = np.empty(total, np.int64)
    amount[is_draw] = -draws.amount
    amount[free_row] = free[frees > 0]
    return Block(
        rule=paying.rule,
        prefix=paying.prefix,
        kind=paying.kind,
        member=np.repeat(draws.member, counts + frees),
        lot=lot,
        amount=amount,
        blocked_member=blocked[0],
        blocked_amount=blocked[1],
        contra=paying.contra,
    )


def credit_block(member: Int32s, paid: Int64s, paying: Paying) -> Block:
    """Return lines that give points without a lot: one for each member, ascending, against the contra account."""
    none32, none64 = np.zeros(0, np.int32), np.zeros(0, np.int64)
    no_lot = np.full(len(member), NO_LOT, np.int32)
    return Block(
        rule=paying.rule,
        prefix=paying.prefix,
        kind=paying.kind,
        member=member,
        lot=no_lot,
        amount=paid,
        blocked_member=none32,
        blocked_amount=none64,
        contra=paying.contra,
        state=paying.state,
    )


def draws_without_lots(layout: Layout, paid: Int64s) -> Draws:
    """Return what a slot paid without lots: one draw of NO_LOT for each member; `paid` is by position."""
    member, amount = entries_of(layout, paid)
    start = np.arange(len(member) + 1, dtype=np.int64)
    return Draws(member, start, np.full(len(member), NO_LOT, np.int32), amount)


@dataclass(frozen=True)
class Draw:
    """One draw of a reward from a lot: a row of the columns; its amount is what still stands."""

    orders: Int32s
    amounts: Int64s
    row: int

    @property
    def order(self) -> int:
        """The order whose lot gave."""
        return int(self.orders[self.row])

    @property
    def amount(self) -> int:
        """What still stands."""
        return int(self.amounts[self.row])

    @classmethod
    def of(cls, order: int, amount: int) -> "Draw":
        """Return a draw that stands alone; `order` is NO_LOT where no lot gave."""
        return cls(np.array([order], np.int32), np.array([amount], np.int64), 0)

    def lower(self, part: int) -> None:
        """Let `part` of it stand no more."""
        self.amounts[self.row] -= part


@dataclass(frozen=True)
class Rewards:
    """What one slot paid at one close, and what still stands of it. The arrays change as refunds reverse."""

    slot: Slot
    draws: Draws  # `amount` of a draw is what still stands of it; its order is NO_LOT where no lot gave
    member: Int32s  # entitled members, ascending; those with nothing paid included
    entitled: Int64s
    rest: Int32s
    paid: Int64s
    waiting: Int64s  # cut off and still to be paid (overflow = "hold")
    bases: Int64s | None = None  # the exact bases where they are others than entitled and rest give
    late: dict[int, list[Draw]] = field(default_factory=dict)  # what waiting parts drew when they were paid

    def standing(self, index: int) -> list[Draw]:
        """Return the draws of an entitled member, oldest first."""
        drawn = self.draws.find(int(self.member[index]))
        columns = range(self.draws.start[drawn], self.draws.start[drawn + 1]) if drawn >= 0 else range(0)
        return [Draw(self.draws.order, self.draws.amount, i) for i in columns] + self.late.get(index, [])

    def draw_late(self, index: int, order: int, amount: int) -> None:
        """Note that a waiting part drew on a lot."""
        self.late.setdefault(index, []).append(Draw.of(order, amount))

    def find(self, member: int) -> int:
        """Return the index of an entitled member, or -1."""
        return _index_of(self.member, member)

    def base(self, index: int) -> int:
        """Return the exact weighted base, in units of 1 ÷ slot.den."""
        if self.bases is not None:
            return int(self.bases[index])
        return int(self.entitled[index]) * self.slot.den + int(self.rest[index])


@dataclass(frozen=True)
class PastDay:
    """One close: its forest and the ranks used, the scheduled releases and the rewards."""

    day: int
    upline: Upline
    scheduled: Draws
    rewards: tuple[Rewards, ...]

    def released(self, member: int, order: int) -> int:
        """Return what the lot of `order`, owned by `member`, released by time."""
        index = self.scheduled.find(member)
        if index < 0:
            return 0
        begin, end = self.scheduled.start[index], self.scheduled.start[index + 1]
        of_order = self.scheduled.order[begin:end] == order
        return int(self.scheduled.amount[begin:end][of_order].sum())

    def prefix(self, code: str, slot: Slot) -> str:
        """Return what the keys of a slot's transfers begin with: "release/2026-03-01/generation_share/1/"."""
        return f"{code}/{iso(self.day)}/{slot.path}/"


class BonusRule(Protocol):
    """A rule that pays a bonus on an order, partly in a second kind."""

    use: ClassVar[str]

    @property
    def kind(self) -> str: ...

    @property
    def second_kind(self) -> str | None: ...

    def split(self, paid: int) -> tuple[int, int]: ...


@dataclass
class Bonus:
    """What a rule paid on an order, and what still stands of it."""

    rule: BonusRule
    receiver: int
    paid: int
    draws: list[Draw]  # oldest first; one of NO_LOT where no lot gave
    day: int


class Past:
    """The days closed so far, oldest first, and the bonuses of orders."""

    def __init__(self) -> None:
        self.days: list[PastDay] = []
        self.bonuses: dict[int, Bonus] = {}  # by order

    def since(self, day: int) -> list[PastDay]:
        """Return the closes after `day`."""
        return self.days[bisect_left(self.days, day + 1, key=lambda past: past.day) :]


def rewards_of(close: Close, book: Book, draws: list[Draws]) -> tuple[Rewards, ...]:
    """Return the rewards of a close by member; `draws` are those of its slots."""
    layout = book.forest.layout
    rewards = []
    for row, (slot, drawn) in enumerate(zip(close.slots, draws, strict=True)):
        wished = close.reported.get(row, close.paid[row] + close.blocked[row])
        member, entitled = entries_of(layout, wished)
        position = layout.position[member]
        paid, rest = close.paid[row][position], close.rest[row][position]
        waiting = entitled - paid if slot.rule.overflow == "hold" else np.zeros(len(member), np.int64)
        bases = close.bases[row][position] if row in close.bases else None
        rewards.append(Rewards(slot, drawn, member, entitled, rest, paid, waiting, bases))
    return tuple(rewards)
