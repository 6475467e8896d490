"""Which business day a fact gets: that of the programme's own midnight, wherever the clock stands."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from jifen.facts import days as days_module
from jifen.facts.days import DayNotSettledError, open_day
from jifen.facts.models import Fact
from jifen.settlement.verify import verify
from tests.engine.people import TEXT
from tests.settlement.life import Life

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
SECOND = timedelta(seconds=1)


class Clock:
    """The platform's clock, set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps = count()
        self.moment = datetime(1970, 1, 1, tzinfo=UTC)
        monkeypatch.setattr(days_module, "next_tick", self.tick)

    def tick(self) -> int:
        """Return the moment, always later than the last."""
        return (self.moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) + next(self.steps)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def life_in(zone: str) -> Life:
    return Life(TEXT.replace('time_zone = "UTC"', f'time_zone = "{zone}"'))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("midnight", "offset"),
    [
        (datetime(2026, 3, 29, 0, 0, tzinfo=BERLIN), 1),  # the clock goes forward two hours later
        (datetime(2026, 3, 30, 0, 0, tzinfo=BERLIN), 2),
        (datetime(2026, 10, 25, 0, 0, tzinfo=BERLIN), 2),  # the clock goes back three hours later
        (datetime(2026, 10, 26, 0, 0, tzinfo=BERLIN), 1),
        (datetime(2027, 1, 1, 0, 0, tzinfo=BERLIN), 1),
    ],
)
def test_a_day_begins_at_the_programmes_own_midnight_in_summer_and_winter(
    clock: Clock, midnight: datetime, offset: int
) -> None:
    life = life_in("Europe/Berlin")
    assert midnight.utcoffset() == timedelta(hours=offset)

    clock.moment = midnight.astimezone(UTC) - SECOND
    life.join("Ann")
    life.buy("Ann", 100)
    life.settle()
    clock.moment = midnight.astimezone(UTC)
    life.buy("Ann", 100)

    facts = Fact.objects.order_by("tick").values_list("business_date", "entered_on")
    eve, day = midnight.date() - timedelta(days=1), midnight.date()
    assert list(facts) == [(eve, eve), (day, day)]
    assert verify(life.id) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/New_York", date(2026, 3, 1)),
        ("Europe/Berlin", date(2026, 3, 1)),
        ("Asia/Shanghai", date(2026, 3, 2)),
        ("Pacific/Kiritimati", date(2026, 3, 2)),
    ],
)
def test_one_moment_is_of_different_days_in_different_zones(clock: Clock, zone: str, day: date) -> None:
    clock.moment = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)

    assert open_day(life_in(zone).id) == day


@pytest.mark.django_db
def test_after_midnight_facts_wait_until_the_day_before_is_settled(clock: Clock) -> None:
    life = life_in("Asia/Shanghai")
    clock.moment = datetime(2026, 3, 1, 23, 59, 59, tzinfo=SHANGHAI)
    life.join("Ann")
    life.buy("Ann", 100)

    clock.moment += SECOND
    with pytest.raises(DayNotSettledError) as refused:
        life.buy("Ann", 100)
    with pytest.raises(DayNotSettledError):
        open_day(life.id)

    assert str(refused.value.message) == "the day 2026-03-01 is not settled yet; please try again in a minute"
    assert Fact.objects.count() == 1


@pytest.mark.django_db
def test_a_clock_that_goes_back_moves_no_fact_before_a_closed_day(clock: Clock) -> None:
    life = life_in("Asia/Shanghai")
    clock.moment = datetime(2026, 3, 2, 0, 0, 1, tzinfo=SHANGHAI)
    life.join("Ann")
    life.buy("Ann", 100)
    life.settle()

    clock.moment -= timedelta(seconds=2)
    life.buy("Ann", 100)

    late = Fact.objects.latest("business_date")
    assert (late.business_date, late.entered_on) == (date(2026, 3, 3), date(2026, 3, 1))
