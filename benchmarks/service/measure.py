"""All figures of the running platform, part by part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.machine import machine_line
from benchmarks.report import Figures
from benchmarks.scene import Tell
from benchmarks.service import bulk, goods, nearby, nightly, single
from benchmarks.service.place import Place
from benchmarks.service.targets import Target

Part = tuple[list[Figures], list[Target]]
HOW = """## Figures of the platform

One run of `python -m benchmarks --platform` on one machine: {machine}; {day}. The server is one of its own and syncs
to disk ({settings}); everything stands in the same cluster and was measured in the same run, so compare the ratios.
"""


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    transfers: single.Sizes
    credits: bulk.Sizes
    nights: nightly.Sizes
    nearby: nearby.Sizes
    goods: goods.Sizes


@dataclass(frozen=True)
class Options:
    """What is asked for."""

    sizes: Sizes
    parts: Sequence[str]
    markdown: Path | None


FULL = Sizes(single.Sizes(), bulk.Sizes(), nightly.Sizes(), nearby.Sizes(), goods.Sizes())
QUICK = Sizes(
    single.Sizes(clients=(1, 4), seconds=1, rounds=1, accounts=1_000, peer_accounts=50, scale=2),
    bulk.Sizes(members=50_000, days=2, peer_credits=2_000, peer_accounts=50),
    nightly.Sizes(members=20_000, nights=2, two_workers=False, shop_members=5_000, shop_sample=200, readers=10),
    nearby.Sizes(stores=10_000, places=20),
    goods.Sizes(goods=2_000, rounds=10),
)


def measure_single(place: Place, sizes: Sizes, tell: Tell) -> Part:
    """Measure single transfers."""
    found = single.measure_single(place, sizes.transfers, tell)
    return single.single_tables(found), single.single_targets(found)


def measure_bulk(place: Place, sizes: Sizes, tell: Tell) -> Part:
    """Measure a day of credits at once."""
    found = bulk.measure_bulk(place, sizes.credits, tell)
    return bulk.bulk_tables(found), bulk.bulk_targets(found)


def measure_nightly(place: Place, sizes: Sizes, tell: Tell) -> Part:
    """Measure nights and pages."""
    found = nightly.measure_nightly(place, sizes.nights, tell)
    return nightly.nightly_tables(found), nightly.nightly_targets(found)


def measure_nearby(place: Place, sizes: Sizes, tell: Tell) -> Part:
    """Measure the list of the nearest stores."""
    found = nearby.measure_nearby(place, sizes.nearby, tell)
    return nearby.nearby_tables(found), nearby.nearby_targets(found)


def measure_goods(place: Place, sizes: Sizes, tell: Tell) -> Part:
    """Measure the search of the catalogue."""
    found = goods.measure_goods(place, sizes.goods, tell)
    return goods.goods_tables(found), goods.goods_targets(found)


PARTS: dict[str, Callable[[Place, Sizes, Tell], Part]] = {
    "single": measure_single,
    "bulk": measure_bulk,
    "nightly": measure_nightly,
    "nearby": measure_nearby,
    "goods": measure_goods,
}


def run_parts(console: Console, place: Place, options: Options) -> None:
    """Measure the parts in the order given; show and write each as soon as it is done."""
    how = _how(place)
    console.print(how, highlight=False, markup=False)
    done: dict[str, Part] = {}
    for part in options.parts:
        with console.status("") as status:
            done[part] = PARTS[part](place, options.sizes, status.update)
        for table in done[part][0]:
            table.show(console)
        if options.markdown:
            lines = [how, *(table.markdown() for table in _tables(done))]
            options.markdown.write_text("\n".join(lines), encoding="utf-8")
    _tables(done)[-1].show(console)


def _tables(done: dict[str, Part]) -> list[Figures]:
    """Return the tables of all parts, and what was wanted at the end."""
    parts = [done[part] for part in PARTS if part in done]
    targets = [target for _, wanted in parts for target in wanted]
    judged = Figures("The platform: wanted and measured", ("figure", "wanted", "measured", ""), list(targets))
    return [*(table for tables, _ in parts for table in tables), judged]


def _how(place: Place) -> str:
    given = place.settings()
    given.pop("server_version")
    settings = ", ".join(f"`{name}` {value}" for name, value in given.items())
    return HOW.format(machine=machine_line(place.address), day=datetime.now(UTC).date(), settings=settings)
