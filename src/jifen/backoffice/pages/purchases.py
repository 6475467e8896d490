"""Purchases of store points: one operator notes the money, another approves (S3-03, S3-10, S3-27, S3-28)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.alliance.models import Purchase, PurchaseState, PurchaseWay
from jifen.alliance.purchase_models import REFERENCE_LENGTH
from jifen.alliance.purchases import By, approve, note_money, refuse
from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.alliance_desk import check_alliance, shown, store_cell
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.stores import member_cell
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
    PurchaseState.APPLIED: "wait",
    PurchaseState.PAID: "wait",
    PurchaseState.COUNTED: "good",
    PurchaseState.REFUSED: "bad",
    PurchaseState.CANCELLED: "plain",
}


class MoneyForm(PlainForm):
    """By which transfer the money came."""

    reference = forms.CharField(label=gettext_lazy("Reference of the bank"), max_length=REFERENCE_LENGTH)


class RefusalForm(ReasonForm):
    """Why; the store reads it."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].help_text = gettext_lazy("The store reads it.")


@page("see_alliance")
def purchases(desk: Desk) -> HttpResponseBase:
    """List purchases, newest first."""
    check_alliance(desk)
    found = _found(desk)
    if wants_export(desk.request):
        rows = [_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "purchases", _columns(), rows)
    return show(
        desk.request,
        "backoffice/list.html",
        _("Purchases of points"),
        table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
        filters=_filters(desk),
        export_query=export_query(desk),
        lead=_("What stores and branches buy. Paid by bank, one operator notes the money and another approves."),
    )


def _found(desk: Desk) -> QuerySet[Purchase]:
    found = Purchase.objects.filter(programme=desk.programme)
    found = found.select_related("store", "branch", "paid_by", "approved_by")
    read = desk.request.GET
    if read.get("state", "") in PurchaseState.values:
        found = found.filter(state=read["state"])
    if read.get("way", "") in PurchaseWay.values:
        found = found.filter(way=read["way"])
    if read.get("store", "").strip():
        found = found.filter(store__code=read["store"].strip())
    return found


def _filters(desk: Desk) -> list[Filter]:
    read = desk.request.GET
    return [
        Filter("store", _("Code of the store"), value=read.get("store", ""), kind="search"),
        Filter("state", _("State"), [("", _("all")), *PurchaseState.choices], read.get("state", "")),
        Filter("way", _("Paid"), [("", _("all")), *PurchaseWay.choices], read.get("way", "")),
    ]


def _columns() -> list[Column]:
    return columns(
        *(_("Number"), _("State"), _("Store"), _("Sold by"), _("Points"), _("Price"), _("Cost"), _("Paid")),
        *(_("Money noted by"), _("Approved by"), _("Business day")),
        numbers=(4, 5, 6),
    )


def _row(desk: Desk, one: Purchase) -> list[Cell]:
    return [
        Cell(one.number, href=to(desk, "purchase", one.pk)),
        _state(one),
        store_cell(desk, one.store),
        _seller(desk, one),
        number(shown(desk, one.points)),
        number(one.price),
        number(show_money(one.cost)),
        Cell(str(one.get_way_display())),
        Cell(one.paid_by.username if one.paid_by else ""),
        Cell(one.approved_by.username if one.approved_by else ""),
        Cell(f"{one.business_date or ''}"),
    ]


def _state(one: Purchase) -> Cell:
    return Cell(str(one.get_state_display()), tone=TONES[PurchaseState(one.state)])


def _seller(desk: Desk, one: Purchase) -> Cell:
    return store_cell(desk, one.branch) if one.branch is not None else Cell(_("head office"))


@page("see_alliance")
def purchase(desk: Desk, purchase_id: int) -> HttpResponseBase:
    """Show a purchase with its history, and let operators note its money, approve or refuse it."""
    rows = Purchase.objects.select_related("store", "branch", "member", "paid_by", "approved_by", "seller")
    found = get_object_or_404(rows, pk=purchase_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            _("Purchase %(number)s") % {"number": found.number},
            state=_state(found),
            facts=_facts(desk, found),
            sections=[(_("History"), "table", _steps(desk, found))],
            offers=offers,
        ),
    )


def _facts(desk: Desk, found: Purchase) -> list[tuple[str, Cell]]:
    rows = [
        (_("Store"), store_cell(desk, found.store)),
        (_("Sold by"), _seller(desk, found)),
        (_("Points"), Cell(shown(desk, found.points))),
        (_("Price"), Cell(_("%(price)s CNY a point") % {"price": found.price})),
        (_("Cost"), Cell(show_money(found.cost))),
        (_("Paid"), Cell(str(found.get_way_display()))),
        (_("Asked by"), member_cell(desk, found.member)),
        (_("Asked"), Cell(show_moment(found.asked_at, desk.zone))),
        (_("Note"), Cell(found.note)),
        (_("Reference of the bank"), Cell(found.bank_reference)),
        (_("Money noted by"), Cell(found.paid_by.username if found.paid_by else "")),
        (_("Approved by"), Cell(found.approved_by.username if found.approved_by else "")),
        (_("Approved at the branch by"), member_cell(desk, found.seller)),
        (_("Business day"), Cell(f"{found.business_date or ''}")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _steps(desk: Desk, found: Purchase) -> Table:
    rows = [
        [
            Cell(show_moment(step.at, desk.zone)),
            Cell(str(step.get_state_display())),
            Cell(step.operator.username) if step.operator is not None else member_cell(desk, step.member),
            Cell(step.reason),
        ]
        for step in found.steps.select_related("operator", "member").order_by("pk")
    ]
    return Table(columns(_("When"), _("State"), _("Who"), _("Reason or note")), rows)


def _actions(desk: Desk, found: Purchase) -> list[Action]:
    waits = found.branch_id is None and found.state in (PurchaseState.APPLIED, PurchaseState.PAID)
    if not waits:
        return []

    def note(values: Mapping[str, Any]) -> str:
        note_money(purchase_id=found.pk, operator_id=desk.operator.pk, bank_reference=values["reference"])
        return _("Noted. Another operator approves it.")

    def approved(_values: Mapping[str, Any]) -> str:
        approve(purchase_id=found.pk, operator_id=desk.operator.pk)
        return _("Approved. The points are there.")

    def refused(values: Mapping[str, Any]) -> str:
        refuse(purchase_id=found.pk, by=By(operator_id=desk.operator.pk), reason=values["reason"])
        return _("Refused. The store reads your reason.")

    own = _("You noted the money, so another operator must approve.") if found.paid_by_id == desk.operator.pk else ""
    come = Action("note", _("Note the money"), "deal_with_stores", note, form=MoneyForm, tone="main", open=True)
    good = Action(
        "approve", _("Approve"), "approve_deals", approved, form=PlainForm, blocked=own, tone="main", open=True
    )
    first = come if found.state == PurchaseState.APPLIED else good
    return [first, Action("refuse", _("Refuse"), "deal_with_stores", refused, form=RefusalForm, tone="bad")]
