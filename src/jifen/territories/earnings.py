"""What is sold in territories and what their holders were paid for it (S1-21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db import connection

from jifen.engine.programme import Programme as Terms
from jifen.engine.rules.sourced_goods import SourcedGoods
from jifen.engine.rules.territory import Territory as TerritoryRule
from jifen.ledger.chart import MONEY
from jifen.ledger.reading import daily_sums
from jifen.stores.models import Territory
from jifen.stores.regions import level

KEPT_SECONDS = 60
PREFIXES = {"province": 2, "city": 4, "district": 6}  # digits that all divisions inside share

# Orders less refunds, each in the region of the order or else of its store; refunds on the day that they were made.
BY_REGION = """
    SELECT x.region, sum(x.amount)::bigint, coalesce(sum(x.amount) FILTER (WHERE x.day = %(today)s), 0)::bigint
    FROM (
        SELECT coalesce(nullif(o.region, ''), s.region, '') AS region, f.business_date AS day,
            CASE f.type WHEN 'order' THEN f.amount ELSE -f.amount END AS amount
        FROM facts_fact f
        JOIN facts_fact o ON o.tick = f.order_tick
        LEFT JOIN stores_store s ON s.id = o.store_id
        WHERE f.programme_id = %(programme)s AND f.business_date BETWEEN %(first)s AND %(today)s
            AND f.type IN ('order', 'refund') AND (%(sourced)s = '' OR o.product <> %(sourced)s)
    ) x
    WHERE x.region <> '' GROUP BY x.region
"""


@dataclass(frozen=True)
class Turnover:
    """Orders less refunds, in fen."""

    month: int = 0
    today: int = 0

    def __add__(self, other: "Turnover") -> "Turnover":
        return Turnover(self.month + other.month, self.today + other.today)


@dataclass(frozen=True)
class Earned:
    """What the rule of territories paid a member, in fen; a day is paid with its close."""

    whole: int
    month: int
    last: int  # on the last day that was paid
    last_day: date | None


def turnover_by_region(programme_id: int, terms: Terms, today: date) -> dict[str, Turnover]:
    """Return the turnover of this month by the code that orders carry; as of at most a minute ago."""
    name = f"jifen.territories/{connection.settings_dict['NAME']}/{programme_id}/{today}"
    found: dict[str, Turnover] | None = cache.get(name)
    if found is None:
        rule = terms.rule(SourcedGoods)
        values: dict[str, int | date | str] = {
            "programme": programme_id,
            "first": today.replace(day=1),
            "today": today,
            "sourced": rule.product if rule is not None else "",
        }
        with connection.cursor() as cursor:
            cursor.execute(BY_REGION, values)
            found = {region: Turnover(month, day) for region, month, day in cursor.fetchall()}
        cache.set(name, found, KEPT_SECONDS)
    return found


def turnover_in(region: str, by_region: Mapping[str, Turnover]) -> Turnover:
    """Return the turnover of a division and all divisions inside."""
    prefix = region[: PREFIXES[level(region)]]
    return sum((one for code, one in by_region.items() if code.startswith(prefix)), Turnover())


def earned_by(member_id: int, today: date) -> Earned:
    """Return what a member was paid for territories, also for those that were returned; refunds are not taken off."""
    first = (
        Territory.objects.filter(member_id=member_id).order_by("since_on").values_list("since_on", flat=True).first()
    )
    if first is None:
        return Earned(0, 0, 0, None)
    sums = daily_sums(member_id, MONEY, first, today)
    paid = {day: amount for (day, rule), amount in sums.items() if rule == TerritoryRule.use}
    last = max(paid, default=None)
    month = sum(amount for day, amount in paid.items() if day >= today.replace(day=1))
    return Earned(sum(paid.values()), month, paid[last] if last is not None else 0, last)
