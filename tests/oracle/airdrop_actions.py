"""What members and operators of the airdrop programmes ask: each is done, or refused and changes nothing."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from tests.oracle.airdrop_state import CONVERTED, FREE, ISSUED, POOL, AirdropState, Center
from tests.oracle.state import Line, Row, Transfer, floor, minor_units

Step = Callable[[AirdropState, Row, str, date], bool]


def apply_action(state: AirdropState, row: Row, number: int, day: date) -> None:
    """Do what is asked, or refuse it; who receives or is adjusted pays debts."""
    action, party = row["action"], row["party"]
    key = f"{state.programme.code}/action/{number}"
    rule = state.programme.rule("on_freeze", "freeze")
    stopped = rule is not None and party in state.frozen and action in rule.get("stops", ["withdraw"])
    if stopped or not STEPS[action](state, row, key, day):
        state.refused.add((f"action {number}", party))
        return
    if action in {"member_transfer", "adjust"}:  # what else brings weight pays debts at the close
        state.pay_debts(day, key, [row["to"] or party])


def amount_of(state: AirdropState, row: Row) -> int:
    return minor_units(row["amount"] or "0", state.life.decimals(row["points"]))


def member_transfer(state: AirdropState, row: Row, key: str, day: date) -> bool:
    """Tokens are given away, and nothing else is done with them (S2-32)."""
    kind, party, to, amount = row["points"], row["party"], row["to"], amount_of(state, row)
    if not state.rules("on_transfer", "member_transfer") or not state.programme.kind(kind).get("transferable", False):
        return False
    if party == to or amount > state.free(party, kind):
        return False
    transfer = Transfer(day, f"{key}/member_transfer", "member_transfer")
    state.post(transfer, Line(party, kind, FREE, -amount), Line(to, kind, FREE, amount))
    return True


def convert(state: AirdropState, row: Row, key: str, day: date) -> bool:
    """What is unlocked becomes what buys goods, less a fee (S2-41, S2-42)."""
    kind, into, party, amount = row["points"], row["to"], row["party"], amount_of(state, row)
    rules = [rule for rule in state.rules("on_convert", "convert") if (rule["kind"], rule["into"]) == (kind, into)]
    if not rules or amount > state.free(party, kind):
        return False
    given = floor(Fraction(amount, state.unit(kind)) * Fraction(rules[0].get("rate", 1)) * state.unit(into))
    if given < 1:
        return False
    taken = [Line(party, kind, FREE, -amount), Line(CONVERTED, kind, FREE, amount)]
    got = [Line(ISSUED, into, FREE, -given), Line(party, into, FREE, given)]
    state.post(Transfer(day, f"{key}/convert", "convert"), *taken, *got)
    return True


def adjust(state: AirdropState, row: Row, key: str, day: date) -> bool:
    """An operator adds or takes free points."""
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if not state.rules("on_adjust", "adjustment") or state.free(party, kind) + amount < 0:
        return False
    source = POOL if kind == state.token else "programme:adjusted"
    if source == POOL and amount > state.free(POOL, kind):
        return False  # tokens come out of the reserve only (S2-Q1)
    transfer = Transfer(day, f"{key}/adjustment", "adjustment")
    state.post(transfer, Line(source, kind, FREE, -amount), Line(party, kind, FREE, amount))
    return True


def freeze(state: AirdropState, row: Row, _key: str, _day: date) -> bool:
    if not state.rules("on_freeze", "freeze"):
        return False
    if row["action"] == "freeze":
        state.frozen.add(row["party"])
    else:
        state.frozen.discard(row["party"])
    return True


def move_referrer(state: AirdropState, row: Row, _key: str, _day: date) -> bool:
    """The member, with everybody below, gets another referrer, or none."""
    member, to = row["party"], row["to"]
    if to and (to == member or member in state.ancestors(to)):
        return False
    state.referrer[member] = to
    return True


def plain_review_grant(state: AirdropState, row: Row, key: str, day: date) -> bool:
    """Who writes a review of what was bought gets points (S2-19)."""
    rules = state.rules("on_review", "review_grant")
    if not rules:
        return False
    kind, amount = rules[0]["kind"], state.minor(rules[0]["amount"], rules[0]["kind"])
    transfer = Transfer(day, f"{key}/review", "review_grant")
    state.post(transfer, Line(ISSUED, kind, FREE, -amount), Line(row["party"], kind, FREE, amount))
    return True


def fund_reserve(state: AirdropState, row: Row, key: str, day: date) -> bool:
    """Tokens of the capped total are set aside for what is worth tokens (S2-Q1)."""
    rule, kind = state.airdrop, row["points"]
    if rule is None or kind != state.token:
        return False
    amount = amount_of(state, row)
    if state.emitted + state.funded + amount > state.minor(rule["cap"], kind):
        return False
    state.funded += amount
    transfer = Transfer(day, f"{key}/fund_reserve", "fund_reserve")
    state.post(transfer, Line(ISSUED, kind, FREE, -amount), Line(POOL, kind, FREE, amount))
    return True


def plain_operation_center(state: AirdropState, row: Row, _key: str, _day: date) -> bool:
    """A member opens the centre of a region that has none (S2-13, S2-56)."""
    rules, party, region = state.rules("on_center", "operation_center"), row["party"], row["to"]
    if not rules or region in state.centers:
        return False
    pack, rank, levels = rules[0].get("pack", ""), rules[0].get("rank", ""), rules[0].get("levels", [])
    if levels and level_of(region) not in levels:
        return False
    if pack and state.centers_of(party) >= state.center_packs(party):
        return False
    if rank:
        names = [one["name"] for one in state.programme.document["ranks"]["table"]]
        if state.ranks.get(party, -1) < names.index(rank):
            return False
    above = [one for one in state.ancestors(party) if state.centers_of(one) > 0]
    state.centers[region] = Center(party, above[0] if above else "")
    return True


def level_of(region: str) -> str:
    """Say what an administrative code stands for."""
    if region.endswith("0000"):
        return "province"
    return "city" if region.endswith("00") else "district"


def close_center(state: AirdropState, row: Row, _key: str, _day: date) -> bool:
    center = state.centers.get(row["to"])
    if center is None or center.member != row["party"] or not state.rules("on_center", "operation_center"):
        return False
    del state.centers[row["to"]]
    return True


def has_no_rule(_state: AirdropState, _row: Row, _key: str, _day: date) -> bool:
    return False


STEPS: dict[str, Step] = {
    "member_transfer": member_transfer,
    "convert": convert,
    "adjust": adjust,
    "freeze": freeze,
    "unfreeze": freeze,
    "move_referrer": move_referrer,
    "review": plain_review_grant,
    "fund_reserve": fund_reserve,
    "open_center": plain_operation_center,
    "close_center": close_center,
    "withdraw": has_no_rule,
}
