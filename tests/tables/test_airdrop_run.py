"""A run of an airdrop programme: its tables, checks, summary and report, in CSV and Parquet alike (S2-10 … S2-46)."""

import csv
import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.replay import Replay
from jifen.messages import translator
from jifen.tables.reading import BookForm, read_book_of
from jifen.tables.report import render_report
from jifen.tables.results import read_result
from jifen.tables.run import Run, final_tables, run_days, summary_of
from jifen.tables.run_report import report_data
from jifen.tables.sample import sample_of, write_tables
from jifen.tables.writing import Format, ResultForm, ResultWriter

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 25)
TABLES = {"airdrops", "frozen", "centers", "entries", "balances", "blocked", "daily", "ranks", "refused"}


def run(folder: Path, name: str, form: Format = "csv") -> Run:
    """Run the sample of a programme and write its result."""
    programme = load_programme(catalogue.read(name))
    if not (folder / "book").exists():
        write_tables(folder / "book", sample_of(programme, members=200, days=25, seed=3, start=FIRST))
    facts = read_book_of(folder / "book", BookForm.of(programme)).facts
    decimals = {kind: points.decimals for kind, points in programme.kinds.items()}
    result = ResultForm(decimals=decimals, zone=programme.time_zone, format=form)
    with ResultWriter(folder / form, facts=facts, form=result) as writer:
        done = run_days(Replay(programme, facts), until=LAST, writer=writer)
        writer.finish(tables=final_tables(done), summary=summary_of(done))
    return done


@pytest.fixture(scope="module", params=["airdrop", "airdrop_sport"])
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    folder = tmp_path_factory.mktemp(request.param)
    return folder, run(folder, request.param)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "csv" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_check_holds(ran: tuple[Path, Run]) -> None:
    checks = ran[1].checks

    assert len(checks) == 8
    assert set(checks.values()) == {True}


def test_airdrops_are_those_of_the_entries_and_tokens_have_eight_decimals(ran: tuple[Path, Run]) -> None:
    folder, done = ran
    days, entries = rows(folder, "airdrops"), rows(folder, "entries")
    given = {day["day"]: Decimal(0) for day in days}
    for entry in entries:
        if "/airdrop/token/" in entry["transfer"] and not entry["party"].startswith("programme:"):
            given[entry["day"]] += Decimal(entry["amount"])
            assert len(entry["amount"].partition(".")[2]) == 8

    assert len(days) == 25
    assert {day["day"]: Decimal(day["given"]) for day in days} == given
    for day, after in pairwise(days):
        assert Decimal(day["emission"]) + Decimal(day["dust_before"]) == Decimal(day["given"]) + Decimal(day["dust"])
        assert after["dust_before"] == day["dust"]
    balances = {(row["party"], row["points"]): row["free"] for row in rows(folder, "balances")}
    assert balances.get(("programme:pool", "token"), "0.00000000") == days[-1]["reserve"]
    assert int(days[-1]["members"]) <= int((done.replay.book.active > 0).sum())


def test_entries_are_numbered_through_and_name_joins_stores_and_steps(ran: tuple[Path, Run]) -> None:
    folder, done = ran
    entries = rows(folder, "entries")

    about = {entry["transfer"].split("/")[1] for entry in entries}

    assert [int(entry["seq"]) for entry in entries] == list(range(1, len(entries) + 1))
    assert {"join", "order", "action"} <= about
    if done.replay.programme.code == "airdrop_sport":
        assert {"store", "steps"} <= about
        assert {entry["state"] for entry in entries} == {"free", "frozen"}


def test_frozen_points_are_those_of_the_entries(ran: tuple[Path, Run]) -> None:
    folder, _ = ran
    sums: dict[tuple[str, str], Decimal] = {}
    for entry in rows(folder, "entries"):
        if entry["state"] == "frozen":
            key = entry["party"], entry["points"]
            sums[key] = sums.get(key, Decimal(0)) + Decimal(entry["amount"])

    frozen = {(row["party"], row["points"]): Decimal(row["amount"]) for row in rows(folder, "frozen")}

    assert frozen == {key: amount for key, amount in sums.items() if amount}


def test_parquet_holds_what_csv_holds(ran: tuple[Path, Run]) -> None:
    folder, done = ran
    run(folder, done.replay.programme.code, "parquet")

    as_csv, as_parquet = read_result(folder / "csv"), read_result(folder / "parquet")

    assert set(as_csv.tables) >= TABLES
    assert sorted(as_csv.tables) == sorted(as_parquet.tables)
    for name in as_csv.tables:
        assert as_csv.table(name).to_pylist() == as_parquet.table(name).to_pylist(), name
    assert as_csv.summary == as_parquet.summary


def test_the_summary_says_what_the_cap_leaves(ran: tuple[Path, Run]) -> None:
    folder, done = ran
    told = json.loads((folder / "csv" / "summary.json").read_text("utf-8"))["airdrop"]

    out = [Decimal(told[name]) for name in ("emitted", "funded", "left")]

    assert sum(out) == 390_000
    assert out[1] == 2100
    assert told["activated"] == int((done.replay.book.active > 0).sum())


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_the_report_shows_tokens_weight_reserve_and_centres(ran: tuple[Path, Run], language: str) -> None:
    _, done = ran
    translate = translator(language)
    data = report_data(done, [], translate=translate, language=language)

    page = render_report(data, translate=translate, language=language)

    assert data.airdrop is not None
    assert sum(day.given for day in data.airdrop.days) + data.airdrop.days[-1].dust == data.airdrop.emitted
    assert sum(group.members for group in data.airdrop.groups) == data.airdrop.days[-1].members
    titles = ["Airdrop by day", "Who has the weight", "What the reserve could not pay", "Operation centres", "Ranks"]
    if done.replay.programme.code == "airdrop_sport":
        titles += ["Steps per day", "Still frozen"]
        assert data.airdrop.steps is not None
        assert sum(day.by_ladder for day in data.airdrop.steps.days) > 0
        assert sum(day.by_tasks for day in data.airdrop.steps.days) > 0
    for title in titles:
        assert translate(title) in page
        assert language == "en" or translate(title) != title
