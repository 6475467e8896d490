"""Real names with ID numbers: how they are checked before the exchange is asked, and how they are shown (S0-74)."""

import re
from datetime import date

from jifen.engine.message import say
from jifen.exchange.errors import ExchangeError
from jifen.members.registration import NameNotValidError, read_name

AGE_MIN = 18
YEAR_FIRST = 1900
NAME_LENGTH_MIN = 2
# GB 11643: province, place, birthday, sequence, and a check character (ISO 7064 MOD 11-2).
_NUMBER = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{15}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


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
    number = "".join(text.split()).upper()
    if not _NUMBER.fullmatch(number):
        raise NumberRefusedError(say("an ID number has 17 digits and a check digit or X; write all 18 signs"))
    if check_sign(number[:17]) != number[17]:
        raise NumberRefusedError(say("the check digit of the ID number is wrong; look at the card again"))
    born = _birthday(number)
    if born is None or born > today or born.year < YEAR_FIRST:
        raise NumberRefusedError(say("the birthday in the ID number is no day; look at the card again"))
    if _years_between(born, today) < AGE_MIN:
        raise NumberRefusedError(say("the exchange is for people of {years} years and more", years=AGE_MIN))
    return number


def check_sign(digits: str) -> str:
    """Return the check character of the first 17 digits of an ID number."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def mask_name(name: str) -> str:
    """Return as much of a name as its owner needs to recognise it: 王**."""
    return f"{name[0]}**"


def mask_number(number: str) -> str:
    """Return as much of an ID number as its owner needs to recognise it: 11**************02."""
    return f"{number[:2]}{'*' * 14}{number[-2:]}"


def _birthday(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _years_between(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
