"""Stores near a place, by exact distance on a sphere (S2-51, S2-60); core PostgreSQL alone, no extension.

The index sorts by degrees in the plane, which is not the order of distances. But the k stores that it finds first are
all within some distance D, so the k nearest are too: they stand in the box around the circle of radius D, which the
same index finds. Their distances are computed exactly and sorted.

Words are any parts of services and names, Chinese or not: an index of parts of one and two letters finds the stores
that may have them. Where few have, all of them are sorted; a word that many have is looked for among the nearest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from jifen.stores.models import Store

RADIUS = 6_371_008.8  # metres: the mean radius of the earth
PAGE = 20
PLACE_DECIMALS = 6  # of a degree, as stores' places have; PostgreSQL refuses squares of what is much smaller
PROBED_MAX = 1_000  # stores among which the first ones with words that many have are looked for
FEW = 2_000  # stores that are sorted at once
MARGIN = 1e-7  # radians, more than rounding takes away: half a metre
QUARTER, WHOLE_LATITUDE, WHOLE_LONGITUDE = 90.0, 180.0, 360.0

_PLACE = "point(longitude::float8, latitude::float8)"  # as the index store_by_place has it
_METRES = f"""(2 * {RADIUS} * asin(sqrt(least(1,
    sin(radians(latitude::float8 - %(latitude)s) / 2) ^ 2 + cos(radians(latitude::float8))
    * cos(radians(%(latitude)s)) * sin(radians(longitude::float8 - %(longitude)s) / 2) ^ 2))))"""
_HERE = "programme_id = %(programme)s AND active AND latitude IS NOT NULL"
_SAID = "lower(title || ' ' || title_en || ' ' || services)"  # as the index store_grams has it
_HAVING = f"stores_grams({_SAID}) @> %(parts)s::text[] AND {_SAID} LIKE ALL (%(words)s::text[])"
_COUNT = f"SELECT count(*) FROM (SELECT FROM stores_store WHERE {_HERE} AND {_HAVING} LIMIT {FEW} + 1) few"  # noqa: S608 — constants of this file only
_BOUND = f"""
SELECT count(*), max(metres) FROM (
    SELECT metres FROM (
        SELECT {_METRES} AS metres, {_SAID} AS said
        FROM stores_store WHERE {_HERE}
        ORDER BY {_PLACE} <-> point(%(longitude)s, %(latitude)s) LIMIT {PROBED_MAX}
    ) probed WHERE said LIKE ALL (%(words)s::text[]) LIMIT %(count)s
) first
"""  # noqa: S608 — constants of this file only
_IN_BOXES = f"{_SAID} LIKE ALL (%(words)s::text[]) AND ({_PLACE} <@ %(one)s::box OR {_PLACE} <@ %(other)s::box)"
_NEAREST = f"""
SELECT id, {_METRES} AS metres FROM stores_store WHERE {_HERE} AND {{which}}
ORDER BY metres, id LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608 — constants of this file only


class Place(NamedTuple):
    """A point on the earth, in degrees of WGS 84."""

    latitude: float
    longitude: float


class Box(NamedTuple):
    """What lies between two latitudes and two longitudes, in degrees."""

    south: float
    west: float
    north: float
    east: float

    @property
    def text(self) -> str:
        """The box as PostgreSQL reads it: corners as longitude, latitude."""
        return f"(({self.east!r},{self.north!r}),({self.west!r},{self.south!r}))"


@dataclass(frozen=True)
class Near:
    """A store, and how far away it is; None where nobody said from where."""

    store: Store
    metres: float | None


class Page(NamedTuple):
    """Some stores in order; `next` is the offset of the following ones, None at the end."""

    stores: list[Near]
    next: int | None


def nearest(programme_id: int, place: Place, *, words: str = "", offset: int = 0, limit: int = PAGE) -> Page:
    """Return open stores of a programme by their distance from a place, those of the same distance by their ids.

    With `words` only stores whose services or name contain each of them. The place is taken with six decimals.
    """
    place = Place(round(place.latitude, PLACE_DECIMALS), round(place.longitude, PLACE_DECIMALS))
    wanted = words.lower().split()
    values: dict[str, Any] = {
        "programme": programme_id,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "words": [_pattern(word) for word in wanted],
        "parts": sorted({word[start : start + 2] for word in wanted for start in range(max(len(word) - 1, 1))}),
        "count": offset + limit + 1,
    }
    with connection.cursor() as cursor:
        boxes = _boxes(cursor, place, values)
        values |= {"one": boxes[0].text, "other": boxes[-1].text} if boxes else {}
        which = _IN_BOXES if boxes else _HAVING if wanted else "TRUE"
        cursor.execute(_NEAREST.format(which=which), values | {"limit": limit + 1, "offset": offset})
        rows = cursor.fetchall()
    stores = Store.objects.in_bulk([store_id for store_id, _metres in rows[:limit]])
    near = [Near(stores[store_id], far) for store_id, far in rows[:limit] if store_id in stores]
    return Page(near, offset + limit if len(rows) > limit else None)


def stores_in(programme_id: int, region: str, *, words: str = "", offset: int = 0, limit: int = PAGE) -> Page:
    """Return open stores of a division and of those inside it, by name; with "" those of everywhere."""
    beginning = region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region
    rows = Store.objects.filter(programme_id=programme_id, active=True, region__startswith=beginning)
    for word in words.split():
        rows = rows.filter(Q(services__icontains=word) | Q(title__icontains=word) | Q(title_en__icontains=word))
    found = list(rows.order_by("title", "pk")[offset : offset + limit + 1])
    return Page([Near(one, None) for one in found[:limit]], offset + limit if len(found) > limit else None)


def boxes_around(place: Place, metres: float) -> Sequence[Box]:
    """Return one or two boxes that hold every point at most so far from a place; two where it crosses 180°."""
    angle = metres / RADIUS + MARGIN
    latitude = radians(place.latitude)
    south, north = place.latitude - degrees(angle), place.latitude + degrees(angle)
    if abs(latitude) + angle >= pi / 2:  # a pole lies in the circle, and with it every longitude
        return (Box(max(south, -QUARTER), -WHOLE_LATITUDE, min(north, QUARTER), WHOLE_LATITUDE),)
    wide = degrees(asin(min(1.0, sin(angle) / cos(latitude)))) + degrees(MARGIN)
    west, east = place.longitude - wide, place.longitude + wide
    if west < -WHOLE_LATITUDE:
        return (
            Box(south, -WHOLE_LATITUDE, north, east),
            Box(south, west + WHOLE_LONGITUDE, north, WHOLE_LATITUDE),
        )
    if east > WHOLE_LATITUDE:
        return (
            Box(south, west, north, WHOLE_LATITUDE),
            Box(south, -WHOLE_LATITUDE, north, east - WHOLE_LONGITUDE),
        )
    return (Box(south, west, north, east),)


def _boxes(cursor: Any, place: Place, values: dict[str, Any]) -> Sequence[Box]:
    """Return boxes that hold enough stores with the words; none where all that have them are to be sorted."""
    if values["words"]:
        cursor.execute(_COUNT, values)
        if cursor.fetchone()[0] <= FEW:
            return ()
    cursor.execute(_BOUND, values)
    count, metres = cursor.fetchone()
    return boxes_around(place, metres) if metres is not None and count == values["count"] else ()


def _pattern(word: str) -> str:
    """Return a word as a pattern of LIKE: any part of a text."""
    escaped = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
