"""Measuring: best and median of several runs after a first one that does not count."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import numpy as np

LONG = 5.0  # seconds; what takes longer is run fewer times
COPY_ELEMENTS = 1 << 25


@dataclass(frozen=True)
class Timing:
    """Seconds of several runs."""

    runs: tuple[float, ...]

    @property
    def best(self) -> float:
        """The shortest run."""
        return min(self.runs)

    @property
    def median(self) -> float:
        """The run in the middle."""
        return median(self.runs)


def measure(work: Callable[[], object], *, runs: int = 7) -> Timing:
    """Time `work`, after a run that does not count; what is long runs twice and counts both."""
    first = once(work)
    if first > LONG:
        return Timing((first, once(work)))
    return Timing(tuple(once(work) for _ in range(runs)))


def once(work: Callable[[], object]) -> float:
    """Return the seconds of one run."""
    started = perf_counter()
    work()
    return perf_counter() - started


def copy_bandwidth() -> float:
    """Return bytes a second of copying a large array, counting each byte twice: once read, once written."""
    source, target = np.ones(COPY_ELEMENTS, np.int64), np.zeros(COPY_ELEMENTS, np.int64)
    timing = measure(lambda: np.copyto(target, source), runs=9)
    return 2 * source.nbytes / timing.best
