"""Goods that were exchanged for points and are to be handed over: waiting, sent, received (S3-15, S3-19)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, ReasonForm
from jifen.backoffice.figures import show_moment
from jifen.backoffice.pages.catalogue import check_catalogue
from jifen.backoffice.showing import EXPORT_ROWS_MAX, export, export_query, rows_of, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Filter, columns, slice_of
from jifen.backoffice.worth import show_value
from jifen.sales.models import Delivery, DeliveryState, DeliveryWay, Order
from jifen.sales.redeeming import TRACKING_MAX, address_of, hand_over_goods, send_goods

TONES = {
    DeliveryState.WAITING: "wait",
    DeliveryState.SENT: "wait",
    DeliveryState.RECEIVED: "good",
    DeliveryState.CALLED_OFF: "plain",
}


class SendForm(ReasonForm):
    """The parcel's number, or what helps to find the goods in the warehouse."""

    tracking = forms.CharField(
        label=gettext_lazy("Parcel number or note"),
        max_length=TRACKING_MAX,
        required=False,
        help_text=gettext_lazy("The member sees it."),
    )
    field_order = ("tracking", "reason", "key")


@page("see_orders")
def deliveries(desk: Desk) -> HttpResponseBase:
    """List exchanges, newest first; what waits to be sent is shown first of all."""
    check_catalogue(desk)
    found = Delivery.objects.filter(programme=desk.programme).select_related("order__member")
    found = found.prefetch_related("order__lines")
    state = desk.request.GET.get("state", DeliveryState.WAITING.value)
    found = found.filter(state=state) if state in DeliveryState.values else found
    way = desk.request.GET.get("way", "")
    found = found.filter(way=way) if way in DeliveryWay.values else found
    if wants_export(desk.request):
        rows = [_row(desk, one) for one in found.order_by("-pk")[:EXPORT_ROWS_MAX]]
        return export(desk, "deliveries", _columns(), rows)
    return show(
        desk.request,
        "backoffice/list.html",
        _("Goods to hand over"),
        table=rows_of(desk.request, slice_of(found, desk.request), _columns(), lambda one: _row(desk, one)),
        filters=[
            Filter("state", _("State"), [("all", _("all")), *DeliveryState.choices], state),
            Filter("way", _("Way"), [("", _("all")), *DeliveryWay.choices], way),
        ],
        export_query=export_query(desk),
    )


def _columns() -> list[Column]:
    return columns(
        _("Order"), _("Member"), _("Goods"), _("Value in points"), _("State"), _("Way"), _("Placed"), numbers=(3,)
    )


def _row(desk: Desk, delivery: Delivery) -> list[Cell]:
    order = delivery.order
    english = language() == "en"
    goods = [f"{one.title_en if english else one.title} × {one.quantity}" for one in order.lines.all()]
    return [
        Cell(order.number, href=to(desk, "order", order.number)),
        Cell(f"{order.member.code} {order.member.name}", href=to(desk, "member", order.member_id)),
        Cell(", ".join(goods)),
        Cell(show_value(desk, order.amount), number=True),
        state_cell(delivery),
        Cell(str(delivery.get_way_display())),
        Cell(show_moment(order.placed_at, desk.zone)),
    ]


def state_cell(delivery: Delivery) -> Cell:
    """Return where goods stand as a badge."""
    return Cell(str(delivery.get_state_display()), tone=TONES[DeliveryState(delivery.state)])


def delivery_facts(desk: Desk, order: Order) -> list[tuple[str, Cell]]:
    """Return how the goods of an exchange come to the member; nothing for other orders."""
    if not order.redemption:
        return []
    delivery = order.delivery
    address = address_of(delivery)
    where = f"{address.name} · {address.phone} · {address.address}" if address is not None else ""
    return [
        (_("Goods"), state_cell(delivery)),
        (_("Way"), Cell(str(delivery.get_way_display()))),
        (_("Address"), Cell(where)),
        (_("Parcel number or note"), Cell(delivery.tracking)),
        (_("Sent"), Cell(show_moment(delivery.sent_at, desk.zone) if delivery.sent_at else "")),
        (_("Sent by"), Cell(delivery.sent_by.username if delivery.sent_by else "")),
        (_("Received"), Cell(show_moment(delivery.received_at, desk.zone) if delivery.received_at else "")),
    ]


def delivery_actions(desk: Desk, order: Order) -> list[Action]:
    """Return what can be done about the goods of an exchange; nothing for other orders."""
    if not order.redemption:
        return []
    state = order.delivery.state
    if state == DeliveryState.WAITING:
        return [_send(desk, order)]
    return [_hand_over(desk, order)] if state == DeliveryState.SENT else []


def _send(desk: Desk, order: Order) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        send_goods(
            order_id=order.pk, operator_id=desk.operator.pk, tracking=values["tracking"], reason=values["reason"]
        )
        return _("The goods are on their way; the member sees it.")

    picked_up = order.delivery.way == DeliveryWay.PICK_UP
    title = _("Ready to be picked up") if picked_up else _("The goods are sent")
    return Action("send", title, "review_payments", run, form=SendForm, tone="main", open=True)


def _hand_over(desk: Desk, order: Order) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        hand_over_goods(order_id=order.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("It is noted that the member has the goods.")

    return Action("hand_over", _("The member has the goods"), "review_payments", run, tone="main")
