"""From dense columns of a close to rows: who was paid how much out of which lots, sorted by member."""

import numpy as np

from jifen.engine.facts import Int32s, Int64s
from jifen.engine.kernels import Rows, kernel


@kernel
def count_draws(position: Int32s, start: Int32s, drawn: Int64s, paid: Rows) -> tuple[Int64s, Int64s]:
    """Return for each row of `paid` how many members it pays and how many draws from lots that takes."""
    members = np.zeros(paid.shape[0], np.int64)
    draws = np.zeros(paid.shape[0], np.int64)
    for number in range(len(position)):
        p = position[number]
        lot = start[p] - 1
        left = 0
        for row in range(paid.shape[0]):
            wanted = paid[row, p]
            if wanted > 0:
                members[row] += 1
            while wanted > 0:
                while left == 0:
                    lot += 1
                    left = drawn[lot]
                part = min(wanted, left)
                draws[row] += 1
                wanted -= part
                left -= part
    return members, draws


@kernel
def list_draws(
    position: Int32s,
    start: Int32s,
    order: Int32s,
    drawn: Int64s,
    paid: Rows,
    first_member: Int64s,
    first_draw: Int64s,
    member: Int32s,
    draw_start: Int64s,
    draw_order: Int32s,
    draw_amount: Int64s,
) -> None:
    """Fill the members paid and their draws, row after row of `paid`, sorted by member, oldest lot first.

    A member's lots give what `drawn` says; the rows of `paid` share it in their order. `first_member` and `first_draw`
    say where each row begins; they are moved on.
    """
    for number in range(len(position)):
        p = position[number]
        lot = start[p] - 1
        left = 0
        for row in range(paid.shape[0]):
            wanted = paid[row, p]
            if wanted > 0:
                member[first_member[row]] = number
                draw_start[first_member[row]] = first_draw[row]
                first_member[row] += 1
            while wanted > 0:
                while left == 0:
                    lot += 1
                    left = drawn[lot]
                part = min(wanted, left)
                draw_order[first_draw[row]] = order[lot]
                draw_amount[first_draw[row]] = part
                first_draw[row] += 1
                wanted -= part
                left -= part
