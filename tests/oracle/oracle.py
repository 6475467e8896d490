"""The release programme, computed the way one would by hand: fact after fact, day after day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.close import close_day, legs, rank_table, standing
from tests.oracle.facts import apply_action, apply_member, apply_order
from tests.oracle.refunds import apply_refund
from tests.oracle.state import FEN_PER_CNY, EntryKey, Lot, Programme, Row, State, floor

Book = dict[str, list[Row]]
TABLES = ("members", "orders", "refunds", "actions")  # at equal times they are applied in this order


@dataclass
class Result:
    """What a run ends with; amounts are whole minor units of their kind."""

    entries: Counter[EntryKey]
    balances: dict[tuple[str, str], tuple[int, int]]
    lots: dict[str, tuple[str, str, int, int, int, int, int, str]]
    blocked: dict[tuple[str, str, str], int]
    refused: set[tuple[str, str]]
    debts: dict[tuple[str, str], tuple[int, int]]
    ranks: dict[str, tuple[str, str]]
    volumes: dict[str, tuple[int, int, int, int, int, int]]


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


def settle_book(programme: dict[str, Any], book: Book, until: date) -> Result:
    """Run the book up to the close of `until`."""
    state = begin(programme, book)
    for day, facts in days(state.programme, book, until):
        for fact in facts:
            apply_fact(state, fact)
        close_day(state, day)
    return result_of(state)


def begin(programme: dict[str, Any], book: Book) -> State:
    return State(programme=Programme(programme), declared=book.get("declared", []))


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
    """Return when the row counts; an order counts when it is confirmed, else when it is paid."""
    if table == "orders":
        return row.get("confirmed_at") or row["paid_at"]
    return row[{"members": "joined_at", "refunds": "refunded_at", "actions": "at"}[table]]


def apply_fact(state: State, fact: Fact) -> None:
    day = fact.moment.date()
    if fact.table == "members":
        apply_member(state, fact.row)
    elif fact.table == "orders":
        apply_order(state, fact.row, day)
    elif fact.table == "refunds":
        apply_refund(state, fact.row, day)
    else:
        apply_action(state, fact.row, fact.number, fact.moment)


def result_of(state: State) -> Result:
    accounts = {(party, kind) for party, kind, _ in state.balances}
    balances = {account: (state.balances[*account, "free"], state.balances[*account, "locked"]) for account in accounts}
    debts = {
        account: (state.owed[account], state.written_off[account]) for account in {*state.owed, *state.written_off}
    }
    volumes = {member: volumes_of(state, member) for member in state.members}
    table = rank_table(state)
    return Result(
        entries=Counter({key: amount for key, amount in state.entries.items() if amount}),
        balances={account: amounts for account, amounts in balances.items() if any(amounts)},
        lots={lot.order: lot_row(lot) for lot in state.lots},
        blocked={key: amount for key, amount in state.blocked.items() if amount},
        refused=state.refused,
        debts={account: amounts for account, amounts in debts.items() if any(amounts)},
        ranks={member: (table[rank]["name"], str(state.ranked_since[member])) for member, rank in state.ranks.items()},
        volumes={member: row for member, row in volumes.items() if any(row)},
    )


def lot_row(lot: Lot) -> tuple[str, str, int, int, int, int, int, str]:
    return (
        lot.member,
        str(lot.opened_on),
        lot.granted,
        lot.scheduled,
        lot.accelerated,
        lot.cancelled,
        lot.remaining,
        str(lot.closed_on or ""),
    )


def volumes_of(state: State, member: str) -> tuple[int, int, int, int, int, int]:
    """Return own and team volume split into points and cash, and the two largest legs, in fen."""
    own = [standing(state, member)]
    team = [standing(state, other) for other in state.below(member)]
    largest, second, *_ = [*legs(state, member), Fraction(0), Fraction(0)]
    return (
        *points_and_cash(own),
        *points_and_cash(team),
        floor(FEN_PER_CNY * largest),
        floor(FEN_PER_CNY * second),
    )


def points_and_cash(parts: list[tuple[Fraction, Fraction]]) -> tuple[int, int]:
    """Floor the points-paid part once to fen; cash is what is left of the whole."""
    points = floor(sum((part[0] for part in parts), start=Fraction(0)) * FEN_PER_CNY)
    whole = floor(sum((part[1] for part in parts), start=Fraction(0)) * FEN_PER_CNY)
    return points, whole - points
