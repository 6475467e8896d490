"""Suppliers: who may sell in the mall, and for which share; what they are owed and were paid (S0-70)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.mixes import plain
from jifen.backoffice.pages.settlements import SettlementForm, settlement_cell
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
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, slice_of
from jifen.members.phones import decrypt, mask
from jifen.sales.models import Due, Settlement, SettlementState, Supplier, SupplierState
from jifen.sales.settlements import owed_to, propose_settlement
from jifen.sales.suppliers import approve_supplier, stop_supplier

TONES = {SupplierState.APPLIED: "wait", SupplierState.APPROVED: "good", SupplierState.STOPPED: "bad"}
PERCENT_DIGITS, PERCENT_DECIMALS = 10, 7


class CommissionForm(ReasonForm):
    """What share of each sale the mall keeps."""

    commission = forms.DecimalField(
        label=gettext_lazy("Kept of each sale, in percent"),
        min_value=0,
        max_value=100,
        max_digits=PERCENT_DIGITS,
        decimal_places=PERCENT_DECIMALS,
        help_text=gettext_lazy("For what is sold from now on."),
    )
    field_order = ("commission", "reason", "key")


@page("see_suppliers")
def suppliers(desk: Desk) -> HttpResponseBase:
    """List suppliers, newest first."""
    found = Supplier.objects.filter(programme=desk.programme).select_related("member")
    state = desk.request.GET.get("state", "")
    if state in SupplierState.values:
        found = found.filter(state=state)
    headings = columns(
        *(_("Supplier"), _("State"), _("Member"), _("Contact"), _("Licence"), _("Kept of each sale"), _("Still owed")),
        _("Applied"),
        numbers=(5, 6),
    )
    table = rows_of(desk.request, slice_of(found, desk.request), headings, lambda one: _row(desk, one))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Suppliers"),
        table=table,
        filters=[Filter("state", _("State"), [("", _("all")), *SupplierState.choices], state)],
        links=[Cell(_("Submitted products"), href=to(desk, "submissions"))],
    )


def _row(desk: Desk, supplier: Supplier) -> list[Cell]:
    return [
        Cell(supplier.name, href=to(desk, "supplier", supplier.pk)),
        state_cell(supplier),
        Cell(supplier.member.code, href=to(desk, "member", supplier.member_id)),
        Cell(supplier.contact),
        Cell(supplier.licence),
        number(commission_text(supplier)),
        number(show_money(owed_to(supplier.pk))),
        Cell(show_moment(supplier.applied_at, desk.zone)),
    ]


def state_cell(supplier: Supplier) -> Cell:
    """Return a supplier's state as a badge."""
    return Cell(str(supplier.get_state_display()), tone=TONES[SupplierState(supplier.state)])


def commission_text(supplier: Supplier) -> str:
    """Return what the mall keeps of each sale."""
    return f"{plain(supplier.commission * 100)} %" if supplier.commission is not None else ""


@page("see_suppliers")
def supplier(desk: Desk, supplier_id: int) -> HttpResponseBase:
    """Show a supplier with its sales and settlements; approve, stop, or propose a settlement."""
    rows = Supplier.objects.select_related("member", "decided_by")
    found = get_object_or_404(rows, pk=supplier_id, programme=desk.programme)
    dues = Due.objects.filter(supplier=found).select_related("line__order")
    if wants_export(desk.request):
        sold = [_due_row(desk, one) for one in dues.order_by("pk")[:EXPORT_ROWS_MAX]]
        return export(desk, f"supplier-{found.pk}", _due_columns(), sold)
    sales = rows_of(desk.request, slice_of(dues, desk.request), _due_columns(), lambda one: _due_row(desk, one))
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/supplier.html",
            found.name,
            state=state_cell(found),
            facts=_facts(desk, found),
            figures=_figures(found),
            sales=sales,
            settlements=_settlements(desk, found),
            export_query=export_query(desk),
            offers=offers,
        ),
    )


def _facts(desk: Desk, supplier: Supplier) -> list[tuple[str, Cell]]:
    phone = mask(decrypt(bytes(supplier.phone_cipher), programme_id=supplier.programme_id))
    member = Cell(f"{supplier.member.code} {supplier.member.name}", href=to(desk, "member", supplier.member_id))
    products = Cell(str(supplier.products.count()), href=to(desk, "submissions") + f"?supplier={supplier.pk}")
    rows = [
        (_("Member"), member),
        (_("Contact"), Cell(supplier.contact)),
        (_("Phone"), Cell(phone)),
        (_("Licence"), Cell(supplier.licence)),
        (_("Kept of each sale"), Cell(commission_text(supplier))),
        (_("Products"), products),
        (_("Applied"), Cell(show_moment(supplier.applied_at, desk.zone))),
        (_("Decided"), Cell(show_moment(supplier.decided_at, desk.zone) if supplier.decided_at else "")),
        (_("Decided by"), Cell(supplier.decided_by.username if supplier.decided_by else "")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _figures(supplier: Supplier) -> list[Figure]:
    paid = Settlement.objects.filter(supplier=supplier, state=SettlementState.PAID).values_list("amount", flat=True)
    return [
        Figure(_("Still owed"), show_money(owed_to(supplier.pk))),
        Figure(_("Paid so far"), show_money(sum(paid))),
    ]


def _due_columns() -> list[Column]:
    return columns(
        *(_("Business day"), _("Order"), _("Product"), _("Quantity"), _("Price"), _("Kept of each sale")),
        *(_("To be paid"), _("Lowered by refunds"), _("Settled"), _("Left")),
        numbers=(3, 4, 5, 6, 7, 8, 9),
    )


def _due_row(desk: Desk, due: Due) -> list[Cell]:
    assert due.line is not None
    line, order = due.line, due.line.order
    return [
        Cell(f"{due.business_date}"),
        Cell(order.number, href=to(desk, "order", order.number) if desk.may("see_orders") else ""),
        Cell(line.title_en if language() == "en" else line.title),
        number(f"{line.quantity:,}"),
        number(show_money(due.price)),
        number(f"{plain((due.commission or Decimal(0)) * 100)} %"),
        number(show_money(due.owed)),
        number(show_money(due.lowered) if due.lowered else ""),
        number(show_money(due.settled) if due.settled else ""),
        number(show_money(due.left)),
    ]


def _settlements(desk: Desk, supplier: Supplier) -> Table:
    headings = columns(
        _("Number"), _("Sales up to"), _("State"), _("Total"), _("Proposed by"), _("Decided by"), numbers=(3,)
    )
    rows = [
        [
            Cell(str(one.number), href=to(desk, "settlement", one.pk)),
            Cell(f"{one.up_to}"),
            settlement_cell(one),
            number(show_money(one.amount)),
            Cell(one.proposed_by.username),
            Cell(one.decided_by.username if one.decided_by else ""),
        ]
        for one in supplier.settlements.select_related("proposed_by", "decided_by").order_by("-number")
    ]
    return Table(headings, rows, empty=_("Nothing was settled yet."))


def _actions(desk: Desk, supplier: Supplier) -> list[Action]:
    actions = [_approve(desk, supplier)]
    if supplier.state != SupplierState.STOPPED:
        actions.append(_stop(desk, supplier))
    if supplier.commission is not None:
        actions.insert(0, _propose(desk, supplier))
    return actions


def _approve(desk: Desk, supplier: Supplier) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        approve_supplier(
            supplier_id=supplier.pk,
            commission=values["commission"] / 100,
            reason=values["reason"],
            operator_id=desk.operator.pk,
        )
        return _("Approved. It may submit products.")

    approved = supplier.state == SupplierState.APPROVED
    return Action(
        "approve",
        _("Change the commission") if approved else _("Approve"),
        "review_suppliers",
        run,
        form=CommissionForm,
        initial={"commission": plain(supplier.commission * 100)} if supplier.commission is not None else None,
        tone="main",
        open=supplier.state == SupplierState.APPLIED,
    )


def _stop(desk: Desk, supplier: Supplier) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        stop_supplier(supplier_id=supplier.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Stopped. Its products are off sale.")

    note = _("Its products leave the mall. What it is owed stays owed.")
    return Action("stop", _("Stop"), "review_suppliers", run, note=note, tone="bad")


def _propose(desk: Desk, supplier: Supplier) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        settlement = propose_settlement(
            supplier_id=supplier.pk,
            up_to=values["up_to"],
            reason=values["reason"],
            key=values["key"],
            operator_id=desk.operator.pk,
        )
        return _("%(amount)s is proposed. Another operator pays it.") % {"amount": show_money(settlement.amount)}

    note = _("Everything owed up to that day, less refunds of what was settled before.")
    return Action(
        "propose",
        _("Propose a settlement"),
        "settle_suppliers",
        run,
        form=SettlementForm,
        initial={"up_to": f"{desk.today}"},
        note=note,
    )
