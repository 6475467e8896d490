"""The team of a member: generations by page, how many there are, and the legs with their volumes (S4-24).

Members see of each other the nickname and the month of joining, never the phone.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, F

from jifen.members.models import Member

PAGE_SIZE = 20
COUNTED_MAX = 10_000  # of a larger team is said that it has more
LEGS_SHOWN = 20
GENERATION_MAX = 20

_GENERATION = """
WITH RECURSIVE down (id, depth) AS (
    SELECT %(member)s::bigint, 0
    UNION ALL
    SELECT m.id, down.depth + 1 FROM down JOIN members_member m ON m.referrer_id = down.id
    WHERE down.depth < %(number)s
)
SELECT id FROM down WHERE depth = %(number)s ORDER BY id LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT = """
WITH RECURSIVE down (id) AS (
    SELECT id FROM members_member WHERE referrer_id = %(member)s
    UNION ALL
    SELECT m.id FROM down JOIN members_member m ON m.referrer_id = down.id
)
SELECT count(*) FROM (SELECT 1 FROM down LIMIT %(limit)s) AS seen
"""


@dataclass(frozen=True)
class Teammate:
    """What a member sees of somebody below."""

    member_id: int
    code: str
    nickname: str
    joined_in: date  # the first day of the month
    direct: int  # how many this one referred


@dataclass(frozen=True)
class GenerationPage:
    """A page of a generation, numbered from 1; `more` says whether another follows."""

    people: list[Teammate]
    page: int
    more: bool


@dataclass(frozen=True)
class Leg:
    """A direct referral and everybody below: standing order amounts in fen, and the part paid in points.

    Points are in minor units of the programme's lot kind. The amounts of the team are those of the last close.
    """

    member_id: int
    code: str
    nickname: str
    amount: int
    points: int


@dataclass(frozen=True)
class TeamSummary:
    """A member's team in numbers; `team` stops counting at COUNTED_MAX, and then `counted_all` is false."""

    direct: int
    team: int
    counted_all: bool
    own_amount: int
    own_points: int
    team_amount: int
    team_points: int
    legs: list[Leg]  # the largest first, at most LEGS_SHOWN


def generation(member_id: int, number: int, page: int = 1) -> GenerationPage:
    """Return a page of a generation below a member: 1 the direct referrals, 2 those they referred, …"""
    assert 1 <= number <= GENERATION_MAX
    assert page >= 1
    values = {"member": member_id, "number": number, "limit": PAGE_SIZE + 1, "offset": (page - 1) * PAGE_SIZE}
    with connection.cursor() as cursor:
        cursor.execute(_GENERATION, values)
        ids = [row[0] for row in cursor.fetchall()]
    people = Member.objects.filter(pk__in=ids[:PAGE_SIZE]).annotate(direct=Count("referred")).order_by("pk")
    return GenerationPage([_teammate(member, member.direct) for member in people], page, len(ids) > PAGE_SIZE)


def team_summary(member_id: int) -> TeamSummary:
    """Return how large a member's team is and what it has bought."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"member": member_id, "limit": COUNTED_MAX + 1})
        team = cursor.fetchone()[0]
    standing = Member.objects.select_related("standing").get(pk=member_id).standing
    return TeamSummary(
        direct=Member.objects.filter(referrer_id=member_id).count(),
        team=min(team, COUNTED_MAX),
        counted_all=team <= COUNTED_MAX,
        own_amount=standing.volume_amount,
        own_points=standing.volume_points,
        team_amount=standing.team_amount,
        team_points=standing.team_points,
        legs=legs(member_id),
    )


def legs(member_id: int) -> list[Leg]:
    """Return a member's largest legs, the largest first."""
    amount = F("standing__volume_amount") + F("standing__team_amount")
    points = F("standing__volume_points") + F("standing__team_points")
    heads = Member.objects.filter(referrer_id=member_id).annotate(amount=amount, points=points)
    largest = heads.order_by("-amount", "pk")[:LEGS_SHOWN]
    return [Leg(head.id, head.code, head.nickname, head.amount, head.points) for head in largest]


def _teammate(member: Member, direct: int) -> Teammate:
    return Teammate(member.id, member.code, member.nickname, member.joined_on.replace(day=1), direct)
