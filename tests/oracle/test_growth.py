"""Random books of stores, orders and sales of points end in the same figures as a plain computation (S1)."""

import csv
import tempfile
import tomllib
from collections import Counter
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.flows.by_hand import run_offline
from tests.oracle.growth import Result, settle_book
from tests.oracle.growth_programmes import usual_text
from tests.oracle.growth_strategies import Book, books
from tests.oracle.test_growth_examples import FIRST, action, book_of, order, posted, refund, store

DECIMALS = {"money": 2, "value_points": 8, "shopping_points": 2, "subsidy": 2}


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(books())
def test_every_figure_agrees_with_the_plain_computation(drawn: tuple[str, Book, date]) -> None:
    found, expected = both(*drawn)

    assert differences(found, expected) == {}


def test_debts_are_paid_by_credits_and_at_the_close() -> None:
    """A owes B's reward and is made to sell: what it asks for then pays no debt unless it brings money."""
    text = usual_text(policy="debt", generations="0.3333")
    book = book_of("A > B", orders=[order("O1", "B", "1000"), order("O2", "A", "1000", 2)])
    book["refunds"] = [refund("O1", "1000", 1)]
    book["actions"] = [
        action("withdraw", "A", "money", "333.3", day=1),
        action("inject", "programme", "money", "99999", day=2),
    ]
    asked = [action("subsidise", "A", "subsidy", "1", day=2), action("adjust", "A", "money", "0.01", day=2)]

    for more, path in ((asked[:1], str(FIRST + timedelta(days=2))), (asked, "action/4")):
        found, expected = both(text, {**book, "actions": book["actions"] + more}, FIRST + timedelta(days=2))
        assert differences(found, expected) == {}
        assert posted(found, f"{path}/debt_repayment/A") == {"A": -33_330, "programme:debts": 33_330}


def both(text: str, book: Book, until: date) -> tuple[Result, Result]:
    """Return what the engine finds, and what is expected."""
    expected = settle_book(tomllib.loads(text, parse_float=Decimal), book, until)
    with tempfile.TemporaryDirectory() as folder:
        return read_result(run_offline(text, book, until, folder=Path(folder))), expected


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
    for r in rows_of(folder, "entries"):
        key = (r["day"], r["transfer"], r["party"], r["points"], r["state"], r["rule"], r["lot"])
        entries[key] += minor(r["amount"], r["points"])
    reported: Counter[tuple[str, str, str, str]] = Counter()
    for r in rows_of(folder, "reported"):
        reported[r["day"], r["party"], r["rule"], r["points"]] += minor(r["amount"], r["points"])
    return Result(
        entries=Counter({key: amount for key, amount in entries.items() if amount}),
        balances={
            (r["party"], r["points"]): (minor(r["free"], r["points"]), minor(r["locked"], r["points"]))
            for r in rows_of(folder, "balances")
        },
        blocked={
            (r["day"], r["party"], r["rule"]): minor(r["amount"], "value_points" if r["rule"] == "burn" else "money")
            for r in rows_of(folder, "blocked")
        },
        refused={(r["fact"], r["party"]) for r in rows_of(folder, "refused")},
        debts={
            (r["party"], r["points"]): (minor(r["owed"], r["points"]), minor(r["written_off"], r["points"]))
            for r in rows_of(folder, "debts")
        },
        ranks={r["member"]: (r["rank"], r["since"]) for r in rows_of(folder, "ranks")},
        reported=dict(reported),
        pools={
            r["day"]: (minor(r["pool"], "money"), minor(r["supply"], "value_points"), r["price"])
            for r in rows_of(folder, "pools")
        },
        exits={
            (r["day"], r["transfer"], r["party"], minor(r["points"], "value_points"), minor(r["paid"], "money"),
             r["price"], minor(r["consumption"], "money"))
            for r in rows_of(folder, "exits")
        },
    )  # fmt: skip


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def minor(text: str, kind: str) -> int:
    return int(Decimal(text or "0").scaleb(DECIMALS[kind]))


def test_of_equal_exit_prices_and_moments_the_lower_member_goes_first() -> None:
    """B and A buy at the same moment, B's row first: both have held as long (S1-09)."""
    text = usual_text({"spend_money"}, commission="0.9", platform="0", distribution="0", minted="1", kept="0",
                      exit_multiple="2", minimum_supply="1")  # fmt: skip
    book = book_of("A, B, C", orders=[order("O1", "C", "3000"), order("O2", "B", "100"), order("O3", "A", "1000")])
    book["orders"][0]["paid_at"] = f"{FIRST}T08:00:00"
    book["actions"] = [action("inject", "programme", "money", "5500")]

    found, expected = both(text, book, FIRST)

    assert differences(found, expected) == {}
    assert [row[2] for row in sorted(found.exits, key=lambda row: row[3])][:1] == ["A"]


def test_only_locked_leaves_what_was_reported() -> None:
    """C2, C3: nothing of it is turned around."""
    text = usual_text(policy="only_locked", payout_8="report_only", threshold="0.01", new_user="1")
    orders = [order("O1", "A", "100", store="S"), order("O2", "B", "100", 1, store="S")]
    book = book_of("A > B", stores=[store("S")], orders=orders, refunds=[refund("O2", "100", 2)])

    found, expected = both(text, book, FIRST + timedelta(days=2))

    assert differences(found, expected) == {}
    assert found.reported == {(str(FIRST + timedelta(days=1)), "A", "new_user_reward", "money"): 10_000}
