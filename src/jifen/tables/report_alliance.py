"""The sections of a report on an alliance: where its points are, floats of stores, periods, rebates (S3-17 … S3-31)."""

from collections.abc import Iterable, Iterator, Sequence

from jifen.tables.charts import Part, Series, draw_share, share_legend
from jifen.tables.line_charts import Line, draw_line, line_marks
from jifen.tables.report_columns import day_columns
from jifen.tables.report_data import AlliancePoint, AllianceReport, FloatLine
from jifen.tables.report_figures import grouped, percent
from jifen.tables.report_html import Html, element
from jifen.tables.report_page import BLOCKED, CANCELLED, LOCKED, MONEY, PLAIN, Page, amount, definitions, section

LINES_MAX = 200  # days of a chart; a longer run is drawn with the last of every few
STORES_MAX = 40  # rows of the table of stores; the table floats has each one


def _kind(page: Page, report: AllianceReport) -> str:
    return report.title if page.figures.chinese else report.title_en


def headline(page: Page, report: AllianceReport) -> Html:
    """Return the points issued, and with whom they are."""
    translate, last, counts = page.translate, report.days[-1], page.data.counts
    owing = [line for line in report.floats if line.owed]
    facts = [
        (translate("Members"), f"{counts.members:,}"),
        (translate("Branches"), f"{sum(line.is_branch for line in report.floats):,}"),
        (translate("Stores"), f"{sum(not line.is_branch for line in report.floats):,}"),
        (translate("Orders"), f"{counts.orders:,}"),
        (translate("Refunds"), f"{counts.refunds:,}"),
        (translate("Actions"), f"{counts.actions:,}"),
        (translate("Refused"), f"{counts.refused:,}"),
        (translate("After the last day, left alone"), f"{counts.left_alone:,}"),
    ]
    hero = element(
        "div",
        element("h2", translate("Alliance: points issued")),
        amount(report.issued + report.unfunded, report.decimals),
        element("p", translate("{points} that head office has sold or given").format(points=_kind(page, report))),
        definitions(facts),
        class_="hero",
    )
    cards = [
        (translate("With branches and stores"), last.branches + last.stores, translate("to be given to members")),
        (translate("With members"), last.members, translate("to be redeemed for goods of head office")),
        (translate("Redeemed"), last.redeemed, translate("for goods of head office's catalogue")),
        (translate("Owed by stores"), sum(line.owed for line in owing),
         translate("{count} stores sold and had too few points").format(count=f"{len(owing):,}")),
    ]  # fmt: skip
    small = (
        element("div", element("h2", name), amount(value, report.decimals), element("p", words))
        for name, value, words in cards
    )
    return element("section", hero, element("div", *small, class_="cards"), class_="headline")


def promise(page: Page, report: AllianceReport) -> Html:
    """Return where all points are, and that some have no money behind them (S3-D1, S3-25)."""
    translate, last, decimals = page.translate, report.days[-1], report.decimals
    title = translate("Where the points of the alliance are")
    parts = [
        Part(name=name, colour=colour, value=value, text=grouped(value, decimals))
        for name, colour, value in (
            (translate("With branches"), LOCKED, last.branches),
            (translate("With stores"), "c1", last.stores),
            (translate("With members"), PLAIN, last.members),
            (translate("Redeemed"), CANCELLED, last.redeemed),
            (translate("Elsewhere, as operators took away"), BLOCKED, last.elsewhere),
        )
    ]
    warning = translate(
        "These are points of a simulated or sandbox programme, and this run moved no money. Points that stores and "
        "members hold are a claim on goods of head office: somebody must buy these. Points are never paid out in money."
    )
    whole = report.issued + report.unfunded

    def of_all(points: int) -> str:
        return f"{grouped(points, decimals)} ({percent(points, whole)})"

    rows = [
        (translate("Issued for money or goods"), of_all(report.issued)),
        (translate("Issued with nothing behind them"), of_all(report.unfunded)),
        (translate("Paid for points by stores and branches"), page.figures.money(sum(f.paid for f in report.floats))),
    ]
    return section(
        title,
        element("p", warning, class_="warning"),
        draw_share(title, parts),
        share_legend(parts),
        definitions(rows),
        note=translate("What was issued is what branches, stores and members hold and what was redeemed, every day."),
    )


def charts(page: Page, report: AllianceReport) -> Iterator[Html]:
    """Yield what stores gave and members redeemed by day, what both hold, and the figures."""
    translate, decimals = page.translate, report.decimals
    days = [one.day for one in report.days]
    series = [
        Series(name=translate("Given by stores"), colour=PLAIN, values=[one.given for one in report.days]),
        Series(name=translate("Redeemed for goods"), colour=MONEY, values=[one.spent for one in report.days]),
    ]
    shown = report.days[::-1][:: -(-len(report.days) // LINES_MAX)][::-1]
    title = translate("Points given and redeemed by day")
    yield section(title, day_columns(page, days, series, decimals), _figures(page, report, shown))
    for title, values in (
        (translate("Points with branches and stores by day"), [one.branches + one.stores for one in shown]),
        (translate("Points with members by day"), [one.members for one in shown]),
    ):
        yield section(title, _line(page, report, (title, values), shown), wide=False)


def _line(page: Page, report: AllianceReport, of: tuple[str, list[int]], days: Sequence[AlliancePoint]) -> Html:
    (title, values), texts = of, [str(one.day) for one in days]
    tips = [f"{day}\n{grouped(value, report.decimals)}" for day, value in zip(texts, values, strict=True)]
    chart = Line(
        label=page.translate("{title}, {first} to {last}").format(title=title, first=texts[0], last=texts[-1]),
        description=page.translate("The figures stand in the table “Day by day”."),
        values=values,
        times=[page.figures.day(one.day) for one in days],
        tips=tips,
    )
    return draw_line(chart, page.figures.marks(line_marks(chart), report.decimals))


def _figures(page: Page, report: AllianceReport, days: Sequence[AlliancePoint]) -> Html:
    translate = page.translate
    heads = (
        *(translate("Day"), translate("Given by stores"), translate("Redeemed for goods")),
        *(translate("With branches"), translate("With stores"), translate("With members")),
        *(translate("Redeemed so far"), translate("Elsewhere")),
    )
    head = element("thead", element("tr", *(element("th", text, scope="col") for text in heads)))
    rows = (
        element(
            "tr",
            element("th", str(one.day), scope="row"),
            *(
                element("td", grouped(value, report.decimals))
                for value in (
                    *(one.given, one.spent, one.branches, one.stores),
                    *(one.members, one.redeemed, one.elsewhere),
                )
            ),
        )
        for one in days
    )
    name = translate("Show the figures of the charts")
    frame = element("div", element("table", head, element("tbody", *rows)), class_="scroll", role="region",
                    tabindex=0, aria_label=name)  # fmt: skip
    return element("details", element("summary", name), frame)


def floats(page: Page, report: AllianceReport) -> Html:
    """Return what each branch and store got, gave, holds and owes (S3-29, S3-30)."""
    translate, title = page.translate, page.translate("Branches and stores")
    if not report.floats:
        return section(title, element("p", translate("There are no stores."), class_="empty"))
    heads = [
        *(translate("Store"), translate("Holds"), translate("In"), translate("Out")),
        *(translate("Owes its customers"), translate("Paid for points")),
    ]
    rows = ((_store(page, line), _float(page, report, line)) for line in report.floats[:STORES_MAX])
    note = translate("Each branch with its stores, then the direct stores; the table “floats” lists each one.")
    return section(title, _stack(heads, rows), note=note)


def _store(page: Page, line: FloatLine) -> list[Html]:
    tag = page.translate("branch") if line.is_branch else line.branch
    return [element("bdi", line.name), *([element("span", tag, class_="tag")] if tag else [])]


def _float(page: Page, report: AllianceReport, line: FloatLine) -> list[str]:
    points = (line.balance, line.got, line.gave, line.owed)
    return [*(grouped(value, report.decimals) for value in points), page.figures.money(line.paid)]


def periods(page: Page, report: AllianceReport) -> Html:
    """Return the latest periods and what stores owe head office for their sales (S3-17)."""
    translate, money, title = page.translate, page.figures.money, page.translate("Settled periods")
    if not report.periods:
        return section(title, element("p", translate("No period was settled."), class_="empty"))
    sums = [(translate("Periods"), f"{report.periods_count:,}"), (translate("Due to head office"), money(report.due))]
    heads = [
        *(translate("Store"), translate("Due"), translate("Period"), translate("Share of sales")),
        *(translate("Sales"), translate("Refunds")),
    ]
    rows = (
        (
            [element("bdi", one.store)],
            [money(one.due), f"{one.start} – {one.until}", one.rate, money(one.sales), money(one.refunds)],
        )
        for one in report.periods
    )
    note = translate("The latest ones; a period ends before its last date. The table “periods” lists each one.")
    return section(title, definitions(sums), _stack(heads, rows), note=note)


def rebates(page: Page, report: AllianceReport) -> Html:
    """Return what shareholders were credited for the stores that they brought (S3-21, S3-31)."""
    translate, title = page.translate, page.translate("Shareholders")
    sums = definitions([(translate("Shareholders"), f"{report.shareholders:,}")])
    if not report.rebates:
        nothing = element("p", translate("No shareholder was credited anything."), class_="empty")
        return section(title, sums, nothing, wide=False)
    heads = [translate("Member"), translate("Credited"), translate("Points")]
    rows = (([element("bdi", one.name)], [grouped(one.amount, one.decimals), one.kind]) for one in report.rebates)
    note = translate("For the stores that they brought, less what refunds took back.")
    return section(title, sums, _stack(heads, rows), note=note, wide=False)


def _stack(heads: Sequence[str], rows: Iterable[tuple[Sequence[Html], Sequence[str]]]) -> Html:
    """Return a table that stands as cards on a phone; each row has a heading and its cells."""
    head = element(
        "thead", element("tr", *(element("th", text, scope="col", role="columnheader") for text in heads), role="row")
    )
    body = (
        element(
            "tr",
            element("th", *name, scope="row", role="rowheader"),
            *(element("td", text, role="cell", data_label=label) for text, label in zip(cells, heads[1:], strict=True)),
            role="row",
        )
        for name, cells in rows
    )
    return element("table", head, element("tbody", *body), class_="stack", role="table")
