"""Loops over lots: what time releases, and drawing accelerated releases from the oldest lot first."""

import numpy as np
from numpy.typing import NDArray

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.kernels import BLOCK, Rows, kernel
from jifen.engine.kernels.fractions import portion, simple_up_to


@kernel
def release_scheduled(
    start: Int32s,
    opened_on: Int32s,
    base: Int64s,
    remaining: Int64s,
    day: int,
    num: int,
    den: int,
    by_lot: Int64s,
    by_member: Int64s,
) -> None:
    """Fill by_lot, by_member with min(remaining, floor(base × num ÷ den)) of every lot opened before `day`.

    A block of members at a time: the lots first, without a branch, as running sums; a member's is a difference of them.
    """
    simple = simple_up_to(num)
    for first in range(0, len(by_member), BLOCK):
        starts = start[first : first + BLOCK + 1]
        lots = slice(starts[0], starts[-1])
        opened, bases, left, sums = opened_on[lots], base[lots], remaining[lots], by_lot[lots]
        total = 0
        for i in range(len(sums)):
            due = portion(bases[i], num, den, simple)[0]
            total += min(due, left[i]) if opened[i] < day else 0
            sums[i] = total
        before = 0
        for i in range(len(starts) - 1):
            end = np.uint64(starts[i + 1] - starts[0])
            after = sums[end - np.uint64(1)] if end > 0 else 0
            by_member[first + i] = after - before
            before = after
        before = 0
        for i in range(len(sums)):
            after = sums[i]
            sums[i] = after - before
            before = after


@kernel
def draw_oldest_first(
    start: Int32s,
    opened_on: Int32s,
    remaining: Int64s,
    scheduled: Int64s,
    day: int,
    wishes: Rows,
    blocked: Rows,
    drawn: Int64s,
) -> None:
    """Cut `wishes` (rows in order of payment, by member) to what the member's lots hold; draw the oldest lot first.

    `wishes` becomes what is paid; `blocked` (like wishes) and `drawn` (by lot) are filled, and come as zeros.
    """
    wanted, wanting = np.zeros(BLOCK, np.int64), np.zeros(BLOCK, np.uint32)
    for first in range(0, len(start) - 1, BLOCK):
        count = _who_wants(wishes, first, wanted, wanting)
        for j in range(count):
            p = np.uint64(first + wanting[j])
            left = wanted[wanting[j]]
            for lot in range(np.uint64(start[p]), np.uint64(start[p + np.uint64(1)])):
                part = min(left, remaining[lot] - scheduled[lot]) if opened_on[lot] < day else 0
                drawn[lot] = part
                left -= part
            if left > 0:
                held = wanted[wanting[j]] - left
                for row in range(len(wishes)):
                    part = min(wishes[row, p], held)
                    blocked[row, p] = wishes[row, p] - part
                    wishes[row, p] = part
                    held -= part


@kernel
def _who_wants(wishes: Rows, first: int, wanted: Int64s, wanting: NDArray[np.uint32]) -> int:
    """Note what each member of a block wants in all, and which ones want anything; return how many do."""
    block = wishes[:, first : first + BLOCK]
    size = block.shape[1]
    for i in range(size):
        wanted[i] = 0
    for row in range(len(block)):
        of_row = block[row]
        for i in range(size):
            wanted[i] += of_row[i]
    count = 0
    for i in range(size):
        wanting[count] = i
        count += wanted[i] > 0
    return count


@kernel
def take_from_lots(
    remaining: Int64s,
    released_scheduled: Int64s,
    released_accelerated: Int64s,
    closed_on: Int32s,
    scheduled: Int64s,
    drawn: Int64s,
    day: int,
) -> None:
    """Move a close's releases out of the lots, in place; a lot left empty is closed on `day`."""
    for lot in range(len(remaining)):
        taken = scheduled[lot] + drawn[lot]
        if taken > 0:
            remaining[lot] -= taken
            released_scheduled[lot] += scheduled[lot]
            released_accelerated[lot] += drawn[lot]
            if remaining[lot] == 0:
                closed_on[lot] = day


@kernel
def release_by_age(
    lots: tuple[Int32s, Int64s, Int64s],
    start: Int32s,
    ages: tuple[int, int],
    first: tuple[int, int],
    later: tuple[int, int],
    by_lot: Int64s,
    by_member: Int64s,
) -> None:
    """Fill by_lot, by_member with min(remaining, floor(base × rate)): `first` for lots opened from ages[0] on.

    `lots` are opening days, bases and what remains; those opened from ages[1] on release nothing. A rate is (num, den).
    """
    opened_on, base, remaining = lots
    young, end = ages
    simple = simple_up_to(max(first[0], later[0]))
    for p in range(len(by_member)):
        total = 0
        for lot in range(np.uint64(start[p]), np.uint64(start[p + 1])):
            due = 0
            if opened_on[lot] < end and remaining[lot] > 0:
                if opened_on[lot] >= young:
                    due = portion(base[lot], first[0], first[1], simple)[0]
                else:
                    due = portion(base[lot], later[0], later[1], simple)[0]
                due = min(due, remaining[lot])
            by_lot[lot] = due
            total += due
        by_member[p] = total


@kernel
def split_beyond(
    start: Int32s,
    base: Int64s,
    released: tuple[Int64s, Int64s],
    by_lot: Int64s,
    rate: tuple[int, int],
    second: Int64s,
) -> None:
    """Fill `second` by position with floor(rate × what of by_lot lies beyond the base).

    `released` is what the lots released before, by time and otherwise.
    """
    scheduled, accelerated = released
    simple = simple_up_to(rate[0])
    for p in range(len(second)):
        beyond = 0
        for lot in range(np.uint64(start[p]), np.uint64(start[p + 1])):
            left = base[lot] - scheduled[lot] - accelerated[lot]
            beyond += max(0, min(by_lot[lot], by_lot[lot] - left))
        second[p] = portion(beyond, rate[0], rate[1], simple)[0]
