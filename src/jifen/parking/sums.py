"""Sums of what counts, by day, site, city or month; computed by the database from one index (S0-71)."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db import connection

from jifen.parking.models import FULL

Key = Literal["day", "site", "city", "month", "all"]

_KEYS = {
    "day": "l.day",
    "site": "l.site_id",
    "city": "l.site_id",
    "month": "date_trunc('month', l.day::timestamp)::date",
    "all": "0",
}
# Sites are few: their cities are found after the readings are summed.
_SUMS = """
SELECT {key}, count(*), sum(l.spaces)::bigint, sum(l.occupancy::bigint * l.spaces)::bigint,
    sum(l.sessions)::bigint, sum(l.revenue)::bigint
FROM parking_latest l
WHERE l.programme_id = %(programme)s AND l.day BETWEEN %(first)s AND %(last)s
    AND (%(sender)s::bigint IS NULL OR l.sender_id = %(sender)s)
GROUP BY 1
"""
_SITES = "SELECT id, code, city FROM parking_site WHERE programme_id = %s"


@dataclass(frozen=True)
class Sums:
    """What readings add up to: `spaces` and `busy` once for each reading, revenue in fen."""

    readings: int = 0
    spaces: int = 0
    busy: int = 0  # spaces × occupancy
    sessions: int = 0
    revenue: int = 0

    @property
    def occupancy(self) -> int:
        """The occupancy of all spaces together, in basis points, rounded down."""
        return self.busy // self.spaces if self.spaces else 0

    @property
    def permille(self) -> int:
        """The occupancy of 1000, for bars."""
        return 1000 * self.occupancy // FULL

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.readings + other.readings,
            self.spaces + other.spaces,
            self.busy + other.busy,
            self.sessions + other.sessions,
            self.revenue + other.revenue,
        )


NOTHING = Sums()


@dataclass(frozen=True)
class Span:
    """Which readings are summed: of a programme, from the first to the last day, of all senders or of one."""

    programme_id: int
    first: date
    last: date
    sender_id: int | None = None


def by_day(span: Span) -> dict[date, Sums]:
    """Return the sums of each day that has readings, in order."""
    return dict(sorted(_rows("day", span)))


def by_month(span: Span) -> dict[date, Sums]:
    """Return the sums of each month that has readings, by its first day."""
    return dict(sorted(_rows("month", span)))


def by_site(span: Span) -> dict[str, Sums]:
    """Return the sums of each site that has readings, by its code."""
    codes = {number: code for number, code, _city in _sites(span.programme_id)}
    return dict(sorted((codes[number], sums) for number, sums in _rows("site", span)))


def by_city(span: Span) -> dict[str, Sums]:
    """Return the sums of each city that has readings."""
    cities = {number: city for number, _code, city in _sites(span.programme_id)}
    found: dict[str, Sums] = {}
    for number, sums in _rows("city", span):
        found[cities[number]] = found.get(cities[number], NOTHING) + sums
    return dict(sorted(found.items()))


def total(span: Span) -> Sums:
    """Return the sums of all readings."""
    return next((sums for _key, sums in _rows("all", span)), NOTHING)


def _rows(key: Key, span: Span) -> list[tuple[Any, Sums]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _SUMS.format(key=_KEYS[key]),
            {"programme": span.programme_id, "first": span.first, "last": span.last, "sender": span.sender_id},
        )
        return [(row[0], Sums(*row[1:])) for row in cursor.fetchall()]


def _sites(programme_id: int) -> list[tuple[int, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_SITES, [programme_id])
        return list(cursor.fetchall())
