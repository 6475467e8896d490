"""Paying: a payment is opened for what costs money, begun at a provider, and looked after until its money is seen."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from secrets import choice

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jifen.facts.days import waiting
from jifen.members.models import Member
from jifen.payments.adapter import Ask, Notice, Sent
from jifen.payments.chosen import is_open, provider, provider_names
from jifen.payments.errors import NoProviderError, NothingToPayError, PaymentError, TooManyOpenError
from jifen.payments.models import Outcome, Payment, PaymentState, Pays, ProviderName
from jifen.payments.settling import lock_subject, rehearse, take
from jifen.payments.subjects import SUBJECTS, Asked, Bill

OPEN = (PaymentState.CREATED, PaymentState.PENDING)
OPEN_MAX = 20  # of a member at a time
SOON = timedelta(minutes=1)  # what is over so soon is not begun any more
ASK_AGAIN = timedelta(seconds=2)  # a page that waits asks the provider no more often
LETTERS, NUMBER_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 10  # none that looks like another


@dataclass(frozen=True)
class Device:
    """Where the member pays: addresses that the provider tells and sends back to, and what the member holds.

    `back` has {number} in the place of the payment's number.
    """

    notify: str
    back: str
    address: str = "127.0.0.1"
    on_phone: bool = True


def open_payment(*, member: Member, pays: Pays, asked: Asked) -> Payment:
    """Return a payment for something, the same while it is open and once it was granted; nothing is paid yet.

    What would be refused when the money has come is refused now. Raises NoProviderError, settling.REFUSALS and
    facts.days.NotNowError.
    """
    if not is_open(member.programme):
        raise NoProviderError
    with waiting(), transaction.atomic():
        bill = SUBJECTS[pays].bill(member, asked)
        lock_subject(bill.subject)
        known = _known(member, bill)
        if known is not None:
            return known
        _refuse_too_many(member.pk)
        payment = _new(member, pays, dict(asked), bill)
        payment.provider = provider_names(member.programme)[0]
        rehearse(payment)
        payment.provider = ""
        payment.save(force_insert=True)
    return payment


def begin(payment_id: int, *, member_id: int, name: str, device: Device) -> tuple[Payment, Sent]:
    """Begin an open payment at a provider, and return where the member pays; another provider is another payment.

    Raises NothingToPayError for one that is over, NoProviderError and ProviderSilentError.
    """
    with transaction.atomic():
        payment = Payment.objects.select_for_update(no_key=True, of=("self",)).select_related("programme")
        found = payment.get(pk=payment_id, member_id=member_id)
        if found.state not in OPEN or found.expires_at <= timezone.now():
            raise NothingToPayError
        if name not in provider_names(found.programme):
            raise NoProviderError
        if found.provider and found.provider != name:
            _refuse_too_many(member_id)
            found = _again(found)
        found.provider, found.state = ProviderName(name), PaymentState.PENDING
        found.save()
    ask = Ask(
        number=found.number,
        amount=found.amount,
        title=f"{found.programme.title} {found.number}",
        expires_at=found.expires_at,
        notify=device.notify,
        back=device.back.format(number=found.number),
        address=device.address,
        on_phone=device.on_phone,
    )
    _close_others(found)
    if Payment.objects.filter(subject=found.subject, outcome=Outcome.GRANTED).exists():
        raise NothingToPayError
    return found, provider(name).begin(ask)


def receive(name: str, notice: Notice) -> Payment:
    """Take a notification of a provider; raises NotTrueError and NoProviderError, and changes nothing then."""
    return take(provider(name).notification(notice), name)


def look(payment: Payment, *, at_once: bool = False) -> Payment:
    """Ask the provider how an open payment stands, and take it. Raises ProviderSilentError and NotTrueError."""
    now = timezone.now()
    asked_lately = payment.asked_at is not None and now - payment.asked_at < ASK_AGAIN
    if payment.state == PaymentState.CREATED or (payment.provider == "") or (asked_lately and not at_once):
        return payment
    Payment.objects.filter(pk=payment.pk).update(asked_at=now)
    return take(provider(payment.provider).query(payment.number), payment.provider)


def _known(member: Member, bill: Bill) -> Payment | None:
    """Return what was granted for the same thing before, or may still be paid for it."""
    rows = Payment.objects.filter(subject=bill.subject, member=member).order_by("-pk")
    granted = rows.filter(outcome=Outcome.GRANTED).first()
    return granted or rows.filter(amount=bill.amount, state__in=OPEN, expires_at__gt=timezone.now() + SOON).first()


def _refuse_too_many(member_id: int) -> None:
    """Refuse another payment of a member who has many open; raises TooManyOpenError."""
    rows = Payment.objects.filter(member=member_id, state__in=OPEN, expires_at__gt=timezone.now())
    if rows.count() >= OPEN_MAX:
        raise TooManyOpenError(OPEN_MAX)


def _new(member: Member, pays: Pays, asked: dict[str, int | str], bill: Bill) -> Payment:
    now = timezone.now()
    return Payment(
        programme=member.programme,
        member=member,
        number=_number(),
        pays=pays,
        subject=bill.subject,
        asked=asked,
        order_id=bill.order_id,
        amount=bill.amount,
        created_at=now,
        expires_at=now + timedelta(minutes=settings.PAYMENT_MINUTES),
    )


def _again(payment: Payment) -> Payment:
    """Return the same payment for another provider, unsaved; the first one stays, until it is closed or paid too."""
    found = Payment.objects.get(pk=payment.pk)
    found.pk, found.number, found.asked_at = None, _number(), None
    found._state.adding = True
    return found


def _close_others(payment: Payment) -> None:
    """Let the same thing be paid at no other provider any more; one that is silent is closed by the worker."""
    others = Payment.objects.filter(subject=payment.subject, state=PaymentState.PENDING).exclude(pk=payment.pk)
    for other in others:
        with suppress(PaymentError):
            provider(other.provider).close(other.number)
            look(other, at_once=True)


def _number() -> str:
    return f"{timezone.now():%Y%m%d}" + "".join(choice(LETTERS) for _ in range(NUMBER_LETTERS))
