"""The growth programme: a whole book replayed, and the forced exit beside straightforward ways to find it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import psycopg

from benchmarks.growing import PROGRAMME, Arrays, Buy, Finder, Queue, Scan, Sold, Table, make_orders, play
from benchmarks.report import Figures, count, seconds, times
from benchmarks.scene import Tell, UnequalError
from benchmarks.tables import judged
from benchmarks.timing import once
from jifen.engine.facts import Facts
from jifen.engine.replay import Replay
from jifen.tables.reading import read_book
from jifen.tables.run import final_tables, run_days, summary_of
from jifen.tables.sample import write_tables
from jifen.tables.sample_growth import fill_book
from jifen.tables.writing import ResultForm, ResultWriter

MEMBERS_OF_ORDERS, DAYS, FIRST_DAY = 10, 100, date(2026, 1, 1)
LARGE, SECONDS_MAX = 1_000_000, 120
HOLDERS, ORDERS = 10_000, 12_000
PLAYED = 1000  # of the orders, the last ones: so often peers look for exits
WANTED_SCAN = 20
ENGINE, SCAN, ARRAYS, TABLE = "engine", "plain scan", "NumPy scan", "PostgreSQL query"


@dataclass
class Ran:
    """A book that was replayed."""

    orders: int
    entries: int
    exits: int
    steps: dict[str, tuple[float, float]] = field(default_factory=dict)  # by step: seconds, and those of processors

    def note(self, step: str, work: Callable[[], object]) -> None:
        """Run a step and note how long it took."""
        wall, own = perf_counter(), process_time()
        work()
        self.steps[step] = (perf_counter() - wall, process_time() - own)


def growing_tables(sizes: Sequence[int], address: str, tell: Tell) -> list[Figures]:
    """Measure books of so many orders, then the forced exit; `address` is "" without a server."""
    ran = []
    for orders in sizes:
        tell(f"growth: {orders:,} orders")
        ran.append(measure_run(orders))
    tell("growth: the forced exit")
    return [_runs_table(ran), exits_table(address)]


def measure_run(orders: int) -> Ran:
    """Make a book with so many orders on 100 days, read it, replay it, and run it with all tables written."""
    ran = Ran(orders, 0, 0)
    with TemporaryDirectory(prefix="jifen-bench-") as name:
        book, result = Path(name, "book"), Path(name, "result")
        size = (max(10, orders // MEMBERS_OF_ORDERS), orders)
        made = fill_book(PROGRAMME, size, days=DAYS, seed=1, start=FIRST_DAY)
        write_tables(book, made.tables())
        decimals = {kind: points.decimals for kind, points in PROGRAMME.kinds.items()}

        def read() -> Facts:
            return read_book(book, zone=PROGRAMME.time_zone, decimals=decimals, paid_in=PROGRAMME.lot_kind).facts

        ran.note("read", read)
        facts, until = read(), FIRST_DAY + timedelta(days=DAYS - 1)
        ran.note("replay", lambda: [day.day for day in Replay(PROGRAMME, facts).days(until)])

        def run() -> None:
            form = ResultForm(decimals=decimals, zone=PROGRAMME.time_zone)
            with ResultWriter(result, facts=facts, form=form) as writer:
                done = run_days(Replay(PROGRAMME, facts), until=until, writer=writer)
                writer.finish(tables=final_tables(done), summary=summary_of(done))
            assert set(done.checks.values()) == {True}
            ran.entries, ran.exits = done.totals.rows, len(done.totals.exits)

        ran.note("replay and write", run)
    return ran


def _runs_table(runs: Sequence[Ran]) -> Figures:
    table = Figures(
        f"The growth programme replayed, {DAYS} days, 10 orders a member, 5 % sales of points",
        ("orders", "entries", "forced exits", "read", "replay", "replay and write all tables", "of processors"),
    )
    for ran in runs:
        read, replay, whole = (ran.steps[step] for step in ("read", "replay", "replay and write"))
        sizes = (count(ran.orders), count(ran.entries), count(ran.exits))
        table.rows.append((*sizes, seconds(read[0]), seconds(replay[0]), seconds(whole[0]), seconds(whole[1])))
    large = next((ran.steps["replay"][0] for ran in runs if ran.orders == LARGE), None)
    if large is None:
        return table
    row = judged("replay of 1,000,000 orders", f"≤ {SECONDS_MAX} s", seconds(large), large <= SECONDS_MAX)
    return Figures(table.title, table.heads, table.rows, "Wanted: " + ", ".join(row))


def exits_table(address: str, holders: int = HOLDERS, orders: int = ORDERS, played: int = PLAYED) -> Figures:
    """Measure how long it takes to look for exits after each of the last orders, by every way to find them."""
    buys = make_orders(holders, orders)
    found: dict[str, tuple[float, list[Sold]]] = {}
    with _finders(address) as finders:
        for name, make in finders.items():
            sold: list[Sold] = []
            took = once(_playing(buys, holders, make, orders - played, sold))
            idle = once(_playing(buys, holders, make, orders, []))
            found[name] = (took - idle, sold)
    engine, exits = found[ENGINE]
    table = Figures(
        f"Looking for forced exits after each of {count(played)} orders, {count(holders)} members",
        ("way", "in all", "an order", "beside the engine", "exits"),
        note=f"Wanted: a plain scan takes at least {WANTED_SCAN} times as long.",
    )
    for name, (took, sold) in found.items():
        if sold != exits:
            raise UnequalError(f"{name} finds other exits than the engine")
        row = (name, seconds(took), seconds(took / played), times(took / engine), count(len(sold)))
        table.rows.append(row)
    return table


def _playing(
    buys: Sequence[Buy], holders: int, make: Callable[[int], Finder], first: int, into: list[Sold]
) -> Callable[[], None]:
    """Return what plays the orders and puts the exits from the order `first` on somewhere."""
    return lambda: into.extend(play(buys, holders, make, first))


@contextmanager
def _finders(address: str) -> Iterator[dict[str, Callable[[int], Finder]]]:
    """Yield the ways to find an exit; PostgreSQL where there is a server."""
    ways: dict[str, Callable[[int], Finder]] = {ENGINE: Queue, SCAN: Scan, ARRAYS: Arrays}
    if not address:
        yield ways
        return
    with psycopg.connect(address, autocommit=False) as connection:
        yield {**ways, TABLE: lambda members: Table(connection, members)}
        connection.rollback()
