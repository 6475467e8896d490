"""Strategies that make small books of stores, orders, sales of points and refunds over a few days."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.oracle.growth_filling import fill_book
from tests.oracle.growth_programmes import Draw, programmes

Row = dict[str, str]
Book = dict[str, list[Row]]
Minute = int  # since the beginning of the first day

FIRST_DAY = date(2026, 3, 27)  # a Friday; the month ends on the Tuesday after
FEN = Decimal("0.01")
DAY = 24 * 60
CLOCKS = [0, 9 * 60, 9 * 60, 10 * 60, 15 * 60, 23 * 60 + 59]  # few, so that times are often equal
AMOUNTS = [1, 2, 10, 99, 100, 10_000, 10_000, 100_000, 100_000, 123_456, 999_999, 5_000_000, 10**13]
PRODUCTS = ["", "", "", "", "card", "card", "sourced", "sourced", "tea"]
REGIONS = ["320508", "320508", "320505", "320500", "320000", "110101", "110000"]
RATES = ["", "", "", "0.1", "0.3", "0.025", "0", "1"]
SHARES = ["5", "4", "49.5", "100", "33.33", "0.01", "60"]
WISHES = ["@all", "@all", "@all", "@half", "@almost", "@almost", "@over", "0.01", "1", "55.5"]
INJECTIONS = ["@all", "@all", "@almost", "@tenfold", "0.01", "1000", "77.77"]
ACTIONS = ["sell"] * 6 + ["inject"] * 4 + ["subsidise"] * 2 + ["member_transfer"] * 3 + ["withdraw"] * 2
ACTIONS += ["buy_shares"] * 3 + ["give_up_shares", "return_territory", "card_return", "freeze", "unfreeze", "adjust"]
ACTIONS += ["assign_territory"] * 3 + ["move_referrer"] * 2 + ["card_grant"] * 2
UNDOES = {"give_up_shares": "buy_shares", "return_territory": "assign_territory"}
KINDS = ["money", "value_points", "shopping_points", "subsidy"]


@dataclass
class Draft:
    """A book that grows, with what its rows need to know of each other."""

    document: dict[str, Any]
    days: int
    book: Book = field(default_factory=dict)
    joined: dict[str, Minute] = field(default_factory=dict)
    opened: dict[str, Minute] = field(default_factory=dict)
    counted: dict[str, Minute] = field(default_factory=dict)
    unrefunded: dict[str, Decimal] = field(default_factory=dict)
    buyer: dict[str, str] = field(default_factory=dict)

    @property
    def members(self) -> list[str]:
        return list(self.joined)

    @property
    def stores(self) -> list[str]:
        return list(self.opened)


@st.composite
def books(draw: Draw) -> tuple[str, Book, date]:
    """Return the text of a programme, a valid book, and the last day to settle."""
    text = draw(programmes())
    draft = Draft(tomllib.loads(text, parse_float=Decimal), draw(st.sampled_from([4, 2, 5, 9, 0])))
    draft.book = {"members": [], "stores": [], "orders": [], "refunds": [], "actions": []}
    add_members(draw, draft)
    add_stores(draw, draft)
    for _ in range(draw(st.integers(2, 20))):
        add_order(draw, draft, draw(st.sampled_from(draft.members)))
    for _ in range(draw(st.sampled_from([3, 0, 1, 6]))):
        add_refund(draw, draft, draw(st.sampled_from(sorted(draft.counted))))
    for _ in range(draw(st.integers(0, 25))):
        add_action(draw, draft)
    for table in ("members", "stores"):
        if draw(st.booleans()):
            draft.book[table] = draw(st.permutations(draft.book[table]))
    until = FIRST_DAY + timedelta(days=draft.days)
    fill_book(draft.document, draft.book, until)
    return text, draft.book, until


# Times


def minutes(draw: Draw, draft: Draft, least: Minute = 0) -> Minute:
    """Return a moment not before the least."""
    day: int = draw(st.integers(0, draft.days))
    clock: Minute = draw(st.sampled_from(CLOCKS))
    return max(least, day * DAY + clock)


def written(minute: Minute) -> str:
    return (datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(minutes=minute)).isoformat()


# Rows


def add_members(draw: Draw, draft: Draft) -> None:
    """Add members in a chain, a star, pairs below each, or anyhow."""
    shape = draw(st.sampled_from(["chain", "star", "pairs", "pairs", "mixed"]))
    names = [f"M{number}" for number in range(draw(st.integers(5, 12)))]
    last = 0
    for number, name in enumerate(names):
        if draw(st.integers(0, 8)) == 8:
            last += draw(st.integers(1, DAY))
        places = {"chain": number - 1, "star": 0, "pairs": (number - 1) // 2}
        place = places[shape] if shape in places else draw(st.integers(-1, number - 1))
        referrer = names[place] if number and place >= 0 else ""
        draft.joined[name] = last
        draft.book["members"].append({"member": name, "referrer": referrer, "joined_at": written(last)})


def add_stores(draw: Draw, draft: Draft) -> None:
    """Add stores with or without owner, referrer, region and a rate of their own."""
    for number in range(draw(st.integers(0, 4))):
        row = {"store": f"S{number}", "rate": draw(st.sampled_from(RATES))}
        row["region"] = draw(st.sampled_from(["", *REGIONS]))
        least = 0
        for column in ("owner", "referrer"):
            row[column] = draw(st.sampled_from(["", *draft.members, *draft.members]))
            least = max(least, draft.joined.get(row[column], 0))
        opened = least if draw(st.integers(0, 3)) else least + draw(st.integers(0, 600))
        draft.opened[row["store"]] = opened
        draft.book["stores"].append({**row, "joined_at": written(opened)})


def add_order(draw: Draw, draft: Draft, member: str) -> None:
    """Add an order, at a store or not, paid in points in part or not."""
    code = f"O{len(draft.book['orders']) + 1}"
    store = draw(st.sampled_from(["", *draft.stores, *draft.stores, *draft.stores]))
    least = max(draft.joined[member], draft.opened.get(store, 0))
    counted = max(least, draw(st.integers(0, draft.days // 2)) * DAY + draw(st.sampled_from(CLOCKS)))
    amount = draw(st.one_of(st.sampled_from(AMOUNTS), st.integers(1, 300_000))) * FEN
    row = {"order": code, "member": member, "paid_at": written(counted), "amount": str(amount), "store": store}
    if draw(st.integers(0, 7)) == 7:
        counted = minutes(draw, draft, counted)
        row["confirmed_at"] = written(counted)
    row["product"] = draw(st.sampled_from(PRODUCTS))
    row["region"] = draw(st.sampled_from(["", "", "", *REGIONS]))
    row |= pay_in_points(draw, draft, (member, counted, amount), row["product"])
    draft.book["orders"].append(row)
    draft.counted[code], draft.buyer[code], draft.unrefunded[code] = counted, member, amount


def pay_in_points(draw: Draw, draft: Draft, order: tuple[str, Minute, Decimal], product: str) -> Row:
    """Pay nothing, the most allowed or what there is in points; often they are credited before."""
    if draw(st.integers(0, 9)) > (7 if product == "sourced" else 3):
        return {"points_paid": "", "points_kind": ""}
    member, when, amount = order
    usual = "shopping_points" if product == "sourced" else draw(st.sampled_from(["subsidy", "subsidy", "money"]))
    kind = usual if draw(st.integers(0, 19)) else draw(st.sampled_from(["money", "shopping_points", "subsidy"]))
    shares = {one["kind"]: one["share_max"] for one in draft.document["on_order"] if one["use"] == "spend"}
    most = amount * Decimal(shares.get(kind, 1)) // FEN * FEN
    paid = draw(st.sampled_from([str(most), str(most), str(min(amount, most + FEN)), "@all", "@half"]))
    if not paid.startswith("@") and draw(st.integers(0, 4)):
        names = {"subsidy": "subsidise", "shopping_points": "card_grant", "money": "adjust"}
        row = {"action": names[kind], "party": member, "points": kind, "amount": str(max(FEN, most))}
        add_row(draft, row, max(draft.joined[member], when - draw(st.sampled_from([1, 1, 1, 0]))))
    return {"points_paid": paid, "points_kind": kind}


def add_refund(draw: Draw, draft: Draft, code: str) -> None:
    """Refund the rest of an order, half of it, a fen, or any part; often others have spent what they have."""
    left = draft.unrefunded[code]
    if left == 0:
        return
    when = max(
        draft.counted[code], draft.counted[code] + draw(st.integers(-1, 3)) * DAY + draw(st.sampled_from([0, 60]))
    )
    half = max(left // 2 // FEN * FEN, FEN)
    some = st.integers(1, int(left / FEN)).map(lambda fen: fen * FEN)
    part = draw(st.one_of(st.just(left), st.just(left), st.just(half), st.just(FEN), some)).quantize(FEN)
    draft.unrefunded[code] = left - part
    draft.book["refunds"].append({"order": code, "refunded_at": written(when), "amount": str(part)})
    if draw(st.booleans()):
        buyer = draft.buyer[code]
        above = next(row["referrer"] for row in draft.book["members"] if row["member"] == buyer) or buyer
        for member in sorted({above, buyer, *draw(st.lists(st.sampled_from(draft.members), max_size=2))}):
            spend_nearly_all(draw, draft, member, when - 1)


def spend_nearly_all(draw: Draw, draft: Draft, member: str, when: Minute) -> None:
    """Sell, withdraw, or give back all or half of what there is."""
    for action, kind in (("sell", "value_points"), ("withdraw", "money"), ("card_return", "shopping_points")):
        if draw(st.booleans()):
            row = {
                "action": action,
                "party": member,
                "points": kind,
                "amount": draw(st.sampled_from(["@all", "@half"])),
            }
            add_row(draft, row, max(when, draft.joined[member]))


def add_row(draft: Draft, row: Row, when: Minute) -> None:
    """Add an action's row with all columns."""
    usual = {"at": written(when), "to": "", "points": "", "amount": "", "share": "", "role": ""}
    draft.book["actions"].append({**usual, **row})


def add_action(draw: Draw, draft: Draft) -> None:
    """Add an action of a member, or of an operator."""
    action, party = draw(st.sampled_from(ACTIONS)), draw(st.sampled_from(draft.members))
    least = draft.joined[party]
    row = {"action": action, "party": party}
    if action == "inject":
        row, least = {**row, "party": "programme", "points": "money", "amount": draw(st.sampled_from(INJECTIONS))}, 0
    elif action in {"sell", "member_transfer"}:
        code = draw(st.sampled_from(sorted(draft.counted)))
        row["party"], least = draft.buyer[code], draft.counted[code]
    elif action in UNDOES:
        done = [one for one in draft.book["actions"] if one["action"] == UNDOES[action]]
        if done:
            one = draw(st.sampled_from(done))
            row["party"], row["to"] = one["party"], one["to"]
            least = draft.joined[row["party"]]
    if action in {"member_transfer", "move_referrer"}:
        row["to"] = draw(st.sampled_from(draft.members + ([""] if action == "move_referrer" else [])))
        least = max(least, draft.joined.get(row["to"], 0))
    if action in {"assign_territory", "return_territory"}:
        row["to"] = row.get("to") or draw(st.sampled_from(REGIONS))
    if action in {"buy_shares", "give_up_shares"}:
        if not draft.stores:
            return
        row["to"] = row.get("to") or draw(st.sampled_from(draft.stores))
        least = max(least, draft.opened[row["to"]])
    add_row(draft, row | moved(draw, action), minutes(draw, draft, least))


def moved(draw: Draw, action: str) -> Row:
    """Return what the action moves, mostly in the kind that it is about."""
    if action in {"assign_territory", "buy_shares"}:
        row = {"points": "money", "amount": draw(st.sampled_from(["", "500", "49800"]))}
        if action == "buy_shares":
            row["amount"] = row["amount"] or "0.01"
            row |= {"share": draw(st.sampled_from(SHARES)), "role": draw(st.sampled_from(["", "", "initiator"]))}
        return row
    about = {"sell": "value_points", "subsidise": "subsidy", "withdraw": "money"}
    about |= {"card_grant": "shopping_points", "card_return": "shopping_points"}
    if action == "member_transfer":
        kind = draw(st.sampled_from(["value_points", "value_points", *KINDS]))
        return {"points": kind, "amount": draw(st.sampled_from(WISHES))}
    if action == "adjust":
        return {"points": draw(st.sampled_from(KINDS)), "amount": draw(st.sampled_from(["100", "-1", "0.01", "-0.01"]))}
    if action not in about:
        return {}
    kind = about[action] if draw(st.integers(0, 19)) else draw(st.sampled_from(KINDS))
    return {"points": kind, "amount": draw(st.sampled_from(WISHES))}
