"""The most memory that settling a day takes, in a process of its own."""

import resource
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from benchmarks.days import TODAY, make_book, release_programme
from jifen.engine.settle import settle

MIB = 1 << 20
GIB = 1 << 30
STATUS = Path("/proc/self/status")


class Peak(NamedTuple):
    """Bytes in memory: the most while the book was made, and the most in all, after a day was settled."""

    book: int
    day: int


def peak_of(members: int) -> Peak:
    """Make a uniform book and settle one day of it in a new process; return how much memory that took."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_settle_once, members).result()


def free_memory() -> int:
    """Return the bytes that are available on this machine."""
    lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text("ascii").splitlines())
    return int(lines["MemAvailable"].split()[0]) * 1024


def _settle_once(members: int) -> Peak:
    book = make_book("uniform", members)
    made = _peak()
    close = settle(release_programme(), book, TODAY)
    assert close.paid.shape[1] == members
    return Peak(made, _peak())


def _peak() -> int:
    """Return this process' most resident bytes.

    Not ru_maxrss where it can be had otherwise: a new process takes that over from the one that started it.
    """
    if STATUS.exists():
        lines = dict(line.split(":", 1) for line in STATUS.read_text("ascii").splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
