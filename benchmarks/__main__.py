"""Measure one day of the release programme beside its peers: python -m benchmarks."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from rich.console import Console

from benchmarks.airdropping_scene import airdrop_tables
from benchmarks.days import make_book
from benchmarks.growing_scene import growing_tables
from benchmarks.leasing_scene import leasing_tables
from benchmarks.machine import machine_line
from benchmarks.memory import peak_of
from benchmarks.page import page
from benchmarks.report import Figures
from benchmarks.run_job import run_figures
from benchmarks.scene import Tell, measure_engine, measure_query, measure_scene
from benchmarks.server import NoServerError, server
from benchmarks.service.clients import make_peers
from benchmarks.service.place import own_place
from benchmarks.tables import MILLION, Results, all_tables
from benchmarks.timing import copy_bandwidth

SIZES, QUICK = (100_000, 1_000_000, 10_000_000), (100_000,)
SHAPES, LONG_SHAPES = ("uniform", "power-law", "star"), ("chain", "deep")
PARTS = ("single", "bulk", "nightly", "nearby", "goods")  # of the platform
LEASING, LEASING_SIZES = "leasing", (100_000, 1_000_000)
GROWTH, GROWTH_SIZES, GROWTH_QUICK = "growth", (100_000, 1_000_000), (10_000,)  # orders
AIRDROP, AIRDROP_SIZES = "airdrop", (1_000_000,)
WIDTH = 120  # columns where the output is not a terminal


def main() -> None:
    """Measure, print the tables, and write them where that is asked for."""
    options = _options()
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    if options.run:
        run_figures().show(console)
        return
    if options.platform:
        _measure_platform(console, options)
        return

    with _database(console, options) as address:
        machine = machine_line(address)
        console.print(machine, highlight=False)
        with console.status("") as status:
            if options.airdrop:
                tables = airdrop_tables(options.sizes, status.update)
            elif options.growth:
                tables = growing_tables(options.sizes, address, status.update)
            elif options.leasing:
                tables = leasing_tables(options.sizes, address, status.update)
            else:
                tables = measure_all(options.sizes, address, status.update)
    for table in tables:
        table.show(console)
    if options.markdown:
        text = "\n".join(table.markdown() for table in tables) if options.alone else page(machine, tables)
        options.markdown.write_text(text, encoding="utf-8")


def measure_all(sizes: tuple[int, ...], address: str, tell: Tell) -> list[Figures]:
    """Measure everything for these numbers of members; return the tables."""
    tell("memory")
    largest = max(sizes)
    results = Results(bandwidth=copy_bandwidth(), peak_members=largest, peak=peak_of(largest))
    for members in sizes:
        for shape in SHAPES:
            results.scenes.append(measure_scene(shape, members, tell))
        if members == MILLION:
            for shape in LONG_SHAPES:
                tell(f"{shape}, {members:,} members: the engine")
                results.long.append(measure_engine(shape, make_book(shape, members)))
    for scene in results.scenes:
        measure_query(scene, address, tell)
    return all_tables(results)


def _measure_platform(console: Console, options: argparse.Namespace) -> None:
    """Measure the platform; what works with Django is imported when Django knows its database."""
    with own_place() as place:
        make_peers(place)
        measure = import_module("benchmarks.service.measure")
        sizes = measure.QUICK if options.quick else measure.FULL
        measure.run_parts(console, place, measure.Options(sizes, options.parts, options.markdown))


@contextmanager
def _database(console: Console, options: argparse.Namespace) -> Iterator[str]:
    """Yield the address of a server, or "" without one, and say why."""
    if options.quick or options.airdrop or not options.postgres:
        yield ""
        return
    try:
        with server() as address:
            yield address
    except NoServerError as reason:
        console.print(f"PostgreSQL is left out: {reason}.")
        yield ""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, help="numbers of members, such as 100000,1000000")
    parser.add_argument("--quick", action="store_true", help="small sizes only, and the engine without PostgreSQL")
    parser.add_argument("--no-postgres", dest="postgres", action="store_false", help="leave PostgreSQL out")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables to FILE")
    parser.add_argument("--run", action="store_true", help="measure `jifen run` on a large sample book instead")
    parser.add_argument(
        "--platform", action="store_true", help="measure ledger, nights and pages on PostgreSQL instead"
    )
    parser.add_argument(
        "--only",
        dest="parts",
        nargs="+",
        choices=(*PARTS, LEASING, GROWTH, AIRDROP),
        default=PARTS,
        help="the closes of the leasing programme, the growth programme, airdrops, or these parts of --platform, only",
    )
    options = parser.parse_args()
    options.leasing, options.growth = LEASING in options.parts, GROWTH in options.parts
    options.airdrop = AIRDROP in options.parts
    options.alone = options.leasing or options.growth or options.airdrop
    if options.alone and (options.platform or len(options.parts) > 1):
        parser.error("--only leasing, --only growth and --only airdrop stand alone")
    if not options.platform and not options.alone and options.parts != PARTS:
        parser.error("these parts belong to --platform")
    options.sizes = options.sizes or _usual_sizes(options)
    return options


def _usual_sizes(options: argparse.Namespace) -> tuple[int, ...]:
    """Return the numbers of members, or of orders of the growth programme, where none are given."""
    if options.growth:
        return GROWTH_QUICK if options.quick else GROWTH_SIZES
    if options.quick:
        return QUICK
    if options.airdrop:
        return AIRDROP_SIZES
    return LEASING_SIZES if options.leasing else SIZES


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


if __name__ == "__main__":
    main()
