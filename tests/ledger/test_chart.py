"""The accounts of money: what really came and went, and what members have of it as points (S1-01, S1-03)."""

import pytest
from django.db import transaction

from jifen.ledger.chart import MONEY, PROGRAMME, STORES, chart_of, open_chart
from jifen.ledger.connection import cursor
from jifen.ledger.floats import floats_of, set_credit
from jifen.ledger.posting import Line, NewTransfer, OverdraftError, UnbalancedTransferError, post
from jifen.ledger.reading import balances, programme_balances
from tests.ledger.people import ANNA, FIRST_OF_MARCH, RELEASE, do, move

pytestmark = pytest.mark.usefixtures("release")

ENGINES = {"free", "frozen", "issued", "spent", "withdrawn", "converted", "adjusted", "debts", "pool", "fees"}
GROWTHS = {"pool_reserve", "distribution", "platform", "takings", "dividends"}
REAL = {"paid", "cash", "reserve", "topped_up"}


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


def test_a_float_of_a_store_goes_as_low_as_its_credit_line() -> None:
    kind = "store_points"
    open_chart(programme_id=79, kinds={kind: 2})
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
