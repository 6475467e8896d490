"""The alliance programme, computed the way one would by hand: fact after fact, every day's end noted (S3)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.oracle.alliance_actions import apply_action
from tests.oracle.alliance_facts import apply_order, join_member, join_store
from tests.oracle.alliance_refunds import apply_refund
from tests.oracle.alliance_state import AllianceState, Period, Posted, begin
from tests.oracle.state import Programme, Row

Book = dict[str, list[Row]]
TABLES = ("members", "stores", "orders", "refunds", "actions")  # at equal times they are applied in this order
TIMES = {"members": "joined_at", "stores": "joined_at", "refunds": "refunded_at", "actions": "at"}


@dataclass
class DayEnd:
    """What a day did, and what stands at its end; amounts are whole minor units of their kind."""

    day: date
    posted: list[Posted]
    refused: list[tuple[str, str]]
    blocked: Counter[tuple[str, str, str, str]]  # by fact, party, rule and kind
    periods: list[Period]
    balances: dict[tuple[str, str, str], int]  # of members, stores and the programme, by kind and state
    debts: dict[str, tuple[int, int]]  # by member: owed, and written off so far
    owed: dict[str, list[tuple[str, int]]]  # by store: the orders for which it owes points, oldest first
    credit: dict[str, int]
    settled: dict[str, date]
    shareholders: set[str] = field(default_factory=set)
    frozen: set[str] = field(default_factory=set)
    given: dict[str, tuple[int, list[tuple[int, str, int]]]] = field(default_factory=dict)  # by order: grant, rebates


@dataclass
class Fact:
    """A row of a table, at the moment it counts; `number` is its row, the first is 1."""

    moment: datetime
    table: str
    number: int
    row: Row

    @property
    def place(self) -> tuple[datetime, int, int]:
        return self.moment, TABLES.index(self.table), self.number


def settle_book(document: dict[str, Any], book: Book, until: date) -> list[DayEnd]:
    """Run the book up to the close of `until`; return every day's end."""
    return run_book(document, book, until)[1]


def run_book(document: dict[str, Any], book: Book, until: date) -> tuple[AllianceState, list[DayEnd]]:
    """Run the book up to the close of `until`; return what is remembered then, and every day's end."""
    state, ends = begin(Programme(document), book.get("declared", [])), []
    for day, facts in days(state.programme, book, until):
        for fact in facts:
            apply_fact(state, fact)
        ends.append(close_day(state, day))
    return state, ends


def days(programme: Programme, book: Book, until: date) -> list[tuple[date, list[Fact]]]:
    """Return every day from the first fact to `until`, with its facts in the order they are applied."""
    by_day: dict[date, list[Fact]] = {}
    for fact in sorted(facts_of(programme, book), key=lambda fact: fact.place):
        by_day.setdefault(fact.moment.date(), []).append(fact)
    if not by_day:
        return []
    first = min(by_day)
    calendar = [first + timedelta(days=passed) for passed in range((until - first).days + 1)]
    return [(day, by_day.get(day, [])) for day in calendar]


def facts_of(programme: Programme, book: Book) -> list[Fact]:
    return [
        Fact(moment_of(programme, table, row), table, number, row)
        for table in TABLES
        for number, row in enumerate(book.get(table, []), start=1)
    ]


def moment_of(programme: Programme, table: str, row: Row) -> datetime:
    return programme.moment((row.get("confirmed_at") or row["paid_at"]) if table == "orders" else row[TIMES[table]])


def apply_fact(state: AllianceState, fact: Fact) -> None:
    day = fact.moment.date()
    if fact.table == "members":
        join_member(state, fact.row)
    elif fact.table == "stores":
        join_store(state, fact.row, day)
    elif fact.table == "orders":
        apply_order(state, fact.row, day)
    elif fact.table == "refunds":
        apply_refund(state, fact.row, day)
    else:
        apply_action(state, fact.row, fact.number, day)


def close_day(state: AllianceState, day: date) -> DayEnd:
    """Pay debts with what has become free, and note what the day has left."""
    state.pay_debts(day, f"{state.programme.code}/{day}", state.members)
    check(state)
    kind = state.lot_kind
    debts = {member: (state.owed[member, kind], state.written_off[member, kind]) for member in state.members}
    end = DayEnd(
        day,
        posted=state.posted,
        refused=state.refusals,
        blocked=Counter({key: amount for key, amount in state.cuts.items() if amount}),
        periods=state.closed,
        balances={account: amount for account, amount in state.balances.items() if amount},
        debts={member: amounts for member, amounts in debts.items() if any(amounts)},
        owed={store.code: list(store.owed.items()) for store in state.stores.values() if store.owed},
        credit={store.code: store.credit for store in state.stores.values() if store.credit},
        settled={store.code: store.settled_until for store in state.stores.values() if store.periods},
        shareholders=set(state.shareholders),
        frozen=set(state.frozen),
        given=given_for(state),
    )
    state.posted, state.refusals, state.cuts, state.closed = [], [], Counter(), []
    return end


def given_for(state: AllianceState) -> dict[str, tuple[int, list[tuple[int, str, int]]]]:
    """Return what each sale has given to its buyer, owed points included, and to shareholders."""
    rebates = {
        order.code: [(rebate.level, rebate.receiver, rebate.amount) for rebate in order.rebates] for order in state.sold
    }
    return {order.code: (order.grant, rebates[order.code]) for order in state.sold if order.grant or order.rebates}


def check(state: AllianceState) -> None:
    """Issued = branches + stores + members + redeemed (S3-D1), and nobody has less than he may."""
    for kind in state.kinds:
        held = {party: 0 for party, of, _ in state.balances if of == kind}
        for (party, of, _), amount in state.balances.items():
            if of == kind:
                held[party] += amount
        source = held.pop("programme:issued", 0) + held.pop("programme:unfunded", 0)
        assert -source == sum(held.values()), f"points of kind {kind} are lost"
    for (party, kind, _), amount in state.balances.items():
        assert party not in state.referrer or amount >= 0, f"{party} has less than nothing"
        if party.startswith("store:"):
            assert amount >= -state.stores[party.removeprefix("store:")].credit, f"{party} has less than its credit"
            assert kind == state.lot_kind
