"""The section of a report on walking: how many walk, how far, and which credit that makes free (S2-37 … S2-46)."""

from collections.abc import Iterator

from jifen.tables.charts import Series
from jifen.tables.report_columns import day_columns
from jifen.tables.report_data import StepReport
from jifen.tables.report_figures import grouped
from jifen.tables.report_html import Html, element
from jifen.tables.report_page import MONEY, PLAIN, Page, definitions, section


def steps(page: Page, report: StepReport) -> Iterator[Html]:
    """Yield what was walked and what that has made free."""
    translate, kind = page.translate, report.title if page.figures.chinese else report.title_en
    tasks, ladder = (sum(one.by_tasks for one in report.days), sum(one.by_ladder for one in report.days))
    rows = [
        (translate("Steps in all"), f"{sum(one.steps for one in report.days):,}"),
        (translate("Members who walked, most on one day"), f"{max(one.members for one in report.days):,}"),
        (translate("Made free by tasks"), grouped(tasks, report.decimals)),
        (translate("Made free at the end of days"), grouped(ladder, report.decimals)),
        (translate("Made free by bringing somebody"), grouped(report.by_bringing, report.decimals)),
        (translate("Still frozen"), grouped(report.frozen, report.decimals)),
    ]
    days = [one.day for one in report.days]
    freed = [
        Series(name=translate("By tasks"), colour="c1", values=[one.by_tasks for one in report.days]),
        Series(name=translate("At the end of the day"), colour=PLAIN, values=[one.by_ladder for one in report.days]),
    ]
    walked = [Series(name=translate("Steps"), colour=MONEY, values=[one.steps for one in report.days])]
    title = translate("Made free by steps, {points}").format(points=kind)
    yield section(
        title,
        definitions(rows),
        day_columns(page, days, freed, report.decimals),
        note=translate("What is frozen is of use only when it has been made free."),
        wide=False,
    )
    yield section(translate("Steps per day"), day_columns(page, days, walked, 0), _table(page, report), wide=False)


def _table(page: Page, report: StepReport) -> Html:
    translate = page.translate
    heads = (
        *(translate("Day"), translate("Members who walked"), translate("Steps")),
        *(translate("By tasks"), translate("At the end of the day")),
    )
    head = element("thead", element("tr", *(element("th", text, scope="col") for text in heads)))
    body = (
        element(
            "tr",
            element("th", str(one.day), scope="row"),
            element("td", f"{one.members:,}"),
            element("td", f"{one.steps:,}"),
            element("td", grouped(one.by_tasks, report.decimals)),
            element("td", grouped(one.by_ladder, report.decimals)),
        )
        for one in report.days
    )
    name = translate("Show the figures of the charts")
    frame = element("div", element("table", head, element("tbody", *body)), class_="scroll", role="region",
                    tabindex=0, aria_label=name)  # fmt: skip
    return element("details", element("summary", name), frame)
