"""What members and operators of the parking programmes ask: each is done, or refused and changes nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction

from tests.oracle.facts import adjust, amount_of, freeze, member_transfer, move_referrer
from tests.oracle.parking_state import SCALE, UNIT, Agent, ParkingState
from tests.oracle.state import Line, Row, Rule, Transfer, floor

Step = Callable[[ParkingState, Row, str, datetime], bool]


def apply_action(state: ParkingState, row: Row, number: int, moment: datetime) -> None:
    """Do what is asked, or refuse it; then whoever got points pays debts."""
    action, party = row["action"], row["party"]
    key = f"{state.programme.code}/action/{number}"
    rule = state.programme.rule("on_freeze", "freeze")
    stopped = rule is not None and party in state.frozen and action in rule.get("stops", ["withdraw"])
    if stopped or not STEPS[action](state, row, key, moment):
        state.refused.add((f"action {number}", party))
        return
    receivers = [party, row["to"]] if action == "member_transfer" else [party]
    state.pay_debts(moment.date(), key, receivers)


def plain_top_up(state: ParkingState, row: Row, key: str, moment: datetime) -> bool:
    """Money has come by bank: the points it buys are credited, or taken back (S0-08, S0-09)."""
    rule = state.programme.rule("on_top_up", "top_up")
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if rule is None or kind != rule["kind"]:
        return False
    if row["action"] == "return_top_up":
        if amount > state.free(party, kind):
            return False
        amount = -amount
    state.post(
        Transfer(moment.date(), f"{key}/top_up", row["action"]),
        Line("programme:issued", kind, "free", -amount),
        Line(party, kind, "free", amount),
    )
    return True


def withdraw(state: ParkingState, row: Row, key: str, moment: datetime) -> bool:
    """Points leave the programme, less the fee; part of it comes back as a reward (S0-48, S0-D6)."""
    return take_out(state, row, (f"{key}/withdrawal", moment), "free")


def take_out(state: ParkingState, row: Row, place: tuple[str, datetime], source: str) -> bool:
    rule = state.programme.rule("on_withdrawal", "withdrawal")
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if rule is None or not state.programme.kind(kind).get("withdrawable", False):
        return False
    if amount > state.balances[party, kind, source]:
        return False
    key, moment = place
    net = floor((amount - amount * Fraction(rule.get("fee", 0))) / SCALE) * SCALE
    reward = floor(amount * Fraction(rule.get("reward", 0)))
    lines = [
        Line(party, kind, source, -amount),
        Line("programme:withdrawn", kind, "free", net),
        Line("programme:fees", kind, "free", amount - net),
    ]
    if reward:
        lines.append(Line("programme:issued", rule["reward_kind"], "free", -reward))
        lines.append(Line(party, rule["reward_kind"], "free", reward))
    state.post(Transfer(moment.date(), key, "withdrawal"), *lines)
    return True


def hold_withdrawal(state: ParkingState, row: Row, key: str, moment: datetime) -> bool:
    rule = state.programme.rule("on_withdrawal", "withdrawal")
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if rule is None or not state.programme.kind(kind).get("withdrawable", False) or amount > state.free(party, kind):
        return False
    move(state, row, ("free", "frozen"), Transfer(moment.date(), f"{key}/withdrawal", "withdrawal_hold"))
    return True


def pay_withdrawal(state: ParkingState, row: Row, key: str, moment: datetime) -> bool:
    return take_out(state, row, (f"{key}/withdrawal", moment), "frozen")


def return_withdrawal(state: ParkingState, row: Row, key: str, moment: datetime) -> bool:
    rule = state.programme.rule("on_withdrawal", "withdrawal")
    if rule is None or amount_of(state, row) > state.balances[row["party"], row["points"], "frozen"]:
        return False
    move(state, row, ("frozen", "free"), Transfer(moment.date(), f"{key}/withdrawal", "withdrawal_return"))
    return True


def move(state: ParkingState, row: Row, states: tuple[str, str], transfer: Transfer) -> None:
    """Move a member's points from one state to another."""
    amount = amount_of(state, row)
    state.post(
        transfer,
        Line(row["party"], row["points"], states[0], -amount),
        Line(row["party"], row["points"], states[1], amount),
    )


def convert(state: ParkingState, row: Row, key: str, moment: datetime) -> bool:
    """Points become points of another kind, at a rate or at a declared price (S0-23 … S0-28, S0-73)."""
    kind, into, party, amount = row["points"], row["to"], row["party"], amount_of(state, row)
    rules = [rule for rule in state.rules("on_convert", "convert") if (rule["kind"], rule["into"]) == (kind, into)]
    if not rules or amount > state.free(party, kind):
        return False
    given = converted(state, rules[0], amount, moment)
    if given < 1:
        return False
    gets = "frozen" if rules[0].get("held", False) else "free"
    state.post(
        Transfer(moment.date(), f"{key}/convert", "convert"),
        Line(party, kind, "free", -amount),
        Line("programme:converted", kind, "free", amount),
        Line("programme:issued", into, "free", -given),
        Line(party, into, gets, given),
    )
    return True


def converted(state: ParkingState, rule: Rule, amount: int, moment: datetime) -> int:
    """Return what an amount becomes; 0 when there is no good price."""
    if not rule.get("price"):
        return floor(amount * Fraction(rule.get("rate", 1)))
    found = state.value_at(rule["price"], moment)
    if found is None:
        return 0
    since, price = found
    age_max = int(rule.get("price_age_minutes_max", 0))
    if age_max > 0 and moment - since > timedelta(minutes=age_max):
        return 0
    return floor(Fraction(amount, UNIT) / price * state.programme.unit(rule["into"]))


def plain_agency(state: ParkingState, row: Row, _key: str, moment: datetime) -> bool:
    """A member becomes a sales company, or is one no longer (S0-32, S0-41)."""
    rule: Rule | None = state.programme.document.get("agents")
    party = row["party"]
    if rule is None or state.is_agent(party) == (row["action"] == "appoint"):
        return False
    if row["action"] == "dismiss":
        state.agents[party].active = False
        return True
    above = state.referrer[party]
    if rule.get("referrer_must_be_agent", True) and above and not state.is_agent(above):
        return False
    state.agents[party] = Agent(moment.date())
    return True


def plain_ticket(state: ParkingState, row: Row, key: str, moment: datetime) -> bool:
    """Tickets: what was bought outside lets frozen ones go, and free ones leave for the exchange (S0-79, S0-80)."""
    rule = state.programme.rule("on_ticket", "ticket")
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if rule is None or kind != rule["kind"]:
        return False
    if row["action"] == "exchange_buy":
        state.bought[party] += amount
        return True
    transfer = Transfer(moment.date(), f"{key}/{row['action']}", row["action"])
    if row["action"] == "to_exchange":
        if amount > state.free(party, kind):
            return False
        state.post(transfer, Line(party, kind, "free", -amount), Line("programme:withdrawn", kind, "free", amount))
        return True
    released = state.released_tickets[party] + amount
    if amount > state.balances[party, kind, "frozen"] or released * Fraction(rule["multiple"]) > state.bought[party]:
        return False
    state.released_tickets[party] = released
    move(state, row, ("frozen", "free"), transfer)
    return True


STEPS: dict[str, Step] = {
    "member_transfer": member_transfer,
    "withdraw": withdraw,
    "hold_withdrawal": hold_withdrawal,
    "pay_withdrawal": pay_withdrawal,
    "return_withdrawal": return_withdrawal,
    "convert": convert,
    "adjust": adjust,
    "freeze": freeze,
    "unfreeze": freeze,
    "move_referrer": move_referrer,
    "top_up": plain_top_up,
    "return_top_up": plain_top_up,
    "appoint": plain_agency,
    "dismiss": plain_agency,
    "exchange_buy": plain_ticket,
    "release_tickets": plain_ticket,
    "to_exchange": plain_ticket,
}
