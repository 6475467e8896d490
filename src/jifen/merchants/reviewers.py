"""Which operation centre reviews which application; one sentence of SQL says it for one application and for many."""

from django.db import connection

from jifen.stores.models import Center
from jifen.stores.regions import level

BEGINNINGS = {"province": 2, "city": 4, "district": 6}  # how many digits codes inside a division share
REFUSED_MAX = 2  # refusals by centres, after which only operators review an applicant

# Codes of divisions sort so that the smallest one around a place comes last: 440000, 440300, 440303.
REVIEWER = """
    SELECT c.id, c.member_id FROM stores_center c
    WHERE c.programme_id = a.programme_id AND c.until_on IS NULL
        AND c.region IN (a.region, left(a.region, 4) || '00', left(a.region, 2) || '0000')
        AND c.member_id <> a.member_id
        AND NOT EXISTS (
            WITH RECURSIVE above (id) AS (
                SELECT referrer_id FROM members_member WHERE id = a.member_id
                UNION
                SELECT m.referrer_id FROM above JOIN members_member m ON m.id = above.id
            )
            SELECT FROM above WHERE id = c.member_id)
        AND (SELECT count(*) FROM merchants_merchantapplication refused
            WHERE refused.member_id = a.member_id AND refused.state = 'refused' AND refused.reviewer_id IS NOT NULL
            ) < %(refused_max)s
    ORDER BY c.region DESC LIMIT 1
"""
REVIEWER_OF = f"""
SELECT reviewer.id FROM merchants_merchantapplication a CROSS JOIN LATERAL ({REVIEWER}) reviewer
WHERE a.id = %(application)s
"""  # noqa: S608 — constants of this file only
REVIEWED_BY = f"""
SELECT a.id FROM merchants_merchantapplication a CROSS JOIN LATERAL ({REVIEWER}) reviewer
WHERE a.state = 'sent' AND a.programme_id = (SELECT programme_id FROM members_member WHERE id = %(member)s)
    AND a.region LIKE ANY (%(inside)s) AND a.id > %(after)s AND reviewer.member_id = %(member)s
ORDER BY a.id LIMIT %(most)s
"""  # noqa: S608 — constants of this file only


def reviewer_of(application_id: int) -> int | None:
    """Return the id of the centre that may review an application now, None where only operators may."""
    with connection.cursor() as cursor:
        cursor.execute(REVIEWER_OF, {"application": application_id, "refused_max": REFUSED_MAX})
        row = cursor.fetchone()
    return int(row[0]) if row is not None else None


def reviewed_by(member_id: int, *, after: int, most: int) -> list[int]:
    """Return the ids of the applications that a member's centres may review, the oldest first, after an id."""
    held = Center.objects.filter(member_id=member_id, until_on__isnull=True)
    regions = list(held.values_list("region", flat=True))
    if not regions:
        return []
    values: dict[str, int | list[str]] = {
        "member": member_id,
        "inside": [f"{region[: BEGINNINGS[level(region)]]}%" for region in regions],
        "after": after,
        "most": most,
        "refused_max": REFUSED_MAX,
    }
    with connection.cursor() as cursor:
        cursor.execute(REVIEWED_BY, values)
        return [int(row[0]) for row in cursor.fetchall()]
