"""The closes of the leasing programme beside every peer, as tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import log

from psycopg.errors import QueryCanceled

from benchmarks.leasing import (
    AGENTS,
    MONTH_END,
    ORDINARY,
    LeaseSettled,
    bytes_touched,
    close_lease,
    lease_terms,
    make_book,
)
from benchmarks.leasing_levels import close_levels, lay_lease_out, lease_by_position
from benchmarks.leasing_query import LeaseQuery, lease_totals
from benchmarks.query import MINUTES_MAX
from benchmarks.report import Figures, best_and_median, count, seconds, times
from benchmarks.scene import LEVELS, QUERY, Tell, UnequalError
from benchmarks.tables import MILLION, WANTED_EXPONENT, WANTED_FLOOR, WANTED_LEVELS, WANTED_QUERY, judged
from benchmarks.timing import LONG, Timing, copy_bandwidth, measure, once
from jifen.engine.book import Book
from jifen.engine.settle import Means

SHAPES, QUERY_MAX = ("uniform", "power-law", "star"), 1_000_000
QUERIED = ("realistic", "month's end")  # takes minutes: the other closes walk up the same ways
CLOSES = {"ordinary day": ORDINARY, "month's end": MONTH_END}
TERMS = lease_terms()


@dataclass
class LeaseScene:
    """What was measured of one close of one book."""

    shape: str
    members: int
    agents: str
    close: str
    engine: Timing
    two_threads: Timing
    floor: float  # seconds
    same: bool  # with 1 and 2 threads
    peers: dict[str, Timing] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What a table calls it."""
        return f"{self.shape}, {self.agents}, {self.close}"


def leasing_tables(sizes: Sequence[int], address: str, tell: Tell) -> list[Figures]:
    """Measure the closes of all shapes and densities; return the tables. `address` is "" without a server."""
    bandwidth, scenes = copy_bandwidth(), []
    for members in sizes:
        for shape in SHAPES:
            for agents in AGENTS:
                tell(f"{shape}, {members:,} members, {agents}")
                book = make_book(shape, members, agents)
                scenes += [_measure(book, (shape, agents, close), bandwidth) for close in CLOSES]
    for scene in scenes if address else ():
        if scene.members <= QUERY_MAX and (scene.agents, scene.close) == QUERIED:
            tell(f"{scene.name}, {scene.members:,} members: {QUERY}")
            _measure_query(scene, address)
    return [_table(scenes, members) for members in sizes] + [_targets_table(scenes)]


def _measure(book: Book, name: tuple[str, str, str], bandwidth: float) -> LeaseScene:
    shape, agents, close = name
    day = CLOSES[close]
    found = close_lease(book, day)
    settled, spare = LeaseSettled.of(found, book), close_lease(book, day).close
    scene = LeaseScene(
        shape=shape,
        members=len(book),
        agents=agents,
        close=close,
        engine=measure(lambda: close_lease(book, day, Means(spare=spare))),
        two_threads=measure(lambda: close_lease(book, day, Means(2, spare))),
        floor=bytes_touched(book, settled, day) / bandwidth,
        same=LeaseSettled.of(close_lease(book, day, Means(2)), book).digest() == settled.digest(),
    )
    levels = lay_lease_out(book, day)
    scene.peers[LEVELS] = measure(lambda: close_levels(levels, TERMS), runs=5)
    _check(LEVELS, lease_by_position(close_levels(levels, TERMS), levels).differs(settled))
    again = measure(lambda: close_lease(book, day, Means(spare=spare)))
    scene.engine = Timing((*scene.engine.runs, *again.runs))
    return scene


def _measure_query(scene: LeaseScene, address: str) -> None:
    book, day = make_book(scene.shape, scene.members, scene.agents), CLOSES[scene.close]
    query = LeaseQuery(address, book, day, TERMS)
    try:
        runs = [once(lambda: query.settle(jit=False)), once(lambda: query.settle(jit=True))]
        if runs[0] < LONG:
            runs.append(once(lambda: query.settle(jit=False)))
        scene.peers[QUERY] = Timing(tuple(runs))
        totals = lease_totals(LeaseSettled.of(close_lease(book, day), book))
        _check(QUERY, [] if query.totals() == totals else ["totals"])
    except QueryCanceled as error:
        raise UnequalError(f"{QUERY} takes more than {MINUTES_MAX} min") from error
    finally:
        query.close()


def _check(peer: str, columns: list[str]) -> None:
    if columns:
        raise UnequalError(f"{peer} differs from the engine in {', '.join(columns)}")


def _table(scenes: Sequence[LeaseScene], members: int) -> Figures:
    heads = ("forest, agents, close", "engine", "median", "two threads", LEVELS, QUERY, "over the floor")
    table = Figures(f"Closes of the leasing programme, {count(members)} members and lots", heads)
    for scene in (scene for scene in scenes if scene.members == members):
        peers = [
            f"{seconds(scene.peers[peer].best)} · {times(_ratio(scene, peer))}" if peer in scene.peers else "–"
            for peer in (LEVELS, QUERY)
        ]
        two, over = seconds(scene.two_threads.best), times(scene.engine.best / scene.floor)
        table.rows.append((scene.name, *best_and_median(scene.engine), two, *peers, over))
    return table


def _ratio(scene: LeaseScene, peer: str) -> float:
    return scene.peers[peer].best / scene.engine.best


def _targets_table(scenes: Sequence[LeaseScene]) -> Figures:
    return Figures(
        "The leasing programme: wanted and measured", ("figure", "wanted", "measured", ""), [*_targets(scenes)]
    )


def _targets(scenes: Sequence[LeaseScene]) -> Iterator[tuple[str, str, str, str]]:
    for scene in (scene for scene in scenes if scene.members == MILLION):
        for peer, wanted in ((QUERY, WANTED_QUERY), (LEVELS, WANTED_LEVELS)):
            if peer in scene.peers:
                ratio = _ratio(scene, peer)
                yield judged(f"{peer}, {scene.name}, 1M", f"≥ {wanted} ×", times(ratio), ratio >= wanted)
    for scene in (scene for scene in scenes if scene.members >= MILLION):
        over = scene.engine.best / scene.floor
        yield judged(f"copy floor, {scene.name}", f"≤ {WANTED_FLOOR} ×", times(over), over <= WANTED_FLOOR)
    smallest, largest = (pick(scene.members for scene in scenes) for pick in (min, max))
    if smallest < largest:
        few, many = ({scene.name: scene for scene in scenes if scene.members == size} for size in (smallest, largest))
        for name, scene in many.items():
            exponent = log(scene.engine.best / few[name].engine.best) / log(largest / smallest)
            figure = f"growth exponent, {name}, {smallest:,} to {largest:,}"
            yield judged(figure, f"< {WANTED_EXPONENT}", f"{exponent:.2f}", exponent < WANTED_EXPONENT)
    same = all(scene.same for scene in scenes)
    yield judged("result with 1 and 2 threads", "identical", "identical" if same else "different", same)
