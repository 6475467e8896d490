"""Balances now and then, statements page by page, sums of days."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection

from jifen.ledger.bulk import post_day
from jifen.ledger.chart import MONEY, PROGRAMME
from jifen.ledger.columns import ColumnsError, read_columns, write_columns
from jifen.ledger.connection import cursor
from jifen.ledger.posting import Line
from jifen.ledger.reading import Page, balance_at, balances, daily_sums, lots, statement
from tests.ledger.people import (
    ANNA,
    BERT,
    FIRST_OF_MARCH,
    POINTS,
    RELEASE,
    SECOND_OF_MARCH,
    do,
    free,
    give,
    grant,
    locked,
    move,
    release_all,
)

pytestmark = pytest.mark.usefixtures("release")


def pages(owner: int, limit: int, **filters: Any) -> list[Page]:
    found = [statement(owner, limit=limit, **filters)]
    while found[-1].next:
        found.append(statement(owner, limit=limit, before=found[-1].next, **filters))
    return found


def test_a_balance_at_the_end_of_a_day_is_what_it_was_then() -> None:
    for number in range(5):
        give(ANNA, 100, FIRST_OF_MARCH + timedelta(days=10 * number))
    do(move("spend", free(ANNA, -30), free(BERT, 30)), date(2026, 3, 15))

    at = [balance_at(ANNA, POINTS, "free", date(2026, 3, day)) for day in (1, 10, 11, 14, 15, 31)]

    assert at == [100, 100, 200, 200, 170, 370]
    assert balance_at(ANNA, POINTS, "free", date(2026, 2, 28)) == 0
    assert balance_at(ANNA, POINTS, "free", date(2099, 1, 1)) == balances(ANNA)[POINTS, "free"]


def test_a_balance_of_the_programme_at_the_end_of_a_day_is_that_of_all_stripes() -> None:
    for number in range(10):
        paid = (Line(ANNA, MONEY, "paid", -10), Line(PROGRAMME, MONEY, "cash", 10))
        do(move(f"pay/{number}", *paid), FIRST_OF_MARCH + timedelta(days=number))

    assert balance_at(PROGRAMME, MONEY, "cash", date(2026, 3, 4), programme_id=RELEASE) == 40


def test_a_statement_is_read_page_by_page_without_gaps_or_repetitions() -> None:
    for number in range(25):
        day = FIRST_OF_MARCH + timedelta(days=number * 3)
        give(ANNA, 100 + number, day, key=f"gift/{number}")

    found = pages(ANNA, limit=10)

    assert [len(page.lines) for page in found] == [10, 10, 5]
    assert [line.amount for page in found for line in page.lines] == list(range(124, 99, -1))


def test_a_page_goes_on_where_it_ended_though_more_was_posted_meanwhile() -> None:
    for number in range(4):
        give(ANNA, 100 + number, key=f"gift/{number}")
    first = statement(ANNA, limit=2)

    give(ANNA, 999, SECOND_OF_MARCH)
    second = statement(ANNA, limit=2, before=first.next)

    assert [line.amount for line in (*first.lines, *second.lines)] == [103, 102, 101, 100]
    assert second.next is None


def test_a_line_of_a_statement_says_what_changed_in_which_account() -> None:
    grant(ANNA, 900, lot=5)
    grant(ANNA, 900, lot=6)
    batch = release_all({ANNA: [5, 6]}, 10, SECOND_OF_MARCH)
    post_day(programme_id=RELEASE, day=SECOND_OF_MARCH, batches=[batch])

    newest = statement(ANNA, limit=1).lines

    key = f"release/2026-03-02/scheduled_release/M{ANNA}"
    assert [(line.key, line.rule, line.kind, line.role, line.amount) for line in newest] == [
        (key, "scheduled_release", POINTS, "free", 20),
        (key, "scheduled_release", POINTS, "locked", -20),
    ]


def test_a_statement_is_filtered_by_kind_rule_and_month() -> None:
    give(ANNA, 100, date(2026, 3, 31), key="in March")
    give(ANNA, 200, date(2026, 4, 1), key="in April")
    do(move("gift", free(ANNA, -50), free(BERT, 50)), date(2026, 4, 2))
    do(move("pay", Line(ANNA, MONEY, "paid", -10), Line(PROGRAMME, MONEY, "cash", 10)), date(2026, 4, 3))

    def amounts(**filters: Any) -> list[int]:
        return [line.amount for page in pages(ANNA, 1, **filters) for line in page.lines]

    assert amounts() == [-10, -50, 200, 100]
    assert amounts(kind=POINTS) == [-50, 200, 100]
    assert amounts(kind=POINTS, month=date(2026, 4, 17)) == [-50, 200]
    assert amounts(rule="adjustment") == [200, 100]
    assert amounts(rule="adjustment", month=date(2026, 3, 1)) == [100]


@pytest.mark.parametrize("place", ["", "x", "20260301", "20260301-", "-1", "99999999-1"])
def test_a_place_that_is_none_begins_with_the_newest(place: str) -> None:
    give(ANNA, 100)

    assert [line.amount for line in statement(ANNA, before=place).lines] == [100]


def test_sums_of_days_are_by_rule_and_of_free_points() -> None:
    grant(ANNA, 900, lot=5)
    give(ANNA, 100, SECOND_OF_MARCH)
    do(move("gift", free(ANNA, -30), free(BERT, 30)), SECOND_OF_MARCH)
    do(move("release", locked(ANNA, -9, 5, "scheduled"), free(ANNA, 9), rule="scheduled_release"), SECOND_OF_MARCH)

    sums = daily_sums(ANNA, POINTS, FIRST_OF_MARCH, SECOND_OF_MARCH)

    assert sums == {
        (SECOND_OF_MARCH, "adjustment"): 100,
        (SECOND_OF_MARCH, "member_transfer"): -30,
        (SECOND_OF_MARCH, "scheduled_release"): 9,
    }


def test_lots_are_read_oldest_first() -> None:
    grant(ANNA, 100, lot=6, day=FIRST_OF_MARCH)
    grant(ANNA, 100, lot=5, day=SECOND_OF_MARCH)

    assert [lot.id for lot in lots(ANNA)] == [6, 5]


DTYPE = np.dtype([("number", "i8"), ("small", "i2"), ("day", "M8[D]"), ("closed", "?")])


def test_columns_are_read_as_they_were_written() -> None:
    rows = np.array([(2**62, -7, "2026-03-01", True), (-1, 7, "1969-12-31", False)], DTYPE)
    here = cursor()
    here.execute("CREATE TEMPORARY TABLE plain (number bigint, small smallint, day date, closed boolean)")

    write_columns(here, "plain", [rows[:1], rows[1:]])

    read = read_columns("SELECT * FROM plain WHERE small <> %s ORDER BY number DESC", DTYPE, (0,))
    assert read.tolist() == rows.tolist()
    assert len(read_columns("SELECT * FROM plain WHERE small = 0", DTYPE)) == 0


@pytest.mark.parametrize(
    "query",
    [
        "SELECT NULL::bigint, 1::smallint, date '2026-03-01', true",
        "SELECT 1::int, 1::smallint, date '2026-03-01', true",
        "SELECT 1::bigint, 1::smallint, date '2026-03-01'",
        "SELECT 1::bigint, 1::smallint, date '2026-03-01', true UNION ALL SELECT NULL, 1, date '2026-03-01', true",
        "SELECT true, 1::smallint, date '2026-03-01', 1::bigint",
    ],
)
def test_columns_of_another_shape_are_refused(query: str) -> None:
    with pytest.raises(ColumnsError):
        read_columns(query, DTYPE)


def test_ticks_grow_even_within_one_microsecond() -> None:
    with connection.cursor() as here:
        here.execute("SELECT ledger_tick() FROM generate_series(1, 1000)")
        ticks = [row[0] for row in here.fetchall()]

    assert ticks == sorted(set(ticks))
    assert ticks[0] > 1_700_000_000_000_000
