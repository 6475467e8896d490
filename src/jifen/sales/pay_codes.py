"""The code by which a member lets a store take stored value at its counter: six digits, new every minute, used once.

Without it a store could take what members have prepaid. Nothing is stored: the code follows from the member, the
minute and the server's secret; an order keeps the minute of the code that paid it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from jifen.engine.message import say
from jifen.members.login import count_pay_code, forgive_pay_code
from jifen.sales.errors import SaleError

STEP_SECONDS = 60
STEPS_GOOD = 2  # the minute of now and the one before
DIGITS = 6


class PayCodeError(SaleError):
    """The code is not one of this member's that is good now."""

    def __init__(self) -> None:
        super().__init__(say("this code is wrong or not good any more; let the member show the code once more"))


@dataclass(frozen=True)
class PayCode:
    """A code and until when it is good."""

    code: str
    until: datetime


def pay_code(member_id: int) -> PayCode:
    """Return the code that a member shows at a counter now."""
    step = _step(timezone.now())
    return PayCode(_code(member_id, step), datetime.fromtimestamp((step + STEPS_GOOD) * STEP_SECONDS, UTC))


def check_pay_code(member_id: int, code: str, *, ringer_id: int) -> int:
    """Return the minute of a code that is good now, for the order that it pays. Not inside a transaction.

    Raises PayCodeError, and TooManyTriesError after a few wrong ones of `ringer_id`, the member who rings up.
    """
    count_pay_code(member_id, ringer_id)
    newest = _step(timezone.now())
    for step in range(newest, newest - STEPS_GOOD, -1):
        if constant_time_compare(_code(member_id, step), code.strip()):
            forgive_pay_code(member_id, ringer_id)
            return step
    raise PayCodeError


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _code(member_id: int, step: int) -> str:
    digest = salted_hmac("jifen.sales.pay_codes", f"M{member_id}/{step}", algorithm="sha256").digest()
    return str(int.from_bytes(digest[:8]) % 10**DIGITS).zfill(DIGITS)
