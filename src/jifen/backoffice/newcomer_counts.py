"""Who brought how many newcomers on which day, and from how few networks they came (S2-09, S2-35)."""

from datetime import date
from typing import Any, NamedTuple

from django.db import connection

MANY_A_DAY = 10  # of one referrer: more than that are looked at
MANY_OF_A_NETWORK = 3  # on one day: a family shares a network, and so does a street
ROWS_MAX = 50

# Newcomers whom somebody sent, as of the days asked for; `bought` has an order that counts, or a pack.
_CAME = """
WITH came AS (
    SELECT m.joined_on AS day, m.referrer_id AS referrer, a.network, count(*) AS people,
        count(*) FILTER (WHERE s.volume_amount > 0 OR s.volume_points > 0 OR s.active > 0) AS bought
    FROM members_member m
    JOIN members_standing s ON s.member_id = m.id
    LEFT JOIN members_arrival a ON a.member_id = m.id
    WHERE m.programme_id = %(programme)s AND m.joined_on BETWEEN %(first)s AND %(last)s AND m.referrer_id IS NOT NULL
    GROUP BY 1, 2, 3
)
"""
_BY_REFERRER = (
    _CAME
    + """
SELECT day, referrer, sum(people)::bigint, sum(bought)::bigint, coalesce(max(people) FILTER (WHERE network <> ''), 0)
FROM came GROUP BY day, referrer
ORDER BY sum(people) >= %(much)s OR coalesce(max(people) FILTER (WHERE network <> ''), 0) >= %(many)s DESC,
    3 DESC, day DESC, referrer
LIMIT %(most)s
"""
)
_BY_NETWORK = (
    _CAME
    + """
SELECT day, network, sum(people)::bigint, sum(bought)::bigint, count(*)
FROM came WHERE network <> '' GROUP BY day, network HAVING sum(people) >= %(many)s
ORDER BY 3 DESC, day DESC, network LIMIT %(most)s
"""
)


class Brought(NamedTuple):
    """What one referrer brought on one day; `together` of them came from one network."""

    day: date
    referrer_id: int
    people: int
    bought: int
    together: int

    @property
    def striking(self) -> bool:
        """Whether an operator should look at them."""
        return self.people >= MANY_A_DAY or self.together >= MANY_OF_A_NETWORK


class Network(NamedTuple):
    """Who came from one network on one day, and how many referrers they have."""

    day: date
    network: str
    people: int
    bought: int
    referrers: int


def brought(programme_id: int, first: date, last: date) -> list[Brought]:
    """Return who brought most on a day between two days: those to be looked at first."""
    return [Brought(*row) for row in _ask(_BY_REFERRER, programme_id, first, last)]


def networks(programme_id: int, first: date, last: date) -> list[Network]:
    """Return the networks from which many came on a day between two days, the most first."""
    return [Network(*row) for row in _ask(_BY_NETWORK, programme_id, first, last)]


def _ask(sql: str, programme_id: int, first: date, last: date) -> list[tuple[Any, ...]]:
    asked: dict[str, int | date] = {"programme": programme_id, "first": first, "last": last, "most": ROWS_MAX}
    asked |= {"much": MANY_A_DAY, "many": MANY_OF_A_NETWORK}
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return list(cursor.fetchall())
