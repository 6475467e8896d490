"""Posting the lines of a whole day: arrays in, COPY and one UPDATE of balances and lots for each chunk of owners.

Owners are cut by a fixed grid. A chunk is one transaction: its key, the balances, the lots, a transfer for each batch,
the entries. A run that was killed is simply run again: the key of a chunk that is there answers for it. Needs the
rights of the tables' owner.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import psycopg
from django.db import OperationalError, connection, transaction

from jifen.engine.message import Message
from jifen.ledger.batches import Batch, Skipped
from jifen.ledger.chunks import Beside, Chunk, RunFacts
from jifen.ledger.columns import Rows, read_columns
from jifen.ledger.connection import cursor
from jifen.ledger.errors import ERRORS, KeyReusedError, refusals

__all__ = ["Batch", "DayPosted", "Skipped", "entries_of_close", "post_day", "prefixes_of", "programme_of_close"]

ATTEMPTS = 3  # at a chunk that PostgreSQL chose as the victim of a deadlock


@dataclass(frozen=True)
class DayPosted:
    """What a run did: chunks and entries it wrote, chunks that were there, owners that could not be posted."""

    chunks_new: int
    chunks_known: int
    entries: int
    skipped: list[Skipped]


@dataclass(frozen=True)
class _Plan:
    """The chunks of a run and which of them are there."""

    facts: RunFacts
    chunks: list[Chunk]
    known: set[int]  # first owners


@dataclass
class _Counter:
    """What the workers have done so far."""

    progress: Callable[[int], None] | None
    chunks: int = 0
    entries: int = 0
    known: int = 0
    owners: int = 0

    def add(self, chunk: Chunk, entries: int | None) -> None:
        self.chunks += entries is not None
        self.known += entries is None
        self.entries += entries or 0
        self.owners += chunk.end - chunk.first
        if self.progress:
            self.progress(self.owners)


def post_day(  # noqa: PLR0913 keyword-only, as every service
    *,
    programme_id: int,
    day: date,
    batches: Sequence[Batch],
    chunk_owners: int = 50_000,
    workers: int = 1,
    beside: Beside | None = None,
    progress: Callable[[int], None] | None = None,
) -> DayPosted:
    """Post all batches of a day; run again it writes only what is missing.

    `beside(cursor, first_owner, end_owner)` runs in the transaction of the owners' lines, and not for owners that are
    skipped. `progress` is told how many owners of the grid are done. More than one worker takes connections of its own,
    so the caller must not be in a transaction.
    """
    facts = RunFacts.of(programme_id=programme_id, day=day, batches=batches, chunk_owners=chunk_owners)
    plan = _plan(facts)
    counter = _Counter(progress)
    waiting = []
    for chunk in plan.chunks:
        if chunk.first in plan.known:
            counter.add(chunk, None)
        else:
            waiting.append(chunk)
    if workers == 1 or len(waiting) < 2:
        _work(waiting, beside, counter)
    else:
        assert not connection.in_atomic_block, "workers have connections of their own and would not see the transaction"
        _work_together(waiting, beside, counter, workers)
    return DayPosted(counter.chunks, counter.known, counter.entries, _skipped(facts))


def _plan(facts: RunFacts) -> _Plan:
    """Fix the grid of a run, and find the chunks that are there; a chunk with other facts is refused."""
    with refusals(), transaction.atomic():
        facts.claim_grid(cursor())
    chunks = list(facts.chunks())
    rows = cursor().execute(
        "SELECT key, facts FROM ledger_key WHERE programme_id = %s AND key = ANY(%s)",
        (facts.programme_id, [chunk.key for chunk in chunks]),
    )
    there: dict[str, bytes] = dict(rows.fetchall())
    for chunk in chunks:
        if chunk.key in there and there[chunk.key] != chunk.digest():
            raise KeyReusedError(Message(ERRORS["JF001"][1].template, {"key": chunk.key}))
    return _Plan(facts, chunks, {chunk.first for chunk in chunks if chunk.key in there})


def _work(chunks: Sequence[Chunk], beside: Beside | None, counter: _Counter) -> None:
    for chunk in chunks:
        counter.add(chunk, _post(chunk, beside))


def _post(chunk: Chunk, beside: Beside | None) -> int | None:
    """Post a chunk in a transaction; return how many entries, None when another run was first."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return chunk.post(beside)
        except OperationalError as error:
            deadlock = isinstance(error.__cause__, psycopg.errors.DeadlockDetected)
            if not deadlock or attempt == ATTEMPTS or connection.in_atomic_block:
                raise
    raise AssertionError


def _work_together(chunks: Sequence[Chunk], beside: Beside | None, counter: _Counter, workers: int) -> None:
    """Give each worker a range of owners of its own, and a connection."""

    def work(share: Sequence[Chunk]) -> None:
        try:
            _work(share, beside, counter)
        finally:
            connection.close()

    shares = [chunks[begin:end] for begin, end in _shares(len(chunks), workers)]
    with ThreadPoolExecutor(len(shares)) as pool:
        for done in [pool.submit(work, share) for share in shares]:
            done.result()


def _shares(count: int, workers: int) -> Iterator[tuple[int, int]]:
    cuts = [count * worker // workers for worker in range(workers + 1)]
    return ((begin, end) for begin, end in pairwise(cuts) if begin < end)


def _skipped(facts: RunFacts) -> list[Skipped]:
    rows = cursor().execute(
        "SELECT owner, reason FROM ledger_skipped"
        " WHERE programme_id = %s AND business_date = %s AND run = %s ORDER BY owner",
        (facts.programme_id, facts.day, facts.run),
    )
    return [Skipped(owner, reason) for owner, reason in rows.fetchall()]


POSTED_DTYPE = np.dtype(
    [("transfer", "i8"), ("owner", "i8"), ("chart", "i2"), ("amount", "i8"), ("lot", "i8"), ("part", "i2")]
)
POSTED = """
    SELECT e.transfer_id, e.owner, e.chart, e.amount, e.lot, e.part FROM ledger_entry e
    WHERE e.business_date = %(day)s AND e.owner < 18014398509481984 AND e.transfer_id IN (
        SELECT id FROM ledger_transfer WHERE programme_id = %(programme)s AND business_date = %(day)s AND end_owner > 0)
    ORDER BY e.transfer_id, e.owner, e.lot
"""


POSTED_TO_PROGRAMME = """
    SELECT e.chart::bigint, sum(e.amount)::bigint FROM ledger_entry e
    WHERE e.business_date = %(day)s AND e.owner >= 18014398509481984 AND e.transfer_id IN (
        SELECT id FROM ledger_transfer WHERE programme_id = %(programme)s AND business_date = %(day)s AND end_owner > 0)
    GROUP BY 1
"""


def entries_of_close(*, programme_id: int, day: date) -> Rows:
    """Return the members' lines that post_day has posted on a day (POSTED_DTYPE); prefixes_of names their transfers."""
    return read_columns(POSTED, POSTED_DTYPE, {"programme": programme_id, "day": day})


def programme_of_close(*, programme_id: int, day: date) -> dict[int, int]:
    """Return what post_day has posted on a day to each account of the programme, by its number."""
    rows = cursor().execute(POSTED_TO_PROGRAMME, {"day": day, "programme": programme_id}).fetchall()
    return dict(rows)


def prefixes_of(*, programme_id: int, day: date) -> dict[int, str]:
    """Return the transfers of a day's run with what the keys of their owners begin with."""
    rows = cursor().execute(
        "SELECT id, key FROM ledger_transfer WHERE programme_id = %s AND business_date = %s AND end_owner > 0",
        (programme_id, day),
    )
    return dict(rows.fetchall())
