"""Orders, and the review of payments made outside of the platform (S4-20)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jifen.backoffice.access import Desk, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.fields import MinorField, typed
from jifen.backoffice.figures import show_amount, show_moment, show_money
from jifen.backoffice.pages.deliveries import delivery_actions, delivery_facts
from jifen.backoffice.pages.payments import payments_cell
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
from jifen.backoffice.worth import show_worth
from jifen.centers.packs import pack_refund
from jifen.engine.digits import member_number
from jifen.leases.models import Agreement
from jifen.leases.orders import confirm_device_order, is_leased
from jifen.payments.backs import follow_order
from jifen.programmes.terms import load
from jifen.sales.confirming import counts_on_receipt
from jifen.sales.models import OPEN_STATES, Due, Order, OrderLine, OrderState
from jifen.sales.orders import cancel_order
from jifen.sales.receiving import receive_order, take_back_order
from jifen.sales.refunds import Returned
from jifen.storefront.cards import confirm_order, refund_order

TONES = {
    OrderState.PLACED: "plain",
    OrderState.PAID: "wait",
    OrderState.SENT: "wait",
    OrderState.CONFIRMED: "good",
    OrderState.PART_REFUNDED: "bad",
    OrderState.REFUNDED: "bad",
    OrderState.CANCELLED: "plain",
}
REFUNDABLE = (OrderState.CONFIRMED, OrderState.PART_REFUNDED)


class RefundForm(ReasonForm):
    """How much is given back, at most what is left; and what of the goods came back."""

    amount = MinorField(label=gettext_lazy("Amount in yuan"))
    lines: ClassVar[Sequence[OrderLine]] = ()
    in_points: ClassVar[bool] = False

    field_order = ("amount", "reason", "key")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        english = not (get_language() or "").startswith("zh")
        if self.in_points:
            self.fields["amount"].label = _("Points to give back")
        for line in self.lines:
            title = line.title_en if english else line.title
            self.fields[f"line_{line.pk}"] = forms.IntegerField(
                label=_("Back in stock: %(product)s") % {"product": title}, min_value=0, initial=0, required=False
            )

    @classmethod
    def of(cls, order: Order) -> type["RefundForm"]:
        """Return the form of an order, with a field for each line of which something can come back."""
        lines = [line for line in order.lines.order_by("pk") if line.returned < line.quantity]
        return type("RefundForm", (cls,), {"lines": lines, "in_points": order.redemption})


@page("see_orders")
def orders(desk: Desk) -> HttpResponseBase:
    """List orders, newest first; what waits for review is one click away."""
    found = _found(desk)
    if wants_export(desk.request):
        rows = [order_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "orders", order_columns(), rows)
    table = rows_of(desk.request, slice_of(found, desk.request), order_columns(), lambda one: order_row(desk, one))
    return show(
        desk.request,
        "backoffice/list.html",
        _("Orders"),
        table=table,
        filters=_filters(desk),
        export_query=export_query(desk),
    )


def _found(desk: Desk) -> QuerySet[Order]:
    found = Order.objects.filter(programme=desk.programme).select_related("member")
    state, words = desk.request.GET.get("state", ""), desk.request.GET.get("q", "").strip()
    if state in OrderState.values:
        found = found.filter(state=state)
    if words:
        code = member_number(words)
        member = Q(member_id=code) if code is not None else Q()
        found = found.filter(Q(number__iexact=words) | (member or Q(member__name__startswith=words)))
    return found


def _filters(desk: Desk) -> list[Filter]:
    read = desk.request.GET
    return [
        Filter("q", _("Order number, member code or name"), value=read.get("q", ""), kind="search"),
        Filter("state", _("State"), [("", _("all")), *OrderState.choices], read.get("state", "")),
    ]


def order_columns() -> list[Column]:
    """Return the headings of lists of orders."""
    return columns(
        *(_("Number"), _("Member"), _("State"), _("Total"), _("In money"), _("In points"), _("Note")),
        *(_("Placed"), _("Business day")),
        numbers=(3, 4, 5),
    )


def order_row(desk: Desk, order: Order) -> list[Cell]:
    """Return an order as a row of a list."""
    return [
        Cell(order.number, href=to(desk, "order", order.number)),
        Cell(f"{order.member.code} {order.member.name}", href=to(desk, "member", order.member_id)),
        state_cell(order),
        number(show_worth(desk, order, order.amount)),
        number("" if order.redemption else show_money(order.cash)),
        number(points_text(desk, order)),
        Cell(order.payment_note),
        Cell(show_moment(order.placed_at, desk.zone)),
        Cell(f"{order.business_date or ''}"),
    ]


def state_cell(order: Order) -> Cell:
    """Return an order's state as a badge."""
    return Cell(str(order.get_state_display()), tone=TONES[OrderState(order.state)])


@page("see_orders")
def order(desk: Desk, number: str) -> HttpResponseBase:
    """Show an order with its lines, refunds and points, and let operators review its payment."""
    rows = Order.objects.select_related("member", "version", "confirmed_by", "bundle", "store", "delivery")
    found = get_object_or_404(rows, number=number, programme=desk.programme)
    return act_or_show(
        desk.request,
        _actions(desk, found),
        lambda offers: show(
            desk.request,
            "backoffice/order.html",
            _("Order %(number)s") % {"number": found.number},
            order=found,
            state=state_cell(found),
            facts=_facts(desk, found),
            lines=_lines(desk, found),
            refunds=_refunds(desk, found),
            offers=offers,
        ),
    )


def _facts(desk: Desk, order: Order) -> list[tuple[str, Cell]]:
    member = Cell(f"{order.member.code} {order.member.name}", href=to(desk, "member", order.member_id))
    version = Cell(str(order.version.number), href=to(desk, "version", order.version.number))
    rows = [
        (_("Member"), member),
        (_("Value in points") if order.redemption else _("Total"), Cell(show_worth(desk, order, order.amount))),
        (_("In money"), Cell("" if order.redemption else show_money(order.cash))),
        (_("In points"), Cell(points_text(desk, order))),
        (_("Bundle"), _bundle(desk, order)),
        (_("Channel"), Cell(order.channel)),
        (_("Store"), Cell(f"{order.store.code} {order.store.title}" if order.store else "")),
        (_("Concession"), Cell(show_money(order.concession) if order.concession else "")),
        (_("Owed to the store"), _owed(desk, order)),
        (_("Product"), Cell(order.product if order.store else "")),
        (_("Note"), Cell(order.note)),
        (_("Note on the payment"), Cell(order.payment_note)),
        (_("Placed"), Cell(show_moment(order.placed_at, desk.zone))),
        (_("Payment reported"), Cell(show_moment(order.paid_at, desk.zone) if order.paid_at else "")),
        (_("On the way since"), Cell(show_moment(order.sent_at, desk.zone) if order.sent_at else "")),
        (_("Confirmed"), Cell(show_moment(order.confirmed_at, desk.zone) if order.confirmed_at else "")),
        (_("Confirmed by"), Cell(order.confirmed_by.username if order.confirmed_by else order.provider)),
        (_("Payments"), payments_cell(desk, order)),
        (_("Cancelled"), Cell(show_moment(order.cancelled_at, desk.zone) if order.cancelled_at else "")),
        (_("Business day"), Cell(f"{order.business_date or ''}")),
        (_("Into the reserve"), Cell(show_money(order.reserved) if order.reserved else "")),
        (_("Refunded so far"), Cell(show_worth(desk, order, order.refunded) if order.refunded else "")),
        *delivery_facts(desk, order),
        (_("Programme version"), version),
        (_("Agreement"), _agreement(desk, order)),
        (_("Ledger"), _postings(desk, order)),
    ]
    return [(title, cell) for title, cell in rows if cell.text]


def points_text(desk: Desk, order: Order) -> str:
    """Return the points that paid an order, with the name of their kind where it is not the one that lots hold."""
    if not order.points_paid:
        return ""
    kind = order.points_kind or desk.terms.lot_kind
    shown = desk.decimals.show(order.points_paid, kind)
    return shown if kind == desk.terms.lot_kind else f"{shown} {desk.kind_title(kind)}"


def _bundle(desk: Desk, order: Order) -> Cell:
    if order.bundle is None:
        return Cell("")
    title = order.bundle.title if (get_language() or "").startswith("zh") else order.bundle.title_en
    return Cell(title, href=to(desk, "bundle", order.bundle.pk) if desk.may("change_products") else "")


def _agreement(desk: Desk, order: Order) -> Cell:
    """Return the way to the signed agreement of an order of devices."""
    if not is_leased(order):
        return Cell("")
    signed = Agreement.objects.filter(order=order).values_list("signed_name", flat=True).first()
    if signed is None:
        return Cell(_("not signed"), tone="bad")
    return Cell(_("signed by %(name)s") % {"name": signed}, href=to(desk, "agreement", order.number))


def _owed(desk: Desk, order: Order) -> Cell:
    """Return what of the order's money is the store's, after refunds (S2-05)."""
    due = Due.objects.filter(order=order).first()
    if due is None:
        return Cell("")
    return Cell(show_money(due.owed - due.lowered), href=to(desk, "store_due", due.store_id))


def _postings(desk: Desk, order: Order) -> Cell:
    if order.business_date is None or not desk.may("see_ledger"):
        return Cell("")
    query = f"?member={order.member.code}&day={order.business_date}"
    return Cell(_("what was posted for this member on that day"), href=to(desk, "transfers") + query)


def _lines(desk: Desk, order: Order) -> Table:
    english = not (get_language() or "").startswith("zh")
    price, total = (_("Value of one"), _("Value in points")) if order.redemption else (_("Price"), _("Total"))
    headings = columns(_("Product"), price, _("Quantity"), total, _("Back in stock"), numbers=(1, 2, 3, 4))
    rows = [
        [
            Cell(line.title_en if english else line.title),
            number(show_worth(desk, order, line.price)),
            number(f"{line.quantity:,}"),
            number(show_worth(desk, order, line.amount)),
            number(f"{line.returned:,}" if line.returned else ""),
        ]
        for line in order.lines.order_by("pk")
    ]
    return Table(headings, rows)


def _refunds(desk: Desk, order: Order) -> Table:
    headings = columns(
        *(_("Number"), _("Refunded"), _("Money back"), _("Reason"), _("Operator"), _("When"), _("Business day")),
        numbers=(1, 2),
    )
    rows = [
        [
            Cell(str(refund.number)),
            number(show_worth(desk, order, refund.amount)),
            number("" if order.redemption else show_money(refund.cash_back)),
            Cell(refund.reason),
            Cell(refund.operator.username if refund.operator else str(_("the store"))),
            Cell(show_moment(refund.refunded_at, desk.zone)),
            Cell(f"{refund.business_date}"),
        ]
        for refund in order.refunds.select_related("operator").order_by("number")
    ]
    return Table(headings, rows)


def _actions(desk: Desk, order: Order) -> list[Action]:
    actions = delivery_actions(desk, order)
    if order.state in OPEN_STATES:
        actions += [_confirm(desk, order), _cancel(desk, order)]
    if order.state == OrderState.SENT:
        actions += [_receive(desk, order), _take_back(desk, order)]
    if order.state in REFUNDABLE:
        actions.append(_refund(desk, order))
    return actions


def _confirm(desk: Desk, order: Order) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        confirm = confirm_device_order if is_leased(order) else confirm_order
        confirm(order_id=order.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("The payment is confirmed, and what the programme grants for it is posted.")

    later = counts_on_receipt(order, load(order.version_id))
    note = (
        _("You have seen %(amount)s come in for this order. It is sent; points are granted when it is received.")
        if later
        else _("You have seen %(amount)s come in for this order. Points are granted at once.")
    )
    return Action(
        "confirm",
        _("Confirm the payment"),
        "review_payments",
        run,
        note=note % {"amount": show_money(order.cash)},
        tone="main",
        open=order.state == OrderState.PAID,
    )


def _cancel(desk: Desk, order: Order) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        cancel_order(order_id=order.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("The order is cancelled.")

    return Action("cancel", _("Cancel the order"), "review_payments", run, tone="bad")


def _receive(desk: Desk, order: Order) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        receive_order(order_id=order.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("The receipt is confirmed, and what the programme grants is posted.")

    note = _("Members confirm it themselves. Do it only for one who has the goods and cannot.")
    return Action("receive", _("Confirm the receipt"), "review_payments", run, note=note, tone="main")


def _take_back(desk: Desk, order: Order) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        take_back_order(order_id=order.pk, reason=values["reason"], operator_id=desk.operator.pk)
        return _("The order is cancelled, and its money is posted back.")

    note = _("It did not arrive: all of its money goes back, and nothing was granted for it.")
    return Action("take_back", _("Take it back"), "refund_orders", run, note=note, tone="bad")


def _refund(desk: Desk, order: Order) -> Action:
    left = order.amount - order.refunded

    def run(values: Mapping[str, Any]) -> str:
        pieces = {int(name[5:]): count for name, count in values.items() if name.startswith("line_") and count}
        refund_order(
            returned=Returned(pieces),
            order_id=order.pk,
            amount=values["amount"],
            reason=values["reason"],
            key=values["key"],
            operator_id=desk.operator.pk,
        )
        follow_order(order.pk)
        return _("%(amount)s is refunded.") % {"amount": show_worth(desk, order, values["amount"])}

    said = _("At most %(left)s is left to refund. Points granted for that part are taken back, as the programme says.")
    note = " ".join([said % {"left": show_worth(desk, order, left)}, *_warnings(desk, order)])
    return Action(
        "refund",
        _("Give points back") if order.redemption else _("Refund a part or all of it"),
        "refund_orders",
        run,
        form=RefundForm.of(order),
        initial={"amount": typed(left)},
        note=note,
        tone="bad",
    )


def _warnings(desk: Desk, order: Order) -> list[str]:
    """Return what a refund means beyond its own money: for centres on their packs, and for a store that was paid."""
    found = []
    pack = pack_refund(order)
    if pack is not None:
        words = {"centers": pack.centers, "packs": pack.packs, "kind": desk.kind_title(pack.kind)}
        found.append(_("This member holds %(centers)s centres on %(packs)s packs.") % words)
        if pack.used:
            words["used"] = show_amount(pack.used, pack.decimals)
            gone = _("%(used)s %(kind)s of the pack are used up and cannot come back.")
            owed = _("%(used)s %(kind)s of the pack are used up, and the member will owe them.")
            found.append((owed if pack.lent else gone) % words)
        if 0 < pack.packs <= pack.centers:
            found.append(_("Without a pack for each centre none of them earns; close it, if it is to end."))
    due = Due.objects.filter(order=order).first()
    if due is not None and due.settled:
        found.append(
            _(
                "It is in a settlement with its store: if that is only proposed, drop it; if it was paid, "
                "the refund is taken off what it is paid next."
            )
        )
    return found
