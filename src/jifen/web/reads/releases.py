"""When lots release next and how much, and when they end: by day, by month (S0-18, S0-19), or an amount a day (S0-59).

Values for later days count as they are declared now; where none is declared, what the document says goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from jifen.engine.amounts import MONEY_DECIMALS, Rate
from jifen.engine.days import date_of, day_number, first_of_month
from jifen.engine.declared import DeclaredValues
from jifen.engine.facts import FOR_EVER, NO_DAY
from jifen.engine.facts import DeclaredValue as Declared
from jifen.engine.rules.daily_amount import DailyAmount
from jifen.engine.rules.monthly_release import MonthlyRelease
from jifen.engine.rules.scheduled_release import ScheduledRelease
from jifen.explain.model import percent
from jifen.ledger.lots import Lot
from jifen.programmes.declared import moment_of, zone_of
from jifen.programmes.models import DeclaredValue
from jifen.web.amounts import Money
from jifen.web.reads.terms import ONE_DAY, Now

MONTHS_MAX = 1_200  # further than that nobody reckons


@dataclass(frozen=True)
class Release:
    """A release by time that is to come: its day, its amount, its rate in words, and for months the lot's number."""

    day: date
    amount: int  # what is certain of it; a draw may bring more
    rate: str
    month: int = 0
    drawn: bool = False


class Releases(Protocol):
    """How time releases lots."""

    def following(self, lot: Lot) -> Release | None: ...

    def ends_on(self, lot: Lot) -> date | None: ...


def releases_of(now: Now, programme_id: int) -> Releases:
    """Return how time releases the lots of a programme from its next close on."""
    monthly, daily = now.terms.rule(MonthlyRelease), now.terms.rule(DailyAmount)
    if monthly is not None:
        return ByMonth(now, monthly, _declared(programme_id, monthly.declared))
    if daily is not None:
        return ByUnit(now, daily, _declared(programme_id, daily.declared))
    return ByDay(now, now.terms.rule(ScheduledRelease))


@dataclass(frozen=True)
class ByDay:
    """A share of the order's amount every day (S4-06)."""

    now: Now
    rule: ScheduledRelease | None

    def following(self, lot: Lot) -> Release | None:
        """Return what time releases at the next close; nothing on the day the lot was opened (S4-Q10)."""
        daily = self.daily(lot)
        if daily == 0 or self.rule is None:
            return None
        rate = percent(self.rule.rate.num, self.rule.rate.den)
        return Release(_first_day(lot, self.now), min(daily, lot.remaining), rate)

    def ends_on(self, lot: Lot) -> date | None:
        """Return the day of the last release by time alone, None where it never comes."""
        return _end_by_day(lot, self.daily(lot), self.now)

    def daily(self, lot: Lot) -> int:
        """Return what time releases of a lot a day while enough is left."""
        return self.rule.rate.floor(lot.base) if self.rule is not None else 0


@dataclass(frozen=True)
class ByUnit:
    """An amount for each device and day: declared, drawn in a range, or fixed (S0-59, S0-60)."""

    now: Now
    rule: DailyAmount
    declared: DeclaredValues

    def following(self, lot: Lot) -> Release | None:
        """Return what the next close releases; of a day that is still to be drawn, the least that can come."""
        day = _first_day(lot, self.now)
        value, least = self.declared.on(self.rule.declared, day_number(day)), Fraction(self.rule.amount_min)
        if value is not None:
            amount, rate, drawn = value.value, str(_money(value.value)), False
        elif self.rule.amount_min < self.rule.amount_max:
            amount, rate, drawn = least, f"{_money(least)} – {_money(Fraction(self.rule.amount_max))}", True
        else:
            amount, rate, drawn = Fraction(self.rule.amount), str(_money(Fraction(self.rule.amount))), False
        return Release(day, min(_of(lot, amount), lot.remaining), rate, drawn=drawn)

    def ends_on(self, lot: Lot) -> date | None:
        """Return the day of the last release if every day brought what the document calls the amount."""
        return _end_by_day(lot, _of(lot, Fraction(self.rule.amount)), self.now)


@dataclass(frozen=True)
class ByMonth:
    """A share of the price at the end of each month: first months, then the declared rate (S0-18 … S0-20)."""

    now: Now
    rule: MonthlyRelease
    declared: DeclaredValues

    def following(self, lot: Lot) -> Release | None:
        """Return what the next month's end releases in which the lot takes part."""
        for day in self._ends(lot):
            rate = self._rate(lot, day)
            if rate is not None:
                amount = min(rate.floor(lot.base), lot.remaining)
                return Release(day, amount, percent(rate.num, rate.den), self.month(lot, day))
        return None

    def ends_on(self, lot: Lot) -> date | None:
        """Return the month's end at which time alone has released all, at the rates declared now."""
        left = lot.remaining
        for day in self._ends(lot):
            rate = self._rate(lot, day)
            left -= rate.floor(lot.base) if rate is not None else 0
            if left <= 0:
                return day
        return None

    def month(self, lot: Lot, day: date) -> int:
        """Return the number of the lot's month that a day lies in: 0 and less before its first one (S0-Q13)."""
        months = (day.year - lot.opened_on.year) * 12 + day.month - lot.opened_on.month
        return months + (self.rule.first_month == "full" or lot.opened_on.day == 1)

    def _rate(self, lot: Lot, day: date) -> Rate | None:
        return self.rule.rate_for(day_number(lot.opened_on), day_number(day), self.declared)

    def _ends(self, lot: Lot) -> Iterator[date]:
        """Yield the last days of the months from the next close on."""
        begin = day_number(_first_day(lot, self.now))
        return (date_of(first_of_month(begin, month + 1) - 1) for month in range(MONTHS_MAX))


def _first_day(lot: Lot, now: Now) -> date:
    """Return the first close from now on in which a lot takes part: none on the day it was opened."""
    return max(now.next_close, lot.opened_on + ONE_DAY)


def _end_by_day(lot: Lot, daily: int, now: Now) -> date | None:
    days = -(-lot.remaining // daily) - 1 if daily else 0
    first = _first_day(lot, now)
    return first + timedelta(days=days) if daily and days < (date.max - first).days else None


def _of(lot: Lot, amount: Fraction) -> int:
    """Return what an amount of CNY a device releases of a lot, whose base is devices × 10 000 (S0-59)."""
    return int(lot.base * amount)


def _money(amount: Fraction) -> Money:
    return Money(int(amount * 10**MONEY_DECIMALS))


def _declared(programme_id: int, name: str) -> DeclaredValues:
    """Return the values of one name with the local days on which closes take them."""
    zone = zone_of(programme_id)

    def day_of(tick: int) -> int:
        return day_number(moment_of(tick).astimezone(zone).date())

    found = DeclaredValue.objects.filter(programme_id=programme_id, name=name)
    return DeclaredValues(
        Declared(
            name=name,
            starts_at=value.starts_tick,
            ends_at=value.ends_tick if value.ends_tick is not None else int(FOR_EVER),
            value=Fraction(value.numerator, value.denominator),
            first_day=day_of(value.starts_tick),
            end_day=day_of(value.ends_tick) if value.ends_tick is not None else NO_DAY,
        )
        for value in found.order_by("starts_tick", "declared_tick")
    )
