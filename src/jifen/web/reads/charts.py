"""Charts of member pages, drawn on the server as SVG."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from jifen.tables.charts import Columns, Series, draw_columns, legend, marks_of
from jifen.tables.report_figures import Figures
from jifen.tables.report_html import Html, element
from jifen.web.amounts import Amount
from jifen.web.markup import Markup
from jifen.web.reads.released import Released

DAYS_SHOWN = 14


def first_day_shown(last_day: date) -> date:
    """Return where the chart of days begins."""
    return last_day - timedelta(days=DAYS_SHOWN - 1)


def draw_releases(released: Mapping[date, Released], last_day: date, decimals: int, language: str) -> Markup:
    """Return columns of what was released by time and by the team on each of the last days, with their legend."""
    days = [first_day_shown(last_day) + timedelta(days=n) for n in range(DAYS_SHOWN)]
    by_time = [released.get(day, Released()).by_time for day in days]
    by_team = [released.get(day, Released()).by_team for day in days]
    chart = Columns(
        label=_("Released in 14 days"),
        description=_("Each column is a business day: below by time, above by the team."),
        days=[f"{day.month}-{day.day}" for day in days],
        tips=[
            f"{day:%Y-%m-%d}: {Amount(time, decimals)} + {Amount(team, decimals)}"
            for day, time, team in zip(days, by_time, by_team, strict=True)
        ],
        series=[
            Series(name=_("By time"), colour="c0", values=by_time),
            Series(name=_("By the team"), colour="c1", values=by_team),
        ],
    )
    marks = Figures(decimals, language).marks(marks_of(chart), decimals)
    return _markup(draw_columns(chart, marks), legend([(one.name, one.colour) for one in chart.series]))


def draw_balances(balances: Mapping[date, int], decimals: int, language: str) -> Markup:
    """Return columns of what was free at the end of each day."""
    days = list(balances)
    chart = Columns(
        label=_("Free in %(days)s days") % {"days": len(days)},
        description=_("Each column is what was free at the end of a business day."),
        days=[f"{day.month}-{day.day}" for day in days],
        tips=[f"{day:%Y-%m-%d}: {Amount(amount, decimals)}" for day, amount in balances.items()],
        series=[Series(name=_("Free"), colour="c0", values=list(balances.values()))],
    )
    return _markup(draw_columns(chart, Figures(decimals, language).marks(marks_of(chart), decimals)))


def draw_meter(whole: int, by_time: int, by_team: int) -> Markup:
    """Return a bar of what was released of a lot, by time and by the team."""
    parts, begin = [], 0
    for value, colour in ((by_time, "c0"), (by_team, "c1")):
        width = 1000 * value // max(whole, 1)
        parts.append(element("rect", x=begin, width=width, height=8, class_=colour))
        begin += width
    label = _("%(share)s released") % {"share": percent_of(by_time + by_team, whole)}
    return _markup(
        element(
            "svg",
            *parts,
            class_="meter",
            role="img",
            aria_label=label,
            viewBox="0 0 1000 8",
            preserveAspectRatio="none",
        )
    )


def percent_of(part: int, whole: int) -> str:
    """Return a share with one decimal, rounded down."""
    tenths = 1000 * part // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"


def _markup(*parts: Html) -> Markup:
    return Markup("".join(parts))
