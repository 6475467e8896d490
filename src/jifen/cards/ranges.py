"""Stores buy cards from head office and apply for a range; an operator approves it out of a batch (S3-06, S3-18).

The money goes the way of all money: a payment provider sees it come, or one operator notes that it came by bank and
another approves. An application that is refused after its payment gives the money back.
"""

from django.db import IntegrityError, connection, transaction
from django.db.models import Min
from django.utils import timezone

from jifen.cards.batches import place_for
from jifen.cards.errors import CardError, CardKeyReusedError, CardNotValidError, NotYoursError, given
from jifen.cards.models import Card, CardBatch, CardRange, CardState, RangeState
from jifen.cards.terms import price_of, rule_of, version_now
from jifen.engine.message import say
from jifen.facts.acts import note_act
from jifen.facts.days import open_day, share_day, waiting
from jifen.sales.receipts import Receipt, return_all, take_in
from jifen.sales.transfers import use_transfer
from jifen.stores.models import Store

COUNT_MAX = 100_000  # cards of one application

_STOCK = """
INSERT INTO cards_card (programme_id, store_id, range_id, number, state, key)
SELECT %s, %s, %s, number, 'in_stock', '' FROM generate_series(%s::bigint, %s::bigint) AS number
"""


class RangeDecidedError(CardError):
    """The application is no longer where it was."""

    def __init__(self) -> None:
        super().__init__(say("somebody was faster: this application is no longer where it was; open it again"))


def apply_for_range(*, store_id: int, member_id: int, count: int, key: str) -> CardRange:
    """Let the owner of a store apply for cards; the same key answers with the same application (S3-18, S3-28).

    What it costs is fixed now. Raises CardNotValidError, NotYoursError and NoMemberCardsError.
    """
    if not 1 <= count <= COUNT_MAX:
        raise CardNotValidError(say("apply for 1 to {most} cards at once", most=COUNT_MAX), "count")
    with transaction.atomic():
        store = Store.objects.select_for_update(no_key=True, of=("self",)).get(pk=store_id)
        if store.owner_id != member_id:
            raise NotYoursError
        known = CardRange.objects.filter(store=store, key=key).first()
        if known is not None:
            if known.count != count:
                raise CardKeyReusedError
            return known
        if not store.active:
            raise CardError(say("this store is closed"))
        version = version_now(store.programme_id)
        price = price_of(rule_of(version))
        return CardRange.objects.create(
            programme_id=store.programme_id,
            store=store,
            member_id=member_id,
            key=key,
            state=RangeState.APPLIED if price else RangeState.PAID,
            count=count,
            price=price,
            cost=price * count,
            version=version,
            applied_at=timezone.now(),
        )


def pay_range(*, range_id: int, member_id: int, provider: str) -> CardRange:
    """Count an application as paid, whose money a provider saw come; the same provider's again changes nothing."""
    assert provider
    with waiting(), transaction.atomic():
        found = _locked(range_id)
        if found.member_id != member_id:
            raise NotYoursError
        if found.state != RangeState.APPLIED:
            if found.paid_on is not None and found.provider == provider:
                return found
            raise RangeDecidedError
        found.provider = provider
        _take_money(found)
    return found


def note_range_payment(*, range_id: int, operator_id: int, reference: str) -> CardRange:
    """Note that the money of an application came by bank; another operator approves. Raises RangeDecidedError.

    A transfer that paid something else before is refused.
    """
    reference = reference.strip()
    if not reference:
        raise CardError(say("give the reference of the bank, by which the payment is found"))
    with waiting(), transaction.atomic():
        found = _locked(range_id)
        if found.state != RangeState.APPLIED:
            if found.noted_by_id == operator_id and found.reference == reference:
                return found
            raise RangeDecidedError
        if not use_transfer(programme_id=found.programme_id, reference=reference, subject=subject_of(found)):
            raise CardError(say("this transfer of the bank was already noted for something else"))
        found.noted_by_id, found.reference = operator_id, reference
        _take_money(found)
        note_act(operator_id=operator_id, act="note_range_payment", subject=subject_of(found), reason=reference)
    return found


def withdraw_range(*, range_id: int, member_id: int) -> CardRange:
    """Take an application back that was not paid yet; again changes nothing."""
    with transaction.atomic():
        found = _locked(range_id)
        if found.member_id != member_id:
            raise NotYoursError
        if found.state == RangeState.WITHDRAWN:
            return found
        if found.state != RangeState.APPLIED and (found.cost or found.state != RangeState.PAID):
            raise RangeDecidedError
        found.state = RangeState.WITHDRAWN
        found.save(update_fields=["state"])
    return found


def approve_range(
    *, range_id: int, operator_id: int, batch_id: int, first: int | None = None, reason: str
) -> CardRange:
    """Give a store its numbers out of a batch, from `first` on, or from the first gap that has room; once.

    The cards are in the store's stock at once. Raises CardNotValidError with the field that is wrong.
    """
    reason = given(reason)
    with transaction.atomic():
        found = _locked(range_id)
        if found.state == RangeState.APPROVED and (found.decided_by_id, found.batch_id) == (operator_id, batch_id):
            return found
        _refuse_unready(found, operator_id)
        batch = CardBatch.objects.select_for_update().get(pk=batch_id, programme_id=found.programme_id)
        start = first if first is not None else place_for(batch, found.count)
        if start is None:
            raise CardNotValidError(say("this batch has not so many numbers in one piece; choose another one"), "batch")
        if not batch.first <= start <= start + found.count - 1 <= batch.last:
            raise CardNotValidError(say("these numbers are not all in the batch"), "first")
        found.batch, found.first, found.last = batch, start, start + found.count - 1
        _decide(found, RangeState.APPROVED, operator_id, reason)
        _stock(found)
        note_act(operator_id=operator_id, act="approve_card_range", subject=subject_of(found), reason=reason)
    return found


def refuse_range(*, range_id: int, operator_id: int, reason: str) -> CardRange:
    """Refuse an application; what was paid for it goes back, and not by who noted it. Raises MoneyShortError."""
    reason = given(reason)
    with waiting(), transaction.atomic():
        found = _locked(range_id)
        if found.state == RangeState.REFUSED and found.decided_by_id == operator_id:
            return found
        if found.state not in (RangeState.APPLIED, RangeState.PAID):
            raise RangeDecidedError
        if found.noted_by_id == operator_id:
            raise CardError(say("you noted the money of this application; another operator refuses it"))
        if found.paid_on is not None:
            share_day(found.programme_id)
            found.returned_on = open_day(found.programme_id)
            receipt = _receipt(found, "payment_return", "payment_refund")
            return_all(receipt, found.cost, reserved=found.reserved)
        _decide(found, RangeState.REFUSED, operator_id, reason)
        note_act(operator_id=operator_id, act="refuse_card_range", subject=subject_of(found), reason=reason)
    return found


def ranges_of(store_id: int) -> list[CardRange]:
    """Return the applications of a store, the newest first."""
    return list(CardRange.objects.filter(store_id=store_id).select_related("batch").order_by("-pk"))


def in_stock(store_id: int) -> int:
    """Return how many cards a store can open."""
    return Card.objects.filter(store_id=store_id, state=CardState.IN_STOCK).count()


def next_number(store_id: int) -> int | None:
    """Return the lowest number of a store's cards in stock."""
    stock = Card.objects.filter(store_id=store_id, state=CardState.IN_STOCK)
    found: int | None = stock.aggregate(lowest=Min("number"))["lowest"]
    return found


def subject_of(found: CardRange) -> str:
    """Return what an application is called in the audit log."""
    return f"card range {found.pk}"


def payment_key(found: CardRange, what: str = "payment") -> str:
    """Return the key of the transfer of an application's money, or of its return ("payment_return")."""
    return f"{found.programme.code}/cards/{found.pk}/{what}"


def _locked(range_id: int) -> CardRange:
    rows = CardRange.objects.select_for_update(no_key=True, of=("self",)).select_related("programme", "store")
    return rows.get(pk=range_id)


def _take_money(found: CardRange) -> None:
    """Post the money of a locked application, which waits for its approval from now on."""
    share_day(found.programme_id)
    found.paid_on, found.state = open_day(found.programme_id), RangeState.PAID
    found.reserved = take_in(_receipt(found, "payment", "payment"), found.cost, version_id=found.version_id)
    found.save()


def _receipt(found: CardRange, what: str, rule: str) -> Receipt:
    day = found.returned_on or found.paid_on
    assert day is not None
    return Receipt(
        programme_id=found.programme_id,
        member_id=found.member_id,
        day=day,
        operator_id=found.noted_by_id,
        key=payment_key(found, what),
        rule=rule,
        cause=f"cards of store {found.store.code}",
        provider=found.provider,
    )


def _refuse_unready(found: CardRange, operator_id: int) -> None:
    if found.state == RangeState.APPLIED:
        raise CardError(say("this application is not paid yet"))
    if found.state != RangeState.PAID:
        raise RangeDecidedError
    if found.noted_by_id == operator_id:
        raise CardError(say("you noted the money of this application; another operator approves it"))


def _decide(found: CardRange, state: RangeState, operator_id: int, reason: str) -> None:
    found.state, found.decided_by_id, found.decided_at, found.reason = state, operator_id, timezone.now(), reason
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        if "card_range_numbers_once" not in str(error):
            raise
        raise CardNotValidError(say("some of these numbers belong to another store"), "first") from error


def _stock(found: CardRange) -> None:
    """Put the cards of an approved range into the store's stock."""
    values = [found.programme_id, found.store_id, found.pk, found.first, found.last]
    with connection.cursor() as cursor:
        cursor.execute(_STOCK, values)
