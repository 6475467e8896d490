"""Periods of stores: settled, invoiced by one operator, paid by another; each with its statement (S3-05, S3-17)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.alliance.periods import NOTE_MAX, NUMBER_MAX, Statement, invoice, pay, statement
from jifen.alliance.sheets import statement_workbook
from jifen.alliance.statements import Row, collected_by_period
from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, PlainForm
from jifen.backoffice.alliance_desk import check_alliance, store_cell
from jifen.backoffice.figures import show_money
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
from jifen.backoffice.tables import Cell, Column, Figure, Filter, Table, columns, number, slice_of
from jifen.stores.models import Period, PeriodState

TONES = {PeriodState.CLOSED: "wait", PeriodState.INVOICED: "wait", PeriodState.PAID: "good"}
ROWS_SHOWN = 300
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class InvoiceForm(PlainForm):
    """What the invoice is called."""

    number = forms.CharField(label=gettext_lazy("Number of the invoice"), max_length=NUMBER_MAX)


class PaidForm(PlainForm):
    """By which transfer it was paid."""

    note = forms.CharField(label=gettext_lazy("Reference of the bank"), max_length=NOTE_MAX)


@page("see_alliance")
def periods(desk: Desk) -> HttpResponseBase:
    """List settled periods, newest first."""
    check_alliance(desk)
    found = _found(desk)
    if wants_export(desk.request):
        periods = list(found.order_by("-pk")[:EXPORT_ROWS_MAX])
        return export(desk, "periods", _columns(), _rows_of(desk, periods))
    part, read = slice_of(found, desk.request), desk.request.GET
    made = {one.pk: row for one, row in zip(part.rows, _rows_of(desk, part.rows), strict=True)}
    return show(
        desk.request,
        "backoffice/list.html",
        _("Periods"),
        table=rows_of(desk.request, part, _columns(), lambda one: made[one.pk]),
        filters=[
            Filter("store", _("Code of the store"), value=read.get("store", ""), kind="search"),
            Filter("state", _("State"), [("", _("all")), *PeriodState.choices], read.get("state", "")),
        ],
        export_query=export_query(desk),
        lead=_("What stores owe for their sales. A period is settled on the page of a store's points."),
    )


def _found(desk: Desk) -> QuerySet[Period]:
    found = Period.objects.filter(programme=desk.programme).select_related("store", "invoiced_by", "paid_by")
    read = desk.request.GET
    if read.get("state", "") in PeriodState.values:
        found = found.filter(state=read["state"])
    if read.get("store", "").strip():
        found = found.filter(store__code=read["store"].strip())
    return found


def _columns() -> list[Column]:
    return columns(
        *(_("Store"), _("From"), _("Before"), _("State"), _("Sales"), _("Refunds"), _("Share"), _("Due")),
        *(_("Held by head office"), _("To pay"), _("Invoice"), _("Paid on")),
        numbers=(4, 5, 6, 7, 8, 9),
    )


def _rows_of(desk: Desk, periods: Sequence[Period]) -> list[list[Cell]]:
    collected = collected_by_period([one.pk for one in periods])
    return [_row(desk, one, collected[one.pk]) for one in periods]


def _row(desk: Desk, one: Period, collected: int) -> list[Cell]:
    return [
        Cell(store_cell(desk, one.store).text, href=to(desk, "period", one.pk)),
        Cell(f"{one.start_on}"),
        Cell(f"{one.until_on}"),
        _state(one),
        number(show_money(one.sales)),
        number(show_money(one.refunds + one.adjusted)),
        number(rate_text(one.rate)),
        number(show_money(one.due)),
        number(show_money(one.stored + collected)),
        number(show_money(one.due - one.stored - collected)),
        Cell(one.number),
        Cell(f"{one.paid_on or ''}"),
    ]


def _state(one: Period) -> Cell:
    return Cell(str(one.get_state_display()), tone=TONES[PeriodState(one.state)])


@page("see_alliance")
def period(desk: Desk, period_id: int) -> HttpResponseBase:
    """Show a settled period with every sale and refund, and let operators invoice it and note its payment."""
    rows = Period.objects.select_related("store", "invoiced_by", "paid_by")
    found = get_object_or_404(rows, pk=period_id, programme=desk.programme)
    if wants_export(desk.request):
        if not desk.may("export_lists"):
            raise PermissionDenied
        answer = HttpResponse(statement_workbook(found.pk), content_type=EXCEL)
        name = f"{desk.programme.code}-{found.store.code}-{found.start_on}.xlsx"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    told = statement(found.pk)
    return act_or_show(
        desk.request,
        _actions(desk, found, told),
        lambda offers: show(
            desk.request,
            "backoffice/agent.html",
            _("Period of %(store)s") % {"store": store_cell(desk, found.store).text},
            state=_state(found),
            figures=_figures(told),
            facts=_facts(desk, found),
            sections=[(_("Sales and refunds"), "table", sales_table(desk, told.rows))],
            offers=offers,
        ),
    )


def _figures(told: Statement) -> list[Figure]:
    one = told.period
    orders = _("%(orders)s orders") % {"orders": f"{one.orders:,}"}
    held = one.stored + told.collected
    owed = _("head office pays the store") if told.to_pay < 0 else ""
    return [
        Figure(_("Sales"), show_money(one.sales), orders),
        Figure(_("Refunds"), show_money(one.refunds)),
        Figure(_("Refunds of earlier periods"), show_money(one.adjusted)),
        Figure(_("Due"), show_money(one.due), _("share of sales %(share)s") % {"share": rate_text(one.rate)}),
        Figure(_("Held by head office"), show_money(held), _("stored value and money paid there")),
        Figure(_("To pay"), show_money(told.to_pay), owed),
    ]


def _facts(desk: Desk, found: Period) -> list[tuple[str, Cell]]:
    book = f"{to(desk, 'period', found.pk)}?export=xlsx"
    rows = [
        (_("Store"), store_cell(desk, found.store)),
        (_("From"), Cell(f"{found.start_on}")),
        (_("Before"), Cell(f"{found.until_on}")),
        (_("Invoice"), Cell(found.number)),
        (_("Invoiced by"), Cell(found.invoiced_by.username if found.invoiced_by else "")),
        (_("Invoiced on"), Cell(f"{found.invoiced_on or ''}")),
        (_("Payment noted by"), Cell(found.paid_by.username if found.paid_by else "")),
        (_("Paid on"), Cell(f"{found.paid_on or ''}")),
        (_("Reference of the bank"), Cell(found.note)),
        (_("Statement"), Cell(_("as an Excel file"), href=book) if desk.may("export_lists") else Cell("")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def sales_table(desk: Desk, rows: Sequence[Row]) -> Table:
    """Return sales and refunds, the first of them."""
    headings = columns(
        *(_("Business day"), _("Order"), _("Member"), _("Sale"), _("Refund"), _("Sold on"), _("In stored value")),
        numbers=(3, 4, 6),
    )
    lines = [
        [
            Cell(f"{one.day}"),
            Cell(one.order_code),
            member_cell(desk, one.member),
            number("" if one.is_refund else show_money(one.amount)),
            number(show_money(-one.amount) if one.is_refund else ""),
            Cell(f"{one.sold_on}"),
            number(show_money(one.stored) if one.stored else ""),
        ]
        for one in rows[:ROWS_SHOWN]
    ]
    return Table(headings, lines, empty=_("Nothing was sold in this period."))


def _actions(desk: Desk, found: Period, told: Statement) -> list[Action]:
    def invoiced(values: Mapping[str, Any]) -> str:
        invoice(period_id=found.pk, operator_id=desk.operator.pk, number=values["number"])
        return _("Noted. Another operator notes the payment.")

    def paid(values: Mapping[str, Any]) -> str:
        pay(period_id=found.pk, operator_id=desk.operator.pk, note=values["note"])
        return _("The period is paid.")

    if found.state == PeriodState.CLOSED:
        return [Action("invoice", _("Note the invoice"), "deal_with_stores", invoiced, form=InvoiceForm, tone="main",
                       open=True)]  # fmt: skip
    if found.state != PeriodState.INVOICED:
        return []
    own = _("You noted the invoice, so another operator notes the payment.")
    back = _("Head office pays the store %(amount)s out of the reserve.") % {"amount": show_money(-told.to_pay)}
    note = back if told.to_pay < 0 else _("The store paid %(amount)s.") % {"amount": show_money(told.to_pay)}
    blocked = own if found.invoiced_by_id == desk.operator.pk else ""
    return [Action("pay", _("Note the payment"), "approve_deals", paid, form=PaidForm, note=note, blocked=blocked,
                   tone="main", open=True)]  # fmt: skip
