"""Administrative divisions by their codes (GB/T 2260): a district lies in a city, a city in a province."""

CITY, PROVINCE = "00", "0000"  # how the codes of cities and provinces end


def regions_around(code: str) -> tuple[str, ...]:
    """Return a division and those around it, the smallest first: regions_around("110105")[-1] == "110000"."""
    city, province = code[:4] + CITY, code[:2] + PROVINCE
    return tuple(dict.fromkeys((code, city, province)))
