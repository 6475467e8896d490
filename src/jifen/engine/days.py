"""Days as numbers: days since 1970-01-01 in a programme's time zone."""

from datetime import date, timedelta

_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Return the number of a date."""
    return (day - _EPOCH).days


def date_of(day: int) -> date:
    """Return the date of a day number."""
    return _EPOCH + timedelta(days=day)


def iso(day: int) -> str:
    """Return a day as it is written in keys: iso(20513) == "2026-03-01"."""
    return date_of(day).isoformat()
