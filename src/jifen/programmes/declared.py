"""Declared values: numbers that one operator declares for a time, such as a price. They are exact, and they stay."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NotRequired, TypedDict, Unpack

from django.db import connection, transaction

from jifen.engine.facts import FOR_EVER
from jifen.engine.facts import DeclaredValue as Declared
from jifen.engine.message import Message, say
from jifen.engine.rules.convert import Convert
from jifen.programmes.models import DeclaredValue
from jifen.programmes.terms import approved_versions

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BIGINT_MAX, _DIGITS_MAX = 2**63 - 1, 18
_LOCK_CLASS = 1_145_390_161  # beyond programme ids, with which the ledger's own locks begin


class DeclaredValueError(Exception):
    """A value cannot be declared so; the message says why, and nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class NewValue(TypedDict):
    """What is declared; without a start from now on, without an end until another is declared."""

    programme_id: int
    name: str
    value: Decimal
    starts_at: datetime | None
    ends_at: NotRequired[datetime | None]
    operator_id: int
    note: NotRequired[str]


def declare(**given: Unpack[NewValue]) -> DeclaredValue:
    """Declare a value. It never starts in the past: a start that has gone by means from now on."""
    programme_id, name = given["programme_id"], given["name"]
    known = declared_names(programme_id)
    if name not in known:
        raise DeclaredValueError(say("no version uses {name}; there are {known}", name=name, known=", ".join(known)))
    numerator, denominator = _fraction(given["value"])
    ends_at = given.get("ends_at")
    with transaction.atomic():
        _lock_values_of(programme_id, "pg_advisory_xact_lock")
        now = _next_tick()
        starts_tick = max(now, _tick(given["starts_at"])) if given["starts_at"] is not None else now
        ends_tick = _tick(ends_at) if ends_at is not None else None
        if ends_tick is not None and ends_tick <= starts_tick:
            raise DeclaredValueError(say("the value ends before it starts; choose a later end"))
        return DeclaredValue.objects.create(
            programme_id=programme_id,
            name=name,
            numerator=numerator,
            denominator=denominator,
            starts_tick=starts_tick,
            ends_tick=ends_tick,
            note=given.get("note", ""),
            operator_id=given["operator_id"],
            declared_tick=now,
        )


def declared_facts(programme_id: int) -> list[Declared]:
    """Return all declared values as the engine reads them, of equal starts the one declared last behind.

    Until the transaction of the caller ends nobody declares another: a fact with a later tick has seen them all.
    """
    with transaction.atomic():
        _lock_values_of(programme_id, "pg_advisory_xact_lock_shared")
        values = DeclaredValue.objects.filter(programme_id=programme_id)
        return [_as_fact(value) for value in values.order_by("name", "starts_tick", "declared_tick")]


def declared_names(programme_id: int) -> list[str]:
    """Return the names of the values that the approved versions of a programme use."""
    rules = (rule for version in approved_versions(programme_id) for rule in version.terms.rules)
    return sorted({rule.price for rule in rules if isinstance(rule, Convert)})


def _as_fact(value: DeclaredValue) -> Declared:
    return Declared(
        name=value.name,
        starts_at=value.starts_tick,
        ends_at=value.ends_tick if value.ends_tick is not None else int(FOR_EVER),
        value=Fraction(value.numerator, value.denominator),
    )


def _fraction(value: Decimal) -> tuple[int, int]:
    """Return a decimal number as an exact fraction that the table holds."""
    if not value.is_finite() or value < 0:
        raise DeclaredValueError(say("write a number that is not negative, such as 1.25"))
    if abs(value.adjusted()) > _DIGITS_MAX:
        raise DeclaredValueError(say("the number has too many digits to be kept exactly"))
    numerator, denominator = value.as_integer_ratio()
    if max(numerator, denominator) > _BIGINT_MAX:
        raise DeclaredValueError(say("the number has too many digits to be kept exactly"))
    return numerator, denominator


def _tick(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def _next_tick() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_tick()")
        tick: int = cursor.fetchone()[0]
    return tick


def _lock_values_of(programme_id: int, function: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_LOCK_CLASS, programme_id])
