"""A run of an alliance: its tables, checks, summary and report, in CSV and Parquet alike (S3-17 … S3-31)."""

import csv
import json
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.replay import Replay
from jifen.messages import translator
from jifen.tables.reading import BookForm, read_book_of
from jifen.tables.report import render_report
from jifen.tables.results import read_result
from jifen.tables.run import Run, facts_digest, final_tables, run_days, summary_of
from jifen.tables.run_alliance import alliance_checks
from jifen.tables.run_report import report_data
from jifen.tables.sample import sample_of, write_tables
from jifen.tables.writing import Format, ResultForm, ResultWriter

FIRST, LAST = date(2026, 1, 1), date(2026, 2, 9)
PROGRAMME = load_programme(catalogue.read("alliance"))
TABLES = {"floats", "owed", "periods", "rebates", "entries", "balances", "blocked", "daily", "refused"}
INS, OUTS = ("opened", "bought", "granted", "handed", "taken_back"), ("sold", "handed_out", "given", "sent")


def run(folder: Path, form: Format = "csv") -> Run:
    """Run the sample of the alliance and write its result."""
    if not (folder / "book").exists():
        write_tables(folder / "book", sample_of(PROGRAMME, members=200, days=40, seed=3, start=FIRST))
    facts = read_book_of(folder / "book", BookForm.of(PROGRAMME)).facts
    decimals = {kind: points.decimals for kind, points in PROGRAMME.kinds.items()}
    result = ResultForm(decimals=decimals, zone=PROGRAMME.time_zone, format=form)
    with ResultWriter(folder / form, facts=facts, form=result) as writer:
        done = run_days(Replay(PROGRAMME, facts), until=LAST, writer=writer)
        writer.finish(tables=final_tables(done), summary=summary_of(done))
    return done


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    folder = tmp_path_factory.mktemp("alliance")
    return folder, run(folder)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "csv" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def sums(folder: Path, kind: str) -> dict[str, Decimal]:
    """Return what the entries leave to each party of a kind."""
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in rows(folder, "entries"):
        if entry["points"] == kind:
            found[entry["party"]] += Decimal(entry["amount"])
    return found


def test_every_check_holds_and_a_missing_point_fails_them(ran: tuple[Path, Run]) -> None:
    done = ran[1]
    assert done.alliance is not None
    last = done.alliance.days[-1]

    checks = done.checks
    done.alliance.days[-1] = last._replace(members=last.members - 1)
    spoilt = alliance_checks(done.replay, done.alliance)
    done.alliance.days[-1] = last

    assert len(checks) == 8
    assert set(checks.values()) == {True}
    assert [name for name, holds in spoilt.items() if not holds] == [
        "all points issued are with branches, stores and members, or redeemed"
    ]


def test_floats_are_what_the_entries_leave_to_stores(ran: tuple[Path, Run]) -> None:
    folder, _ = ran
    left = sums(folder, "store_points")
    balances = {row["party"]: row["free"] for row in rows(folder, "balances") if row["points"] == "store_points"}

    floats = rows(folder, "floats")

    assert {row["type"] for row in floats} == {"store", "branch"}
    assert all(row["branch"].startswith("S") or not row["branch"] for row in floats)
    for row in floats:
        party = f"store:{row['store']}"
        moved = sum(Decimal(row[name]) for name in INS) - sum(Decimal(row[name]) for name in OUTS)
        assert moved == Decimal(row["balance"]) == left.pop(party, Decimal(0)) == Decimal(balances.get(party, "0"))
    assert not [party for party in left if party.startswith("store:")]
    assert sum(left.values()) == -sum(Decimal(row["balance"]) for row in floats)


def test_what_points_cost_is_by_the_price_list(ran: tuple[Path, Run]) -> None:
    folder, _ = ran
    stores = {row["store"]: row for row in rows(folder, "floats")}
    prices = {"branch": Decimal("0.8"), "of branch": Decimal("0.9"), "direct": Decimal(1)}
    refused = {one["fact"] for one in rows(folder, "refused")}

    paid: defaultdict[str, Decimal] = defaultdict(Decimal)
    with (folder / "book" / "actions.csv").open(newline="", encoding="utf-8") as file:
        for number, action in enumerate(csv.DictReader(file), start=1):
            if action["action"] != "buy_points" or f"action {number}" in refused:
                continue
            store = stores[action["store"]]
            buyer = "branch" if store["type"] == "branch" else "of branch" if store["branch"] else "direct"
            large = buyer == "direct" and Decimal(action["amount"]) >= 10_000
            paid[action["store"]] += Decimal(action["amount"]) * (Decimal("0.95") if large else prices[buyer])

    assert {store: Decimal(row["paid"]) for store, row in stores.items() if Decimal(row["paid"])} == dict(paid)


def test_what_stores_owe_is_listed_and_blocked(ran: tuple[Path, Run]) -> None:
    folder, _ = ran
    owed = rows(folder, "owed")

    by_store: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in owed:
        by_store[row["store"]] += Decimal(row["owed"])
        assert 0 < Decimal(row["owed"]) <= Decimal(row["granted"])
    blocked = sum(Decimal(row["amount"]) for row in rows(folder, "blocked") if row["rule"] == "store_grant")

    assert owed
    floats = {row["store"]: Decimal(row["owed"]) for row in rows(folder, "floats") if Decimal(row["owed"])}
    assert floats == dict(by_store)
    assert sum(by_store.values()) < blocked  # some was paid later
    assert any("/owed/" in entry["transfer"] for entry in rows(folder, "entries"))


def test_periods_are_half_open_and_their_dues_rounded_down(ran: tuple[Path, Run]) -> None:
    folder, _ = ran
    ends: dict[str, str] = {}

    periods = rows(folder, "periods")

    assert len(periods) > 20
    for row in periods:
        assert ends.get(row["store"], row["from"]) == row["from"] < row["until"] == row["settled_on"]
        ends[row["store"]] = row["until"]
        if row["adjusted"] == "0.00":
            exact = (Decimal(row["sales"]) - Decimal(row["refunds"])) * Decimal(row["rate"])
            assert Decimal(row["due"]) == exact.quantize(Decimal("0.01"), "ROUND_FLOOR")
    assert {row["rate"] for row in periods} >= {"0.030000000", "0.025000000"}
    assert any(row["adjusted"] != "0.00" for row in periods)
    assert any(row["stored"] != "0.00" for row in periods)


def test_rebates_are_unfunded(ran: tuple[Path, Run]) -> None:
    folder, _ = ran
    rebates = rows(folder, "rebates")

    of_entries: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in rows(folder, "entries"):
        if entry["rule"] == "shareholder_income":
            of_entries[entry["party"]] += Decimal(entry["amount"])

    assert {row["member"]: Decimal(row["paid"]) for row in rebates} == {
        party: amount for party, amount in of_entries.items() if amount > 0
    }
    assert of_entries["programme:unfunded"] == -sum(Decimal(row["paid"]) for row in rebates)


def test_parquet_holds_what_csv_holds(ran: tuple[Path, Run]) -> None:
    folder, _ = ran
    run(folder, "parquet")

    as_csv, as_parquet = read_result(folder / "csv"), read_result(folder / "parquet")

    assert set(as_csv.tables) >= TABLES
    assert sorted(as_csv.tables) == sorted(as_parquet.tables)
    for name in as_csv.tables:
        assert as_csv.table(name).to_pylist() == as_parquet.table(name).to_pylist(), name
    assert as_csv.summary == as_parquet.summary


def test_the_summary_says_where_the_points_are(ran: tuple[Path, Run]) -> None:
    folder, _ = ran
    told = json.loads((folder / "csv" / "summary.json").read_text("utf-8"))["alliance"]

    places = ("in_branches", "in_stores", "with_members", "redeemed", "elsewhere")

    assert sum(Decimal(told[name]) for name in places) == Decimal(told["issued"]) + Decimal(told["unfunded"])
    assert Decimal(told["due"]) == sum(Decimal(row["due"]) for row in rows(folder, "periods"))
    assert Decimal(told["owed"]) == sum(Decimal(row["owed"]) for row in rows(folder, "owed"))
    assert (told["branches"] > 0, told["stores"] > 10, told["shareholders"] > 0) == (True, True, True)


def test_the_hash_of_the_facts_tells_ratios_homes_and_ends_of_periods_apart(ran: tuple[Path, Run]) -> None:
    facts = ran[1].replay.facts
    assert facts.members.home is not None
    assert facts.actions.until is not None
    assert facts.orders.ratio is not None

    others = (
        replace(facts, members=replace(facts.members, home=facts.members.home[::-1].copy())),
        replace(facts, actions=replace(facts.actions, until=facts.actions.until + 1)),
        replace(facts, orders=replace(facts.orders, ratio=facts.orders.ratio[::-1])),
    )

    assert len({facts_digest(one) for one in (facts, *others)}) == 4


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_report_shows_where_points_are_floats_periods_and_rebates(ran: tuple[Path, Run], language: str) -> None:
    folder, done = ran
    translate = translator(language)
    data = report_data(done, [], translate=translate, language=language)

    page = render_report(data, translate=translate, language=language)

    report = data.alliance
    assert report is not None
    last = report.days[-1]
    where = last.branches + last.stores + last.members + last.redeemed + last.elsewhere
    assert where == report.issued + report.unfunded
    assert all(line.got - line.gave == line.balance for line in report.floats)
    assert next(line.name for line in report.floats if line.is_branch) == report.floats[0].name
    at_stores = sum(Decimal(row["amount"]) for row in _sales(folder))
    assert data.totals.ordered == at_stores * 100
    for title in ("Where the points of the alliance are", "Points given and redeemed by day", "Branches and stores",
                  "Settled periods", "Shareholders", "Sales at stores per day"):  # fmt: skip
        assert translate(title) in page
        assert language == "en" or translate(title) != title


def _sales(folder: Path) -> list[dict[str, str]]:
    """Return the orders at stores; the sample has none that is refused."""
    with (folder / "book" / "orders.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["store"]]
