"""Columns over days for the reports of programmes with airdrops: one for each day, or one for a span of days."""

from collections.abc import Sequence
from datetime import date

from jifen.tables.charts import Columns, Series, draw_columns, legend, marks_of
from jifen.tables.report_figures import grouped
from jifen.tables.report_html import Html, element
from jifen.tables.report_page import Page

COLUMNS_MAX = 60


def day_columns(page: Page, days: Sequence[date], series: Sequence[Series], decimals: int) -> Html:
    """Return a chart of amounts by day; too many days to tell apart are added up in spans of equal length."""
    length = -(-len(days) // COLUMNS_MAX)
    starts = range(0, len(days), length)
    summed = [
        Series(name=one.name, colour=one.colour, values=[sum(one.values[n : n + length]) for n in starts])
        for one in series
    ]
    shown = [_span(days[n : n + length]) for n in starts]
    tips = [
        "\n".join([text, *(f"{one.name}: {grouped(one.values[n], decimals)}" for one in summed)])
        for n, text in enumerate(shown)
    ]
    chart = Columns(
        label=page.translate("Chart, {first} to {last}: {names}").format(
            first=days[0], last=days[-1], names=", ".join(one.name for one in series)
        ),
        description=page.translate("The figures stand in the table “Day by day”."),
        days=[page.figures.day(days[n]) for n in starts],
        tips=tips,
        series=summed,
    )
    drawn = draw_columns(chart, page.figures.marks(marks_of(chart), decimals))
    names = [legend([(one.name, one.colour) for one in series])] if len(series) > 1 else []
    return element("figure", *names, drawn)


def _span(days: Sequence[date]) -> str:
    return str(days[0]) if len(days) == 1 else f"{days[0]} – {days[-1]}"
