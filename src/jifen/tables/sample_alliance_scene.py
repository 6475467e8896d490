"""A made-up alliance while it is told: what stores and members hold at a moment, and what is to happen next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from numpy.random import Generator

from jifen.engine.amounts import Rate
from jifen.engine.facts import NOBODY
from jifen.tables.sample_alliance_book import AllianceBook, Bill, StoreDeed

STORED = "stored_value"
FEN = 100  # in a yuan
Deal = Callable[[int], None]


@dataclass
class Scene:
    """Everything as it stands now; amounts in minor units, money in fen, moments local seconds before `end`."""

    rng: Generator
    book: AllianceBook
    end: int
    floats: list[int] = field(default_factory=list)  # by store
    credit: list[int] = field(default_factory=list)
    owed: list[dict[int, int]] = field(default_factory=list)  # by store: how much for which sale, oldest first
    grants: dict[int, int] = field(default_factory=dict)  # by sale: the points that it is to bring
    points: list[int] = field(default_factory=list)  # by member
    stored: list[int] = field(default_factory=list)
    _next: list[tuple[int, int, Deal]] = field(default_factory=list)

    def __post_init__(self) -> None:
        stores, members = len(self.book.outlets), len(self.book.people)
        self.floats, self.credit, self.owed = [0] * stores, [0] * stores, [{} for _ in range(stores)]
        self.points, self.stored = [0] * members, [0] * members
        self._number = count()
        self.kind = self.book.terms.float_kind
        self.unit = 10 ** self.book.terms.kinds[self.kind].decimals
        self.has_stored = STORED in self.book.terms.kinds and "top_up" in self.book.terms.actions

    def later(self, at: int, deal: Deal) -> None:
        """Let something happen at a moment, when that is before the end."""
        if at < self.end:
            heappush(self._next, (at, next(self._number), deal))

    def play(self) -> None:
        """Let everything happen in the order of time."""
        while self._next:
            at, _, deal = heappop(self._next)
            deal(at)

    def act(self, deed: StoreDeed) -> bool:
        """Note an action where the programme has a rule for it; return whether it has."""
        known = deed.action in self.book.terms.actions or deed.action == "move_referrer"
        self.book.store_deeds += [deed] if known else []
        return known

    def chance(self, share: float) -> bool:
        """Return whether something happens that does so in a share of cases."""
        return bool(self.rng.random() < share)

    def pick(self, *choices: int) -> int:
        """Return one of several numbers."""
        return choices[int(self.rng.integers(0, len(choices)))]

    def spread(self, seconds: int) -> int:
        """Return a time span of up to so many seconds, at least one."""
        return 1 + int(self.rng.integers(0, max(seconds, 1)))

    def sell(self, bill: Bill) -> int:
        """Note a sale, give its points or owe them; return its number."""
        number = len(self.book.bills)
        self.book.bills.append(bill)
        ratio = bill.ratio or self.book.outlets[bill.store].ratio
        grant = Rate.parse(ratio).floor(bill.amount * self.unit // FEN) if ratio else 0
        self.grants[number] = grant
        if grant > self.able(bill.store):
            self.owed[bill.store][number] = grant
        else:
            self.give(bill.store, bill.member, grant)
        return number

    def able(self, store: int) -> int:
        """Return what a store can give away."""
        return self.floats[store] + self.credit[store]

    def give(self, store: int, member: int, amount: int) -> None:
        """Move points from a store to a member."""
        self.floats[store] -= amount
        self.points[member] += amount

    def take_back(self, number: int, fen: int) -> None:
        """Take back the points of a refund: first what is owed, then what the buyer still has."""
        bill = self.book.bills[number]
        due, waiting = self.grants[number] * fen // bill.amount, self.owed[bill.store]
        if number in waiting:
            waived = min(due, waiting[number])
            waiting[number] -= waived
            due -= waived
            if not waiting[number]:
                del waiting[number]
        self.give(bill.store, bill.member, -min(due, self.points[bill.member]))

    def pay_owed(self, at: int, store: int, member: int = NOBODY) -> None:
        """Let a store pay what it owes to a member, or to all, oldest first, as far as its points go."""
        bills, waiting = self.book.bills, self.owed[store]
        due = [number for number in waiting if member in (NOBODY, bills[number].member)]
        if not due or waiting[due[0]] > self.able(store):
            return
        if not self.act(StoreDeed(at=at, action="pay_owed", member=member, store=store)):
            return
        for number in due:
            if waiting[number] > self.able(store):
                return
            self.give(store, bills[number].member, waiting.pop(number))
