"""settle: (programme, book, day) → what the day pays. Pure: it reads the book and changes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jifen.engine.amounts import Rate
from jifen.engine.book import Book
from jifen.engine.close import Close, Scheduled, Slot
from jifen.engine.kernels.releases import draw_oldest_first
from jifen.engine.programme import Programme
from jifen.engine.rule import Releases, RewardRule

UNRANKED = (Rate(0, 1),)


class Means(NamedTuple):
    """How a day is settled; the result is the same.

    `spare` is an earlier close that nobody reads any more: its memory is used again, which spares a large book the
    time in which the operating system hands out new memory.
    """

    threads: int = 1
    spare: Close | None = None


ALONE = Means()


def settle(programme: Programme, book: Book, day: int, means: Means = ALONE) -> Close:
    """Return everything that the programme pays at the close of `day`."""
    if programme.scheduled is not None:
        spare = means.spare.scheduled if means.spare is not None else None
        scheduled = programme.scheduled.run(book, day, spare)
    else:
        scheduled = Scheduled(np.zeros_like(book.lots.remaining), np.zeros(len(book), np.int64))
    return settle_released(programme, book, day, scheduled, means)


def settle_released(programme: Programme, book: Book, day: int, scheduled: Scheduled, means: Means = ALONE) -> Close:
    """Settle a day of which the scheduled releases are known."""
    spare = means.spare
    releases = Releases(book.forest, scheduled.by_position, book.rank, rates_of(programme))
    slots = slots_of(programme)
    shape = (len(slots), len(book))
    wishes = _zeros(shape, np.int64, spare.paid if spare is not None else None)
    rest = _zeros(shape, np.int32, spare.rest if spare is not None else None)

    jobs = [_reward_job(rule, releases, slots, wishes, rest) for rule in programme.rewards]
    rank = [book.rank]
    if programme.ranks is not None:
        ranks, decimals = programme.ranks, programme.lot_decimals
        jobs.append(lambda: rank.append(ranks.run(book, decimals)))
    _run(jobs, means.threads)

    lots = book.lots
    blocked = _zeros(shape, np.int64, spare.blocked if spare is not None else None)
    drawn = _zeros(lots.remaining.shape, np.int64, spare.drawn if spare is not None else None)
    draw_oldest_first(lots.start, lots.opened_on, lots.remaining, scheduled.by_lot, day, wishes, blocked, drawn)
    return Close(
        day=day,
        slots=slots,
        scheduled=scheduled,
        paid=wishes,
        blocked=blocked,
        rest=rest,
        drawn=drawn,
        rank=rank[-1],
    )


def rates_of(programme: Programme) -> tuple[Rate, ...]:
    """Return the rates by rank, that of having none first."""
    return programme.ranks.rates if programme.ranks is not None else UNRANKED


def slots_of(programme: Programme) -> tuple[Slot, ...]:
    """Return the rewards in the order of payment."""
    slots = []
    for rule in programme.rewards:
        dens = rule.denominators(rates_of(programme))
        for index, den in enumerate(dens):
            slots.append(Slot(rule, index + 1 if rule.by_generation else 0, den))
    return tuple(slots)


def _zeros(shape: tuple[int, ...], kind: type[np.generic], spare: NDArray[Any] | None) -> NDArray[Any]:
    """Return zeros, in the memory of `spare` where it has the same shape."""
    if spare is None or spare.shape != shape:
        return np.zeros(shape, kind)
    spare.fill(0)
    return spare


def _reward_job(
    rule: RewardRule,
    releases: Releases,
    slots: tuple[Slot, ...],
    wishes: NDArray[np.int64],
    rest: NDArray[np.int32],
) -> Callable[[], None]:
    rows = [index for index, slot in enumerate(slots) if slot.rule is rule]
    assert all(after - before == 1 for before, after in pairwise(rows))
    return lambda: rule.run(releases, wishes[rows[0] : rows[-1] + 1], rest[rows[0] : rows[-1] + 1])


def _run(jobs: list[Callable[[], None]], threads: int) -> None:
    """Run independent jobs; each fills arrays of its own, so the result does not depend on `threads`."""
    if threads == 1:
        for job in jobs:
            job()
        return
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(job) for job in jobs]:
            done.result()
