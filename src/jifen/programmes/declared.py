"""Declared values: exact numbers that operators declare for a time, such as a price or a month's rate. They stay.

Whoever may be in the middle of a settlement calls facts.declaring.declare_value instead, which stands above this.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NotRequired, TypedDict, Unpack
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from jifen.engine.days import day_number
from jifen.engine.declared import DeclaredName, Declares
from jifen.engine.facts import FOR_EVER, NO_DAY
from jifen.engine.facts import DeclaredValue as Declared
from jifen.engine.message import Message, say
from jifen.engine.programme import Programme as Terms
from jifen.programmes.draws import seeds_of
from jifen.programmes.models import DeclaredValue, Programme
from jifen.programmes.terms import approved_versions, in_force, load

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BIGINT_MAX, _DIGITS_MAX = 2**63 - 1, 18
_LOCK_CLASS = 1_145_390_161  # beyond programme ids, with which the ledger's own locks begin

ENDS_TOO_EARLY = say("the value ends before it starts; choose a later end")
NO_PRICE = say("a price is more than 0 CNY for one token")
OTHER_CONTENTS = say("this form was already sent with another value; look at the list, then begin anew")


class DeclaredValueError(Exception):
    """A value cannot be declared so; the message says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NewValue(TypedDict):
    """What is declared; without a start from now on, without an end until another is declared."""

    programme_id: int
    name: str
    value: Decimal | Fraction
    starts_at: datetime | None
    ends_at: NotRequired[datetime | None]
    operator_id: int
    note: NotRequired[str]
    key: NotRequired[str]


def declare(**given: Unpack[NewValue]) -> DeclaredValue:
    """Declare a value. It never starts in the past: a start that has gone by means from now on.

    The same key answers with the same value. Raises DeclaredValueError.
    """
    return declare_once(**given)[0]


def declare_once(**given: Unpack[NewValue]) -> tuple[DeclaredValue, bool]:
    """Declare a value as `declare` does; return also whether it is new, and not that of a form sent before."""
    programme_id, name = given["programme_id"], given["name"]
    numerator, denominator = number_for(known_value(programme_id, name), given["value"])
    ends_at, key = given.get("ends_at"), given.get("key", "")
    with transaction.atomic():
        _lock_values_of(programme_id, "pg_advisory_xact_lock")
        before = DeclaredValue.objects.filter(programme_id=programme_id, key=key).first() if key else None
        if before is not None:
            if _contents_of(before) != (name, numerator, denominator, _start_of(before, given["starts_at"]), ends_at):
                raise DeclaredValueError(OTHER_CONTENTS)
            return before, False
        now = _next_tick()
        starts_tick = max(now, tick_of(given["starts_at"])) if given["starts_at"] is not None else now
        ends_tick = tick_of(ends_at) if ends_at is not None else None
        if ends_tick is not None and ends_tick <= starts_tick:
            raise DeclaredValueError(ENDS_TOO_EARLY)
        value = DeclaredValue.objects.create(
            programme_id=programme_id,
            name=name,
            numerator=numerator,
            denominator=denominator,
            starts_tick=starts_tick,
            ends_tick=ends_tick,
            note=given.get("note", ""),
            operator_id=given["operator_id"],
            declared_tick=now,
            key=key,
        )
    return value, True


def declared_facts(programme_id: int, *, until: date | None = None) -> list[Declared]:
    """Return all declared values as the engine reads them, of equal starts the one declared last behind.

    With `until`, the day that is being closed or was closed last, the seeds of draws up to it are among them (S0-59).
    Until the transaction of the caller ends nobody declares another: a fact with a later tick has seen them all.
    """
    with transaction.atomic():
        _lock_values_of(programme_id, "pg_advisory_xact_lock_shared")
        zone = zone_of(programme_id)
        values = DeclaredValue.objects.filter(programme_id=programme_id)
        found = [_as_fact(value, zone) for value in values.order_by("name", "starts_tick", "declared_tick")]
        if until is not None:
            found += _seeds(programme_id, until, zone)
            found.sort(key=lambda value: (value.name, value.starts_at))
        return found


def declared_names(programme_id: int) -> list[str]:
    """Return the names of the values that the approved versions of a programme use."""
    return sorted(known_values(programme_id))


def known_values(programme_id: int, day: date | None = None) -> dict[str, DeclaredName]:
    """Return the values that approved versions use, by name: as the version in force on `day` has them, else the last.

    Seeds of draws are none of them: nobody declares those by hand.
    """
    terms = [version.terms for version in approved_versions(programme_id)]
    if day is not None:
        terms.append(load(in_force(programme_id, day).pk))
    return {one.name: one for document in terms for one in values_in(document)}


def known_value(programme_id: int, name: str, day: date | None = None) -> DeclaredName:
    """Return what the versions say of a value; raises DeclaredValueError where none uses it."""
    known = known_values(programme_id, day)
    if name not in known:
        names = ", ".join(sorted(known))
        raise DeclaredValueError(say("no version uses {name}; there are {known}", name=name, known=names))
    return known[name]


def values_in(terms: Terms) -> list[DeclaredName]:
    """Return the values that a document's rules read."""
    return [one for rule in terms.rules if isinstance(rule, Declares) for one in rule.declared_values()]


def is_unusual(known: DeclaredName, value: Fraction) -> bool:
    """Return whether a number lies outside what the document calls usual (S0-Q16)."""
    low, high = known.usual_min, known.usual_max
    return (low is not None and value < low) or (high is not None and value > high)


def number_for(known: DeclaredName, value: Decimal | Fraction) -> tuple[int, int]:
    """Return a number as an exact fraction, for a value that may be it; raises DeclaredValueError."""
    numerator, denominator = fraction_of(value)
    if known.is_price and numerator == 0:
        raise DeclaredValueError(NO_PRICE)
    return numerator, denominator


def fraction_of(value: Decimal | Fraction) -> tuple[int, int]:
    """Return a number as an exact fraction that the table holds; raises DeclaredValueError."""
    if (isinstance(value, Decimal) and not value.is_finite()) or value < 0:
        raise DeclaredValueError(say("write a number that is not negative, such as 1.25"))
    if isinstance(value, Decimal) and abs(value.adjusted()) > _DIGITS_MAX:
        raise DeclaredValueError(say("the number has too many digits to be kept exactly"))
    numerator, denominator = value.as_integer_ratio()
    if max(numerator, denominator) > _BIGINT_MAX:
        raise DeclaredValueError(say("the number has too many digits to be kept exactly"))
    return numerator, denominator


def tick_of(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(tick: int) -> datetime:
    """Return the moment of a tick."""
    return _EPOCH + tick * _MICROSECOND


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a day begins in a zone."""
    return datetime.combine(day, time(), zone)


def zone_of(programme_id: int) -> ZoneInfo:
    """Return a programme's time zone, which never changes."""
    return ZoneInfo(Programme.objects.values_list("zone", flat=True).get(pk=programme_id))


def _contents_of(value: DeclaredValue) -> tuple[str, int, int, int, datetime | None]:
    """Return what a form must say to be the one that was sent before."""
    ends_at = moment_of(value.ends_tick) if value.ends_tick is not None else None
    return value.name, value.numerator, value.denominator, value.starts_tick, ends_at


def _start_of(before: DeclaredValue, starts_at: datetime | None) -> int:
    """Return when a value would have started, had it been declared with `before`: never before that."""
    return before.declared_tick if starts_at is None else max(before.declared_tick, tick_of(starts_at))


def _as_fact(value: DeclaredValue, zone: ZoneInfo) -> Declared:
    ends = value.ends_tick
    return Declared(
        name=value.name,
        starts_at=value.starts_tick,
        ends_at=ends if ends is not None else int(FOR_EVER),
        value=Fraction(value.numerator, value.denominator),
        first_day=_local_day(value.starts_tick, zone),
        end_day=_local_day(ends, zone) if ends is not None else NO_DAY,
    )


def _seeds(programme_id: int, until: date, zone: ZoneInfo) -> Iterator[Declared]:
    """Yield the seeds of the days up to `until`, each as a value that holds on its day."""
    for name, day, seed in seeds_of(programme_id, until):
        yield Declared(
            name=name,
            starts_at=tick_of(midnight(day, zone)),
            ends_at=tick_of(midnight(day + timedelta(days=1), zone)),
            value=Fraction(seed),
            first_day=day_number(day),
            end_day=day_number(day) + 1,
        )


def _local_day(tick: int, zone: ZoneInfo) -> int:
    return day_number(moment_of(tick).astimezone(zone).date())


def _next_tick() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_tick()")
        tick: int = cursor.fetchone()[0]
    return tick


def _lock_values_of(programme_id: int, function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK_CLASS, programme_id])
