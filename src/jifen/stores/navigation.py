"""The way to a store in AMap, whose maps use GCJ-02 and not WGS 84, which phones measure and we keep (S2-60).

Its addresses for navigation have no parameter for the sort of coordinates (that of markers has one), so they are
converted here by the public formula, which is within a few metres of what AMap itself does.
https://lbs.amap.com/api/uri-api/guide/travel/route
"""

from math import cos, pi, radians, sin, sqrt
from urllib.parse import urlencode

from jifen.stores.models import Store
from jifen.stores.nearby import Place

NAVIGATION = "https://uri.amap.com/navigation"
SOURCE = "jifen"
AXIS = 6_378_245.0  # metres: of the ellipsoid of Krasovsky
ECCENTRICITY = 0.00669342162296594323  # squared
CHINA_SOUTH, CHINA_NORTH, CHINA_WEST, CHINA_EAST = 0.8293, 55.8271, 72.004, 137.8347
MIDDLE_LATITUDE, MIDDLE_LONGITUDE = 35.0, 105.0
PLACES = 6  # decimals that AMap reads


def navigation_link(store: Store) -> str:
    """Return the address that leads on foot to a store, in AMap's app where there is one; "" without a place."""
    if store.latitude is None or store.longitude is None:
        return ""
    there = to_gcj02(Place(float(store.latitude), float(store.longitude)))
    title = store.title.replace(",", " ")  # commas part the place from its name
    to = f"{there.longitude:.{PLACES}f},{there.latitude:.{PLACES}f},{title}"
    return f"{NAVIGATION}?{urlencode({'to': to, 'mode': 'walk', 'src': SOURCE, 'callnative': 1})}"


def to_gcj02(place: Place) -> Place:
    """Return where a place of WGS 84 is on Chinese maps; outside of China the same place."""
    latitude, longitude = place
    if not (CHINA_SOUTH < latitude < CHINA_NORTH and CHINA_WEST < longitude < CHINA_EAST):
        return place
    x, y = longitude - MIDDLE_LONGITUDE, latitude - MIDDLE_LATITUDE
    bent = 1 - ECCENTRICITY * sin(radians(latitude)) ** 2
    north = _north(x, y) * 180 / ((AXIS * (1 - ECCENTRICITY)) / (bent * sqrt(bent)) * pi)
    east = _east(x, y) * 180 / (AXIS / sqrt(bent) * cos(radians(latitude)) * pi)
    return Place(latitude + north, longitude + east)


def _north(x: float, y: float) -> float:
    """Return by how many metres a place is moved to the north."""
    moved = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + _waves(6 * x, 2 * x)
    moved += (20 * sin(pi * y) + 40 * sin(pi * y / 3)) * 2 / 3
    return moved + (160 * sin(pi * y / 12) + 320 * sin(pi * y / 30)) * 2 / 3


def _east(x: float, y: float) -> float:
    """Return by how many metres a place is moved to the east."""
    moved = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + _waves(6 * x, 2 * x)
    moved += (20 * sin(pi * x) + 40 * sin(pi * x / 3)) * 2 / 3
    return moved + (150 * sin(pi * x / 12) + 300 * sin(pi * x / 30)) * 2 / 3


def _waves(fast: float, slow: float) -> float:
    return (20 * sin(pi * fast) + 20 * sin(pi * slow)) * 2 / 3
