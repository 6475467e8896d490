"""A whole night for a million members: load, settle, post, close; beside the row-by-row loop of a usual shop."""

from dataclasses import dataclass, field

from benchmarks.report import Figures, count, seconds, times
from benchmarks.scene import Tell
from benchmarks.service.clients import peers_in
from benchmarks.service.pages import Pages, measure_pages
from benchmarks.service.place import Place
from benchmarks.service.targets import Target, at_most
from benchmarks.service.town import Town, build_town
from benchmarks.timing import once
from jifen.ledger.close import proofs
from jifen.ledger.models import DayClose
from jifen.settlement.run import settle_day

OURS, SHOP = "bench_town", "bench_shop"
NIGHT_SECONDS = 60
STEPS = ("load", "settle", "post", "end", "close")


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    members: int = 1_000_000
    nights: int = 3
    two_workers: bool = True  # one more night
    shop_members: int = 50_000
    shop_sample: int = 1_500
    readers: int = 50


@dataclass
class Night:
    """One settlement: seconds in all and of its steps."""

    name: str
    seconds: float
    steps: dict[str, float]
    entries: int
    lots: int


@dataclass
class Nightly:
    """Everything that was measured on the town."""

    sizes: Sizes
    building: float = 0
    lots: int = 0
    nights: list[Night] = field(default_factory=list)
    pages: Pages | None = None
    shop_seconds: float = 0

    @property
    def shop_night(self) -> float:
        """Seconds that the shop's loop would take for all members."""
        return self.shop_seconds / self.sizes.shop_sample * self.sizes.members


def measure_nightly(place: Place, sizes: Sizes, tell: Tell) -> Nightly:
    """Build the town, settle its nights, read its pages; then the shop's loop."""
    found = Nightly(sizes)
    with place.platform(OURS):
        tell(f"nightly: a town of {sizes.members:,} members")
        towns: list[Town] = []
        found.building = once(lambda: towns.append(build_town(sizes.members)))
        (town,) = towns
        found.lots = town.lots
        for number in range(1, sizes.nights + 1):
            tell(f"nightly: night {number}")
            found.nights.append(_night(place, town, f"night {number}, one worker", 1))
        if sizes.two_workers:
            tell("nightly: two workers")
            found.nights.append(_night(place, town, f"night {sizes.nights + 1}, two workers", 2))
        tell("nightly: pages")
        found.pages = measure_pages(town, sizes.readers)
        tell("nightly: proofs")
        _prove(town)
    tell("nightly: the loop of a shop")
    _measure_shop(place, found)
    return found


def _night(place: Place, town: Town, name: str, workers: int) -> Night:
    day = town.next_day()
    place.checkpoint()
    runs = []
    taken = once(lambda: runs.append(settle_day(programme_id=town.programme_id, day=day, workers=workers)))
    (run,) = runs
    assert run.state == "done"
    return Night(name, taken, dict(run.seconds), _entries(town, day.isoformat()), town.lots)


def _entries(town: Town, day: str) -> int:
    return int(DayClose.objects.get(programme_id=town.programme_id, business_date=day).entries)


def _prove(town: Town) -> None:
    problems = proofs(town.programme_id)
    assert not problems, problems[:5]


def _measure_shop(place: Place, found: Nightly) -> None:
    place.make(SHOP, place.peers)
    try:
        sizes = found.sizes
        told = peers_in(place, SHOP).ask("client_shop", str(sizes.shop_members), str(sizes.shop_sample))
        found.shop_seconds = float(told)
    finally:
        place.drop(SHOP)


def nightly_tables(found: Nightly) -> list[Figures]:
    """Return the nights, step by step, and the pages."""
    members = found.sizes.members
    table = Figures(
        f"A night of {members:,} members and {found.lots:,} lots",
        ("night", "in all", *STEPS, "entries closed"),
        note=_note(found),
    )
    for night in found.nights:
        steps = (seconds(night.steps[step]) for step in STEPS)
        table.rows.append((night.name, seconds(night.seconds), *steps, count(night.entries)))
    loop = f"row by row, ORM, extrapolated from {found.sizes.shop_sample:,} members"
    table.rows.append((loop, duration(found.shop_night), *("–" for _ in STEPS), "–"))
    slowest = max(night.seconds for night in found.nights)
    table.rows.append(("beside the slowest night", times(found.shop_night / slowest), *("–" for _ in STEPS), "–"))
    assert found.pages is not None
    return [table, found.pages.table(members)]


def duration(value: float) -> str:
    """Return a long time for people."""
    return f"{value / 3600:.1f} h" if value > 3600 else f"{value / 60:.1f} min" if value > 60 else seconds(value)


def _note(found: Nightly) -> str:
    sizes, taken = found.sizes, seconds(found.shop_seconds)
    return (
        f"The row-by-row loop took {taken} for {sizes.shop_sample:,} members at random of {sizes.shop_members:,}; "
        f"its chains of uplines are shorter than those of {sizes.members:,}. It leaves out the peer bonus, new ranks "
        f"and the close. The town was made in {seconds(found.building)}, its members by `register_many`."
    )


def nightly_targets(found: Nightly) -> list[Target]:
    """Return what is wanted of them."""
    assert found.pages is not None
    slowest = max(night.seconds for night in found.nights)
    members = f"{found.sizes.members:,} members"
    return [at_most(f"a night of {members}, slowest", NIGHT_SECONDS, slowest), *found.pages.targets(members)]
