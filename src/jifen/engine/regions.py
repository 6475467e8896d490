"""Administrative divisions by their codes (GB/T 2260): a district lies in a city, a city in a province."""

from typing import Literal

Level = Literal["province", "city", "district"]

CITY, PROVINCE = "00", "0000"  # how the codes of cities and provinces end


def regions_around(code: str) -> tuple[str, ...]:
    """Return a division and those around it, the smallest first: regions_around("110105")[-1] == "110000"."""
    city, province = code[:4] + CITY, code[:2] + PROVINCE
    return tuple(dict.fromkeys((code, city, province)))


def level_of(code: str) -> Level:
    """Return the level of a division: level_of("110105") == "district"; county-level cities count as districts."""
    if code.endswith(PROVINCE):
        return "province"
    return "city" if code.endswith(CITY) else "district"
