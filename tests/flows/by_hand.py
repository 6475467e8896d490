"""Runs a plain book through the whole offline way: CSV files in, the engine, CSV files out."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from jifen.engine.document import load_programme
from jifen.engine.replay import Replay
from jifen.tables.reading import BookForm, read_book_of
from jifen.tables.run import final_tables, run_days, summary_of
from jifen.tables.writing import ResultForm, ResultWriter
from tests.oracle.oracle import Book, Result

REQUIRED = {
    "members": ("member", "referrer", "joined_at"),
    "stores": ("store", "joined_at"),
    "orders": ("order", "member", "paid_at", "amount"),
    "refunds": ("order", "refunded_at", "amount"),
    "actions": ("at", "action", "party", "to", "points", "amount"),
    "declared": ("name", "from", "to", "value"),
    "steps": ("member", "day", "walked", "run"),
}
MONEY_DECIMALS = 2


def run_offline(programme_text: str, book: Book, until: date, *, folder: Path, threads: int = 1) -> Path:
    """Write the book as CSV, run it, and return the result folder."""
    programme = load_programme(programme_text)
    decimals = {kind: points.decimals for kind, points in programme.kinds.items()}
    write_book(book, folder / "book")
    facts = read_book_of(folder / "book", replace(BookForm.of(programme), rate_min=None)).facts
    form = ResultForm(decimals={"money": MONEY_DECIMALS, **decimals}, zone=programme.time_zone)
    with ResultWriter(folder / "result", facts=facts, form=form) as writer:
        run = run_days(Replay(programme, facts, threads=threads), until=until, writer=writer)
        writer.finish(tables=final_tables(run), summary=summary_of(run))
    assert run.checks == dict.fromkeys(run.checks, True)
    return folder / "result"


def write_book(book: Book, folder: Path) -> None:
    """Write a book of plain rows; columns that no row has are left out where they may be."""
    folder.mkdir()
    for name, rows in book.items():
        columns = list(dict.fromkeys([*REQUIRED[name], *(column for row in rows for column in row)]))
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)


def read_result(folder: Path, decimals: dict[str, int]) -> Result:
    """Return the tables of a result in the form of the plain computation: whole minor units by key."""

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def minor(text: str, kind: str = "points") -> int:
        return int(Decimal(text).scaleb(decimals.get(kind, MONEY_DECIMALS)))

    entries: Counter[tuple[str, str, str, str, str, str, str]] = Counter()
    for r in rows("entries"):
        key = (r["day"], r["transfer"], r["party"], r["points"], r["state"], r["rule"], r["lot"])
        entries[key] += minor(r["amount"], r["points"])
    amounts = ("granted", "released_scheduled", "released_accelerated", "cancelled", "remaining")
    volumes = ("own_points", "own_cash", "team_points", "team_cash", "largest_leg", "second_leg")
    return Result(
        entries=Counter({key: amount for key, amount in entries.items() if amount}),
        balances={
            (r["party"], r["points"]): (minor(r["free"], r["points"]), minor(r["locked"], r["points"]))
            for r in rows("balances")
        },
        lots={
            r["order"]: cast(
                "Any", (r["member"], r["opened_on"], *(minor(r[name]) for name in amounts), r["closed_on"])
            )
            for r in rows("lots")
        },
        blocked={(r["day"], r["party"], r["rule"]): minor(r["amount"]) for r in rows("blocked")},
        refused={(r["fact"], r["party"]) for r in rows("refused")},
        debts={(r["party"], r["points"]): (minor(r["owed"]), minor(r["written_off"])) for r in rows("debts")},
        ranks={r["member"]: (r["rank"], r["since"]) for r in rows("ranks")},
        volumes={
            r["member"]: cast("Any", tuple(minor(r[name], "money") for name in volumes))
            for r in (rows("volumes") if (folder / "volumes.csv").exists() else [])
        },
    )
