"""Looking after payments: what nobody told us of, what is over, and money that goes back (S2-22)."""

from datetime import timedelta

import structlog
from django.db.models import F, Q
from django.utils import timezone

from jifen.payments.backs import follow, send_backs, to_follow, to_send
from jifen.payments.chosen import provider
from jifen.payments.errors import PaymentError
from jifen.payments.models import Payment, PaymentState
from jifen.payments.paying import look
from jifen.payments.settling import settle
from jifen.payments.subjects import SUBJECTS

LOG = structlog.get_logger("jifen.payments")
AT_ONCE_MAX = 500  # payments of one run; who was asked longest ago comes first
GRACE = timedelta(minutes=2)  # after its time a payment may still be on its way to us


def look_after_all() -> None:
    """Look after all payments; where one fails, the others go on."""
    waits = Q(state__in=[PaymentState.CREATED, PaymentState.PENDING]) | Q(state=PaymentState.PAID, outcome="")
    for payment in Payment.objects.filter(waits).order_by(F("asked_at").asc(nulls_first=True), "pk")[:AT_ONCE_MAX]:
        try:
            look_after(payment)
        except PaymentError as error:
            LOG.warning("payment_not_seen", payment=payment.number, why=str(error))
        except Exception:
            LOG.exception("payment_not_settled", payment=payment.number)
    for payment_id in set(to_follow()):
        try:
            follow(payment_id)
        except Exception:
            LOG.exception("refund_not_followed", payment=payment_id)
    send_backs(to_send())


def look_after(payment: Payment) -> Payment:
    """Let money that came count, ask the provider for what is open, and close what is over.

    A payment is closed only after its time and after the provider closed it, so that none is paid unseen.
    """
    if payment.state == PaymentState.PAID:
        return settle(payment.pk)
    over = payment.expires_at + GRACE < timezone.now()
    if payment.state == PaymentState.CREATED:
        if over:
            Payment.objects.filter(pk=payment.pk, state=PaymentState.CREATED).update(state=PaymentState.CLOSED)
        return payment
    found = look(payment)
    if found.state == PaymentState.PENDING and (over or not SUBJECTS[found.pays].waits(found)):
        provider(found.provider).close(found.number)
        found = look(found, at_once=True)
        if over:
            Payment.objects.filter(pk=found.pk, state=PaymentState.PENDING).update(state=PaymentState.CLOSED)
    return found
