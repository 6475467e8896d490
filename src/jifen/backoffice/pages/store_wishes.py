"""Applications of stores and branches, most through a shareholder's link; head office decides (S3-20, S3-24, S3-27)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.alliance.applying import Deal, approve_store, refuse_store
from jifen.alliance.models import StoreApplication, WishState
from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.alliance_desk import check_alliance, store_cell
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.stores import member_cell, ratio_field, share_field
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
from jifen.backoffice.tables import Cell, Column, Filter, columns, slice_of
from jifen.stores.models import CODE_LENGTH
from jifen.stores.regions import full_name

TONES = {
    WishState.SENT: "wait",
    WishState.APPROVED: "good",
    WishState.REFUSED: "bad",
    WishState.WITHDRAWN: "plain",
}


class DealForm(ReasonForm):
    """What head office agrees on with the store."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=CODE_LENGTH, help_text=gettext_lazy("It stands in the payment code.")
    )
    ratio = ratio_field()
    rate = share_field()

    field_order = ("code", "ratio", "rate", "reason", "key")


class RefusalForm(ReasonForm):
    """Why; the applicant reads it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].help_text = gettext_lazy("The applicant reads it.")


@page("see_alliance")
def store_wishes(desk: Desk) -> HttpResponseBase:
    """List applications of stores, newest first."""
    check_alliance(desk)
    state = desk.request.GET.get("state", "")
    found = StoreApplication.objects.filter(programme=desk.programme)
    found = found.select_related("member", "shareholder", "branch", "store", "operator")
    if state in WishState.values:
        found = found.filter(state=state)
    if wants_export(desk.request):
        rows = [_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "store-applications", _columns(), rows)
    return show(
        desk.request,
        "backoffice/list.html",
        _("Applications of stores"),
        table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
        filters=[Filter("state", _("State"), [("", _("all")), *WishState.choices], state)],
        export_query=export_query(desk),
        lead=_("Stores and branches that want to join, and the shareholders who brought them."),
    )


def _columns() -> list[Column]:
    titles = (_("Sent"), _("Name"), _("State"), _("Type"), _("Branch"), _("Applicant"), _("Brought by"), _("Region"))
    return columns(*titles, _("Decided by"), _("Reason"))


def _row(desk: Desk, one: StoreApplication) -> list[Cell]:
    return [
        Cell(show_moment(one.sent_at, desk.zone), href=to(desk, "store_wish", one.pk)),
        Cell(one.title),
        _state(one),
        Cell(str(one.get_type_display())),
        store_cell(desk, one.branch),
        member_cell(desk, one.member),
        member_cell(desk, one.shareholder),
        Cell(full_name(one.region)),
        Cell(one.operator.username if one.operator else ""),
        Cell(one.reason),
    ]


def _state(one: StoreApplication) -> Cell:
    return Cell(str(one.get_state_display()), tone=TONES[WishState(one.state)])


@page("see_alliance")
def store_wish(desk: Desk, wish_id: int) -> HttpResponseBase:
    """Show an application of a store, and let an operator agree on its terms or refuse it."""
    rows = StoreApplication.objects.select_related("member", "shareholder", "branch", "store", "operator")
    found = get_object_or_404(rows, pk=wish_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _actions(desk, found) if found.state == WishState.SENT else [],
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            found.title,
            state=_state(found),
            facts=_facts(desk, found),
            offers=offers,
        ),
    )


def _facts(desk: Desk, found: StoreApplication) -> list[tuple[str, Cell]]:
    rows = [
        (_("Type"), Cell(str(found.get_type_display()))),
        (_("Branch"), store_cell(desk, found.branch)),
        (_("Applicant"), member_cell(desk, found.member)),
        (_("Brought by"), member_cell(desk, found.shareholder)),
        (_("English name"), Cell(found.title_en)),
        (_("Unified social credit code"), Cell(found.licence_number)),
        (_("Region"), Cell(full_name(found.region))),
        (_("Address"), Cell(found.address)),
        (_("Phone"), Cell(found.phone)),
        (_("Sent"), Cell(show_moment(found.sent_at, desk.zone))),
        (_("Decided by"), Cell(found.operator.username if found.operator else "")),
        (_("Decided"), Cell(show_moment(found.decided_at, desk.zone) if found.decided_at else "")),
        (_("Reason"), Cell(found.reason)),
        (_("Store"), store_cell(desk, found.store)),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _actions(desk: Desk, found: StoreApplication) -> list[Action]:
    def approved(values: Mapping[str, Any]) -> str:
        rate: Decimal | None = values["rate"]
        deal = Deal(values["code"], values["ratio"], rate / 100 if rate is not None else None)
        approve_store(application_id=found.pk, deal=deal, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Approved. The store is there, and sells from now on.")

    def refused(values: Mapping[str, Any]) -> str:
        refuse_store(application_id=found.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Refused. The applicant reads your reason and may send another application.")

    note = _("Type, branch, owner, who brought it and region stay for good.")
    return [
        Action("approve", _("Approve"), "deal_with_stores", approved, form=DealForm, note=note, tone="main", open=True),
        Action("refuse", _("Refuse"), "deal_with_stores", refused, form=RefusalForm, tone="bad"),
    ]
