"""Writes the lines of a chunk: temporary tables by COPY, one UPDATE of balances and one of lots, entries by COPY."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import psycopg

from jifen.engine.message import say
from jifen.ledger.batches import Batch, Int64s
from jifen.ledger.chart import PROGRAMME
from jifen.ledger.columns import DAYS, Rows, write_columns
from jifen.ledger.connection import Row
from jifen.ledger.errors import UnknownAccountError

SUM_MAX = 2**62
ENTRY = np.dtype(
    [
        *(("transfer_id", "i8"), ("owner", "i8"), ("amount", "i8"), ("lot", "i8")),
        *(("business_date", DAYS), ("chart", "i2"), ("part", "i2")),
    ]
)
DELTA = np.dtype([("owner", "i8"), ("chart", "i2"), ("amount", "i8")])
LOT_DELTA = np.dtype(
    [("owner", "i8"), ("id", "i8"), ("scheduled", "i8"), ("accelerated", "i8"), ("cancelled", "i8"), ("amount", "i8")]
)

TEMPORARY = """
    CREATE TEMPORARY TABLE IF NOT EXISTS ledger_delta
        (owner bigint NOT NULL, chart smallint NOT NULL, amount bigint NOT NULL) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS ledger_lot_delta (
        owner bigint NOT NULL, id bigint NOT NULL, scheduled bigint NOT NULL, accelerated bigint NOT NULL,
        cancelled bigint NOT NULL, amount bigint NOT NULL) ON COMMIT DELETE ROWS;
    TRUNCATE ledger_delta, ledger_lot_delta
"""
UPDATE_BALANCES = """
    UPDATE ledger_balance b SET amount = b.amount + d.amount FROM ledger_delta d
    WHERE b.owner = d.owner AND b.chart = d.chart AND b.owner >= %s AND b.owner < %s
"""
FIRST_BALANCES = """
    INSERT INTO ledger_balance (owner, chart, amount, floor)
    SELECT d.owner, d.chart, d.amount, c.floor FROM ledger_delta d JOIN ledger_chart c ON c.id = d.chart
    WHERE NOT EXISTS (
        SELECT FROM ledger_balance b WHERE b.owner = d.owner AND b.chart = d.chart AND b.owner >= %s AND b.owner < %s)
    ORDER BY 1, 2
"""
UPDATE_LOTS = """
    UPDATE ledger_lot t SET scheduled = t.scheduled - d.scheduled, accelerated = t.accelerated - d.accelerated,
        cancelled = t.cancelled - d.cancelled, remaining = t.remaining + d.amount,
        closed = (t.remaining + d.amount = 0),
        closed_on = CASE WHEN t.remaining + d.amount = 0 THEN %s::date ELSE '9999-12-31' END
    FROM ledger_lot_delta d
    WHERE t.owner = d.owner AND t.id = d.id AND t.owner >= %s AND t.owner < %s AND t.programme_id = %s
"""
NEW_TRANSFERS = """
    INSERT INTO ledger_transfer (id, business_date, programme_id, rule, key, first_owner, end_owner)
    SELECT nextval('ledger_transfer_id'), %s, %s, q.rule, q.key, %s, %s
    FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS q (rule, key, i) ORDER BY q.i RETURNING id
"""


@dataclass(frozen=True)
class Writer:
    """Writes the batches of the owners from `first` up to `end`, on a cursor in a transaction."""

    here: psycopg.Cursor[Row]
    programme_id: int
    day: date
    first: int
    end: int

    def write(self, batches: Sequence[Batch], *, cached: Sequence[int], striped: frozenset[int]) -> int:
        """Write everything; return how many entries."""
        batches = [batch for batch in batches if len(batch.owner)]
        assert sum(int(np.abs(batch.amount).max()) * len(batch.amount) for batch in batches) < SUM_MAX, "sums overflow"
        self.here.execute(TEMPORARY)
        self._update_balances(balance_deltas(batches, cached, self.first, self.end))
        self._update_lots(lot_deltas(batches))
        return self._insert_entries(batches, striped)

    def _update_balances(self, deltas: Rows) -> None:
        if not len(deltas):
            return
        write_columns(self.here, "ledger_delta", [deltas])
        self.here.execute(UPDATE_BALANCES, (self.first, self.end))
        found = self.here.rowcount
        if found < len(deltas):
            self.here.execute(FIRST_BALANCES, (self.first, self.end))
            found += self.here.rowcount
        assert found == len(deltas), "every balance is written exactly once"

    def _update_lots(self, deltas: Rows) -> None:
        if not len(deltas):
            return
        write_columns(self.here, "ledger_lot_delta", [deltas])
        self.here.execute(UPDATE_LOTS, (self.day, self.first, self.end, self.programme_id))
        if self.here.rowcount != len(deltas):
            raise UnknownAccountError(say("a line names no account of the programme, or no lot of its owner"))

    def _insert_entries(self, batches: Sequence[Batch], striped: frozenset[int]) -> int:
        self.here.execute(
            NEW_TRANSFERS,
            (
                *(self.day, self.programme_id, self.first, self.end),
                *([batch.rule for batch in batches], [batch.prefix for batch in batches]),
            ),
        )
        ids = [int(row[0]) for row in self.here.fetchall()]
        rows = [self._entries(batch, transfer) for batch, transfer in zip(batches, ids, strict=True)]
        rows += [self._legs(batch, transfer, striped) for batch, transfer in zip(batches, ids, strict=True)]
        write_columns(self.here, "ledger_entry", rows)
        return sum(map(len, rows))

    def _entries(self, batch: Batch, transfer: int) -> Rows:
        entries = np.empty(len(batch.owner), ENTRY)
        entries["transfer_id"] = transfer
        entries["business_date"] = self.day
        entries["owner"], entries["chart"], entries["amount"] = batch.owner, batch.chart, batch.amount
        entries["lot"], entries["part"] = batch.lot, batch.part
        return entries

    def _legs(self, batch: Batch, transfer: int, striped: frozenset[int]) -> Rows:
        """Return what the programme gives or takes for a batch."""
        amount = -int(batch.amount.sum())
        if not batch.to_programme or not amount:
            return np.empty(0, ENTRY)
        legs = [(PROGRAMME, amount)]
        if batch.to_programme in striped:
            query = "SELECT * FROM ledger_move_stripes(%s::smallint, %s::bigint, %s)"
            legs = self.here.execute(query, (batch.to_programme, amount, f"{batch.prefix}{self.first}")).fetchall()
        return np.array(
            [(transfer, owner, part, 0, np.datetime64(self.day), batch.to_programme, 0) for owner, part in legs], ENTRY
        )


def balance_deltas(batches: Sequence[Batch], cached: Sequence[int], first: int, end: int) -> Rows:
    """Return what each balance of the owners changes by, in order; what adds up to nothing is left out."""
    place = np.full(2**15, -1, np.int64)
    place[list(cached)] = np.arange(len(cached))
    sums = np.zeros((end - first) * len(cached), np.int64)
    for batch in batches:
        column = place[batch.chart]
        kept = column >= 0
        np.add.at(sums, ((batch.owner - first) * len(cached) + column)[kept], batch.amount[kept])
    (moved,) = sums.nonzero()
    deltas = np.empty(len(moved), DELTA)
    deltas["owner"] = first + moved // max(len(cached), 1)
    deltas["chart"] = np.array(cached, np.int16)[moved % max(len(cached), 1)]
    deltas["amount"] = sums[moved]
    return deltas


def lot_deltas(batches: Sequence[Batch]) -> Rows:
    """Return what each lot changes by, by owner and lot."""
    named = [batch.lot > 0 for batch in batches]
    owner = np.concatenate([batch.owner[kept] for batch, kept in zip(batches, named, strict=True)])
    lot = np.concatenate([batch.lot[kept] for batch, kept in zip(batches, named, strict=True)])
    amount = np.concatenate([batch.amount[kept] for batch, kept in zip(batches, named, strict=True)])
    part = np.concatenate([batch.part[kept] for batch, kept in zip(batches, named, strict=True)])
    order = np.lexsort((lot, owner))
    owner, lot, amount, part = owner[order], lot[order], amount[order], part[order]
    begins = np.ones(len(owner), bool)
    begins[1:] = (owner[1:] != owner[:-1]) | (lot[1:] != lot[:-1])
    (starts,) = begins.nonzero()
    deltas = np.empty(len(starts), LOT_DELTA)
    deltas["owner"], deltas["id"] = owner[starts], lot[starts]
    for number, name in enumerate(("scheduled", "accelerated", "cancelled"), start=1):
        deltas[name] = _sums(np.where(part == number, amount, 0), starts)
    deltas["amount"] = _sums(amount, starts)
    return deltas


def _sums(values: Int64s, starts: Int64s) -> Int64s:
    return np.add.reduceat(values, starts) if len(starts) else values
