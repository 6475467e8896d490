"""Days as numbers: days since 1970-01-01 in a programme's time zone."""

from datetime import date, timedelta

_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Return the number of a date."""
    return (day - _EPOCH).days


def date_of(day: int) -> date:
    """Return the date of a day number."""
    return _EPOCH + timedelta(days=day)


def first_of_month(day: int, months: int = 0) -> int:
    """Return the first day of the month that lies `months` after that of `day`."""
    date = date_of(day)
    month = date.year * 12 + date.month - 1 + months
    return day_number(date.replace(year=month // 12, month=month % 12 + 1, day=1))


def is_last_of_month(day: int) -> bool:
    """Return whether a month ends with `day`."""
    return date_of(day + 1).day == 1


def iso(day: int) -> str:
    """Return a day as it is written in keys: iso(20513) == "2026-03-01"."""
    return date_of(day).isoformat()
