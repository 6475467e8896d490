"""`jifen run` from end to end: a sample book settled day by day, as an operator would."""

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from pyarrow import parquet

from benchmarks.report import Figures, count, seconds

MEMBERS, DAYS = 200_000, 90
FIRST_DAY = date(2026, 1, 1)
SECONDS_MAX = 120


def run_figures(members: int = MEMBERS, days: int = DAYS) -> Figures:
    """Make a sample book, settle it, and return seconds and sizes."""
    program = Path(sys.executable).with_name("jifen")
    until = FIRST_DAY + timedelta(days=days - 1)
    with TemporaryDirectory(prefix="jifen-bench-") as name:
        book, result = Path(name, "book"), Path(name, "result")
        sample = (program, "sample", "release", "--members", members, "--days", days, "--out", book)
        run = (program, "run", "release", book, "--until", until, "--out", result)
        made = _seconds_of(*map(str, sample))
        ran = _seconds_of(*map(str, run))
        return Figures(
            f"jifen run: {members:,} members, {days} days",
            ("step", "time", "files", "bytes", "rows"),
            [("jifen sample", seconds(made), *_sizes(book)), ("jifen run", seconds(ran), *_sizes(result))],
            f"Wanted: jifen run within {SECONDS_MAX} s: {'reached' if ran <= SECONDS_MAX else 'not reached'}.",
        )


def _seconds_of(*command: str) -> float:
    started = perf_counter()
    subprocess.run(command, check=True)  # noqa: S603 - the program that is measured
    return perf_counter() - started


def _sizes(folder: Path) -> tuple[str, str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    rows = sum(_rows(path) for path in files)
    return str(len(files)), f"{sum(path.stat().st_size for path in files):,}", count(rows)


def _rows(path: Path) -> int:
    if path.suffix == ".parquet":
        return int(parquet.read_metadata(path).num_rows)
    if path.suffix == ".csv":
        with path.open("rb") as lines:
            return sum(1 for _ in lines) - 1
    return 0
