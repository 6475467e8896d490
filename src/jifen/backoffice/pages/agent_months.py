"""Months of agents: reviews, the dividend of the revenue, the ranking with its shared prize (S0-37, S0-45, S0-69)."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from jifen.agents.meetings import MonthMeetings, meetings_of_many
from jifen.agents.models import Review
from jifen.agents.months import MonthOf, SharedOut, dividend_of, month_before, prize_of, read_month
from jifen.agents.statistics import best_sellers
from jifen.agents.terms import dividend_rule, ranking_rule, subsidy_kinds
from jifen.backoffice.access import Desk, page
from jifen.backoffice.figures import show_money
from jifen.backoffice.pages.agent import review_cell
from jifen.backoffice.showing import EXPORT_ROWS_MAX, export, export_query, rows_of, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, slice_of
from jifen.members.models import Member

RANKING_SHOWN = 200


@page("see_agents")
def reviews(desk: Desk) -> HttpResponseBase:
    """List how agents were reviewed in a month, with their meetings of it (S0-44 … S0-47)."""
    read = desk.request.GET
    month = _month(desk, before=1)
    found = Review.objects.filter(programme=desk.programme, month=month).select_related("member")
    chosen = {"met": {"passed": True}, "missed": {"passed": False}, "ended": {"dismissed": True}}
    found = found.filter(**chosen.get(read.get("result", ""), {}))
    if wants_export(desk.request):
        return export(
            desk, f"reviews-{month:%Y-%m}", _columns(), _rows(desk, list(found.order_by("-pk")[:EXPORT_ROWS_MAX]))
        )
    part = slice_of(found, desk.request)
    held = _held(desk, part.rows, month)
    table = rows_of(desk.request, part, _columns(), lambda one: _row(desk, one, held[one.member_id]))
    results = [("", _("all")), ("met", _("target met")), ("missed", _("target missed")), ("ended", _("agency ended"))]
    filters = [_month_filter(month), Filter("result", _("Result"), results, read.get("result", ""))]
    return show(
        desk.request,
        "backoffice/list.html",
        _("Reviews of agents"),
        table=table,
        filters=filters,
        export_query=export_query(desk),
        lead=_("The close of a month's last day reviews every agent who was one on its first day."),
    )


@page("see_agents")
def dividends(desk: Desk) -> HttpResponseBase:
    """Show the dividend of a month: what was declared, who got what, and what was blocked (S0-37)."""
    month = _month(desk, before=1)
    rule, found = dividend_rule(desk.terms), dividend_of(desk.programme.pk, desk.terms, month)
    if rule is None or found is None:
        return _none(desk, _("Dividends"), _("This programme shares no dividend."))
    figures = [
        Figure(
            _("Declared revenue"),
            show_money(found.declared) if found.declared is not None else _("none"),
            rule.declared,
            to(desk, "declared"),
            tone="" if found.declared is not None else "wait",
        ),
        Figure(_("Shared"), _points(desk, found.pool), _("without what was left over before")),
        *_paid_figures(desk, found),
    ]
    return _shown(desk, _("Dividends"), month, figures, found.shares)


@page("see_agents")
def ranking(desk: Desk) -> HttpResponseBase:
    """Show the ranking of a month: of the open one as it stands, of a closed one who shared the prize (S0-69)."""
    month, rule = _month(desk), ranking_rule(desk.terms)
    found = prize_of(desk.programme.pk, desk.terms, month)
    if rule is None or found is None:
        return _none(desk, _("Sales ranking"), _("This programme has no sales ranking."))
    figures = [
        Figure(_("Prize"), show_money(found.declared or 0), rule.declared, to(desk, "declared")),
        Figure(_("Places that share it"), f"{rule.places:,}"),
        *_paid_figures(desk, found),
    ]
    if found.shares or month != desk.today.replace(day=1):
        return _shown(desk, _("Sales ranking"), month, figures, found.shares)
    return _list(desk, _("Sales ranking"), month, figures, _so_far(desk, rule.places))


def _month(desk: Desk, *, before: int = 0) -> date:
    return read_month(desk.request.GET.get("month", ""), month_before(desk.today, before))


def _month_filter(month: date) -> Filter:
    return Filter("month", _("Month"), value=f"{month:%Y-%m}", kind="month")


def _columns() -> list[Column]:
    return columns(
        *(_("Agent"), _("Result"), _("Sold"), _("Target"), _("Carried over"), _("Months missed in a row")),
        _("Meetings"),
        numbers=(2, 3, 4, 5),
    )


def _rows(desk: Desk, found: Sequence[Review]) -> list[list[Cell]]:
    held = _held(desk, found, found[0].month) if found else {}
    return [_row(desk, one, held[one.member_id]) for one in found]


def _held(desk: Desk, found: Sequence[Review], month: date) -> dict[int, MonthMeetings]:
    return meetings_of_many(desk.programme.pk, [one.member_id for one in found], month)


def _row(desk: Desk, one: Review, held: MonthMeetings) -> list[Cell]:
    return [
        Cell(f"{one.member.code} {one.member.name}", href=to(desk, "agent", one.member_id)),
        review_cell(one),
        *(number(f"{figure:,}") for figure in (one.sold, one.target, one.carry, one.strikes)),
        Cell(f"{held.held}/{held.wanted}", tone="good" if held.met else "wait"),
    ]


def _paid_figures(desk: Desk, found: MonthOf) -> list[Figure]:
    blocked = _points(desk, found.blocked)
    return [
        Figure(_("Paid"), _points(desk, found.paid)),
        Figure(_("Blocked"), blocked, _("agents' lots could not give it"), tone="wait" if found.blocked else ""),
    ]


def _points(desk: Desk, amount: int) -> str:
    kinds = subsidy_kinds(desk.terms)
    return desk.decimals.show(amount, kinds[0] if kinds else desk.terms.lot_kind)


def _shown(desk: Desk, title: str, month: date, figures: list[Figure], shares: Sequence[SharedOut]) -> HttpResponseBase:
    people = Member.objects.in_bulk([one.member_id for one in shares])
    headings = columns(
        *(_("Position"), _("Agent"), _("Devices"), _("Share"), _("Paid"), _("Blocked")), numbers=(0, 2, 3, 4, 5)
    )
    rows = [
        [
            number(str(place)),
            Cell(f"{people[one.member_id].code} {people[one.member_id].name}", href=to(desk, "agent", one.member_id)),
            number(f"{one.weight:,}"),
            *(number(_points(desk, amount)) for amount in (one.entitled, one.paid, one.blocked)),
        ]
        for place, one in enumerate(shares, start=1)
    ]
    empty = _("Nothing was shared. The last close of the month does it.")
    return _list(desk, title, month, figures, Table(headings, rows, empty=empty))


def _so_far(desk: Desk, places: int) -> Table:
    sales = best_sellers(desk.programme.pk, limit=RANKING_SHOWN)
    people = Member.objects.in_bulk([one.member_id for one in sales])
    headings = columns(_("Position"), _("Agent"), _("Devices"), _("State"), numbers=(0, 2))
    rows = [
        [
            number(str(place)),
            Cell(f"{people[one.member_id].code} {people[one.member_id].name}", href=to(desk, "agent", one.member_id)),
            number(f"{one.sold:,}"),
            Cell(_("shares the prize so far"), tone="good") if place <= places else Cell(""),
        ]
        for place, one in enumerate(sales, start=1)
    ]
    return Table(headings, rows, empty=_("No agent has sold anything this month."))


def _list(desk: Desk, title: str, month: date, figures: list[Figure], table: Table) -> HttpResponseBase:
    if wants_export(desk.request):
        return export(desk, f"agents-{month:%Y-%m}", table.columns, table.rows)
    return show(
        desk.request,
        "backoffice/list.html",
        title,
        table=table,
        figures=figures,
        filters=[_month_filter(month)],
        export_query=export_query(desk),
    )


def _none(desk: Desk, title: str, said: str) -> HttpResponseBase:
    return show(desk.request, "backoffice/list.html", title, table=Table([], [], empty=said))
