"""What is known of agents: devices, sales of the month against the target, people, subsidies (S0-54)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from django.db import connection

from jifen.agents.meetings import MonthMeetings, meetings_of_many
from jifen.agents.terms import new_units, subsidy_kinds, subsidy_rules
from jifen.engine.facts import NOBODY
from jifen.engine.forest import Forest
from jifen.engine.programme import Programme as Terms
from jifen.ledger.reading import daily_sums
from jifen.members.forests import referrers_on
from jifen.members.models import Standing
from jifen.members.team import COUNTED_MAX

FEW = 50  # agents whose people are counted one by one
# What the members below an agent sold this month, without the teams of the nearest agents below (S0-45).
SOLD_BELOW = """
WITH RECURSIVE down (agent, id) AS (
    SELECT asked, asked FROM unnest(%(agents)s::bigint[]) AS asked
    UNION ALL
    SELECT down.agent, m.id FROM down
    JOIN members_member m ON m.referrer_id = down.id
    JOIN members_standing s ON s.member_id = m.id AND NOT s.agent
)
SELECT down.agent, sum(s.month_units)::bigint FROM down JOIN members_standing s ON s.member_id = down.id GROUP BY 1
"""
# The same of every agent of a programme: each sale climbs to the nearest agent at or above the buyer.
SOLD_BY_ALL = """
WITH RECURSIVE up (units, id) AS (
    SELECT month_units, member_id FROM members_standing WHERE programme_id = %(programme)s AND month_units <> 0
    UNION ALL
    SELECT up.units, m.referrer_id FROM up
    JOIN members_standing s ON s.member_id = up.id AND NOT s.agent
    JOIN members_member m ON m.id = up.id AND m.referrer_id IS NOT NULL
)
SELECT up.id, sum(up.units)::bigint FROM up JOIN members_standing s ON s.member_id = up.id AND s.agent
GROUP BY 1 HAVING sum(up.units) > 0 ORDER BY 2 DESC, 1 LIMIT %(limit)s
"""
PEOPLE = """
SELECT asked, (
    WITH RECURSIVE down (id) AS (
        SELECT id FROM members_member WHERE referrer_id = asked
        UNION ALL
        SELECT m.id FROM down JOIN members_member m ON m.referrer_id = down.id
    )
    SELECT count(*) FROM (SELECT 1 FROM down LIMIT %(limit)s) AS seen
) FROM unnest(%(agents)s::bigint[]) AS asked
"""


class Sale(NamedTuple):
    """An agent and its sales of a month, in devices."""

    member_id: int
    sold: int


class AgentFigures(NamedTuple):
    """One agent in numbers; devices are units, amounts fen. `people` stops counting at COUNTED_MAX."""

    member_id: int
    rank: int
    own_amount: int
    team_amount: int
    own_units: int
    team_units: int
    people: int
    sold: int
    target: int
    carry: int
    strikes: int
    meetings: MonthMeetings

    @property
    def spaces(self) -> int:
        """Parking spaces: each device serves one, its own and the team's."""
        return self.own_units + self.team_units

    @property
    def missing(self) -> int:
        """Devices that the month's target still lacks."""
        return max(self.target - self.sold, 0)

    @property
    def permille(self) -> int:
        """How far the month is, in thousandths of the target."""
        return min(1000 * max(self.sold, 0) // self.target, 1000) if self.target else 1000


def month_sales(member_ids: Sequence[int]) -> dict[int, int]:
    """Return the devices that agents and their own teams sold in the open month, less what was refunded."""
    if not member_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SOLD_BELOW, {"agents": list(member_ids)})
        return {int(agent): int(sold) for agent, sold in cursor.fetchall()}


def best_sellers(programme_id: int, *, limit: int) -> list[Sale]:
    """Return the agents with sales in the open month, the best first, then in the order of joining (S0-69)."""
    with connection.cursor() as cursor:
        cursor.execute(SOLD_BY_ALL, {"programme": programme_id, "limit": limit})
        return [Sale(int(agent), int(sold)) for agent, sold in cursor.fetchall()]


def agent_figures(member_ids: Sequence[int], terms: Terms, today: date) -> dict[int, AgentFigures]:
    """Return the figures of agents of one programme, in the month of `today`."""
    standings = list(Standing.objects.filter(member_id__in=member_ids))
    if not standings:
        return {}
    programme_id = standings[0].programme_id
    sold, people = month_sales(member_ids), team_sizes(programme_id, member_ids, today)
    meetings = meetings_of_many(programme_id, list(member_ids), today)
    return {
        one.member_id: AgentFigures(
            member_id=one.member_id,
            rank=one.rank,
            own_amount=one.volume_amount,
            team_amount=one.team_amount,
            own_units=one.units,
            team_units=one.team_units,
            people=people.get(one.member_id, 0),
            sold=sold.get(one.member_id, 0),
            target=new_units(terms) + one.carry,
            carry=one.carry,
            strikes=one.strikes,
            meetings=meetings[one.member_id],
        )
        for one in standings
    }


def subsidies(member_id: int, terms: Terms, first: date, last: date) -> dict[tuple[date, str], int]:
    """Return what each rule paid an agent on each day, in minor units; refunds are not taken off (S0-33 … S0-39)."""
    rules = {rule.use for rule in subsidy_rules(terms)}
    found: defaultdict[tuple[date, str], int] = defaultdict(int)
    for kind in subsidy_kinds(terms):
        for (day, rule), amount in daily_sums(member_id, kind, first, last).items():
            if rule in rules:
                found[day, rule] += amount
    return dict(found)


def by_month(sums: dict[tuple[date, str], int]) -> dict[tuple[date, str], int]:
    """Return the sums of days as sums of months, each by its first day."""
    found: defaultdict[tuple[date, str], int] = defaultdict(int)
    for (day, rule), amount in sums.items():
        found[day.replace(day=1), rule] += amount
    return dict(found)


def team_sizes(programme_id: int, member_ids: Sequence[int], day: date) -> dict[int, int]:
    """Return how many people are below members: of a few counted up to COUNTED_MAX, of many all, in one pass."""
    if len(member_ids) > FEW:
        referrers = referrers_on(programme_id, day)
        place = np.searchsorted(referrers.member, referrers.referrer).astype(np.int32)
        layout = Forest(np.where(referrers.referrer == 0, np.int32(NOBODY), place)).layout
        size = layout.size[layout.position[np.searchsorted(referrers.member, np.array(member_ids))]] - 1
        return dict(zip(member_ids, size.tolist(), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, {"agents": list(member_ids), "limit": COUNTED_MAX})
        return {int(agent): int(people) for agent, people in cursor.fetchall()}
