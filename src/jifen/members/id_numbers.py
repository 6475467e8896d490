"""Numbers of ID cards: GB 11643 with province, place, birthday, sequence and a check sign (S0-74, S3-09)."""

import re
from datetime import date

from jifen.engine.message import Message, say

LENGTH = 18
YEAR_FIRST = 1900
# The check sign is that of ISO 7064 MOD 11-2.
_NUMBER = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{15}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class NoIdNumberError(ValueError):
    """What was written is no number of an ID card; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def normalise_id_number(text: str, *, today: date) -> str:
    """Return an ID number as it is kept, 18 signs with an X in capitals; raises NoIdNumberError."""
    number = "".join(text.split()).upper()
    if not _NUMBER.fullmatch(number):
        raise NoIdNumberError(say("an ID number has 17 digits and a check digit or X; write all 18 signs"))
    if check_sign(number[:17]) != number[17]:
        raise NoIdNumberError(say("the check digit of the ID number is wrong; look at the card again"))
    born = _birthday(number)
    if born is None or born > today or born.year < YEAR_FIRST:
        raise NoIdNumberError(say("the birthday in the ID number is no day; look at the card again"))
    return number


def birthday_of(number: str) -> date:
    """Return the birthday in an ID number that was found right."""
    born = _birthday(number)
    assert born is not None
    return born


def check_sign(digits: str) -> str:
    """Return the check sign of the first 17 digits of an ID number."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def mask_id_number(number: str) -> str:
    """Return as much of an ID number as its owner needs to recognise it: 11**************02."""
    return f"{number[:2]}{'*' * 14}{number[-2:]}"


def _birthday(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
