"""What pages say of airdrops: what is given out and left, the schedule, who shares with which weight (S2-16, S2-17)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.core.cache import cache
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from jifen.airdrops.models import AirdropDay, Emission
from jifen.engine.amounts import to_minor
from jifen.engine.days import day_number
from jifen.engine.rules.airdrop import Airdrop
from jifen.ledger.chart import chart_of
from jifen.ledger.reading import balance_at, daily_sums, programme_balance
from jifen.programmes.declared import tick_of
from jifen.programmes.models import DeclaredValue

KEPT_SECONDS = 60
COUNTED_MAX = 20_000  # so many members are added up anew for every page
YEARS_SHOWN = 10
ONE_DAY = timedelta(days=1)

# The free weight of members who are activated, and how many they are (S2-17, S2-Q4).
ACTIVATED = """
    SELECT count(*), coalesce(sum(b.amount), 0)
    FROM members_standing s
    LEFT JOIN ledger_balance b ON b.owner = s.member_id AND b.chart = %(chart)s
    WHERE s.programme_id = %(programme)s AND s.active > 0
"""


@dataclass(frozen=True)
class EmissionNow:
    """Minor units of the token: what may ever be, what airdrops gave, what went into the reserve and is there."""

    cap: int
    emitted: int
    funded: int
    reserve: int

    @property
    def left(self) -> int:
        """What may still be given out or set aside; a later version may have lowered the cap (S2-61)."""
        return max(self.cap - self.emitted - self.funded, 0)


@dataclass(frozen=True)
class Year:
    """A year of the schedule: its first day and the first day after it, what its first day gives, and all its days."""

    number: int  # from 1
    first: date
    end: date
    daily: int
    total: int

    def has(self, day: date) -> bool:
        """Return whether a day lies in it."""
        return self.first <= day < self.end


@dataclass(frozen=True)
class Activated:
    """How many members are activated, and their free weight together; of very many as of a minute ago at most."""

    members: int
    weight: int


@dataclass(frozen=True)
class Share:
    """What a member got of the airdrop of a day, and the weight that counted for it."""

    day: AirdropDay
    given: int
    weight: int


def emission_now(programme_id: int, rule: Airdrop, decimals: int) -> EmissionNow:
    """Return what of the cap is given out now."""
    found = Emission.objects.filter(programme_id=programme_id).first()
    emitted, funded = (found.emitted, found.funded) if found is not None else (0, 0)
    reserve = programme_balance(programme_id, rule.kind, "pool")
    return EmissionNow(int(to_minor(Decimal(rule.cap), decimals)), emitted, funded, reserve)


def schedule(rule: Airdrop, decimals: int) -> list[Year]:
    """Return what the document gives in each year, before the cap; of a halving the first YEARS_SHOWN years."""
    years = []
    for number in range(len(rule.years) or YEARS_SHOWN):
        first, end = anniversary(rule.launch, number), anniversary(rule.launch, number + 1)
        daily = rule.emission(day_number(first), decimals)
        total = daily * (end - first).days
        if rule.years:
            total = int(to_minor(Decimal(rule.years[number]), decimals))
        years.append(Year(number + 1, first, end, daily, total))
    return years


def anniversary(first: date, years: int) -> date:
    """Return the day on which so many years have passed; of 29 February the day after the 28th (S2-Q7)."""
    try:
        return first.replace(year=first.year + years)
    except ValueError:
        return date(first.year + years, 3, 1)


def activated(programme_id: int, weight_kind: str) -> Activated:
    """Return who shares in the next airdrop, and with which weight together."""
    name = f"jifen.airdrops/{connection.settings_dict['NAME']}/{programme_id}/{weight_kind}"
    found: Activated | None = cache.get(name)
    if found is None:
        with connection.cursor() as cursor:
            chart = chart_of(programme_id).id(weight_kind, "free")
            cursor.execute(ACTIVATED, {"programme": programme_id, "chart": chart})
            members, weight = cursor.fetchone()
        found = Activated(int(members), int(weight))
        if found.members > COUNTED_MAX:
            cache.set(name, found, KEPT_SECONDS)
    return found


def last_airdrop(programme_id: int) -> AirdropDay | None:
    """Return the airdrop that was closed last; days on which nobody shared are none."""
    return AirdropDay.objects.filter(programme_id=programme_id, weight__gt=0).order_by("-day").first()


def airdrops_of(programme_id: int, first: date, last: date) -> list[AirdropDay]:
    """Return the airdrops of some days, oldest first."""
    return list(AirdropDay.objects.filter(programme_id=programme_id, day__range=(first, last)).order_by("day"))


def share_of(member_id: int, rule: Airdrop, day: AirdropDay) -> Share:
    """Return what a member got of an airdrop. Weight that airdrops use up is what this one took (S2-Q3)."""
    given = daily_sums(member_id, rule.kind, day.day, day.day).get((day.day, rule.use), 0)
    if rule.consumes:
        weight = -daily_sums(member_id, rule.weight, day.day, day.day).get((day.day, rule.use), 0)
    else:
        weight = balance_at(member_id, rule.weight, "free", day.day) if given else 0
    return Share(day, given, weight)


def price_of(programme_id: int, rule: Airdrop) -> DeclaredValue | None:
    """Return the declared price of a token in force now: of several the one that starts last."""
    return in_force_at(programme_id, rule.price, tick_of(timezone.now()))


def in_force_at(programme_id: int, name: str, tick: int) -> DeclaredValue | None:
    """Return the declared value of a name in force at a moment, None for none."""
    found = DeclaredValue.objects.filter(programme_id=programme_id, name=name, starts_tick__lte=tick)
    found = found.filter(Q(ends_tick__isnull=True) | Q(ends_tick__gt=tick))
    return found.order_by("-starts_tick", "-declared_tick").first()


def prices_of(programme_id: int, rule: Airdrop, most: int) -> list[DeclaredValue]:
    """Return the last declared prices of a token, the newest first."""
    found = DeclaredValue.objects.filter(programme_id=programme_id, name=rule.price).select_related("operator")
    return list(found.order_by("-starts_tick", "-declared_tick")[:most])


def exact(value: DeclaredValue) -> Fraction:
    """Return a declared value."""
    return Fraction(value.numerator, value.denominator)


def schedule_total(years: Iterable[Year]) -> int:
    """Return what all the years give together."""
    return sum(year.total for year in years)
