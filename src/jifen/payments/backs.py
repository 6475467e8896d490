"""Money that goes back through the provider it came by: what refunds gave back, and what came too late."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.utils import timezone

from jifen.alliance.models import StoredTopUp
from jifen.alliance.stored_models import StoredState
from jifen.cards.models import CardRange
from jifen.payments.adapter import Back
from jifen.payments.chosen import provider
from jifen.payments.errors import PaymentError
from jifen.payments.models import Outcome, Payment, PaymentBack, PaymentBackState, Pays
from jifen.payments.settling import add_back
from jifen.payments.subjects import SUBJECTS
from jifen.sales.models import OrderState, Refund

TRY_AGAIN = timedelta(minutes=30)  # what failed is tried again so much later
TRIES_MAX = 100


def follow(payment_id: int) -> None:
    """Note what went back of what a payment paid; each refund once, and never more than was paid."""
    with transaction.atomic():
        rows = Payment.objects.select_for_update(no_key=True, of=("self",)).select_related("order")
        payment = rows.get(pk=payment_id)
        if payment.outcome != Outcome.GRANTED:
            return
        for cause, amount in SUBJECTS[payment.pays].backs(payment):
            add_back(payment, cause, amount)
        payment.given_back = sum(payment.backs.values_list("amount", flat=True))
        payment.save(update_fields=["given_back"])  # the database refuses more than was paid


def follow_order(order_id: int) -> None:
    """Send back at once what an operator refunded of an order that was paid online."""
    for payment in Payment.objects.filter(order_id=order_id, outcome=Outcome.GRANTED):
        follow(payment.pk)
        send_backs(PaymentBack.objects.filter(payment=payment))


def to_follow() -> Iterator[int]:
    """Yield payments of which something went back that is not on its way yet."""
    granted = Payment.objects.filter(outcome=Outcome.GRANTED, given_back__lt=F("amount"))
    refunds = Refund.objects.filter(order=OuterRef("order")).order_by().values("order")
    orders = granted.filter(pays=Pays.ORDER, order__state__in=[OrderState.PART_REFUNDED, OrderState.REFUNDED])
    back = Subquery(refunds.annotate(sum=Sum("cash_back")).values("sum"))
    yield from orders.annotate(back=back).filter(back__gt=F("given_back")).values_list("pk", flat=True)
    returned = granted.filter(pays=Pays.ORDER, order__state=OrderState.CANCELLED, order__sent_at__isnull=False)
    yield from returned.values_list("pk", flat=True)
    ranges = CardRange.objects.filter(returned_on__isnull=False).exclude(provider="").values_list("pk", flat=True)
    top_ups = StoredTopUp.objects.filter(state=StoredState.RETURNED).exclude(provider="")
    subjects = [f"card_range/{pk}" for pk in ranges]
    subjects += [f"top_up/{member}/{key}" for member, key in top_ups.values_list("member_id", "key")]
    yield from granted.filter(subject__in=subjects).values_list("pk", flat=True)


def to_send() -> list[PaymentBack]:
    """Return what waits to go back, and what failed and may be tried again."""
    now = timezone.now()
    waits = Q(state=PaymentBackState.WAITING) | Q(state=PaymentBackState.SENT, tried_at__lt=now - timedelta(minutes=1))
    again = Q(state=PaymentBackState.FAILED, tries__lt=TRIES_MAX, tried_at__lt=now - TRY_AGAIN)
    return list(PaymentBack.objects.filter(waits | again).order_by("pk"))


def send_backs(rows: Iterable[PaymentBack]) -> None:
    """Let the provider give money back; a silent one is asked again later."""
    for row in rows:
        send_back(row.pk)


def send_back(back_id: int) -> PaymentBack:
    """Let the provider give one part back; its number makes it happen once, however often it is asked."""
    with transaction.atomic():
        rows = PaymentBack.objects.select_for_update(no_key=True, of=("self",)).select_related("payment")
        found = rows.get(pk=back_id)
        if found.state == PaymentBackState.DONE:
            return found
        payment = found.payment
        found.tries, found.tried_at = found.tries + 1, timezone.now()
        back = Back(
            number=found.number,
            payment=payment.number,
            amount=found.amount,
            total=payment.amount,
            reason=f"{payment.number} {found.cause}",
        )
        try:
            seen = provider(payment.provider).refund(back)
        except PaymentError as error:
            found.problem = str(error)
        else:
            found.state, found.provider_number = PaymentBackState(seen.state), seen.trade or found.provider_number
            found.problem = seen.problem
            found.done_at = timezone.now() if seen.state == "done" else None
        found.save()
    return found
