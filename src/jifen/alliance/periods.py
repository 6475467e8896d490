"""Periods of stores: open with live figures → closed by the fact → invoiced → paid (S3-05, S3-17, S3-Q4)."""

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from jifen.alliance.errors import (
    AllianceError,
    DealKeyReusedError,
    DealStateError,
    NotYourStoreError,
    SecondOperatorError,
    TransferUsedError,
    given,
)
from jifen.alliance.models import PeriodPayment
from jifen.alliance.paying import Money, give, receive
from jifen.alliance.people import locked_store
from jifen.alliance.statements import Row, collected_of, rates_of, reckoned, rows_of
from jifen.alliance.terms import periods_of
from jifen.engine.amounts import Rate
from jifen.engine.lines import PeriodClose
from jifen.engine.message import say
from jifen.engine.rules.period_settlement import PeriodSettlement
from jifen.facts.acts import note_act
from jifen.facts.days import ONE_DAY, open_day, waiting
from jifen.facts.new import NewAction
from jifen.facts.record import record_action
from jifen.programmes.terms import in_force, load
from jifen.sales.transfers import use_transfer
from jifen.stores.models import Period, PeriodState, Store

SHARE_MAX = 10_000  # hundredths of a percent
NUMBER_MAX, NOTE_MAX = 40, 200
RATE_UNIT = Fraction(1, 10**9)  # of a share as it is kept


class OpenPeriod(NamedTuple):
    """What a store would owe if its period ended after `last`, the open day; the figures still move."""

    store: Store
    start: date
    last: date
    rate: Fraction
    figures: PeriodClose
    rows: list[Row]
    collected: int  # money of its sales that members paid to head office

    @property
    def to_pay(self) -> int:
        """What the store would pay, in fen; below 0 head office pays it."""
        return self.figures.due - self.figures.stored - self.collected


class Statement(NamedTuple):
    """A settled period with each of its sales and refunds, the oldest first; `to_pay` in fen, below 0 to the store.

    `collected` is the money of its sales that members paid to head office and not to the store.
    """

    period: Period
    rows: list[Row]
    collected: int
    to_pay: int
    payment: PeriodPayment | None


def open_period(store_id: int) -> OpenPeriod:
    """Return the live figures of a store's open period, today included; raises NoPeriodsError."""
    store = Store.objects.select_related("standing").get(pk=store_id)
    today = open_day(store.programme_id)
    return period_so_far(store, periods_of(load(in_force(store.programme_id, today).pk)), today)


def period_so_far(store: Store, rule: PeriodSettlement, today: date) -> OpenPeriod:
    """Return the live figures of the open period of a store, with its standing, under a rule; `today` included."""
    start = store.standing.settled_until or store.joined_on
    rate = rule.rate_of(_agreed(store), 0)
    rows = rows_of(store, start, today + ONE_DAY)
    figures = reckoned(rows, start=start, until=today + ONE_DAY, rate=rate, earlier=rates_of(store.pk, start))
    return OpenPeriod(store, start, today, rate, figures, rows, collected_of(store.pk, start, today + ONE_DAY))


def close(*, store_id: int, until: date, operator_id: int, share: int = 0) -> Period:
    """Settle a store's sales of the days before `until`; `share` in hundredths of a percent, 0 as agreed with it.

    From then on the period takes no input. Closing the same period again answers with it; with another share it
    raises DealKeyReusedError. Raises NoPeriodsError, and facts.record.RefusedError for days not over or settled.
    """
    if not 0 <= share <= SHARE_MAX:
        raise AllianceError(say("a share of sales is between 0 and 100 %"))
    with waiting(), transaction.atomic():
        store = locked_store(store_id)
        rule = periods_of(load(in_force(store.programme_id, open_day(store.programme_id)).pk))
        known = Period.objects.filter(store=store, until_on=until).first()
        if known is not None:
            return _the_same(known, rule.rate_of(_agreed(store), share))
        recorded = record_action(
            NewAction(
                programme_id=store.programme_id,
                action="settle_period",
                member_id=None,
                store_id=store_id,
                until_on=until,
                share=share,
                actor=f"operator/{operator_id}",
            )
        )
        period = Period.objects.get(tick=recorded.fact_id)
        note_act(operator_id=operator_id, act="close_period", subject=subject_of(period))
    return period


def invoice(*, period_id: int, operator_id: int, number: str) -> Period:
    """Note the invoice of a closed period; again with the same number changes nothing."""
    number = given(number)[:NUMBER_MAX]
    with transaction.atomic():
        period = _locked(period_id)
        if period.state != PeriodState.CLOSED:
            if (period.invoiced_by_id, period.number) == (operator_id, number):
                return period
            raise DealStateError
        period.state, period.number, period.invoiced_by_id = PeriodState.INVOICED, number, operator_id
        period.invoiced_on = open_day(period.programme_id)
        period.save(update_fields=["state", "number", "invoiced_by", "invoiced_on"])
        note_act(operator_id=operator_id, act="invoice_period", subject=subject_of(period), reason=number)
    return period


def pay(*, period_id: int, operator_id: int, note: str) -> Period:
    """Note that an invoiced period was paid, by another operator than the one who invoiced it; `note` names the bank's
    transfer. What head office owes the store is paid out of reserve and cash. Again changes nothing.

    Raises SecondOperatorError, DealStateError, TransferUsedError, sales.receipts.MoneyShortError.
    """
    note = given(note)[:NOTE_MAX]
    with waiting(), transaction.atomic():
        period = _locked(period_id)
        if period.state == PeriodState.PAID and period.paid_by_id == operator_id:
            return period
        if period.state != PeriodState.INVOICED:
            raise DealStateError
        if period.invoiced_by_id == operator_id:
            raise SecondOperatorError
        _use_transfer(period, note)
        payment = PeriodPayment(operator_id=operator_id, member_id=period.store.owner_id, key=f"operator/{operator_id}")
        _pay(period, payment, note)
        note_act(operator_id=operator_id, act="pay_period", subject=subject_of(period), reason=note)
    return period


def pay_online(*, period_id: int, member_id: int, key: str, provider: str) -> Period:
    """Count an invoiced period as paid, whose money a provider saw come; the same key again changes nothing.

    Raises NotYourStoreError, DealStateError, AllianceError where head office owes the store.
    """
    assert provider
    with waiting(), transaction.atomic():
        period = _locked(period_id)
        if period.store.owner_id != member_id:
            raise NotYourStoreError
        if period.state == PeriodState.PAID:
            return period
        if period.state != PeriodState.INVOICED:
            raise DealStateError
        if to_pay(period) <= 0:
            raise AllianceError(say("you owe nothing for this period; head office pays you"))
        _pay(period, PeriodPayment(member_id=member_id, provider=provider, key=key), "")
    return period


def to_pay(period: Period) -> int:
    """Return what a store pays for a period, in fen: what is due less what head office holds of its sales.

    That is stored value, and money that members paid on the phone and not at the counter.
    """
    return period.due - period.stored - collected_of(period.store_id, period.start_on, period.until_on)


def statement(period_id: int) -> Statement:
    """Return a settled period with each of its sales and refunds."""
    period = Period.objects.select_related("store", "invoiced_by", "paid_by").get(pk=period_id)
    payment = PeriodPayment.objects.filter(period=period).first()
    collected = collected_of(period.store_id, period.start_on, period.until_on)
    rows = rows_of(period.store, period.start_on, period.until_on)
    return Statement(period, rows, collected, period.due - period.stored - collected, payment)


def periods_of_store(store_id: int, *, limit: int = 60) -> list[Period]:
    """Return a store's settled periods, the newest first."""
    return list(Period.objects.filter(store_id=store_id).order_by("-start_on")[:limit])


def payment_key(payment: PeriodPayment) -> str:
    """Return what the transfer of a period's money is called in the ledger."""
    return f"{payment.programme.code}/period/{payment.period_id}/payment"


def subject_of(period: Period) -> str:
    """Return what a period is called in the audit log."""
    return f"period {period.pk}"


def _pay(period: Period, payment: PeriodPayment, note: str) -> None:
    """Note and post the payment of a locked period; where head office pays, the money goes to the store's owner."""
    day = open_day(period.programme_id)
    payment.programme, payment.period, payment.amount = period.programme, period, to_pay(period)
    payment.at, payment.business_date = timezone.now(), day
    if payment.member_id is not None:
        money = Money(
            period.programme_id, payment.member_id, day, payment_key(payment), subject_of(period),
            payment.operator_id, payment.provider,
        )  # fmt: skip
        if payment.amount > 0:
            version = in_force(period.programme_id, day)
            payment.reserved = receive(money, payment.amount, version_id=version.pk)
        elif payment.amount < 0:
            payment.from_reserve, payment.from_cash = give(money, -payment.amount, reserved=-payment.amount)
    payment.save(force_insert=True)
    period.state, period.paid_by_id, period.paid_on, period.note = PeriodState.PAID, payment.operator_id, day, note
    period.save(update_fields=["state", "paid_by", "paid_on", "note"])


def _use_transfer(period: Period, note: str) -> None:
    """Count the bank's transfer for a locked period; none was made where nothing is owed, or nobody is."""
    if period.store.owner_id is None or to_pay(period) == 0:
        return
    if not use_transfer(programme_id=period.programme_id, reference=note, subject=subject_of(period)):
        raise TransferUsedError


def _agreed(store: Store) -> Rate | None:
    """Return the share of sales that was agreed with a store."""
    return Rate.parse(store.rate) if store.rate is not None else None


def _the_same(known: Period, rate: Fraction) -> Period:
    """Return a period that is settled, unless it was with another share."""
    if abs(Fraction(known.rate) - rate) >= RATE_UNIT:
        raise DealKeyReusedError
    return known


def _locked(period_id: int) -> Period:
    rows = Period.objects.select_for_update(no_key=True, of=("self",)).select_related("programme", "store")
    return rows.get(pk=period_id)
