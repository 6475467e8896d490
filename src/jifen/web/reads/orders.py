"""A member's orders."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from jifen.engine.digits import number_of
from jifen.engine.kinds import PointKind
from jifen.engine.programme import Programme as Terms
from jifen.members.models import Member
from jifen.sales.addresses import Address
from jifen.sales.models import (
    OPEN_STATES,
    Bundle,
    Delivery,
    DeliveryState,
    DeliveryWay,
    Order,
    OrderLine,
    OrderState,
    Refund,
)
from jifen.sales.parcels import address_of, delivery_of
from jifen.storefront.terms import has_stores
from jifen.stores.models import Store
from jifen.web.amounts import Amount, Money
from jifen.web.reads.mall import worth
from jifen.web.reads.payments import PaymentRow, can_pay_online, payments_of
from jifen.web.reads.terms import read_now

ORDERS_SHOWN = 20
TONES = {
    OrderState.PLACED: "wait",
    OrderState.PAID: "info",
    OrderState.SENT: "info",
    OrderState.CONFIRMED: "good",
    OrderState.PART_REFUNDED: "info",
}

DELIVERY_TONES = {DeliveryState.WAITING: "wait", DeliveryState.SENT: "info", DeliveryState.RECEIVED: "good"}
ON_THE_WAY = (DeliveryState.WAITING, DeliveryState.SENT)
TELLS_OF_GOODS = (OrderState.SENT, OrderState.CONFIRMED)  # where the goods are says more than such a state
UNDER_WAY = Q(delivery__state__in=ON_THE_WAY, state__in=(*TELLS_OF_GOODS, OrderState.PART_REFUNDED))


@dataclass(frozen=True)
class StateFilter:
    """A choice above the list of orders."""

    value: str
    label: str | Promise
    states: tuple[OrderState, ...]


STATE_FILTERS = (
    StateFilter("", gettext_lazy("All"), tuple(OrderState)),
    StateFilter("placed", gettext_lazy("To pay"), (OrderState.PLACED,)),
    StateFilter("paid", gettext_lazy("In review"), (OrderState.PAID,)),
    StateFilter("sent", gettext_lazy("On the way"), (OrderState.SENT,)),
    StateFilter(
        "done",
        gettext_lazy("Done"),
        (OrderState.CONFIRMED, OrderState.PART_REFUNDED, OrderState.REFUNDED, OrderState.CANCELLED),
    ),
)


@dataclass(frozen=True)
class Row:
    """An order in a list."""

    number: str
    title: str
    placed_at: datetime
    amount: Amount
    state: str
    tone: str


@dataclass(frozen=True)
class Rows:
    """A page of orders; `next` is where the following one begins, "" at the end."""

    orders: list[Row]
    next: str


@dataclass(frozen=True)
class Line:
    """A product of an order."""

    title: str
    title_en: str
    quantity: int
    amount: Amount


@dataclass(frozen=True)
class Step:
    """Something that happened to an order or a withdrawal."""

    text: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class OrderPage:
    """An order with all that its page shows."""

    id: int
    number: str
    state: str
    tone: str
    lines: list[Line]
    amount: Amount  # of what was exchanged a value in points
    points: Amount
    kind: PointKind  # of the points
    bundle: Bundle | None
    store: Store | None
    note: str
    cash: Money
    refunded: Amount
    payment_note: str
    reported: bool
    open: bool
    online: bool  # whether it can be paid through a provider, where the document has no review of payments
    payments: list[PaymentRow]  # through providers
    on_the_way: bool  # whether it counts when its receipt is confirmed (S2-02)
    history: list[Step]
    redeemed: bool  # exchanged for points, and not sold (S3-16)
    delivery: "Goods | None" = None

    @property
    def shows_goods(self) -> bool:
        """Whether where the goods are says more than the order's own state."""
        return self.delivery is not None and (self.redeemed or (self.delivery.open and not self.open))

    @property
    def has_parcel(self) -> bool:
        """Whether the member says here that the goods have come; a pack's receipt is confirmed in its own way."""
        return self.delivery is not None and self.delivery.sent and not self.on_the_way


@dataclass(frozen=True)
class Goods:
    """How the goods of an order come to the member, and how far they are (S2-21, S3-15)."""

    state: str
    tone: str
    picked_up: bool
    to: Address | None
    tracking: str
    sent: bool
    open: bool  # whether the member does not have it yet


def order_list(member: Member, *, state: str, before: str) -> Rows:
    """Return a page of the member's orders, newest first; a page after the first begins below the id `before`."""
    wanted = next((choice.states for choice in STATE_FILTERS if choice.value == state), tuple(OrderState))
    found = Order.objects.filter(member=member).order_by("-id")
    found = found.filter(Q(state__in=wanted) | UNDER_WAY if state == "sent" else Q(state__in=wanted))
    if state == "done":
        found = found.exclude(UNDER_WAY)
    last = number_of(before)
    if last is not None:
        found = found.filter(id__lt=last)
    lines = Prefetch("lines", OrderLine.objects.order_by("id"))
    terms = read_now(member.programme_id).terms
    orders = list(found.select_related("store", "delivery").prefetch_related(lines)[: ORDERS_SHOWN + 1])
    shown = orders[:ORDERS_SHOWN]
    return Rows([_row(order, terms) for order in shown], str(shown[-1].pk) if len(orders) > ORDERS_SHOWN else "")


def read_order(member: Member, number: str) -> OrderPage | None:
    """Return an order of the member; None for everybody else's."""
    order = Order.objects.filter(member=member, number=number).select_related("bundle", "store", "delivery").first()
    if order is None:
        return None
    state, terms = OrderState(order.state), read_now(member.programme_id).terms
    kind = terms.kinds[order.points_kind or terms.lot_kind]
    return OrderPage(
        id=order.pk,
        number=order.number,
        state=str(state.label),
        tone=TONES.get(state, ""),
        lines=[
            Line(line.title, line.title_en, line.quantity, _worth(order, line.amount, terms))
            for line in order.lines.order_by("id")
        ],
        amount=_worth(order, order.amount, terms),
        points=Amount(order.points_paid, kind.decimals),
        kind=kind,
        bundle=order.bundle,
        store=order.store,
        note=order.note,
        cash=Money(order.cash),
        refunded=_worth(order, order.refunded, terms),
        payment_note=order.payment_note,
        reported=state == OrderState.PAID,
        open=state in OPEN_STATES,
        online=(has_stores(terms) or terms.packs is not None) and can_pay_online(order),
        payments=payments_of(order),
        on_the_way=state == OrderState.SENT,
        history=_history(order, terms),
        redeemed=order.redemption,
        delivery=_goods(delivery_of(order)),
    )


def _worth(order: Order, amount: int, terms: Terms) -> Amount:
    """Return an amount of an order: money, or of what was exchanged a value in points (S3-16)."""
    return worth(terms, amount) if order.redemption else Money(amount)


def _goods(delivery: Delivery | None) -> Goods | None:
    if delivery is None:
        return None
    state = DeliveryState(delivery.state)
    picked_up = delivery.way == DeliveryWay.PICK_UP
    ready = picked_up and state == DeliveryState.SENT
    return Goods(
        state=_("ready at the warehouse") if ready else str(state.label),
        tone=DELIVERY_TONES.get(state, ""),
        picked_up=picked_up,
        to=address_of(delivery),
        tracking=delivery.tracking,
        sent=state == DeliveryState.SENT,
        open=state in ON_THE_WAY,
    )


def _row(order: Order, terms: Terms) -> Row:
    state, lines = OrderState(order.state), list(order.lines.all())
    english = (get_language() or "").startswith("en")
    titles = [f"{line.title_en if english else line.title} × {line.quantity}" for line in lines[:1]]
    if order.store is not None and not lines:
        titles = [order.store.title_en if english and order.store.title_en else order.store.title]
    title = "".join(titles) + (" …" if len(lines) > 1 else "")
    said, tone = str(state.label), TONES.get(state, "")
    goods = _goods(delivery_of(order)) if state in TELLS_OF_GOODS else None
    if goods is not None and (order.redemption or goods.open):
        said, tone = goods.state, goods.tone
    return Row(order.number, title, order.placed_at, _worth(order, order.amount, terms), said, tone)


def _history(order: Order, terms: Terms) -> list[Step]:
    came = _("payment confirmed, points granted") if order.cash else _("paid in points")
    if order.rung_up:  # what it brings may be owed still: the list of visits says it
        came = _("paid at the store")
    dated = [
        (order.placed_at, _("placed"), ""),
        (order.paid_at, _("payment reported"), order.payment_note),
        (order.sent_at, _("payment confirmed, on the way"), ""),
        (order.confirmed_at, _("receipt confirmed, points granted") if order.sent_at else came, ""),
        *_moments(order),
        (order.cancelled_at, _("cancelled, the money goes back") if order.sent_at else _("cancelled"), ""),
    ]
    steps = [Step(text, at, note) for at, text, note in dated if at is not None]
    for refund in Refund.objects.filter(order=order).order_by("number"):
        text = _("%(amount)s refunded") % {"amount": _worth(order, refund.amount, terms)}
        steps.append(Step(text, refund.refunded_at, refund.reason))
    return steps


def _moments(order: Order) -> list[tuple[datetime | None, str, str]]:
    """Return when goods were sent and received; of a pack the order itself says when it was received."""
    goods = delivery_of(order)
    if goods is None:
        return []
    ready = _("ready at the warehouse") if goods.way == DeliveryWay.PICK_UP else _("sent")
    sent = (goods.sent_at, ready, goods.tracking)
    return [sent] if order.sent_at is not None else [sent, (goods.received_at, _("received"), "")]
