"""A settlement with a supplier: one operator proposes it, another pays it (S0-70)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.suppliers import settlement_cell
from jifen.backoffice.showing import EXPORT_ROWS_MAX, act_or_show, export, export_query, show, to, wants_export
from jifen.backoffice.tables import Cell, Table, columns, number
from jifen.sales.models import Settlement, SettlementState
from jifen.sales.settlements import drop_settlement, pay_settlement


class PaidForm(ReasonForm):
    """Where the payment can be found."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["reason"].label = gettext_lazy("Reference of the bank, or a note")


@page("see_suppliers")
def settlement(desk: Desk, settlement_id: int) -> HttpResponseBase:
    """Show a settlement with its lines; pay it or drop it."""
    rows = Settlement.objects.select_related("supplier", "proposed_by", "decided_by")
    found = get_object_or_404(rows, pk=settlement_id, supplier__programme=desk.programme)
    lines = _lines(desk, found)
    if wants_export(desk.request):
        return export(desk, f"settlement-{found.supplier_id}-{found.number}", lines.columns, lines.rows)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/settlement.html",
            _("Settlement %(number)s with %(supplier)s") % {"number": found.number, "supplier": found.supplier.name},
            state=settlement_cell(found),
            facts=_facts(desk, found),
            lines=lines,
            export_query=export_query(desk),
            offers=offers,
        ),
    )


def _facts(desk: Desk, found: Settlement) -> list[tuple[str, Cell]]:
    rows = [
        (_("Supplier"), Cell(found.supplier.name, href=to(desk, "supplier", found.supplier_id))),
        (_("Sales up to"), Cell(f"{found.up_to}")),
        (_("Total"), Cell(show_money(found.amount))),
        (_("Reason"), Cell(found.reason)),
        (_("Proposed by"), Cell(found.proposed_by.username)),
        (_("Proposed"), Cell(show_moment(found.proposed_at, desk.zone))),
        (_("Decided by"), Cell(found.decided_by.username if found.decided_by else "")),
        (_("Decided"), Cell(show_moment(found.decided_at, desk.zone) if found.decided_at else "")),
        (_("Reference or reason"), Cell(found.note)),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _lines(desk: Desk, found: Settlement) -> Table:
    headings = columns(_("Business day"), _("Order"), _("Product"), _("Price"), _("In this settlement"), numbers=(3, 4))
    lines = found.lines.select_related("due__line__order").order_by("due_id")[:EXPORT_ROWS_MAX]
    rows = [
        [
            Cell(f"{one.due.business_date}"),
            Cell(one.due.line.order.number, href=to(desk, "order", one.due.line.order.number)),
            Cell(one.due.line.title_en if language() == "en" else one.due.line.title),
            number(show_money(one.due.price)),
            number(show_money(one.amount)),
        ]
        for one in lines
    ]
    return Table(headings, rows)


def _actions(desk: Desk, found: Settlement) -> list[Action]:
    if found.state != SettlementState.PROPOSED:
        return []

    def pay(values: Mapping[str, Any]) -> str:
        pay_settlement(settlement_id=found.pk, note=values["reason"], operator_id=desk.operator.pk)
        return _("Noted as paid.")

    def drop(values: Mapping[str, Any]) -> str:
        drop_settlement(settlement_id=found.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("Dropped. What it contained is owed again.")

    own = _("You proposed it, so another operator must pay it.") if found.proposed_by_id == desk.operator.pk else ""
    return [
        Action(
            "pay",
            _("Pay"),
            "pay_suppliers",
            pay,
            form=PaidForm,
            note=_("Sandbox: no bank is asked. You note that the supplier was paid."),
            blocked=own,
            tone="main",
            open=True,
        ),
        Action("drop", _("Drop"), "settle_suppliers", drop, tone="bad"),
    ]
