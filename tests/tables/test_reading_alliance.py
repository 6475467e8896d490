"""Branches, ratios, home stores, periods and actions of stores: what is wrong is said with its place and remedy."""

from pathlib import Path

import pytest

from jifen import catalogue
from jifen.engine.amounts import Rate
from jifen.engine.document import load_programme
from jifen.engine.facts import NO_DAY, NOBODY, Facts
from jifen.tables.problems import BadBookError
from jifen.tables.reading import BookForm, read_book_of
from tests.tables.books import Found, write_book

FORM = BookForm.of(load_programme(catalogue.read("alliance")))
MEMBERS = "member,referrer,joined_at,home_store\n"
JOINED = "M1,,2026-01-01,\nM2,M1,2026-01-02 08:00,S2\nM3,M1,2026-01-03,S1\n"
STORES_HEADER = "store,joined_at,type,branch,ratio,rate\n"
STORES = STORES_HEADER + "S2,2026-01-02,store,B1,0.5,0.03\nB1,2026-01-01,branch,,,\nS1,2026-01-03,,,0.4,\n"
ORDERS = "order,member,paid_at,amount,store,ratio\n"
ACTIONS = "at,action,party,to,points,amount,store,share,role,until\n"


def read(folder: Path, **tables: str) -> Facts:
    """Read a book of M1 … M3 with the branch B1, its store S2 and the direct store S1, with these tables instead."""
    plain = {"members": MEMBERS + JOINED, "stores": STORES, "orders": ORDERS}
    return read_book_of(write_book(folder, {**plain, **tables}), FORM).facts


def problems(folder: Path, **tables: str) -> list[Found]:
    """Return what is wrong with the book: file, line, column, sentence."""
    try:
        read(folder, **tables)
    except BadBookError as error:
        return [(problem.file, problem.line, problem.column, str(problem.message)) for problem in error.problems]
    return []


def test_stores_have_a_branch_a_type_and_a_ratio_in_the_order_of_joining(tmp_path: Path) -> None:
    facts = read(tmp_path)

    stores, home = facts.stores, facts.members.home
    assert stores.codes == ["B1", "S2", "S1"]
    assert [stores.branch_of(store) for store in range(3)] == [NOBODY, 0, NOBODY]
    assert [stores.is_a_branch(store) for store in range(3)] == [True, False, False]
    assert stores.ratio == [None, Rate(1, 2), Rate(2, 5)]
    assert stores.rate == [None, Rate(3, 100), None]
    assert home is not None
    assert home.tolist() == [NOBODY, 1, 2]


def test_orders_may_carry_the_ratio_of_their_sale(tmp_path: Path) -> None:
    rows = "O1,M1,2026-01-05,100,S1,0.8\nO2,M1,2026-01-05,100,S1,\nO3,M1,2026-01-05,100,,\n"

    assert read(tmp_path, orders=ORDERS + rows).orders.ratio == [Rate(4, 5), None, None]


def test_actions_of_stores_become_facts(tmp_path: Path) -> None:
    rows = (
        "2026-01-09,buy_points,programme,,store_points,1000,S1,,,",
        "2026-01-09,grant_points,programme,,store_points,5000.5,B1,,unfunded,",
        "2026-01-09,set_credit,programme,,store_points,0,S1,,,",
        "2026-01-09,give_points,M2,,store_points,5,S2,,,",
        "2026-01-09,pay_owed,programme,,,,S1,,,",
        "2026-01-09,pay_owed,M3,,,,S1,,,",
        "2026-01-20,settle_period,programme,,,,S1,2.5,,2026-01-16",
        "2026-01-20,settle_period,programme,,,,S2,,,2026-01-20",
        "2026-01-20,become_shareholder,M1,,,,,,,",
        "2026-01-20,open_balance,M1,,stored_value,8,,,,",
    )

    actions = read(tmp_path, actions=ACTIONS + "\n".join(rows) + "\n").actions

    assert actions.member.tolist() == [NOBODY, NOBODY, NOBODY, 1, NOBODY, 2, NOBODY, NOBODY, 0, 0]
    assert actions.store is not None
    assert actions.store.tolist() == [2, 0, 2, 1, 2, 2, 2, 1, NOBODY, NOBODY]
    assert actions.amount.tolist() == [100_000, 500_050, 0, 500, 0, 0, 0, 0, 0, 800]
    assert actions.role is not None
    assert actions.role[:3] == ["", "unfunded", ""]
    assert actions.share is not None
    assert actions.share.tolist()[5:8] == [0, 250, 0]
    assert actions.until is not None
    assert actions.until.tolist()[5:9] == [NO_DAY, 20_469, 20_473, NO_DAY]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("S3,2026-01-04,shop,,0.4,", "type", "shop is no type of store; write store or branch, or leave the field"
         " empty for a store"),
        ("S3,2026-01-04,branch,B1,,", "branch", "S3 is a branch and buys from head office, but belongs to B1; leave one"
         " of the two fields empty"),
        ("S3,2026-01-04,,S1,,", "branch", "S1 is no branch; write the id of a store of type branch, or leave the field"
         " empty for a direct store"),
        ("S3,2026-01-04,,B9,,", "branch", "there is no store B9; add it to the table stores"),
        ("S3,2025-12-31,,B1,,", "branch", "the store B1 joins only at 2026-01-01T00:00:00+08:00, after this"
         " (2025-12-31T00:00:00+08:00); correct one of the times"),
        ("S3,2026-01-04,,,40%,", "ratio", '"40%" is no ratio; write the points for 1 CNY, such as 0.4, with at most 9'
         " decimals"),
        ("S3,2026-01-04,,,-0.4,", "ratio", '"-0.4" is no ratio; write the points for 1 CNY, such as 0.4, with at most 9'
         " decimals"),
        ("S3,2026-01-04,,,40,", "ratio", "40 points for 1 CNY are too many; write fewer than 10, such as 0.4"),
        ("S3,2026-01-04,,,,3", "rate", "3 is more than the whole price; write a rate of at most 1, such as 0.2"),
    ],
)  # fmt: skip
def test_a_store_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    assert problems(tmp_path, stores=f"{STORES}{row}\n") == [("stores.csv", 5, column, sentence)]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("M4,,2026-01-02,S1", "home_store", "the store S1 joins only at 2026-01-03T00:00:00+08:00, after this"
         " (2026-01-02T00:00:00+08:00); correct one of the times"),
        ("M4,,2026-01-04,S9", "home_store", "there is no store S9; add it to the table stores"),
        ("store:S1,,2026-01-04,", "member", "store:S1 begins like the points of a store; write an id without store:"),
    ],
)  # fmt: skip
def test_a_member_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    assert problems(tmp_path, members=f"{MEMBERS}{JOINED}{row}\n") == [("members.csv", 5, column, sentence)]


def test_an_order_at_no_store_has_no_ratio(tmp_path: Path) -> None:
    found = problems(tmp_path, orders=ORDERS + "O1,M1,2026-01-05,100,,0.4\n")

    sentence = "an order at no store brings no points; name its store, or leave the field empty"
    assert found == [("orders.csv", 2, "ratio", sentence)]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("buy_points,M1,,store_points,5,S1,,,", "party", "the action buy_points is not a member's, but the party is M1;"
         " write programme"),
        ("buy_points,programme,,store_points,5,,,,", "store", "the store is empty; write the id of a store"),
        ("buy_points,programme,S1,store_points,5,S1,,,", "to", 'the action buy_points goes to nobody, but "to" is S1;'
         " leave the field empty"),
        ("buy_points,programme,,stored_value,5,S1,,,", "points", "stores hold store_points, not stored_value; write"
         " store_points"),
        ("buy_points,programme,,store_points,0,S1,,,", "amount", "the amount is 0; write an amount above 0, or leave"
         " the row out"),
        ("set_credit,programme,,store_points,-5,S1,,,", "amount", "-5 is negative; write the amount without a minus"),
        ("set_credit,programme,,store_points,,S1,,,", "amount", "the amount is empty; write a decimal number such as"
         " 128.00"),
        ("grant_points,programme,,store_points,5,B1,,,", "role", "the role is empty; write funded where the branch pays"
         " for the points, else unfunded"),
        ("grant_points,programme,,store_points,5,B1,,paid,", "role", "there is no role paid; write funded where the"
         " branch pays for the points, else unfunded"),
        ("give_points,programme,,store_points,5,S1,,,", "party", "there is no member programme; add it to the table"
         " members"),
        ("give_points,M1,,store_points,5,S8,,,", "store", "there is no store S8; add it to the table stores"),
        ("pay_owed,M9,,,,S1,,,", "party", "there is no member M9; add it to the table members"),
        ("pay_owed,M1,,store_points,5,S1,,,", "points", "the action pay_owed moves no points; leave the field empty"),
        ("settle_period,programme,,,,S1,,,", "until", "the end of the period is empty; write the first day after it,"
         " such as 2026-03-01"),
        ("settle_period,programme,,,,S1,,,2026-01-32", "until", "the calendar has no 2026-01-32; write a day that"
         " exists, and a time between 00:00:00 and 23:59:59"),
        ("settle_period,programme,,,,S1,,,2026-01-05 08:00", "until", '"2026-01-05 08:00" is not a day; write one such'
         " as 2026-03-01"),
        ("settle_period,programme,,,,S1,3%,,2026-01-05", "share", '"3%" is no share of sales; write percent, above 0,'
         " at most 100, with at most 2 decimals, such as 3"),
        ("freeze,M1,,,,S1,,,", "store", "the action freeze names no store here; leave the field empty"),
        ("freeze,M1,,,,,,,2026-01-05", "until", "the action freeze ends no period; leave the field empty"),
        ("become_shareholder,M1,,money,5,,,,", "amount", "the action become_shareholder moves no points; leave the"
         " field empty"),
        ("buy_point,programme,,store_points,5,S1,,,", "action", "there is no action buy_point; did you mean"
         " buy_points?"),
    ],
)  # fmt: skip
def test_an_action_that_cannot_be(tmp_path: Path, row: str, column: str, sentence: str) -> None:
    found = problems(tmp_path, actions=f"{ACTIONS}2026-01-09,{row}\n")

    assert ("actions.csv", 2, column, sentence) in found
    assert {line for _, line, _, _ in found} == {2}


def test_a_store_of_an_action_has_joined(tmp_path: Path) -> None:
    row = "2026-01-02,buy_points,programme,,store_points,5,S1,,,"

    sentence = (
        "the store S1 joins only at 2026-01-03T00:00:00+08:00, after this (2026-01-02T00:00:00+08:00); "
        "correct one of the times"
    )
    assert problems(tmp_path, actions=f"{ACTIONS}{row}\n") == [("actions.csv", 2, "store", sentence)]


def test_a_table_without_the_columns_of_an_alliance_is_read(tmp_path: Path) -> None:
    facts = read(
        tmp_path, members="member,referrer,joined_at\nM1,,2026-01-01\n", stores="store,joined_at\nS1,2026-01-01\n"
    )

    assert facts.members.home is None
    assert facts.orders.ratio == []
    assert (facts.stores.branch_of(0), facts.stores.is_a_branch(0), facts.stores.ratio_of(0)) == (NOBODY, False, None)
