"""Applications of merchants: what they say, their licences, and one decision with its reason (S2-59)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.applications import PaperLink
from jifen.backoffice.pages.center_approvals import brought_text
from jifen.backoffice.pages.stores import member_cell, rate_text
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
from jifen.merchants.applying import contact_of
from jifen.merchants.brought import Brought, brought_by
from jifen.merchants.errors import NoLicencePictureError
from jifen.merchants.models import ApplicationState, MerchantApplication, StepKind
from jifen.merchants.reviewing import (
    By,
    approve_merchant,
    center_of,
    read_licence,
    refuse_merchant,
    settled_before,
)
from jifen.stores.regions import full_name
from jifen.stores.terms import merchants_here

TONES = {
    ApplicationState.SENT: "wait",
    ApplicationState.APPROVED: "good",
    ApplicationState.REFUSED: "bad",
    ApplicationState.WITHDRAWN: "plain",
}


class RefuseForm(ReasonForm):
    """Why; the applicant reads it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].help_text = gettext_lazy("The applicant reads it.")


@page("see_stores")
def merchants(desk: Desk) -> HttpResponseBase:
    """List applications, newest first."""
    if not merchants_here(desk.terms):
        raise Http404
    state = desk.request.GET.get("state", "")
    found = MerchantApplication.objects.filter(programme=desk.programme)
    found = found.select_related("member__referrer", "operator", "reviewer", "store")
    if state in ApplicationState.values:
        found = found.filter(state=state)
    by = desk.request.GET.get("by", "")
    if by in ("center", "operator"):
        found = found.filter(reviewer__isnull=by == "operator", operator__isnull=by == "center")
    if wants_export(desk.request):
        rows = list(found.order_by("-pk")[:EXPORT_ROWS_MAX])
        brought = _brought(rows)
        return export(desk, "merchants", _columns(), [_row(desk, one, brought) for one in rows])
    page_rows = slice_of(found, desk.request)
    brought = _brought(page_rows.rows)
    table = rows_of(desk.request, page_rows, _columns(), lambda one: _row(desk, one, brought))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Applications of merchants"),
        table=table,
        filters=[
            Filter("state", _("State"), [("", _("all")), *ApplicationState.choices], state),
            Filter(
                "by", _("Decided by"), [("", _("all")), ("center", _("a centre")), ("operator", _("operators"))], by
            ),
        ],
        export_query=export_query(desk),
    )


@page("see_stores")
def merchant(desk: Desk, application_id: int) -> HttpResponseBase:
    """Show an application with its history, and let an operator decide."""
    rows = MerchantApplication.objects.select_related("member__referrer", "operator", "reviewer", "store")
    found = get_object_or_404(rows, pk=application_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _actions(desk, found) if found.state == ApplicationState.SENT else [],
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            found.title,
            state=_state(found),
            facts=_facts(desk, found),
            papers=_papers(desk, found) if desk.may("review_merchants") and found.licence_id is not None else [],
            sections=[(_("History"), "table", _steps(desk, found))],
            offers=offers,
        ),
    )


@page("review_merchants")
def merchant_licence(desk: Desk, application_id: int) -> HttpResponseBase:
    """Show the licence of an application; the reading is noted in the audit log."""
    get_object_or_404(MerchantApplication.objects.only("pk"), pk=application_id, programme=desk.programme)
    if desk.request.method != "GET":
        raise PermissionDenied
    try:
        opened = read_licence(application_id=application_id, by=By(operator_id=desk.operator.pk))
    except NoLicencePictureError:
        raise Http404 from None
    return HttpResponse(opened.content, content_type=opened.content_type, headers=opened.headers)


def _state(found: MerchantApplication) -> Cell:
    return Cell(str(found.get_state_display()), tone=TONES[ApplicationState(found.state)])


def _columns() -> list[Column]:
    titles = (_("Sent"), _("Name"), _("State"), _("Applicant"), _("Brought by"), _("Region"), _("Concession"))
    return columns(*titles, _("Decided by"), _("Reason"), _("That brought referrers"), numbers=(6, 9))


def _brought(rows: Sequence[MerchantApplication]) -> dict[int, list[Brought]]:
    return brought_by([one.store_id for one in rows if one.store_id is not None])


def _row(desk: Desk, one: MerchantApplication, brought: Mapping[int, list[Brought]]) -> list[Cell]:
    return [
        Cell(show_moment(one.sent_at, desk.zone), href=to(desk, "merchant", one.pk)),
        Cell(one.title),
        _state(one),
        member_cell(desk, one.member),
        member_cell(desk, one.member.referrer),
        Cell(full_name(one.region)),
        number(rate_text(one.concession)),
        _decided_by(desk, one),
        Cell(one.reason),
        number(brought_text(desk, brought.get(one.store_id or 0, []))),
    ]


def _decided_by(desk: Desk, one: MerchantApplication) -> Cell:
    return Cell(one.operator.username) if one.operator is not None else member_cell(desk, one.reviewer)


def _facts(desk: Desk, found: MerchantApplication) -> list[tuple[str, Cell]]:
    center = center_of(found) if found.state == ApplicationState.SENT else None
    store = found.store
    rows = [
        (_("Applicant"), member_cell(desk, found.member)),
        (_("Brought by"), member_cell(desk, found.member.referrer)),
        (_("English name"), Cell(found.title_en)),
        (_("Unified social credit code"), Cell(found.licence_number)),
        (_("Joining"), Cell(_joining(found))),
        (_("Region"), Cell(full_name(found.region))),
        (_("Address"), Cell(found.address)),
        (_("Latitude, longitude"), Cell(f"{found.latitude}, {found.longitude}")),
        (_("Services"), Cell(found.services)),
        (_("Concession"), Cell(rate_text(found.concession))),
        (_("Centre that may review"), member_cell(desk, center.member) if center is not None else Cell("")),
        (_("Decided by"), _decided_by(desk, found)),
        (_("Reason"), Cell(found.reason)),
        (_("Store"), Cell(store.code, href=to(desk, "store", store.pk)) if store is not None else Cell("")),
    ]
    if desk.may("review_merchants"):
        contact = contact_of(found)
        rows[4:4] = [(_("Contact"), Cell(contact.name)), (_("Phone"), Cell(contact.phone))]
    return [(title, cell) for title, cell in rows if cell.text]


def _joining(found: MerchantApplication) -> str:
    further = found.store.further if found.store is not None else settled_before(found)
    return _("brings nobody anything: a store under this licence has settled in before") if further else ""


def _papers(desk: Desk, found: MerchantApplication) -> list[PaperLink]:
    return [PaperLink(_("Business licence"), found.title, to(desk, "merchant_licence", found.pk), picture=True)]


def _steps(desk: Desk, found: MerchantApplication) -> Table:
    headings = columns(_("When"), _("What"), _("Who"), _("Reason or note"))
    rows = [
        [
            Cell(show_moment(step.at, desk.zone)),
            Cell(str(StepKind(step.kind).label)),
            Cell(step.operator.username) if step.operator is not None else member_cell(desk, step.member),
            Cell(step.reason),
        ]
        for step in found.steps.select_related("operator", "member").order_by("pk")
    ]
    return Table(headings, rows)


def _actions(desk: Desk, found: MerchantApplication) -> list[Action]:
    by = By(operator_id=desk.operator.pk)

    def approved(values: Mapping[str, Any]) -> str:
        approve_merchant(application_id=found.pk, by=by, reason=values["reason"])
        return _("Approved. The store is there, and sells from now on.")

    def refused(values: Mapping[str, Any]) -> str:
        refuse_merchant(application_id=found.pk, by=by, reason=values["reason"])
        return _("Refused. The applicant reads your reason and may send another application.")

    note = _("Compare the licence with what is written. Owner, referrer and region of the store stay for good.")
    return [
        Action("approve", _("Approve"), "review_merchants", approved, note=note, tone="main", open=True),
        Action("refuse", _("Refuse"), "review_merchants", refused, form=RefuseForm, tone="bad"),
    ]
