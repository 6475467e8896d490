"""The same day in plain Python: lists and loops, one pass from the last position to the first for each rule."""

from dataclasses import dataclass

import numpy as np

from benchmarks.days import Day, Settled, Terms
from jifen.engine.facts import NOBODY

Wishes = tuple[list[int], list[int]]  # by position: entitlement, and the remainder of its division


@dataclass(frozen=True)
class Lists:
    """A day, all columns as lists."""

    day: int
    referrer: list[int]
    rank: list[int]
    volume: list[int]
    start: list[int]
    opened_on: list[int]
    base: list[int]
    remaining: list[int]

    @classmethod
    def of(cls, day: Day) -> "Lists":
        """Return the same day as lists."""
        columns = (day.referrer, day.rank, day.volume, day.start, day.opened_on, day.base, day.remaining)
        return cls(day.day, *(column.tolist() for column in columns))


@dataclass(frozen=True)
class Found:
    """What the day pays, as lists."""

    released: list[int]
    released_by_lot: list[int]
    paid: list[list[int]]
    blocked: list[list[int]]
    rest: list[list[int]]
    drawn: list[int]
    rank: list[int]

    def settled(self) -> Settled:
        """Return the same as arrays."""
        return Settled(
            np.array(self.released, np.int64),
            np.array(self.released_by_lot, np.int64),
            np.array(self.paid, np.int64),
            np.array(self.blocked, np.int64),
            np.array(self.rest, np.int32),
            np.array(self.drawn, np.int64),
            np.array(self.rank, np.int8),
        )


def settle_plain(day: Lists, terms: Terms) -> Found:
    """Return everything that the day pays."""
    released, by_lot = release(day, terms)
    wishes = [
        *share_generations(day, terms, released),
        share_differential(day, terms, released),
        share_peer(day, terms, released),
    ]
    paid, blocked, drawn = draw_oldest_first(day, by_lot, [entitled for entitled, _ in wishes])
    return Found(released, by_lot, paid, blocked, [rest for _, rest in wishes], drawn, find_ranks(day, terms))


def release(day: Lists, terms: Terms) -> tuple[list[int], list[int]]:
    """Return what time releases, by position and by lot."""
    num, den = terms.daily
    released, by_lot = [0] * len(day.referrer), [0] * len(day.base)
    for p in range(len(released)):
        for lot in range(day.start[p], day.start[p + 1]):
            if day.opened_on[lot] < day.day:
                by_lot[lot] = min(day.remaining[lot], day.base[lot] * num // den)
                released[p] += by_lot[lot]
    return released, by_lot


def share_generations(day: Lists, terms: Terms, released: list[int]) -> list[Wishes]:
    """Return each generation's share of what that many steps below was released."""
    shares, below = [], released
    for num, den in terms.shares:
        base = [0] * len(below)
        for p, referrer in enumerate(day.referrer):
            if referrer != NOBODY:
                base[referrer] += below[p]
        shares.append(divide([amount * num for amount in base], den))
        below = base
    return shares


def share_differential(day: Lists, terms: Terms, released: list[int]) -> Wishes:
    """Return what each rank's rate adds to the rates below."""
    base = [0] * len(released)
    below: list[list[int]] = [[] for _ in released]  # by the highest rank on the way up
    for p in range(len(released) - 1, -1, -1):
        row, own = below[p] or [0] * len(terms.rank_num), day.rank[p]
        for rank in range(own):
            base[p] += row[rank] * (terms.rank_num[own] - terms.rank_num[rank])
            row[own] += row[rank]
            row[rank] = 0
        row[0] += released[p]
        add_row(below, day.referrer[p], row)
        below[p] = []
    return divide(base, terms.rank_den)


def share_peer(day: Lists, terms: Terms, released: list[int]) -> Wishes:
    """Return the rate of what was released below the nearest members of equal rank."""
    base = [0] * len(released)
    below: list[list[int]] = [[] for _ in released]  # 0: all releases; a rank: markets that wait for their peer
    for p in range(len(released) - 1, -1, -1):
        row, own = below[p] or [0] * len(terms.rank_num), day.rank[p]
        if own > 0:
            base[p] = row[own] * terms.peer[0]
            row[1:own] = [0] * (own - 1)
            row[own] = row[0]
        row[0] += released[p]
        add_row(below, day.referrer[p], row)
        below[p] = []
    return divide(base, terms.peer[1])


def add_row(below: list[list[int]], referrer: int, row: list[int]) -> None:
    """Add a member's row to its referrer's."""
    if referrer == NOBODY:
        return
    if not below[referrer]:
        below[referrer] = row
        return
    sums = below[referrer]
    for rank, amount in enumerate(row):
        if amount:
            sums[rank] += amount


def divide(amounts: list[int], den: int) -> Wishes:
    """Return the whole parts and the remainders."""
    return [amount // den for amount in amounts], [amount % den for amount in amounts]


def draw_oldest_first(
    day: Lists, by_lot: list[int], wishes: list[list[int]]
) -> tuple[list[list[int]], list[list[int]], list[int]]:
    """Return what is paid and blocked, by wish and position, and what each lot gives."""
    paid, blocked = [[0] * len(wish) for wish in wishes], [[0] * len(wish) for wish in wishes]
    drawn = [0] * len(by_lot)
    for p in range(len(day.referrer)):
        lots = [lot for lot in range(day.start[p], day.start[p + 1]) if day.opened_on[lot] < day.day]
        held = sum(day.remaining[lot] - by_lot[lot] for lot in lots)
        wanted = 0
        for row, wish in enumerate(wishes):
            part = min(wish[p], held - wanted)
            paid[row][p], blocked[row][p] = part, wish[p] - part
            wanted += part
        for lot in lots:
            drawn[lot] = min(wanted, day.remaining[lot] - by_lot[lot])
            wanted -= drawn[lot]
    return paid, blocked, drawn


def find_ranks(day: Lists, terms: Terms) -> list[int]:
    """Return the ranks by the volume of the second-largest leg."""
    n = len(day.referrer)
    team, largest, second = list(day.volume), [0] * n, [0] * n
    for p in range(n - 1, -1, -1):
        referrer, leg = day.referrer[p], team[p]
        if referrer == NOBODY:
            continue
        team[referrer] += leg
        second[referrer] = max(second[referrer], min(leg, largest[referrer]))
        largest[referrer] = max(largest[referrer], leg)
    return [sum(volume <= leg for volume in terms.volumes) for leg in second]
