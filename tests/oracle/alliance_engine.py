"""Runs a plain book of the alliance programme through the engine, and reads every day's end from it."""

from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from jifen.engine.amounts import Rate
from jifen.engine.book import Book as EngineBook
from jifen.engine.days import date_of, day_number
from jifen.engine.document import load_programme
from jifen.engine.facts import NO_DAY, NOBODY, Actions, Facts, Members, Orders, Refunds, Stores
from jifen.engine.lines import ACCOUNTS, FREE, FROZEN, DayLines, Journal, account_name, is_store, store_number
from jifen.engine.replay import Replay
from tests.oracle.alliance import Book, DayEnd
from tests.oracle.alliance_state import Period, Posted
from tests.oracle.state import Row

EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))
PROGRAMME = "programme"


class Table:
    """The rows of a table with their moments, and the names that others have for them."""

    def __init__(self, rows: list[Row], *times: str, zone: ZoneInfo) -> None:
        texts = [next(row[name] for name in times if row.get(name)) for row in rows]
        moments = [datetime.fromisoformat(text).replace(tzinfo=zone) for text in texts]
        self.rows = rows
        self.at = [int((moment - EPOCH).total_seconds()) * 10**6 for moment in moments]
        self.day = [day_number(moment.date()) for moment in moments]

    def by_time(self) -> "Table":
        """Bring the rows into the order of joining."""
        order = sorted(range(len(self.rows)), key=lambda place: self.at[place])
        self.rows = [self.rows[place] for place in order]
        self.at, self.day = [self.at[place] for place in order], [self.day[place] for place in order]
        return self

    def texts(self, column: str) -> list[str]:
        return [row.get(column, "") for row in self.rows]


def facts_of(document: dict[str, Any], book: Book) -> Facts:
    """Return the book as the columns that the engine takes."""
    zone = ZoneInfo(document["time_zone"])
    decimals = {kind: int(points["decimals"]) for kind, points in document["points"].items()} | {"": 0}
    members = Table(book["members"], "joined_at", zone=zone).by_time()
    stores = Table(book["stores"], "joined_at", zone=zone).by_time()
    orders = Table(book["orders"], "confirmed_at", "paid_at", zone=zone)
    refunds = Table(book["refunds"], "refunded_at", zone=zone)
    actions = Table(book["actions"], "at", zone=zone)
    member, store = (numbers_of(table.texts(name)) for table, name in ((members, "member"), (stores, "store")))
    return Facts(
        Members(
            members.texts("member"),
            members.texts("member"),
            places(members.texts("referrer"), member),
            int64s(members.at),
            int32s(members.day),
            home=places(members.texts("home_store"), store),
        ),
        orders_of(orders, (member, store), decimals),
        Refunds(
            places(refunds.texts("order"), numbers_of(orders.texts("order"))),
            int64s(refunds.at),
            int32s(refunds.day),
            int64s([minor(text, 2) for text in refunds.texts("amount")]),
        ),
        actions_of(actions, (member, store), decimals),
        [],
        stores_of(stores, (member, store)),
    )


def stores_of(table: Table, numbers: tuple[dict[str, int], dict[str, int]]) -> Stores:
    member, store = numbers
    return Stores(
        table.texts("store"),
        places(table.texts("owner"), member),
        places(table.texts("referrer"), member),
        [""] * len(table.rows),
        int64s(table.at),
        int32s(table.day),
        rates(table.texts("rate")),
        branch=places(table.texts("branch"), store),
        is_branch=np.array([text == "branch" for text in table.texts("type")], bool),
        ratio=rates(table.texts("ratio")),
    )


def orders_of(table: Table, numbers: tuple[dict[str, int], dict[str, int]], decimals: dict[str, int]) -> Orders:
    """Return orders; points are of the kind that is named, or that pays where the order was made."""
    member, store = numbers
    kinds = [row["points_kind"] or ("stored_value" if row["store"] else "store_points") for row in table.rows]
    paid = zip(table.texts("points_paid"), kinds, strict=True)
    return Orders(
        table.texts("order"),
        places(table.texts("member"), member),
        int64s(table.at),
        int32s(table.day),
        int64s([minor(text, 2) for text in table.texts("amount")]),
        int64s([minor(text, decimals[kind]) for text, kind in paid]),
        points_kind=table.texts("points_kind"),
        store=places(table.texts("store"), store),
        ratio=rates(table.texts("ratio")),
    )


def actions_of(table: Table, numbers: tuple[dict[str, int], dict[str, int]], decimals: dict[str, int]) -> Actions:
    member, store = numbers
    amounts = zip(table.texts("amount"), table.texts("points"), strict=True)
    return Actions(
        table.texts("action"),
        places(table.texts("party"), member | {PROGRAMME: NOBODY}),
        places(table.texts("to"), member),
        [""] * len(table.rows),
        table.texts("points"),
        int64s(table.at),
        int32s(table.day),
        int64s([minor(text, decimals[kind]) for text, kind in amounts]),
        store=places(table.texts("store"), store),
        share=int64s([int(text or "0") for text in table.texts("share")]),
        role=table.texts("role"),
        until=int32s([day_number(date.fromisoformat(text)) if text else NO_DAY for text in table.texts("until")]),
    )


def numbers_of(codes: list[str]) -> dict[str, int]:
    return {code: number for number, code in enumerate(codes)}


def places(codes: list[str], numbers: dict[str, int]) -> np.ndarray[Any, np.dtype[np.int32]]:
    return int32s([numbers[code] if code else NOBODY for code in codes])


def rates(texts: list[str]) -> list[Rate | None]:
    return [Rate.parse(text) if text else None for text in texts]


def minor(text: str, decimals: int) -> int:
    return int(Decimal(text or "0").scaleb(decimals))


def int32s(column: list[int]) -> np.ndarray[Any, np.dtype[np.int32]]:
    return np.array(column, np.int32)


def int64s(column: list[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array(column, np.int64)


# What the engine says


def run_engine(text: str, document: dict[str, Any], book: Book, until: date) -> list[DayEnd]:
    """Run the book up to the close of `until`; return every day's end."""
    facts = facts_of(document, book)
    replay, keys = Replay(load_programme(text), facts), set[str]()
    ends = []
    for lines in replay.days(until):
        end = end_of(replay, lines)
        new = [key for key, _, _ in end.posted]
        assert len(new) == len({*new}), f"a key is used twice: {sorted(key for key in new if new.count(key) > 1)}"
        assert keys.isdisjoint(new), "a key of an earlier day is used again"
        keys |= set(new)
        assert_all_points_are_somewhere(replay.book)
        ends.append(end)
    return ends


def end_of(replay: Replay, lines: DayLines) -> DayEnd:
    """Read what a day did and what stands after it."""
    book, names = replay.book, Names(replay.facts)
    assert lines.blocks == []
    day = date_of(lines.day)
    refused = [(one.fact, names.party(one.party)) for one in lines.refused]
    blocked = Counter[tuple[str, str, str, str]]()
    for cut in lines.cuts:
        blocked[cut.fact, names.party(cut.party), cut.rule, cut.kind] += cut.amount
    debts = {
        names.members[member]: (int(book.debt[book.at(member)]), int(book.written_off[book.at(member)]))
        for member in range(len(names.members))
    }
    stores = book.stores
    return DayEnd(
        day,
        posted=[*transfers(lines.journal, names), *transfers(lines.late, names)],
        refused=refused,
        blocked=blocked,
        periods=[period_of(row, names) for row in lines.periods],
        balances=balances_of(book, names),
        debts={member: amounts for member, amounts in debts.items() if any(amounts)},
        owed={
            names.stores[store]: [(names.orders[order], owed.amount) for order, owed in of.items()]
            for store, of in stores.owed.items()
            if of
        },
        credit={names.stores[store]: int(line) for store, line in enumerate(stores.credit) if line},
        settled={names.stores[store]: date_of(int(on)) for store, on in enumerate(stores.settled_until) if on},
        shareholders={code for member, code in enumerate(names.members) if book.shareholder[book.at(member)]},
        frozen={code for member, code in enumerate(names.members) if book.frozen[book.at(member)]},
        given={
            names.orders[order]: (
                note.grant,
                [
                    (place, names.members[who], amount)
                    for place, (who, amount) in enumerate(note.rebates, start=1)
                    if amount
                ],
            )
            for order, note in book.notes.items()
            if note.grant or any(amount for _, amount in note.rebates)
        },
    )


class Names:
    """What numbers are called."""

    def __init__(self, facts: Facts) -> None:
        self.members, self.stores, self.orders = facts.members.codes, facts.stores.codes, facts.orders.codes

    def party(self, party: int) -> str:
        """Return who it is; a refused fact of nobody is the programme's."""
        if party >= 0:
            return self.members[party]
        return f"store:{self.stores[store_number(party)]}" if is_store(party) else PROGRAMME

    def account(self, party: int) -> str:
        return account_name(party) if party < 0 and not is_store(party) else self.party(party)


def transfers(journal: Journal, names: Names) -> list[Posted]:
    """Return the transfers in the order of posting; rows of one key that stand apart are two of them."""
    found: list[tuple[str, str, list[tuple[str, str, str, int]]]] = []
    for row in range(len(journal)):
        key, party = journal.transfer[row], names.account(journal.party[row])
        if not found or found[-1][0] != key:
            found.append((key, journal.rule[row], []))
        assert found[-1][1] == journal.rule[row]
        found[-1][2].append((party, journal.kind[row], journal.state[row], journal.amount[row]))
    return [(key, rule, tuple(sorted(rows))) for key, rule, rows in found]


def period_of(row: Any, names: Names) -> Period:
    return Period(
        names.stores[row.store],
        date_of(row.start),
        date_of(row.until),
        row.rate,
        *(row.sales, row.refunds, row.adjusted, row.stored, row.due, row.orders),
    )


def balances_of(book: EngineBook, names: Names) -> dict[tuple[str, str, str], int]:
    """Return what everybody has, and the accounts of the programme."""
    found: dict[tuple[str, str, str], int] = {}
    for kind, accounts in book.accounts.items():
        found |= {(f"programme:{name}", kind, FREE): accounts[place] for place, name in enumerate(ACCOUNTS)}
        for state, purse in ((FREE, book.free[kind]), (FROZEN, book.held[kind])):
            found |= {(code, kind, state): int(purse[book.at(member)]) for member, code in enumerate(names.members)}
        floats = book.stores.float_in(kind)
        found |= {(f"store:{code}", kind, FREE): int(floats[store]) for store, code in enumerate(names.stores)}
    return {account: amount for account, amount in found.items() if amount}


def assert_all_points_are_somewhere(book: EngineBook) -> None:
    """Issued = branches + stores + members + redeemed and the rest (S3-D1)."""
    for kind, accounts in book.accounts.items():
        members = int(book.free[kind].sum() + book.held[kind].sum())
        stores = int(book.stores.float_in(kind).sum())
        assert sum(accounts) + members + stores == 0, f"points of kind {kind} are lost"
