"""Random books of devices, agents and refunds end in the same figures as a plain computation, to the last unit."""

import csv
import tempfile
import tomllib
from collections import Counter
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from tests.flows.by_hand import run_offline
from tests.oracle.parking import Result, settle_book
from tests.oracle.parking_programmes import FLAGS, KIND, KINDS, NUMBERS, rank_rows, text_of, tier_rows
from tests.oracle.parking_strategies import Book, books
from tests.oracle.test_parking import FIRST, action, book_of, devices, points

REPORT = '\n[[report]]\nuse = "network_volume"\nsource = "made for a test"\n'
HOLDING = {
    "differential_overflow": "hold",
    "agents_only": "true",
    "amount_min": "10",
    "amount_max": "20",
}
POINTS_DECIMALS, MONEY_DECIMALS = 4, 2
LOT = ("granted", "released_scheduled", "released_accelerated", "cancelled", "remaining")
VOLUMES = ("own_points", "own_cash", "team_points", "team_cash", "largest_leg", "second_leg")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(books())
def test_every_figure_agrees_with_the_plain_computation(drawn: tuple[str, Book, date]) -> None:
    text, book, until = drawn

    found, expected = both(text, book, until)

    assert differences(found, expected) == {}


def both(text: str, book: Book, until: date) -> tuple[Result, Result]:
    """Return what the engine finds, and what is expected."""
    expected = settle_book(tomllib.loads(text, parse_float=Decimal), book, until)
    with tempfile.TemporaryDirectory() as folder:
        return read_result(run_offline(text + REPORT, book, until, folder=Path(folder))), expected


def small_programme(*rules: str, **values: str) -> str:
    """Return a programme in which C's devices make its referrer A a district agent; lots are 5 % of the price."""
    usual = {name: choices[0] for name, choices in NUMBERS.items()} | dict.fromkeys(FLAGS, "false")
    usual["tiers"] = tier_rows([("1", "0.05")])
    usual["table"] = rank_rows([("district", "2", "", "0", "1")])
    kinds = [KIND.format(kind=kind, withdrawable="true", transferable="true") for kind in KINDS]
    return text_of(usual | {"channel": ""} | values, kinds, ["grant_units", "agency", *rules, "adjustment"])


def agents_book(day_of_a: date) -> Book:
    """A is an agent, C below buys three devices on the first day, A one on a day."""
    orders = [devices("O1", "C", 3), devices("O2", "A", 1, day_of_a)]
    return book_of("A > C", orders=orders, actions=[action("appoint", "A")])


def test_a_prize_is_paid_though_the_lot_ends_on_the_same_day() -> None:
    """A reward that does not draw on lots asks whether they held anything when the close began."""
    text = small_programme("sales_ranking", "monthly_release", first_month="full", first_months="0", rate="1.5")

    found, expected = both(text, agents_book(FIRST), date(2026, 3, 31))

    assert found.lots["O2"][6:] == (0, "2026-03-31")
    assert found.balances["A", "sales_points"] == (points("1000"), 0, 0)
    assert differences(found, expected) == {}


def test_what_waits_without_drawing_on_lots_is_paid_whole() -> None:
    """A earns 3 a day from the second day on and holds a lot from the fourth; nothing of the lot is used."""
    text = small_programme("unit_rank", "unit_differential", "daily_amount", **HOLDING)

    found, expected = both(text, agents_book(date(2026, 3, 3)), date(2026, 3, 4))

    assert found.balances["A", "sales_points"] == (points("9"), 0, 0)
    assert found.lots["O2"][4] == 0
    assert differences(found, expected) == {}


def read_result(folder: Path) -> Result:
    """Return the tables of a result in the form of the plain computation: whole minor units by key."""

    def rows(name: str) -> list[dict[str, str]]:
        path = folder / f"{name}.csv"
        if not path.exists():
            return []
        with path.open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    entries: Counter[tuple[str, str, str, str, str, str, str]] = Counter()
    for r in rows("entries"):
        key = (r["day"], r["transfer"], r["party"], r["points"], r["state"], r["rule"], r["lot"])
        entries[key] += minor(r["amount"])
    return Result(
        entries=Counter({key: amount for key, amount in entries.items() if amount}),
        balances={(r["party"], r["points"]): (minor(r["free"]), minor(r["locked"]), 0) for r in rows("balances")},
        lots={r["order"]: lot_of(r) for r in rows("lots")},
        blocked={(r["day"], r["party"], r["rule"]): minor(r["amount"]) for r in rows("blocked")},
        refused={(r["fact"], r["party"]) for r in rows("refused")},
        debts={(r["party"], r["points"]): (minor(r["owed"]), minor(r["written_off"])) for r in rows("debts")},
        ranks={r["member"]: (r["rank"], r["since"]) for r in rows("ranks")},
        volumes={r["member"]: volumes_of(r) for r in rows("volumes")},
        kind_volumes={},
        agents={r["member"]: (r["since"], int(r["strikes"]), int(r["carry"])) for r in rows("agents")},
        reviews={(r["day"], r["member"]): review_of(r) for r in rows("reviews")},
        leases={
            r["order"]: (r["member"], int(r["units"]), minor(r["price"], MONEY_DECIMALS), r["paid_back_on"])
            for r in rows("leases")
        },
    )


def minor(text: str, decimals: int = POINTS_DECIMALS) -> int:
    return int(Decimal(text).scaleb(decimals))


def lot_of(row: dict[str, str]) -> tuple[str, str, int, int, int, int, int, str]:
    granted, scheduled, accelerated, cancelled, remaining = (minor(row[name]) for name in LOT)
    days = row["opened_on"], row["closed_on"]
    return row["member"], days[0], granted, scheduled, accelerated, cancelled, remaining, days[1]


def volumes_of(row: dict[str, str]) -> tuple[int, int, int, int, int, int]:
    own_points, own_cash, team_points, team_cash, largest, second = (
        minor(row[name], MONEY_DECIMALS) for name in VOLUMES
    )
    return own_points, own_cash, team_points, team_cash, largest, second


def review_of(row: dict[str, str]) -> tuple[int, int, int, int, bool]:
    target, sold, strikes, short = (int(row[name]) for name in ("target", "sold", "strikes", "short"))
    return target, sold, strikes, short, row["outcome"] == "dismissed"


def differences(found: Result, expected: Result) -> dict[str, object]:
    """Return by table what differs: (key, found, expected)."""
    differing: dict[str, object] = {}
    for field in fields(Result):
        ours, theirs = getattr(found, field.name), getattr(expected, field.name)
        if field.name == "kind_volumes":  # no table of a result shows them
            continue
        if field.name == "balances":  # a result shows what is free and locked; what is frozen is compared by entries
            theirs = {account: (*held[:2], 0) for account, held in theirs.items() if any(held[:2])}
        if field.name == "refused":
            ours, theirs = dict.fromkeys(ours, "refused"), dict.fromkeys(theirs, "refused")
        keys = sorted({key for key in ours | theirs if ours.get(key) != theirs.get(key)})
        if keys:
            differing[field.name] = [(key, ours.get(key), theirs.get(key)) for key in keys]
    return differing
