"""Loops over lots: what time releases, and drawing accelerated releases from the oldest lot first."""

from numba import njit

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.kernels import Rows


@njit(cache=True, nogil=True)
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
    """Fill by_lot, by_member with min(remaining, floor(base × num ÷ den)) of every lot opened before `day`."""
    for p in range(len(start) - 1):
        total = 0
        for lot in range(start[p], start[p + 1]):
            if remaining[lot] > 0 and opened_on[lot] < day:
                whole = base[lot] // den
                due = whole * num + (base[lot] - whole * den) * num // den
                due = min(due, remaining[lot])
                by_lot[lot] = due
                total += due
        by_member[p] = total


@njit(cache=True, nogil=True)
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
    rows = wishes.shape[0]
    for p in range(len(start) - 1):
        wanted = 0
        for row in range(rows):
            wanted += wishes[row, p]
        if wanted == 0:
            continue
        held = 0
        for lot in range(start[p], start[p + 1]):
            if opened_on[lot] < day:
                held += remaining[lot] - scheduled[lot]
        paid = min(wanted, held)
        if paid < wanted:
            left = held
            for row in range(rows):
                part = min(wishes[row, p], left)
                blocked[row, p] = wishes[row, p] - part
                wishes[row, p] = part
                left -= part
        for lot in range(start[p], start[p + 1]):
            if paid == 0:
                break
            if opened_on[lot] < day:
                part = min(paid, remaining[lot] - scheduled[lot])
                if part > 0:
                    drawn[lot] = part
                    paid -= part


@njit(cache=True, nogil=True)
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
