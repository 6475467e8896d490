"""Members pay in advance and spend it at every store; within seven days what is left goes back (S3-02, trust C6a).

Online it counts at once. Money at head office is noted by one operator and credited by another.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone

from jifen.alliance.errors import (
    AllianceError,
    DealKeyReusedError,
    DealStateError,
    SecondOperatorError,
    TransferUsedError,
    given,
)
from jifen.alliance.models import StoredState, StoredTopUp, TopUpWay
from jifen.alliance.paying import Money, give, receive
from jifen.alliance.prepaid import Prepayment, has_id, refuse_above_limits
from jifen.alliance.purchase_models import COST_MAX
from jifen.alliance.terms import NoStoredValueError
from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.message import say
from jifen.engine.programme import Programme as Terms
from jifen.facts.acts import note_act
from jifen.facts.days import open_day, waiting
from jifen.facts.new import NewAction
from jifen.facts.record import Recorded, record_action
from jifen.ledger.reading import balances
from jifen.members.models import Member
from jifen.programmes.terms import in_force, load
from jifen.sales.transfers import release_transfer, use_transfer

RETURN_DAYS = timedelta(days=7)  # 法释〔2025〕4号 art. 14


class TooLateError(AllianceError):
    """The seven days are over."""

    def __init__(self) -> None:
        super().__init__(say("this was paid more than seven days ago; ask head office about giving it back"))


class Paid(NamedTuple):
    """Money that came to head office, in fen: by bank, as the bank calls the transfer, or in cash with its receipt."""

    amount: int
    way: str
    reference: str


def stored_kind(terms: Terms) -> str:
    """Return the kind of points that is prepaid money; raises NoStoredValueError where there is none."""
    if not terms.float_kind or terms.top_up is None:
        raise NoStoredValueError
    return terms.top_up.kind


def top_up(*, member_id: int, amount: int, key: str, provider: str) -> StoredTopUp:
    """Credit `amount` (fen) paid in advance, which a provider saw come. The same key answers with the same top-up.

    Raises NoStoredValueError, prepaid.PrepaidLimitError, and facts.record.RefusedError above the document's limit of a
    balance.
    """
    assert provider
    with waiting(), transaction.atomic():
        member = _locked_member(member_id)
        known = StoredTopUp.objects.filter(member=member, key=key).first()
        if known is not None:
            return _the_same(known, Paid(amount, TopUpWay.ONLINE, ""))
        new = _new(member, Paid(amount, TopUpWay.ONLINE, ""), key)
        new.provider = provider
        _credit(new, actor=f"M{member_id}")
    return new


def note_top_up(*, member_id: int, paid: Paid, operator_id: int, key: str) -> StoredTopUp:
    """Note money that a member paid at head office; another operator credits it. The same key is the same top-up."""
    given(paid.reference)
    with transaction.atomic():
        member = _locked_member(member_id)
        known = StoredTopUp.objects.filter(member=member, key=key).first()
        if known is not None:
            return _the_same(known, paid)
        if paid.way not in (TopUpWay.BANK, TopUpWay.CASH):
            raise AllianceError(say("money at head office comes by bank transfer or in cash"))
        new = _new(member, paid, key)
        new.noted_by_id = operator_id
        _save_once(new)
        note_act(operator_id=operator_id, act="note_top_up", subject=_subject(new), reason=paid.reference.strip())
    return new


def credit_top_up(*, top_up_id: int, operator_id: int) -> StoredTopUp:
    """Credit money that another operator noted; again changes nothing. Raises SecondOperatorError, DealStateError."""
    with waiting(), transaction.atomic():
        found = _locked(top_up_id)
        if found.state == StoredState.CREDITED and found.decided_by_id == operator_id:
            return found
        if found.state != StoredState.NOTED:
            raise DealStateError
        if found.noted_by_id == operator_id:
            raise SecondOperatorError
        found.decided_by_id = operator_id
        _refuse_limits(found)
        _credit(found, actor=f"operator/{operator_id}")
        note_act(operator_id=operator_id, act="credit_stored_value", subject=_subject(found))
    return found


def reject_top_up(*, top_up_id: int, operator_id: int, reason: str) -> StoredTopUp:
    """Reject money that was noted by mistake; nothing is credited. Again changes nothing."""
    reason = given(reason)
    with transaction.atomic():
        found = _locked(top_up_id)
        if found.state == StoredState.REJECTED:
            return found
        if found.state != StoredState.NOTED:
            raise DealStateError
        found.state, found.decided_by_id, found.rejection = StoredState.REJECTED, operator_id, reason
        found.save(update_fields=["state", "decided_by", "rejection"])
        release_transfer(programme_id=found.programme_id, subject=_subject(found))
        note_act(operator_id=operator_id, act="reject_stored_value", subject=_subject(found), reason=reason)
    return found


def give_back(*, member_id: int, top_up_id: int) -> StoredTopUp:
    """Give back what is left of a top-up that was paid online, within seven days of its payment.

    What the member spent came out of older money first. Again changes nothing. Raises TooLateError, DealStateError,
    AllianceError where all is spent or head office has the money, sales.receipts.MoneyShortError.
    """
    with waiting(), transaction.atomic():
        _locked_member(member_id)
        found = _locked(top_up_id)
        if found.member_id != member_id:
            raise StoredTopUp.DoesNotExist
        if found.state != StoredState.RETURNED:
            if found.way != TopUpWay.ONLINE:
                raise AllianceError(say("this was paid at head office; ask there for the money back"))
            _give_back(found, None, f"M{member_id}")
    return found


def give_back_at_office(*, top_up_id: int, operator_id: int, reference: str) -> StoredTopUp:
    """Note that head office gave back what is left of a top-up, within seven days; `reference` names the payment.

    By another operator than those who noted and credited it; again changes nothing. Raises what give_back raises,
    SecondOperatorError, and AllianceError for money paid online, which the member gives back himself.
    """
    reference = given(reference)
    with waiting(), transaction.atomic():
        _locked_member(StoredTopUp.objects.values_list("member_id", flat=True).get(pk=top_up_id))
        found = _locked(top_up_id)
        if found.way == TopUpWay.ONLINE:
            raise AllianceError(say("this was paid online; the member gives it back on the phone"))
        if found.state != StoredState.RETURNED:
            if operator_id in (found.noted_by_id, found.decided_by_id):
                raise SecondOperatorError
            _give_back(found, operator_id, f"operator/{operator_id}")
            note_act(operator_id=operator_id, act="return_stored_value", subject=_subject(found), reason=reference)
    return found


def _give_back(found: StoredTopUp, operator_id: int | None, actor: str) -> None:
    """Take what is left of a locked top-up back, and pay it out of where it went."""
    if found.state != StoredState.CREDITED:
        raise DealStateError
    if timezone.now() > returnable_until(found):
        raise TooLateError
    left = returnable(found)
    if left <= 0:
        raise AllianceError(say("nothing of this money is left to be given back"))
    recorded = _record(found, "return_top_up", left * (found.points // found.amount), actor=actor)
    money = _money(found, recorded.business_date, return_key(found))._replace(operator_id=operator_id)
    found.from_reserve, found.from_cash = give(money, left, reserved=found.reserved * left // found.amount)
    found.state, found.returned, found.returned_at = StoredState.RETURNED, left, timezone.now()
    found.return_fact_id, found.returned_on = recorded.fact_id, recorded.business_date
    found.save()


def returnable(found: StoredTopUp) -> int:
    """Return how much of a top-up could go back now, in fen, whether or not it is in time."""
    if found.state != StoredState.CREDITED:
        return 0
    free = balances(found.member_id).get((found.kind, "free"), 0)
    return min(found.amount, free // (found.points // found.amount))


def returnable_until(found: StoredTopUp) -> datetime:
    """Return until when a top-up may be given back."""
    return found.paid_at + RETURN_DAYS


def top_ups_of(member_id: int, *, limit: int = 50) -> list[StoredTopUp]:
    """Return a member's top-ups, the newest first."""
    return list(StoredTopUp.objects.filter(member_id=member_id).order_by("-pk")[:limit])


def payment_key(found: StoredTopUp) -> str:
    """Return what the transfer of a top-up's money is called in the ledger."""
    return f"{_key(found)}/payment"


def return_key(found: StoredTopUp) -> str:
    """Return what the transfer of money given back is called in the ledger."""
    return f"{_key(found)}/return"


def _new(member: Member, paid: Paid, key: str) -> StoredTopUp:
    """Return a top-up unsaved; refuse amounts that cannot be, and what the law does not allow."""
    if not 1 <= paid.amount <= COST_MAX:
        raise AllianceError(say("pay an amount above 0"))
    terms = load(in_force(member.programme_id, open_day(member.programme_id)).pk)
    kind = stored_kind(terms)
    new = StoredTopUp(
        programme=member.programme,
        member=member,
        kind=kind,
        amount=paid.amount,
        points=paid.amount * 10 ** (terms.kinds[kind].decimals - MONEY_DECIMALS),
        way=paid.way,
        state=StoredState.NOTED,
        key=key,
        paid_at=timezone.now(),
        reference=paid.reference.strip(),
    )
    _refuse_limits(new)
    return new


def _refuse_limits(new: StoredTopUp) -> None:
    free = balances(new.member_id).get((new.kind, "free"), 0) // (new.points // new.amount)
    refuse_above_limits(new.programme_id, Prepayment(new.amount, free, has_id(new.member_id), new.way))


def _credit(found: StoredTopUp, *, actor: str) -> None:
    """Post the points and the money of a top-up, and save it as credited."""
    recorded = _record(found, "top_up", found.points, actor=actor)
    found.state, found.fact_id, found.business_date = StoredState.CREDITED, recorded.fact_id, recorded.business_date
    found.save()
    money = _money(found, recorded.business_date, payment_key(found))
    version = in_force(found.programme_id, recorded.business_date)
    found.reserved = receive(money, found.amount, version_id=version.pk)
    found.save(update_fields=["reserved"])


def _record(found: StoredTopUp, action: str, points: int, *, actor: str) -> Recorded:
    return record_action(
        NewAction(
            programme_id=found.programme_id,
            action=action,
            member_id=found.member_id,
            kind=found.kind,
            amount=points,
            actor=actor,
            reason=found.reference,
        )
    )


def _money(found: StoredTopUp, day: date, key: str) -> Money:
    return Money(found.programme_id, found.member_id, day, key, _subject(found), found.decided_by_id, found.provider)


def _the_same(known: StoredTopUp, paid: Paid) -> StoredTopUp:
    if (known.amount, known.way, known.reference) != (paid.amount, paid.way, paid.reference.strip()):
        raise DealKeyReusedError
    return known


def _save_once(new: StoredTopUp) -> None:
    """Save a top-up, unless the bank's transfer was noted before."""
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError as error:
        if "stored_top_up_transfer_once" not in str(error):
            raise
        raise TransferUsedError from error
    if new.way != TopUpWay.BANK:
        return
    if not use_transfer(programme_id=new.programme_id, reference=new.reference, subject=_subject(new)):
        raise TransferUsedError


def _locked_member(member_id: int) -> Member:
    rows = Member.objects.select_for_update(no_key=True, of=("self",)).select_related("programme")
    return rows.get(pk=member_id)


def _locked(top_up_id: int) -> StoredTopUp:
    rows = StoredTopUp.objects.select_for_update(no_key=True, of=("self",)).select_related("programme", "member")
    return rows.get(pk=top_up_id)


def _key(found: StoredTopUp) -> str:
    return f"{found.programme.code}/stored_value/{found.pk}"


def _subject(found: StoredTopUp) -> str:
    return f"stored value {found.pk}"
