"""Payments as a member sees them: what is paid through whom, how far it is, and what went back (S2-22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jifen.engine.message import Message
from jifen.members.models import Member
from jifen.payments.chosen import is_open, provider_names
from jifen.payments.models import (
    Outcome,
    Payment,
    PaymentBack,
    PaymentBackState,
    PaymentState,
    Pays,
    ProviderName,
)
from jifen.payments.settling import why_of
from jifen.sales.models import OPEN_STATES, Order
from jifen.sales.payments import is_paid_online
from jifen.web.amounts import Money

PAYMENTS_SHOWN = 50
TONES = {
    PaymentState.CREATED: "wait",
    PaymentState.PENDING: "wait",
    PaymentState.PAID: "good",
    PaymentState.FAILED: "bad",
    PaymentState.CLOSED: "",
}


@dataclass(frozen=True)
class PaymentRow:
    """A payment in a list, or beside what it pays."""

    number: str
    what: str
    amount: Money
    state: str
    tone: str
    at: datetime
    open: bool
    why: Message | None
    backs: Sequence["BackRow"]


@dataclass(frozen=True)
class BackRow:
    """Money that goes back."""

    amount: Money
    done: bool
    at: datetime


@dataclass(frozen=True)
class PaymentPage:
    """A payment with what can be done about it."""

    row: PaymentRow
    provider: str
    provider_title: str
    choices: Sequence[tuple[str, str]]  # providers: name and title
    expires_at: datetime
    paid_at: datetime | None
    pending: bool
    granted: bool
    counting: bool  # the money is there, and counts in a moment
    again: bool  # it failed or was closed: may be tried again
    back_to: str


def can_pay_online(order: Order) -> bool:
    """Return whether a provider may take the money of an order now."""
    return order.state in OPEN_STATES and order.cash > 0 and is_paid_online(order) and is_open(order.programme)


def payments_of(order: Order) -> list[PaymentRow]:
    """Return the payments of an order whose money came, also that which goes back; else the last that was begun."""
    rows = list(_with_backs(Payment.objects.filter(order=order).exclude(provider="")).order_by("-pk"))
    paid = [one for one in rows if one.state == PaymentState.PAID]
    return [row_of(one) for one in paid or rows[:1]]


def read_payment(payment: Payment) -> PaymentPage:
    """Return what the page of a payment shows."""
    state = PaymentState(payment.state)
    shown = row_of(payment)
    titles = dict(ProviderName.choices)
    return PaymentPage(
        row=shown,
        provider=payment.provider,
        provider_title=str(titles.get(payment.provider, "")),
        choices=[(name, str(titles[name])) for name in provider_names(payment.programme)] if shown.open else [],
        expires_at=payment.expires_at,
        paid_at=payment.paid_at,
        pending=state == PaymentState.PENDING,
        granted=payment.outcome == Outcome.GRANTED,
        counting=state == PaymentState.PAID and not payment.outcome,
        again=state in (PaymentState.FAILED, PaymentState.CLOSED),
        back_to=page_of(payment),
    )


def read_payments(member: Member) -> list[PaymentRow]:
    """Return a member's payments that were begun, the newest first."""
    rows = Payment.objects.filter(member=member).exclude(provider="")
    return [row_of(one) for one in _with_backs(rows).order_by("-pk")[:PAYMENTS_SHOWN]]


def row_of(payment: Payment) -> PaymentRow:
    """Return a payment as a row."""
    state, tone = PaymentState(payment.state), TONES[PaymentState(payment.state)]
    said = str(state.label)
    if payment.outcome == Outcome.RETURNED:
        said, tone = _("paid, goes back"), "info"
    elif payment.given_back:
        said, tone = _("paid, refunded"), "info"
    backs = [
        BackRow(Money(one.amount), one.state == PaymentBackState.DONE, one.done_at or one.created_at)
        for one in payment.backs.all()
    ]
    open_now = state in (PaymentState.CREATED, PaymentState.PENDING)
    return PaymentRow(
        payment.number, what_of(payment), Money(payment.amount), said, tone, payment.created_at, open_now,
        why_of(payment), backs,
    )  # fmt: skip


def what_of(payment: Payment) -> str:
    """Return what a payment is for."""
    if payment.order is not None:
        return _("Order %(number)s") % {"number": payment.order.number}
    return str(Pays(payment.pays).label)


def page_of(payment: Payment) -> str:
    """Return the address of what a payment pays."""
    code, asked = payment.programme.code, payment.asked
    if payment.order is not None:
        at_store = payment.order.store_id is not None and not payment.order.lines.exists()
        return reverse("web:receipt" if at_store else "web:order", args=[code, payment.order.number])
    if payment.pays == Pays.TOP_UP:
        return reverse("web:stored_value", args=[code])
    if payment.pays == Pays.SHAREHOLDER:
        return reverse("web:shareholder", args=[code])
    if payment.pays == Pays.CARD_RANGE:
        return reverse("web:counter_cards", args=[code, asked["code"]])
    if payment.pays == Pays.PERIOD:
        return reverse("web:counter_period", args=[code, asked["code"], asked["period"]])
    return reverse("web:counter_purchases", args=[code, asked["code"]])


def _with_backs(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    backs = Prefetch("backs", PaymentBack.objects.order_by("pk"))
    return rows.select_related("order", "programme").prefetch_related(backs)
