"""Stores, their orders and their actions: what is wrong is said with its place and remedy; right rows become facts."""

from pathlib import Path

import numpy as np
import pytest

from jifen.engine.amounts import Rate
from jifen.engine.facts import NOBODY, Facts
from jifen.tables.problems import BadBookError
from jifen.tables.reading import read_book
from tests.tables.books import SHANGHAI, Found, write_book

KINDS = {"money": 2, "value_points": 8, "shopping_points": 2, "subsidy": 2}
STORES = "store,joined_at,owner,referrer,region,rate\nS1,2026-01-03,M2,M1,330106,0.15\nS02,2026-01-02,,,,\n"
ACTIONS = "at,action,party,to,points,amount,share,role\n"
ORDERS = "order,member,paid_at,amount,store,region,points_paid,points_kind\n"


def read(folder: Path, **tables: str) -> Facts:
    """Read a book of M1 … M3 with the stores S1 and S02, with these tables instead or besides."""
    write_book(folder, {"stores": STORES, **tables})
    least = Rate.parse("0.04")
    return read_book(folder, zone=SHANGHAI, decimals=KINDS, paid_in="money", rate_min=least).facts


def problems(folder: Path, **tables: str) -> list[Found]:
    """Return what is wrong with the book: file, line, column, sentence."""
    try:
        read(folder, **tables)
    except BadBookError as error:
        return [(problem.file, problem.line, problem.column, str(problem.message)) for problem in error.problems]
    return []


def test_stores_are_numbered_in_the_order_of_joining(tmp_path: Path) -> None:
    stores = read(tmp_path).stores

    assert stores.codes == ["S02", "S1"]
    assert stores.owner.tolist() == [NOBODY, 1]
    assert stores.referrer.tolist() == [NOBODY, 0]
    assert stores.region == ["", "330106"]
    assert stores.rate == [None, Rate.parse("0.15")]
    assert np.diff(stores.day).tolist() == [1]


def test_stores_need_no_more_than_a_code_and_a_day(tmp_path: Path) -> None:
    stores = read(tmp_path, stores="store,joined_at\nS1,2026-01-03\n").stores

    assert (stores.owner.tolist(), stores.referrer.tolist()) == ([NOBODY], [NOBODY])
    assert (stores.region, stores.rate) == ([""], [None])


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("S1,2026-01-04,,,,", "store", "S1 is already on line 2; give each row an id of its own, or remove one of"
         " the two"),
        (",2026-01-04,,,,", "store", "the id is empty; write one, such as M0001"),
        ("S3,,,,,", "joined_at", "the time is empty; write one such as 2026-03-01 09:30:00"),
        ("S3,2026-01-04,M02,,,", "owner", "there is no member M02; did you mean M2?"),
        ("S3,2026-01-01,M2,,,", "owner", "M2 joins only at 2026-01-02T08:00:00+08:00, later than the store"
         " (2026-01-01T00:00:00+08:00); correct one of the times"),
        ("S3,2026-01-01,,M2,,", "referrer", "M2 joins only at 2026-01-02T08:00:00+08:00, later than the store"
         " (2026-01-01T00:00:00+08:00); correct one of the times"),
        ("S3,2026-01-04,,,3301,", "region", "3301 is no code of a region; write its six digits, such as 330106"),
        ("S3,2026-01-04,,,杭州,", "region", "杭州 is no code of a region; write its six digits, such as 330106"),
        ("S3,2026-01-04,,,,-0.1", "rate", '"-0.1" is not a rate from 0 to 1; write one such as 0.2, with at most 9'
         " decimals"),
        ("S3,2026-01-04,,,,20%", "rate", '"20%" is not a rate from 0 to 1; write one such as 0.2, with at most 9'
         " decimals"),
        ("S3,2026-01-04,,,,1.01", "rate", "1.01 is more than the whole price; write a rate of at most 1, such as 0.2"),
        ("S3,2026-01-04,,,,0.039", "rate", "0.039 is less than what the programme takes of each order; write at least"
         " 0.04"),
    ],
)  # fmt: skip
def test_a_store_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    assert problems(tmp_path, stores=STORES + row + "\n") == [("stores.csv", 4, column, sentence)]


def test_orders_name_their_store_and_their_region(tmp_path: Path) -> None:
    rows = "O1,M1,2026-01-05,100,S1,,,\nO2,M2,2026-01-05,100,,330000,50,money\n"

    orders = read(tmp_path, orders=ORDERS + rows).orders

    assert orders.store is not None
    assert orders.store.tolist() == [1, NOBODY]
    assert orders.region == ["", "330000"]
    assert orders.points_kind == ["", "money"]
    assert orders.points_paid.tolist() == [0, 5000]
    assert orders.rate is None


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("O1,M1,2026-01-05,100,S2,,,", "store", "there is no store S2; did you mean S02?"),
        ("O1,M1,2026-01-05,100,Laden,,,", "store", "there is no store Laden; add it to the table stores"),
        ("O1,M1,2026-01-02,100,S1,,,", "store", "the store S1 joins only at 2026-01-03T00:00:00+08:00, after this"
         " (2026-01-02T00:00:00+08:00); correct one of the times"),
        ("O1,M1,2026-01-05,100,,33,,", "region", "33 is no code of a region; write its six digits, such as 330106"),
        ("O1,M1,2026-01-05,100,,,5,gold", "points_kind", "there is no kind of points gold; write one of money,"
         " value_points, shopping_points, subsidy"),
    ],
)  # fmt: skip
def test_an_order_at_a_store_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    assert problems(tmp_path, orders=ORDERS + row + "\n") == [("orders.csv", 2, column, sentence)]


def test_actions_on_the_pool_stores_and_regions_become_facts(tmp_path: Path) -> None:
    rows = (
        "2026-01-09,sell,M1,,value_points,0.00000001,,",
        "2026-01-09,inject,programme,,money,1000,,",
        "2026-01-09,subsidise,M1,,subsidy,20,,",
        "2026-01-09,assign_territory,M1,330106,money,5000,,",
        "2026-01-09,assign_territory,M1,330000,,,,",
        "2026-01-09,return_territory,M1,330106,,,,",
        "2026-01-09,buy_shares,M2,S1,money,3000,12.5,initiator",
        "2026-01-09,buy_shares,M3,S02,,,4,",
        "2026-01-09,give_up_shares,M3,S02,,,,",
        "2026-01-09,card_grant,M3,,shopping_points,8,,",
        "2026-01-09,card_return,M3,,shopping_points,8,,",
    )

    actions = read(tmp_path, actions=ACTIONS + "\n".join(rows) + "\n").actions

    assert actions.store is not None
    assert actions.share is not None
    assert actions.member.tolist() == [0, NOBODY, 0, 0, 0, 0, 1, 2, 2, 2, 2]
    assert actions.to_kind == ["", "", "", "330106", "330000", "330106", "", "", "", "", ""]
    assert actions.store.tolist() == [NOBODY] * 6 + [1, 0, 0, NOBODY, NOBODY]
    assert actions.share.tolist() == [0] * 6 + [1250, 400, 0, 0, 0]
    assert actions.role == [""] * 6 + ["initiator"] + [""] * 4
    assert actions.amount.tolist() == [1, 100_000, 2000, 500_000, 0, 0, 300_000, 0, 0, 800, 800]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("2026-01-09,inject,M1,,money,5,,", "party", "the action inject is not a member's, but the party is M1;"
         " write programme"),
        ("2026-01-09,inject,programme,,subsidy,5,,", "points", "the action inject is of money, not of subsidy; write"
         " money"),
        ("2026-01-09,sell,programme,,value_points,5,,", "party", "there is no member programme; add it to the table"
         " members"),
        ("2026-01-09,subsidise,M1,,subsidy,0,,", "amount", "the amount is 0; write an amount above 0, or leave the"
         " row out"),
        ("2026-01-09,assign_territory,M1,,money,5,,", "to", "the region is empty; write the six digits of its code,"
         " such as 330106"),
        ("2026-01-09,assign_territory,M1,33010,money,5,,", "to", "33010 is no code of a region; write its six digits,"
         " such as 330106"),
        ("2026-01-09,assign_territory,M1,330106,subsidy,5,,", "points", "the action assign_territory is of money, not"
         " of subsidy; write money"),
        ("2026-01-09,return_territory,M1,330106,,5,,", "amount", "the action return_territory moves no points;"
         " leave the field empty"),
        ("2026-01-09,buy_shares,M1,S2,money,5,4,", "to", "there is no store S2; did you mean S02?"),
        ("2026-01-09,buy_shares,M1,,money,5,4,", "to", "the store is empty; write the id of a store"),
        ("2026-01-02,buy_shares,M1,S1,money,5,4,", "to", "the store S1 joins only at 2026-01-03T00:00:00+08:00, after"
         " this (2026-01-02T00:00:00+08:00); correct one of the times"),
        ("2026-01-09,buy_shares,M1,S1,money,5,,", "share", "the share is empty; write how many percent of the store"
         " are bought, such as 4 or 12.5"),
        *(
            (f"2026-01-09,buy_shares,M1,S1,money,5,{share},", "share", f'"{share}" is no share of a store; write'
             " percent, above 0, at most 100, with at most 2 decimals, such as 12.5")
            for share in ("0", "-4", "4.005", "100.01", "4%")
        ),
        ("2026-01-09,buy_shares,M1,S1,money,5,4,boss", "role", "there is no role boss; write initiator, or leave the"
         " field empty"),
        ("2026-01-09,give_up_shares,M1,S1,,,4,", "share", "the action give_up_shares buys no shares; leave the field"
         " empty"),
        ("2026-01-09,freeze,M1,,,,,initiator", "role", "the action freeze buys no shares; leave the field empty"),
    ],
)  # fmt: skip
def test_an_action_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    assert problems(tmp_path, actions=ACTIONS + row + "\n") == [("actions.csv", 2, column, sentence)]


def test_shares_need_the_column_share(tmp_path: Path) -> None:
    rows = "at,action,party,to,points,amount\n2026-01-09,buy_shares,M1,S1,money,5\n"

    assert problems(tmp_path, actions=rows) == [(
        "actions.csv", 2, "share",
        "the share is empty; write how many percent of the store are bought, such as 4 or 12.5",
    )]  # fmt: skip


def test_a_programme_without_money_reads_no_stores(tmp_path: Path) -> None:
    write_book(tmp_path, {"stores": "nothing,of,it\n"})

    reading = read_book(tmp_path, zone=SHANGHAI, decimals={"points": 4})

    assert [str(notice) for notice in reading.notices] == ["stores.csv is not read: this programme has no rules for it"]
    assert reading.facts.orders.store is None
