"""Order entries: what was captured from the exchange or typed in, and its review (S0-72, S0-78, S0-79)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.fields import MinorField
from jifen.backoffice.figures import show_moment, show_money
from jifen.backoffice.pages.exchange_desk import rule_of
from jifen.backoffice.showing import act_or_show, rows_of, show, to
from jifen.backoffice.tables import Cell, Column, Filter, columns, number, slice_of
from jifen.engine.rules.ticket import Ticket
from jifen.exchange.adapter import TICKET
from jifen.exchange.entries import NewEntry, approve_entry, enter_order, reject_entry
from jifen.exchange.models import EntryState, OrderEntry
from jifen.exchange.terms import device_of, ticket_of
from jifen.members.models import Member

TONES = {EntryState.WAITING: "wait", EntryState.APPROVED: "good", EntryState.REJECTED: "bad"}


def item_title(desk: Desk, item: str) -> str:
    """Return what was bought, in the reader's language."""
    rule = ticket_of(desk.terms)
    if item == TICKET and rule is not None:
        return desk.kind_title(rule.kind)
    device = device_of(desk.terms)
    return _("Multiplied order") if device is not None and item == device.product else item


def quantity_text(desk: Desk, item: str, quantity: int) -> str:
    """Return how many: tickets with their decimals, devices whole."""
    rule = ticket_of(desk.terms)
    return desk.decimals.show(quantity, rule.kind) if item == TICKET and rule is not None else f"{quantity:,}"


@page("see_exchange")
def entries(desk: Desk) -> HttpResponseBase:
    """List order entries, newest first."""
    rule_of(desk)
    found = OrderEntry.objects.filter(programme=desk.programme).select_related("member", "entered_by", "reviewed_by")
    state = desk.request.GET.get("state", "")
    if state in EntryState.values:
        found = found.filter(state=state)
    table = rows_of(desk.request, slice_of(found, desk.request), entry_columns(), lambda one: entry_row(desk, one))
    filters = [Filter("state", _("State"), [("", _("all")), *EntryState.choices], state)]
    lead = _("Purchases at the exchange are captured by themselves; others are typed in. What is approved counts.")
    return show(desk.request, "backoffice/list.html", _("Order entries"), table=table, filters=filters, lead=lead)


def entry_columns() -> list[Column]:
    """Return the headings of lists of entries."""
    return columns(
        *(_("Entered"), _("Member"), _("State"), _("What"), _("Quantity"), _("Paid"), _("Number at the exchange")),
        *(_("Source"), _("Reviewed by")),
        numbers=(4, 5),
    )


def entry_row(desk: Desk, entry: OrderEntry) -> list[Cell]:
    """Return an entry as a row of a list."""
    return [
        Cell(show_moment(entry.entered_at, desk.zone), href=to(desk, "exchange_entry", entry.pk)),
        Cell(f"{entry.member.code} {entry.member.name}", href=to(desk, "exchange_account", entry.member_id)),
        state_cell(entry),
        Cell(item_title(desk, entry.item)),
        number(quantity_text(desk, entry.item, entry.quantity)),
        number(show_money(entry.paid)),
        Cell(entry.reference),
        Cell(str(entry.get_source_display()) + (f" · {entry.entered_by.username}" if entry.entered_by else "")),
        Cell(entry.reviewed_by.username if entry.reviewed_by else ""),
    ]


def state_cell(entry: OrderEntry) -> Cell:
    """Return an entry's state as a badge."""
    return Cell(str(entry.get_state_display()), tone=TONES[EntryState(entry.state)])


@page("see_exchange")
def entry(desk: Desk, entry_id: int) -> HttpResponseBase:
    """Show an order entry, and let an operator review it."""
    rule_of(desk)
    rows = OrderEntry.objects.select_related("member", "entered_by", "reviewed_by", "order", "purchase")
    found = get_object_or_404(rows, pk=entry_id, programme=desk.programme)
    return act_or_show(
        desk.request,
        _reviews(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/withdrawal.html",
            _("Order entry of %(member)s") % {"member": found.member.code},
            state=state_cell(found),
            facts=_facts(desk, found),
            offers=offers,
        ),
    )


def _facts(desk: Desk, entry: OrderEntry) -> list[tuple[str, Cell]]:
    named = list(zip((column.title for column in entry_columns()), entry_row(desk, entry), strict=True))
    known = _("yes") if entry.purchase_id else _("no: look at the receipt before you approve")
    rows = [
        *((title, cell) for place, (title, cell) in enumerate(named) if place not in (0, 2)),
        (_("Known to the exchange"), Cell(known)),
        (_("Entered"), Cell(show_moment(entry.entered_at, desk.zone))),
        (_("Reviewed"), Cell(show_moment(entry.reviewed_at, desk.zone) if entry.reviewed_at else "")),
        (_("Reason or note"), Cell(entry.reason)),
        (
            _("Order"),
            Cell(entry.order.number, href=to(desk, "order", entry.order.number)) if entry.order else Cell(""),
        ),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def _reviews(desk: Desk, entry: OrderEntry) -> list[Action]:
    if entry.state != EntryState.WAITING:
        return []

    def approve(values: Mapping[str, Any]) -> str:
        approve_entry(entry_id=entry.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Approved. It counts now.")

    def reject(values: Mapping[str, Any]) -> str:
        reject_entry(entry_id=entry.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("Rejected. It does not count, and the member sees your reason.")

    own = _("You typed it in, so another operator must review it.") if entry.entered_by_id == desk.operator.pk else ""
    note = (
        _("The tickets count as bought toward their release.")
        if entry.item == TICKET
        else _("The multiplied order is confirmed at once, with its grant.")
    )
    return [
        Action("approve", _("Approve"), "review_exchange", approve, note=note, blocked=own, tone="main", open=True),
        Action("reject", _("Reject"), "review_exchange", reject, tone="bad"),
    ]


def enter_action(desk: Desk, member: Member, rule: Ticket) -> Action:
    """Return the action of typing an entry in for a member."""

    def run(values: Mapping[str, Any]) -> str:
        quantity = values["quantity"]
        if values["item"] != TICKET:
            quantity //= 10 ** desk.decimals.of_kind[rule.kind]
        new = NewEntry(member.pk, values["item"], quantity, values["paid"], values["reference"], desk.operator.pk)
        enter_order(new, key=values["key"])
        return _("Entered. Another operator reviews it.")

    note = _("Another operator reviews it before it counts.")
    return Action("enter", _("Type in a purchase"), "enter_orders", run, form=_entry_form(desk, rule), note=note)


def _entry_form(desk: Desk, rule: Ticket) -> type[forms.Form]:
    device = device_of(desk.terms)
    items = [(TICKET, desk.kind_title(rule.kind))]
    if device is not None:
        items.append((device.product, _("Multiplied order")))
    unit = 10 ** desk.decimals.of_kind[rule.kind]

    class EntryForm(forms.Form):
        item = forms.ChoiceField(label=gettext_lazy("What"), choices=items)
        quantity = MinorField(label=gettext_lazy("Quantity"), decimals=desk.decimals.of_kind[rule.kind])
        paid = MinorField(label=gettext_lazy("Paid in yuan"))
        reference = forms.CharField(label=gettext_lazy("Number at the exchange"), max_length=40)
        key = ReasonForm.base_fields["key"]

        def clean(self) -> dict[str, Any]:
            """Refuse parts of a device."""
            values: dict[str, Any] = super().clean() or self.cleaned_data
            if values.get("item") not in (None, TICKET) and values.get("quantity", 0) % unit:
                self.add_error("quantity", _("Devices are whole."))
            return values

    return EntryForm
