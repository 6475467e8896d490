"""Who referred whom, on a day: the newest referrers, less the moves that took effect later."""

from datetime import date
from typing import NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from jifen.members.models import Move

Int64s = NDArray[np.int64]
Overrides = dict[int, int | None]  # referrers by member that differ from the column Member.referrer

_UP = """
WITH RECURSIVE changed (member, referrer) AS (SELECT * FROM unnest(%(members)s::bigint[], %(referrers)s::bigint[])),
up (id, depth) AS (
    SELECT %(start)s::bigint, 0
    UNION ALL
    SELECT CASE WHEN changed.member IS NULL THEN m.referrer_id ELSE changed.referrer END, up.depth + 1
    FROM up JOIN members_member m ON m.id = up.id LEFT JOIN changed ON changed.member = up.id
    WHERE up.id <> %(stop)s
)
SELECT id FROM up WHERE id IS NOT NULL ORDER BY depth
"""
# One value of bytes for all members: a row for each would take the driver three times as long.
_ALL = """
SELECT string_agg(int8send(id) || int8send(coalesce(referrer_id, 0)), ''::bytea ORDER BY id)
FROM members_member WHERE programme_id = %s
"""


class Referrers(NamedTuple):
    """Members in ascending order, and the referrer of each; 0 where there is none."""

    member: Int64s
    referrer: Int64s


def referrers_on(programme_id: int, day: date) -> Referrers:
    """Return who referred whom at the close of a day, also of members who join later."""
    found = _newest(programme_id)
    for member, referrer in unlike_newest(programme_id, day).items():
        found.referrer[np.searchsorted(found.member, member)] = referrer or 0
    return found


def unlike_newest(programme_id: int, day: date) -> Overrides:
    """Return where the forest of a day, with all moves up to then, differs from the newest one.

    Who moved later had until then the old referrer of the first of those moves.
    """
    moves = Move.objects.filter(member__programme_id=programme_id, effective_on__gt=day)
    last_first = moves.order_by("-effective_on", "-tick").values_list("member_id", "old_referrer_id")
    return dict(last_first.iterator())


def ancestors(forest: Overrides, start: int, *, stop: int) -> list[int]:
    """Return a member and all above it, up to `stop` or somebody whom nobody referred."""
    members, referrers = list(forest), list(forest.values())
    with connection.cursor() as cursor:
        cursor.execute(_UP, {"members": members, "referrers": referrers, "start": start, "stop": stop})
        return [row[0] for row in cursor.fetchall()]


def _newest(programme_id: int) -> Referrers:
    with connection.cursor() as cursor:
        cursor.execute(_ALL, [programme_id])
        found = cursor.fetchone()[0] or b""
    pairs = np.frombuffer(found, ">i8").reshape(-1, 2).astype(np.int64)
    return Referrers(pairs[:, 0].copy(), pairs[:, 1].copy())
