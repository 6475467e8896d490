"""Random books of packs, concessions, steps and centres end in the same figures as a plain computation (S2)."""

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np
from hypothesis import HealthCheck, given, settings

from jifen.engine.days import day_number
from jifen.engine.document import load_programme
from jifen.engine.replay import Replay
from jifen.engine.versions import Versions
from jifen.tables.reading import BookForm, read_book_of
from jifen.tables.run import final_tables, run_days, summary_of
from jifen.tables.writing import ResultForm, ResultWriter
from tests.flows.by_hand import MONEY_DECIMALS, write_book
from tests.oracle.airdrop import Result, settle_book
from tests.oracle.airdrop_programmes import KINDS
from tests.oracle.airdrop_state import Life
from tests.oracle.airdrop_strategies import TWO_YEARS, Book, books

DECIMALS = KINDS | {"money": MONEY_DECIMALS}
VOLUMES = ("own_points", "own_cash", "team_points", "team_cash", "largest_leg", "second_leg")


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(books())
def test_every_figure_agrees_with_the_plain_computation(drawn: tuple[str, Book, date]) -> None:
    found, expected = both(*drawn)

    assert differences(found, expected) == {}


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(books(years=TWO_YEARS))
def test_every_figure_agrees_over_two_years_of_emission(drawn: tuple[str, Book, date]) -> None:
    found, expected = both(*drawn)

    assert differences(found, expected) == {}


def both(texts: str | list[str], book: Book, until: date, days: list[date] | None = None) -> tuple[Result, Result]:
    """Return what the engine finds, and what is expected, of a document or of versions from these days on."""
    texts, days = [texts] if isinstance(texts, str) else texts, days or [date.min]
    life = Life.of(texts, days)
    expected = settle_book(life, book, until)
    with tempfile.TemporaryDirectory() as folder:
        return read_result(run(texts, life, (book, until), folder=Path(folder))), expected


def run(texts: list[str], life: Life, drawn: tuple[Book, date], *, folder: Path) -> Path:
    """Write the book as CSV, run it, and return the result folder."""
    book, until = drawn
    begins = [0, *(day_number(day) for day in life.days[1:])]
    versions = Versions(tuple(begins), tuple(load_programme(text) for text in texts))
    write_book(book, folder / "book")
    facts = read_book_of(folder / "book", form_of(versions)).facts
    if len(texts) > 1:
        facts = replace(facts, orders=replace(facts.orders, terms=terms_of(life, book, facts.orders.codes)))
    decimals = {kind: points.decimals for kind, points in versions.kinds.items()}
    form = ResultForm(decimals={"money": MONEY_DECIMALS, **decimals}, zone=versions.programmes[0].time_zone)
    with ResultWriter(folder / "result", facts=facts, form=form) as writer:
        done = run_days(Replay(versions, facts), until=until, writer=writer)
        writer.finish(tables=final_tables(done), summary=summary_of(done))
    failed = [name for name, holds in done.checks.items() if not holds]
    assert failed == [], failed
    return folder / "result"


def form_of(versions: Versions) -> BookForm:
    """Return the form of a book that any of the versions may read."""
    forms = [BookForm.of(programme) for programme in versions.programmes]
    return replace(
        forms[0],
        decimals={kind: points.decimals for kind, points in versions.kinds.items()},
        token=next((form.token for form in forms if form.token), ""),
        stores=any(form.stores for form in forms),
        concessions=any(form.concessions for form in forms),
        steps=any(form.steps for form in forms),
    )


def terms_of(life: Life, book: Book, codes: Sequence[str]) -> np.ndarray:
    """Return the number of the version under which each order was placed."""
    placed = {row["order"]: life.programmes.index(life.placed(row)) for row in book["orders"]}
    return np.array([placed[code] for code in codes], np.int32)


def differences(found: Result, expected: Result) -> dict[str, object]:
    """Return, of each table, the rows that only one of both has."""
    differ: dict[str, object] = {}
    for table in fields(Result):
        one, other = getattr(found, table.name), getattr(expected, table.name)
        rows = (set(one.items()), set(other.items())) if isinstance(one, dict) else (one, other)
        if rows[0] != rows[1]:
            differ[table.name] = {"found": rows[0] - rows[1], "expected": rows[1] - rows[0]}
    return differ


def read_result(folder: Path) -> Result:
    """Return the tables of a result in the form of the plain computation: whole minor units by key."""
    entries: Counter[tuple[str, str, str, str, str, str, str]] = Counter()
    for number, r in enumerate(rows_of(folder, "entries"), start=1):
        assert int(r["seq"]) == number, r
        assert r["cause"] == cause_of(r["transfer"]), r
        key = (r["day"], r["transfer"], r["party"], r["points"], r["state"], r["rule"], r["lot"])
        entries[key] += minor(r["amount"], r["points"])
    daily = {
        (r["day"], r["rule"], r["points"]): (
            int(r["transfers"]), minor(r["amount"], r["points"]), minor(r["blocked"], r["points"])
        )
        for r in rows_of(folder, "daily")
    }  # fmt: skip
    assert rows_of(folder, "lots") == []
    return Result(
        entries=Counter({key: amount for key, amount in entries.items() if amount}),
        balances={
            (r["party"], r["points"]): (minor(r["free"], r["points"]), minor(r["locked"], r["points"]))
            for r in rows_of(folder, "balances")
        },
        blocked={
            (r["day"], r["party"], r["rule"], r["points"]): minor(r["amount"], r["points"])
            for r in rows_of(folder, "blocked")
        },
        refused={(r["fact"], r["party"]) for r in rows_of(folder, "refused")},
        debts={
            (r["party"], r["points"]): (minor(r["owed"], r["points"]), minor(r["written_off"], r["points"]))
            for r in rows_of(folder, "debts")
        },
        ranks={r["member"]: (r["rank"], r["since"]) for r in rows_of(folder, "ranks")},
        volumes={
            r["member"]: cast("Any", tuple(minor(r[name], "money") for name in VOLUMES))
            for r in rows_of(folder, "volumes")
        },
        daily={row: amounts for row, amounts in daily.items() if any(amounts)},
        airdrops={r["day"]: airdrop_row(r) for r in rows_of(folder, "airdrops")},
        frozen={(r["party"], r["points"]): minor(r["amount"], r["points"]) for r in rows_of(folder, "frozen")},
        centers={r["region"]: (r["member"], r["parent"]) for r in rows_of(folder, "centers")},
        totals=totals_of(folder),
    )


def airdrop_row(r: dict[str, str]) -> tuple[int, ...]:
    emission, before, given = (minor(r[name], "token") for name in ("emission", "dust_before", "given"))
    after = (minor(r[name], "token") for name in ("dust", "reserve"))
    return emission, before, given, minor(r["weight"], "weight"), int(r["members"]), *after


def totals_of(folder: Path) -> dict[str, int]:
    told = json.loads((folder / "summary.json").read_text()).get("airdrop", {})
    tokens = {name: minor(told[name], "token") for name in ("emitted", "funded", "dust", "reserve") if told}
    return {**tokens, **{name: told[name] for name in ("activated", "centers") if told}}


def cause_of(transfer: str) -> str:
    """Return the fact that a key names, or what a reversal reverses; the close of a day has none."""
    code, about, *names = transfer.split("/")
    if about == "refund":
        reversed_ = "/".join(names[2:])
        return reversed_ if reversed_.startswith(f"{code}/") else f"refund {names[0]}/{names[1]}"
    facts = {"join": "member", "store": "store", "order": "order", "action": "action", "steps": "steps"}
    return f"{facts[about]} {names[0]}" if about in facts else ""


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def minor(text: str, kind: str) -> int:
    return int(Decimal(text or "0").scaleb(DECIMALS[kind]))
