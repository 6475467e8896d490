"""A month of a declared value: what holds on each day, and where it comes from."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from jifen.engine.declared import CNY, RATE, DeclaredName
from jifen.facts.declaring import Days
from jifen.programmes.declared import moment_of, values_in
from jifen.programmes.models import DeclaredValue
from jifen.programmes.terms import InForce

CENTS = 100
YEARS = range(2000, 3000)


@dataclass(frozen=True)
class Span:
    """A declared value with the days that it holds: from first up to, and without, end."""

    row: DeclaredValue
    first: date
    end: date | None

    def holds(self, day: date) -> bool:
        """Return whether closes of a day may take it; of several the latest start wins."""
        return self.first <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Held:
    """What holds on a day: a declared value, else the document's."""

    day: date
    known: DeclaredName | None  # as the version in force on the day has it; None: that version does not use it
    span: Span | None

    @property
    def value(self) -> Fraction | None:
        """The number, if there is one."""
        if self.span is not None:
            return Fraction(self.span.row.numerator, self.span.row.denominator)
        return self.known.default if self.known is not None else None


@dataclass(frozen=True)
class Choice:
    """Which days of a month were clicked: nothing, one day, or the first and the last of a range."""

    first: date | None = None
    last: date | None = None

    def has(self, day: date) -> bool:
        """Return whether a day is chosen."""
        return self.first is not None and self.first <= day <= (self.last or self.first)

    def clicked(self, day: date) -> "Choice":
        """Return the choice after a click: the second one ends a range, unless it lies before the first."""
        if self.first is None or self.last is not None or day < self.first:
            return Choice(day)
        return Choice(self.first, day)


def weeks_of(month: date) -> list[list[date]]:
    """Return the weeks of a month, Monday first, with the days around it."""
    return calendar.Calendar().monthdatescalendar(month.year, month.month)


def month_of(text: str, otherwise: date) -> date:
    """Return the first day of a month that an address names, such as 2026-10; of years beyond reason, `otherwise`."""
    found = day_of(f"{text}-01")
    return found if found is not None and found.year in YEARS else otherwise.replace(day=1)


def day_of(text: str) -> date | None:
    """Return a day that an address names, if it names one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def month_after(month: date, count: int) -> date:
    """Return the first day of the month `count` months later."""
    whole = month.year * 12 + month.month - 1 + count
    return date(whole // 12, whole % 12 + 1, 1)


def last_of(month: date) -> date:
    """Return the last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def choosable(month: date, days: Days) -> Choice:
    """Return the days of a month that can still be declared; nothing where there are none."""
    first, last = max(month, days.first), last_of(month)
    return Choice(first, last) if first <= last else Choice()


def spans_of(programme_id: int, name: str, zone: ZoneInfo) -> list[Span]:
    """Return the declared values of a name with their days, of equal starts the one declared last behind."""
    rows = DeclaredValue.objects.filter(programme_id=programme_id, name=name).select_related("operator")
    rows = rows.select_related("operator", "proposal__decided_by").order_by("starts_tick", "declared_tick")
    return [
        Span(row, _day(row.starts_tick, zone), _day(row.ends_tick, zone) if row.ends_tick else None) for row in rows
    ]


def held_on(day: date, name: str, spans: Sequence[Span], versions: Sequence[InForce]) -> Held:
    """Return what holds on a day; `versions` by the day from which they are in force."""
    found = [span for span in spans if span.holds(day)]
    terms = next((one.terms for one in reversed(versions) if one.effective_from <= day), versions[0].terms)
    known = next((one for one in values_in(terms) if one.name == name), None)
    return Held(day, known, found[-1] if found else None)


def show_value(value: Fraction | None, unit: str) -> str:
    """Return a value as people read it: 7.5 %, ¥18.50, or the exact number."""
    if value is None:
        return "–"
    if unit == RATE:
        return f"{_exact(value * CENTS)} %"
    return f"¥{_exact(value, places=2)}" if unit == CNY else _exact(value)


def show_usual(known: DeclaredName) -> str:
    """Return the range that the document calls usual; "" where it names none."""
    low, high = (show_value(one, known.unit) for one in (known.usual_min, known.usual_max))
    if known.usual_min is None:
        return "" if known.usual_max is None else f"≤ {high}"
    return f"≥ {low}" if known.usual_max is None else f"{low} – {high}"


def _exact(value: Fraction, places: int = 0) -> str:
    """Return a number as a decimal where it is one, with at least so many places; else as a fraction."""
    decimal = Decimal(value.numerator) / Decimal(value.denominator)
    if Fraction(decimal) != value:
        return str(value)
    whole, _, rest = f"{decimal:f}".partition(".")
    rest = rest.rstrip("0").ljust(places, "0")
    return f"{int(whole):,}.{rest}" if rest else f"{int(whole):,}"


def _day(tick: int, zone: ZoneInfo) -> date:
    return moment_of(tick).astimezone(zone).date()
