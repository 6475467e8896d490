"""Money that a provider says to have: noted first, then counted or sent back, each of it once (ADR 0037).

What is noted is what the provider signed. It counts in a transaction of its own, by the function that would count an
operator's word; where that refuses, all of the money goes back, and the member reads why.
"""

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from jifen.cards.errors import CardError
from jifen.engine.message import Message, say
from jifen.facts.days import NotNowError, waiting
from jifen.facts.record import RefusedError
from jifen.payments.adapter import CURRENCY, Seen
from jifen.payments.errors import NotTrueError, PaymentError
from jifen.payments.models import WHY_LENGTH, Outcome, Payment, PaymentBack, PaymentState
from jifen.payments.subjects import SUBJECTS
from jifen.payouts.errors import PayoutError
from jifen.sales.errors import SaleError
from jifen.storefront.errors import StoreError

REFUSALS = (SaleError, PayoutError, StoreError, CardError, RefusedError, PaymentError)
WHOLE = "late"  # the cause of money that goes back because nothing could be given for it
GIVEN_BACK = gettext_noop("The provider gave money of this payment back before it counted here.")
NOT_COUNTED = gettext_noop("The money came, and an error keeps it from counting; the worker goes on trying.")
_LOCK = 7_117


def take(seen: Seen, provider: str) -> Payment:
    """Take what a provider says of a payment, and let it count; the same again changes nothing.

    Raises NotTrueError for a payment that is not there, of another provider, currency or amount: nothing counts then,
    and operators see what was wrong.
    """
    with transaction.atomic():
        payment = _locked(Payment.objects.filter(number=seen.number, provider=provider))
        wrong = _wrong(payment, seen) if seen.state == "paid" else ""
        if wrong:
            payment.problem = wrong[:WHY_LENGTH]
        elif seen.state == "paid" and payment.state != PaymentState.PAID:
            payment.state, payment.paid_at = PaymentState.PAID, seen.paid_at or timezone.now()
            payment.provider_number = seen.trade
        elif seen.state == "returned" and payment.state != PaymentState.PAID:
            payment.state, payment.problem = PaymentState.CLOSED, GIVEN_BACK
        elif seen.state in ("failed", "closed") and payment.state == PaymentState.PENDING:
            payment.state = PaymentState(seen.state)
        payment.save(update_fields=["state", "paid_at", "provider_number", "problem"])
    if wrong:
        raise NotTrueError(say("the provider and the payment do not agree: {wrong}", wrong=wrong))
    return settle(payment.pk)


def settle(payment_id: int) -> Payment:
    """Let money that came count, or go back where nothing can be given for it; once.

    While a day is being settled nothing happens, and the worker tries again.
    """
    try:
        with transaction.atomic():
            payment = _locked(Payment.objects.filter(pk=payment_id))
            if payment.state == PaymentState.PAID and not payment.outcome:
                _settle(payment)
    except NotNowError:
        return Payment.objects.get(pk=payment_id)
    return payment


def rehearse(payment: Payment) -> None:
    """Do what a payment would do, and undo it: what is refused is refused before money moves. Raises REFUSALS."""
    with transaction.atomic():
        here = transaction.savepoint()
        SUBJECTS[payment.pays].grant(payment)
        transaction.savepoint_rollback(here)


def lock_subject(subject: str) -> None:
    """Keep other payments of the same subject waiting until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, subject])


def why_of(payment: Payment) -> Message | None:
    """Return why a payment's money went back."""
    if not payment.why:
        return None
    template, values = payment.why
    return Message(template, values)


def _settle(payment: Payment) -> None:
    lock_subject(payment.subject)
    refusal = _refusal(payment)
    payment.outcome = Outcome.GRANTED if refusal is None else Outcome.RETURNED
    payment.settled_at = timezone.now()
    if payment.problem == NOT_COUNTED:
        payment.problem = ""
    if refusal is not None:
        payment.why = [refusal.template, {name: str(value) for name, value in refusal.values.items()}]
        payment.given_back = payment.amount
    payment.save(update_fields=["outcome", "settled_at", "why", "given_back", "problem"])
    if refusal is not None:
        add_back(payment, WHOLE, payment.amount)


def _refusal(payment: Payment) -> Message | None:
    """Let the money count, or return why nothing can be given for it."""
    if Payment.objects.filter(subject=payment.subject, outcome=Outcome.GRANTED).exists():
        return say("this was already paid; the second payment goes back")
    try:
        with waiting(), transaction.atomic():
            SUBJECTS[payment.pays].grant(payment)
    except REFUSALS as error:
        return error.message
    except ObjectDoesNotExist:
        return say("there is nothing to pay here any more")
    return None


def add_back(payment: Payment, cause: str, amount: int) -> None:
    """Note that a part of a locked payment goes back through its provider; once for its cause."""
    if PaymentBack.objects.filter(payment=payment, cause=cause).exists():
        return
    number = f"{payment.number}R{payment.backs.count() + 1}"
    PaymentBack.objects.create(payment=payment, number=number, cause=cause, amount=amount, created_at=timezone.now())


def _locked(rows: QuerySet[Payment]) -> Payment:
    payment = rows.select_for_update(no_key=True, of=("self",)).select_related("programme", "order").first()
    if payment is None:
        raise NotTrueError(say("there is no such payment"))
    return payment


def _wrong(payment: Payment, seen: Seen) -> str:
    """Return what the provider says otherwise than we know it."""
    if seen.currency != CURRENCY or seen.amount != payment.amount:
        return f"{seen.amount} {seen.currency}, not {payment.amount} {CURRENCY} (fen)"
    if payment.state == PaymentState.PAID and seen.trade != payment.provider_number:
        return f"{seen.trade}, not {payment.provider_number}"
    return ""
