"""Goods that were bought or exchanged and are to be handed over: waiting, sent, received (S2-21, S3-15, S3-19).

Where they go is read by who may send them, and each reading is noted.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jifen.backoffice.access import Desk, language, page
from jifen.backoffice.acting import Action, PlainForm, ReasonForm
from jifen.backoffice.figures import show_moment
from jifen.backoffice.showing import EXPORT_ROWS_MAX, export, export_query, rows_of, show, to, wants_export
from jifen.backoffice.tables import Cell, Column, Filter, columns, slice_of
from jifen.backoffice.worth import show_worth
from jifen.sales.models import CONFIRMED_STATES, PAID_STATES, Delivery, DeliveryState, DeliveryWay, Order
from jifen.sales.parcels import delivery_of, read_address, read_addresses
from jifen.sales.redeeming import TRACKING_MAX, hand_over_goods, send_goods
from jifen.stores.regions import full_name

SENDS = "review_payments"  # who may send goods, and read where to
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
    """List what was bought or exchanged, newest first; what waits to be sent is shown first of all."""
    found = Delivery.objects.filter(programme=desk.programme, order__state__in=PAID_STATES)
    found = found.select_related("order__member")
    found = found.prefetch_related("order__lines")
    state = desk.request.GET.get("state", DeliveryState.WAITING.value)
    found = found.filter(state=state) if state in DeliveryState.values else found
    way = desk.request.GET.get("way", "")
    found = found.filter(way=way) if way in DeliveryWay.values else found
    if wants_export(desk.request):
        return _export(desk, list(found.order_by("-pk")[:EXPORT_ROWS_MAX]))
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


def _export(desk: Desk, found: list[Delivery]) -> HttpResponseBase:
    """Answer with the list in Excel; with the addresses for those who may send."""
    headings, rows = _columns(), [_row(desk, one) for one in found]
    if desk.may(SENDS) and desk.may("export_lists"):
        headings = [*headings, *columns(_("Who receives it"), _("Phone"), _("Address"))]
        for row, to_whom in zip(rows, read_addresses(found, operator_id=desk.operator.pk), strict=True):
            texts = (to_whom.name, to_whom.phone, to_whom.place) if to_whom is not None else ("", "", "")
            row += [Cell(text) for text in texts]
    return export(desk, "deliveries", headings, rows)


def _columns() -> list[Column]:
    return columns(
        *(_("Order"), _("Member"), _("Goods"), _("Total"), _("State"), _("Way"), _("Region"), _("Placed")),
        numbers=(3,),
    )


def _row(desk: Desk, delivery: Delivery) -> list[Cell]:
    order = delivery.order
    english = language() == "en"
    goods = [f"{one.title_en if english else one.title} × {one.quantity}" for one in order.lines.all()]
    return [
        Cell(order.number, href=to(desk, "order", order.number)),
        Cell(f"{order.member.code} {order.member.name}", href=to(desk, "member", order.member_id)),
        Cell(", ".join(goods)),
        Cell(show_worth(desk, order, order.amount), number=True),
        state_cell(delivery),
        Cell(str(delivery.get_way_display())),
        Cell(full_name(order.region) if delivery.way == DeliveryWay.ADDRESS else ""),
        Cell(show_moment(order.placed_at, desk.zone)),
    ]


def state_cell(delivery: Delivery) -> Cell:
    """Return where goods stand as a badge."""
    return Cell(str(delivery.get_state_display()), tone=TONES[DeliveryState(delivery.state)])


def delivery_facts(desk: Desk, order: Order) -> list[tuple[str, Cell]]:
    """Return how the goods of an order come to the member; who may send them reads the address by an act."""
    delivery = delivery_of(order)
    if delivery is None:
        return []
    return [
        (_("Goods"), state_cell(delivery)),
        (_("Way"), Cell(str(delivery.get_way_display()))),
        (_("Region"), Cell(full_name(order.region) if delivery.way == DeliveryWay.ADDRESS else "")),
        (_("Parcel number or note"), Cell(delivery.tracking)),
        (_("Sent"), Cell(show_moment(delivery.sent_at, desk.zone) if delivery.sent_at else "")),
        (_("Sent by"), Cell(delivery.sent_by.username if delivery.sent_by else "")),
        (_("Received"), Cell(show_moment(delivery.received_at, desk.zone) if delivery.received_at else "")),
    ]


def delivery_actions(desk: Desk, order: Order) -> list[Action]:
    """Return what can be done about the goods of an order whose money was seen."""
    delivery = delivery_of(order)
    if delivery is None or order.state not in PAID_STATES:
        return []
    actions = [_read(desk, order)] if delivery.way == DeliveryWay.ADDRESS else []
    if delivery.state == DeliveryState.WAITING:
        actions.append(_send(desk, order, delivery))
    if delivery.state == DeliveryState.SENT and order.state in CONFIRMED_STATES:
        actions.append(_hand_over(desk, order))
    return actions


def _read(desk: Desk, order: Order) -> Action:
    def run(_values: Mapping[str, Any]) -> str:
        found = read_address(order_id=order.pk, operator_id=desk.operator.pk)
        assert found is not None
        return _("Send it to %(name)s, %(phone)s, %(place)s") % {
            "name": found.name,
            "phone": found.phone,
            "place": found.place,
        }

    note = _("Each reading is noted in the audit log.")
    return Action("address", _("Read the address"), SENDS, run, form=PlainForm, note=note)


def _send(desk: Desk, order: Order, delivery: Delivery) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        send_goods(
            order_id=order.pk, operator_id=desk.operator.pk, tracking=values["tracking"], reason=values["reason"]
        )
        return _("The goods are on their way; the member sees it.")

    picked_up = delivery.way == DeliveryWay.PICK_UP
    title = _("Ready to be picked up") if picked_up else _("The goods are sent")
    return Action("send", title, SENDS, run, form=SendForm, tone="main", open=True)


def _hand_over(desk: Desk, order: Order) -> Action:
    def run(values: Mapping[str, Any]) -> str:
        hand_over_goods(order_id=order.pk, operator_id=desk.operator.pk, reason=values["reason"])
        return _("It is noted that the member has the goods.")

    return Action("hand_over", _("The member has the goods"), SENDS, run, tone="main")
