"""The price, money and supply of a pool over time (S1-11)."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.pools.test_reads import POINT, TERMS

if TYPE_CHECKING:
    from tests.backoffice.office import Office

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 2)


def tick(moment: str) -> int:
    return int(datetime.fromisoformat(f"{moment}+08:00").timestamp()) * 1_000_000


@pytest.fixture
def busy(office: "Office") -> "Office":
    """A pool with three facts of a Monday and the closes of ten days."""
    from jifen.pools.models import PoolDay, PoolPoint

    facts = (("2026-11-02T06:00", 16_000, 112), ("2026-11-02T12:00", 32_000, 190), ("2026-11-02T12:00:01", 48_000, 257))
    for moment, money, supply in facts:
        PoolPoint.objects.create(programme=office.programme, tick=tick(moment), money=money, supply=supply * POINT)
    for number in range(10):
        PoolDay.objects.create(
            programme=office.programme, day=MONDAY + timedelta(days=2 * number), money=1000 + number, supply=10 * POINT
        )
    return office


def test_within_a_day_every_span_ends_with_its_last_state(busy: "Office") -> None:
    from jifen.pools.history import POINTS_MAX, history

    found = history(busy.programme.pk, TERMS, (MONDAY, MONDAY), zone=SHANGHAI, by="moment")

    assert len(found) == POINTS_MAX  # from six in the morning, when it began
    assert found[0].at == datetime(2026, 11, 2, 6, 2, 42, tzinfo=SHANGHAI)
    assert (found[0].money, found[-1].money) == (16_000, 48_000)
    assert found[0].price.text(3) == "1.428"
    assert found[-1].at == datetime(2026, 11, 3, tzinfo=SHANGHAI)
    assert {one.money for one in found} == {16_000, 48_000}  # 32,000 lasted a second
    assert [one.at for one in found] == sorted(one.at for one in found)


def test_a_day_on_which_nothing_moved_keeps_the_state_before(busy: "Office") -> None:
    from jifen.pools.history import POINTS_MAX, history

    found = history(busy.programme.pk, TERMS, (MONDAY + timedelta(days=1),) * 2, zone=SHANGHAI, by="moment")

    assert len(found) == POINTS_MAX
    assert {one.money for one in found} == {48_000}


def test_days_without_a_close_keep_the_state_of_the_one_before(busy: "Office") -> None:
    from jifen.pools.history import history

    found = history(busy.programme.pk, TERMS, (MONDAY, MONDAY + timedelta(days=4)), zone=SHANGHAI, by="day")

    assert [one.money for one in found] == [1000, 1000, 1001, 1001, 1002]


def test_long_times_are_thinned_and_end_with_the_last_day(busy: "Office") -> None:
    from jifen.pools.history import POINTS_MAX, history

    last = MONDAY + timedelta(days=2000)
    found = history(busy.programme.pk, TERMS, (MONDAY, last), zone=SHANGHAI, by="day")

    assert POINTS_MAX * 3 // 4 < len(found) <= POINTS_MAX
    assert found[-1].at.date() == last


def test_before_anything_happened_there_is_no_history(office: "Office") -> None:
    from jifen.pools.history import history

    days = (MONDAY, MONDAY)

    assert history(office.programme.pk, TERMS, days, zone=SHANGHAI, by="moment") == []
    assert history(office.programme.pk, TERMS, days, zone=SHANGHAI, by="day") == []


def test_while_nothing_circulates_the_last_price_stays(busy: "Office") -> None:
    from jifen.pools.history import history
    from jifen.pools.models import PoolPoint

    PoolPoint.objects.create(programme=busy.programme, tick=tick("2026-11-02T20:00"), money=0, supply=0)

    last = history(busy.programme.pk, TERMS, (MONDAY, MONDAY), zone=SHANGHAI, by="moment")[-1]

    assert (last.money, last.supply) == (0, 0)
    assert last.price.text(3) == "1.867"
