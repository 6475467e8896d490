"""The chart of an agent's subsidies, drawn on the server as SVG."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from jifen.agents.terms import DIVIDEND, RANKING
from jifen.tables.charts import Columns, Series, draw_columns, legend, marks_of
from jifen.tables.report_figures import Figures
from jifen.web.amounts import Amount
from jifen.web.markup import Markup
from jifen.web.reads.charts import DAYS_SHOWN, first_day_shown

OF_MONTHS = (DIVIDEND, RANKING)


def draw_subsidies(sums: Mapping[tuple[date, str], int], last_day: date, decimals: int, language: str) -> Markup:
    """Return columns of what the rules of days and of months paid on each of the last days, with their legend."""
    days = [first_day_shown(last_day) + timedelta(days=n) for n in range(DAYS_SHOWN)]
    daily, monthly = dict.fromkeys(days, 0), dict.fromkeys(days, 0)
    for (day, rule), amount in sums.items():
        of = monthly if rule in OF_MONTHS else daily
        if day in of:
            of[day] += amount
    chart = Columns(
        label=_("Subsidies in 14 days"),
        description=_("Each column is a business day: below for devices and peers, above of the month."),
        days=[f"{day.month}-{day.day}" for day in days],
        tips=[f"{day:%Y-%m-%d}: {Amount(daily[day], decimals)} + {Amount(monthly[day], decimals)}" for day in days],
        series=[
            Series(name=_("For devices and peers"), colour="c0", values=list(daily.values())),
            Series(name=_("Of the month"), colour="c1", values=list(monthly.values())),
        ],
    )
    marks = Figures(decimals, language).marks(marks_of(chart), decimals)
    key = legend([(one.name, one.colour) for one in chart.series])
    return Markup("".join((draw_columns(chart, marks), key)))
