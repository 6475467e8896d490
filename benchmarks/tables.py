"""What was measured, as tables, and whether it reaches what is wanted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log

from benchmarks.memory import GIB, Peak
from benchmarks.report import Figures, best_and_median, count, seconds, times
from benchmarks.scene import LEVELS, PLAIN, QUERY, Scene

MILLION, TEN_MILLIONS = 1_000_000, 10_000_000
WANTED_QUERY, WANTED_LEVELS, WANTED_FLOOR, WANTED_LONG = 400, 5, 30, 6
WANTED_EXPONENT, WANTED_MEMORY = 1.1, 3 * GIB
Target = tuple[str, str, str, str]


@dataclass
class Results:
    """Everything that one run measured."""

    bandwidth: float  # bytes a second, each copied byte counted as one read and one written
    scenes: list[Scene] = field(default_factory=list)
    long: list[Scene] = field(default_factory=list)  # chain and deep
    peak_members: int = 0
    peak: Peak | None = None

    def floor(self, scene: Scene) -> float:
        """Return the seconds in which this machine reads what a day reads and writes what it returns."""
        return scene.bytes / self.bandwidth

    def scene(self, shape: str, members: int) -> Scene | None:
        """Return a scene, or None where it was not measured."""
        found = (scene for scene in self.scenes if (scene.shape, scene.members) == (shape, members))
        return next(found, None)


def all_tables(results: Results) -> list[Figures]:
    """Return every table of the run."""
    tables = [peers_table(results, shape) for shape in dict.fromkeys(scene.shape for scene in results.scenes)]
    tables += [engine_table(results)]
    if results.long:
        tables.append(long_table(results))
    return [*tables, targets_table(results)]


def peers_table(results: Results, shape: str) -> Figures:
    """Return the engine beside its peers on one shape of forest."""
    table = Figures(
        f"One day on a {shape} forest", ("members", "what", "best", "median", "beside the engine", "its own layout")
    )
    for scene in (scene for scene in results.scenes if scene.shape == shape):
        size = count(scene.members)
        table.rows.append((size, "engine", *best_and_median(scene.engine), "1 ×", seconds(scene.layout)))
        for peer in (LEVELS, PLAIN, QUERY):
            if peer in scene.peers:
                layout = seconds(scene.layouts[peer]) if peer in scene.layouts else "–"
                row = (size, peer, *best_and_median(scene.peers[peer]), times(scene.ratio(peer)), layout)
                table.rows.append(row)
            else:
                table.rows.append((size, peer, scene.missing[peer], "–", "–", "–"))
        floor = results.floor(scene)
        table.rows.append((size, "copy floor", seconds(floor), "–", times(floor / scene.engine.best), "–"))
    return table


def engine_table(results: Results) -> Figures:
    """Return the engine alone: distance to the floor, threads."""
    heads = ("forest", "members", "lots", "one thread", "over the floor", "two threads", "result with 1 and 2 threads")
    table = Figures("The engine", heads, note=floor_note(results))
    for scene in (*results.scenes, *results.long):
        over = times(scene.engine.best / results.floor(scene))
        same = "identical" if scene.digest == scene.digest_of_two_threads else "DIFFERENT"
        one, two = seconds(scene.engine.best), seconds(scene.two_threads.best)
        table.rows.append((scene.shape, count(scene.members), count(scene.lots), one, over, two, same))
    return table


def floor_note(results: Results) -> str:
    """Return how the floor is counted."""
    return (
        f"Copying runs at {results.bandwidth / 1e9:.1f} GB/s here, each byte counted once as read and once as written. "
        "The floor is what a day reads and what it returns, all arrays, each byte counted once, at that speed."
    )


def long_table(results: Results) -> Figures:
    """Return how much longer extreme forests take than the uniform one of the same size."""
    table = Figures("Long chains", ("forest", "members", "best", "median", "beside uniform"))
    for scene in results.long:
        uniform = results.scene("uniform", scene.members)
        ratio = times(scene.engine.best / uniform.engine.best) if uniform else "–"
        table.rows.append((scene.shape, count(scene.members), *best_and_median(scene.engine), ratio))
    return table


def targets_table(results: Results) -> Figures:
    """Return what is wanted, beside what was measured."""
    return Figures("Wanted and measured", ("figure", "wanted", "measured", ""), list(targets(results)))


def targets(results: Results) -> Iterator[Target]:
    """Yield each figure that is wanted and was measured."""
    yield from peer_targets(results)
    yield from growth_targets(results)
    for scene in results.long:
        uniform = results.scene("uniform", scene.members)
        if uniform:
            ratio = scene.engine.best / uniform.engine.best
            yield judged(f"{scene.shape} beside uniform, 1M", f"≤ {WANTED_LONG} ×", times(ratio), ratio <= WANTED_LONG)
    if results.peak:
        reached = results.peak.day < WANTED_MEMORY
        measured = f"{results.peak.day / GIB:.2f} GiB (the book alone: {results.peak.book / GIB:.2f} GiB)"
        yield judged(f"peak memory, {results.peak_members:,} members", "< 3 GiB", measured, reached)
    every = (*results.scenes, *results.long)
    same = all(scene.digest == scene.digest_of_two_threads for scene in every)
    yield judged("result with 1 and 2 threads", "identical", "identical" if same else "different", same)


def peer_targets(results: Results) -> Iterator[Target]:
    """Yield the ratios to peers at a million members, and to the floor at ten."""
    for scene in results.scenes:
        if scene.members == MILLION:
            for peer, wanted in ((QUERY, WANTED_QUERY), (LEVELS, WANTED_LEVELS)):
                if peer in scene.peers:
                    ratio = scene.ratio(peer)
                    yield judged(f"{peer}, {scene.shape}, 1M", f"≥ {wanted} ×", times(ratio), ratio >= wanted)
        if scene.members == TEN_MILLIONS:
            ratio = scene.engine.best / results.floor(scene)
            yield judged(f"copy floor, {scene.shape}, 10M", f"≤ {WANTED_FLOOR} ×", times(ratio), ratio <= WANTED_FLOOR)


def growth_targets(results: Results) -> Iterator[Target]:
    """Yield how time grows with members, from the smallest to the largest size of each shape."""
    for shape in dict.fromkeys(scene.shape for scene in results.scenes):
        scenes = sorted((scene for scene in results.scenes if scene.shape == shape), key=lambda scene: scene.members)
        few, many = scenes[0], scenes[-1]
        if few is not many:
            exponent = log(many.engine.best / few.engine.best) / log(many.members / few.members)
            name = f"growth exponent, {shape}, {few.members:,} to {many.members:,}"
            yield judged(name, f"< {WANTED_EXPONENT}", f"{exponent:.2f}", exponent < WANTED_EXPONENT)


def judged(name: str, wanted: str, measured: str, reached: bool) -> Target:
    """Return a row that says whether the figure is reached."""
    return name, wanted, measured, "reached" if reached else "not reached"
