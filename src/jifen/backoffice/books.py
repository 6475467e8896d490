"""Sums over a whole programme, read in ways that stay quick with a million members."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from django.core.cache import cache
from django.db import connection

from jifen.backoffice.released_chart import DayReleased
from jifen.engine.amounts import MONEY
from jifen.engine.programme import REWARDS, SCHEDULED
from jifen.ledger.reading import programme_balances
from jifen.members.models import Member
from jifen.sales.models import CONFIRMED_STATES, Order
from jifen.settlement.models import Run

BY_TIME = {rule.use for rule in SCHEDULED}
BY_TEAM = {rule.use for rule in REWARDS}
KEPT_SECONDS = 60
T = TypeVar("T")

# What closed days add up to, and the entries of the days that are open.
HELD = """
SELECT c.kind, c.role, coalesce(sum(t.amount), 0)::bigint
FROM ledger_chart c LEFT JOIN (
    SELECT chart, amount FROM ledger_daytotal WHERE programme_id = %(programme)s
    UNION ALL
    SELECT e.chart, e.amount FROM ledger_entry e
    WHERE e.business_date > (
        SELECT coalesce(max(business_date), '-infinity') FROM ledger_dayclose WHERE programme_id = %(programme)s
    )
) t ON t.chart = c.id
WHERE c.programme_id = %(programme)s AND c.of_member
GROUP BY c.kind, c.role
"""


def owed(programme_id: int) -> dict[tuple[str, str], int]:
    """Return what all members hold together, by kind and role; as of at most a minute ago."""

    def read() -> dict[tuple[str, str], int]:
        with connection.cursor() as cursor:
            cursor.execute(HELD, {"programme": programme_id})
            return {(kind, role): amount for kind, role, amount in cursor.fetchall()}

    return _kept(f"owed/{programme_id}", read)


def reserve_holds(programme_id: int) -> int:
    """Return the money kept for withdrawals, in fen."""
    held: int = programme_balances(programme_id).get((MONEY, "reserve"), 0)
    return held


def count_members(programme_id: int) -> int:
    """Return how many members there are; as of at most a minute ago."""
    return _kept(f"members/{programme_id}", lambda: Member.objects.filter(programme_id=programme_id).count())


def count_orders(programme_id: int) -> int:
    """Return how many orders count; as of at most a minute ago."""
    confirmed = Order.objects.filter(programme_id=programme_id, state__in=CONFIRMED_STATES)
    return _kept(f"orders/{programme_id}", confirmed.count)


def released_days(programme_id: int, first: date, last: date) -> list[DayReleased]:
    """Return what each day released, from the reports of its runs; days without a run released nothing."""
    reports = Run.objects.filter(programme_id=programme_id, day__range=(first, last), state=Run.State.DONE)
    sums: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0])
    for day, report in reports.values_list("day", "report"):
        for rule in report.get("rules", []):
            if rule["rule"] in BY_TIME:
                sums[day][0] += rule["amount"]
            elif rule["rule"] in BY_TEAM:
                sums[day][1] += rule["amount"]
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    return [DayReleased(day, *sums[day]) for day in days]


def _kept(key: str, read: Callable[[], T]) -> T:
    """Return a figure that is not read anew more than once a minute; each database has its own."""
    name = f"jifen.backoffice/{connection.settings_dict['NAME']}/{key}"
    found: T | None = cache.get(name)
    if found is None:
        found = read()
        cache.set(name, found, KEPT_SECONDS)
    return found
