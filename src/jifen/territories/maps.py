"""What the map of territories shows: which divisions are sold, to whom, since when and for how much (S1-22, 卖地图)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jifen.stores.models import Territory
from jifen.stores.regions import Division, below, children, division, level, parents, provinces
from jifen.territories.tiles import TILE_OF, Tile

SHADES = (10, 25, 50)  # percent from which the next darker shade of a tile begins


@dataclass(frozen=True)
class Sold:
    """How many of some divisions are sold."""

    sold: int
    whole: int

    @property
    def percent(self) -> int:
        """The share, rounded down; of something at least 1."""
        return max(100 * self.sold // self.whole, 1) if self.sold else 0

    @property
    def shade(self) -> int:
        """How dark it is drawn: 0 for nothing sold, 5 for everything."""
        if self.sold == self.whole:
            return len(SHADES) + 2
        return 0 if not self.sold else 1 + sum(self.percent >= least for least in SHADES)


@dataclass(frozen=True)
class Province:
    """A tile of the map: what is sold inside the province, and whether the province itself is."""

    tile: Tile
    inside: Sold
    held: bool


@dataclass(frozen=True)
class Place:
    """A division in a list: who holds it, and what is sold inside."""

    division: Division
    level: str
    territory: Territory | None
    inside: Sold | None  # None where nothing lies inside


@dataclass(frozen=True)
class Region:
    """A division with the way to it and what lies directly in it."""

    place: Place
    path: Sequence[Division]  # the divisions around it, the largest first
    inside: Sequence[Place]


@dataclass(frozen=True)
class Totals:
    """What is sold in the whole country, by level, and for how much together."""

    provinces: Sold
    cities: Sold
    districts: Sold
    fees: int  # fen, of the territories held now

    @property
    def count(self) -> int:
        """How many territories are held."""
        return self.provinces.sold + self.cities.sold + self.districts.sold


def held_now(programme_id: int) -> dict[str, Territory]:
    """Return the territories that somebody holds, by code; at most one for each of some 3,200 divisions."""
    found = Territory.objects.filter(programme_id=programme_id, until_on__isnull=True).select_related("member")
    return {one.region: one for one in found}


def map_of(held: dict[str, Territory]) -> list[Province]:
    """Return the tiles of the map, from north to south and west to east."""
    found = [Province(tile, _sold_inside(tile.code, held), tile.code in held) for tile in TILE_OF.values()]
    return sorted(found, key=lambda one: (one.tile.row, one.tile.column))


def totals_of(held: dict[str, Territory]) -> Totals:
    """Return what is sold in all."""
    whole = Counter(level(one.code) for top in provinces() for one in (top, *below(top.code)))
    sold = Counter(level(code) for code in held)
    counts = {name: Sold(sold[name], whole[name]) for name in whole}
    fees = sum(one.fee for one in held.values())
    return Totals(counts["province"], counts["city"], counts["district"], fees)


def region_of(code: str, held: dict[str, Territory]) -> Region | None:
    """Return a division and what lies directly in it, None for an unknown code."""
    own = division(code)
    if own is None:
        return None
    return Region(_place(own, held), tuple(reversed(parents(code))), places_of(children(code), held))


def places_of(found: Iterable[Division], held: dict[str, Territory]) -> list[Place]:
    """Return divisions with their holders."""
    return [_place(one, held) for one in found]


def _place(own: Division, held: dict[str, Territory]) -> Place:
    has_some = bool(children(own.code))
    return Place(own, level(own.code), held.get(own.code), _sold_inside(own.code, held) if has_some else None)


def _sold_inside(code: str, held: dict[str, Territory]) -> Sold:
    """Return how many of the divisions inside are sold; of a province with none, whether it is itself."""
    inside = [one.code for one in below(code)] or [code]
    return Sold(sum(one in held for one in inside), len(inside))
