"""Plain twins of the loops and rules of leasing: lists, fractions, and a walk down for each member."""

from fractions import Fraction
from math import floor
from typing import NamedTuple

from tests.engine.twins import ancestors, below


class Agents(NamedTuple):
    """A forest whose members own units, some of them agents with ranks; lists by member number."""

    referrer: list[int]
    units: list[int]
    rank: list[int]
    agent: list[bool]
    sold: list[int]  # units bought this month, refunds taken off


class Leased(NamedTuple):
    """A lot as a reader thinks of it."""

    owner: int
    opened_on: int
    base: int
    before: int  # what it released before
    remaining: int


def twin_differential(agents: Agents, amounts: list[int]) -> list[int]:
    """Return what every unit gives on its way up: an amount less the highest one below it."""
    base = [0] * len(agents.referrer)
    for member, units in enumerate(agents.units):
        highest = 0
        for ancestor in ancestors(agents.referrer, member):
            amount = amounts[agents.rank[ancestor]]
            base[ancestor] += max(amount - highest, 0) * units
            highest = max(highest, amount)
    return base


def twin_peers(agents: Agents, value: list[int], unpaid: int) -> list[int]:
    """Return what each ranked member's value makes for the nearest ancestor of at least its rank, if it is equal."""
    base = [0] * len(agents.referrer)
    for member, rank in enumerate(agents.rank):
        above = [one for one in ancestors(agents.referrer, member) if agents.rank[one] >= rank]
        if rank > unpaid and above and agents.rank[above[0]] == rank:
            base[above[0]] += value[member]
    return base


def twin_sales(agents: Agents) -> list[int]:
    """Return for each agent what is bought by those whose nearest agent, themselves included, it is."""
    sales = [0] * len(agents.referrer)
    for member, units in enumerate(agents.sold):
        for one in (member, *ancestors(agents.referrer, member)):
            if agents.agent[one]:
                sales[one] += units
                break
    return sales


def twin_team(agents: Agents, member: int) -> int:
    """Return the units of a member and everybody below."""
    return agents.units[member] + sum(agents.units[other] for other in below(agents.referrer, member))


def twin_rank(agents: Agents, table: list[tuple[int, int]], sellers: int, units_below: int, *, only: bool) -> list[int]:
    """Return ranks by a table of (units of the team, own units)."""
    holds = [units > 0 for units in agents.units]
    sells = [
        mine and any(holds[other] for other, above in enumerate(agents.referrer) if above == member)
        for member, mine in enumerate(holds)
    ]
    ranks = []
    for member, own in enumerate(agents.units):
        team = below(agents.referrer, member)
        total = twin_team(agents, member)
        able = sum(sells[other] for other in team) >= sellers and total - own >= units_below
        reached = [row for row, (units, own_min) in enumerate(table, start=1) if total >= units and own >= own_min]
        ranks.append(max(reached, default=0) if able and (agents.agent[member] or not only) else 0)
    return ranks


def twin_month(day: int, opened_on: tuple[int, int, int], *, full: bool) -> int:
    """Return which month of a lot ends, `opened_on` and the close being (year, month, day) and a month's index."""
    year, month, of_month = opened_on
    return day - (year * 12 + month - 1) + (1 if full or of_month == 1 else 0)


def twin_beyond(lot: Leased, released: int) -> int:
    """Return what of a release lies beyond the base."""
    return max(0, min(released, lot.before + released - lot.base))


def twin_review(sold: int, carry: int, strikes: int, terms: tuple[int, int]) -> tuple[int, int, bool]:
    """Return carry, strikes and whether the agent is dismissed; `terms` are new units and strikes that end it."""
    target = terms[0] + carry
    if sold >= target:
        return 0, 0, False
    if strikes + 1 >= terms[1]:
        return 0, 0, True
    return target - sold, strikes + 1, False


def twin_shares(total: int, weights: dict[int, int]) -> dict[int, int]:
    """Return shares by weight, rounded down."""
    everybody = sum(weights.values())
    return {member: floor(Fraction(total * weight, everybody)) for member, weight in weights.items()}
