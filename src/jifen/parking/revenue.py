"""Parking revenue by month, and what is declared of it for the weighted dividend (S0-37, S0-Q9).

The dividend of a month is paid at the close of its last day, and looks for the value `parking_revenue` in force on that
day; a declared value never starts in the past, so it has to be declared before that day is over, when its own readings
are not there yet. Nothing is estimated for that: each month declares what was measured up to the last whole day and has
not been declared before. What comes later, the last day, late readings and corrections, is in the next month's figure;
so every fen is declared once. docs/how-to/declare-parking-revenue.md tells it to operators.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from jifen.engine.amounts import MONEY_DECIMALS
from jifen.engine.days import day_number
from jifen.engine.facts import DeclaredValue as Declared
from jifen.engine.message import say
from jifen.facts.days import zone_of
from jifen.facts.declaring import declare_days
from jifen.parking.errors import ParkingError, given
from jifen.parking.evidence import device_days
from jifen.parking.locks import lock_programme
from jifen.parking.models import Declaration
from jifen.parking.sums import NOTHING, Span, by_month, total
from jifen.programmes.declared import declared_facts
from jifen.programmes.models import DeclaredValue

NAME = "parking_revenue"  # of the declared value
REMIND_FROM = 25  # day of the month
AMOUNT_MAX = 10**15  # fen
MONTHS_SHOWN = 12
ONE_DAY = timedelta(days=1)


class RevenueNotValidError(ParkingError):
    """The revenue of a month cannot be declared so."""


class DeclarationKeyReusedError(ParkingError):
    """The key of a declaration came again with another amount."""

    def __init__(self) -> None:
        super().__init__(say("this form was already sent with another amount; open the page again"))


@dataclass(frozen=True)
class Proposal:
    """What the current month would declare now: measured from `first` to `last`, less what earlier months declared."""

    month: date
    first: date
    last: date
    measured: int  # fen
    before: int  # fen, declared for earlier months
    missing: int  # device-days of first … last without a reading

    @property
    def amount(self) -> int:
        """What is left to be declared, in fen; never below 0."""
        return max(0, self.measured - self.before)


@dataclass(frozen=True)
class Month:
    """A month as it was measured and declared; amounts in fen."""

    month: date
    revenue: int
    readings: int
    devices: int  # that should have reported
    missing: int  # device-days without a reading, up to yesterday
    declared: Declaration | None  # the last one
    in_force: Decimal | None  # CNY, of the value that the close of the last day finds


def month_revenue(programme_id: int, month: date) -> int:
    """Return the measured revenue of a calendar month, in fen, exactly; `month` is any day of it."""
    return total(Span(programme_id, first_of(month), last_of(month))).revenue


def today_of(programme_id: int) -> date:
    """Return the date in the programme's zone."""
    return timezone.now().astimezone(zone_of(programme_id)).date()


def propose(programme_id: int, today: date) -> Proposal | None:
    """Return what the month of `today` would declare; None before its first whole day is over."""
    month, last = first_of(today), today - ONE_DAY
    began = (
        Declaration.objects.filter(programme_id=programme_id).order_by("pk").values_list("first_day", flat=True).first()
    )
    first = began or month
    if last < first:
        return None
    sums = total(Span(programme_id, first, last))
    _devices, due = device_days(programme_id, first, last)
    before = sum(one.amount for one in _newest(programme_id).values() if one.month < month)
    return Proposal(month, first, last, sums.revenue, before, max(0, due - sums.readings))


def declare_month(*, programme_id: int, amount: int, operator_id: int, reason: str, key: str) -> Declaration:
    """Declare `amount` (fen) as the revenue that this month's dividend shares; the same key declares once.

    It holds from now until the month ends. Declaring again in the same month replaces what was declared before.
    """
    reason = given(reason)
    if not 0 <= amount <= AMOUNT_MAX:
        raise RevenueNotValidError(say("the revenue is an amount from 0 on"))
    with transaction.atomic():
        lock_programme(programme_id)
        known = Declaration.objects.filter(programme_id=programme_id, key=key).first()
        if known is not None:
            if (known.amount, known.reason) != (amount, reason):
                raise DeclarationKeyReusedError
            return known
        today = today_of(programme_id)
        proposal = propose(programme_id, today)
        if proposal is None:
            raise RevenueNotValidError(say("no day of this month is over yet; declare from tomorrow on"))
        return _declare(programme_id, proposal, amount, _Order(today, operator_id, reason, key))


@dataclass(frozen=True)
class _Order:
    """When, who, why, under which key."""

    today: date
    operator_id: int
    reason: str
    key: str


def _declare(programme_id: int, proposal: Proposal, amount: int, order: _Order) -> Declaration:
    value = declare_days(
        programme_id=programme_id,
        name=NAME,
        value=Decimal(amount).scaleb(-MONEY_DECIMALS),
        first_day=order.today,
        last_day=last_of(proposal.month),
        operator_id=order.operator_id,
        note=order.reason,
    )
    assert isinstance(value, DeclaredValue)  # a revenue has no usual range, so nobody else has to confirm it
    return Declaration.objects.create(
        programme_id=programme_id,
        month=proposal.month,
        first_day=proposal.first,
        last_day=proposal.last,
        measured=proposal.measured,
        before=proposal.before,
        amount=amount,
        value=value,
        operator_id=order.operator_id,
        reason=order.reason,
        key=order.key,
    )


def months(programme_id: int, today: date, *, count: int = MONTHS_SHOWN) -> list[Month]:
    """Return the last months, the newest first."""
    shown = [first_of(today)]
    while len(shown) < count:
        shown.append(first_of(shown[-1] - ONE_DAY))
    sums = by_month(Span(programme_id, shown[-1], today))
    newest, values = _newest(programme_id), declared_facts(programme_id)
    found = []
    for month in shown:
        measured = sums.get(month, NOTHING)
        devices, missing = _missing(programme_id, month, min(last_of(month), today - ONE_DAY))
        found.append(
            Month(
                month=month,
                revenue=measured.revenue,
                readings=measured.readings,
                devices=devices,
                missing=missing,
                declared=newest.get(month),
                in_force=_in_force(values, last_of(month)),
            )
        )
    return found


def _in_force(values: list[Declared], day: date) -> Decimal | None:
    """Return the revenue that the close of a day finds declared, in CNY; the latest start wins."""
    number = day_number(day)
    found = [one.value for one in values if one.name == NAME and one.first_day <= number < one.end_day]
    return Decimal(found[-1].numerator) / Decimal(found[-1].denominator) if found else None


def _missing(programme_id: int, first: date, last: date) -> tuple[int, int]:
    """Return how many devices should have reported in a span of days, and how many readings are missing."""
    if last < first:
        return 0, 0
    devices, due = device_days(programme_id, first, last)
    return devices, max(0, due - total(Span(programme_id, first, last)).readings)


def is_due(today: date, programme_id: int) -> bool:
    """Return whether the month should be declared by now and was not: from the 25th on."""
    if today.day < REMIND_FROM:
        return False
    return not Declaration.objects.filter(programme_id=programme_id, month=first_of(today)).exists()


def first_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def last_of(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _newest(programme_id: int) -> dict[date, Declaration]:
    """Return what was declared last for each month."""
    rows = Declaration.objects.filter(programme_id=programme_id).select_related("operator").order_by("pk")
    return {one.month: one for one in rows}
