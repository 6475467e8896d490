"""GCJ-02, the coordinates of Chinese maps, and WGS 84, which phones measure and we keep (S2-59, S2-60).

The public formula is within a few metres of what maps do. It goes one way only; the way back is found by steps.
"""

from math import cos, pi, radians, sin, sqrt
from typing import Literal

from jifen.stores.nearby import Place

System = Literal["wgs84", "gcj02"]

AXIS = 6_378_245.0  # metres: of the ellipsoid of Krasovsky
ECCENTRICITY = 0.00669342162296594323  # squared
CHINA_SOUTH, CHINA_NORTH, CHINA_WEST, CHINA_EAST = 0.8293, 55.8271, 72.004, 137.8347
MIDDLE_LATITUDE, MIDDLE_LONGITUDE = 35.0, 105.0
STEPS = 8  # each leaves less than a hundredth of what the one before it left


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


def to_wgs84(place: Place) -> Place:
    """Return which place of WGS 84 Chinese maps show there; outside of China the same place."""
    found = place
    for _step in range(STEPS):
        shown = to_gcj02(found)
        found = Place(
            found.latitude + place.latitude - shown.latitude, found.longitude + place.longitude - shown.longitude
        )
    return found


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
