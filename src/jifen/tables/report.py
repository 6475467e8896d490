"""The report of a run: one HTML file with its style and charts inside, readable without script and without network."""

from pathlib import Path

from jifen.messages import Translate
from jifen.tables import report_airdrop, report_alliance, report_pool
from jifen.tables import report_sections as sections
from jifen.tables.report_data import (
    AirdropReport,
    AllianceReport,
    Counts,
    Day,
    Earner,
    Explained,
    PoolReport,
    RankCount,
    ReportData,
    Totals,
)
from jifen.tables.report_days import day_sections, growth_sections, order_section
from jifen.tables.report_html import Html, element, markup
from jifen.tables.report_page import Page
from jifen.tables.report_steps import steps

__all__ = ["Counts", "Day", "Earner", "Explained", "RankCount", "ReportData", "Totals", "render_report"]

STYLE = Path(__file__).with_name("report.css")


def render_report(data: ReportData, *, translate: Translate, language: str) -> str:
    """Return the report as one HTML file; `translate` says its English sentences in `language` ("en", "zh_Hans")."""
    page = Page(data, translate, language)

    body = markup(_header(page), _main(page), sections.footer(page))

    head = element("head", *_head(page))
    root = element("html", head, element("body", body), lang=language.replace("_", "-"))
    return f"<!doctype html>\n{root}\n"


def _head(page: Page) -> list[Html]:
    return [
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("link", rel="icon", href="data:,"),
        element("title", f"{page.title} · {page.data.first_day} – {page.data.last_day}"),
        element("style", Html(STYLE.read_text("utf-8"))),
    ]


def _header(page: Page) -> Html:
    days = page.translate("{first} to {last} · {days} days").format(
        first=page.data.first_day, last=page.data.last_day, days=f"{len(page.data.days):,}"
    )
    return element(
        "header",
        element("span", page.translate("Simulation"), class_="tag"),
        element("h1", page.title, " ", element("small", page.other_title)),
        element("p", days),
    )


def _main(page: Page) -> Html:
    if page.data.pool is not None:
        return _growing(page, page.data.pool)
    if page.data.airdrop is not None:
        return _dropping(page, page.data.airdrop)
    if page.data.alliance is not None:
        return _allied(page, page.data.alliance)
    return element(
        "main",
        *sections.alarm(page),
        sections.headline(page),
        sections.promise(page),
        *day_sections(page),
        sections.standing(page),
        sections.ranks(page),
        *sections.earners(page),
        *sections.explained(page),
        sections.refused(page),
        sections.checks(page),
    )


def _growing(page: Page, pool: PoolReport) -> Html:
    """Return the sections of a programme with a profit pool."""
    return element(
        "main",
        *sections.alarm(page),
        report_pool.headline(page, pool),
        report_pool.promise(page, pool),
        *report_pool.one_order(page, pool),
        *report_pool.charts(page, pool),
        report_pool.exits(page, pool),
        *growth_sections(page),
        *([sections.ranks(page)] if page.data.ranks else []),
        *sections.earners(page),
        *sections.explained(page),
        sections.refused(page),
        sections.checks(page),
    )


def _dropping(page: Page, report: AirdropReport) -> Html:
    """Return the sections of a programme with airdrops."""
    return element(
        "main",
        *sections.alarm(page),
        report_airdrop.headline(page, report),
        report_airdrop.promise(page, report),
        *report_airdrop.charts(page, report),
        report_airdrop.weights(page, report),
        report_airdrop.blocked(page, report),
        *(steps(page, report.steps) if report.steps is not None else ()),
        *growth_sections(page),
        sections.ranks(page),
        *report_airdrop.centers(page, report),
        *report_airdrop.earners(page, report),
        *sections.explained(page),
        sections.refused(page),
        sections.checks(page),
    )


def _allied(page: Page, report: AllianceReport) -> Html:
    """Return the sections of an alliance of stores."""
    return element(
        "main",
        *sections.alarm(page),
        report_alliance.headline(page, report),
        report_alliance.promise(page, report),
        *report_alliance.charts(page, report),
        *order_section(
            page,
            page.translate("Sales at stores per day"),
            page.translate("In yuan, the part paid with stored value included; goods of head office are no sales."),
        ),
        report_alliance.floats(page, report),
        report_alliance.periods(page, report),
        report_alliance.rebates(page, report),
        *sections.explained(page),
        sections.refused(page),
        sections.checks(page),
    )
