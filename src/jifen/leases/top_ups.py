"""Top-ups of lease credit: reported by the member, confirmed by one operator, credited by another (S0-08, S0-09).

Sandbox: no bank is asked. What comes in is money of the programme like every payment: a part of it into the reserve.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day, zone_of
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.leases.accounts import NoAccountError, company_account
from jifen.leases.errors import LeaseError
from jifen.leases.models import AMOUNT_MAX, CreditTopUp, CreditTopUpStep, TopUpState
from jifen.leases.terms import credit_kind, points_of
from jifen.members.models import Member
from jifen.payouts.reasons import SamePersonError, given
from jifen.programmes.terms import in_force, load
from jifen.sales.receipts import Receipt, take_in

OLDEST = timedelta(days=366)
WAITING_MAX = 20  # reports of one member that nobody has looked at


class NoCreditError(LeaseError):
    """The programme has no points that are topped up."""

    def __init__(self) -> None:
        super().__init__(say("this programme takes no bank transfers for points"))


class TransferNotValidError(LeaseError):
    """What is reported is no transfer."""


class TopUpKeyReusedError(LeaseError):
    """The key already names another transfer of this member (G2)."""

    def __init__(self) -> None:
        super().__init__(
            say("this transfer was already reported with other contents; look at your top-ups, then begin a new one")
        )


class TopUpStateError(LeaseError):
    """The top-up stands where this can no longer be done."""

    def __init__(self) -> None:
        super().__init__(say("this top-up has moved on; look at its state and try again"))


class TransferCountedError(LeaseError):
    """The bank's transfer was counted for another top-up."""

    def __init__(self) -> None:
        super().__init__(say("this transfer of the bank was already counted for another top-up"))


@dataclass(frozen=True, kw_only=True)
class TransferReport:
    """A bank transfer as somebody reports it; `amount` in fen."""

    amount: int
    payer: str
    paid_on: date
    reference: str = ""


def report_top_up(*, member_id: int, report: TransferReport, key: str, operator_id: int | None = None) -> CreditTopUp:
    """Report a transfer to the company's account; without an operator it is the member's own report.

    The same key answers with the same top-up. Nothing is credited yet.
    """
    programme_id = Member.objects.values_list("programme_id", flat=True).get(pk=member_id)
    with transaction.atomic():
        Member.objects.select_for_update(no_key=True).get(pk=member_id)  # one report of a member at a time
        known = CreditTopUp.objects.filter(member_id=member_id, key=key).first()
        if known is not None:
            return _same(known, report)
        _check(programme_id, member_id, report)
        top_up = _new(programme_id, member_id, report, key)
        top_up.reported_by_id = operator_id
        top_up.save()
        _note(top_up, operator_id=operator_id)
    return top_up


def confirm_top_up(*, top_up_id: int, operator_id: int, bank_reference: str) -> CreditTopUp:
    """Confirm that the money is on the company's account, where the bank calls it `bank_reference`.

    Whoever reported the transfer cannot confirm it, and another operator credits it.
    """
    reference = given(bank_reference)
    with transaction.atomic():
        top_up = _locked(top_up_id)
        if top_up.state == TopUpState.CONFIRMED and top_up.confirmed_by_id == operator_id:
            return top_up
        if top_up.state != TopUpState.REPORTED:
            raise TopUpStateError
        if top_up.reported_by_id == operator_id:
            raise SamePersonError
        top_up.state, top_up.confirmed_by_id, top_up.bank_reference = TopUpState.CONFIRMED, operator_id, reference
        _save_once(top_up)
        _note(top_up, operator_id=operator_id, reason=reference)
    return top_up


def credit_top_up(*, top_up_id: int, operator_id: int, reason: str = "") -> CreditTopUp:
    """Credit a confirmed transfer: the member's points and the programme's money in one transaction (S0-08, S0-09)."""
    with transaction.atomic():
        top_up = _locked(top_up_id)
        if top_up.state == TopUpState.CREDITED and top_up.credited_by_id == operator_id:
            return top_up
        if top_up.state != TopUpState.CONFIRMED:
            raise TopUpStateError
        if operator_id in (top_up.confirmed_by_id, top_up.reported_by_id):
            raise SamePersonError
        _credit(top_up, operator_id)
        _note(top_up, operator_id=operator_id, reason=reason.strip())
    return top_up


def reject_top_up(*, top_up_id: int, operator_id: int, reason: str) -> CreditTopUp:
    """Reject a transfer that is not credited; the member reads the reason."""
    reason = given(reason)
    with transaction.atomic():
        top_up = _locked(top_up_id)
        state = TopUpState.REJECTED
        if top_up.state == state and top_up.steps.filter(state=state, operator_id=operator_id).exists():
            return top_up
        if top_up.state not in (TopUpState.REPORTED, TopUpState.CONFIRMED):
            raise TopUpStateError
        top_up.state = state
        top_up.save(update_fields=["state"])
        _note(top_up, operator_id=operator_id, reason=reason)
    return top_up


def _check(programme_id: int, member_id: int, report: TransferReport) -> None:
    """Refuse what cannot be a transfer."""
    if not 1 <= report.amount <= AMOUNT_MAX:
        raise TransferNotValidError(say("type the amount that you transferred, above 0"))
    if not report.payer.strip():
        raise TransferNotValidError(say("say in whose name the money was sent"))
    today = timezone.now().astimezone(zone_of(programme_id)).date()
    if not today - OLDEST <= report.paid_on <= today:
        raise TransferNotValidError(say("the day of the transfer is today or in the last year"))
    if company_account(programme_id) is None:
        raise NoAccountError
    waiting = CreditTopUp.objects.filter(member_id=member_id, state=TopUpState.REPORTED).count()
    if waiting >= WAITING_MAX:
        raise TransferNotValidError(say("{count} of your transfers wait for the operator already", count=waiting))


def _new(programme_id: int, member_id: int, report: TransferReport, key: str) -> CreditTopUp:
    terms = load(in_force(programme_id, open_day(programme_id)).pk)
    kind = credit_kind(terms)
    if kind is None:
        raise NoCreditError
    return CreditTopUp(
        programme_id=programme_id,
        member_id=member_id,
        kind=kind,
        amount=report.amount,
        points=points_of(terms, kind, report.amount),
        payer=report.payer.strip(),
        paid_on=report.paid_on,
        reference=report.reference.strip(),
        key=key,
        reported_at=timezone.now(),
    )


def _same(top_up: CreditTopUp, report: TransferReport) -> CreditTopUp:
    known = (top_up.amount, top_up.payer, top_up.paid_on, top_up.reference)
    if known != (report.amount, report.payer.strip(), report.paid_on, report.reference.strip()):
        raise TopUpKeyReusedError
    return top_up


def _credit(top_up: CreditTopUp, operator_id: int) -> None:
    """Post the points and the money of a locked top-up, and save it as credited."""
    recorded = record_action(
        NewAction(
            programme_id=top_up.programme_id,
            action="top_up",
            member_id=top_up.member_id,
            kind=top_up.kind,
            amount=top_up.points,
            actor=f"operator/{operator_id}",
            reason=top_up.bank_reference,
        )
    )
    receipt = Receipt(
        programme_id=top_up.programme_id,
        member_id=top_up.member_id,
        day=recorded.business_date,
        operator_id=operator_id,
        key=payment_key(top_up),
        rule="payment",
        cause=f"top-up {top_up.pk}",
    )
    version = in_force(top_up.programme_id, recorded.business_date)
    top_up.reserved = take_in(receipt, top_up.amount, version_id=version.pk)
    top_up.state, top_up.credited_by_id = TopUpState.CREDITED, operator_id
    top_up.fact_id, top_up.business_date = recorded.fact_id, recorded.business_date
    top_up.save()


def payment_key(top_up: CreditTopUp) -> str:
    """Return what the transfer of a top-up's money is called in the ledger."""
    return f"{top_up.programme.code}/lease_credit/{top_up.pk}/payment"


def _save_once(top_up: CreditTopUp) -> None:
    """Save a confirmation, unless the bank's transfer was counted before."""
    try:
        with transaction.atomic():
            top_up.save()
    except IntegrityError as error:
        if "credit_top_up_transfer_once" not in str(error):
            raise
        raise TransferCountedError from error


def _locked(top_up_id: int) -> CreditTopUp:
    found = CreditTopUp.objects.select_for_update(no_key=True, of=("self",)).select_related("programme")
    return found.get(pk=top_up_id)


def _note(top_up: CreditTopUp, *, operator_id: int | None, reason: str = "") -> None:
    """Add to the history, and to the audit what an operator did."""
    CreditTopUpStep.objects.create(
        top_up=top_up, state=top_up.state, at=timezone.now(), operator_id=operator_id, reason=reason
    )
    if operator_id is not None:
        act = f"credit_top_up_{top_up.state}"
        note_act(operator_id=operator_id, act=act, subject=f"credit top-up {top_up.pk}", reason=reason)
