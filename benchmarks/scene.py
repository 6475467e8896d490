"""One forest: the engine beside every peer that fits, on the same day."""

from collections.abc import Callable
from dataclasses import dataclass, field

from psycopg.errors import QueryCanceled

from benchmarks.days import TODAY, Day, Settled, Terms, bytes_touched, make_book, release_programme
from benchmarks.levels import Levels, by_position, lay_out, settle_levels
from benchmarks.memory import GIB, free_memory
from benchmarks.plain import Lists, settle_plain
from benchmarks.query import MINUTES_MAX, Query, totals_of
from benchmarks.timing import LONG, Timing, measure, once
from jifen.engine.book import Book
from jifen.engine.forest import Forest
from jifen.engine.settle import Means, settle

PLAIN_MAX, QUERY_MAX, COMPARED_MAX = 100_000, 1_000_000, 100_000
LEVELS_BYTES = 800  # a member: laid out, settled and compared; 1.5 lots each
PROGRAMME = release_programme()
TERMS = Terms.of(PROGRAMME)

PLAIN, LEVELS, QUERY = "plain Python", "NumPy by levels", "PostgreSQL recursive query"
Tell = Callable[[str], None]


class UnequalError(AssertionError):
    """A peer found something else than the engine."""


@dataclass
class Scene:
    """What was measured on one forest."""

    shape: str
    members: int
    lots: int
    engine: Timing
    two_threads: Timing
    layout: float
    bytes: int
    digest: str
    digest_of_two_threads: str
    peers: dict[str, Timing] = field(default_factory=dict)
    layouts: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)  # peer: why it was not measured

    def ratio(self, peer: str) -> float:
        """Return how many times as long as the engine a peer takes."""
        return self.peers[peer].best / self.engine.best


def measure_scene(shape: str, members: int, tell: Tell) -> Scene:
    """Measure the engine and its peers in this process on a forest."""
    tell(f"{shape}, {members:,} members: the book")
    book = make_book(shape, members)
    tell(f"{shape}, {members:,} members: the engine")
    scene = measure_engine(shape, book)
    engine = Settled.of(settle(PROGRAMME, book, TODAY))
    day = Day.of(book, TODAY)

    for peer, reason, work in (
        (LEVELS, _why_no_levels(members), _measure_levels),
        (PLAIN, "" if members <= PLAIN_MAX else f"up to {PLAIN_MAX:,} members", _measure_plain),
    ):
        if reason:
            scene.missing[peer] = reason
            continue
        tell(f"{shape}, {members:,} members: {peer}")
        work(scene, day, engine)
    tell(f"{shape}, {members:,} members: the engine again")
    spare = settle(PROGRAMME, book, TODAY)
    again = measure(lambda: settle(PROGRAMME, book, TODAY, Means(spare=spare)))
    scene.engine = Timing((*scene.engine.runs, *again.runs))
    return scene


def measure_query(scene: Scene, address: str, tell: Tell) -> None:
    """Measure PostgreSQL on the same data; `address` is empty where there is none.

    It comes after everything else: what it leaves in memory would slow the others.
    """
    reason = _why_no_query(scene.members, address)
    if reason:
        scene.missing[QUERY] = reason
        return
    tell(f"{scene.shape}, {scene.members:,} members: {QUERY}")
    book = make_book(scene.shape, scene.members)
    _measure_query(address, scene, Day.of(book, TODAY), Settled.of(settle(PROGRAMME, book, TODAY)))


def measure_engine(shape: str, book: Book) -> Scene:
    """Measure the engine alone."""
    spare = settle(PROGRAMME, book, TODAY)  # a running engine has the arrays of the day before
    touched, digest = bytes_touched(book, Settled.of(spare)), Settled.of(spare).digest()
    return Scene(
        shape=shape,
        members=len(book),
        lots=len(book.lots.base),
        engine=measure(lambda: settle(PROGRAMME, book, TODAY, Means(spare=spare))),
        two_threads=measure(lambda: settle(PROGRAMME, book, TODAY, Means(2, spare))),
        layout=once(lambda: Forest(book.forest.referrer).layout),
        bytes=touched,
        digest=digest,
        digest_of_two_threads=Settled.of(settle(PROGRAMME, book, TODAY, Means(2, spare))).digest(),
    )


def _why_no_levels(members: int) -> str:
    needed, free = members * LEVELS_BYTES, free_memory()
    return f"needs {needed / GIB:.1f} GiB, {free / GIB:.1f} GiB are free" if needed > free else ""


def _why_no_query(members: int, address: str) -> str:
    if members > QUERY_MAX:
        return f"up to {QUERY_MAX:,} members"
    return "" if address else "no server"


def _check(peer: str, columns: list[str]) -> None:
    if columns:
        raise UnequalError(f"{peer} differs from the engine in {', '.join(columns)}")


def _measure_levels(scene: Scene, day: Day, engine: Settled) -> None:
    made: list[Levels] = []
    scene.layouts[LEVELS] = once(lambda: made.append(lay_out(day)))
    levels = made[0]
    scene.peers[LEVELS] = measure(lambda: settle_levels(levels, TERMS), runs=5)
    _check(LEVELS, by_position(settle_levels(levels, TERMS), levels).differs(engine))


def _measure_plain(scene: Scene, day: Day, engine: Settled) -> None:
    lists = Lists.of(day)
    scene.peers[PLAIN] = measure(lambda: settle_plain(lists, TERMS), runs=3)
    _check(PLAIN, settle_plain(lists, TERMS).settled().differs(engine))


def _measure_query(address: str, scene: Scene, day: Day, engine: Settled) -> None:
    query = Query(address, day, TERMS)
    try:
        runs = [_time_query(query, jit=False), _time_query(query, jit=True), _time_query(query, jit=False)]
        scene.peers[QUERY] = Timing(tuple(runs[1:] if runs[0] < LONG else runs))
        _check(QUERY, [] if query.totals() == totals_of(engine) else ["totals"])
        if scene.members <= COMPARED_MAX:
            _check(QUERY, query.settled().differs(engine))
    except QueryCanceled:
        scene.missing[QUERY] = f"more than {MINUTES_MAX} min"
    finally:
        query.close()


def _time_query(query: Query, *, jit: bool) -> float:
    return once(lambda: query.settle(jit=jit))
