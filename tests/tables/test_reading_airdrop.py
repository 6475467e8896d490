"""Concessions, steps, centres and the reserve: what is wrong is said with its place and remedy, the rest is facts."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from jifen import catalogue
from jifen.engine.document import load_programme
from jifen.engine.facts import NOBODY, Facts
from jifen.tables.problems import BadBookError
from jifen.tables.reading import BookForm, read_book_of
from tests.tables.books import Found, write_book

FORM = BookForm.of(load_programme(catalogue.read("airdrop_sport")))
STORES = "store,joined_at,owner,referrer,region\nS1,2026-01-01,M1,,330106\n"
STEPS = "member,day,walked,run,device\n"
ORDERS = "order,member,paid_at,amount,concession\n"
ACTIONS = "at,action,party,to,points,amount\n"


def read(folder: Path, **tables: str) -> Facts:
    """Read a book of M1 … M3 with the store S1, with these tables instead or besides."""
    return read_book_of(write_book(folder, {"stores": STORES, **tables}), FORM).facts


def problems(folder: Path, **tables: str) -> list[Found]:
    """Return what is wrong with the book: file, line, column, sentence."""
    try:
        read(folder, **tables)
    except BadBookError as error:
        return [(problem.file, problem.line, problem.column, str(problem.message)) for problem in error.problems]
    return []


def test_steps_are_of_the_last_moment_of_their_day(tmp_path: Path) -> None:
    rows = "M2,2026-01-02,8000,,bracelet\nM1,2026-01-03,0,12000,\n"

    steps = read(tmp_path, steps=STEPS + rows).steps

    assert steps.member.tolist() == [1, 0]
    assert (steps.walked.tolist(), steps.run.tolist()) == ([8000, 0], [0, 12000])
    assert steps.day.tolist() == [20455, 20456]
    assert FORM.zone == "Asia/Shanghai"
    assert steps.at.tolist() == [(20456 * 24 - 8) * 3_600_000_000 - 1, (20457 * 24 - 8) * 3_600_000_000 - 1]


def test_a_parquet_table_of_steps_is_the_same(tmp_path: Path) -> None:
    text = STEPS + "M2,2026-01-02,8000,1,\n"
    typed = pa_csv.read_csv(pa.BufferReader(text.encode()))  # a date, whole numbers
    book = write_book(tmp_path / "parquet", {"stores": STORES})
    pq.write_table(typed, book / "steps.parquet")

    found = read_book_of(book, FORM).facts.steps

    assert pa.types.is_date(typed["day"].type)
    assert repr(found) == repr(read(tmp_path / "csv", steps=text).steps)


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("M1,2026-01-32,1,1,", "day", "the calendar has no 2026-01-32; write a day that exists, and a time between"
         " 00:00:00 and 23:59:59"),
        ("M1,2026-01-03 08:00,1,1,", "day", '"2026-01-03 08:00" is not a day; write one such as 2026-03-01'),
        ("M1,,1,1,", "day", '"" is not a day; write one such as 2026-03-01'),
        ("M2,2026-01-01,1,1,", "day", "M2 joins only at 2026-01-02T08:00:00+08:00, after this day; correct one of the"
         " two"),
        ("M4,2026-01-05,1,1,", "member", "there is no member M4; add it to the table members"),
        ("M1,2026-01-05,-1,1,", "walked", '"-1" is no number of steps; write a whole number such as 8000, or leave the'
         " field empty"),
        ("M1,2026-01-05,1,2.5,", "run", '"2.5" is no number of steps; write a whole number such as 8000, or leave the'
         " field empty"),
        ("M1,2026-01-05,1000000000,1,", "walked", '"1000000000" is no number of steps; write a whole number such as'
         " 8000, or leave the field empty"),
    ],
)  # fmt: skip
def test_steps_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    assert problems(tmp_path, steps=STEPS + "M3,2026-01-03,1,1,\n" + row + "\n") == [("steps.csv", 3, column, sentence)]


def test_orders_may_have_a_concession_up_to_their_amount(tmp_path: Path) -> None:
    rows = "O1,M1,2026-01-05,100,0.01\nO2,M2,2026-01-05,100,100\nO3,M2,2026-01-05,100,\nO4,M2,2026-01-05,100,0\n"

    concession = read(tmp_path, orders=ORDERS + rows).orders.concession

    assert concession is not None
    assert concession.tolist() == [1, 10_000, 0, 0]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("100.01", "a concession of 100.01 is more than the amount of 100; write at most the amount"),
        ("-1", "-1 is negative; write the amount without a minus"),
        ("0.001", "0.001 has more decimals than money; write at most 2 of them"),
        ("10%", '"10%" is not an amount; write digits and a point, such as 128.00'),
    ],
)
def test_a_concession_that_cannot_be(tmp_path: Path, given: str, sentence: str) -> None:
    table = f"{ORDERS}O1,M1,2026-01-05,100,{given}\n"

    assert problems(tmp_path, orders=table) == [("orders.csv", 2, "concession", sentence)]


def test_centres_reviews_and_the_reserve_become_facts(tmp_path: Path) -> None:
    rows = (
        "2026-01-09,open_center,M1,330106,,",
        "2026-01-09,close_center,M1,330000,,",
        "2026-01-09,fund_reserve,programme,,token,0.00000001",
        "2026-01-09,review,M2,,,",
    )

    actions = read(tmp_path, actions=ACTIONS + "\n".join(rows) + "\n").actions

    assert actions.action == ["open_center", "close_center", "fund_reserve", "review"]
    assert actions.member.tolist() == [0, 0, NOBODY, 1]
    assert actions.to_kind == ["330106", "330000", "", ""]
    assert actions.kind == ["", "", "token", ""]
    assert actions.amount.tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("open_center,M1,,,", "to", "the region is empty; write the six digits of its code, such as 330106"),
        ("close_center,M1,3301,,", "to", "3301 is no code of a region; write its six digits, such as 330106"),
        ("open_center,programme,330106,,", "party", "there is no member programme; add it to the table members"),
        ("open_center,M1,330106,token,", "points", "the action open_center moves no points; leave the field empty"),
        ("fund_reserve,M1,,token,5", "party", "the action fund_reserve is not a member's, but the party is M1; write"
         " programme"),
        ("fund_reserve,programme,,weight,5", "points", "the reserve holds token, not weight; write token"),
        ("fund_reserve,programme,,gold,5", "points", "there is no kind of points gold; write one of weight, token,"
         " challenge_credit, shopping_credit, money"),
        ("fund_reserve,programme,,token,0", "amount", "the amount is 0; write an amount above 0, or leave the row out"),
        ("fund_reserve,programme,,token,0.000000001", "amount", "0.000000001 has more decimals than token; write at"
         " most 8 of them"),
        ("review,M1,M2,,", "to", 'the action review goes to nobody, but "to" is M2; leave the field empty'),
        ("review,M1,,,5", "amount", "the action review moves no points; leave the field empty"),
        ("open_centre,M1,330106,,", "action", "there is no action open_centre; did you mean open_center?"),
    ],
)  # fmt: skip
def test_an_action_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    assert problems(tmp_path, actions=f"{ACTIONS}2026-01-09,{row}\n") == [("actions.csv", 2, column, sentence)]


def test_a_programme_in_which_nobody_walks_reads_no_steps(tmp_path: Path) -> None:
    form = BookForm.of(load_programme(catalogue.read("airdrop")))
    book = write_book(tmp_path, {"stores": STORES, "steps": "nothing,of,it\n"})

    reading = read_book_of(book, form)

    assert [str(notice) for notice in reading.notices] == ["steps.csv is not read: this programme has no rules for it"]
    assert (len(reading.facts.stores), len(reading.facts.steps)) == (1, 0)
