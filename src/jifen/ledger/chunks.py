"""One chunk of a day's lines: the owners of one cell of the grid, in one transaction."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import psycopg
from django.db import DataError, IntegrityError, transaction

from jifen.engine.message import Message
from jifen.ledger.batches import Batch, Int64s, Skipped
from jifen.ledger.connection import Row, cursor
from jifen.ledger.errors import ERRORS, ClosedDayError, KeyReusedError, LedgerError, refusals
from jifen.ledger.writer import Writer

SKIPPED_MAX = 1_000  # of one chunk; more is no bad account but a fault of the run

Beside = Callable[[psycopg.Cursor[Row], int, int], None]


@dataclass(frozen=True)
class RunFacts:
    """What all chunks of a run share."""

    programme_id: int
    day: date
    batches: tuple[Batch, ...]
    chunk_owners: int
    run: str  # key of the run; another set of batches of the same day is another run
    cached: tuple[int, ...]  # accounts with balances
    striped: frozenset[int]

    @classmethod
    def of(cls, *, programme_id: int, day: date, batches: Sequence[Batch], chunk_owners: int) -> "RunFacts":
        """Check the batches and read what accounts the programme has."""
        for batch in batches:
            if len(batch.owner) and ((np.diff(batch.owner) < 0).any() or batch.owner[0] < 1):
                raise ValueError(f"the owners of {batch.prefix} are not in order")
            if (batch.amount == 0).any() or (batch.part > 3).any():
                raise ValueError(f"{batch.prefix} has an amount of zero, or a part that nightly runs do not move")
        rows = cursor().execute(
            "SELECT id, stripes FROM ledger_chart WHERE programme_id = %s AND cached ORDER BY id", (programme_id,)
        )
        accounts: list[tuple[int, int]] = rows.fetchall()
        name = hashlib.sha256("\n".join(batch.prefix for batch in batches).encode()).hexdigest()[:16]
        return cls(
            *(programme_id, day, tuple(batches), chunk_owners, f"run/{day}/{name}"),
            tuple(account for account, stripes in accounts if stripes == 1),
            frozenset(account for account, stripes in accounts if stripes > 1),
        )

    def claim_grid(self, here: psycopg.Cursor[Row]) -> None:
        """Note the grid of a run when it begins, so that another grid cannot post an owner twice."""
        facts = hashlib.sha256(str(self.chunk_owners).encode()).digest()
        here.execute(
            "INSERT INTO ledger_key VALUES (%s, %s, 0, %s, %s) ON CONFLICT DO NOTHING",
            (self.programme_id, self.run, self.day, facts),
        )
        query = "SELECT facts FROM ledger_key WHERE programme_id = %s AND key = %s"
        if here.execute(query, (self.programme_id, self.run)).fetchone() != (facts,):
            raise KeyReusedError(Message(ERRORS["JF001"][1].template, {"key": self.run}))

    def chunks(self) -> Iterator["Chunk"]:
        """Return the cells of the grid from the first owner to the last."""
        owners = [batch.owner for batch in self.batches if len(batch.owner)]
        if owners:
            first = min(int(owner[0]) for owner in owners) // self.chunk_owners * self.chunk_owners
            for begin in range(first, max(int(owner[-1]) for owner in owners) + 1, self.chunk_owners):
                yield Chunk(self, begin, begin + self.chunk_owners)


@dataclass(frozen=True)
class Chunk:
    """The lines of the owners from `first` up to `end`."""

    facts: RunFacts
    first: int
    end: int

    @property
    def key(self) -> str:
        """What this chunk is called among the keys."""
        return f"{self.facts.run}/{self.first}"

    @cached_property
    def batches(self) -> list[Batch]:
        """The rows of this chunk."""
        return [batch.between(self.first, self.end) for batch in self.facts.batches]

    @property
    def lines(self) -> int:
        """How many rows it has."""
        return sum(len(batch.owner) for batch in self.batches)

    def digest(self) -> bytes:
        """Return the SHA-256 of the rows."""
        return hashlib.sha256(b"".join(batch.digest() for batch in self.batches)).digest()

    def post(self, beside: Beside | None) -> int | None:
        """Post the lines in the transaction at hand; return how many entries, None when the chunk is there."""
        here = cursor()
        facts = self.facts
        with refusals():
            here.execute("SELECT ledger_begin(%s, %s)", (facts.programme_id, facts.day))
            here.execute(
                "INSERT INTO ledger_key VALUES (%s, %s, 0, %s, %s) ON CONFLICT DO NOTHING",
                (facts.programme_id, self.key, facts.day, self.digest()),
            )
        if not here.rowcount:
            return None
        skipped: list[Skipped] = []
        entries = self._post_or_halve(beside, skipped)
        with refusals():
            here.executemany(
                "INSERT INTO ledger_skipped VALUES (%s, %s, %s, %s, %s)",
                [(facts.programme_id, facts.day, facts.run, bad.owner, bad.reason) for bad in skipped],
            )
        return entries

    def _post_or_halve(self, beside: Beside | None, skipped: list[Skipped]) -> int:
        """Post the owners; when that is refused each half of them, down to the owner who is to blame."""
        try:
            with transaction.atomic(), refusals():
                here = cursor()
                entries = self._write(here) if self.lines else 0
                if beside:
                    beside(here, self.first, self.end)
                return entries
        except ClosedDayError:
            raise
        except (LedgerError, IntegrityError, DataError) as error:
            owners = np.unique(np.concatenate([batch.owner for batch in self.batches]))
            if len(owners) <= 1:
                skipped.extend(Skipped(int(owner), str(error).split("\n")[0]) for owner in owners)
                if len(skipped) > SKIPPED_MAX or not len(owners):
                    raise
                return self._beside_the_skipped(beside, owners)
            middle = int(owners[len(owners) // 2])
        halves = Chunk(self.facts, self.first, middle), Chunk(self.facts, middle, self.end)
        return sum(half._post_or_halve(beside, skipped) for half in halves)

    def _write(self, here: psycopg.Cursor[Row]) -> int:
        facts = self.facts
        writer = Writer(here, facts.programme_id, facts.day, self.first, self.end)
        return writer.write(self.batches, cached=facts.cached, striped=facts.striped)

    def _beside_the_skipped(self, beside: Beside | None, owners: Int64s) -> int:
        """Run `beside` for those around a skipped owner, who have no lines."""
        for owner in map(int, owners):
            for first, end in ((self.first, owner), (owner + 1, self.end)):
                if beside and first < end:
                    beside(cursor(), first, end)
        return 0
