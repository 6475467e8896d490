"""Applications of agents: the papers, and one operator's decision with its reason (S0-32, S0-43, S0-55)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from jifen.agents.applications import check, check_referrer
from jifen.agents.appointing import approve, reject
from jifen.agents.conditions import asked_of
from jifen.agents.errors import AgentError
from jifen.agents.models import Application, ApplicationState, Paper, PaperKind
from jifen.agents.papers import read_paper
from jifen.agents.terms import rank_titles
from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, refusal_text
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import (
    EXPORT_ROWS_MAX,
    act_or_show,
    export,
    export_query,
    rows_of,
    show,
    to,
    wants_export,
)
from jifen.backoffice.tables import Cell, Column, Filter, Table, columns, number, slice_of

TONES = {
    ApplicationState.DRAFT: "plain",
    ApplicationState.SUBMITTED: "wait",
    ApplicationState.APPROVED: "good",
    ApplicationState.REJECTED: "bad",
    ApplicationState.WITHDRAWN: "plain",
}


class PaperLink(NamedTuple):
    """A file as the review page offers it; it is read, and the reading noted, when it is opened."""

    title: str
    name: str
    href: str
    picture: bool


@page("see_agents")
def applications(desk: Desk) -> HttpResponseBase:
    """List applications, newest first; drafts are shown when asked for."""
    state = desk.request.GET.get("state", "")
    found = Application.objects.filter(programme=desk.programme).select_related("member", "decided_by")
    if state in ApplicationState.values:
        found = found.filter(state=state)
    elif not state:
        found = found.exclude(state=ApplicationState.DRAFT)
    if wants_export(desk.request):
        rows = [_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "applications", _columns(), rows)
    table = rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one))
    states = [("", _("all that were sent")), *ApplicationState.choices]
    return show(
        desk.request,
        "backoffice/list.html",
        _("Applications of agents"),
        table=table,
        filters=[Filter("state", _("State"), states, state)],
        export_query=export_query(desk),
    )


@page("see_agents")
def application(desk: Desk, application_id: int) -> HttpResponseBase:
    """Show an application with its papers and history, and let an operator decide."""
    rows = Application.objects.select_related("member__referrer__standing", "member__standing", "decided_by")
    found = get_object_or_404(rows, pk=application_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _actions(desk, found) if found.state == ApplicationState.SUBMITTED else [],
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            found.company or _("Application of %(member)s") % {"member": found.member.code},
            state=state_cell(found),
            facts=_facts(desk, found),
            papers=_papers(desk, found) if desk.may("review_agents") else [],
            sections=[(_("History"), "table", _steps(desk, found))],
            offers=offers,
        ),
    )


@page("review_agents")
def application_paper(desk: Desk, application_id: int, paper_id: int) -> HttpResponseBase:
    """Show a file of an application; the reading is noted in the audit log."""
    get_object_or_404(Application.objects.only("pk"), pk=application_id, programme=desk.programme)
    if desk.request.method != "GET":
        raise PermissionDenied
    try:
        opened = read_paper(application_id=application_id, paper_id=paper_id, operator_id=desk.operator.pk)
    except Paper.DoesNotExist:
        raise Http404 from None
    return HttpResponse(opened.content, content_type=opened.content_type, headers=opened.headers)


def state_cell(found: Application) -> Cell:
    """Return an application's state as a badge."""
    return Cell(str(found.get_state_display()), tone=TONES[ApplicationState(found.state)])


def rank_name(desk: Desk, name: str) -> str:
    """Return what a rank is called, by its name in the document."""
    found = next((one for one in rank_titles(desk.terms) if one.name == name), None)
    return name if found is None else found.title_en if language() == "en" else found.title


def _columns() -> list[Column]:
    titles = (_("Sent"), _("Member"), _("Company"), _("Rank applied for"), _("Office in m²"), _("State"))
    return columns(*titles, _("Decided by"), _("Reason"), numbers=(4,))


def _row(desk: Desk, one: Application) -> list[Cell]:
    sent = show_moment(one.submitted_at or one.begun_at, desk.zone)
    return [
        Cell(sent, href=to(desk, "application", one.pk)),
        Cell(f"{one.member.code} {one.member.name}", href=to(desk, "member", one.member_id)),
        Cell(one.company),
        Cell(rank_name(desk, one.rank)),
        number(f"{one.area or ''}"),
        state_cell(one),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(one.reason),
    ]


def _facts(desk: Desk, found: Application) -> list[tuple[str, Cell]]:
    asked, referrer = asked_of(desk.programme.pk, found.rank), found.member.referrer
    area = _("%(area)s m², asked are %(least)s to %(most)s") % {
        "area": found.area or "–",
        "least": asked.area_min,
        "most": asked.area_max,
    }
    rows = [
        (_("Member"), Cell(f"{found.member.code} {found.member.name}", href=to(desk, "member", found.member_id))),
        (_("Company"), Cell(found.company)),
        (_("Unified social credit code"), Cell(found.licence_number)),
        (_("Contact"), Cell(found.contact)),
        (_("Rank applied for"), Cell(rank_name(desk, found.rank))),
        (_("Office"), Cell(area)),
        (_("Address"), Cell(found.address)),
        (_("Own devices"), Cell(f"{found.member.standing.units:,}")),
        (_("Devices of the team"), Cell(f"{found.member.standing.team_units:,}")),
    ]
    if referrer is not None:
        what = _("agent") if referrer.standing.agent else _("no agent")
        rows.append(
            (_("Referrer"), Cell(f"{referrer.code} {referrer.name} · {what}", href=to(desk, "member", referrer.pk)))
        )
    if found.decided_by is not None:
        decided = f"{found.decided_by.username} · {show_moment(found.decided_at, desk.zone)}"
        rows += [(_("Decided by"), Cell(decided)), (_("Reason"), Cell(found.reason))]
    return [(title, cell) for title, cell in rows if cell.text]


def _papers(desk: Desk, found: Application) -> list[PaperLink]:
    papers = found.papers.defer("cipher").order_by("kind", "pk")
    return [
        PaperLink(
            str(PaperKind(paper.kind).label),
            paper.name,
            to(desk, "application_paper", found.pk, paper.pk),
            picture=bool(paper.width),
        )
        for paper in papers
    ]


def _steps(desk: Desk, found: Application) -> Table:
    headings = columns(_("When"), _("State"), _("Who"), _("Reason or note"))
    rows = [
        [
            Cell(show_moment(step.at, desk.zone)),
            Cell(str(step.get_state_display()), tone=TONES[ApplicationState(step.state)]),
            Cell(step.operator.username if step.operator else _("the member")),
            Cell(step.reason),
        ]
        for step in found.steps.select_related("operator").order_by("at", "pk")
    ]
    return Table(headings, rows)


def _actions(desk: Desk, found: Application) -> list[Action]:
    def approved(values: Mapping[str, Any]) -> str:
        approve(application_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Approved. The member is an agent from now on.")

    def rejected(values: Mapping[str, Any]) -> str:
        reject(application_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Rejected. The member reads your reason and may send the application again.")

    return [
        Action(
            "approve",
            _("Approve and appoint"),
            "review_agents",
            approved,
            note=_("Compare the papers with what is written. The appointment counts from today."),
            blocked=_hindrance(desk, found),
            tone="main",
            open=True,
        ),
        Action(
            "reject",
            _("Reject"),
            "review_agents",
            rejected,
            note=_("The member reads your reason and may mend the application."),
            tone="bad",
        ),
    ]


def _hindrance(desk: Desk, found: Application) -> str:
    """Return why the application cannot be approved now, or ""."""
    try:
        check(found, desk.terms)
        check_referrer(found.member, desk.terms)
    except AgentError as refusal:
        return refusal_text(refusal)
    return ""
