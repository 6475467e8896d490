"""Real names with ID numbers: how they are checked before the exchange is asked, and how they are shown (S0-74)."""

from datetime import date

from jifen.engine.message import say
from jifen.exchange.errors import ExchangeError
from jifen.members.id_numbers import (
    NoIdNumberError,
    birthday_of,
    check_sign,
    mask_id_number,
    normalise_id_number,
)
from jifen.members.registration import NameNotValidError, read_name

__all__ = [
    "IdentityNotValidError",
    "NameRefusedError",
    "NumberRefusedError",
    "check_sign",
    "mask_name",
    "mask_number",
    "read_id_number",
    "read_real_name",
]

AGE_MIN = 18
NAME_LENGTH_MIN = 2


class IdentityNotValidError(ExchangeError):
    """A name or an ID number that cannot be right; the exchange was not asked."""


class NameRefusedError(IdentityNotValidError):
    """The name cannot be right."""


class NumberRefusedError(IdentityNotValidError):
    """The ID number cannot be right."""


def read_real_name(text: str) -> str:
    """Return a real name as it is kept; raises NameRefusedError."""
    try:
        name = read_name(text)
    except NameNotValidError as error:
        raise NameRefusedError(error.message) from None
    if len(name) < NAME_LENGTH_MIN or any(sign.isdigit() for sign in name):
        raise NameRefusedError(say("write the whole name, as it stands on the ID card"))
    return name


def read_id_number(text: str, *, today: date) -> str:
    """Return an ID number as it is kept, 18 signs with an X in capitals; raises NumberRefusedError."""
    try:
        number = normalise_id_number(text, today=today)
    except NoIdNumberError as error:
        raise NumberRefusedError(error.message) from None
    if _years_between(birthday_of(number), today) < AGE_MIN:
        raise NumberRefusedError(say("the exchange is for people of {years} years and more", years=AGE_MIN))
    return number


def mask_name(name: str) -> str:
    """Return as much of a name as its owner needs to recognise it: 王**."""
    return f"{name[0]}**"


def mask_number(number: str) -> str:
    """Return as much of an ID number as its owner needs to recognise it: 11**************02."""
    return mask_id_number(number)


def _years_between(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
