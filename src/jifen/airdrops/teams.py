"""A team as ranks count it: direct referrals, everybody below, the partners among them, what they bought (S2-10)."""

from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db import connection

COUNTED_MAX = 10_000  # of a larger team is said that it has more
KEPT_SECONDS = 60

COUNTS = """
WITH RECURSIVE down (id, depth) AS (
    SELECT id, 1 FROM members_member WHERE referrer_id = %(member)s
    UNION ALL
    SELECT m.id, down.depth + 1 FROM down JOIN members_member m ON m.referrer_id = down.id
)
SELECT count(*), count(*) FILTER (WHERE d.depth = 1),
    count(*) FILTER (WHERE s.active > 0), count(*) FILTER (WHERE s.active > 0 AND d.depth = 1),
    count(*) FILTER (WHERE s.rank >= %(rank)s), count(*) FILTER (WHERE s.rank >= %(rank)s AND d.depth = 1)
FROM (SELECT id, depth FROM down LIMIT %(most)s) d JOIN members_standing s ON s.member_id = d.id
"""
SOLD = """
WITH RECURSIVE down (id) AS (
    SELECT id FROM members_member WHERE referrer_id = %(member)s
    UNION ALL
    SELECT m.id FROM down JOIN members_member m ON m.referrer_id = down.id
)
SELECT coalesce(sum(f.amount) FILTER (WHERE f.type = 'order'), 0)::bigint,
    coalesce(sum(f.amount) FILTER (WHERE f.type = 'refund'), 0)::bigint,
    coalesce(sum(f.concession) FILTER (WHERE f.type = 'order'), 0)::bigint
FROM (SELECT id FROM down LIMIT %(most)s) d
JOIN facts_fact f ON f.member_id = d.id
WHERE f.business_date BETWEEN %(first)s AND %(last)s AND f.type IN ('order', 'refund')
"""


@dataclass(frozen=True)
class Counts:
    """Everybody below and direct referrals: all, those activated, those of a rank or a higher one."""

    team: int
    direct: int
    team_active: int
    direct_active: int
    team_ranked: int
    direct_ranked: int

    @property
    def all(self) -> bool:
        """Whether the whole team was counted."""
        return self.team <= COUNTED_MAX


@dataclass(frozen=True)
class Sold:
    """What a team bought in some days, what of it was refunded, and what its stores gave up, in fen."""

    amount: int
    refunded: int
    concession: int


def count_team(member_id: int, rank: int) -> Counts:
    """Return how large a team is, and how many have a rank or a higher one; as the last close found ranks."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"member": member_id, "rank": rank, "most": COUNTED_MAX + 1})
        return Counts(*cursor.fetchone())


def sold_by_team(member_id: int, first: date, last: date) -> Sold:
    """Return what the first COUNTED_MAX members of a team bought; as of at most a minute ago."""
    name = f"jifen.teams/{connection.settings_dict['NAME']}/{member_id}/{first}/{last}"
    found: Sold | None = cache.get(name)
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(SOLD, {"member": member_id, "first": first, "last": last, "most": COUNTED_MAX})
            found = Sold(*cursor.fetchone())
        cache.set(name, found, KEPT_SECONDS)
    return found
