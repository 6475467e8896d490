"""The part of a report that goes day by day: three charts and the table of their figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.tables.charts import Columns, Series, draw_columns, legend, marks_of
from jifen.tables.report_data import Day
from jifen.tables.report_figures import grouped
from jifen.tables.report_html import Html, element
from jifen.tables.report_page import BLOCKED, MONEY, Page, definitions, section

COLUMNS_MAX = 100  # a longer run is drawn and listed by spans of several days


@dataclass(frozen=True)
class Span:
    """One column of the charts: a day, or the sums of a few."""

    first: date
    last: date
    released: Mapping[str, int]
    blocked: int
    ordered: int

    @property
    def text(self) -> str:
        """Return the days as they stand in figures: "2026-03-01", "2026-03-01 – 2026-03-03"."""
        return str(self.first) if self.first == self.last else f"{self.first} – {self.last}"


def spans(days: Sequence[Day]) -> list[Span]:
    """Return the days one by one, or summed over spans of equal length when there are too many to tell apart."""
    length = -(-len(days) // COLUMNS_MAX) or 1
    return [_sum(days[n : n + length]) for n in range(0, len(days), length)]


def _sum(days: Sequence[Day]) -> Span:
    released: Counter[str] = Counter()
    for day in days:
        released.update(day.released)
    return Span(days[0].day, days[-1].day, released, sum(d.blocked for d in days), sum(d.ordered for d in days))


def day_sections(page: Page) -> list[Html]:
    """Return the charts of what was released, blocked and ordered per day, and their figures."""
    columns, translate = spans(page.data.days), page.translate
    if not columns:
        return [section(translate("Released per day"), element("p", translate("No day was settled.")))]
    return [
        section(
            translate("Released per day"),
            _released(page, columns),
            note=translate("Points that became usable, by the rule that released them."),
        ),
        section(
            translate("Blocked per day"),
            _blocked(page, columns),
            _blocked_by_rule(page),
            note=translate("Earned through the team, but cut because nothing locked was left to release."),
            wide=False,
        ),
        section(
            translate("Orders per day"),
            _ordered(page, columns),
            _ordered_in_all(page),
            note=translate("Whole order amounts in yuan, the part paid in points included."),
            wide=False,
        ),
        section(translate("Day by day"), _table(page, columns)),
    ]


def growth_sections(page: Page) -> list[Html]:
    """Return the charts of what orders shared out and of orders per day, and their figures."""
    columns, translate = spans(page.data.days), page.translate
    if not columns:
        return []
    return [
        section(
            translate("Shared out per day"),
            _released(page, columns),
            note=translate("What members were credited at the close of days out of its orders, by rule."),
            wide=False,
        ),
        section(
            translate("Orders per day"),
            _ordered(page, columns),
            _ordered_in_all(page),
            note=translate("Whole order amounts in yuan, the part paid in points included."),
            wide=False,
        ),
        section(translate("Day by day"), _table(page, columns)),
    ]


def order_section(page: Page, title: str, note: str) -> list[Html]:
    """Return the chart of orders per day alone, under a title of its own."""
    columns = spans(page.data.days)
    if not columns:
        return []
    return [section(title, _ordered(page, columns), _ordered_in_all(page), note=note)]


def _released(page: Page, columns: Sequence[Span]) -> Html:
    figures, titles = page.figures, {rule: page.rule_title(rule) for rule in page.rules}
    tips = [
        "\n".join([span.text] + [f"{titles[r]}: {figures.points(span.released.get(r, 0))}" for r in page.rules])
        for span in columns
    ]
    series = [
        Series(name=titles[r], colour=page.colour(r), values=[s.released.get(r, 0) for s in columns]) for r in titles
    ]
    chart = _chart(page, columns, series, tips)
    return element("figure", legend([(s.name, s.colour) for s in series]), _draw(page, chart, page.data.decimals))


def _blocked(page: Page, columns: Sequence[Span]) -> Html:
    values = [span.blocked for span in columns]
    if not any(values):
        return element("p", page.translate("Nothing was blocked."), class_="empty")
    tips = [f"{span.text}\n{page.figures.points(span.blocked)}" for span in columns]
    series = [Series(name=page.translate("Blocked"), colour=BLOCKED, values=values)]
    return _draw(page, _chart(page, columns, series, tips), page.data.decimals)


def _ordered(page: Page, columns: Sequence[Span]) -> Html:
    values = [span.ordered for span in columns]
    if not any(values):
        return element("p", page.translate("There were no orders."), class_="empty")
    tips = [f"{span.text}\n{page.figures.money(span.ordered)}" for span in columns]
    series = [Series(name=page.translate("Orders"), colour=MONEY, values=values)]
    return _draw(page, _chart(page, columns, series, tips), MONEY_DECIMALS)


def _blocked_by_rule(page: Page) -> Html:
    rows = page.data.totals.blocked.items()
    return definitions((page.rule_title(rule), page.figures.points(value)) for rule, value in rows if value)


def _ordered_in_all(page: Page) -> Html:
    totals, translate = page.data.totals, page.translate
    rows = [(translate("Order amounts"), totals.ordered), (translate("Money received"), totals.received)]
    return definitions((name, page.figures.money(fen)) for name, fen in rows)


def _chart(page: Page, columns: Sequence[Span], series: Sequence[Series], tips: Sequence[str]) -> Columns:
    names = ", ".join(one.name for one in series)
    return Columns(
        label=page.translate("Chart, {first} to {last}: {names}").format(
            first=columns[0].first, last=columns[-1].last, names=names
        ),
        description=page.translate("The figures stand in the table “Day by day”."),
        days=[page.figures.day(span.first) for span in columns],
        tips=tips,
        series=series,
    )


def _draw(page: Page, chart: Columns, decimals: int) -> Html:
    return draw_columns(chart, page.figures.marks(marks_of(chart), decimals))


def _table(page: Page, columns: Sequence[Span]) -> Html:
    translate, figures = page.translate, page.figures
    heads = [translate("Day"), *(page.rule_title(rule) for rule in page.rules)]
    heads += [translate("Blocked"), translate("Orders (yuan)")]
    rows = (
        element(
            "tr",
            element("th", span.text, scope="row"),
            *(element("td", figures.points(span.released.get(rule, 0))) for rule in page.rules),
            element("td", figures.points(span.blocked)),
            element("td", grouped(span.ordered, MONEY_DECIMALS)),
        )
        for span in columns
    )
    head = element("thead", element("tr", *(element("th", text, scope="col") for text in heads)))
    table = element("table", head, element("tbody", *rows))
    name = translate("Show the figures of the charts")
    frame = element("div", table, class_="scroll", role="region", tabindex=0, aria_label=name)
    return element("details", element("summary", name), frame)
