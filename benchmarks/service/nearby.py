"""The nearest stores among 100,000: exactly by the index, beside a sequential scan that sorts all (S2-60)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

import numpy as np
from django.db import connection

from benchmarks.report import Figures
from benchmarks.scene import Tell
from benchmarks.service.place import Place
from benchmarks.service.targets import Target, at_most
from benchmarks.timing import once
from jifen import catalogue
from jifen.members.models import Operator
from jifen.programmes.versions import create_programme
from jifen.stores.models import Store
from jifen.stores.nearby import PAGE, RADIUS, Near, nearest
from jifen.stores.nearby import Place as Point

DATABASE, SEED = "jifen_bench_nearby", 20_261_122
CITIES, SPREAD = 300, 0.08  # degrees: a town of some kilometres
COMMON, RARE = "茶", "修表"
RARE_ONE_IN = 5_000
WANTED = 0.010  # seconds, median
SCAN = f"""
SELECT id, 2 * {RADIUS} * asin(sqrt(least(1, sin(radians(latitude::float8 - %(latitude)s) / 2) ^ 2
    + cos(radians(latitude::float8)) * cos(radians(%(latitude)s))
    * sin(radians(longitude::float8 - %(longitude)s) / 2) ^ 2))) AS metres
FROM stores_store WHERE programme_id = %(programme)s AND active AND latitude IS NOT NULL
    AND title || ' ' || title_en || ' ' || services LIKE '%%' || %(word)s || '%%'
ORDER BY metres, id LIMIT {PAGE}
"""  # noqa: S608 — constants of this file only


@dataclass(frozen=True)
class Sizes:
    """How many stores, and from how many places one asks."""

    stores: int = 100_000
    places: int = 200


@dataclass(frozen=True)
class Found:
    """Seconds of each way for each place."""

    stores: int
    times: dict[str, list[float]]


def measure_nearby(place: Place, sizes: Sizes, tell: Tell) -> Found:
    """Measure in a database of its own; what both ways find has to be the same."""
    with place.platform(DATABASE):
        tell(f"{sizes.stores:,} stores")
        programme, random = _settle(sizes.stores), np.random.default_rng(SEED)
        stores = Store.objects.filter(programme_id=programme).order_by("pk").values_list("latitude", "longitude")
        chosen = [stores[int(row)] for row in random.integers(0, sizes.stores, sizes.places)]
        points = [Point(float(y or 0) + 0.01, float(x or 0) + 0.01) for y, x in chosen]
        times: dict[str, list[float]] = {}
        for name, word in (("all", ""), (f"word of every third: {COMMON}", COMMON), (f"rare word: {RARE}", RARE)):
            tell(f"the nearest, {name}")
            for point in points:
                _compare(times, name, programme, (point, word))
    return Found(sizes.stores, times)


def nearby_tables(found: Found) -> list[Figures]:
    """Return the table."""
    rows: list[Sequence[str]] = [
        (name, f"{median(times) * 1000:.2f} ms", f"{sorted(times)[len(times) * 99 // 100] * 1000:.2f} ms")
        for name, times in found.times.items()
    ]
    note = f"The nearest {PAGE} of {found.stores:,} stores in {CITIES} towns, and that there are more."
    return [Figures("Stores nearby", ("what", "median", "99 of 100"), rows, note)]


def nearby_targets(found: Found) -> list[Target]:
    """Return what was wanted: milliseconds."""
    return [at_most("stores nearby, median", WANTED, median(found.times["all, index"]))]


def _compare(times: dict[str, list[float]], name: str, programme: int, asked: tuple[Point, str]) -> None:
    point, word = asked
    kept: dict[str, list[int]] = {}

    def index() -> None:
        kept["index"] = _ids(nearest(programme, point, words=word).stores)

    def scan() -> None:
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "programme": programme,
                "latitude": point.latitude,
                "longitude": point.longitude,
                "word": word,
            }
            cursor.execute("SET enable_indexscan = off")
            cursor.execute(SCAN, values)
            kept["scan"] = [row[0] for row in cursor.fetchall()]
            cursor.execute("RESET enable_indexscan")

    ways: tuple[tuple[str, Callable[[], None]], ...] = (("index", index), ("sequential scan", scan))
    for way, work in ways:
        times.setdefault(f"{name}, {way}", []).append(once(work))
    assert len(kept["index"]) == len(kept["scan"])


def _ids(stores: list[Near]) -> list[int]:
    return [one.store.pk for one in stores]


def _settle(count: int) -> int:
    """Let stores stand in towns of China, dense in the middle; return the programme."""
    random, operator = np.random.default_rng(SEED), Operator.objects.create_user("bench")
    programme = create_programme(text=catalogue.read("airdrop"), operator_id=operator.pk)
    towns = [(random.uniform(22, 45), random.uniform(100, 125)) for _ in range(CITIES)]
    rows = []
    for number in range(count):
        north, east = towns[int(random.integers(CITIES))]
        words = [COMMON if number % 3 == 0 else "面", RARE if number % RARE_ONE_IN == 0 else "外卖"]
        rows.append(
            Store(
                programme=programme,
                code=f"s{number}",
                title=f"店{number}",
                services=" ".join(words),
                latitude=Decimal(f"{random.normal(north, SPREAD):.6f}"),
                longitude=Decimal(f"{random.normal(east, SPREAD):.6f}"),
                joined_tick=number + 1,
                joined_on="2026-03-01",
            )
        )
    Store.objects.bulk_create(rows, batch_size=5_000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE stores_store")
    return int(programme.pk)
