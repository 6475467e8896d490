"""Business days: which day a fact belongs to, and the lock between facts and settlements (ADR 0012)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import OperationalError, connection
from django.db.models import Min
from psycopg.errors import LockNotAvailable

from jifen.engine.message import Message, say
from jifen.facts.models import Closing, Fact
from jifen.facts.terms import terms_of
from jifen.ledger.close import last_closed
from jifen.members.models import Member
from jifen.programmes.models import Programme
from jifen.stores.models import Store

LOCK_CLASS = 7_115  # of PostgreSQL's advisory locks, with the programme's id below it
WAIT = "5s"  # how long a fact waits for a settlement or another fact
ONE_DAY = timedelta(days=1)


class NotNowError(Exception):
    """It cannot happen now, and nothing was written; `message` says why, and when to try again."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class DayNotSettledError(NotNowError):
    """An earlier day waits for its settlement."""


class BusyError(NotNowError):
    """Another fact about the same members takes too long."""


class Moment(NamedTuple):
    """When a fact happened: its tick, its business day, and the day of the clock."""

    tick: int
    business_date: date
    entered_on: date


def lock_key(programme_id: int) -> int:
    """Return the advisory lock of a programme: facts share it, a settlement holds it alone."""
    return LOCK_CLASS << 32 | programme_id


def share_day(programme_id: int) -> None:
    """Keep settlements away until the transaction ends; raises DayNotSettledError while one is at work."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
        try:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [lock_key(programme_id)])
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise DayNotSettledError(say("a day is being settled; please try again in a minute")) from error
    closing = Closing.objects.filter(programme_id=programme_id).first()
    if closing is not None:
        raise _not_settled(closing.day)


@contextmanager
def waiting() -> Iterator[None]:
    """Turn a lock that does not come in time into a BusyError."""
    try:
        yield
    except (OperationalError, LockNotAvailable) as error:
        if not isinstance(error, LockNotAvailable) and not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise BusyError(say("somebody else is changing the same account; please try again")) from error


def now(programme_id: int) -> Moment:
    """Return the moment of a fact; call it under all its locks, so that facts which touch each other keep their order.

    Raises DayNotSettledError when an earlier day than today has not been closed.
    """
    tick = next_tick()
    today = datetime.fromtimestamp(tick // 1_000_000, UTC).astimezone(zone_of(programme_id)).date()
    next_day = _next_day(programme_id)
    if next_day is not None and next_day < today:
        raise _not_settled(next_day)
    return Moment(tick, max(next_day or today, today), today)


def open_day(programme_id: int) -> date:
    """Return the business day that a fact would have now; in a transaction no settlement begins before its end."""
    if connection.in_atomic_block:
        share_day(programme_id)
    return now(programme_id).business_date


def next_tick() -> int:
    """Return the next moment of the platform's clock, in microseconds since 1970: always later than the last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_tick()")
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def first_unclosed(programme_id: int) -> date | None:
    """Return the first day that was not closed yet: the day after the last closed one, else that of the first fact."""
    return _next_day(programme_id)


def day_reached(programme_id: int) -> date:
    """Return the latest day that any fact may have so far, whatever waits for its settlement."""
    today = datetime.now(UTC).astimezone(zone_of(programme_id)).date()
    return max(_next_day(programme_id) or today, today)


def zone_of(programme_id: int) -> ZoneInfo:
    """Return a programme's time zone, which never changes."""
    return ZoneInfo(Programme.objects.values_list("zone", flat=True).get(pk=programme_id))


def _next_day(programme_id: int) -> date | None:
    last = last_closed(programme_id)
    if last is not None:
        return last + ONE_DAY
    first: date | None = Fact.objects.filter(programme_id=programme_id).aggregate(day=Min("business_date"))["day"]
    if not terms_of(programme_id).versions.joins:
        return first
    joined = (table.objects.filter(programme_id=programme_id) for table in (Member, Store))
    days = [first, *(rows.aggregate(day=Min("joined_on"))["day"] for rows in joined)]
    return min((day for day in days if day is not None), default=None)


def _not_settled(day: date) -> DayNotSettledError:
    return DayNotSettledError(
        say("the day {day} is not settled yet; please try again in a minute", day=day.isoformat())
    )
