"""Posting one fact: the lines go to the journal and the same amounts into the book, so the two cannot differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from jifen.engine.book import NEVER, Book
from jifen.engine.declared import DeclaredValues
from jifen.engine.facts import NOBODY, Int32s, Stores, no_stores
from jifen.engine.forest import Forest
from jifen.engine.kinds import PointKind
from jifen.engine.lines import (
    DEBTS,
    FREE,
    ISSUED,
    LOCKED,
    NO_LOT,
    Cut,
    Dropped,
    Exit,
    Journal,
    PeriodClose,
    Reported,
    StoreClose,
    is_store,
    store_number,
)


class Row(NamedTuple):
    """One side of a transfer: a signed amount of a kind for a party, locked rows with the order of their lot."""

    party: int
    kind: str
    state: str
    amount: int
    order: int = NO_LOT


class Claim(NamedTuple):
    """What a member is to give back of what a rule gave, minor units."""

    member: int
    rule: str
    due: int


@dataclass
class Posting:
    """What a rule needs to post one fact: the book, the journal, and the key, name and day of the fact."""

    book: Book
    journal: Journal
    member_codes: Sequence[str]
    code: str  # of the programme
    path: str  # "order/O7"; keys of transfers are code/path/…
    fact: str  # "order O7", "" for a close
    lot_kind: str
    kinds: Mapping[str, PointKind]
    declared: DeclaredValues
    day: int
    store_table: Stores = field(default_factory=no_stores)
    forest: Forest | None = None  # with the moves of the day; None: that of the book
    cuts: list[Cut] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    reported: list[Reported] = field(default_factory=list)
    stores: list[StoreClose] = field(default_factory=list)
    airdrop: Dropped | None = None
    periods: list[PeriodClose] = field(default_factory=list)
    at: int = 0  # the moment of the fact, microseconds
    rank_names: Sequence[str] = ()  # of the programme's ranks, the lowest first
    token: str = ""  # the kind that comes out of a reserve
    settles_periods: bool = False
    counts_sales: bool = False  # whether rewards of any version share in orders one by one
    repaid: dict[int, int] = field(default_factory=dict)  # by member: how often this fact has paid debts of his
    home: Int32s | None = None  # by member: the store that registered him, or NOBODY; None: nobody has one

    def key(self, key: str) -> str:
        """Return the whole key of a transfer: "growth/order/O7/split"."""
        return f"{self.code}/{self.path}/{key}"

    def free(self, member: int, kind: str) -> int:
        """Return a member's free points."""
        return int(self.book.free[kind][self.book.at(member)])

    def float_of(self, store: int, kind: str) -> int:
        """Return what a store holds to give away (S3-29)."""
        return int(self.book.stores.float_in(kind)[store])

    def spendable(self, store: int, kind: str) -> int:
        """Return what a store can give away, its credit line included (S3-Q3)."""
        return self.float_of(store, kind) + int(self.book.stores.credit[store])

    def held(self, member: int, kind: str) -> int:
        """Return the points that are held for a member's withdrawals."""
        return int(self.book.held[kind][self.book.at(member)])

    def transfer(self, *, key: str, rule: str, rows: Sequence[Row], cause: str = "") -> None:
        """Post a transfer under code/path/`key`; rows of amount 0 are left out, none posts nothing."""
        written = [row for row in rows if row.amount]
        if not written:
            return
        accounts, sums = self.book.accounts, dict.fromkeys((row.kind for row in written), 0)
        for row in written:
            sums[row.kind] += row.amount
            if is_store(row.party):
                self._apply_to_float(row)
            elif row.party < 0:
                accounts[row.kind][-1 - row.party] += row.amount
            else:
                self._apply(row)
        assert not any(sums.values()), (self.path, key, rows)  # invariant 2
        party, kinds, states, amounts, orders = zip(*written, strict=True)
        journal, n = self.journal, len(written)
        journal.transfer += [self.key(key)] * n
        journal.party += party
        journal.kind += kinds
        journal.state += states
        journal.amount += amounts
        journal.rule += [rule] * n
        journal.lot += orders
        journal.cause += [cause or self.fact] * n

    def referrer(self, member: int) -> int:
        """Return who referred a member, moves of the day included, or NOBODY."""
        return int((self.forest or self.book.forest).referrer[member])

    def home_of(self, member: int) -> int:
        """Return the store that registered a member, or NOBODY (S3-11)."""
        return int(self.home[member]) if self.home is not None else NOBODY

    def owner(self, store: int) -> int:
        """Return who owns a store, or NOBODY."""
        return int(self.store_table.owner[store]) if store != NOBODY else NOBODY

    def draw(self, member: int, due: int, before: int = NEVER) -> list[tuple[int, int]]:
        """Draw up to `due` out of a member's lots opened before a day, oldest first; return what each order's lot gave.

        The lots note it as accelerated; the caller posts the rows.
        """
        lots, position = self.book.lots, self.book.at(member)
        drawn = []
        for lot in range(int(lots.start[position]), int(lots.start[position + 1])):
            part = min(due, int(lots.remaining[lot])) if lots.opened_on[lot] < before else 0
            if part > 0:
                due -= part
                lots.released_accelerated[lot] += part
                drawn.append((int(lots.order[lot]), part))
        return drawn

    def block(self, member: int, rule: str, amount: int, kind: str = "") -> None:
        """Note what lots cut off, or what else could not be done; of the kind of the lots where none is named."""
        if amount:
            self.cuts.append(Cut(member, rule, amount, kind or self.lot_kind, self.fact))

    def report(self, member: int, rule: str, kind: str, amount: int) -> None:
        """Note what is computed here and paid elsewhere (S1-15)."""
        if amount:
            self.reported.append(Reported(member, rule, kind, amount))

    def lend(self, member: int, missing: int, policy: str) -> int:
        """Note what free points did not cover of a claim; return what the programme lends for it (policy "debt")."""
        position = self.book.at(member)
        if policy == "debt":
            self.book.debt[position] += missing
            return missing
        self.book.written_off[position] += missing
        return 0

    def claim_free(self, claim: Claim, kind: str, policy: str) -> list[Row]:
        """Return the rows that take free points back into what was issued, as far as a member has them.

        The policy "only_locked" takes none, "debt" lends what is missing of the lots' kind. The rest is noted as cut.
        """
        if policy == "only_locked":
            return []
        taken = min(claim.due, self.free(claim.member, kind))
        missing = claim.due - taken
        lent = self.lend(claim.member, missing, policy) if policy == "debt" and kind == self.lot_kind else 0
        self.block(claim.member, claim.rule, missing - lent, kind)
        back = Row(claim.member, kind, FREE, -taken), Row(DEBTS, kind, FREE, -lent)
        return [*back, Row(ISSUED, kind, FREE, taken + lent)]

    def pay_debts(self, member: int) -> None:
        """Pay what a member owes from what a credit has made free (refund policy "debt")."""
        position = self.book.at(member)
        due = min(int(self.book.debt[position]), int(self.book.free[self.lot_kind][position]))
        if due > 0:
            self.book.debt[position] -= due
            rows = (Row(member, self.lot_kind, FREE, -due), Row(DEBTS, self.lot_kind, FREE, due))
            again = self.repaid[member] = self.repaid.get(member, 0) + 1
            key = f"debt_repayment/{self.member_codes[member]}" + (f"/{again}" if again > 1 else "")
            self.transfer(key=key, rule="debt_repayment", rows=rows)

    def _apply_to_float(self, row: Row) -> None:
        stores, store = self.book.stores, store_number(row.party)
        floats = stores.float_in(row.kind)
        floats[store] += row.amount
        assert row.amount > 0 or floats[store] >= -stores.credit[store], row

    def _apply(self, row: Row) -> None:
        book = self.book
        if row.state != LOCKED:
            purse = book.free if row.state == FREE else book.held
            position = book.at(row.party)
            purse[row.kind][position] += row.amount
            assert purse[row.kind][position] >= 0, row
        else:
            self._apply_to_lot(int(book.place[row.order]), row.amount)

    def _apply_to_lot(self, lot: int, amount: int) -> None:
        lots = self.book.lots
        lots.remaining[lot] += amount
        assert lots.remaining[lot] >= 0
        lots.closed_on[lot] = self.day if lots.remaining[lot] == 0 else NEVER
