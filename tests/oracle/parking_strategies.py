"""Strategies that make small books of devices, goods, agents and refunds over the ends of several months."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle.parking_programmes import KINDS, Draw, programmes

Row = dict[str, str]
Book = dict[str, list[Row]]
Minute = int  # since the beginning of the first day

FIRST_DAY = date(2026, 1, 29)
LAST_DAY = date(2026, 5, 31)
FEN = Decimal("0.01")
UNIT = Decimal("0.0001")
DAY = 24 * 60
CLOCKS = [0, 9 * 60, 9 * 60, 10 * 60, 15 * 60, 23 * 60 + 59]  # few, so that times are often equal
ENDS = [0, 2, 3, 4, 29, 30, 31, 60, 61, 62, 91, 92]  # days around the ends of months, the first being 29 January
QUANTITIES = [1, 1, 1, 1, 2, 2, 3, 4, 5, 9, 10, 49, 50, 60]
MOVING = ["withdraw", "withdraw", "convert", "convert", "member_transfer", "adjust", "top_up", "top_up"]
MOVING += ["return_top_up", "exchange_buy", "release_tickets", "to_exchange"]
OTHERS = ["appoint", "appoint", "dismiss", "freeze", "unfreeze", "move_referrer", "move_referrer"]
SPENT = ["lease_income", "lease_income", "mall_points", "referral_points", "sales_points"]
PAIRS = [("lease_income", "lease_credit"), ("referral_points", "red_points"), ("sales_points", "ticket")]


@dataclass
class Draft:
    """A book that grows, with what its rows need to know of each other."""

    document: dict[str, Any]
    days: int
    book: Book = field(default_factory=dict)
    joined: dict[str, Minute] = field(default_factory=dict)
    counted: dict[str, Minute] = field(default_factory=dict)
    unrefunded: dict[str, Decimal] = field(default_factory=dict)
    buyer: dict[str, str] = field(default_factory=dict)

    @property
    def members(self) -> list[str]:
        return list(self.joined)

    @property
    def grant(self) -> dict[str, Any]:
        return next(rule for rule in self.document["on_order"] if rule["use"] == "grant_units")

    def spends(self, pays: str) -> list[dict[str, Any]]:
        return [rule for rule in self.document["on_order"] if rule["use"] == "spend" and rule["pays"] == pays]


@st.composite
def books(draw: Draw) -> tuple[str, Book, date]:
    """Return the text of a programme, a valid book, and the last day to settle."""
    text = draw(programmes())
    days = draw(st.sampled_from([4, 32, 33, 61, 62, 92, 93, 122]))
    draft = Draft(tomllib.loads(text, parse_float=Decimal), days)
    draft.book = {"members": [], "orders": [], "refunds": [], "actions": [], "declared": []}
    add_members(draw, draft)
    for member in draft.members:
        if draw(st.integers(0, 4)) < 4:
            add_units(draw, draft, member, early=True)
        if draw(st.integers(0, 4)) < 3:
            add_row(draw, draft, {"action": "appoint", "party": member}, draft.joined[member])
    for _ in range(draw(st.integers(2, 12))):
        add_units(draw, draft, draw(st.sampled_from(draft.members)), early=False)
    for _ in range(draw(st.integers(0, 6))):
        add_goods(draw, draft, draw(st.sampled_from(draft.members)))
    for _ in range(draw(st.sampled_from([4, 0, 2, 6, 9]))):
        add_refund(draw, draft, draw(st.sampled_from(sorted(draft.counted))))
    for _ in range(draw(st.integers(0, 25))):
        add_action(draw, draft)
    for _ in range(draw(st.sampled_from([1, 0, 2]))):
        trade_tickets(draw, draft, draw(st.sampled_from(draft.members)))
    declare(draw, draft)
    return text, draft.book, FIRST_DAY + timedelta(days=days)


# Times


def minutes(draw: Draw, draft: Draft, least: Minute = 0) -> Minute:
    """Return a moment not before the least, often near the end of a month."""
    ends = [day for day in ENDS if day <= draft.days]
    day: int = draw(st.one_of(st.sampled_from(ends), st.integers(0, draft.days)))
    clock: Minute = draw(st.sampled_from(CLOCKS))
    return max(least, day * DAY + clock)


def written(minute: Minute) -> str:
    return (datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(minutes=minute)).isoformat()


# Rows


def add_members(draw: Draw, draft: Draft) -> None:
    """Add members in a chain, a star, pairs below each, or anyhow."""
    shape = draw(st.sampled_from(["chain", "star", "pairs", "pairs", "mixed"]))
    names = [f"M{number}" for number in range(draw(st.integers(3, 10)))]
    last = 0
    for number, name in enumerate(names):
        if draw(st.integers(0, 6)) == 6:
            last += draw(st.integers(1, 2 * DAY))
        places = {"chain": number - 1, "star": 0, "pairs": (number - 1) // 2}
        place = places[shape] if shape in places else draw(st.integers(-1, number - 1))
        referrer = names[place] if number and place >= 0 else ""
        draft.joined[name] = last
        draft.book["members"].append({"member": name, "referrer": referrer, "joined_at": written(last)})


def add_order(draw: Draw, draft: Draft, row: Row, paid: Minute) -> None:
    """Add the row, at times confirmed later."""
    code = f"O{len(draft.book['orders']) + 1}"
    counted = paid
    if draw(st.integers(0, 5)) == 5:
        counted = minutes(draw, draft, paid)
        row["confirmed_at"] = written(counted)
    draft.book["orders"].append({"order": code, **row, "paid_at": written(paid)})
    draft.counted[code], draft.buyer[code] = counted, row["member"]
    draft.unrefunded[code] = Decimal(row["amount"])


def add_units(draw: Draw, draft: Draft, member: str, *, early: bool) -> None:
    """Add an order of devices; seldom its price or its channel is wrong."""
    paid = draft.joined[member] + 1 if early else minutes(draw, draft, draft.joined[member] + 1)
    quantity = draw(st.sampled_from(QUANTITIES))
    amount = quantity * Decimal(draft.grant["price"])
    if draw(st.integers(0, 15)) == 15:
        amount += FEN
    channels = [draft.grant.get("channel", "")] * 9 + ["mall"]
    row = {
        "member": member,
        "amount": str(amount.quantize(FEN)),
        "quantity": str(quantity),
        "product": draft.grant["product"],
        "channel": draw(st.sampled_from(channels)),
    }
    row |= pay_in_points(draw, draft, (member, paid, amount), "units")
    add_order(draw, draft, row, paid)


def add_goods(draw: Draw, draft: Draft, member: str) -> None:
    """Add an order of goods, paid in part or wholly in one of the kinds."""
    paid = minutes(draw, draft, draft.joined[member] + 1)
    amount = draw(st.one_of(st.integers(1, 900_000), st.integers(1, 300))) * FEN
    row = {"member": member, "amount": str(amount), "quantity": "", "product": draw(st.sampled_from(["", "tea"]))}
    row |= pay_in_points(draw, draft, (member, paid, amount), "goods")
    add_order(draw, draft, row, paid)


def pay_in_points(draw: Draw, draft: Draft, order: tuple[str, Minute, Decimal], pays: str) -> Row:
    """Pay nothing, the least or most allowed, one unit beyond, or some in points; often they are credited before."""
    member, when, amount = order
    rules = draft.spends(pays)
    needed = bool(rules) and all(rule.get("share_min", 0) > 0 for rule in rules)
    if not rules or draw(st.integers(0, 9)) > (8 if needed else 3):
        return {} if draw(st.integers(0, 19)) < 19 else {"points_paid": "0.0001", "points_kind": "spare_points"}
    rule = draw(st.sampled_from(rules))
    least = -(-amount * Decimal(rule.get("share_min", 0)) // UNIT) * UNIT
    most = amount * Decimal(rule.get("share_max", 1)) // UNIT * UNIT
    edges = st.sampled_from([least, least, most, most, most, (least + most) // 2, most + UNIT, least - UNIT])
    paid = min(amount, max(UNIT, draw(edges).quantize(UNIT)))
    if draw(st.integers(0, 4)) < 4:
        credit = {"action": "adjust", "party": member, "points": rule["kind"], "amount": str(paid)}
        draft.book["actions"].append(
            full(credit, max(draft.joined[member], when - draw(st.sampled_from([1, 1, 1, 0]))))
        )
    kind = "" if rule is rules[0] and draw(st.booleans()) else str(rule["kind"])
    return {"points_paid": str(paid), "points_kind": kind}


def add_refund(draw: Draw, draft: Draft, code: str) -> None:
    """Refund the rest of an order, half of it, a device of it, or any part."""
    left = draft.unrefunded[code]
    if left == 0:
        return
    when = max(draft.counted[code], draft.counted[code] + draw(st.integers(-1, 40)) * DAY)
    half = max(left // 2 // FEN * FEN, FEN)
    device = min(left, Decimal(draft.grant["price"]))
    some = st.integers(1, int(left / FEN)).map(lambda fen: fen * FEN)
    part = draw(st.one_of(st.just(left), st.just(half), st.just(device), some)).quantize(FEN)
    draft.unrefunded[code] = left - part
    row = {"order": code, "refunded_at": written(when), "amount": str(part)}
    draft.book["refunds"].append(row)
    if draw(st.booleans()):
        buyer = draft.buyer[code]
        above = next(row["referrer"] for row in draft.book["members"] if row["member"] == buyer) or buyer
        for member in [*draw(st.lists(st.sampled_from([above, *draft.members]), max_size=2)), buyer]:
            spend_nearly_all(draw, draft, member, when - 1)


def spend_nearly_all(draw: Draw, draft: Draft, member: str, when: Minute) -> None:
    """Convert or withdraw ever smaller amounts; what is too much is refused, so next to nothing stays free."""
    for kind in draw(st.lists(st.sampled_from(SPENT), min_size=1, max_size=4)):
        into = dict(PAIRS).get(kind, "") if draw(st.booleans()) else ""
        for halvings in range(14):
            row = {"action": "convert" if into else "withdraw", "party": member, "to": into, "points": kind}
            row["amount"] = str((Decimal(102_400) / 2**halvings).quantize(UNIT))
            draft.book["actions"].append(full(row, max(when, draft.joined[member])))


def full(row: Row, when: Minute) -> Row:
    """Return an action's row with all columns."""
    return {"at": written(when), "to": "", "points": "", "amount": "", **row}


def add_row(draw: Draw, draft: Draft, row: Row, least: Minute) -> None:
    """Add an action soon after the least moment, or some day."""
    soon = draw(st.integers(0, 3)) < 3
    draft.book["actions"].append(full(row, least if soon else minutes(draw, draft, least)))


def add_action(draw: Draw, draft: Draft) -> None:
    """Add an action of a member, or of an operator."""
    party = draw(st.sampled_from(draft.members))
    action = draw(st.sampled_from(MOVING + OTHERS))
    row = {"action": action, "party": party}
    least = draft.joined[party]
    if action in MOVING:
        row["points"] = draw(kinds_of(action))
        row["amount"] = draw(amounts())
    if action == "adjust":
        row["amount"] = draw(st.sampled_from(["", "", "-"])) + row["amount"]
    if action == "convert":
        row["points"], row["to"] = draw(st.sampled_from([*PAIRS, *PAIRS, ("mall_points", "ticket")]))
    if action in {"member_transfer", "move_referrer"}:
        row["to"] = draw(st.sampled_from(draft.members + ([""] if action == "move_referrer" else [])))
        least = max(least, draft.joined.get(row["to"], 0))
    draft.book["actions"].append(full(row, minutes(draw, draft, least)))


def trade_tickets(draw: Draw, draft: Draft, member: str) -> None:
    """Convert into tickets, buy some outside, let frozen ones go, and send free ones to the exchange."""
    when = minutes(draw, draft, draft.joined[member])
    steps = [("adjust", "sales_points", "", "40"), ("convert", "sales_points", "ticket", "40")]
    steps += [("exchange_buy", "ticket", "", draw(st.sampled_from(["20", "30.0001", "100"])))]
    for _ in range(draw(st.integers(1, 4))):
        action = draw(st.sampled_from(["release_tickets", "release_tickets", "to_exchange"]))
        steps.append((action, "ticket", "", draw(st.sampled_from(["10", "15", "4.99", "0.0001", "25"]))))
    for action, kind, to, amount in steps:
        row = {"action": action, "party": member, "points": kind, "to": to, "amount": amount}
        draft.book["actions"].append(full(row, when))


def kinds_of(action: str) -> st.SearchStrategy[str]:
    """Return mostly the kind that the action is about."""
    about = {"top_up": "lease_credit", "return_top_up": "lease_credit"}
    about |= dict.fromkeys(("exchange_buy", "release_tickets", "to_exchange"), "ticket")
    paid = ["lease_income", "lease_income", "sales_points", "referral_points", "mall_points"]
    often = st.just(about[action]) if action in about else st.sampled_from(paid)
    return st.one_of(often, often, often, st.sampled_from(KINDS))


def amounts() -> st.SearchStrategy[str]:
    """Return amounts of the size of a month's release, and very small ones."""
    units = st.one_of(st.integers(1, 30_000_000), st.integers(1, 2_000_000), st.integers(1, 200))
    return units.map(lambda count: str(count * UNIT))


# Declared values


VALUES = {
    "monthly_rate": ["0.05", "0.1", "0.07", "0.333333333", "0"],
    "daily_amount": ["10", "0", "12.34", "20"],
    "daily_seed": ["1", "987654321012345678", "42"],
    "parking_revenue": ["10000", "123456.78", "0.01"],
    "ranking_prize": ["500", "0.01", "1000"],
    "ticket_price": ["1", "0.5", "3.37", "0.0333"],
}


def declare(draw: Draw, draft: Draft) -> None:
    """Declare values for days, months and for ever; no two of a name begin at the same moment."""
    for name, values in VALUES.items():
        starts = draw(st.lists(st.sampled_from([*ENDS, 10, 20]), max_size=3, unique=True))
        for day in starts:
            clock = draw(st.sampled_from([0, 0, 10 * 60]))
            row = {
                "name": name,
                "from": str(FIRST_DAY + timedelta(days=day)) if clock == 0 else written(day * DAY + clock),
                "to": draw(ends(day, clock)),
                "value": draw(st.sampled_from(values)),
            }
            draft.book["declared"].append(row)


@st.composite
def ends(draw: Draw, day: int, clock: Minute) -> str:
    """Return no end, a day, or a moment after the beginning."""
    form = draw(st.sampled_from(["never", "never", "day", "moment"]))
    if form == "never":
        return ""
    later = day + draw(st.sampled_from([0, 1, 30]))
    if form == "day":
        return str(FIRST_DAY + timedelta(days=later))
    return written(later * DAY + clock + draw(st.sampled_from([1, 60, DAY])))
