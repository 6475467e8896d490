"""A settlement with a supplier or a store: one operator proposes it, another pays it (S0-70, S2-05)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.stores import store_title
from jifen.backoffice.showing import EXPORT_ROWS_MAX, act_or_show, export, export_query, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Table, columns, number
from jifen.sales.models import Settlement, SettlementLine, SettlementState
from jifen.sales.settlements import drop_settlement, pay_settlement, refunded_since

TONES = {SettlementState.PROPOSED: "wait", SettlementState.PAID: "good", SettlementState.DROPPED: "plain"}


class SettlementForm(ReasonForm):
    """Up to which business day."""

    up_to = forms.DateField(label=gettext_lazy("Sales up to"), widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ("up_to", "reason", "key")


class PaidForm(ReasonForm):
    """Where the payment can be found."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].label = gettext_lazy("Reference of the bank, or a note")


def settlement_cell(settlement: Settlement) -> Cell:
    """Return a settlement's state as a badge."""
    return Cell(str(settlement.get_state_display()), tone=TONES[SettlementState(settlement.state)])


def settlement_columns() -> list[Column]:
    """Return the headings of lists of settlements with stores."""
    return columns(
        *(_("Store"), _("Number"), _("Sales up to"), _("State"), _("Total"), _("Proposed by"), _("Decided by")),
        _("Reference or reason"),
        numbers=(4,),
    )


def settlement_row(desk: Desk, one: Settlement) -> list[Cell]:
    """Return a settlement with a store as a row of a list."""
    return [
        _partner(desk, one),
        Cell(str(one.number), href=to(desk, "settlement", one.pk)),
        Cell(f"{one.up_to}"),
        settlement_cell(one),
        number(show_money(one.amount)),
        Cell(one.proposed_by.username),
        Cell(one.decided_by.username if one.decided_by else ""),
        Cell(one.note),
    ]


@page("see_suppliers")
def settlement(desk: Desk, settlement_id: int) -> HttpResponseBase:
    """Show a settlement with its lines; pay it or drop it."""
    rows = Settlement.objects.select_related("supplier", "store", "proposed_by", "decided_by")
    here = Q(supplier__programme=desk.programme) | Q(store__programme=desk.programme)
    found = get_object_or_404(rows.filter(here), pk=settlement_id)
    lines = _lines(desk, found) if found.store is None else _store_lines(desk, found)
    if wants_export(desk.request):
        whose = found.supplier_id if found.store is None else found.store.code
        return export(desk, f"settlement-{whose}-{found.number}", lines.columns, lines.rows)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/settlement.html",
            _("Settlement %(number)s with %(partner)s") % {"number": found.number, "partner": _name(found)},
            state=settlement_cell(found),
            facts=_facts(desk, found),
            lines=lines,
            export_query=export_query(desk),
            offers=offers,
        ),
    )


def _name(found: Settlement) -> str:
    """Return with whom a settlement is."""
    if found.store is not None:
        return store_title(found.store)
    assert found.supplier is not None
    return found.supplier.name


def _partner(desk: Desk, found: Settlement) -> Cell:
    if found.store is not None:
        return Cell(f"{found.store.code} {store_title(found.store)}", href=to(desk, "store_due", found.store.pk))
    return Cell(_name(found), href=to(desk, "supplier", found.supplier_id))


def _facts(desk: Desk, found: Settlement) -> list[tuple[str, Cell]]:
    rows = [
        (_("Supplier") if found.store is None else _("Store"), _partner(desk, found)),
        (_("Sales up to"), Cell(f"{found.up_to}")),
        (_("Total"), Cell(show_money(found.amount))),
        (_("Reason"), Cell(found.reason)),
        (_("Proposed by"), Cell(found.proposed_by.username)),
        (_("Proposed"), Cell(show_moment(found.proposed_at, desk.zone))),
        (_("Decided by"), Cell(found.decided_by.username if found.decided_by else "")),
        (_("Decided"), Cell(show_moment(found.decided_at, desk.zone) if found.decided_at else "")),
        (_("Reference or reason"), Cell(found.note)),
        (_("Out of cash"), Cell(show_money(found.from_cash) if found.from_cash else "")),
        (_("Out of the reserve"), Cell(show_money(found.from_reserve) if found.from_reserve else "")),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _lines(desk: Desk, found: Settlement) -> Table:
    headings = columns(_("Business day"), _("Order"), _("Product"), _("Price"), _("In this settlement"), numbers=(3, 4))
    lines = found.lines.select_related("due__line__order").order_by("due_id")[:EXPORT_ROWS_MAX]
    return Table(headings, [_line(desk, one) for one in lines])


def _line(desk: Desk, one: SettlementLine) -> list[Cell]:
    line = one.due.line
    assert line is not None
    return [
        Cell(f"{one.due.business_date}"),
        Cell(line.order.number, href=to(desk, "order", line.order.number)),
        Cell(line.title_en if language() == "en" else line.title),
        number(show_money(one.due.price)),
        number(show_money(one.amount)),
    ]


def _store_lines(desk: Desk, found: Settlement) -> Table:
    headings = columns(
        *(_("Business day"), _("Order"), _("Paid in money"), _("Concession"), _("In this settlement")),
        numbers=(2, 3, 4),
    )
    lines = found.lines.select_related("due__order").order_by("due_id")[:EXPORT_ROWS_MAX]
    return Table(headings, [_store_line(desk, one) for one in lines])


def _store_line(desk: Desk, one: SettlementLine) -> list[Cell]:
    order = one.due.order
    assert order is not None
    return [
        Cell(f"{one.due.business_date}"),
        Cell(order.number, href=to(desk, "order", order.number)),
        number(show_money(one.due.price)),
        number(show_money(one.due.concession)),
        number(show_money(one.amount)),
    ]


def _actions(desk: Desk, found: Settlement) -> list[Action]:
    if found.state != SettlementState.PROPOSED:
        return []

    def pay(values: Mapping[str, Any]) -> str:
        pay_settlement(settlement_id=found.pk, note=values["reason"], operator_id=desk.operator.pk)
        return _("Noted as paid.")

    def drop(values: Mapping[str, Any]) -> str:
        drop_settlement(settlement_id=found.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Dropped. What it contained is owed again.")

    blocked = _("You proposed it, so another operator must pay it.") if found.proposed_by_id == desk.operator.pk else ""
    if refunded_since(found):
        blocked = _("A refund came since this was proposed. Drop it, then propose anew.")
    return [
        Action(
            "pay",
            _("Pay"),
            "pay_suppliers",
            pay,
            form=PaidForm,
            note=_("Sandbox: no bank is asked. You note that it was paid."),
            blocked=blocked,
            tone="main",
            open=True,
        ),
        Action("drop", _("Drop"), "settle_suppliers", drop, tone="bad"),
    ]
