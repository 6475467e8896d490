"""Agents: the list with what they sold and are to sell, its Excel file, and what is asked of offices and meetings."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.agents.conditions import Asked, asked_of, set_condition
from jifen.agents.models import Application, ApplicationState, Condition
from jifen.agents.statistics import AgentFigures, agent_figures
from jifen.agents.terms import rank_titles, strikes_max
from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_money
from jifen.backoffice.pages.applications import rank_name
from jifen.backoffice.showing import (
    EXPORT_ROWS_MAX,
    act_or_show,
    export,
    export_query,
    paged,
    show,
    to,
    wants_export,
)
from jifen.backoffice.tables import Cell, Column, Filter, Table, columns, number, slice_of
from jifen.engine.digits import member_number, number_of
from jifen.members.models import Standing
from jifen.members.phones import find_by_phone
from jifen.members.team import COUNTED_MAX


@page("see_agents")
def agents(desk: Desk) -> HttpResponseBase:
    """List the agents, newest member first (S0-54)."""
    read = desk.request.GET
    found = _searched(desk, read.get("q", "").strip())
    rank = number_of(read.get("rank", ""))
    if rank is not None:
        found = found.filter(rank=rank)
    if read.get("strikes"):
        found = found.filter(strikes__gt=0)
    if wants_export(desk.request):
        rows = _rows(desk, list(found.order_by("-pk")[:EXPORT_ROWS_MAX]))
        return export(desk, "agents", filed_columns(), rows)
    part = slice_of(found, desk.request)
    shown = [row[: len(agent_columns())] for row in _rows(desk, part.rows)]
    table = Table(agent_columns(), shown, empty=_("No agent was found."))
    ranks = [(str(place), rank_name(desk, one.name)) for place, one in enumerate(rank_titles(desk.terms), start=1)]
    filters = [
        Filter("q", _("Phone, code, name or company"), value=read.get("q", ""), kind="search"),
        Filter("rank", _("Rank"), [("", _("all")), ("0", _("none")), *ranks], read.get("rank", "")),
        Filter("strikes", _("Target"), [("", _("all")), ("1", _("missed last month"))], read.get("strikes", "")),
    ]
    return show(
        desk.request,
        "backoffice/list.html",
        _("Agents"),
        table=paged(desk.request, table, part.next_cursor),
        filters=filters,
        export_query=export_query(desk),
    )


def agent_columns() -> list[Column]:
    """Return the headings of lists of agents."""
    return columns(
        *(_("Agent"), _("Company"), _("Rank"), _("People"), _("Own devices"), _("Team devices")),
        *(_("Sold"), _("Target"), _("Months missed"), _("Meetings")),
        numbers=(3, 4, 5, 6, 7),
    )


def filed_columns() -> list[Column]:
    """Return the headings of an Excel file of agents (S0-54)."""
    more = (_("Carried over"), _("Parking spaces"), _("Own volume"), _("Team volume"), _("Agent since"))
    return [*agent_columns(), *columns(*more, numbers=(0, 1, 2, 3))]


def people(count: int) -> str:
    """Return how many people are in a team, as far as they were counted."""
    return f"{count:,}" if count < COUNTED_MAX else _("%(count)s or more") % {"count": f"{COUNTED_MAX:,}"}


def meetings_cell(figures: AgentFigures) -> Cell:
    """Return whether the month's meetings were held (S0-44)."""
    held = figures.meetings
    return Cell(f"{held.held}/{held.wanted}", tone="good" if held.met else "wait")


def strikes_cell(desk: Desk, strikes: int) -> Cell:
    """Return how many months in a row were missed, of how many that end the agency (S0-47)."""
    return Cell(f"{strikes}/{strikes_max(desk.terms)}", tone="bad") if strikes else Cell("0")


def _searched(desk: Desk, words: str) -> QuerySet[Standing]:
    found = Standing.objects.filter(programme=desk.programme, agent=True).select_related("member")
    if not words:
        return found
    code = member_number(words)
    if code is not None:
        return found.filter(pk=code)
    by_phone = find_by_phone(desk.programme.pk, words)
    if by_phone is not None:
        return found.filter(pk=by_phone.pk)
    named = Application.objects.filter(
        programme=desk.programme, state=ApplicationState.APPROVED, company__icontains=words
    )
    by_name = found.filter(member__name__startswith=words)
    return by_name | found.filter(pk__in=named.values("member_id"))


def _rows(desk: Desk, standings: list[Standing]) -> list[list[Cell]]:
    ids = [one.pk for one in standings]
    figures = agent_figures(ids, desk.terms, desk.today)
    approved = Application.objects.filter(member_id__in=ids, state=ApplicationState.APPROVED).order_by("pk")
    companies = dict(approved.values_list("member_id", "company"))
    return [_row(desk, one, figures[one.pk], companies.get(one.pk, "")) for one in standings]


def _row(desk: Desk, one: Standing, figures: AgentFigures, company: str) -> list[Cell]:
    return [
        Cell(f"{one.member.code} {one.member.name}", href=to(desk, "agent", one.pk)),
        Cell(company),
        Cell(desk.rank_title(one.rank)),
        number(people(figures.people)),
        number(f"{figures.own_units:,}"),
        number(f"{figures.team_units:,}"),
        number(f"{figures.sold:,}"),
        number(f"{figures.target:,}"),
        strikes_cell(desk, figures.strikes),
        meetings_cell(figures),
        number(f"{figures.carry:,}"),
        number(f"{figures.spaces:,}"),
        number(show_money(figures.own_amount)),
        number(show_money(figures.team_amount)),
        Cell(f"{one.agent_since or ''}"),
    ]


@page("see_agents")
def conditions(desk: Desk) -> HttpResponseBase:
    """Show what is asked of offices and meetings, and let an operator set it (S0-38, S0-43, S0-44)."""
    return act_or_show(
        desk.request,
        [_set(desk)],
        lambda offers: show(
            desk.request,
            "backoffice/list.html",
            _("Conditions of agents"),
            table=_asked(desk),
            offers=offers,
            lead=_("A rank without a row of its own goes by the row of all ranks."),
        ),
    )


def _asked(desk: Desk) -> Table:
    own = list(Condition.objects.filter(programme=desk.programme).exclude(rank="").order_by("pk"))
    shown = [("", asked_of(desk.programme.pk)), *((one.rank, asked_of(desk.programme.pk, one.rank)) for one in own)]
    headings = columns(
        *(_("Rank"), _("Smallest office in m²"), _("Largest office in m²"), _("Meetings a month")),
        _("People at a meeting"),
        numbers=(1, 2, 3, 4),
    )
    rows = [
        [Cell(rank_name(desk, rank) or _("all ranks")), *(number(f"{figure:,}") for figure in asked)]
        for rank, asked in shown
    ]
    return Table(headings, rows)


def _set(desk: Desk) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        asked = Asked(values["area_min"], values["area_max"], values["meetings"], values["people"])
        set_condition(
            programme_id=desk.programme.pk,
            rank=values["rank"],
            asked=asked,
            operator_id=desk.operator.pk,
            reason=values["reason"],
        )
        return _("Set. Applications that are sent from now on go by it.")

    now = asked_of(desk.programme.pk)._asdict()
    return Action("set", _("Set a condition"), "review_agents", run, form=_form(desk), initial=now, tone="main")


def _form(desk: Desk) -> type[ReasonForm]:
    ranks = [
        ("", gettext_lazy("all ranks")),
        *((one.name, rank_name(desk, one.name)) for one in rank_titles(desk.terms)),
    ]

    class ConditionForm(ReasonForm):
        rank = forms.ChoiceField(label=gettext_lazy("Rank"), choices=ranks, required=False)
        area_min = forms.IntegerField(label=gettext_lazy("Smallest office in m²"), min_value=1, max_value=100_000)
        area_max = forms.IntegerField(label=gettext_lazy("Largest office in m²"), min_value=1, max_value=100_000)
        meetings = forms.IntegerField(label=gettext_lazy("Meetings a month"), min_value=0, max_value=31)
        people = forms.IntegerField(label=gettext_lazy("People at a meeting"), min_value=1, max_value=100_000)

        field_order = ("rank", "area_min", "area_max", "meetings", "people", "reason", "key")

    return ConditionForm
