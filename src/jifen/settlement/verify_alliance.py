"""What is kept of stores' points, shareholders and periods, compared with the replay: day by day, and as it is (S3)."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from jifen.engine.days import date_of
from jifen.engine.facts import NOBODY
from jifen.engine.lines import DayLines
from jifen.engine.message import Message
from jifen.engine.replay import Replay
from jifen.facts.floats import PERIOD
from jifen.facts.terms import Terms
from jifen.ledger.chart import STORES, chart_of, owner_of_store
from jifen.ledger.models import Balance
from jifen.pools.models import OrderNote
from jifen.settlement.conservation import Where, where_in
from jifen.settlement.facts import Stored
from jifen.settlement.verify_airdrop import unlike_cuts
from jifen.settlement.verify_growth import Rows, unlike
from jifen.stores.models import Conservation, Period, Store, StoreStanding

FLOAT = ("balance", "floor")
STANDING = ("credit", "settled_until")
NOTE = ("granted_points", "owed", "rebates")
OF_PERIOD = ("start_on", "until_on", "rate", *PERIOD)


class AllianceMemory:
    """Compares floats, credit lines, what stores owe, periods and the proofs of points with those of the replay."""

    def __init__(self, terms: Terms, replay: Replay, stored: Stored) -> None:
        self.terms = terms
        self.programme_id = terms.programme_id
        self.replay = replay
        self.ids = stored.ids.tolist()
        self.ticks = stored.lots.tolist()
        self.stores = stored.stores.tolist()
        self.concerned = terms.has_alliance

    def of_day(self, lines: DayLines, *, is_closed: bool) -> Iterator[Message]:
        """Yield what of a day's periods, blocked amounts and proof of points was kept otherwise."""
        if not self.concerned:
            return
        on = date_of(lines.day)
        yield from unlike_cuts(self.programme_id, self.ids, on, lines)
        yield from self._periods(lines)
        if is_closed:
            yield from self._conservation(on)

    def at_the_end(self) -> Iterator[Message]:
        """Yield what is not now as the replay has it."""
        if not self.concerned:
            return
        yield from self._floats()
        yield from self._standings()
        yield from self._notes()

    def _periods(self, lines: DayLines) -> Iterator[Message]:
        """Compare the periods that a day's facts have settled, each known by its store and first day."""
        codes, actions = self.replay.facts.stores.codes, self.replay.facts.actions
        ticks = [tick for tick, day, name in zip(actions.at.tolist(), actions.day.tolist(), actions.action, strict=True)
                 if name == "settle_period" and day == lines.day]  # fmt: skip
        code = dict(zip(self.stores, codes, strict=True))
        kept: Rows = {
            f"{code[row.store_id]} {row.start_on}": (
                *(row.start_on, row.until_on, Fraction(row.rate)),
                *(getattr(row, name) for name in PERIOD),
            )
            for row in Period.objects.filter(programme_id=self.programme_id, tick__in=ticks)
        }
        expected: Rows = {
            f"{codes[one.store]} {date_of(one.start)}": (
                *(date_of(one.start), date_of(one.until), one.rate),
                *(getattr(one, name) for name in PERIOD),
            )
            for one in lines.periods
        }
        yield from unlike(kept, expected, OF_PERIOD, "period {}")

    def _conservation(self, on: date) -> Iterator[Message]:
        if not self.terms.float_kind:
            return
        rows = Conservation.objects.filter(programme_id=self.programme_id, day=on)
        kept = {row.kind: tuple(getattr(row, name) for name in Where._fields) for row in rows}
        expected = {self.terms.float_kind: tuple(where_in(self.replay, self.terms.float_kind))}
        if kept or any(any(row) for row in expected.values()):  # days before the first fact are not settled
            yield from unlike(kept, expected, Where._fields, f"conservation of {{}} {on}")

    def _floats(self) -> Iterator[Message]:
        """Compare what stores hold, and how far below nothing they may go, with the balances of the ledger."""
        kind, sums = self.terms.float_kind, self.replay.book.stores
        if not kind:
            return
        chart = chart_of(self.programme_id).id(kind, "float")
        rows = Balance.objects.filter(account_id=chart, owner__gte=STORES)
        kept = {owner: (amount, floor) for owner, amount, floor in rows.values_list("owner", "amount", "floor")}
        expected = {
            owner_of_store(store): (int(sums.float_in(kind)[at]), -int(sums.credit[at]))
            for at, store in enumerate(self.stores)
        }
        kept |= dict.fromkeys(expected.keys() - kept.keys(), (0, 0))
        titles = dict(zip(map(owner_of_store, self.stores), self.replay.facts.stores.codes, strict=True))
        yield from unlike(kept, expected, FLOAT, "points of store {}", titles)

    def _standings(self) -> Iterator[Message]:
        codes, sums = dict(Store.objects.filter(programme_id=self.programme_id).values_list("id", "code")), {}
        for at, store in enumerate(self.stores):
            until = int(self.replay.book.stores.settled_until[at])
            sums[codes[store]] = (int(self.replay.book.stores.credit[at]), date_of(until) if until else None)
        rows = StoreStanding.objects.filter(store__programme_id=self.programme_id)
        kept: Rows = {codes[row.pk]: (row.credit, row.settled_until) for row in rows}
        yield from unlike({**dict.fromkeys(sums, (0, None)), **kept}, sums, STANDING, "store {}")

    def _notes(self) -> Iterator[Message]:
        rows = OrderNote.objects.filter(programme_id=self.programme_id)
        kept = {row[0]: tuple(row[1:]) for row in rows.values_list("tick", *NOTE)}
        expected = {
            self.ticks[order]: (
                *(note.grant, note.owed),
                [[self.ids[at] if at != NOBODY else None, amount] for at, amount in note.rebates],
            )
            for order, note in self.replay.book.notes.items()
        }
        codes = dict(zip(self.ticks, self.replay.facts.orders.codes, strict=True))
        yield from unlike(kept, expected, NOTE, "order {}", codes)
