"""Goods of the catalogue among 10,000: by the index of parts of words, beside a scan of all titles (S3-15)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np
from django.db import connection

from benchmarks.report import Figures
from benchmarks.scene import Tell
from benchmarks.service.place import Place
from benchmarks.service.targets import Target, at_least, at_most
from benchmarks.timing import once
from jifen import catalogue
from jifen.members.models import Operator
from jifen.programmes.versions import create_programme
from jifen.sales.catalogue import PAGE, Asked, find
from jifen.sales.models import LEVELS, REDEMPTION, Category, Product

DATABASE, SEED = "jifen_bench_goods", 20_261_123
TOPS, BELOW = 20, 10
MATERIALS = ["纯棉", "竹纤维", "不锈钢", "陶瓷", "玻璃", "硅胶", "实木", "亚麻", "羊毛", "铝合金"]
THINGS = ["毛巾", "浴巾", "保温杯", "炒锅", "饭碗", "拖鞋", "雨伞", "台灯", "枕头", "书包", "水壶", "砧板", "衣架"]
ENGLISH = ["towel", "thermos", "pan", "bowl", "slippers", "umbrella", "lamp", "pillow", "bag", "kettle", "board"]
RARE, RARE_ONE_IN = "紫砂壶", 2_000
WANTED, TIMES = 0.010, 3  # seconds, median; a rare word beside the scan
SCAN = """
SELECT id FROM sales_product
WHERE programme_id = %s AND zone = 'redemption' AND active AND lower(title || ' ' || title_en || ' ' || code) LIKE %s
ORDER BY position, id LIMIT %s
"""


@dataclass(frozen=True)
class Sizes:
    """How many goods, and how often each thing is asked for."""

    goods: int = 10_000
    rounds: int = 60


@dataclass(frozen=True)
class Found:
    """Seconds of each way for each round."""

    goods: int
    times: dict[str, list[float]]


def measure_goods(place: Place, sizes: Sizes, tell: Tell) -> Found:
    """Measure in a database of its own; what both ways find has to be the same."""
    with place.platform(DATABASE):
        tell(f"{sizes.goods:,} goods")
        programme, category = _stock(sizes.goods)
        words = {"rare": RARE, "one of a hundred": "竹纤维保温", "English": "towel", "two letters": "雨伞", "one": "杯"}
        middle = Asked(after=f"{sizes.goods // 2}.0")
        asked = {"first page": Asked(), "page in the middle": middle, "a category": Asked(category_id=category)}
        times: dict[str, list[float]] = {}
        for _round in range(sizes.rounds):
            for name, word in words.items():
                _compare(times, f"{name}: {word}", programme, word)
            for name, one in asked.items():
                times.setdefault(f"{name}, index", []).append(once(partial(find, programme, one)))
    return Found(sizes.goods, times)


def goods_tables(found: Found) -> list[Figures]:
    """Return the table."""
    rows: list[Sequence[str]] = [
        (name, f"{median(times) * 1000:.2f} ms", f"{sorted(times)[len(times) * 99 // 100] * 1000:.2f} ms")
        for name, times in found.times.items()
    ]
    note = f"A page of {PAGE} of {found.goods:,} goods, and that there are more."
    return [Figures("Goods of the catalogue", ("what", "median", "99 of 100"), rows, note)]


def goods_targets(found: Found) -> list[Target]:
    """Return what was wanted: milliseconds for anything, and a rare word well before a scan."""
    slowest = max(median(times) for name, times in found.times.items() if name.endswith(", index"))
    rare = f"rare: {RARE}"
    ratio = median(found.times[f"{rare}, scan"]) / median(found.times[f"{rare}, index"])
    return [
        at_most("goods of the catalogue, slowest median", WANTED, slowest),
        at_least("a rare word beside a scan", TIMES, ratio),
    ]


def _compare(times: dict[str, list[float]], name: str, programme: int, word: str) -> None:
    kept: dict[str, list[int]] = {}

    def index() -> None:
        kept["index"] = [one.pk for one in find(programme, Asked(word)).products]

    def scan() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
            cursor.execute(SCAN, [programme, f"%{word}%", PAGE])
            kept["scan"] = [row[0] for row in cursor.fetchall()]
            cursor.execute("RESET enable_indexscan; RESET enable_bitmapscan")

    ways: tuple[tuple[str, Callable[[], None]], ...] = (("index", index), ("scan", scan))
    for way, work in ways:
        times.setdefault(f"{name}, {way}", []).append(once(work))
    assert kept["index"] == kept["scan"]


def _stock(count: int) -> tuple[int, int]:
    """Fill a catalogue with daily goods; return the programme and a category of the first level."""
    random, operator = np.random.default_rng(SEED), Operator.objects.create_user("bench")
    programme = create_programme(text=catalogue.read("alliance"), operator_id=operator.pk)
    tops = [Category.objects.create(programme=programme, title=f"大类{one}") for one in range(TOPS)]
    below = [
        Category.objects.create(programme=programme, parent=top, level=LEVELS, title=f"小类{one}")
        for top in tops
        for one in range(BELOW)
    ]
    rows = []
    for number in range(count):
        rare = RARE if number % RARE_ONE_IN == 0 else ""
        title = f"{random.choice(MATERIALS)}{random.choice(THINGS)}{rare}{number}"
        english = f"{random.choice(ENGLISH)} {number}"
        rows.append(
            Product(
                programme=programme,
                code=f"g{number:06}",
                zone=REDEMPTION,
                title=title,
                title_en=english,
                price=int(random.integers(100, 100_000)),
                position=number,
                category=below[int(random.integers(len(below)))],
            )
        )
    Product.objects.bulk_create(rows, batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sales_product")
    return programme.pk, tops[0].pk
