"""What the big screen shows, with its charts (S0-71)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.parking.figures import ScreenFigures, percent, screen
from jifen.parking.models import FULL, Site
from jifen.parking.sums import Sums
from jifen.tables.charts import Columns, Series, draw_columns, marks_of
from jifen.tables.report_figures import Figures
from jifen.web.amounts import Amount
from jifen.web.markup import Markup
from jifen.web.templatetags.jifen import language

PERCENT = FULL // 100


@dataclass(frozen=True)
class Rank:
    """A site in the ranking; `width` is its revenue of 1000 of the first one's."""

    site: Site
    revenue: Amount
    occupancy: str
    width: int


@dataclass(frozen=True)
class BigScreen:
    """The figures as they are written on the screen."""

    figures: ScreenFigures
    newest_report_at: datetime | None
    occupancy: str
    permille: int
    revenue_today: Amount
    revenue_month: Amount
    revenue_chart: Markup
    occupancy_chart: Markup
    month_chart: Markup
    ranking: list[Rank]

    @property
    def empty(self) -> bool:
        """Whether nothing was reported yet."""
        return self.figures.day is None


def read_screen(programme_id: int) -> BigScreen:
    """Return the figures of a programme's big screen."""
    found = screen(programme_id)
    first = max((one.month.revenue for one in found.ranking), default=0) or 1
    return BigScreen(
        figures=found,
        newest_report_at=found.newest_report_at,
        occupancy=percent(found.on_day.occupancy),
        permille=found.on_day.permille,
        revenue_today=Amount(found.revenue_today, MONEY_DECIMALS),
        revenue_month=Amount(found.this_month.revenue, MONEY_DECIMALS),
        revenue_chart=_revenue_of_days(found.days),
        occupancy_chart=_occupancy_of_days(found.days),
        month_chart=_revenue_of_months(found.months),
        ranking=[
            Rank(
                one.site,
                Amount(one.month.revenue, MONEY_DECIMALS),
                percent(one.day.occupancy),
                1000 * one.month.revenue // first,
            )
            for one in found.ranking
        ],
    )


def _revenue_of_days(days: dict[date, Sums]) -> Markup:
    return _money_chart(
        Columns(
            label=_("Revenue of the last 30 days"),
            description=_("Each column is a day; today is not over."),
            days=[f"{day.month}-{day.day}" for day in days],
            tips=[f"{day:%Y-%m-%d}: ¥{Amount(sums.revenue, MONEY_DECIMALS)}" for day, sums in days.items()],
            series=[Series(name=_("Revenue"), colour="c0", values=[sums.revenue for sums in days.values()])],
        )
    )


def _revenue_of_months(months: dict[date, Sums]) -> Markup:
    return _money_chart(
        Columns(
            label=_("Revenue of the last 12 months"),
            description=_("Each column is a month; this one is not over."),
            days=[f"{month:%y-%m}" for month in months],
            tips=[f"{month:%Y-%m}: ¥{Amount(sums.revenue, MONEY_DECIMALS)}" for month, sums in months.items()],
            series=[Series(name=_("Revenue"), colour="c2", values=[sums.revenue for sums in months.values()])],
        )
    )


def _occupancy_of_days(days: dict[date, Sums]) -> Markup:
    chart = Columns(
        label=_("Occupancy of the last 30 days"),
        description=_("Each column is a day; today is not over."),
        days=[f"{day.month}-{day.day}" for day in days],
        tips=[f"{day:%Y-%m-%d}: {percent(sums.occupancy)}" for day, sums in days.items()],
        series=[Series(name=_("Occupancy"), colour="c1", values=[sums.occupancy for sums in days.values()])],
    )
    return Markup(draw_columns(chart, [f"{mark // PERCENT}%" for mark in marks_of(chart)]))


def _money_chart(chart: Columns) -> Markup:
    marks = Figures(MONEY_DECIMALS, language()).marks(marks_of(chart), MONEY_DECIMALS)
    return Markup(draw_columns(chart, marks))
