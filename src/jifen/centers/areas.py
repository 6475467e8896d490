"""What happens in the area of a centre: its stores, their orders and concessions by day (S2-14, S2-15)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import QuerySet

from jifen.stores.models import Store
from jifen.stores.regions import level

PREFIXES = {"province": 2, "city": 4, "district": 6}  # digits that all divisions inside share
ONE_DAY = timedelta(days=1)

# Orders in the area by the region that they carry; refunds on the day that they were made.
BY_DAY = """
    SELECT f.business_date,
        count(*) FILTER (WHERE f.type = 'order'),
        coalesce(sum(f.amount) FILTER (WHERE f.type = 'order'), 0)::bigint,
        coalesce(sum(f.concession) FILTER (WHERE f.type = 'order'), 0)::bigint,
        coalesce(sum(f.amount) FILTER (WHERE f.type = 'refund'), 0)::bigint
    FROM facts_fact f
    JOIN facts_fact o ON o.tick = f.order_tick
    WHERE f.programme_id = %(programme)s AND f.business_date BETWEEN %(first)s AND %(last)s
        AND f.type IN ('order', 'refund') AND o.region LIKE %(inside)s
    GROUP BY 1
"""


@dataclass(frozen=True)
class AreaDay:
    """A day in an area, money in fen: what was sold, what stores gave up of it, what was refunded."""

    day: date
    orders: int = 0
    amount: int = 0
    concession: int = 0
    refunded: int = 0


def stores_in(programme_id: int, region: str) -> QuerySet[Store]:
    """Return the stores in a division and in all divisions inside, the newest first."""
    found = Store.objects.filter(programme_id=programme_id, region__startswith=prefix_of(region))
    return found.select_related("owner").order_by("-joined_tick")


def days_in(programme_id: int, region: str, last: date, days: int) -> list[AreaDay]:
    """Return the last days of an area, oldest first; days without orders too."""
    first = last - ONE_DAY * (days - 1)
    inside = prefix_of(region) + "%"
    values: dict[str, int | date | str] = {"programme": programme_id, "first": first, "last": last, "inside": inside}
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, values)
        found = {row[0]: AreaDay(*row) for row in cursor.fetchall()}
    return [found.get(day, AreaDay(day)) for day in (first + ONE_DAY * n for n in range(days))]


def prefix_of(region: str) -> str:
    """Return the digits with which all codes inside a division begin."""
    return region[: PREFIXES[level(region)]]
