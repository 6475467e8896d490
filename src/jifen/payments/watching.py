"""Looking after payments: what nobody told us of, what is over, and money that goes back (S2-22)."""

from collections.abc import Iterator
from datetime import timedelta

import structlog
from django.db.models import F
from django.utils import timezone

from jifen.payments.backs import BROKEN, follow, send_backs, to_follow, to_send
from jifen.payments.chosen import provider
from jifen.payments.errors import PaymentError
from jifen.payments.models import Outcome, Payment, PaymentState
from jifen.payments.paying import look
from jifen.payments.settling import NOT_COUNTED, settle
from jifen.payments.subjects import SUBJECTS

LOG = structlog.get_logger("jifen.payments")
AT_ONCE_MAX = 500  # of each sort in one run
GRACE = timedelta(minutes=2)  # after its time a payment may still be on its way to us


def look_after_all() -> None:
    """Look after all payments; where one fails, the others go on."""
    never = Payment.objects.filter(state=PaymentState.CREATED, expires_at__lt=timezone.now() - GRACE)
    never.update(state=PaymentState.CLOSED)
    for payment in _waiting():
        try:
            look_after(payment)
        except PaymentError as error:
            LOG.warning("payment_not_seen", payment=payment.number, why=str(error))
        except Exception:
            LOG.exception("payment_not_settled", payment=payment.number)
            came = Payment.objects.filter(pk=payment.pk, state=PaymentState.PAID, outcome=Outcome.NONE)
            came.filter(problem="").update(problem=NOT_COUNTED)
    for payment_id in set(to_follow()):
        try:
            follow(payment_id)
        except Exception:
            LOG.exception("refund_not_followed", payment=payment_id)
            Payment.objects.filter(pk=payment_id).update(problem=BROKEN)
    send_backs(to_send())


def look_after(payment: Payment) -> Payment:
    """Let money that came count, ask the provider for what is open, and close what is over.

    A payment is closed only after its time and after the provider closed it, so that none is paid unseen.
    """
    if payment.state == PaymentState.PAID:
        return settle(payment.pk)
    over = payment.expires_at + GRACE < timezone.now()
    found = look(payment)
    if found.state == PaymentState.PENDING and (over or not SUBJECTS[found.pays].waits(found)):
        provider(found.provider).close(found.number)
        found = look(found, at_once=True)
        if over:
            Payment.objects.filter(pk=found.pk, state=PaymentState.PENDING).update(state=PaymentState.CLOSED)
    return found


def _waiting() -> Iterator[Payment]:
    """Yield money that came, those without a problem and then the earliest first; then who was asked longest ago."""
    came = Payment.objects.filter(state=PaymentState.PAID, outcome=Outcome.NONE)
    yield from came.order_by("problem", "paid_at", "pk")[:AT_ONCE_MAX]
    pending = Payment.objects.filter(state=PaymentState.PENDING)
    yield from pending.order_by(F("asked_at").asc(nulls_first=True), "pk")[:AT_ONCE_MAX]
