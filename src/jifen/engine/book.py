"""The book: the state of a programme as arrays, members by position of the forest's layout (ADR 0003)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import NOBODY, Facts, Int32s, Int64s
from jifen.engine.forest import Forest, Layout
from jifen.engine.kernels.releases import take_from_lots
from jifen.engine.lines import ACCOUNTS, FREE
from jifen.engine.pool import Pool
from jifen.engine.trade import Center, Note, Patron, Sale, Shareholder, StoreBook, Walk

NEVER = np.iinfo(np.int32).max  # the opening day of a lot that is not open


@dataclass
class Lots:
    """Lots, each member's together and oldest first; the lots of position p are [start[p], start[p + 1]).

    Every order of the facts has its place from the beginning, empty (opened_on = NEVER) until it is granted, so
    opening a lot never moves another. Amounts are minor units of the programme's lot kind;
    remaining = granted - released_scheduled - released_accelerated - cancelled, always.
    """

    start: Int32s
    order: Int32s
    opened_on: Int32s
    closed_on: Int32s
    paid_back_on: Int32s  # the close at which the releases had reached the price; NEVER before
    base: Int64s  # what periodic releases are taken of: the order's amount less refunds, or its units × 10,000
    granted: Int64s
    released_scheduled: Int64s
    released_accelerated: Int64s
    cancelled: Int64s
    claimed: Int64s  # claimed back from the owner and not yet matched by a reversal (settlement page, Refund 5)
    remaining: Int64s

    @classmethod
    def empty(cls, layout: Layout, member: Int32s, at: Int64s) -> "Lots":
        """Return a place for each order of `member` at the moment `at`, all without a grant."""
        position = layout.position[member]
        order = np.lexsort((at, position)).astype(np.int32)
        n = len(order)
        zeros = (np.zeros(n, np.int64) for _ in range(7))
        opened_on, closed_on, paid_back_on = (np.full(n, NEVER, np.int32) for _ in range(3))
        start = _starts(position, len(layout.member))
        return cls(start, order, opened_on, closed_on, paid_back_on, *zeros)

    def place_of_orders(self) -> Int32s:
        """Return each order's index among the lots."""
        place = np.empty_like(self.order)
        place[self.order] = np.arange(len(self.order), dtype=np.int32)
        return place

    def relaid(self, old: Layout, new: Layout) -> "Lots":
        """Return the same lots in the order of another layout."""
        owner = np.repeat(new.position[old.member], np.diff(self.start))
        moved = np.argsort(owner, kind="stable")
        columns = (getattr(self, field.name)[moved] for field in fields(self) if field.name != "start")
        return Lots(_starts(owner, len(new.member)), *columns)


def _starts(position: Int32s, members: int) -> Int32s:
    counts = np.bincount(position, minlength=members)
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts))).astype(np.int32)


class Book:
    """The state of a programme at a moment. Arrays are by position; `at(member)` gives a member's position."""

    def __init__(self, *, forest: Forest, kinds: Iterable[str], lots: Lots) -> None:
        n = len(forest)
        self.forest = forest
        self.lots = lots
        self.place = lots.place_of_orders()
        self.free: dict[str, Int64s] = {kind: np.zeros(n, np.int64) for kind in kinds}
        self.held: dict[str, Int64s] = {kind: np.zeros(n, np.int64) for kind in self.free}  # for withdrawals
        self.debt = np.zeros(n, np.int64)  # of the lot kind
        self.written_off = np.zeros(n, np.int64)
        self.rank: NDArray[np.int8] = np.zeros(n, np.int8)
        self.rank_since = np.zeros(n, np.int32)
        self.volume = np.zeros(n, np.int64)  # lot kind: what ranks are found by; 1 point = 1 CNY
        self.volume_amount = np.zeros(n, np.int64)  # money: whole standing amounts
        self.volume_points = np.zeros(n, np.int64)  # lot kind: the part of them paid in points
        self.volume_kinds: dict[str, Int64s] = {}  # of volume_points, what was paid in each kind; filled as they come
        self.frozen, self.joined = np.zeros(n, bool), np.ones(n, bool)  # a book of facts knows who will join later
        self.units = np.zeros(n, np.int64)  # bought less refunded, such as devices
        self.units_new = np.zeros(n, np.int64)  # of them those bought since the last close
        self.month_units = np.zeros(n, np.int64)  # bought this month less what refunds took this month
        self.agent = np.zeros(n, bool)
        self.agent_since = np.zeros(n, np.int32)
        self.strikes, self.carry = np.zeros(n, np.int64), np.zeros(n, np.int64)  # months missed in a row; units missing
        self.bought, self.released_tickets = np.zeros(n, np.int64), np.zeros(n, np.int64)  # of the exchange
        self.consumption = np.zeros(n, np.int64)  # money: what fed the pool since the last exit, less refunds (S1-Q2)
        self.exits = np.zeros(n, np.int64)  # how often the member was made to sell
        self.since = np.zeros(n, np.int64)  # when the holding of the pool's kind last began; 0: there is none
        self.shareholder = np.zeros(n, bool)  # of the alliance (S3-20)
        self.active, self.center_packs = np.zeros(n, np.int64), np.zeros(n, np.int64)  # standing packs (S2-02, S2-13)
        self._begin_trade()
        self.accounts = {kind: [0] * len(ACCOUNTS) for kind in self.free}  # of the programme, always free
        self.dust: dict[str, int] = {}  # by rule: what share-outs have left in the pool
        self.code = ""  # of the programme

    def _begin_trade(self) -> None:
        """Begin without a pool, stores, centres and orders that a close shares out."""
        self.pool: Pool | None = None
        self.stores = StoreBook.empty(0)
        self.patrons: dict[int, dict[int, Patron]] = {}  # by store, then by member
        self.partner_rule: object = None  # by which the last close found partners
        self.changed_patrons: set[tuple[int, int]] = set()  # (store, member) since the last close
        self._partners: dict[int, list[int]] = {}  # by store: who is flagged as one; filled when asked for
        self.shareholders: dict[int, dict[int, Shareholder]] = {}  # by store, then by member
        self.territories: dict[str, int] = {}  # who holds a region, by its code
        self.notes: dict[int, Note] = {}  # by order: what it was divided into
        self.pending: list[int] = []  # orders whose share waits for its mint, in the order in which they counted
        self.centers: dict[str, Center] = {}  # by region
        self.walks: dict[int, Walk] = {}  # by member: of the open day
        self.emitted, self.funded = 0, 0  # tokens given out of the cap, by airdrops and into the reserve
        self.sales: dict[int, Sale] = {}  # by order: those of the open day
        self.brought: Counter[tuple[str, int]] = Counter()  # by (event, referrer): who joined on the open day (S2-24)

    @classmethod
    def of(cls, facts: Facts, kinds: Iterable[str]) -> "Book":
        """Return the book before the first fact, with a place for every member and order of the facts."""
        forest = Forest(facts.members.referrer)
        book = cls(forest=forest, kinds=kinds, lots=Lots.empty(forest.layout, facts.orders.member, facts.orders.at))
        book.stores = StoreBook.empty(len(facts.stores))
        return book

    def __len__(self) -> int:
        return len(self.forest)

    def at(self, member: int) -> int:
        """Return a member's position."""
        return int(self.forest.layout.position[member])

    def patron(self, store: int, member: int) -> Patron:
        """Return what a store remembers of a member, to be changed."""
        self.changed_patrons.add((store, member))
        return self.patrons.setdefault(store, {}).setdefault(member, Patron())

    def partners(self, store: int) -> list[int]:
        """Return the partners of a store as the last close found them, ascending."""
        if store not in self._partners:
            patrons = self.patrons.get(store, {})
            self._partners[store] = sorted(member for member, patron in patrons.items() if patron.partner)
        return self._partners[store]

    def forget_partners(self, store: int) -> None:
        """Let the partners of a store be found anew, because a flag has changed."""
        self._partners.pop(store, None)

    def holds_shares(self, member: int, store: int = NOBODY) -> bool:
        """Return whether a member holds shares of a store, or of any."""
        of = self.shareholders.values() if store == NOBODY else (self.shareholders.get(store, {}),)
        return any(member in holders for holders in of)

    def file_holding(self, member: int, kind: str, at: int) -> None:
        """Bring a member's holding of the pool's kind to where it is now."""
        assert self.pool is not None
        position = self.at(member)
        holding = int(self.free[kind][position])
        if not holding:
            self.since[position] = 0
        elif not self.since[position]:
            self.since[position] = at
        self.pool.queue.file(member, int(self.consumption[position]), holding, int(self.since[position]))

    def move(self, forest: Forest) -> None:
        """Lay the book out for another forest of the same members."""
        old, new = self.forest.layout, forest.layout
        came_from = old.position[new.member]
        for name, column in vars(self).items():
            if isinstance(column, np.ndarray) and name != "place":
                setattr(self, name, column[came_from])
        self.free = {kind: column[came_from] for kind, column in self.free.items()}
        self.held = {kind: column[came_from] for kind, column in self.held.items()}
        self.volume_kinds = {kind: column[came_from] for kind, column in self.volume_kinds.items()}
        self.lots = self.lots.relaid(old, new)
        self.place = self.lots.place_of_orders()
        self.forest = forest

    def locked(self) -> Int64s:
        """Return the locked points of each position."""
        sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(self.lots.remaining)))
        return sums[self.lots.start[1:]] - sums[self.lots.start[:-1]]

    def locked_of(self, position: int, before: int = NEVER) -> int:
        """Return what a position's lots hold that were opened before a day."""
        lots = self.lots
        mine = slice(lots.start[position], lots.start[position + 1])
        return int(lots.remaining[mine][lots.opened_on[mine] < before].sum())

    def note_paid_back(self, day: int) -> None:
        """Note the lots whose releases have reached the price: the title of their units passes (S0-12)."""
        lots = self.lots
        back = (lots.granted > 0) & (lots.released_scheduled + lots.released_accelerated >= lots.base) & (lots.base > 0)
        lots.paid_back_on[back & (lots.paid_back_on == NEVER)] = day

    def counting_units(self) -> Int64s:
        """Return the units that count at a close: those bought before its day."""
        return self.units - self.units_new

    def volume_in(self, kind: str) -> Int64s:
        """Return the column of volumes paid in a kind."""
        return self.volume_kinds.setdefault(kind, np.zeros(len(self), np.int64))

    def take(self, *, day: int, scheduled: Int64s, drawn: Int64s, paid: Iterable[tuple[str, str, Int64s]]) -> None:
        """Apply a close: releases (by lot) leave the lots, what is paid (by state, kind, position) arrives."""
        lots = self.lots
        take_from_lots(
            lots.remaining,
            lots.released_scheduled,
            lots.released_accelerated,
            lots.closed_on,
            scheduled,
            drawn,
            day,
        )
        for state, kind, of_kind in paid:
            (self.free if state == FREE else self.held)[kind] += of_kind
