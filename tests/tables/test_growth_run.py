"""A run of the growth programme: its tables of the pool, exits and reported amounts, its checks, its summary (S1)."""

import csv
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.programme import Programme
from jifen.engine.replay import Replay
from jifen.tables.reading import read_book
from jifen.tables.results import read_result
from jifen.tables.run import Run, facts_digest, final_tables, run_days, summary_of
from jifen.tables.writing import Format, ResultForm, ResultWriter
from tests.tables.books import write_book

GROWTH = catalogue.read("growth")
MEMBERS = "member,referrer,joined_at\nA,,2026-01-01\nB,A,2026-01-01\nC,A,2026-01-01\n"
STORES = "store,joined_at,owner\nS,2026-01-01,A\n"
ORDERS = """\
order,member,paid_at,amount,store
O1,A,2026-01-02 08:00,1000,
O2,B,2026-01-02 09:00,1000,S
O3,C,2026-01-03 09:00,1000,S
"""
ACTIONS = """\
at,action,party,to,points,amount
2026-01-02 10:00,inject,programme,,money,100000
2026-01-03 10:00,sell,B,,value_points,78.4
2026-01-03 11:00,sell,A,,value_points,1
"""
REFUNDS = "order,refunded_at,amount\nO2,2026-01-04 10:00,1000\n"


def run_book(folder: Path, form: Format = "csv", text: str = GROWTH, **tables: str) -> tuple[Run, Path, Programme]:
    """Run the small book up to 2026-01-04, with these tables instead or besides."""
    programme = load_programme(text)
    decimals = {kind: points.decimals for kind, points in programme.kinds.items()}
    book = {"members": MEMBERS, "stores": STORES, "orders": ORDERS, "actions": ACTIONS, "refunds": REFUNDS, **tables}
    write_book(folder / "book", book)
    facts = read_book(folder / "book", zone=programme.time_zone, decimals=decimals, paid_in=programme.lot_kind).facts
    form_of = ResultForm(decimals={"money": 2, **decimals}, zone=programme.time_zone, format=form)
    with ResultWriter(folder / "result", facts=facts, form=form_of) as writer:
        run = run_days(Replay(programme, facts), until=date(2026, 1, 4), writer=writer)
        writer.finish(tables=final_tables(run), summary=summary_of(run))
    return run, folder / "result", programme


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    """Return the rows of a table of a result."""
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_pools_have_a_row_for_each_day_with_the_price_rounded_down(tmp_path: Path) -> None:
    _, result, _ = run_book(tmp_path, actions="at,action,party,to,points,amount\n")

    first, second, third, fourth = rows(result, "pools")
    assert first == {"day": "2026-01-01", "pool": "0.00", "supply": "0.00000000", "price": "1.000000000000"}
    assert second == {"day": "2026-01-02", "pool": "320.00", "supply": "190.40000000", "price": "1.680672268907"}
    assert third == {"day": "2026-01-03", "pool": "480.00", "supply": "257.04000000", "price": "1.867413632119"}
    assert (fourth["pool"], fourth["supply"]) == ("320.00", "178.64000000")


def test_while_nothing_circulates_the_last_price_stands(tmp_path: Path) -> None:
    actions = "at,action,party,to,points,amount\n2026-01-03,sell,A,,value_points,112\n"
    orders = "order,member,paid_at,amount\nO1,A,2026-01-02,1000\n"

    _, result, _ = run_book(tmp_path, actions=actions, orders=orders, refunds="order,refunded_at,amount\n")

    last = rows(result, "pools")[-1]
    assert last == {"day": "2026-01-04", "pool": "0.00", "supply": "0.00000000", "price": "1.428571428571"}


def test_exits_say_for_how_much_at_which_price_and_against_what(tmp_path: Path) -> None:
    run, result, _ = run_book(tmp_path)

    first, second = rows(result, "exits")[:2]
    assert (first["day"], first["party"], first["transfer"]) == ("2026-01-02", "A", "growth/action/1/exit/A")
    assert (first["points"], first["consumption"]) == ("112.00000000", "1000.00")
    worth = Fraction(100_320 * 112) / Fraction("190.4")
    assert Decimal(first["price"]) == Decimal(100_320 * 10**12 * 10 // 1904) / 10**12
    assert Decimal(first["paid"]) == Decimal(int(worth * 80)) / 100
    assert (second["party"], second["consumption"]) == ("B", "1000.00")
    assert len(run.totals.exits) == len(rows(result, "exits"))


def test_what_cannot_be_burnt_is_blocked_with_the_decimals_of_its_kind(tmp_path: Path) -> None:
    _, result, _ = run_book(tmp_path)

    burns = [row for row in rows(result, "blocked") if row["rule"] == "burn"]

    assert burns == [
        {"day": "2026-01-04", "party": "B", "rule": "burn", "points": "value_points", "amount": "78.40000000"}
    ]


def test_entries_are_numbered_without_a_gap_over_the_days(tmp_path: Path) -> None:
    _, result, _ = run_book(tmp_path)

    numbers = [int(row["seq"]) for row in rows(result, "entries")]

    assert numbers == list(range(1, len(numbers) + 1))


def test_the_checks_hold_and_the_summary_tells_of_the_pool(tmp_path: Path) -> None:
    run, result, _ = run_book(tmp_path)

    summary = json.loads((result / "summary.json").read_text("utf-8"))

    assert set(summary["checks"].values()) == {True}
    assert {
        "the pool is what its account holds",
        "the points in circulation are those of members",
        "the reserve holds what waits for the pool",
        "what stores are owed is in their account",
        "what partners are owed is in their account",
    } <= set(summary["checks"])
    assert summary["pool"]["exits"] == len(run.totals.exits) >= 2
    assert summary["pool"]["points"] == "value_points"
    assert summary["pool"]["price"] == rows(result, "pools")[-1]["price"]


@pytest.mark.parametrize(
    ("attribute", "name"),
    [
        ("money", "the pool is what its account holds"),
        ("supply", "the points in circulation are those of members"),
        ("pending", "the reserve holds what waits for the pool"),
    ],
)
def test_a_pool_that_is_not_what_it_should_be_fails_its_check(tmp_path: Path, attribute: str, name: str) -> None:
    run, _, _ = run_book(tmp_path)
    pool = run.replay.book.pool
    assert pool is not None

    setattr(pool, attribute, getattr(pool, attribute) + 10**15)

    assert [check for check, holds in run.checks.items() if not holds] == [name]


@pytest.mark.parametrize(
    ("column", "name"),
    [("net", "what stores are owed is in their account"), ("fund", "what partners are owed is in their account")],
)
def test_a_store_whose_sums_are_wrong_fails_its_check(tmp_path: Path, column: str, name: str) -> None:
    run, _, _ = run_book(tmp_path)

    getattr(run.replay.book.stores, column)[0] += 1

    assert [check for check, holds in run.checks.items() if not holds] == [name]


def test_reported_amounts_are_added_up_by_day_party_rule_and_kind(tmp_path: Path) -> None:
    of = 'rates = [0.003, 0.002]\npayout = "ledger"'
    assert of in GROWTH
    text = GROWTH.replace(of, of.replace("ledger", "report_only"))

    run, result, _ = run_book(tmp_path, text=text)

    reported = rows(result, "reported")
    second, third = date(2026, 1, 2).isoformat(), date(2026, 1, 3).isoformat()
    assert reported == [
        {"day": second, "party": "A", "rule": "generation_share", "points": "money", "amount": "3.00"},
        {"day": third, "party": "A", "rule": "generation_share", "points": "money", "amount": "3.00"},
        {"day": "2026-01-04", "party": "A", "rule": "generation_share", "points": "money", "amount": "-3.00"},
    ]
    assert not any(row["rule"] == "generation_share" for row in rows(result, "entries"))
    assert set(run.checks.values()) == {True}


def test_what_the_programme_itself_is_refused_names_it(tmp_path: Path) -> None:
    start = GROWTH.index('[[on_order]]\nuse = "profit_pool"')
    end = GROWTH.index('[[on_order]]\nuse = "shopping_grant"')
    text = GROWTH[:start] + GROWTH[end:]
    text = text[: text.index("[[example]]")].replace('"sell"', '"convert"')

    _, result, _ = run_book(tmp_path, text=text)

    refused = [(row["fact"], row["party"]) for row in rows(result, "refused")]
    assert ("action 1", "programme") in refused


def test_money_is_a_kind_like_others_in_the_balances(tmp_path: Path) -> None:
    run, result, _ = run_book(tmp_path)

    balances = {(row["party"], row["points"]): row["free"] for row in rows(result, "balances")}

    pool = run.replay.book.pool
    assert pool is not None
    assert balances["programme:pool", "money"] == f"{pool.money // 100}.{pool.money % 100:02}"
    assert ("A", "money") in balances


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        (tmp_path / form).mkdir()
    _, as_csv, _ = run_book(tmp_path / "csv")
    _, as_parquet, _ = run_book(tmp_path / "parquet", "parquet")

    for name in ("pools", "exits", "reported", "blocked"):
        assert pq.read_table(as_parquet / f"{name}.parquet").to_pylist() == (
            read_result(as_csv).table(name).to_pylist()
        ), name
    assert str(pq.read_table(as_parquet / "pools.parquet")["price"].type) == "decimal128(38, 12)"


def test_the_digest_of_the_facts_knows_the_stores(tmp_path: Path) -> None:
    run, _, _ = run_book(tmp_path)
    facts = run.replay.facts

    other = replace(facts, stores=replace(facts.stores, region=["330106"]))

    assert facts_digest(other) != facts_digest(facts)


def test_other_programmes_have_none_of_these_tables(tmp_path: Path) -> None:
    text = catalogue.read("release")
    none = "at,action,party,to,points,amount\n"

    _, result, _ = run_book(tmp_path, text=text, actions=none, stores="store\n")

    assert not {"pools", "exits", "reported"} & {path.stem for path in result.iterdir()}
    assert "pool" not in json.loads((result / "summary.json").read_text("utf-8"))
