"""Declared values: exact, never for the past, never changed, and seen by every fact that comes after them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from threading import Event, Thread

import pytest
from django.db import DatabaseError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from jifen.engine.declared import DeclaredValues
from jifen.engine.facts import FOR_EVER
from jifen.members.ticks import next_tick
from jifen.programmes.declared import (
    DeclaredValueError,
    declare,
    declared_facts,
    declared_names,
    fraction_of,
)
from jifen.programmes.models import DeclaredValue, Programme
from tests.members.people import make_programme, operator

PRICE = "token_price"
FUTURE = datetime(2126, 3, 2, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def release(db: None) -> Programme:
    return make_programme()


def declare_price(
    programme: Programme, value: str, *, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> DeclaredValue:
    return declare(
        programme_id=programme.id,
        name=PRICE,
        value=Decimal(value),
        starts_at=starts_at,
        ends_at=ends_at,
        operator_id=operator().id,
    )


def price_at(programme: Programme, moment: datetime) -> Fraction | None:
    tick = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    found = DeclaredValues(declared_facts(programme.id)).at(PRICE, tick)
    return found.value if found else None


def test_a_value_without_a_start_holds_from_now_on(release: Programme) -> None:
    before = next_tick()
    declare_price(release, "1.2500")
    after = next_tick()

    (fact,) = declared_facts(release.id)
    assert (fact.name, fact.value, fact.ends_at) == (PRICE, Fraction(5, 4), FOR_EVER)
    assert before < fact.starts_at < after


def test_a_start_that_has_gone_by_means_from_now_on(release: Programme) -> None:
    before = next_tick()

    value = declare_price(release, "2", starts_at=datetime(2020, 1, 1, tzinfo=UTC))

    assert value.starts_tick == value.declared_tick > before


def test_the_latest_start_in_force_wins_and_an_end_is_an_end(release: Programme) -> None:
    declare_price(release, "1", starts_at=FUTURE)
    declare_price(release, "3", starts_at=FUTURE + HOUR, ends_at=FUTURE + 2 * HOUR)

    at = [FUTURE - HOUR, FUTURE, FUTURE + HOUR, FUTURE + 2 * HOUR]
    assert [price_at(release, moment) for moment in at] == [None, 1, 3, 1]


def test_of_equal_starts_the_one_declared_last_wins(release: Programme) -> None:
    for price in ("1", "3", "2"):
        declare_price(release, price, starts_at=FUTURE)

    assert price_at(release, FUTURE) == 2


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "-0.01", "1e30", "1e-30", "0.12345678901234567891"])
def test_a_number_that_cannot_be_kept_is_refused(release: Programme, value: str) -> None:
    with pytest.raises(DeclaredValueError):
        declare_price(release, value)

    assert not DeclaredValue.objects.exists()


def test_an_end_before_the_start_is_refused(release: Programme) -> None:
    for starts_at, ends_at in ((FUTURE, FUTURE), (FUTURE, FUTURE - HOUR), (None, datetime(2020, 1, 1, tzinfo=UTC))):
        with pytest.raises(DeclaredValueError, match="ends before it starts"):
            declare_price(release, "1", starts_at=starts_at, ends_at=ends_at)


def test_a_name_that_no_version_uses_is_refused(release: Programme) -> None:
    assert declared_names(release.id) == [PRICE]

    with pytest.raises(DeclaredValueError, match="no version uses token_prise; there are token_price"):
        declare(
            programme_id=release.id,
            name="token_prise",
            value=Decimal(1),
            starts_at=None,
            operator_id=operator().id,
        )


def test_values_belong_to_one_programme(release: Programme) -> None:
    declare_price(release, "1")

    assert declared_facts(make_programme("other").id) == []


@pytest.mark.parametrize(
    "change", ["UPDATE programmes_declaredvalue SET numerator = 2", "DELETE FROM programmes_declaredvalue"]
)
def test_a_declared_value_never_changes(release: Programme, change: str) -> None:
    declare_price(release, "1")

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@given(st.decimals(min_value=0, max_value=Decimal("999999999"), places=8))
def test_values_are_kept_exactly(value: Decimal) -> None:
    assert Fraction(*fraction_of(value)) == Fraction(value)


def test_who_has_read_the_values_misses_none_that_starts_before_its_own_moment(fresh_database: str) -> None:
    programme = make_programme()
    operator()
    started = Event()
    declared: list[DeclaredValue] = []

    def declare_meanwhile() -> None:
        started.set()
        declared.append(declare_price(programme, "1"))
        connections.close_all()

    with transaction.atomic():
        assert declared_facts(programme.id) == []
        thread = Thread(target=declare_meanwhile)
        thread.start()
        started.wait()
        thread.join(0.5)
        moment = next_tick()
        assert declared == []  # it waits for us
    thread.join()

    assert declared[0].starts_tick > moment
