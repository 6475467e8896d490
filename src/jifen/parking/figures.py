"""What the big screen and the members' card show; read at most every few seconds, whoever looks (S0-71)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Max, Q, Sum

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.parking.models import Device, Latest, Report, Site
from jifen.parking.places import is_screen_public
from jifen.parking.revenue import ONE_DAY, first_of, today_of
from jifen.parking.sums import NOTHING, Span, Sums, by_day, by_month, by_site, total
from jifen.tables.report_figures import grouped

KEPT_SECONDS = 10
MONTHS_KEPT_SECONDS = 300  # a year is a million readings of 2,740 devices
DAYS_SHOWN = 30
MONTHS_SHOWN = 12
SITES_SHOWN = 8
T = TypeVar("T")


@dataclass(frozen=True)
class Card:
    """A few figures of a programme; revenue in fen, occupancy in basis points."""

    sites: int
    spaces: int
    day: date  # of occupancy: today, or the last day that was reported
    occupancy: int
    revenue_today: int
    revenue_month: int
    open: bool  # whether everybody may see the big screen

    @property
    def occupancy_shown(self) -> str:
        """The occupancy as people read it."""
        return percent(self.occupancy)

    @property
    def revenue_month_shown(self) -> str:
        """The revenue of this month in yuan."""
        return grouped(self.revenue_month, MONEY_DECIMALS)


@dataclass(frozen=True)
class SiteFigures:
    """A site in the ranking, by its revenue in this month."""

    site: Site
    month: Sums
    day: Sums


@dataclass(frozen=True)
class ScreenFigures:
    """Everything on the big screen. `day` is today, or the last day that was reported."""

    today: date
    day: date | None
    newest_report_at: datetime | None
    sites: int
    spaces: int
    devices: int
    devices_reported: int
    on_day: Sums
    revenue_today: int
    this_month: Sums
    days: dict[date, Sums] = field(default_factory=dict)  # the last 30, those without readings too
    months: dict[date, Sums] = field(default_factory=dict)  # the last 12, likewise
    ranking: list[SiteFigures] = field(default_factory=list)

    @property
    def fresh(self) -> bool:
        """Whether something of today was reported."""
        return self.day == self.today


def percent(basis_points: int) -> str:
    """Return an occupancy as people read it, with one decimal, rounded down: "73.4%"."""
    tenths = basis_points // 10
    return f"{tenths // 10}.{tenths % 10}%"


def card(programme_id: int) -> Card | None:
    """Return the figures of a programme's card; None where it has no sites."""
    today = today_of(programme_id)

    def read() -> Card | None:
        sites = _sites(programme_id)
        day = _last_day(programme_id)
        if not sites["count"]:
            return None
        return Card(
            sites=sites["count"],
            spaces=sites["spaces"],
            day=day or today,
            occupancy=total(Span(programme_id, day, day)).occupancy if day else 0,
            revenue_today=total(Span(programme_id, today, today)).revenue,
            revenue_month=total(Span(programme_id, first_of(today), today)).revenue,
            open=is_screen_public(programme_id),
        )

    return _kept(f"card/{programme_id}/{today}", read)


def screen(programme_id: int) -> ScreenFigures:
    """Return the figures of a programme's big screen."""
    today = today_of(programme_id)
    return _kept(f"screen/{programme_id}/{today}", lambda: _read_screen(programme_id, today))


def _read_screen(programme_id: int, today: date) -> ScreenFigures:
    sites, day = _sites(programme_id), _last_day(programme_id)
    shown = [today - timedelta(days=number) for number in reversed(range(DAYS_SHOWN))]
    days = by_day(Span(programme_id, shown[0], today))
    sums_of_day = total(Span(programme_id, day, day)) if day else NOTHING
    active = Q(active_from__lte=today) & (Q(active_until__isnull=True) | Q(active_until__gt=today))
    newest = (
        Report.objects.filter(programme_id=programme_id).order_by("-received_at").values_list("received_at", flat=True)
    )
    return ScreenFigures(
        today=today,
        day=day,
        newest_report_at=newest.first(),
        sites=sites["count"],
        spaces=sites["spaces"] or 0,
        devices=Device.objects.filter(active, programme_id=programme_id).count(),
        devices_reported=sums_of_day.readings,
        on_day=sums_of_day,
        revenue_today=days.get(today, NOTHING).revenue,
        this_month=total(Span(programme_id, first_of(today), today)),
        days={one: days.get(one, NOTHING) for one in shown},
        months=_kept(f"months/{programme_id}/{today}", lambda: _months(programme_id, today), MONTHS_KEPT_SECONDS),
        ranking=_ranking(programme_id, today, day),
    )


def _months(programme_id: int, today: date) -> dict[date, Sums]:
    shown = [first_of(today)]
    while len(shown) < MONTHS_SHOWN:
        shown.append(first_of(shown[-1] - ONE_DAY))
    sums = by_month(Span(programme_id, shown[-1], today))
    return {month: sums.get(month, NOTHING) for month in reversed(shown)}


def _ranking(programme_id: int, today: date, day: date | None) -> list[SiteFigures]:
    """Return the sites with the most revenue in this month."""
    month = by_site(Span(programme_id, first_of(today), today))
    on_day = by_site(Span(programme_id, day, day)) if day else {}
    sites = Site.objects.filter(programme_id=programme_id).order_by("code")
    found = [SiteFigures(one, month.get(one.code, NOTHING), on_day.get(one.code, NOTHING)) for one in sites]
    return sorted(found, key=lambda one: -one.month.revenue)[:SITES_SHOWN]


def _sites(programme_id: int) -> dict[str, int]:
    return Site.objects.filter(programme_id=programme_id).aggregate(count=Count("pk"), spaces=Sum("spaces"))


def _last_day(programme_id: int) -> date | None:
    found: date | None = Latest.objects.filter(programme_id=programme_id).aggregate(day=Max("day"))["day"]
    return found


def _kept(key: str, read: Callable[[], T], seconds: int = KEPT_SECONDS) -> T:
    """Return figures that are not read anew more often than every so many seconds; each database has its own."""
    name = f"jifen.parking/{connection.settings_dict['NAME']}/{key}"
    missing = object()
    found = cache.get(name, missing)
    if found is missing:
        found = read()
        cache.set(name, found, seconds)
    kept: T = found
    return kept
