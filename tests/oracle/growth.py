"""The growth programme, computed the way one would by hand: fact after fact, day after day (S1)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.close import rank_table
from tests.oracle.facts import apply_member
from tests.oracle.growth_actions import apply_action
from tests.oracle.growth_close import close_day
from tests.oracle.growth_facts import apply_order, apply_store
from tests.oracle.growth_pool import check_pool
from tests.oracle.growth_refunds import apply_refund
from tests.oracle.growth_state import GrowthState, begin
from tests.oracle.state import FEN_PER_CNY, EntryKey, Programme, Row, floor

Book = dict[str, list[Row]]
TABLES = ("members", "stores", "orders", "refunds", "actions")  # at equal times they are applied in this order
TIMES = {"members": "joined_at", "stores": "joined_at", "refunds": "refunded_at", "actions": "at"}
NEVER_LOWERS = ("sell", "inject")


@dataclass
class Result:
    """What a run ends with; amounts are whole minor units of their kind."""

    entries: Counter[EntryKey]
    balances: dict[tuple[str, str], tuple[int, int]]
    blocked: dict[tuple[str, str, str], int]
    refused: set[tuple[str, str]]
    debts: dict[tuple[str, str], tuple[int, int]]
    ranks: dict[str, tuple[str, str]]
    reported: dict[tuple[str, str, str, str], int]
    pools: dict[str, tuple[int, int, str]]
    exits: set[tuple[str, str, str, int, int, str, int]]


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


def settle_book(document: dict[str, Any], book: Book, until: date) -> Result:
    """Run the book up to the close of `until`."""
    state = begin(Programme(document), book.get("declared", []))
    for day, facts in days(state.programme, book, until):
        for fact in facts:
            apply_fact(state, fact)
        close_day(state, day)
        check_pool(state)
    return result_of(state)


def days(programme: Programme, book: Book, until: date) -> list[tuple[date, list[Fact]]]:
    """Return every day from the first fact to `until`, with its facts in the order they are applied."""
    facts = sorted(facts_of(programme, book), key=lambda fact: fact.place)
    if not facts:
        return []
    first = facts[0].moment.date()
    calendar = [first + timedelta(days=passed) for passed in range((until - first).days + 1)]
    return [(day, [fact for fact in facts if fact.moment.date() == day]) for day in calendar]


def facts_of(programme: Programme, book: Book) -> list[Fact]:
    return [
        Fact(programme.moment(moment_text(table, row)), table, number, row)
        for table in TABLES
        for number, row in enumerate(book.get(table, []), start=1)
    ]


def moment_text(table: str, row: Row) -> str:
    return (row.get("confirmed_at") or row["paid_at"]) if table == "orders" else row[TIMES[table]]


def apply_fact(state: GrowthState, fact: Fact) -> None:
    """Apply one fact; orders, sales and injections never lower the price (S1-06, S1-08)."""
    day, price = fact.moment.date(), state.pool.price
    state.moment = fact.moment
    if fact.table == "members":
        apply_member(state, fact.row)
    elif fact.table == "stores":
        apply_store(state, fact.row)
    elif fact.table == "orders":
        apply_order(state, fact.row, day)
    elif fact.table == "refunds":
        apply_refund(state, fact.row, day)
    else:
        apply_action(state, fact.row, fact.number, fact.moment)
    if fact.table == "orders" or fact.row.get("action") in NEVER_LOWERS:
        assert price <= state.pool.price, f"{fact.row}: the price falls"
    check_pool(state)


def result_of(state: GrowthState) -> Result:
    accounts = {(party, kind) for party, kind, _ in state.balances}
    balances = {account: (state.balances[*account, "free"], state.balances[*account, "locked"]) for account in accounts}
    debts = {
        account: (state.owed[account], state.written_off[account]) for account in {*state.owed, *state.written_off}
    }
    table = rank_table(state)
    return Result(
        entries=Counter({key: amount for key, amount in state.entries.items() if amount}),
        balances={account: amounts for account, amounts in balances.items() if any(amounts)},
        blocked={key: amount for key, amount in state.blocked.items() if amount},
        refused=state.refused,
        debts={account: amounts for account, amounts in debts.items() if any(amounts)},
        ranks={member: (table[rank]["name"], str(state.ranked_since[member])) for member, rank in state.ranks.items()},
        reported={key: amount for key, amount in state.reported.items() if amount},
        pools={day: (held, supply, price_text(state, price)) for day, (held, supply, price) in state.pool_rows.items()}
        if state.pool_rule is not None
        else {},
        exits={
            (row.day, row.key, row.member, row.points, row.paid, price_text(state, row.price), row.consumption)
            for row in state.exit_rows
        },
    )


def price_text(state: GrowthState, price: Fraction) -> str:
    """Return a price in CNY for one point, with 12 places, floored."""
    whole = floor(price * state.programme.unit(state.value_kind) / FEN_PER_CNY * 10**12)
    return f"{whole // 10**12}.{whole % 10**12:012}"
