"""Makes small random books of branches, stores, cards, sales, refunds and periods (S3)."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.oracle.alliance_filling import fill_book
from tests.oracle.alliance_programmes import random_programme

Row = dict[str, str]
Book = dict[str, list[Row]]
Minute = int  # since the beginning of the first day

FIRST_DAYS = [date(2024, 2, 27), date(2025, 2, 27), date(2026, 12, 30)]
DAY = 24 * 60
CLOCKS = [0, 9 * 60, 9 * 60, 10 * 60, 15 * 60, 23 * 60 + 59]  # few, so that times are often equal
SPAN = [4, 6, 8, 12, 1]
RATIOS = ["0.4", "0.5", "1", "0.333333333", "9.999999999", "0.000000001", "0", ""]
STORE_RATES = ["", "", "0.03", "0.1", "0.333333333", "0"]
AMOUNTS = ["500", "200", "100", "1", "0.01", "99.99", "123.45", "1000", "3333.33", "@all", "@all", "@over", "@half"]
POINTS = ["100", "50", "1000", "0.01", "0.99", "10000", "@all", "@over", "@almost"]
FIRST_POINTS = ["0.01", "100", "500", "1000", "1000", "10000", "10000", "99999"]
WISHES = ["@all", "@half", "@almost", "@over", "0.01", "5"]
ACTIONS = ["buy_points"] * 8 + ["grant_points"] * 4 + ["hand_out"] * 4 + ["give_points"] * 4 + ["set_credit"] * 3
ACTIONS += ["pay_owed"] * 3 + ["settle_period"] * 3 + ["become_shareholder"] * 5 + ["leave_shareholders"]
ACTIONS += ["open_balance", "open_float", "top_up", "top_up", "return_top_up", "adjust", "adjust", "adjust"]
ACTIONS += ["withdraw", "hold_withdrawal", "pay_withdrawal", "return_withdrawal", "freeze", "unfreeze"]
ACTIONS += ["move_referrer", "move_referrer", "member_transfer"]
OF_STORES = {"buy_points", "grant_points", "hand_out", "set_credit", "settle_period", "open_float"}
OF_MEMBERS = {"become_shareholder", "leave_shareholders", "freeze", "unfreeze"}


@dataclass
class Draft:
    """A book that grows, with what its rows need to know of each other."""

    document: dict[str, Any]
    first: date
    span: int  # days
    book: Book = field(default_factory=dict)
    joined: dict[str, Minute] = field(default_factory=dict)
    opened: dict[str, Minute] = field(default_factory=dict)
    counted: dict[str, Minute] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    buyer: dict[str, str] = field(default_factory=dict)

    @property
    def members(self) -> list[str]:
        return list(self.joined)

    @property
    def stores(self) -> list[str]:
        return list(self.opened)

    @property
    def kinds(self) -> list[str]:
        return list(self.document["points"])

    def written(self, minute: Minute) -> str:
        return (datetime.combine(self.first, datetime.min.time()) + timedelta(minutes=minute)).isoformat()

    def columns_of(self, store: str) -> Row:
        return next(row for row in self.book["stores"] if row["store"] == store)


def random_book(chance: Random) -> tuple[str, Book, date]:
    """Return the text of a programme, a valid book of a few days, and the last day to settle."""
    text = random_programme(chance)
    draft = Draft(tomllib.loads(text, parse_float=Decimal), chance.choice(FIRST_DAYS), chance.choice(SPAN))
    draft.book = {name: [] for name in ("members", "stores", "orders", "refunds", "actions")}
    add_people_and_stores(chance, draft)
    add_trade(chance, draft)
    add_deeds(chance, draft)
    for table in ("members", "stores"):
        if chance.random() < 0.5:
            draft.book[table] = chance.sample(draft.book[table], len(draft.book[table]))
    until = draft.first + timedelta(days=draft.span)
    fill_book(draft.document, draft.book, until)
    return text, draft.book, until


def add_trade(chance: Random, draft: Draft) -> None:
    """Let stores get points, sell and take back, and members redeem."""
    for store in draft.stores:
        add_first_points(chance, draft, store)
    customers = chance.sample(draft.members, chance.randint(1, 3))
    for _ in range(chance.randint(1, 14)):
        add_sale(chance, draft, chance.choice([*customers * 2, *draft.members]))
    for _ in range(chance.choice([1, 0, 2])):
        add_redemption(chance, draft)
    for _ in range(chance.choice([4, 3, 0, 8])):
        add_refund(chance, draft)


def add_deeds(chance: Random, draft: Draft) -> None:
    """Let stores pay what they owe, settle their periods, and everybody do anything."""
    for _ in range(chance.choice([1, 0, 2, 3])):
        pay_later(chance, draft)
    for _ in range(chance.choice([1, 0, 2])):
        add_periods(chance, draft)
    if chance.random() < 0.5:
        add_move(chance, draft)
    for _ in range(chance.randint(0, 16)):
        add_action(chance, draft)


def minutes(chance: Random, draft: Draft, least: Minute = 0) -> Minute:
    """Return a moment not before the least."""
    day: int = chance.randint(0, draft.span)
    return max(least, day * DAY + int(chance.choice(CLOCKS)))


def early(chance: Random, draft: Draft, least: Minute = 0) -> Minute:
    """Return a moment in the first half."""
    day: int = chance.randint(0, draft.span // 2)
    return max(least, day * DAY + int(chance.choice(CLOCKS)))


# Who takes part


def add_people_and_stores(chance: Random, draft: Draft) -> None:
    """Add a few members, then branches and stores, then those whom these registered."""
    add_member(chance, draft)
    add_member(chance, draft)
    for number in range(chance.choice([1, 1, 2, 0])):
        add_store(chance, draft, f"B{number}", "branch")
    for number in range(chance.randint(1, 4)):
        add_store(chance, draft, f"S{number}", "store")
    for _ in range(chance.randint(2, 6)):
        add_member(chance, draft)


def add_member(chance: Random, draft: Draft) -> None:
    """Add a member below somebody who is there already, mostly registered by a store."""
    name, referrer = f"M{len(draft.joined)}", chance.choice(["", *draft.members, *draft.members[-1:]])
    home = chance.choice(["", *draft.stores, *draft.stores])
    least = max(draft.joined.get(referrer, 0), draft.opened.get(home, 0))
    draft.joined[name] = least if chance.randint(0, 4) or not draft.joined else early(chance, draft, least)
    draft.home[name] = home
    row = {"member": name, "referrer": referrer, "home_store": home, "joined_at": draft.written(draft.joined[name])}
    draft.book["members"].append(row)


def add_store(chance: Random, draft: Draft, code: str, kind: str) -> None:
    """Add a store of a branch or a direct one, or a branch; mostly a shareholder brought it."""
    branches = [name for name in draft.stores if name[0] == "B"]
    row = {"store": code, "type": kind, "branch": chance.choice(["", *branches, *branches]) if kind == "store" else ""}
    row |= {"referrer": chance.choice(["", *draft.members * 2]), "owner": chance.choice(["", *draft.members])}
    row |= {"ratio": chance.choice([*RATIOS[:5] * 3, *RATIOS]), "rate": chance.choice(STORE_RATES)}
    who = (row["referrer"], row["owner"])
    least = max([draft.opened.get(row["branch"], 0), *(draft.joined.get(name, 0) for name in who)])
    draft.opened[code] = least if chance.randint(0, 4) else early(chance, draft, least)
    draft.book["stores"].append({**row, "joined_at": draft.written(draft.opened[code])})
    if row["referrer"] and chance.random() < 0.5:
        add_row(draft, {"action": "become_shareholder", "party": row["referrer"]}, draft.joined[row["referrer"]])


def add_first_points(chance: Random, draft: Draft, store: str) -> None:
    """Give a store something to begin with, mostly, or a credit line."""
    row = draft.columns_of(store)
    usual = "hand_out" if row["branch"] else "grant_points" if row["type"] == "branch" else "buy_points"
    action = chance.choice([usual, usual, "buy_points", "open_float", "open_float", "set_credit", ""])
    if action:
        amount = chance.choice([*FIRST_POINTS[2:], *(["1000000"] * 9 if row["type"] == "branch" else FIRST_POINTS)])
        row = {"action": action, "store": store, "points": "store_points", "amount": amount}
        add_row(draft, row | {"role": chance.choice(["funded", "unfunded"])}, draft.opened[store])


# What happens


def add_sale(chance: Random, draft: Draft, member: str) -> None:
    """Somebody buys at a store, for cash or with stored value."""
    store = chance.choice(draft.stores)
    when = early(chance, draft, max(draft.opened[store] + chance.choice([2, 2, 0]), draft.joined[member]))
    row = {"amount": chance.choice(AMOUNTS), "store": store, "points_paid": "", "points_kind": ""}
    if chance.randint(0, 7) == 7:
        row["ratio"] = chance.choice([*RATIOS[:-1]])
    way = chance.choice([*["cash"] * 12, *["stored"] * 6, "store_points"])
    if way == "stored":
        amount = "500" if row["amount"][0] == "@" else row["amount"]
        topped = {"action": "top_up", "party": member, "points": "stored_value", "amount": amount}
        add_row(draft, topped, max(draft.joined[member], when - chance.choice([1, 1, 1, 0])))
        row |= {"points_paid": chance.choice(["@all", "@all", "@all", "@half", "@whole", "0.01"])}
        row["points_kind"] = chance.choice(["stored_value", "stored_value", "stored_value", ""])
    elif way == "store_points":
        row |= {"points_paid": chance.choice(["@whole", "@all"]), "points_kind": "store_points"}
    book_order(chance, draft, (member, when), row)


def add_redemption(chance: Random, draft: Draft) -> None:
    """Somebody takes goods of head office's catalogue for points, or tries to."""
    member = chance.choice(draft.members)
    row = {"store": "", "amount": chance.choice(["@all", "@all", "@half", "@half", "@over", "1", "50"])}
    row["points_paid"] = chance.choice([*["@whole"] * 8, "@half", ""])
    row["points_kind"] = chance.choice([*["store_points"] * 6, "", "stored_value"])
    book_order(chance, draft, (member, minutes(chance, draft, draft.joined[member])), row)


def book_order(chance: Random, draft: Draft, of: tuple[str, Minute], row: Row) -> None:
    (member, counted), code = of, f"O{len(draft.book['orders']) + 1}"
    row |= {"order": code, "member": member, "paid_at": draft.written(counted)}
    if chance.randint(0, 9) == 9:
        counted = minutes(chance, draft, counted)
        row["confirmed_at"] = draft.written(counted)
    draft.book["orders"].append(row)
    draft.counted[code], draft.buyer[code] = counted, member


def add_refund(chance: Random, draft: Draft) -> None:
    """Refund a part; often those who have to give something back have lost it."""
    sold = [row["order"] for row in draft.book["orders"] if row["store"] and row["points_kind"] != "store_points"]
    code = chance.choice([*draft.counted, *sold, *sold, *sold])
    when = draft.counted[code] + chance.choice([1, 1, 0, 2, 3, 5]) * DAY + chance.choice([2, 60, 0])
    row = {"order": code, "amount": chance.choice(["@rest", "@rest", "@half", "@third", "0.01", "1.23"])}
    draft.book["refunds"].append({**row, "refunded_at": draft.written(when)})
    for member in [draft.buyer[code], chance.choice(draft.members)][: chance.choice([1, 2, 1, 0])]:
        kind = chance.choice(["store_points", "store_points", draft.kinds[-1]])
        loss = {"action": "adjust", "party": member, "points": kind}
        at = max(when - chance.choice([1, 1, 0]), draft.joined[member])
        add_row(draft, loss | {"amount": chance.choice(["-@all", "-@half", "-@almost"])}, at)
        if chance.random() < 0.5:
            add_credit(chance, draft, member, when)


def add_credit(chance: Random, draft: Draft, member: str, refunded: Minute) -> None:
    """Give somebody points, with which debts are paid: of head office, or of the store that registered him."""
    when = max(refunded + chance.choice([1, DAY]), draft.joined[member])
    row = {"action": chance.choice(["adjust", "open_balance"]), "party": member, "points": "store_points"}
    if draft.home[member] and chance.random() < 0.5:
        store, when = draft.home[member], max(when, draft.opened[draft.home[member]] + 1)
        add_row(draft, {**row, "action": "open_float", "party": "programme", "store": store, "amount": "500"}, when - 1)
        row |= {"action": "give_points", "store": store}
    add_row(draft, row | {"amount": "12.5"}, when)


def add_row(draft: Draft, row: Row, when: Minute) -> None:
    """Add an action's row with all columns."""
    empty = {"party": "programme", "to": "", "points": "", "amount": "", "store": "", "share": "", "until": ""}
    draft.book["actions"].append({"at": draft.written(when), **empty, "role": "", **row})


def pay_later(chance: Random, draft: Draft) -> None:
    """Give a store that sold something points again, after which it pays, or has to be asked."""
    sale = chance.choice([row for row in draft.book["orders"] if row["store"]])
    store, when = sale["store"], draft.counted[sale["order"]] + chance.choice([1, 60, DAY, 2 * DAY])
    usual = "hand_out" if draft.columns_of(store)["branch"] else "buy_points"
    row = {"store": store, "points": "store_points", "role": "funded"}
    amount = chance.choice(["@all", "@all", "@almost", "@over", "1000", "10000"])
    add_row(draft, row | {"action": chance.choice([usual, "buy_points", "open_float"]), "amount": amount}, when)
    party = chance.choice(["programme", "programme", draft.buyer[sale["order"]]])
    add_row(draft, {"action": "pay_owed", "party": party, "store": store}, when + chance.choice([0, 1]))


def add_periods(chance: Random, draft: Draft) -> None:
    """Settle a store two or three times, and now and then up to a day before."""
    store = chance.choice([row["store"] for row in draft.book["orders"] if row["store"]])
    for day in sorted(chance.choices(range(1, draft.span + 1), k=chance.randint(2, 3))):
        when = max(day * DAY + chance.choice(CLOCKS), draft.opened[store])
        until = str(draft.first + timedelta(days=when // DAY - chance.choice([0, 0, 0, 1])))
        share = chance.choice(["", "", "250", "1"])
        add_row(draft, {"action": "settle_period", "store": store, "until": until, "share": share}, when)


def add_move(chance: Random, draft: Draft) -> None:
    """Let another shareholder stand above who brought a store, shortly before it sells or buys."""
    brought = [row for row in draft.book["stores"] if row["referrer"]]
    sales = [row for row in draft.book["orders"] if row["store"] in [one["store"] for one in brought]]
    if not sales:
        return
    sale, to = chance.choice(sales), chance.choice(draft.members)
    party = next(row["referrer"] for row in brought if row["store"] == sale["store"])
    when = draft.counted[sale["order"]]
    least = max(draft.joined[party], draft.joined[to])
    add_row(draft, {"action": "become_shareholder", "party": to}, draft.joined[to])
    add_row(draft, {"action": "move_referrer", "party": party, "to": to}, max(least, when - chance.choice([1, 1, 0])))
    row = {"action": "buy_points", "store": sale["store"], "points": "store_points", "amount": "12345.67"}
    add_row(draft, row, max(least, when + chance.choice([1, 60])))


def add_action(chance: Random, draft: Draft) -> None:
    """Add an action of a member, a store or head office."""
    action, party, store = chance.choice(ACTIONS), chance.choice(draft.members), chance.choice(draft.stores)
    if action in OF_STORES:
        add_deed(chance, draft, action, store)
    elif action == "give_points":
        own = [name for name in draft.members if draft.home[name] == store]
        party = chance.choice([party, *own, *own])
        row = {"action": action, "party": party, "store": store, "points": "store_points"}
        least = max(draft.joined[party], draft.opened[store])
        add_row(draft, row | {"amount": chance.choice(WISHES)}, minutes(chance, draft, least))
    elif action == "pay_owed":
        party = chance.choice(["programme", "programme", party])
        least = max(draft.joined.get(party, 0), draft.opened[store])
        add_row(draft, {"action": action, "party": party, "store": store}, minutes(chance, draft, least))
    else:
        add_deed_of_member(chance, draft, action, party)


def add_deed(chance: Random, draft: Draft, action: str, store: str) -> None:
    """Add what is done about a store; mostly about one for which it may be done."""
    if action in {"grant_points", "hand_out"} and chance.randint(0, 4):
        column = "branch" if action == "hand_out" else "type"
        names = [row["store"] for row in draft.book["stores"] if row[column] not in {"", "store"}]
        store = chance.choice(names) if names else store
    when = minutes(chance, draft, draft.opened[store] + 1)
    row = {"action": action, "store": store}
    if action == "settle_period":
        when = max(when, DAY * chance.choice([1, 2, draft.span]))
        until = max(0, when // DAY + chance.choice([0, 0, 0, 0, 0, -1, -2, 1]))
        row |= {"until": str(draft.first + timedelta(days=until)), "share": chance.choice(["", "250", "10000", "1"])}
        add_row(draft, row, when)
        return
    row |= {"points": "store_points" if chance.randint(0, 19) else draft.kinds[-1], "amount": chance.choice(POINTS)}
    if action == "set_credit":
        row["amount"] = chance.choice(["@all", "@almost", "0", "50", "0.01", "1000", "1000.01"])
    elif action == "hand_out":
        row["amount"] = chance.choice([*WISHES, "50", "100"])
    elif action == "grant_points":
        row["role"] = chance.choice(["funded", "unfunded"])
    add_row(draft, row, when)


def add_deed_of_member(chance: Random, draft: Draft, action: str, party: str) -> None:
    """Add what a member does, or an operator about a member; money leaves those mostly who brought a store."""
    if "withdraw" in action:
        party = chance.choice([party, *(row["referrer"] for row in draft.book["stores"] if row["referrer"])])
    row, least = {"action": action, "party": party}, draft.joined[party]
    if action in {"move_referrer", "member_transfer"}:
        row["to"] = chance.choice([*draft.members, *([""] if action == "move_referrer" else [])])
        least = max(least, draft.joined.get(row["to"], 0))
    if action not in OF_MEMBERS | {"move_referrer"}:
        usual = {"top_up": "stored_value", "return_top_up": "stored_value", "adjust": "store_points"}
        usual |= {"open_balance": "store_points"}
        kind = usual.get(action, draft.kinds[-1])
        row["points"] = kind if chance.randint(0, 4) else chance.choice(draft.kinds)
        row["amount"] = chance.choice(WISHES)
        if action == "adjust":
            row["points"] = chance.choice([row["points"], row["points"], draft.kinds[-1]])
            row["amount"] = chance.choice(["100", "0.01", "-0.01", "-@all", "-@half", "-@over"])
        elif action in {"open_balance", "top_up"}:
            row["amount"] = chance.choice(["1", "100", "0.99", "99", "5000"])
    add_row(draft, row, minutes(chance, draft, least))
