"""Money that goes back through the provider it came by: what refunds gave back, and what came too late."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_noop

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

LOG = structlog.get_logger("jifen.payments")
AT_ONCE_MAX = 300  # of each sort in one run
BROKEN = gettext_noop("An error kept the refund from being sent; it is tried again.")
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
        payment.problem = "" if payment.problem == BROKEN else payment.problem
        payment.save(update_fields=["given_back", "problem"])  # the database refuses more than was paid


def follow_order(order_id: int) -> None:
    """Send back at once what an operator refunded of an order that was paid online."""
    for payment in Payment.objects.filter(order_id=order_id, outcome=Outcome.GRANTED):
        follow(payment.pk)
        send_backs(PaymentBack.objects.filter(payment=payment))


def to_follow() -> Iterator[int]:
    """Yield payments of which something went back that is not on its way yet; of each sort the earliest first."""
    granted = Payment.objects.filter(outcome=Outcome.GRANTED, given_back__lt=F("amount"))
    refunds = Refund.objects.filter(order=OuterRef("order")).order_by().values("order")
    orders = granted.filter(pays=Pays.ORDER, order__state__in=[OrderState.PART_REFUNDED, OrderState.REFUNDED])
    back = Subquery(refunds.annotate(sum=Sum("cash_back")).values("sum"))
    yield from _earliest(orders.annotate(back=back).filter(back__gt=F("given_back")))
    yield from _earliest(
        granted.filter(pays=Pays.ORDER, order__state=OrderState.CANCELLED, order__sent_at__isnull=False)
    )
    ranges = CardRange.objects.filter(returned_on__isnull=False).exclude(provider="")
    top_ups = StoredTopUp.objects.filter(state=StoredState.RETURNED).exclude(provider="")
    untouched = granted.filter(given_back=0)  # these go back once
    yield from _earliest(untouched.filter(subject__in=_named(ranges, Value("card_range/"), "pk")))
    yield from _earliest(
        untouched.filter(subject__in=_named(top_ups, Value("top_up/"), "member_id", Value("/"), "key"))
    )


def to_send() -> list[PaymentBack]:
    """Return what waits to go back, and what failed and may be tried again."""
    now = timezone.now()
    waits = Q(state=PaymentBackState.WAITING) | Q(state=PaymentBackState.SENT, tried_at__lt=now - timedelta(minutes=1))
    again = Q(state=PaymentBackState.FAILED, tries__lt=TRIES_MAX, tried_at__lt=now - TRY_AGAIN)
    rows = PaymentBack.objects.filter(waits | again)
    return list(rows.order_by(F("tried_at").asc(nulls_first=True), "pk")[:AT_ONCE_MAX])


def send_backs(rows: Iterable[PaymentBack]) -> None:
    """Let the provider give money back; a silent one is asked again later, and one that breaks stops no other."""
    for row in rows:
        try:
            send_back(row.pk)
        except Exception:
            LOG.exception("refund_not_sent", refund=row.number)
            found = PaymentBack.objects.filter(pk=row.pk).exclude(state=PaymentBackState.DONE)
            broken = {"state": PaymentBackState.FAILED, "problem": BROKEN}
            found.update(**broken, tries=F("tries") + 1, tried_at=timezone.now())


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


def _earliest(rows: QuerySet[Payment]) -> Iterator[int]:
    yield from rows.order_by("settled_at", "pk").values_list("pk", flat=True)[:AT_ONCE_MAX]


def _named(rows: QuerySet[Any], *parts: Value | str) -> QuerySet[Any]:
    """Return the subjects of what was paid, as subjects.py names them."""
    text = CharField()
    return rows.values_list(Concat(*(Cast(part, text) for part in parts), output_field=text), flat=True)
