"""The accounts of money: what really came and went, and what members have of it as points (S1-01, S1-03)."""

from importlib import import_module

import pytest
from django.db import connection, transaction

from jifen.ledger.chart import MONEY, PROGRAMME, STORES, chart_of, forget_charts, open_chart
from jifen.ledger.connection import cursor
from jifen.ledger.floats import floats_of, set_credit
from jifen.ledger.posting import Line, NewTransfer, OverdraftError, UnbalancedTransferError, post
from jifen.ledger.reading import balances, programme_balances
from tests.ledger.people import ANNA, FIRST_OF_MARCH, RELEASE, do, move

pytestmark = pytest.mark.usefixtures("release")

ENGINES = {"free", "frozen", "issued", "spent", "withdrawn", "converted", "adjusted", "debts", "pool", "fees"}
GROWTHS = {"pool_reserve", "distribution", "platform", "takings", "dividends"}
REAL = {"paid", "cash", "reserve", "topped_up"}
OLD = """
INSERT INTO ledger_chart (id, programme_id, kind, role, decimals, of_member, cached, stripes)
SELECT (SELECT max(id) >> 4 FROM ledger_chart) * 16 + 16 + number, 77, 'money', role, 2, of_member, cached, stripes
FROM ledger_roles() WHERE of_money AND number BETWEEN 9 AND 14
"""

BEFORE_FLOATS = """
INSERT INTO ledger_chart (id, programme_id, kind, role, decimals, of_member, cached, lots, stripes)
SELECT (SELECT max(id) >> 4 FROM ledger_chart) * 16 + 32 + number, 79, 'store_points', role, 2, of_member, cached,
    role = 'locked', stripes
FROM ledger_roles() WHERE NOT of_money AND number < 14
"""


def roles(programme_id: int) -> set[str]:
    return {role for kind, role in chart_of(programme_id).ids if kind == MONEY}


def test_money_has_accounts_of_what_really_moved_and_those_of_a_kind_of_points() -> None:
    assert roles(RELEASE) >= ENGINES | GROWTHS | REAL


def test_a_programme_opened_later_has_no_account_of_the_one_before() -> None:
    later = open_chart(programme_id=78, kinds={"value_points": 8})

    assert not set(later.places) & set(chart_of(RELEASE).places)
    assert roles(78) == roles(RELEASE)


def test_a_transfer_of_money_balances_over_both_blocks_of_its_numbers() -> None:
    do(
        move(
            "split",
            Line(PROGRAMME, MONEY, "issued", -200),
            Line(PROGRAMME, MONEY, "pool_reserve", 160),
            Line(PROGRAMME, MONEY, "distribution", 20),
            Line(PROGRAMME, MONEY, "platform", 20),
        )
    )
    do(move("sell", Line(PROGRAMME, MONEY, "pool_reserve", -60), Line(ANNA, MONEY, "free", 60)))

    assert programme_balances(RELEASE)[MONEY, "pool_reserve"] == 100
    assert balances(ANNA)[MONEY, "free"] == 60
    assert cursor().execute("SELECT * FROM ledger_proofs(%s)", [RELEASE]).fetchall() == []


def test_money_of_one_block_that_the_other_does_not_take_is_refused() -> None:
    with pytest.raises(UnbalancedTransferError):
        do(move("lost", Line(PROGRAMME, MONEY, "issued", -200), Line(PROGRAMME, MONEY, "platform", 199)))


@pytest.mark.parametrize("role", ["pool", "pool_reserve", "dividends"])
def test_what_is_set_aside_is_never_overdrawn(role: str) -> None:
    do(move("in", Line(PROGRAMME, MONEY, "issued", -5), Line(PROGRAMME, MONEY, role, 5)))

    with pytest.raises(OverdraftError):
        do(move("out", Line(PROGRAMME, MONEY, role, -6), Line(ANNA, MONEY, "free", 6)))


@pytest.mark.parametrize("role", ["takings", "distribution", "platform"])
def test_what_may_lack_money_for_a_time_can_be_negative(role: str) -> None:
    do(move("out", Line(PROGRAMME, MONEY, role, -6), Line(ANNA, MONEY, "free", 6)))

    assert programme_balances(RELEASE)[MONEY, role] == -6


def test_a_programme_that_was_there_gets_the_accounts_and_keeps_those_it_has() -> None:
    migration = import_module("jifen.ledger.migrations.0004_money_as_a_kind_of_points")
    forget_charts()  # another test's programme may have had this number
    with connection.cursor() as here:
        here.execute(OLD)
        before = set(chart_of(77).ids.items())
        here.execute(migration.MISSING)
        here.execute(migration.MISSING)  # a second time it finds all there
    forget_charts()

    after = chart_of(77)
    assert before < set(after.ids.items())
    assert roles(77) == roles(RELEASE)
    assert not set(after.places) & set(chart_of(RELEASE).places)
    rows = cursor().execute("SELECT count(*) FROM ledger_balance WHERE chart = %s", [after.id(MONEY, "dividends")])
    assert rows.fetchall() == [(16,)]
    assert after.id(MONEY, "free") >> 4 == after.id(MONEY, "paid") >> 4


def test_stores_of_a_programme_that_was_there_get_floats_that_go_as_low_as_their_credit_line() -> None:
    migration = import_module("jifen.ledger.migrations.0005_floats_of_stores")
    forget_charts()
    with connection.cursor() as here:
        here.execute(BEFORE_FLOATS)
        before = set(chart_of(79).ids.items())
        here.execute(migration.MISSING)
        here.execute(migration.MISSING)  # a second time it finds all there
    forget_charts()
    after, kind = chart_of(79), "store_points"
    assert {role for _, role in (set(after.ids) - {key for key, _ in before})} == {"float", "unfunded"}
    assert {key[1] for key in after.ids} == {key[1] for key in chart_of(RELEASE).ids if key[0] != MONEY}

    give = Line(STORES + 7, kind, "float", -60), Line(ANNA, kind, "free", 60)
    first = NewTransfer("first", "store_grant", give)
    with pytest.raises(OverdraftError), transaction.atomic():
        post(programme_id=79, day=FIRST_OF_MARCH, transfer=first)
    set_credit(79, kind, 7, 100)
    post(programme_id=79, day=FIRST_OF_MARCH, transfer=first)
    with pytest.raises(OverdraftError), transaction.atomic():
        post(programme_id=79, day=FIRST_OF_MARCH, transfer=NewTransfer("second", "store_grant", give))
    with pytest.raises(OverdraftError), transaction.atomic():
        set_credit(79, kind, 7, 59)
    set_credit(79, kind, 7, 60)

    assert floats_of(79, kind, [7, 8]) == {7: -60}
    assert balances(STORES + 7) == {(kind, "float"): -60}
