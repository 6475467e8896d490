"""A day of credits at once, beside django-hordak's bulk_create; finished jobs run again; HOT updates; closing."""

from dataclasses import dataclass, field
from datetime import date
from statistics import median
from time import sleep

import numpy as np
from django.db import connection

from benchmarks.report import Figures, count, seconds
from benchmarks.scene import Tell
from benchmarks.service.client_ours import FIRST_DAY, KINDS, PROGRAMME_ID
from benchmarks.service.clients import peers_in
from benchmarks.service.place import Place
from benchmarks.service.single import HORDAK
from benchmarks.service.targets import Target, at_least, at_most, judged
from benchmarks.timing import once
from jifen.engine.days import date_of, day_number
from jifen.ledger.batches import Batch
from jifen.ledger.bulk import post_day
from jifen.ledger.chart import chart_of, open_chart
from jifen.ledger.close import close_day, proofs

OURS = "bench_bulk"
HOT_WANTED, RERUN_SECONDS, CLOSE_SECONDS = 95, 0.1, 2
FLUSH_SECONDS = 2  # after which PostgreSQL has counted what a session did
COUNT_ENTRIES = "SELECT (SELECT count(*) FROM ledger_entry) + (SELECT count(*) FROM ledger_transfer)"
HOT = "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'ledger_balance'"
NO_STATISTICS = """
    ALTER TABLE {table} SET (autovacuum_enabled = off);
    DELETE FROM pg_statistic WHERE starelid = '{table}'::regclass;
    UPDATE pg_class SET relpages = 0, reltuples = -1, relallvisible = 0 WHERE oid = '{table}'::regclass;
"""


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    members: int = 1_000_000
    days: int = 5
    peer_credits: int = 20_000
    peer_at_once: int = 1_000
    peer_accounts: int = 500


@dataclass
class Bulk:
    """Seconds of each day."""

    sizes: Sizes
    first: float = 0  # the day that makes the balances
    days: list[float] = field(default_factory=list)
    two_workers: float = 0
    again: float = 0
    new_rows: int = 0
    closes: list[float] = field(default_factory=list)
    close_unknown: float = 0  # without statistics
    updates: int = 0
    hot: int = 0
    peer: list[float] = field(default_factory=list)  # seconds for each credit

    @property
    def ratio(self) -> float:
        """How many times as long a credit takes with hordak."""
        return median(self.peer) * self.sizes.members / median(self.days)


def measure_bulk(place: Place, sizes: Sizes, tell: Tell) -> Bulk:
    """Measure day after day; the peer before and after."""
    found = Bulk(sizes)
    tell("bulk: hordak's accounts")
    place.make(HORDAK, place.peers)
    try:
        peers_in(place, HORDAK).ask("client_hordak", "make", str(sizes.peer_accounts))
        _measure_peer(place, found, tell)
        with place.platform(OURS):
            _measure_ours(place, found, tell)
        _measure_peer(place, found, tell)
    finally:
        place.drop(HORDAK)
    return found


def _measure_peer(place: Place, found: Bulk, tell: Tell) -> None:
    tell("bulk: hordak's bulk_create")
    place.checkpoint()
    told = peers_in(place, HORDAK).ask(
        "client_hordak", "bulk", str(found.sizes.peer_credits), str(found.sizes.peer_at_once)
    )
    found.peer.append(float(told) / found.sizes.peer_credits)


def _measure_ours(place: Place, found: Bulk, tell: Tell) -> None:
    open_chart(programme_id=PROGRAMME_ID, kinds=KINDS)
    tell("bulk: the day that makes the balances")
    found.first = _post(place, found, 0)
    close_day(programme_id=PROGRAMME_ID, day=_day(0))
    before = _updates()
    for number in range(1, found.sizes.days + 1):
        tell(f"bulk: day {number}")
        found.days.append(_post(place, found, number))
        if number == 1:
            tell("bulk: a finished job again")
            rows = _rows()
            found.again = _post_day(found, 1)
            found.new_rows = _rows() - rows
        found.closes.append(_close(number))
    now = _updates()
    found.updates, found.hot = now[0] - before[0], now[1] - before[1]
    _without_statistics(place, found, tell)
    tell("bulk: two workers")
    place.checkpoint()
    found.two_workers = _post_day(found, found.sizes.days + 2, workers=2)
    tell("bulk: proofs")
    problems = proofs(PROGRAMME_ID)
    assert not problems, problems


def _without_statistics(place: Place, found: Bulk, tell: Tell) -> None:
    """Close a day about whose month the planner knows nothing, as after a crash."""
    tell("bulk: close without statistics")
    day = found.sizes.days + 1
    for table in ("ledger_entry", "ledger_transfer"):
        _execute(NO_STATISTICS.format(table=f"{table}_{_day(day):%Y%m}"))
    _post(place, found, day)
    found.close_unknown = _close(day)


def _post(place: Place, found: Bulk, number: int) -> float:
    place.checkpoint()
    return _post_day(found, number)


def _post_day(found: Bulk, number: int, workers: int = 1) -> float:
    """Return the seconds of a day's job, whose lines are there before."""
    batch, day = _batch(found.sizes.members, number), _day(number)
    return once(lambda: post_day(programme_id=PROGRAMME_ID, day=day, batches=[batch], workers=workers))


def _batch(members: int, number: int) -> Batch:
    """Return a credit for each member; the programme's uncached account takes the opposite of the sum."""
    chart = chart_of(PROGRAMME_ID)
    return Batch(
        rule="gift",
        prefix=f"gift/{number}/",
        owner=np.arange(1, members + 1, dtype=np.int64),
        chart=np.full(members, chart.id("points", "free"), np.int16),
        amount=np.random.default_rng(number).integers(1, 10_000, members),
        lot=np.zeros(members, np.int64),
        part=np.zeros(members, np.int8),
        to_programme=chart.id("points", "issued"),
    )


def _close(number: int) -> float:
    return once(lambda: close_day(programme_id=PROGRAMME_ID, day=_day(number)))


def _day(number: int) -> date:
    return date_of(day_number(FIRST_DAY) + number)


def _rows() -> int:
    return int(_execute(COUNT_ENTRIES)[0])


def _updates() -> tuple[int, int]:
    """Return how many balances were updated, and how many of them beside the old row; our session tells at its end."""
    connection.close()
    sleep(FLUSH_SECONDS)
    updates, hot = _execute(HOT)
    return int(updates), int(hot)


def _execute(statement: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return tuple(cursor.fetchone()) if cursor.description else ()


def bulk_tables(found: Bulk) -> list[Figures]:
    """Return seconds and credits a second."""
    members, days = found.sizes.members, found.sizes.days
    table = Figures(f"A day of {members:,} credits at once", ("what", "time", "credits a second"))

    def add(what: str, time: float) -> None:
        table.rows.append((what, seconds(time), count(round(members / time))))

    add("first day: the balances are made", found.first)
    add(f"a later day, one worker, median of {days}", median(found.days))
    add("slowest of them", max(found.days))
    add("a later day, two workers", found.two_workers)
    table.rows.append(("a finished job again", seconds(found.again), f"{found.new_rows} new rows"))
    table.rows.append((f"`close_day`, median of {days} days", seconds(median(found.closes)), "–"))
    table.rows.append(("`close_day` without statistics", seconds(found.close_unknown), "–"))
    each = median(found.peer)
    table.rows.append((f"hordak `bulk_create`, {found.sizes.peer_credits:,} credits", "–", count(round(1 / each))))
    return [table]


def bulk_targets(found: Bulk) -> list[Target]:
    """Return what is wanted of them."""
    percent = 100 * found.hot / found.updates
    new = f"{found.new_rows}"
    return [
        at_least("a day of credits beside hordak's bulk_create, each credit", 30, found.ratio),
        at_most("a finished job again", RERUN_SECONDS, found.again),
        judged("new rows of that", "0", new, found.new_rows == 0),
        judged(
            f"HOT updates over {found.sizes.days} days", f"≥ {HOT_WANTED} %", f"{percent:.1f} %", percent >= HOT_WANTED
        ),
        at_most(f"close_day of {found.sizes.members:,} entries, slowest", CLOSE_SECONDS, max(found.closes)),
        at_most("the same without statistics", CLOSE_SECONDS, found.close_unknown),
    ]
