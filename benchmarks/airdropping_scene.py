"""Airdrops and partners beside every peer, as tables."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.airdropping import (
    PROGRAMMES,
    DropDay,
    make_weights,
    rank_book,
    rank_plain,
    rank_rule,
    ranks_of,
    share_engine,
    share_objects,
    share_passes,
    share_plain,
)
from benchmarks.report import Figures, best_and_median, count, seconds, times
from benchmarks.scene import PLAIN, Tell, UnequalError
from benchmarks.tables import MILLION, judged
from benchmarks.timing import Timing, copy_bandwidth, measure

SHAPES = ("uniform", "power-law", "star", "chain")
SCOPES = ("team", "direct")
OBJECTS, PASSES = "NumPy over Python's numbers", "NumPy passes"
WANTED_DROP, WANTED_RANKS = 0.1, 0.5  # seconds at a million members
COLUMN = 8  # bytes of a weight, and of a share
RANK_BYTES = 4 + 4 + 1 + 1  # referrer and size of the subtree, whether it counts; the rank


@dataclass
class Measured:
    """What was measured of one thing for so many members."""

    name: str
    members: int
    engine: Timing
    floor: float  # seconds
    peers: dict[str, Timing] = field(default_factory=dict)


def airdrop_tables(sizes: Sequence[int], tell: Tell) -> list[Figures]:
    """Measure airdrops and ranks of partners for these numbers of members; return the tables."""
    bandwidth = copy_bandwidth()
    drops, days, closes, ranks = (list[Measured]() for _ in range(4))
    for members in sizes:
        tell(f"{members:,} members: the airdrop")
        drops.append(_measure_shares(members, bandwidth))
        for name in PROGRAMMES:
            for shape in SHAPES[:2]:
                tell(f"{name}, {shape}, {members:,} members: the whole airdrop and the close")
                day = DropDay.of(name, shape, make_weights(members))
                days.append(_measured_day(f"whole airdrop, {name}, {shape}", members, day.run, bandwidth))
                closes.append(_measured_day(f"whole close, {name}, {shape}", members, day.close, bandwidth))
        for shape in SHAPES:
            tell(f"{shape}, {members:,} members: partners")
            ranks += [_measure_ranks(shape, members, scope, bandwidth) for scope in SCOPES]
    return [
        _table("A day's airdrop: exact shares by weight", [*drops, *days, *closes]),
        _table("Ranks of partners: three of the rank before below, or among direct referrals", ranks),
        Figures("Airdrops: wanted and measured", ("figure", "wanted", "measured", ""), [*_targets(days, ranks)]),
    ]


def _measure_shares(members: int, bandwidth: float) -> Measured:
    weight = make_weights(members)
    numbers, wanted = weight.tolist(), share_engine(weight)
    found = Measured("shares", members, measure(lambda: share_engine(weight)), 2 * COLUMN * members / bandwidth)
    ways: dict[str, Callable[[], object]] = {
        PASSES: lambda: share_passes(weight),
        OBJECTS: lambda: share_objects(weight),
        PLAIN: lambda: share_plain(numbers),
    }
    for name, way in ways.items():
        _check(name, np.array_equal(np.array(way(), np.int64), wanted))
        found.peers[name] = measure(way, runs=3)
    return found


def _measured_day(name: str, members: int, run: Callable[[], object], bandwidth: float) -> Measured:
    """Measure a whole airdrop, or a whole close; the floor is to read a column and to write one."""
    return Measured(name, members, measure(run, runs=5), 2 * COLUMN * members / bandwidth)


def _measure_ranks(shape: str, members: int, scope: str, bandwidth: float) -> Measured:
    book = rank_book(shape, members)
    layout, table = book.forest.layout, rank_rule(scope).table
    referrer = layout.referrer.tolist()
    name = f"{shape}, {scope}"
    found = Measured(name, members, measure(lambda: ranks_of(book, scope)), RANK_BYTES * members / bandwidth)
    _check(PLAIN, rank_plain(referrer, table, scope) == ranks_of(book, scope).tolist())
    found.peers[PLAIN] = measure(lambda: rank_plain(referrer, table, scope), runs=3)
    return found


def _check(peer: str, equal: bool) -> None:
    if not equal:
        raise UnequalError(f"{peer} differs from the engine")


def _table(title: str, measured: Sequence[Measured]) -> Figures:
    table = Figures(title, ("members", "of", "what", "best", "median", "beside the engine"))
    for one in measured:
        size, best = count(one.members), one.engine.best
        table.rows.append((size, one.name, "engine", *best_and_median(one.engine), "1 ×"))
        for peer, timing in one.peers.items():
            table.rows.append((size, one.name, peer, *best_and_median(timing), times(timing.best / best)))
        table.rows.append((size, one.name, "copy floor", seconds(one.floor), "–", times(one.floor / best)))
    return table


def _targets(days: Sequence[Measured], ranks: Sequence[Measured]) -> Iterator[tuple[str, str, str, str]]:
    for measured, wanted in ((days, WANTED_DROP), (ranks, WANTED_RANKS)):
        for one in (one for one in measured if one.members == MILLION):
            best = one.engine.best
            yield judged(f"{one.name}, 1M members", f"≤ {seconds(wanted)}", seconds(best), best <= wanted)
