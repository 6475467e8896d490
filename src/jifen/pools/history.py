"""The price, money and supply of a pool over time, at most POINTS_MAX moments of it (S1-11).

Within days every fact that moved the pool counts (PoolPoint); over longer times the closes of days do (PoolDay).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.db import connection

from jifen.pools.models import PoolDay, PoolPoint
from jifen.pools.reads import Price
from jifen.pools.terms import PoolTerms

POINTS_MAX = 400
MICROSECONDS = 1_000_000
DAYS_BY_MOMENT_MAX = 7
ONE_DAY = timedelta(days=1)
Resolution = Literal["moment", "day"]

# Of each of some equal spans of time the last state in it; spans in which nothing moved have no row.
LAST_IN_EACH = """
    SELECT DISTINCT ON (span) (p.tick - %(first)s) * %(spans)s / %(length)s AS span, p.money, p.supply
    FROM pools_poolpoint p
    WHERE p.programme_id = %(programme)s AND p.tick >= %(first)s AND p.tick < %(first)s + %(length)s
    ORDER BY span, p.tick DESC
"""


@dataclass(frozen=True)
class Moment:
    """The pool at the end of a span of time: money in fen, supply in minor units, and the price."""

    at: datetime
    money: int
    supply: int
    price: Price


def history(
    programme_id: int, terms: PoolTerms, days: tuple[date, date], *, zone: ZoneInfo, by: Resolution
) -> list[Moment]:
    """Return the pool from the first to the last of the days, at equal distances; nothing before it began.

    By the moment it ends now when the last day is today, and at most DAYS_BY_MOMENT_MAX days are shown.
    """
    states = _by_moment(programme_id, days, zone) if by == "moment" else _by_day(programme_id, days, zone)
    return list(_moments(states, terms))


State = tuple[datetime, int, int]  # when, money, supply


def _moments(states: Iterable[State], terms: PoolTerms) -> Iterator[Moment]:
    """Yield the states with their prices; while nothing circulates the last price stays."""
    price = Price(*terms.first_price, terms.decimals)
    for at, money, supply in states:
        price = Price(money, supply, terms.decimals) if supply else price
        yield Moment(at, money, supply, price)


def _by_moment(programme_id: int, days: tuple[date, date], zone: ZoneInfo) -> Iterator[State]:
    """Yield the state at the end of each of POINTS_MAX spans."""
    last = days[1]
    first = _tick(max(days[0], last - (DAYS_BY_MOMENT_MAX - 1) * ONE_DAY), zone)
    end = min(_tick(last + ONE_DAY, zone), int(datetime.now(zone).timestamp()) * MICROSECONDS + MICROSECONDS)
    rows = PoolPoint.objects.filter(programme_id=programme_id)
    before = rows.filter(tick__lt=first).order_by("-tick").first()
    if before is None:  # it began in this time, and is shown from there
        begun = rows.filter(tick__lt=end).order_by("tick").first()
        first = begun.tick if begun is not None else first
    length = max(end - first, POINTS_MAX)
    values = {"programme": programme_id, "first": first, "length": length, "spans": POINTS_MAX}
    with connection.cursor() as cursor:
        cursor.execute(LAST_IN_EACH, values)
        moved = {int(span): (int(money), int(supply)) for span, money, supply in cursor.fetchall()}
    state = (before.money, before.supply) if before is not None else None
    for span in range(POINTS_MAX):
        state = moved.get(span, state)
        if state is not None:
            at = first + (span + 1) * length // POINTS_MAX
            yield datetime.fromtimestamp(at // MICROSECONDS, zone), *state


def _by_day(programme_id: int, days: tuple[date, date], zone: ZoneInfo) -> Iterator[State]:
    """Yield the state at the end of days, of every so many-th one where there are too many."""
    first, last = days
    rows = PoolDay.objects.filter(programme_id=programme_id, day__lte=last)
    before = rows.filter(day__lt=first).order_by("-day").first()
    state = (before.money, before.supply) if before is not None else None
    closed = {one.day: (one.money, one.supply) for one in rows.filter(day__gte=first)}
    count = (last - first).days + 1
    stride = -(-count // POINTS_MAX)
    for number in range(count):
        day = first + number * ONE_DAY
        state = closed.get(day, state)
        if state is not None and (count - 1 - number) % stride == 0:
            yield datetime.combine(day, time.max, zone), *state


def _tick(day: date, zone: ZoneInfo) -> int:
    """Return when a day begins, as facts count time."""
    return int(datetime.combine(day, time.min, zone).timestamp()) * MICROSECONDS
