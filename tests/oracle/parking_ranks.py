"""Agents: their devices, ranks, monthly sales, and the review of each month."""

from datetime import date

from tests.oracle.parking_state import ParkingState, Review
from tests.oracle.state import Rule


def rank_table(state: ParkingState) -> list[Rule]:
    return list(state.programme.document.get("ranks", {}).get("table", []))


def units_below(state: ParkingState, member: str) -> int:
    return sum(state.units(other) for other in state.below(member))


def active_sellers(state: ParkingState, member: str) -> int:
    """Count those below who have a device and a direct referral who has one (S0-42)."""
    return sum(
        1
        for other in state.below(member)
        if state.units(other) >= 1 and any(state.units(referred) >= 1 for referred in state.referrals(other))
    )


def plain_unit_rank(state: ParkingState, day: date) -> None:
    """Rank everybody by the devices of its team, its own included; used from the next close (S0-33 … S0-42)."""
    found: dict[str, int] = {}
    rule = state.programme.document.get("ranks", {})
    table = rank_table(state)
    for member in state.members:
        below = units_below(state, member)
        own = state.units(member)
        admitted = (
            (state.is_agent(member) or not rule.get("agents_only", True))
            and active_sellers(state, member) >= rule.get("active_sellers", 0)
            and below >= rule.get("units_below", 0)
        )
        reached = [
            place for place, row in enumerate(table) if below + own >= row["units"] and own >= row.get("own_units", 0)
        ]
        if admitted and reached:
            found[member] = max(reached)
            if state.ranks.get(member) != found[member]:
                state.ranked_since[member] = day
    state.ranks = found


def month_sales(state: ParkingState, agent: str) -> int:
    """Return the month's devices of the agent and everybody below, without the nearest agents and theirs (S0-45)."""
    sold = state.month_units[agent]
    for referred in state.referrals(agent):
        if not state.is_agent(referred):
            sold += month_sales(state, referred)
    return sold


def plain_rank_review(state: ParkingState, rule: Rule, day: date) -> None:
    """Hold each agent's month against its target; the missed part is carried over (S0-45 … S0-47, S0-D7)."""
    sales = {member: month_sales(state, member) for member in state.members if state.is_agent(member)}
    for member, sold in sales.items():
        agent = state.agents[member]
        if agent.since > day.replace(day=1):
            continue
        target = int(rule["new_units"]) + agent.carry
        if sold >= target:
            agent.strikes = agent.carry = 0
        else:
            agent.strikes += 1
            agent.carry = target - sold
        dismissed = agent.strikes >= int(rule["strikes"])
        review = Review(day, member, target, sold, agent.strikes, agent.carry, dismissed)
        state.reviews.append(review)
        if dismissed:
            agent.active = False
            agent.strikes = agent.carry = 0
