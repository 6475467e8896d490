"""What the last day of a month shares out: the weighted dividend and the prize of the ranking."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.oracle.parking_facts import drawn_lines
from tests.oracle.parking_ranks import month_sales, rank_table
from tests.oracle.parking_state import UNIT, ParkingState, Reward
from tests.oracle.state import Line, Lot, Rule, Transfer, floor

POOL = "programme:pool"
ISSUED = "programme:issued"
Lots = tuple[list[Lot], set[str]]  # the lots that take part, and who held one when the close began


def plain_weighted_dividend(state: ParkingState, rule: Rule, day: date, lots: Lots) -> None:
    """Share a part of the declared revenue among the highest agents, by devices (S0-37)."""
    least = [row["name"] for row in rank_table(state)].index(rule["rank"])
    parts: dict[str, dict[str, Fraction]] = {}
    for member in state.members:
        own: dict[str, int] = {}
        for other in [member, *state.below(member)]:
            own |= state.parts_before(other, day)
        if state.ranks.get(member, -1) >= least and sum(own.values()) >= rule["units_min"]:
            parts[member] = {order: Fraction(units) for order, units in own.items()}
    weights = {member: sum(weighed.values(), start=Fraction(0)) for member, weighed in parts.items()}
    everybody = sum(weights.values(), start=Fraction(0))
    if everybody == 0:
        return

    declared = state.value_on(rule["declared"], day)
    added = floor(Fraction(declared or 0) * UNIT * Fraction(rule["rate"]))
    total = added + state.dust["weighted_dividend"]
    state.dust["weighted_dividend"] = total
    fill_pool(state, rule, day, added)
    blocked = 0
    for member, weighed in parts.items():
        share = floor(total * weights[member] / everybody)
        state.dust["weighted_dividend"] -= share
        reward = monthly_reward(state, rule, (day, member), weighed, (weights[member], share))
        blocked += pay_from_pool(state, reward, lots)
    empty_pool(state, rule, day, blocked)


def plain_sales_ranking(state: ParkingState, rule: Rule, day: date, lots: Lots) -> None:
    """Share the prize evenly among the agents who sold most this month (S0-69)."""
    if rule.get("payout", "ledger") == "report_only":
        return
    sales = {member: month_sales(state, member) for member in state.members if state.is_agent(member)}
    selling = [member for member in sales if sales[member] > 0]
    first = sorted(selling, key=lambda member: (-sales[member], state.members.index(member)))[: rule["places"]]
    if not first:
        return
    prize: Decimal = rule["prize"]
    if rule.get("declared") and (declared := state.value_on(rule["declared"], day)) is not None:
        prize = declared
    added = floor(Fraction(prize) * UNIT)
    share = (added + state.dust["sales_ranking"]) // len(first)
    state.dust["sales_ranking"] += added - share * len(first)
    fill_pool(state, rule, day, added)
    blocked = 0
    for member in [other for other in state.members if other in first]:
        parts = {
            order.code: Fraction(order.standing_units)
            for other in sellers_of(state, member)
            for order in state.orders_of(other)
            if order.standing_units and same_month(order.accepted_on, day)
        }
        reward = monthly_reward(state, rule, (day, member), parts, (Fraction(sales[member]), share))
        blocked += pay_from_pool(state, reward, lots)
    empty_pool(state, rule, day, blocked)


def sellers_of(state: ParkingState, agent: str) -> list[str]:
    """Return the agent and those whose nearest agent it is."""
    own = [agent]
    for member in own:
        own += [referred for referred in state.referrals(member) if not state.is_agent(referred)]
    return own


def same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)


def fill_pool(state: ParkingState, rule: Rule, day: date, added: int) -> None:
    state.post(
        Transfer(day, f"{state.programme.code}/{day}/{rule['use']}", rule["use"]),
        Line(ISSUED, rule["kind"], "free", -added),
        Line(POOL, rule["kind"], "free", added),
    )


def empty_pool(state: ParkingState, rule: Rule, day: date, blocked: int) -> None:
    """What lots did not let through goes back to where it came from."""
    state.post(
        Transfer(day, f"{state.programme.code}/{day}/{rule['use']}/blocked", rule["use"]),
        Line(POOL, rule["kind"], "free", -blocked),
        Line(ISSUED, rule["kind"], "free", blocked),
    )


def monthly_reward(
    state: ParkingState,
    rule: Rule,
    place: tuple[date, str],
    parts: dict[str, Fraction],
    amounts: tuple[Fraction, int],
) -> Reward:
    day, member = place
    base, share = amounts
    key = f"{state.programme.code}/{day}/{rule['use']}/{member}"
    return Reward(
        day, rule["use"], member, rule["kind"], base, parts, share, key, key,
        consumes_lots=bool(rule.get("consumes_lots", True)), pool=True,
    )  # fmt: skip


def pay_from_pool(state: ParkingState, reward: Reward, lots: Lots) -> int:
    """Pay a share as far as the receiver's lots allow; return what they do not."""
    taking_part, held = lots
    if reward.consumes_lots:
        reward.draws = state.draw(taking_part, reward.receiver, reward.entitlement, reward.day)
        reward.paid = sum(draw.amount for draw in reward.draws)
    else:
        reward.paid = reward.entitlement if reward.receiver in held else 0
    state.post(
        Transfer(reward.day, reward.lot_key, reward.rule),
        *drawn_lines(reward.draws),
        Line(reward.receiver, reward.kind, "free", reward.paid),
        Line(POOL, reward.kind, "free", -reward.paid),
    )
    blocked = reward.entitlement - reward.paid
    state.blocked[str(reward.day), reward.receiver, reward.rule] += blocked
    state.rewards.append(reward)
    return blocked
