"""Who stood above a member, by the history of moves."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db import connection

from jifen.members.models import Member, Move

ABOVE = """
WITH RECURSIVE above(id) AS (
    SELECT %(member)s::bigint
    UNION
    SELECT edge.referrer
    FROM above, LATERAL (
        SELECT referrer_id AS referrer FROM members_member WHERE id = above.id
        UNION ALL SELECT old_referrer_id FROM members_move WHERE member_id = above.id AND effective_on > %(after)s
        UNION ALL SELECT new_referrer_id FROM members_move WHERE member_id = above.id AND effective_on > %(after)s
    ) AS edge
    WHERE edge.referrer IS NOT NULL
)
SELECT id FROM above ORDER BY id
"""


def uplines_since(member_id: int, after: date) -> list[int]:
    """Return the member and everybody who stood above at any time since the close of `after`, by id."""
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"member": member_id, "after": after})
        return [int(row[0]) for row in cursor.fetchall()]


class Referrers:
    """The referrers of some members on any day since `after`."""

    def __init__(self, member_ids: Sequence[int], after: date) -> None:
        self.member_ids = member_ids
        self._now = dict(Member.objects.filter(id__in=member_ids).values_list("id", "referrer_id"))
        self._moves: defaultdict[int, list[tuple[date, int | None]]] = defaultdict(list)
        moved = Move.objects.filter(member_id__in=member_ids, effective_on__gt=after).order_by("effective_on", "tick")
        for member, day, old in moved.values_list("member_id", "effective_on", "old_referrer_id"):
            self._moves[member].append((day, old))

    def on(self, day: date) -> list[int | None]:
        """Return each member's referrer at the close of a day: what the first later move replaced, else today's."""
        return [self._on(member, day) for member in self.member_ids]

    def _on(self, member: int, day: date) -> int | None:
        later = (old for moved_on, old in self._moves[member] if moved_on > day)
        return next(later, self._now[member])
