"""A centre's holder promotes others: invites members below, and sees the centres that came of it (S2-14, S2-58)."""

from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from jifen.centers.conditions import centers_of
from jifen.centers.errors import CenterError
from jifen.centers.models import CenterInvitation
from jifen.engine.message import say
from jifen.members.models import Member
from jifen.stores.models import Center

DEPTH_MAX = 10_000  # of a line of referrers
TREE_MAX = 200  # centres that a page shows

ABOVE = """
WITH RECURSIVE up (id, depth) AS (
    SELECT referrer_id, 1 FROM members_member WHERE id = %(member)s
    UNION ALL
    SELECT m.referrer_id, up.depth + 1 FROM up JOIN members_member m ON m.id = up.id WHERE up.depth < %(most)s
)
SELECT EXISTS (SELECT FROM up WHERE id = %(above)s)
"""


class NoHolderError(CenterError):
    """Only who holds a centre invites others to open one."""

    def __init__(self) -> None:
        super().__init__(say("only who holds an operation centre can invite others to open one"))


class NotBelowError(CenterError):
    """The member does not stand below the holder, whose sub-centre it could not become."""

    def __init__(self) -> None:
        super().__init__(say("only members of your own team can become your sub-centres"))


@dataclass(frozen=True)
class Branch:
    """A centre of the tree: `depth` 1 was promoted by the holder, 2 by one of those, …"""

    center: Center
    depth: int


def invite_to_apply(*, holder_id: int, member_id: int) -> CenterInvitation:
    """Invite a member below to open a centre; inviting again changes nothing."""
    if not centers_of(holder_id):
        raise NoHolderError
    if not _stands_below(member_id, holder_id):
        raise NotBelowError
    programme_id = Member.objects.values_list("programme_id", flat=True).get(pk=holder_id)
    found, _new = CenterInvitation.objects.get_or_create(
        holder_id=holder_id,
        member_id=member_id,
        defaults={"programme_id": programme_id, "invited_at": timezone.now()},
    )
    return found


def invitations_to(member_id: int) -> list[CenterInvitation]:
    """Return who invited a member, the last one first; none who holds no centre any more."""
    holders = Center.objects.filter(until_on__isnull=True).values("member")
    found = CenterInvitation.objects.filter(member_id=member_id, holder__in=holders)
    return list(found.select_related("holder").order_by("-pk"))


def sub_centers(member_id: int) -> list[Branch]:
    """Return the tree of centres that a member promoted, each below the one who promoted it, at most TREE_MAX."""
    tree, seen = list[Branch](), {member_id}
    level, depth = [member_id], 1
    while level and len(tree) < TREE_MAX:
        found = Center.objects.filter(parent_id__in=level, until_on__isnull=True).select_related("member", "parent")
        centers = list(found.order_by("since_tick")[: TREE_MAX - len(tree)])
        tree += [Branch(one, depth) for one in centers]
        level = [one.member_id for one in centers if one.member_id not in seen]
        seen.update(level)
        depth += 1
    return tree


def _stands_below(member_id: int, above_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"member": member_id, "above": above_id, "most": DEPTH_MAX})
        return bool(cursor.fetchone()[0])
