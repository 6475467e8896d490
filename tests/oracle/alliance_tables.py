"""Runs a plain book of an alliance from tables to tables, and says what they should hold (S3-17 … S3-31)."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from jifen.engine.document import load_programme
from jifen.engine.replay import Replay
from jifen.tables.reading import BookForm, read_book_of
from jifen.tables.run import final_tables, run_days, summary_of
from jifen.tables.writing import ResultForm, ResultWriter
from tests.flows.by_hand import MONEY_DECIMALS, write_book
from tests.oracle.alliance import Book, DayEnd, run_book
from tests.oracle.alliance_state import AllianceState
from tests.oracle.state import Row

OF_PLATFORMS = {"hold_withdrawal", "pay_withdrawal", "return_withdrawal"}  # tables have no such actions
OF_FLOATS = {"buy_points", "grant_points", "hand_out", "give_points", "set_credit", "open_float"}
Figures = dict[str, dict[str, int]]  # of a store, by column
FLOWS = {  # into a float, and out of it
    ("opening_balance", True): "opened",
    ("point_sale", True): "bought",
    ("branch_grant", True): "granted",
    ("branch_transfer", True): "handed",
    ("refund", True): "taken_back",
    ("point_sale", False): "sold",
    ("branch_transfer", False): "handed_out",
    ("store_grant", False): "given",
    ("store_transfer", False): "sent",
}


@dataclass
class Tables:
    """What the tables of a result say, in whole minor units."""

    moved: Counter[tuple[str, str, str, str, str, str]]  # by day, transfer, party, kind, state and rule
    balances: dict[tuple[str, str], int]  # what is free
    refused: set[tuple[str, str]]
    blocked: dict[tuple[str, str, str, str], int]
    debts: dict[str, tuple[int, int]]
    floats: Figures
    owed: list[tuple[str, str, str, int, int]]
    periods: list[tuple[Any, ...]]  # by store, then start
    rebates: dict[tuple[str, int, str], tuple[int, int]]
    points: dict[str, int]  # of the summary: where they are


def in_tables(book: Book) -> Book:
    """Return the book without what reading tables complains of, which others test."""
    kind = "store_points"
    kept = [row for row in book["actions"] if row["action"] not in OF_FLOATS or row["points"] == kind]
    return {**book, "actions": [row for row in kept if row["action"] not in OF_PLATFORMS]}


def as_written(book: Book) -> Book:
    """Return the book as people write it: shares in percent, roles where they mean something."""
    actions = []
    for row in in_tables(book)["actions"]:
        share = f"{Decimal(row['share']).scaleb(-2):f}" if row["share"] else ""
        actions.append({**row, "share": share, "role": row["role"] if row["action"] == "grant_points" else ""})
    return {**book, "actions": actions}


def run_tables(text: str, book: Book, until: date, *, folder: Path) -> Tables:
    """Write the book as CSV, run it, and read what is written."""
    programme = load_programme(text)
    write_book(as_written(book), folder / "book")
    facts = read_book_of(folder / "book", BookForm.of(programme)).facts
    decimals = {kind: points.decimals for kind, points in programme.kinds.items()}
    form = ResultForm(decimals={**decimals, "money": MONEY_DECIMALS}, zone=programme.time_zone)
    with ResultWriter(folder / "result", facts=facts, form=form) as writer:
        done = run_days(Replay(programme, facts), until=until, writer=writer)
        summary = summary_of(done)
        writer.finish(tables=final_tables(done), summary=summary)
    assert done.checks == dict.fromkeys(done.checks, True)
    return read_tables(folder / "result", {**decimals, "money": MONEY_DECIMALS}, summary["alliance"])


def read_tables(folder: Path, decimals: dict[str, int], told: Any) -> Tables:
    def minor(text: str, kind: str) -> int:
        return int(Decimal(text or "0").scaleb(decimals[kind]))

    def figures(row: Row) -> dict[str, int]:
        names = [*FLOWS.values(), "balance", "credit", "owed"]
        return {"paid": minor(row["paid"], "money")} | {name: minor(row[name], row["points"]) for name in names}

    moved = Counter[tuple[str, str, str, str, str, str]]()
    for r in rows_of(folder, "entries"):
        key = (r["day"], r["transfer"], r["party"], r["points"], r["state"], r["rule"])
        moved[key] += minor(r["amount"], r["points"])
    money = ("sales", "refunds", "adjusted", "stored", "due")
    return Tables(
        moved=moved,
        balances={(r["party"], r["points"]): minor(r["free"], r["points"]) for r in rows_of(folder, "balances")},
        refused={(r["fact"], r["party"]) for r in rows_of(folder, "refused")},
        blocked={
            (r["day"], r["party"], r["rule"], r["points"]): minor(r["amount"], r["points"])
            for r in rows_of(folder, "blocked")
        },
        debts={
            r["party"]: (minor(r["owed"], r["points"]), minor(r["written_off"], r["points"]))
            for r in rows_of(folder, "debts")
        },
        floats={r["store"]: figures(r) for r in rows_of(folder, "floats")},
        owed=sorted(
            (r["store"], r["order"], r["member"], minor(r["granted"], r["points"]), minor(r["owed"], r["points"]))
            for r in rows_of(folder, "owed")
        ),
        periods=[
            (r["store"], r["from"], r["until"], Fraction(Decimal(r["rate"])), int(r["orders"]),
             *(minor(r[name], "money") for name in money))
            for r in rows_of(folder, "periods")
        ],
        rebates={
            (r["member"], int(r["level"]), r["points"]): (
                minor(r["paid"], r["points"]), minor(r["returned"], r["points"])
            )
            for r in rows_of(folder, "rebates")
        },
        points={name: minor(told[name], told["points"]) for name in PLACES},
    )  # fmt: skip


PLACES = ("issued", "unfunded", "in_branches", "in_stores", "with_members", "redeemed", "elsewhere", "owed")


def rows_of(folder: Path, name: str) -> list[Row]:
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


# What they should say


def expected_tables(document: dict[str, Any], book: Book, until: date) -> Tables:
    """Return what the plain computation finds."""
    state, ends = run_book(document, in_tables(book), until)
    moved = Counter[tuple[str, str, str, str, str, str]]()
    blocked = Counter[tuple[str, str, str, str]]()
    for end in ends:
        for key, rule, rows in end.posted:
            for party, kind, where, amount in rows:
                moved[str(end.day), key, party, kind, where, rule] += amount
        for (_, party, rule, kind), amount in end.blocked.items():
            blocked[str(end.day), party, rule, kind] += amount
    kind = state.lot_kind
    return Tables(
        moved=moved,
        balances={(party, of): amount for (party, of, _), amount in state.balances.items() if amount},
        refused={one for end in ends for one in end.refused},
        blocked=dict(blocked),
        debts=ends[-1].debts,
        floats={code: float_figures(state, ends, code) for code in state.stores},
        owed=sorted(
            (store.code, code, state.orders[code].member, grant_of(state, code), amount)
            for store in state.stores.values()
            for code, amount in store.owed.items()
        ),
        periods=sorted(
            (one.store, str(one.start), str(one.until), one.rate, one.orders,
             *(one.sales, one.refunds, one.adjusted, one.stored, one.due))
            for end in ends
            for one in end.periods
        ),
        rebates=rebates_of(ends),
        points=places_of(state, kind),
    )  # fmt: skip


def grant_of(state: AllianceState, code: str) -> int:
    return next(order.grant for order in state.sold if order.code == code)


def float_figures(state: AllianceState, ends: list[DayEnd], code: str) -> dict[str, int]:
    """Return what came into a float and went out of it, by rule, and what it holds."""
    store = state.stores[code]
    figures = dict.fromkeys(FLOWS.values(), 0)
    for _, rule, rows in [posted for end in ends for posted in end.posted]:
        for party, _, _, amount in rows:
            if party == store.party:
                figures[FLOWS[rule, amount > 0]] += abs(amount)
    owed = sum(store.owed.values())
    return {**figures, "balance": state.float_of(code), "credit": store.credit, "owed": owed, "paid": store.paid}


def rebates_of(ends: list[DayEnd]) -> dict[tuple[str, int, str], tuple[int, int]]:
    """Return what each level of a shareholder was paid, and what refunds took back."""
    paid, returned = Counter[tuple[str, int, str]](), Counter[tuple[str, int, str]]()
    for key, _, rows in [posted for end in ends for posted in end.posted]:
        for party, kind, _, amount in rows if "/shareholder_income/" in key else ():
            if not party.startswith("programme:"):
                (paid if amount > 0 else returned)[party, int(key.rsplit("/", 1)[1]), kind] += abs(amount)
    return {key: (paid[key], returned[key]) for key in {*paid, *returned}}


def places_of(state: AllianceState, kind: str) -> dict[str, int]:
    """Return where the points are (S3-D1)."""
    of_kind = {party: amount for (party, of, _), amount in state.balances.items() if of == kind}
    issued, unfunded, spent = (of_kind.pop(f"programme:{name}", 0) for name in ("issued", "unfunded", "spent"))
    branches = sum(state.float_of(store.code) for store in state.stores.values() if store.is_branch)
    return {
        "issued": -issued,
        "unfunded": -unfunded,
        "in_branches": branches,
        "in_stores": sum(state.float_of(code) for code in state.stores) - branches,
        "with_members": sum(of_kind.get(member, 0) for member in state.members),
        "redeemed": spent,
        "elsewhere": sum(amount for party, amount in of_kind.items() if party.startswith("programme:")),
        "owed": sum(sum(store.owed.values()) for store in state.stores.values()),
    }
