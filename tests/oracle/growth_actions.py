"""What members and operators of the growth programme ask: each is done, or refused and changes nothing."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from tests.oracle.facts import move_referrer
from tests.oracle.growth_pool import force_exits, inject, sell
from tests.oracle.growth_state import FEES, ISSUED, MONEY, PLATFORM, WITHDRAWN, GrowthState, money, points
from tests.oracle.state import Row, Transfer, floor, minor_units

Step = Callable[[GrowthState, Row, str, date], bool]
WHOLE = 10_000  # basis points
POOL_ACTIONS = ("sell", "inject", "member_transfer")


def apply_action(state: GrowthState, row: Row, number: int, moment: datetime) -> None:
    """Do what is asked, or refuse it."""
    action, party, day = row["action"], row["party"], moment.date()
    key = f"{state.programme.code}/action/{number}"
    rule = state.programme.rule("on_freeze", "freeze")
    before = {member: state.free(member, MONEY) for member in state.members}
    stopped = rule is not None and party in state.frozen and action in rule.get("stops", ["withdraw"])
    if stopped or not STEPS[action](state, row, key, day):
        state.refused.add((f"action {number}", party))
        return
    receivers = [party, row["to"]] if action == "member_transfer" else [party]
    credited = [one for one in receivers if one in before and state.free(one, MONEY) > before[one]]
    state.pay_debts(day, key, credited)
    if action in POOL_ACTIONS:
        force_exits(state, key, day)


def amount_of(state: GrowthState, row: Row) -> int:
    return minor_units(row["amount"] or "0", state.programme.decimals(row["points"]))


def subsidise(state: GrowthState, row: Row, key: str, day: date) -> bool:
    """Outside money becomes a member's means to buy (S1-12)."""
    rule = state.programme.rule("on_subsidy", "subsidy")
    return rule is not None and issue(state, row, (str(rule["kind"]), 1), Transfer(day, f"{key}/subsidise", "subsidy"))


def issue(state: GrowthState, row: Row, terms: tuple[str, int], transfer: Transfer) -> bool:
    """Give new points of the kind (sign 1), or take them back as far as they are there (sign -1)."""
    kind, sign = terms
    if row["points"] != kind:
        return False
    amount = amount_of(state, row)
    if sign < 0:
        amount = -min(amount, state.free(row["party"], kind))
    state.post(transfer, points(ISSUED, kind, -amount), points(row["party"], kind, amount))
    return True


def card(state: GrowthState, row: Row, key: str, day: date) -> bool:
    """A membership card gives shopping points, or was given back (S1-33)."""
    rule = state.programme.rule("on_card", "card_grant")
    sign = 1 if row["action"] == "card_grant" else -1
    transfer = Transfer(day, f"{key}/{row['action']}", "card_grant")
    return rule is not None and issue(state, row, (str(rule["kind"]), sign), transfer)


def member_transfer(state: GrowthState, row: Row, key: str, day: date) -> bool:
    kind, party, to, amount = row["points"], row["party"], row["to"], amount_of(state, row)
    if not state.rules("on_transfer", "member_transfer") or not state.programme.kind(kind).get("transferable", False):
        return False
    if party == to or amount > state.free(party, kind):
        return False
    transfer = Transfer(day, f"{key}/member_transfer", "member_transfer")
    state.post(transfer, points(party, kind, -amount), points(to, kind, amount))
    return True


def withdraw(state: GrowthState, row: Row, key: str, day: date) -> bool:
    """Money leaves the programme, less the fee."""
    rule = state.programme.rule("on_withdrawal", "withdrawal")
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if rule is None or not state.programme.kind(kind).get("withdrawable", False) or amount > state.free(party, kind):
        return False
    net = floor(amount - amount * Fraction(rule.get("fee", 0)))
    lines = [points(party, kind, -amount), points(WITHDRAWN, kind, net), points(FEES, kind, amount - net)]
    state.post(Transfer(day, f"{key}/withdrawal", "withdrawal"), *lines)
    return True


def adjust(state: GrowthState, row: Row, key: str, day: date) -> bool:
    """An operator adds or takes free points, but never value points."""
    kind, party, amount = row["points"], row["party"], amount_of(state, row)
    if not state.rules("on_adjust", "adjustment") or kind == state.value_kind or state.free(party, kind) + amount < 0:
        return False
    transfer = Transfer(day, f"{key}/adjustment", "adjustment")
    state.post(transfer, points("programme:adjusted", kind, -amount), points(party, kind, amount))
    return True


def freeze(state: GrowthState, row: Row, _key: str, _day: date) -> bool:
    if not state.rules("on_freeze", "freeze"):
        return False
    if row["action"] == "freeze":
        state.frozen.add(row["party"])
    else:
        state.frozen.discard(row["party"])
    return True


def move(state: GrowthState, row: Row, key: str, day: date) -> bool:
    return move_referrer(state, row, key, state.programme.midnight(day))


def assign_territory(state: GrowthState, row: Row, key: str, day: date) -> bool:
    """A member becomes the agent of a region that nobody has (S1-21, S1-22)."""
    region = row["to"]
    if not state.rules("daily", "territory") or region in state.territories:
        return False
    state.territories[region] = row["party"]
    fee = minor_units(row["amount"] or "0", 2)
    state.post(Transfer(day, f"{key}/territory", "territory"), money(ISSUED, -fee), money(FEES, fee))
    return True


def return_territory(state: GrowthState, row: Row, _key: str, _day: date) -> bool:
    if not state.rules("daily", "territory") or state.territories.get(row["to"]) != row["party"]:
        return False
    del state.territories[row["to"]]
    return True


def buy_shares(state: GrowthState, row: Row, key: str, day: date) -> bool:
    """A member buys a part of a store; one of its holders is its initiator (S1-32, S1-34)."""
    rules, store, party = state.rules("daily", "store_shares"), state.stores[row["to"]], row["party"]
    part = floor(Fraction(Decimal(row["share"])) * 100)
    if not rules or sum(store.shares.values()) + part > WHOLE:
        return False
    if row["role"] == "initiator":
        if store.initiator not in {"", party}:
            return False
        store.initiator = party
    store.shares[party] = store.shares.get(party, 0) + part
    amount, above = amount_of(state, row), state.referrer[party]
    state.post(Transfer(day, f"{key}/shares", "store_shares"), money(ISSUED, -amount), money(PLATFORM, amount))
    if above and any(above in other.shares for other in state.stores.values()):
        bonus = floor(amount * Fraction(rules[0].get("referral", 0)))
        transfer = Transfer(day, f"{key}/share_referral", "share_referral")
        state.post(transfer, money(PLATFORM, -bonus), money(above, bonus))
    return True


def give_up_shares(state: GrowthState, row: Row, _key: str, _day: date) -> bool:
    store, party = state.stores[row["to"]], row["party"]
    if not state.rules("daily", "store_shares") or party not in store.shares:
        return False
    del store.shares[party]
    if store.initiator == party:
        store.initiator = ""
    return True


STEPS: dict[str, Step] = {
    "sell": sell,
    "inject": inject,
    "subsidise": subsidise,
    "card_grant": card,
    "card_return": card,
    "member_transfer": member_transfer,
    "withdraw": withdraw,
    "adjust": adjust,
    "freeze": freeze,
    "unfreeze": freeze,
    "move_referrer": move,
    "assign_territory": assign_territory,
    "return_territory": return_territory,
    "buy_shares": buy_shares,
    "give_up_shares": give_up_shares,
}
