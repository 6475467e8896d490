"""settle: (programme, book, day) → what the day pays. Pure: it reads the book and changes nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jifen.engine.amounts import Rate
from jifen.engine.book import Book
from jifen.engine.close import Close, Scheduled, Slot
from jifen.engine.kernels.releases import draw_oldest_first
from jifen.engine.programme import Programme
from jifen.engine.rule import Releases, RewardRule

UNRANKED = (Rate(0, 1),)


def settle(programme: Programme, book: Book, day: int, *, threads: int = 1) -> Close:
    """Return everything that the programme pays at the close of `day`; the same for any number of threads."""
    if programme.scheduled is not None:
        scheduled = programme.scheduled.run(book, day)
    else:
        scheduled = Scheduled(np.zeros_like(book.lots.remaining), np.zeros(len(book), np.int64))
    return settle_released(programme, book, day, scheduled, threads=threads)


def settle_released(programme: Programme, book: Book, day: int, scheduled: Scheduled, *, threads: int = 1) -> Close:
    """Settle a day of which the scheduled releases are known."""
    releases = Releases(book.forest, scheduled.by_position, book.rank, rates_of(programme))
    slots = slots_of(programme)
    wishes = np.zeros((len(slots), len(book)), np.int64)
    rest = np.zeros((len(slots), len(book)), np.int32)

    jobs = [_reward_job(rule, releases, slots, wishes, rest) for rule in programme.rewards]
    rank = [book.rank]
    if programme.ranks is not None:
        ranks, decimals = programme.ranks, programme.lot_decimals
        jobs.append(lambda: rank.append(ranks.run(book, decimals)))
    _run(jobs, threads)

    lots = book.lots
    blocked, drawn = np.zeros_like(wishes), np.zeros_like(lots.remaining)
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
