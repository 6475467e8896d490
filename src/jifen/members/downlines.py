"""Everybody below a member, for explanations."""

from django.db import connection

BELOW = """
WITH RECURSIVE down (id, depth) AS (
    SELECT %(member)s::bigint, 0
    UNION ALL
    SELECT m.id, down.depth + 1 FROM down JOIN members_member m ON m.referrer_id = down.id
    WHERE %(generations)s::int IS NULL OR down.depth < %(generations)s
)
SELECT id FROM down LIMIT %(limit)s
"""


def team_of(member_id: int, *, generations: int | None = None, most: int) -> list[int] | None:
    """Return a member and everybody below, by id, as far down as `generations`; None where it is more than `most`."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, {"member": member_id, "generations": generations, "limit": most + 1})
        ids = sorted(int(row[0]) for row in cursor.fetchall())
    return ids if len(ids) <= most else None
