"""The airdrop programmes, computed the way one would by hand: fact after fact, day after day (S2)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from tests.oracle.airdrop_actions import apply_action
from tests.oracle.airdrop_close import check, close_day
from tests.oracle.airdrop_facts import apply_order, apply_steps, join_member, join_store
from tests.oracle.airdrop_refunds import apply_refund
from tests.oracle.airdrop_state import FROZEN, POOL, AirdropOrder, AirdropState, Life, begin
from tests.oracle.close import rank_table
from tests.oracle.oracle import volumes_of
from tests.oracle.state import EntryKey, Programme, Row

Book = dict[str, list[Row]]
TABLES = ("members", "stores", "orders", "refunds", "actions", "steps")  # at equal times they are applied in this order
TIMES = {"members": "joined_at", "stores": "joined_at", "refunds": "refunded_at", "actions": "at"}
LAST_MOMENT = time(23, 59, 59, 999_999)


@dataclass
class Result:
    """What a run ends with; amounts are whole minor units of their kind."""

    entries: Counter[EntryKey]
    balances: dict[tuple[str, str], tuple[int, int]]
    blocked: dict[tuple[str, str, str, str], int]  # by day, party, rule and kind
    refused: set[tuple[str, str]]
    debts: dict[tuple[str, str], tuple[int, int]]
    ranks: dict[str, tuple[str, str]]
    volumes: dict[str, tuple[int, int, int, int, int, int]]
    daily: dict[tuple[str, str, str], tuple[int, int, int]]  # transfers, what they pay, blocked: by day, rule, kind
    airdrops: dict[
        str, tuple[int, ...]
    ]  # emission, dust before, given, weight, members, dust and reserve after: by day
    frozen: dict[tuple[str, str], int]
    centers: dict[str, tuple[str, str]]  # who holds it, and the parent: by region
    totals: dict[str, int]


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


def settle_book(programme: dict[str, Any] | Life, book: Book, until: date) -> Result:
    """Run the book up to the close of `until`, by one document or by several versions."""
    life = programme if isinstance(programme, Life) else Life.only(programme)
    state = begin(life, book.get("declared", []))
    for day, facts in days(state.programme, book, until):
        for fact in facts:
            apply_fact(state, fact)
        close_day(state, day)
        reserve = state.free(POOL, state.token)
        figures = state.airdrops.get(str(day), (0, state.dust, 0, 0, 0))
        state.airdrops[str(day)] = (*figures, state.dust, reserve)
    return result_of(state, until)


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
    """Return when the row counts; the steps of a day at its end."""
    if table == "steps":
        return datetime.combine(date.fromisoformat(row["day"]), LAST_MOMENT, tzinfo=programme.zone)
    return programme.moment((row.get("confirmed_at") or row["paid_at"]) if table == "orders" else row[TIMES[table]])


def apply_fact(state: AirdropState, fact: Fact) -> None:
    day = fact.moment.date()
    state.programme = version_of(state, fact)
    if fact.table == "members":
        join_member(state, fact.row, day)
    elif fact.table == "stores":
        join_store(state, fact.row, day)
    elif fact.table == "orders":
        apply_order(state, fact.row, day)
    elif fact.table == "refunds":
        apply_refund(state, fact.row, day)
    elif fact.table == "actions":
        apply_action(state, fact.row, fact.number, day)
    else:
        apply_steps(state, fact.row, fact.number, day)
    check(state)


def version_of(state: AirdropState, fact: Fact) -> Programme:
    """Orders and their refunds go by the version that they were sold under, everything else by the day's (S2-61)."""
    if fact.table == "orders":
        return state.life.placed(fact.row)
    order = state.orders[fact.row["order"]] if fact.table == "refunds" else None
    if isinstance(order, AirdropOrder) and order.terms is not None:
        return order.terms
    return state.life.on(fact.moment.date())


def result_of(state: AirdropState, until: date) -> Result:
    state.programme = state.life.on(until + timedelta(days=1))  # whose ranks were found
    accounts = {(party, kind) for party, kind, _ in state.balances}
    balances = {account: (state.balances[*account, "free"], state.balances[*account, "locked"]) for account in accounts}
    debts = {
        account: (state.owed[account], state.written_off[account]) for account in {*state.owed, *state.written_off}
    }
    table = rank_table(state)
    ranks = {member: (table[rank]["name"], str(state.ranked_since[member])) for member, rank in state.ranks.items()}
    state.programme = state.life.on(until)
    entries = Counter({key: amount for key, amount in state.entries.items() if amount})
    has_volumes = any(rule["use"] == "network_volume" for rule in state.programme.document.get("report", []))
    volumes = {member: volumes_of(state, member) for member in state.members} if has_volumes else {}
    return Result(
        entries=entries,
        balances={account: amounts for account, amounts in balances.items() if any(amounts)},
        blocked={key: amount for key, amount in state.missed.items() if amount},
        refused=state.refused,
        debts={account: amounts for account, amounts in debts.items() if any(amounts)},
        ranks=ranks,
        volumes={member: row for member, row in volumes.items() if any(row)},
        daily=daily_of(state, entries),
        airdrops=state.airdrops if state.token else {},
        frozen={
            (party, kind): amount
            for (party, kind, where), amount in state.balances.items()
            if where == FROZEN and amount
        },
        centers={region: (center.member, center.parent) for region, center in state.centers.items()},
        totals=totals_of(state) if state.airdrops and state.token else {},
    )


def totals_of(state: AirdropState) -> dict[str, int]:
    """Return what the summary says of airdrops."""
    return {
        "emitted": state.emitted,
        "funded": state.funded,
        "dust": state.dust,
        "reserve": state.free(POOL, state.token),
        "activated": sum(1 for member in state.members if state.is_active(member)),
        "centers": len(state.centers),
    }


def daily_of(state: AirdropState, entries: Counter[EntryKey]) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """Count the transfers of each day, rule and kind, and add up what they pay and what was blocked."""
    keys: dict[tuple[str, str, str], set[str]] = {}
    sums: Counter[tuple[str, str, str]] = Counter()
    for (day, key, _, kind, _, rule, _), amount in entries.items():
        keys.setdefault((day, rule, kind), set()).add(key)
        sums[day, rule, kind] += max(0, amount)
    missed: Counter[tuple[str, str, str]] = Counter()
    for (day, _, rule, kind), amount in state.missed.items():
        missed[day, rule, kind] += amount
    rows = {row: (len(keys.get(row, ())), sums[row], missed[row]) for row in {*keys, *missed}}
    return {row: amounts for row, amounts in rows.items() if any(amounts)}
